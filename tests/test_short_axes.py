"""How long a short last axis is, is known to compiled code: it has the coordinates of points in registers."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sad import source, value_and_grad
from s2sad.compiled import describe
from s2sad.ir.of_values import SHORT_AXIS, kind_of
from s2sad.signature import key_of

pytestmark = pytest.mark.usefixtures("numba_in_python")


def energy(x: Any, mass: Any) -> Any:
    d = x - x[:, None, :]
    return np.sum(mass * np.sqrt(np.sum(d**2, axis=2) + 0.1))


def energy_by_hand(x: Any, mass: Any) -> tuple[Any, Any]:
    d = x - x[:, None, :]
    r = np.sqrt(np.sum(d**2, axis=2) + 0.1)
    d_bar = (mass / r)[:, :, None] * d
    return np.sum(mass * r), (np.sum(d_bar, axis=0) - np.sum(d_bar, axis=1), np.sum(r, axis=0))


def points(axes: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(axes)
    return rng.normal(size=(6, axes)), rng.uniform(size=6)


def test_one_derivative_for_points_of_several_spaces() -> None:
    derivative = value_and_grad(energy, (0, 1), backend="numba")
    for axes in (3, 2, 1, 7, 4, 5, 3, 0):
        found, expected = derivative(*points(axes)), energy_by_hand(*points(axes))
        assert found[0] == pytest.approx(expected[0], rel=1e-12)
        for one, other in zip(found[1], expected[1], strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("axes", range(2, SHORT_AXIS + 2))
def test_text_says_how_long_it_takes_the_axis_to_be(axes: int) -> None:
    text = source(value_and_grad(energy, (0, 1), backend="numba"), *points(axes))
    short = axes <= SHORT_AXIS
    assert (f"x: float[:, {axes if short else ':'}]" in text) and (f"in range({axes}):" in text) == short


def test_text_for_python_is_the_same_for_all() -> None:
    assert len({source(value_and_grad(energy, (0, 1)), *points(axes)) for axes in (2, 3, 9)}) == 1


def test_kinds_are_told_apart_in_memory_and_on_disk() -> None:
    arrays = [np.zeros((5, axes)) for axes in (2, 3, 4, 8)]
    assert len({key_of(array) for array in arrays}) == 4
    assert len({describe(kind_of(array, "x", short=True)) for array in arrays}) == 4
    assert len({describe(kind_of(array, "x")) for array in arrays}) == 1
    ones = [np.zeros((1, axes)) for axes in (1, 2, 3, 8)]
    assert len({key_of(array) for array in ones}) == len({describe(kind_of(one, "x", short=True)) for one in ones}) == 4
