"""Whether parts of an array, taken together, are all of it.

    p[1:] - p[:-1]          u[:-2] - 2.0 * u[1:-1] + u[2:]          T[1:, :], T[:-1, :]

What a program reads in such parts it has not selected from: each element is read by some part.
"""
from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from s2sad.ir.kinds import SLICE
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import Context
from s2sad.rules.indexing import index_parts

# A slice by literals: how many elements it leaves out at the front and at the back.
Margins = tuple[int, int]
_MOST_AXES, _WIDEST = 3, 4


def cover(context: Context, indices: Sequence[Operand]) -> bool:
    """Whether basic slices by literals name every element of an array, or, where axes are too short, none."""
    boxes = [_margins(context, index) for index in indices]
    known = [box for box in boxes if box is not None]
    if len(known) < len(boxes) or not known:
        return False
    rank = max(map(len, known))
    known = [(*box, *[(0, 0)] * (rank - len(box))) for box in known]
    axes = [axis for axis in range(rank) if any(box[axis] != (0, 0) for box in known)]
    if len(axes) > _MOST_AXES:
        return False
    cut = [tuple(box[axis] for axis in axes) for box in known]
    widths = [max(box[at][0] for box in cut) + max(box[at][1] for box in cut) for at in range(len(axes))]
    # Where an axis is longer than all margins together, its further elements are as the one behind the first margin.
    return all(width <= _WIDEST for width in widths) and all(
        _all_or_none(cut, lengths) for lengths in product(*(range(1, width + 2) for width in widths)))


def _all_or_none(boxes: list[tuple[Margins, ...]], lengths: tuple[int, ...]) -> bool:
    named = {any(_is_inside(box, place, lengths) for box in boxes) for place in product(*map(range, lengths))}
    return len(named) == 1


def _is_inside(box: tuple[Margins, ...], place: tuple[int, ...], lengths: tuple[int, ...]) -> bool:
    return all(front <= at < length - back for at, length, (front, back) in zip(place, lengths, box, strict=True))


def _margins(context: Context, index: Operand) -> tuple[Margins, ...] | None:
    """What slices by literals leave out along each axis; None for any other index."""
    parts = index_parts(context, index)
    found = [_of_slice(context, part) for part in parts or []]
    return None if parts is None or None in found else tuple(one for one in found if one is not None)


def _of_slice(context: Context, part: Operand) -> Margins | None:
    made = context.definition(part, "s2sad.slice") if part.kind == SLICE else None
    if isinstance(part, Const) and isinstance(part.value, slice):
        bounds: list[object] = [part.value.start, part.value.stop, part.value.step]
    elif made is not None and all(isinstance(arg, Const) for arg in made.args):
        bounds = [arg.value for arg in made.args if isinstance(arg, Const)]
    else:
        return None
    start, stop, step = bounds
    if step not in (None, 1) or not isinstance(start, int | None) or not isinstance(stop, int | None):
        return None
    front, back = start or 0, -stop if stop is not None else 0
    return (front, back) if front >= 0 and (back > 0 or stop is None) else None
