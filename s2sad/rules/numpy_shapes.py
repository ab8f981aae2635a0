"""NumPy functions that give the elements of an array another shape, or other axes."""
from __future__ import annotations

from s2sad.ir.kinds import UNKNOWN, Array, Dim, Extent, Kind, is_integer, length_of, literal
from s2sad.ir.nodes import Const, Operand, Var
from s2sad.rules.axes import rank
from s2sad.rules.build import Builder, constant
from s2sad.rules.kinds import (
    dims_of,
    extent,
    fresh_dims,
    is_none,
    product_dim,
    shape_dims,
    shape_parts,
)
from s2sad.rules.table import Call, KindRule, NotConstant, function


def dtype_of(call: Call, name: str = "x") -> str:
    return getattr(call.kind(name), "dtype", "any")


def array_of(call: Call, dims: tuple[Extent, ...] | None) -> Kind:
    return Array(dtype_of(call), dims)


def _reshaped(call: Call) -> Kind:
    parts = shape_parts(call.context, call.bound["shape"])
    return array_of(call, None if parts is None else _reshaped_dims(call, parts))


def _reshaped_method(call: Call) -> Kind:
    rest = call.rest()
    if len(rest) == 1 and not is_integer(rest[0].kind):
        parts = shape_parts(call.context, rest[0])
    else:
        parts = list(rest)
    return array_of(call, None if parts is None else _reshaped_dims(call, parts))


def _reshaped_dims(call: Call, parts: list[Operand | Extent]) -> tuple[Extent, ...]:
    """The new dimensions; one of -1 is what the others leave of the old."""
    missing = [isinstance(part, Const) and part.value == -1 for part in parts]
    dims = [extent(call.context, part) if isinstance(part, (Const, Var)) else part for part in parts]
    if True in missing:
        given = [dim for dim, gone in zip(dims, missing, strict=True) if not gone]
        dims[missing.index(True)] = _quotient(call, dims_of(call.kind("x")), given)
    return tuple(dims)


def _quotient(call: Call, whole: tuple[Extent, ...] | None, given: list[Extent]) -> Extent:
    if whole is None:
        return Dim(call.fresh())
    left = [dim for dim in whole if isinstance(dim, Dim)]
    over: list[Extent] = []
    for dim in given:
        if dim in left:
            left.remove(dim)
        elif isinstance(dim, Dim):
            over.append(dim)
    remaining = product_dim(tuple(left))
    if not over:
        return remaining
    total, divisor = length_of(remaining), length_of(product_dim(tuple(over)))
    if total is not None and divisor:
        return literal(total // divisor)
    return Dim(("quotient", tuple(left), tuple(over)))


def _raveled(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    return array_of(call, (Dim(call.fresh()),) if dims is None else (product_dim(dims),))


def permuted(call: Call, axes: tuple[int, ...] | None) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None:
        return array_of(call, None)
    return array_of(call, dims[::-1] if axes is None else tuple(dims[axis] for axis in axes))


def _axes_given(call: Call) -> Operand | None:
    """The axes of a transposition, None for none: one operand that is a tuple."""
    if "axes" in call.bound:
        return None if is_none(call.bound["axes"]) else call.bound["axes"]
    rest = call.rest()
    if not rest or is_none(rest[0]):
        return None
    if len(rest) == 1 and not is_integer(rest[0].kind):
        return rest[0]
    if not all(isinstance(axis, Const) for axis in rest):
        raise NotConstant("axes")
    return constant(tuple(axis.value for axis in rest if isinstance(axis, Const)))


def _transposed(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    try:
        axes = _axes_given(call)
    except NotConstant:
        return array_of(call, None if dims is None else fresh_dims(call, len(dims)))
    if axes is None or isinstance(axes, Const):
        return permuted(call, None if axes is None else tuple(axes.value))
    return array_of(call, None if dims is None else fresh_dims(call, len(dims)))


def _transpose(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    axes = _axes_given(call)
    if axes is None:
        return b.expression("g.T", {"g": g})
    if not isinstance(axes, Const):
        return b.expression("np.transpose(g, np.argsort(np.mod(axes, g.ndim)))", {"g": g, "axes": axes})
    count = len(axes.value)
    order = [axis % count for axis in axes.value]
    inverse = tuple(order.index(number) for number in range(count))
    if inverse == tuple(range(count))[::-1]:
        return b.expression("g.T", {"g": g})
    return b.expression("np.transpose(g, inverse)", {"g": g, "inverse": constant(inverse)})


def _matrices_transposed(call: Call) -> Kind:
    count = rank(call.kind("x"))
    return permuted(call, None if count is None else (*range(count - 2), count - 1, count - 2))


def _moved(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None:
        return array_of(call, None)
    try:
        source, target = call.constant("source"), call.constant("destination")
    except NotConstant:
        return array_of(call, fresh_dims(call, len(dims)))
    pair = [tuple(n % len(dims) for n in (v if isinstance(v, tuple) else (v,))) for v in (source, target)]
    order = [number for number in range(len(dims)) if number not in pair[0]]
    for place, axis in sorted(zip(pair[1], pair[0], strict=True)):
        order.insert(place, axis)
    return permuted(call, tuple(order))


def _swapped(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None:
        return array_of(call, None)
    try:
        one, two = call.constant("axis1"), call.constant("axis2")
    except NotConstant:
        return array_of(call, fresh_dims(call, len(dims)))
    order = list(range(len(dims)))
    order[one], order[two] = order[two], order[one]
    return permuted(call, tuple(order))


def _expanded(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None:
        return array_of(call, None)
    try:
        value = call.constant("axis")
    except NotConstant:
        known = is_integer(call.kind("axis"))
        return array_of(call, fresh_dims(call, len(dims) + 1) if known else None)
    axes = value if isinstance(value, tuple) else (value,)
    count = len(dims) + len(axes)
    places, rest = {axis % count for axis in axes}, iter(dims)
    return array_of(call, tuple(1 if number in places else next(rest) for number in range(count)))


def _squeezed(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if not dims:
        return array_of(call, dims)
    axis = call.get("axis")
    if is_none(axis):
        sure = all(dim == 1 or isinstance(dim, Dim) and dim.not_one for dim in dims)
        return array_of(call, tuple(dim for dim in dims if dim != 1) if sure else None)
    if not isinstance(axis, Const):
        known = axis is not None and is_integer(axis.kind)
        return array_of(call, fresh_dims(call, len(dims) - 1) if known else None)
    gone = {number % len(dims) for number in (axis.value if isinstance(axis.value, tuple) else (axis.value,))}
    return array_of(call, tuple(dim for number, dim in enumerate(dims) if number not in gone))


def _at_least(count: int) -> KindRule:
    def kind(call: Call) -> Kind:
        lifted = lifted_kind(call.kind("x"), count)
        return UNKNOWN if lifted is None else lifted

    return kind


def lifted_kind(kind: Kind, count: int, column: bool = False) -> Array | None:
    """The kind of ``np.atleast_1d`` (2d, 3d) of a value; with ``column`` a vector becomes a column."""
    dims = dims_of(kind)
    if dims is None:
        return None
    if len(dims) < count:
        shapes: dict[int, tuple[Extent, ...]] = {0: (1,) * count, 1: (1, *dims)[-count:], 2: (*dims, 1)}
        if len(dims) == 1 and count == 3:
            shapes[1] = (1, *dims, 1)
        if len(dims) == 1 and column:
            shapes[1] = (*dims, 1)
        dims = shapes[len(dims)]
    return Array(getattr(kind, "dtype", "any"), dims)


function("np.reshape(x, shape)", _reshaped, view=True, bounded=True, x="unreshape(g, x)")
function("array.reshape(x, *shape)", _reshaped_method, view=True, bounded=True, x="unreshape(g, x)")
function("np.ravel(x)", _raveled, view=True, bounded=True, x="unreshape(g, x)")
function("array.ravel(x)", _raveled, view=True, bounded=True, x="unreshape(g, x)")
function("array.flatten(x)", _raveled, bounded=True, x="unreshape(g, x)")
function("np.transpose(x, axes=None)", _transposed, view=True, bounded=True, x=_transpose)
function("array.transpose(x, *axes)", _transposed, view=True, bounded=True, x=_transpose)
function("np.matrix_transpose(x)", _matrices_transposed, view=True, bounded=True, x="mT(g)")
function("array.mT(x)", _matrices_transposed, view=True, bounded=True, x="mT(g)")
function("np.swapaxes(x, axis1, axis2)", _swapped, view=True, bounded=True, x="np.swapaxes(g, axis1, axis2)")
function("np.moveaxis(x, source, destination)", _moved, view=True, bounded=True,
         x="np.moveaxis(g, destination, source)")
function("np.expand_dims(x, axis)", _expanded, view=True, bounded=True, x="unreshape(g, x)")
function("np.squeeze(x, axis=None)", _squeezed, view=True, bounded=True, x="unreshape(g, x)")
for _count in (1, 2, 3):
    function(f"np.atleast_{_count}d(x)", _at_least(_count), view=True, bounded=True, x="unreshape(g, x)")
# the cotangent has the shape of the result, and is summed back as any broadcast is
function("np.broadcast_to(x, shape)",
         lambda call: array_of(call, shape_dims(call.context, call.bound["shape"])),
         view=True, bounded=True, x="g")
