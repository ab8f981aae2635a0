"""Arrays that each round of a loop writes before it reads them."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests import scratch

pytestmark = pytest.mark.usefixtures("numba_in_python")


@pytest.mark.parametrize("seed", range(120))
def test_random_programs(seed: int) -> None:
    outcome, text = scratch.check(seed)
    assert outcome in ("right", "rough", "refused", "fails"), f"{outcome}\n{text}"


def growing(x):
    n = len(x)
    row = np.zeros(n)
    total = 0.0
    for i in range(n):
        for j in range(i + 1):
            row[j] = np.sin(x[i] * x[j])
        for j in range(i + 1):
            total += row[j] * row[j]
    return total


def by_halves(x):
    """Each half is written by a loop of its own, and the whole is read."""
    n = len(x)
    row = np.ones(n)
    total = 0.0
    for i in range(n):
        for j in range(2):
            row[j] = x[i] * x[j]
        for j in range(2, n):
            row[j] = row[j - 1] * x[i]
        total += np.sum(row * row)
    return total


def one_place(x):
    """Of a long array each round uses one place: no round is to fill it with zeros."""
    row = np.zeros(len(x))
    total = 0.0
    for i in range(len(x)):
        row[i] = np.sin(x[i])
        total += row[i] * row[i]
    return total


def kept(x):
    """The first place is what the round before left."""
    n = len(x)
    row = np.ones(n)
    total = 0.0
    for i in range(n):
        for j in range(1, n):
            row[j] = x[i] * x[j] * row[j - 1]
        total += row[n - 1]
        row[0] = x[i]
    return total


def _text(function: Any) -> str:
    return value_and_grad(function, backend="numba").source(np.array([0.3, 0.8, 0.5, 0.9]))


@pytest.mark.parametrize("function", [growing, by_halves])
def test_nothing_is_handed_from_round_to_round(function: Any) -> None:
    text = _text(function)
    assert "tape" not in text and text.count("for i in") == 1, text


def test_of_one_place_no_round_fills_an_array() -> None:
    text = _text(one_place)
    assert "row_bar[j] = 0.0" not in text and "np.empty" not in text, text


def test_what_another_round_wrote_is_carried() -> None:
    assert "tape" in _text(kept)
