"""Sums and products that rounds of compiled loops wait for: what is ready last is added, or multiplied, last."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad

pytest.importorskip("numba", reason="the extra `numba` is not installed")
X = np.array([0.7, -0.4, 1.1, 0.3, -0.8, 0.5])


def filtered(x, a, b):
    """The adjoint of y waits for that of one round before it, and not so long for that of two rounds before."""
    total = 0.0
    z = w = 0.0
    for i in range(len(x)):
        y = x[i] + z
        z = w - a * y
        w = x[i] - b * y
        total += y * y
    return total


def swapped(x, a, b):
    """The same, written so that the reverse sweep comes to the later one first."""
    total = 0.0
    z = w = 0.0
    for i in range(len(x)):
        y = x[i] + z
        before = w
        w = x[i] - b * y
        z = before - a * y
        total += y * y
    return total


def added_up(x, a, b):
    """Nothing waits for a sum of numbers that do not depend on it."""
    total = 0.0
    for i in range(len(x)):
        total += a * x[i] * x[i] + b * a * x[i]
    return total


def in_branches(x, a, b):
    y = 1.0
    z = 0.5
    for i in range(len(x)):
        if x[i] > 0.0:
            y, z = x[i] * y + a * z + b * x[i], y
        else:
            y, z = b * z - y * a + y * b, y * z
    return y * z


def orbit(x, a, b):
    """The adjoints of place and speed wait for each other, and not for the distance."""
    y, v = 1.0, 0.5
    for i in range(len(x)):
        r = math.sqrt(y * y + x[i] * x[i])
        v -= a * y / r**3
        y += b * v
    return y * v


def of_two(x, a, b):
    """Two factors of a product are waited for."""
    y, z = 1.0, 0.5
    for i in range(len(x)):
        y, z = y * z * x[i] * a, z * 1.5 / (1.2 + y * y * b)
    return y * z


def line_of(text: str, name: str) -> str:
    return next(line.strip() for line in text.splitlines() if name in line)


@pytest.mark.parametrize("program", [filtered, swapped, added_up, in_branches, orbit, of_two])
def test_gradients(program: Any) -> None:
    point, h = [X, 0.6, 0.3], 1e-6
    value, (x_bar, a_bar, b_bar) = value_and_grad(program, (0, 1, 2), backend="numba")(*point)
    assert value == pytest.approx(program(*point), rel=1e-14)
    steps = [(X * 0.0 + np.eye(len(X))[i], 0.0, 0.0) for i in range(len(X))] + [(0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
    expected = [
        (program(*(p + h * d for p, d in zip(point, step, strict=True)))
         - program(*(p - h * d for p, d in zip(point, step, strict=True)))) / (2 * h) for step in steps
    ]
    np.testing.assert_allclose([*x_bar, a_bar, b_bar], expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("program", [filtered, swapped])
def test_what_is_waited_for_is_added_last(program: Any) -> None:
    text = value_and_grad(program, backend="numba").source(X, 0.6, 0.3)
    assert line_of(text, "w_bar * b").endswith("- w_bar * b - z_bar * a"), text


def test_sums_that_nothing_waits_for_stay_as_they_are() -> None:
    text = value_and_grad(added_up, 1, backend="numba").source(X, 0.6, 0.3)
    assert line_of(text, "a_bar += ").count("+") == 2, text


def test_what_is_waited_for_is_multiplied_last() -> None:
    text = value_and_grad(orbit, (0, 1, 2), backend="numba").source(X, 0.6, 0.3)
    assert line_of(text, "total_bar = ").endswith("/ r * product2"), text
    assert line_of(text, "y_bar -= ").endswith("- 2.0 * y * total_bar"), text
