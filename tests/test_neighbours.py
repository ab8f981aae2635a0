"""What one round of a recurrence leaves to the next one is carried as a number, in compiled code."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad

pytestmark = pytest.mark.usefixtures("numba_in_python")


def filtered(x, a):
    y = np.zeros(len(x))
    for t in range(2, len(x)):
        y[t] = x[t] - a * y[t - 1] - a * a * y[t - 2] * x[t - 1]
    return np.sum(y * y)


def backwards(x, a):
    y = x.copy()
    for t in range(len(x) - 2, -1, -1):
        y[t] = math.sin(y[t + 1] * a) + y[t] * x[t]
    return np.sum(y)


def aligned(x, a):
    d = np.zeros((len(x) + 1, len(x) + 1))
    for i in range(1, len(x) + 1):
        for j in range(1, len(x) + 1):
            d[i, j] = math.sin(d[i, j - 1] + a * d[i - 1, j]) + x[i - 1] * x[j - 1] * d[i - 1, j - 1]
    return np.sum(d * d)


def around_the_end(x, a):
    """The place before the first is the last one."""
    y = x.copy()
    for t in range(len(x)):
        y[t] = math.sin(y[t - 1] * a) + y[t]
    return np.sum(y)


def first_in_every_round(x, a):
    """What goes to the first element is added up for itself."""
    y = x.copy()
    for t in range(1, len(x)):
        y[t] = math.sin(y[t - 1] * a) + y[0] * y[t]
    return np.sum(y)


def read_elsewhere(x, a):
    y = x.copy()
    for t in range(1, len(x)):
        y[t] = math.sin(y[t - 1] * a) + y[t // 2] * y[t]
    return np.sum(y)


def only_added_to(x, a):
    y = np.zeros(len(x) + 2)
    for t in range(len(x)):
        y[t] = y[t] + x[t]
    s = 0.0
    for t in range(1, len(x)):
        s += (y[t - 1] - a * y[t] + y[t + 1]) ** 2
    return s


CARRIED = (filtered, backwards, aligned, first_in_every_round)
NOT_CARRIED = (around_the_end, read_elsewhere, only_added_to)


@pytest.mark.parametrize("program", CARRIED + NOT_CARRIED)
@pytest.mark.parametrize("length", [0, 1, 2, 3, 6])
def test_gradients(program: Any, length: int) -> None:
    x = np.cos(np.arange(float(length))) + 0.2
    if length == 0 and program is first_in_every_round:
        return
    value, (x_bar, a_bar) = value_and_grad(program, (0, 1), backend="numba")(x, 0.7)
    expected, (x_bar2, a_bar2) = value_and_grad(program, (0, 1))(x, 0.7)
    assert value == pytest.approx(expected, rel=1e-14, abs=1e-300)
    assert a_bar == pytest.approx(a_bar2, rel=1e-12, abs=1e-14)
    np.testing.assert_allclose(x_bar, x_bar2, rtol=1e-12, atol=1e-14)
    h = 1e-6
    assert a_bar == pytest.approx((program(x, 0.7 + h) - program(x, 0.7 - h)) / (2 * h), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("program", CARRIED + NOT_CARRIED)
def test_text(program: Any) -> None:
    text = value_and_grad(program, (0, 1), backend="numba").source(np.ones(4), 0.7)
    assert ("_here" in text) == (program in CARRIED), text
