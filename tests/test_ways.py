"""Maxima of several numbers tell the reverse sweep which one they chose, by a byte."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad, vjp

X = np.array([0.7, -0.4, 1.1, -0.3, 0.9, 0.2])


def alignment(x: Any, gap: Any) -> Any:
    table = np.zeros((len(x) + 1, len(x) + 1))
    best = 0.0
    for i in range(1, len(x) + 1):
        for j in range(1, len(x) + 1):
            close = 0.6 - abs(x[i - 1] - 1.3 * x[j - 1])
            table[i, j] = max(0.0, table[i - 1, j - 1] + close, table[i - 1, j] - gap, table[i, j - 1] - gap)
            best = max(best, table[i, j])
    return best


def in_branches(x: Any, gap: Any) -> Any:
    low, total = 5.0, 0.0
    for k in range(len(x)):
        if k % 2:
            low = min(low, x[k] * gap, x[k] ** 2)
        else:
            total += max(max(x[k], gap), min(x[k] * x[k], gap, low))
    return low + total


def value_wanted(x: Any, gap: Any) -> Any:
    """What is chosen is a factor: the reverse sweep asks for its value."""
    total = 1.0
    for k in range(len(x)):
        total = total * max(x[k], gap, x[k] * x[k]) + x[k]
    return total


def softened(x: Any, gap: Any) -> Any:
    """The minimum that is taken away and put back has no adjoint."""
    total = 0.0
    for k in range(1, len(x)):
        low = min(x[k], x[k - 1], gap)
        total += low - np.log(np.exp(low - x[k]) + np.exp(low - x[k - 1]) + np.exp(low - gap))
    return total


PROGRAMS: list[Callable[..., Any]] = [alignment, in_branches, value_wanted, softened]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(program: Callable[..., Any], backend: str) -> None:
    if backend == "numba":
        pytest.importorskip("numba", reason="the extra `numba` is not installed")
    h = 1e-6
    value, (x_bar, gap_bar) = value_and_grad(program, (0, 1), backend=backend)(X, 0.35)
    assert value == pytest.approx(program(X, 0.35), rel=1e-14)
    expected = [(program(X + h * d, 0.35) - program(X - h * d, 0.35)) / (2 * h) for d in np.eye(len(X))]
    np.testing.assert_allclose(x_bar, expected, rtol=1e-6, atol=1e-8)
    assert gap_bar == pytest.approx((program(X, 0.35 + h) - program(X, 0.35 - h)) / (2 * h), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("program", PROGRAMS)
def test_pullbacks_may_be_called_again(program: Callable[..., Any]) -> None:
    _, pullback = vjp(program, X, 0.35)
    first, second = pullback(1.0), pullback(2.0)
    np.testing.assert_allclose(2.0 * first[0], second[0])
    assert 2.0 * first[1] == pytest.approx(second[1])


@pytest.mark.parametrize(("program", "expected"), [
    (alignment, True), (in_branches, True), (value_wanted, False), (softened, False),
])
def test_bytes_are_kept_where_the_value_is_not_wanted(program: Callable[..., Any], expected: bool) -> None:
    assert ("way_tape = bytearray()" in value_and_grad(program).source(X, 0.35)) is expected


@pytest.mark.parametrize("numbers", [
    (1.0, 1.0, 1.0), (0.0, 1.0, 1.0), (float("nan"), 1.0, 2.0), (1.0, float("nan"), 2.0), (1.0, 2.0, float("nan")),
])
@pytest.mark.parametrize("choose", [max, min])
def test_ties_and_nan_are_python_s(numbers: tuple[float, ...], choose: Callable[..., Any]) -> None:
    def program(x: Any) -> Any:
        total = 0.0
        for k in range(2):
            total += choose(x[0], x[1], x[2] + 0.0 * k)
        return total

    x = np.array(numbers)
    value, bar = value_and_grad(program)(x)
    assert value == pytest.approx(program(x), nan_ok=True)
    first = [one is choose(*numbers) for one in numbers].index(True) if not np.isnan(value) else None
    if first is not None:
        assert np.flatnonzero(bar).tolist() == [numbers.index(numbers[first])]
