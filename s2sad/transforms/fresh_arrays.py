"""Statements that make an array anew, which can as well be written to memory that is there already."""
from __future__ import annotations

from typing import NamedTuple

from s2sad.ir.kinds import INT, Array, Scalar, Tuple
from s2sad.ir.nodes import Assign, Operand
from s2sad.rules.build import Context, constant
from s2sad.rules.indexing import index_parts

# Arrays of one number, by what it is.
FILLED = {
    "numpy.zeros": 0.0, "numpy.ones": 1.0, "numpy.zeros_like": 0.0, "numpy.ones_like": 1.0, "s2sad.zeros_like": 0.0,
    "s2sad.zeros_of": 0.0,
}
MAXIMUM_ITEMS = 64


class Padding(NamedTuple):
    """How many places at each end of each axis stay zero, of zeros that are written between these as a whole."""

    places: tuple[int, ...]


def is_padding(s: Assign) -> bool:
    """Whether a statement makes zeros of which the program writes the same part whenever it makes them."""
    return s.primitive == "numpy.zeros" and isinstance(s.extra, Padding)


def lengths_of(context: Context, s: Assign) -> list[Operand | tuple[Operand, int]]:
    """How long the axes are of an array that is made anew: numbers, or the axes of other arrays.

    Nothing if it is not an array of floats, or made by something that only makes it where it stands.
    """
    kind = s.target.kind
    if not isinstance(kind, Array) or not kind.dims or kind.dtype != "float64" or s.keywords or not (
            s.extra is None or is_padding(s)):
        return []
    if s.primitive == "numpy.array" and len(s.args) == 1:
        items = context.definition(s.args[0], "s2sad.list")
        plain = items is not None and 0 < len(items.args) <= MAXIMUM_ITEMS and all(
            isinstance(item.kind, Scalar) for item in items.args)
        return [constant(len(items.args))] if items is not None and plain else []
    if s.primitive.endswith("_like"):
        like = s.args[0]
        rank = len(like.kind.dims or ()) if isinstance(like.kind, Array) else 0
        same = s.primitive in FILLED and len(s.args) == 1 and rank == len(kind.dims)
        return [(like, axis) for axis in range(rank)] if same else []
    count = 2 if s.primitive == "numpy.full" else 1
    if s.primitive in ("numpy.empty", "numpy.full", *FILLED) and len(s.args) == count:
        lengths = index_parts(context, s.args[0]) or []
        known = len(lengths) == len(kind.dims) and all(one.kind == INT for one in lengths)
        return [*lengths] if known and isinstance(s.args[-1].kind, (Scalar, Tuple)) else []
    return []
