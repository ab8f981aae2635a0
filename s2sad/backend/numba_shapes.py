"""Shapes and arranged elements where Numba lacks NumPy's form: by an index, one axis at a time, or by a helper."""
from __future__ import annotations

from typing import Any

from s2sad.backend.express import Express
from s2sad.backend.numba_calls import given, literal_axes, rank_of, refusal
from s2sad.backend.trees import call, constant, filled
from s2sad.ir.nodes import Assign, Const


def ndim(e: Express, s: Assign) -> Any:
    rank = rank_of(s.args[0])
    return None if rank is None else constant(rank)


def expand_dims(e: Express, s: Assign) -> Any:
    bound = given(s)
    x, axis = bound.get("x"), bound.get("axis")
    if x is None or not isinstance(axis, Const) or not isinstance(axis.value, tuple):
        return None
    rank = rank_of(x)
    if rank is None:
        raise refusal(s, "axes of an array of unknown rank")
    e.require("numpy")
    tree = e.operand(x)
    for number in sorted(value % (rank + len(axis.value)) for value in axis.value):
        tree = call("np.expand_dims", tree, constant(number))
    return tree


def squeeze(e: Express, s: Assign) -> Any:
    """Axes of length 1 taken away, by index."""
    bound = given(s)
    x, axis = bound.get("x"), bound.get("axis")
    rank = None if x is None else rank_of(x)
    axes = None if axis is None else literal_axes(axis, rank)
    if x is None or rank is None or axes is None:
        raise refusal(s, "np.squeeze without literal axes")
    index = ", ".join("0" if number in axes else ":" for number in range(rank))
    return filled(f"x[{index}]", x=e.operand(x))


def reshape(e: Express, s: Assign) -> Any:
    """An adjoint may lie in memory in any order."""
    if not s.adjoint or s.primitive != "numpy.reshape" or len(s.args) != 2 or s.keywords:
        return None
    e.require("numpy")
    return call("np.reshape", call("np.ascontiguousarray", e.operand(s.args[0])), e.operand(s.args[1]))


def flip(e: Express, s: Assign) -> Any:
    bound = given(s)
    x, axis = bound.get("x"), bound.get("axis")
    rank = None if x is None else rank_of(x)
    axes = list(range(rank or 0)) if axis is None else literal_axes(axis, rank)
    if x is None or rank is None or axes is None:
        raise refusal(s, "np.flip over an axis that is not a literal")
    if rank == 0:
        return e.operand(x)
    index = ", ".join("::-1" if number in axes else ":" for number in range(rank))
    return filled(f"x[{index}]", x=e.operand(x))


def pad(e: Express, s: Assign) -> Any:
    """Zeros around a vector, or along the last axis."""
    x, widths = s.args[0], s.args[1]
    rank = rank_of(x)
    literal = widths.value if isinstance(widths, Const) else None
    if len(s.args) != 2 or rank is None or isinstance(literal, int) and rank > 1:
        raise refusal(s, "np.pad")
    if isinstance(literal, int):
        pair: Any = filled(repr((literal, literal)))
    elif rank == 1:
        pair = e.operand(widths)
    elif literal is not None and all(one == (0, 0) for one in literal[:-1]):
        pair = filled(repr(literal[-1]))
    else:
        raise refusal(s, "np.pad of an axis that is not the last")
    e.require("numpy")
    e.helper("_pad_last")
    return call("_pad_last", e.operand(x), pair)


def take_along(e: Express, s: Assign) -> Any:
    x, indices = s.args[0], s.args[1]
    if rank_of(x) != 1 or rank_of(indices) != 1:
        raise refusal(s, "np.take_along_axis")
    return filled("x[indices]", x=e.operand(x), indices=e.operand(indices))


def diagonal(e: Express, s: Assign) -> Any:
    """A view of the diagonal of a matrix: Numba has the copy of it only, which will do for an adjoint."""
    bound = given(s)
    x, offset = bound.get("x"), bound.get("offset")
    if x is None or rank_of(x) != 2 or "axis1" in bound or "axis2" in bound:
        raise refusal(s, "np.diagonal of more than a matrix")
    e.require("numpy")
    place = [] if offset is None else [e.operand(offset)]
    if s.adjoint:
        return call("np.diag", e.operand(x), *place)
    e.helper("_diagonal")
    return call("_diagonal", e.operand(x), *(place or [constant(0)]))


def triangle(e: Express, s: Assign) -> Any:
    """A triangle of a matrix, by loops: Numba takes seconds to compile its own."""
    bound = given(s)
    x, k = bound.get("x"), bound.get("k")
    if x is None or rank_of(x) != 2:
        return None
    e.require("numpy")
    helper = f"_{s.primitive.rpartition('.')[2]}"
    e.helper(helper)
    return call(helper, e.operand(x), constant(0) if k is None else e.operand(k))
