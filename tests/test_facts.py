"""How a comparison came out is kept where the numbers that were compared are not."""
from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad

GAPS = np.array([1.3, 0.4, 0.9, 2.1, 0.2, 0.7])
SERVICE = np.array([0.8, 1.1, 0.5, 1.6, 0.8, 0.15])
NAN = float("nan")


def queue(gaps: Any, service: Any) -> Any:
    waits, worst, total = 0.0, 0.0, 0.0
    for k in range(len(gaps)):
        waits = max(waits + service[k] - gaps[k], 0.0)
        total += waits
        worst = max(worst, waits)
    return total + worst


def rows_of_lists(costs: Any, skip: Any) -> Any:
    previous = [j * skip for j in range(len(costs))]
    for k in range(len(costs)):
        current = [k * skip]
        for j in range(1, len(costs)):
            current.append(min(previous[j - 1] + costs[j] * (k + 0.3), current[j - 1] + skip))
        previous = current
    return previous[-1]


def nearest(x: Any, limit: Any) -> Any:
    """The number that is asked about is read once more."""
    found = 0.0
    for k in range(len(x)):
        d = x[k] * x[k] + found
        if d < limit:
            found = d * d
    return found


def test_gradients() -> None:
    args: tuple[Any, ...]
    h = 1e-6
    for program, args in ((queue, (GAPS, SERVICE)), (rows_of_lists, (GAPS, 0.45)), (nearest, (GAPS, 1.3))):
        bars = value_and_grad(program, (0, 1))(*args)[1]
        for place, bar in enumerate(bars):
            for number, d in enumerate(np.eye(np.size(args[place]))):
                step = h * (d if np.ndim(args[place]) else float(d[0]))
                ends = [program(*(a + s * step if i == place else a for i, a in enumerate(args))) for s in (1, -1)]
                assert np.ravel(bar)[number] == pytest.approx((ends[0] - ends[1]) / (2 * h), rel=1e-6, abs=1e-8)


def test_comparisons_are_kept() -> None:
    text = value_and_grad(queue, (0, 1)).source(GAPS, SERVICE)
    assert "test_tape" in text and "worst_tape" not in text and "waits_tape" not in text, text


def test_what_is_read_anyhow_is_asked_again() -> None:
    text = value_and_grad(nearest).source(GAPS, 1.3)
    assert text.count("_tape = []") <= 2, text


@pytest.mark.parametrize("first", [0.0, NAN])
@pytest.mark.parametrize("other", [1.0, 0.0, -1.0, NAN])
def test_a_maximum_is_what_python_returns(first: float, other: float) -> None:
    def carried(x: Any, start: float) -> float:
        largest = start
        for k in range(len(x)):
            largest = max(largest, x[k])
        return largest

    x = np.array([other, 0.5 * other])
    assert value_and_grad(carried)(x, first)[0] == pytest.approx(carried(x, first), nan_ok=True)


def test_of_a_maximum_and_a_constant_the_test_decides() -> None:
    text = value_and_grad(queue, (0, 1)).source(GAPS, SERVICE)
    assert not re.search(r"^ *\w+ = max\(", text, re.MULTILINE) and "test_tape_2" not in text, text


@pytest.mark.parametrize("x", [1.0, 0.5, -1.0, NAN])
def test_a_maximum_or_minimum_and_a_constant_are_what_python_returns(x: float) -> None:
    def bounded(x: Any) -> Any:
        y = 0.0
        for k in range(3):
            y = min(max(y + x * (k + 1), 0.5), 2.0)
        return y

    value, bar = value_and_grad(bounded)(x)
    assert value == pytest.approx(bounded(x), nan_ok=True)
    h = 1e-7
    assert x != x or bar == pytest.approx((bounded(x + h) - bounded(x)) / h, abs=1e-6)
