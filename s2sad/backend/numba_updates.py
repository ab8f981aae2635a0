"""Updates where Numba lacks NumPy's form: additions at places that may be the same, and an item of a tuple."""
from __future__ import annotations

from typing import Any

from s2sad.backend.express import Express
from s2sad.backend.numba_calls import rank_of
from s2sad.backend.trees import call, filled
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import Array, Kind, List, Scalar
from s2sad.ir.nodes import Assign, Operand, is_literal_none
from s2sad.rules.kinds import dims_of


def scatter(e: Express, whole: Any, base: Kind, place: Operand, value: Operand, origin: Any) -> Any:
    """A call that adds at places of which some may be the same."""
    e.require("numpy")
    parts = _parts(e, place)
    arrays = [number for number, part in enumerate(parts) if isinstance(part.kind, (Array, List))]
    rank = len(base.dims) if isinstance(base, Array) and base.dims is not None else None
    added = e.operand(value)
    if len(parts) == 1:
        e.helper("_add_at")
        places = e.operand(parts[0])
        if isinstance(value.kind, Scalar):
            added = filled("np.broadcast_to(value, np.shape(places))", value=added, places=places)
        return call("_add_at", whole, places, added)
    if len(arrays) == 1 and rank is not None and all(_is_whole(e, p) for n, p in enumerate(parts) if n not in arrays):
        return _scatter_along(e, whole, parts[arrays[0]], arrays[0], value, origin)
    indexed = all(isinstance(part.kind, (Array, Scalar)) for part in parts)
    if indexed and len(parts) == rank and isinstance(value.kind, Array) and len(parts) in (2, 3):
        which = f"_add_at_{len(parts)}"
        e.helper(which)
        places = [_spread(e, part, value, added) for part in parts]
        return call(which, whole, *places, added)
    raise UnsupportedError('an index of several arrays and slices has no derivative with backend="numba"', origin,
                           "write the loop out, or use backend=\"numpy\"")


def _scatter_along(e: Express, whole: Any, places: Operand, axis: int, value: Operand, origin: Any) -> Any:
    if rank_of(places) != 1 or isinstance(value.kind, Scalar):
        raise UnsupportedError('an index of slices and an array of several axes has no derivative with '
                               'backend="numba"', origin, 'use backend="numpy" here')
    e.helper("_add_at")
    moved, where = f"np.moveaxis(x, {axis}, 0)", e.operand(places)
    if isinstance(places.kind, Array) and places.kind.dtype == "bool":
        where = call("np.flatnonzero", where)
    return call("_add_at", filled(moved, x=whole), where, filled(moved, x=e.operand(value)))


def _spread(e: Express, part: Operand, value: Operand, added: Any) -> Any:
    """An index in the shape of what it selects."""
    dims = dims_of(part.kind)
    tree = e.operand(part)
    if dims is not None and len(dims) == rank_of(value) and 1 not in dims:
        return tree
    return filled("np.broadcast_to(part, value.shape)", part=tree, value=added)


def _parts(e: Express, place: Operand) -> list[Operand]:
    made = e.folded.get(place)
    return made.args if isinstance(made, Assign) and made.primitive == "s2sad.tuple" else [place]


def _is_whole(e: Express, part: Operand) -> bool:
    made = e.folded.get(part)
    return isinstance(made, Assign) and made.primitive == "s2sad.slice" and all(map(is_literal_none, made.args))


def tuple_item(e: Express, whole: Any, place: Any, value: Any) -> Any:
    """A tuple with another item, where the index is known only at run time."""
    e.imports("from numba.cpython.unsafe.tuple import tuple_setitem")
    return call("tuple_setitem", whole, place, value)
