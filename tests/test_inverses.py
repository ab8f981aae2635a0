"""Divisions by one number in compiled code: its inverse is taken once."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad

numba = pytest.importorskip("numba", reason="the extra `numba` is not installed")
X = np.array([0.7, -0.4, 1.1, 0.3])


def steady(x, h):
    total = 0.0
    for i in range(len(x)):
        total += math.sin(x[i] / h) * x[i]
    return total


def of_each_round(x, h):
    y = h
    for i in range(len(x)):
        m = 1.5 + x[i] * y
        y = math.sin(x[i]) / m + y / m
    return y


def not_taken(x, h):
    """Where h is 0 no round divides by it."""
    total = 0.0
    for i in range(len(x)):
        if h > 0.5:
            total += x[i] / h
        total += x[i] * h
    return total


@pytest.mark.parametrize("program", [steady, of_each_round])
def test_inverses(program: Any) -> None:
    derivative = value_and_grad(program, (0, 1), backend="numba")
    text = derivative.source(X, 0.8)
    assert text.count("inverse = np.divide(1.0, ") == 1 and "* inverse" in text
    assert not [line for line in text.splitlines() if "_bar" in line and " / " in line]
    value, (x_bar, h_bar) = derivative(X, 0.8)
    expected, (x_bar2, h_bar2) = value_and_grad(program, (0, 1))(X, 0.8)
    assert value == expected and h_bar == pytest.approx(h_bar2, rel=1e-13)
    np.testing.assert_allclose(x_bar, x_bar2, rtol=1e-13)


def test_nothing_is_divided_that_the_program_does_not_divide() -> None:
    value, (x_bar, h_bar) = value_and_grad(not_taken, (0, 1), backend="numba")(X, 0.0)
    assert value == 0.0 and x_bar.tolist() == [0.0] * 4 and h_bar == pytest.approx(np.sum(X))


def test_single_precision_stays_single() -> None:
    x = X.astype(np.float32)
    _, x_bar = value_and_grad(steady, backend="numba")(x, np.float32(0.8))
    assert x_bar.dtype == np.float32
    np.testing.assert_allclose(x_bar, value_and_grad(steady)(x, np.float32(0.8))[1], rtol=1e-5)


def binned(x, h):
    """Each quotient is on the edge of a bin or beside it: 0.3 / 0.1 is less than 3, and 0.3 * 10.0 is 3."""
    total = 0.0
    weights = np.zeros(12)
    for i in range(len(x)):
        place = x[i] / h
        weights[int(place)] += place * x[i]
    for k in range(12):
        total += weights[k] * weights[k] * k
    return total


def branching(x, h):
    y = 1.0
    for i in range(len(x)):
        if x[i] / h < 3.0:
            y = y * math.sin(x[i] / h)
        else:
            y = y + x[i] * y / h
    return y


@pytest.mark.parametrize("program", [binned, branching])
def test_what_decides_is_divided_as_the_program_divides(program: Any) -> None:
    x = np.array([0.3, 0.6, 0.7, 0.9, 0.1, 0.2])
    value, (x_bar, h_bar) = value_and_grad(program, (0, 1), backend="numba")(x, 0.1)
    expected, (x_bar2, h_bar2) = value_and_grad(program, (0, 1))(x, 0.1)
    assert value == expected and h_bar == pytest.approx(h_bar2, rel=1e-12)
    np.testing.assert_allclose(x_bar, x_bar2, rtol=1e-12)


def of_arrays(x, h):
    d = x[:, None] - x
    r = d * d + h
    return np.sum(x * d / r) + np.sum(d * d * d / r) + np.sum(x / h)


def test_divisions_of_arrays_by_one_array() -> None:
    derivative = value_and_grad(of_arrays, (0, 1), backend="numba")
    text = derivative.source(X, 0.8)
    assert text.count("np.divide(1.0, ") == 2 and text.count("np.divide(") == 3  # `x / h` as the program has it
    value, (x_bar, h_bar) = derivative(X, 0.8)
    expected, (x_bar2, h_bar2) = value_and_grad(of_arrays, (0, 1))(X, 0.8)
    assert value == pytest.approx(expected, rel=1e-14) and h_bar == pytest.approx(h_bar2, rel=1e-13)
    np.testing.assert_allclose(x_bar, x_bar2, rtol=1e-12, atol=1e-15)


def counted(x, h):
    """What is beside the edge of a bin stays there."""
    places = x / h
    bins = np.floor(places)
    return np.sum(bins * x) + np.sum(places)


def test_arrays_that_decide_are_divided_as_the_program_divides() -> None:
    x = np.array([0.3, 0.6, 0.7, 0.9, 0.1, 0.2])
    value, (x_bar, h_bar) = value_and_grad(counted, (0, 1), backend="numba")(x, 0.1)
    expected, (x_bar2, h_bar2) = value_and_grad(counted, (0, 1))(x, 0.1)
    assert value == pytest.approx(expected, rel=1e-14) and h_bar == pytest.approx(h_bar2, rel=1e-12)
    np.testing.assert_allclose(x_bar, x_bar2, rtol=1e-12)


POINTS = [(0.0, 2), (0.0, 1), (0.0, 0), (0.7, -3), (1e-160, 3), (2.0, 0), (-2.0, 3), (1.3, 40)]


@pytest.mark.parametrize(("x", "y"), POINTS)
def test_the_slope_of_a_power_comes_from_the_power(x: float, y: int) -> None:
    """Where the power is zero or what is raised is, it tells nothing of the slope."""
    pytest.importorskip("numba")

    def program(x, y):
        total = 0.0
        for _ in range(2):
            total += x ** y
        return total

    slope = 2.0 * y * x ** (y - 1) if y else 0.0
    gradient = value_and_grad(program, backend="numba")
    assert gradient(x, y)[1] == pytest.approx(slope, rel=1e-13, abs=0.0)
    assert " if x == 0.0 or " in gradient.source(x, y)


@pytest.mark.parametrize("y", [1.7, 1.0, 0.0, 2.5])
def test_the_slopes_of_powers_of_arrays_come_from_the_powers(y: float) -> None:
    pytest.importorskip("numba")

    def program(x, y):
        return np.sum(x ** y * x)

    x = np.array([0.0, 0.5, 2.0, 1e-250])
    gradient = value_and_grad(program, (0, 1), backend="numba")
    for got, wanted in zip(gradient(x, y)[1], value_and_grad(program, (0, 1))(x, y)[1], strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-13, atol=0.0)
    assert "np.divide(" in gradient.source(x, y)


def basis(x, c):
    """A cubic, as splines have it: sixths and halves of powers."""
    total = 0.0
    for i in range(len(x)):
        t = x[i]
        y = (1.0 - t) ** 3 / 6.0 * c + (3.0 * t**3 - 6.0 * t**2 + 4.0) / 6.0 + t**3 / 7.0
        total += y * y
    return total


def test_literals_that_are_multiplied_and_divided_by_are_one_number() -> None:
    value, (x_bar, c_bar) = value_and_grad(basis, (0, 1))(X, 0.8)
    assert "t_bar = 3.0 * (y_bar / 7.0 + y) * power - 4.0 * y * t" in value_and_grad(basis, (0, 1)).source(X, 0.8)
    compiled = value_and_grad(basis, (0, 1), backend="numba")
    assert not [line for line in compiled.source(X, 0.8).splitlines() if "_bar" in line and " / " in line]
    value2, (x_bar2, c_bar2) = compiled(X, 0.8)
    assert value2 == pytest.approx(value, rel=1e-14) and c_bar2 == pytest.approx(c_bar, rel=1e-13)
    np.testing.assert_allclose(x_bar2, x_bar, rtol=1e-12)
    h = 1e-6
    expected = [(basis(X + h * d, 0.8) - basis(X - h * d, 0.8)) / (2 * h) for d in np.eye(len(X))]
    np.testing.assert_allclose(x_bar, expected, rtol=1e-7)
    assert c_bar == pytest.approx((basis(X, 0.8 + h) - basis(X, 0.8 - h)) / (2 * h), rel=1e-7)
