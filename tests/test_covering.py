"""Parts that are taken for all of an array name each of its places, or none, however long its axes are."""
from __future__ import annotations

import itertools

import numpy as np
import pytest

from s2sad.analyses.covering import cover
from s2sad.ir.nodes import Block
from s2sad.rules.build import Builder, Context, constant

_ENDS = [(0, None), (1, None), (2, None), (0, -1), (0, -2), (1, -1), (None, None)]


def _covers(boxes: list[list[tuple[int | None, int | None]]]) -> bool:
    b = Builder(Context(), Block())
    indices = []
    for box in boxes:
        parts = [b.emit("s2sad.slice", constant(low), constant(high), constant(None)) for low, high in box]
        indices.append(parts[0] if len(parts) == 1 else b.emit("s2sad.tuple", *parts))
    return cover(b.context, indices)


def _named(boxes: list[list[tuple[int | None, int | None]]], shape: tuple[int, ...]) -> np.ndarray:
    places = np.zeros(shape, bool)
    for box in boxes:
        places[tuple(slice(*ends) for ends in box)] = True
    return places


@pytest.mark.parametrize("count", [1, 2, 3])
def test_along_one_axis(count: int) -> None:
    for ends in itertools.combinations(_ENDS, count):
        boxes = [[one] for one in ends]
        expected = all(len(np.unique(_named(boxes, (n,)))) == 1 for n in range(1, 12))
        assert _covers(boxes) == expected, ends


def test_along_two_axes() -> None:
    ends = [(0, None), (1, None), (0, -1), (1, -1)]
    for pair in itertools.combinations(itertools.product(ends, ends), 2):
        boxes = [list(box) for box in pair]
        expected = all(len(np.unique(_named(boxes, (n, m)))) == 1 for n in range(1, 6) for m in range(1, 6))
        assert _covers(boxes) == expected, pair


def test_other_indices_are_not_known() -> None:
    b = Builder(Context(), Block())
    every_second = b.emit("s2sad.slice", constant(None), constant(None), constant(2))
    assert not cover(b.context, [every_second, constant(1)])
    assert not cover(b.context, [])
