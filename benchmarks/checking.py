"""No gradient is timed before it is right: against differences, and against the one written by hand."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.row import Row


def flat(result: Any) -> list[Any]:
    """The value and each gradient, as NumPy arrays."""
    value, gradient = result
    parts = gradient if isinstance(gradient, (tuple, list)) else (gradient,)
    return [np.asarray(part) for part in (value, *parts)]


def agree(found: Any, expected: Any, tolerance: float = 1e-7) -> None:
    """Raise AssertionError where two results differ by more than the tolerance, relative to the largest entry."""
    one, two = flat(found), flat(expected)
    assert len(one) == len(two), f"{len(one) - 1} gradients instead of {len(two) - 1}"
    for left, right in zip(one, two, strict=True):
        scale = np.max(np.abs(right), initial=0.0)
        np.testing.assert_allclose(left, right, rtol=0.0, atol=tolerance * scale + 1e-13)


def against_differences(row: Row, gradient: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    """Compare a gradient along a random direction with the central difference of the program."""
    rng = np.random.default_rng(1)
    names = row.primal.__code__.co_varnames
    places = [names.index(name) for name in row.wrt]
    directions = {at: rng.normal(size=np.shape(arguments[at])) for at in places}

    def along(t: float) -> float:
        moved = list(arguments)
        for at, direction in directions.items():
            moved[at] = arguments[at] + t * direction if np.ndim(direction) else float(arguments[at] + t * direction)
        return float(row.primal(*moved))

    h = 1e-5
    expected = (8.0 * (along(h) - along(-h)) - (along(2.0 * h) - along(-2.0 * h))) / (12.0 * h)
    found = sum(np.sum(g * d) for g, d in zip(flat(gradient(*arguments))[1:], directions.values(), strict=True))
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)
