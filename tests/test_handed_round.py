"""Memories that the rounds of a loop hand round are put back in the reverse sweep, where that keeps less."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests.support import check_every_element

X = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
Y = np.array([0.2, 0.5, -0.8, 1.1, 0.6])


def two(x, y):
    """A step of an equation that is not linear, of which the reverse sweep wants several values."""
    u = x.copy()
    new = np.zeros(len(x))
    for _ in range(4):
        for i in range(1, len(x) - 1):
            new[i] = u[i] - 0.1 * u[i] * (u[i + 1] - u[i - 1]) * (u[i + 1] + y[i] * u[i])
        new[0] = u[1]
        new[len(x) - 1] = 0.5
        u, new = new, u
    return np.sum(u * u) + new[1]


def three(x, y):
    """A wave, of two steps before."""
    now = x.copy()
    before = y * 1.0
    after = np.zeros_like(x)
    for _ in range(5):
        for i in range(1, len(x) - 1):
            after[i] = 2.0 * now[i] - before[i] * now[i] * (now[i - 1] + 0.3 * now[i + 1] * before[i])
        before, now, after = now, after, before
    return np.sum(now * y) + np.sum(before * after)


def both_updated(x, y):
    """What is handed on is updated as well."""
    a = x.copy()
    b = y.copy()
    for _ in range(4):
        for i in range(len(x)):
            b[i] = a[i] * b[i] * (0.5 + a[i])
            a[i] = 0.3 * a[i] * b[i] * (b[i] + a[i])
        a, b = b, a
    return np.sum(a * a * b)


def slices(x, y):
    """Whole slices at once."""
    a = x.copy()
    b = np.zeros_like(a)
    for _ in range(5):
        b[1:-1] = a[1:-1] + 0.1 * (a[2:] - 2 * a[1:-1] + a[:-2]) * a[1:-1] * y[1:-1]
        a, b = b, a
    return np.sum(a * a) + np.sum(b)


def updated_behind(x, y):
    """Updated again once the loop is done, and swept once more."""
    a = x.copy()
    b = y.copy()
    for _ in range(3):
        for i in range(1, len(x)):
            b[i] = a[i] * a[i - 1] * (a[i] + b[i - 1] * a[i - 1])
        a, b = b, a
    a[1] = a[1] * b[2] * b[2]
    total = np.sum(a * b)
    for i in range(len(x)):
        b[i] = a[i] * a[i]
    return total + np.sum(b * a)


def one_memory(x, y):
    """Both names begin as one array."""
    a = x.copy()
    b = a
    for _ in range(3):
        for i in range(1, len(x)):
            b[i] = a[i] * a[i - 1] * (a[i] + y[i])
        a, b = b, a
    return np.sum(a * a) + b[1]


def in_another_loop(x, y):
    """Handed round in each round of another loop."""
    a = x.copy()
    b = np.zeros_like(x)
    total = 0.0
    for r in range(2):
        for _ in range(3):
            for i in range(1, len(x)):
                b[i] = a[i] * a[i - 1] * (a[i] + y[i] * a[i - 1])
            a, b = b, a
        total += np.sum(a * a)
        a[0] = a[0] * y[r]
    return total


def until(x, y):
    """As many rounds as it takes."""
    a = x.copy()
    b = y.copy()
    change = 1.0
    rounds = 0
    while change > 0.01 and rounds < 6:
        rounds += 1
        change = 0.0
        for i in range(1, len(x) - 1):
            b[i] = 0.25 * (a[i - 1] + a[i + 1]) * (1.0 + 0.1 * a[i] * a[i + 1]) + 0.1 * y[i]
            change = max(change, abs(b[i] - a[i]))
        a, b = b, a
    return np.sum(a * a * a) + np.sum(b)


PROGRAMS = [two, three, both_updated, slices, updated_behind, one_memory, in_another_loop, until]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(program: Any, backend: str) -> None:
    if backend == "numba":
        pytest.importorskip("numba")
    check_every_element(program, (X, Y), backend)


@pytest.mark.parametrize("program", [two, three, slices])
def test_one_array_is_kept_a_round(program: Any) -> None:
    pytest.importorskip("numba")
    text = value_and_grad(program, (0, 1), backend="numba").source(X, Y)
    assert text.count("_tape = ") == 1
