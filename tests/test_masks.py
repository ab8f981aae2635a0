"""Adjoints that selections took: marked by their masks, put together, and not marked where all of them is taken."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad

X = np.array([0.7, -0.4, 1.1, -0.3, 0.9])


def huber(a: Any, x: Any) -> Any:
    r = 1.0 - a / x
    size = np.abs(r)
    return np.sum(np.where(size <= 0.8, 0.5 * r * r, 0.8 * (size - 0.4)))


def left_out(a: Any, x: Any) -> Any:
    """What is left out has infinite partials, and more than one of them."""
    r = a / x
    return np.sum(np.where(x > 0.0, r * r / x + np.log(np.abs(x)) * a, 0.0))


def clipped_twice(a: Any, x: Any) -> Any:
    p = 1.0 / (1.0 + np.exp(-a * x))
    p = np.where(p < 0.4, 0.4, np.where(p > 0.7, 0.7, p))
    return -np.sum(np.log(p))


def either_way(a: Any, x: Any) -> Any:
    return np.sum(np.where(x > 0.0, a * x, a * a / x) ** 2)


def masked_shift(a: Any, x: Any) -> Any:
    """A mask of fewer axes than what it is put on, and one that is used twice."""
    table = np.where(x > 0.0, np.exp(a * x), x) * np.arange(1.0, 4.0)[:, None]
    return np.sum(table / (1.0 + table)) + np.sum(np.where(x > 0.0, a / x, 2.0 * a))


@pytest.mark.parametrize("program", [huber, left_out, clipped_twice, either_way, masked_shift])
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(program: Callable[..., Any], backend: str) -> None:
    if backend == "numba":
        pytest.importorskip("numba", reason="the extra `numba` is not installed")
    h = 1e-6
    with np.errstate(all="ignore"):
        a_bar, x_bar = value_and_grad(program, (0, 1), backend=backend)(0.6, X)[1]
        assert a_bar == pytest.approx((program(0.6 + h, X) - program(0.6 - h, X)) / (2 * h), rel=1e-6)
        differences = [(program(0.6, X + h * d) - program(0.6, X - h * d)) / (2 * h) for d in np.eye(len(X))]
    np.testing.assert_allclose(x_bar, differences, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("program", [left_out, masked_shift])
def test_what_is_left_out_stays_zero(program: Callable[..., Any]) -> None:
    x = np.array([0.7, 0.0, 1.1, -0.3, 0.0])
    with np.errstate(all="ignore"):
        a_bar, x_bar = value_and_grad(program, (0, 1))(0.6, x)[1]
    assert np.isfinite(a_bar) and np.all(np.isfinite(x_bar))


def test_no_marks_where_all_is_taken() -> None:
    text = value_and_grad(huber, (0, 1)).source(0.6, X)
    assert text.count("np.where") == 2 and "!= 0.0" not in text, text


def test_no_marks_for_a_sigmoid() -> None:
    text = value_and_grad(clipped_twice, (0, 1)).source(0.6, X)
    assert "!= 0.0" not in text and "test | test_1" in text, text


def test_two_ways_are_one_selection() -> None:
    text = value_and_grad(either_way).source(0.6, X)
    assert "!= 0.0" not in text, text
