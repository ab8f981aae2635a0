"""NumPy functions that arrange elements: shapes, repeating, rearranging, diagonals, selecting."""
from __future__ import annotations

from collections import Counter

from s2sad.ir.kinds import UNKNOWN, Array, Dim, Extent, Kind, Scalar
from s2sad.ir.nodes import Const, Operand, Var
from s2sad.rules.build import Builder, constant
from s2sad.rules.kinds import (
    array_kind,
    dims_of,
    extent,
    fresh_dims,
    is_integer,
    is_none,
    items_of,
    length_of,
    literal,
    product_dim,
    same_as,
    shape_dims,
    shape_parts,
)
from s2sad.rules.macros import (
    flattened,
    literal_axis,
    operands,
    plain_integer,
    plus,
    rank,
    refuse,
    shaped_as,
    unreshape,
    with_keywords,
    zeros_like,
)
from s2sad.rules.numpy_reductions import lengthened
from s2sad.rules.table import Call, KindRule, NotConstant, function

# -- shapes ---------------------------------------------------------------------------------------


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
    left, used = Counter(dim for dim in whole if dim != 1), Counter(dim for dim in given if dim != 1)
    over = used - left
    remaining = tuple((left - used).elements())
    if not over:
        return product_dim(remaining)
    total, divisor = length_of(product_dim(remaining)), length_of(product_dim(tuple(over.elements())))
    if total is not None and divisor:
        return literal(total // divisor)
    return Dim(("quotient", remaining, tuple(over.elements())))


def _raveled(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    return array_of(call, (Dim(call.fresh()),) if dims is None else (product_dim(dims),))


def _permuted(call: Call, axes: tuple[int, ...] | None) -> Kind:
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
        return _permuted(call, None if axes is None else tuple(axes.value))
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
    return _permuted(call, None if count is None else (*range(count - 2), count - 1, count - 2))


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
    return _permuted(call, tuple(order))


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
    return _permuted(call, tuple(order))


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


# -- repeating ------------------------------------------------------------------------------------


def _tiled(call: Call) -> Kind:
    dims, parts = dims_of(call.kind("x")), shape_parts(call.context, call.bound["reps"])
    if dims is None or parts is None:
        return array_of(call, None)
    counts = [extent(call.context, part) if isinstance(part, (Const, Var)) else part for part in parts]
    width = max(len(counts), len(dims))
    ones: tuple[Extent, ...] = (1,) * width
    have, times = (ones + dims)[len(dims) :], (ones + tuple(counts))[len(counts) :]
    return array_of(call, tuple(product_dim(pair) for pair in zip(times, have, strict=True)))


def _tile(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Axes of copies are split off and summed."""
    x, parts = call.bound["x"], shape_parts(b.context, call.bound["reps"])
    count = rank(x.kind)
    if count == 0:
        return b.emit("numpy.sum", g)
    reps = None if parts is None else [part for part in parts if isinstance(part, (Const, Var))]
    if count is None or parts is None or reps is None or len(reps) != len(parts):
        raise refuse(b, "the number of dimensions must be known here")
    width = max(len(reps), count)
    times: list[Operand | None] = [None] * (width - len(reps)) + list(reps)
    shape: list[Operand] = []
    summed: list[int] = []
    for number, repeat in enumerate(times):
        if repeat is not None and not (isinstance(repeat, Const) and repeat.value == 1):
            summed.append(len(shape))
            shape.append(repeat)
        if number >= width - count:
            axis = constant(number - (width - count))
            shape.append(b.expression("x.shape[axis]", {"x": x, "axis": axis}))
    if not summed:
        return unreshape(b, g, x)
    folded = b.emit("numpy.reshape", g, b.emit("s2sad.tuple", *shape))
    axes = constant(tuple(summed) if len(summed) > 1 else summed[0])
    return b.emit("numpy.sum", folded, axes, keywords=("axis",))


def _repeated(call: Call) -> Kind:
    kind, repeats = call.kind("x"), call.bound["repeats"]
    dims = _with_an_axis(kind)
    if dims is None:
        return array_of(call, (Dim(call.fresh()),) if is_none(call.get("axis")) else None)
    if is_none(call.get("axis")):
        dims, axis = (product_dim(dims),), 0
    else:
        found = literal_axis(call, 0)
        if found is None:
            return array_of(call, fresh_dims(call, len(dims)))
        axis = found % len(dims)
    once = isinstance(repeats, Const) and isinstance(repeats.value, int) or is_integer(repeats.kind)
    new = product_dim((dims[axis], extent(call.context, repeats))) if once else Dim(call.fresh())
    return array_of(call, (*dims[:axis], new, *dims[axis + 1 :]))


def _with_an_axis(kind: Kind) -> tuple[Extent, ...] | None:
    """The dimensions of an array; NumPy takes a number for a vector here."""
    dims = dims_of(kind)
    return (1,) if dims == () else dims


def _repeat(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, repeats, axis = call.bound["x"], call.bound["repeats"], call.get("axis") or constant(None)
    if rank(x.kind) == 0:
        return unreshape(b, b.emit("numpy.sum", g), x)
    flat_x = flattened(b, x) if is_none(axis) else x
    number = 0 if is_none(axis) else axis.value if isinstance(axis, Const) else None
    names = {"g": g, "x": flat_x, "repeats": repeats, "axis": axis}
    if is_integer(repeats.kind) and number is not None and rank(flat_x.kind) is not None:
        count = rank(flat_x.kind) or 1
        number %= count
        lengths = [f"x.shape[{i}]" for i in range(count)]
        lengths[number : number + 1] = [f"x.shape[{number}]", "repeats"]
        text = f"np.sum(np.reshape(g, ({', '.join(lengths)})), axis={number + 1})"
        return unreshape(b, b.expression(text, names), x)
    if number is None:
        names["places"] = b.expression("np.repeat(np.arange(x.shape[axis]), repeats)", names)
        names["zero"] = b.expression("np.moveaxis(zeros_like(x), axis, 0)", names)
        names["front"] = b.expression("np.moveaxis(g, axis, 0)", names)
        added = b.emit("s2sad.index_add", names["zero"], names["places"], names["front"])
        return b.expression("np.moveaxis(added, 0, axis)", {**names, "added": added})
    names["number"] = constant(number)
    places = b.expression("np.repeat(np.arange(x.shape[number]), repeats)", names)
    return unreshape(b, _add_along(b, flat_x, number, places, g), x)


def _add_along(b: Builder, x: Operand, axis: int, places: Operand, g: Operand) -> Operand:
    """Zeros of the shape of ``x`` with ``g`` added at places of a literal axis, which may repeat."""
    index = places if axis == 0 else _index(b, x, axis, places)
    return b.emit("s2sad.index_add", zeros_like(b, x), index, g)


def _index(b: Builder, x: Operand, axis: int, places: Operand) -> Operand:
    """The index ``[:, places]``."""
    count = rank(x.kind)
    whole = b.emit("s2sad.slice", constant(None), constant(None), constant(None))
    if axis < 0 and count is None:
        return b.emit("s2sad.tuple", constant(...), places, *[whole] * (-axis - 1))
    return b.emit("s2sad.tuple", *[whole] * (axis % count if count else axis), places)


function("np.tile(x, reps)", _tiled, bounded=True, x=_tile)
function("np.repeat(x, repeats, axis=None)", _repeated, bounded=True, x=_repeat, repeats=None)

# -- rearranging ----------------------------------------------------------------------------------


def _rotated(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None:
        return array_of(call, None)
    try:
        turns, axes = call.constant("k", 1), call.constant("axes", (0, 1))
    except NotConstant:
        return array_of(call, fresh_dims(call, len(dims)))
    order = list(range(len(dims)))
    if turns % 2:
        order[axes[0]], order[axes[1]] = order[axes[1]], order[axes[0]]
    return _permuted(call, tuple(order))


def _rotate_back(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    k = call.get("k") or constant(1)
    back = constant(-k.value) if isinstance(k, Const) else b.emit("operator.neg", plain_integer(b, k))
    return with_keywords(b, "numpy.rot90", g, back, axes=call.get("axes"))


def _roll(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    shift = call.bound["shift"]
    if isinstance(shift, Const):
        value = shift.value
        back: Operand = constant(tuple(-n for n in value) if isinstance(value, tuple) else -value)
    elif is_integer(shift.kind):
        back = b.emit("operator.neg", plain_integer(b, shift))
    else:
        raise NotConstant("shift")
    negated = b.context.definition(g, "operator.neg")
    if negated is not None and negated.adjoint:  # a sum takes the negative off
        return b.emit("operator.neg", with_keywords(b, "numpy.roll", negated.args[0], back, axis=call.get("axis")))
    return with_keywords(b, "numpy.roll", g, back, axis=call.get("axis"))


def _pad_widths(call: Call, count: int) -> list[tuple[Operand, Operand]] | None:
    """The widths before and after each axis."""
    parts = shape_parts(call.context, call.bound["pad_width"])
    if parts is None or any(not isinstance(part, (Const, Var)) for part in parts):
        return None
    given = [part for part in parts if isinstance(part, (Const, Var))]
    pairs: list[tuple[Operand, Operand]] = []
    for part in given:
        if is_integer(part.kind):
            continue
        inner = items_of(call.context, part)
        if inner is None or len(inner) not in (1, 2):
            return None
        pairs.append((inner[0], inner[-1]))
    if not pairs:
        return [(given[0], given[-1])] * count
    if len(pairs) != len(given):
        return None
    return pairs * count if len(pairs) == 1 else pairs


def _padded(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None:
        return array_of(call, None)
    widths = _pad_widths(call, len(dims))
    if widths is None or len(widths) != len(dims):
        return array_of(call, fresh_dims(call, len(dims)))
    return array_of(call, tuple(
        lengthened(dim, one.value + two.value)
        if isinstance(one, Const) and isinstance(two, Const) else Dim(call.fresh())
        for dim, (one, two) in zip(dims, widths, strict=True)
    ))


def _pad(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, mode, count = call.bound["x"], call.get("mode"), rank(call.kind("x"))
    if mode is not None and not (isinstance(mode, Const) and mode.value == "constant"):
        raise refuse(b, "np.pad has a derivative rule for mode='constant' only")
    widths = None if count is None else _pad_widths(call, count)
    if count is None or widths is None or len(widths) != count:
        raise NotConstant("pad_width")
    names: dict[str, Operand] = {"g": g}
    parts = []
    for axis, pair in enumerate(widths):
        before, after = (plain_integer(b, width) for width in pair)
        names |= {f"a{axis}": before, f"b{axis}": after}
        if isinstance(before, Const) and isinstance(after, Const):
            start = str(before.value) if before.value else ""
            parts.append(f"{start}:{-after.value if after.value else ''}")
            continue
        names[f"b{axis}"] = plus(b, before, b.expression(f"x.shape[{axis}]", {"x": x}))
        parts.append(f"a{axis}:b{axis}")
    while parts and parts[-1] == ":":
        parts.pop()
    return shaped_as(b.expression(f"g[{', '.join(parts)}]", names), x) if parts else g


function("np.roll(x, shift, axis=None)", same_as("x"), bounded=True, x=_roll)
function("np.flip(x, axis=None)", same_as("x"), view=True, bounded=True,
         x=lambda b, call, g, ans, name: with_keywords(b, "numpy.flip", g, axis=call.get("axis")))
function("np.fliplr(x)", same_as("x"), view=True, bounded=True, x="np.fliplr(g)")
function("np.flipud(x)", same_as("x"), view=True, bounded=True, x="np.flipud(g)")
function("np.rot90(x, k=1, axes=(0, 1))", _rotated, view=True, bounded=True, x=_rotate_back)
function("np.pad(x, pad_width, mode=None, constant_values=0)", _padded, bounded=True,
         x=_pad, pad_width=None)

# -- diagonals ------------------------------------------------------------------------------------


def _offset_dim(call: Call, dim: Extent, name: str) -> Extent:
    try:
        return lengthened(dim, abs(call.constant(name, 0))) if call.constant(name, 0) else dim
    except NotConstant:
        return Dim(call.fresh())


def _diag_kind(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None or not dims:
        return array_of(call, None)
    if len(dims) == 1:
        side = _offset_dim(call, dims[0], "k")
        return array_of(call, (side, side))
    return array_of(call, _diagonal_dims(call, dims, "k"))


def _diagonal_dims(call: Call, dims: tuple[Extent, ...], name: str) -> tuple[Extent, ...]:
    main = isinstance(call.get(name) or constant(0), Const) and not call.constant(name, 0)
    square = main and dims[0] == dims[1]
    return (*dims[2:], dims[0] if square else Dim(call.fresh()))


def _diagonal_kind(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None or len(dims) < 2:
        return array_of(call, None)
    if "axis1" in call.bound or "axis2" in call.bound:
        return array_of(call, fresh_dims(call, len(dims) - 1))
    return array_of(call, _diagonal_dims(call, dims, "offset"))


def _diag(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    if rank(call.kind("x")) == 1:
        return shaped_as(with_keywords(b, "numpy.diagonal", g, offset=call.get("k")), call.bound["x"])
    return _diagonal(b, call, g, ans, name)


def _diagonal(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, offset = call.bound["x"], call.get("k") or call.get("offset") or constant(0)
    if rank(x.kind) != 2 or "axis1" in call.bound or "axis2" in call.bound:
        raise refuse(b, "diagonals of more than a matrix have no derivative rule", "use np.einsum")
    dims = dims_of(x.kind) or ()
    if dims[0] == dims[1]:
        return with_keywords(b, "numpy.diag", g, k=None if _is_zero(offset) else offset)
    offset = plain_integer(b, offset)
    rows = columns = b.expression("np.arange(g.shape[0])", {"g": g})
    if not isinstance(offset, Const):
        rows = b.expression("rows + np.maximum(-k, 0)", {"rows": rows, "k": offset})
        columns = b.expression("columns + np.maximum(k, 0)", {"columns": columns, "k": offset})
    elif offset.value > 0:
        columns = plus(b, columns, offset)
    elif offset.value < 0:
        rows = plus(b, rows, constant(-offset.value))
    return b.emit("s2sad.index_add", zeros_like(b, x), b.emit("s2sad.tuple", rows, columns), g)


def _is_zero(operand: Operand) -> bool:
    return isinstance(operand, Const) and operand.value == 0


def _diagflat_kind(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None:
        return array_of(call, fresh_dims(call, 2))
    side = _offset_dim(call, product_dim(dims), "k")
    return array_of(call, (side, side))


def _triangle_kind(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    return array_of(call, (*dims, *dims) if dims is not None and len(dims) == 1 else dims)


def _trace_kind(call: Call) -> Kind:
    dims = dims_of(call.kind("x"))
    if dims is None:
        return array_of(call, None)
    return array_of(call, dims[2:]) if len(dims) > 2 else Scalar(dtype_of(call), weak=False)


def _trace(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    if rank(call.kind("x")) != 2:
        raise refuse(b, "np.trace of more than a matrix has no derivative rule", "use np.einsum")
    return b.expression("g * eye_like(x.shape[0], x.shape[1], offset, x)", operands(call, g, ans))


function("np.diag(x, k=0)", _diag_kind, bounded=True, x=_diag)
function("np.diagonal(x, offset=0, axis1=0, axis2=1)", _diagonal_kind, view=True, bounded=True, x=_diagonal)
function("np.diagflat(x, k=0)", _diagflat_kind, bounded=True,
         x=lambda b, call, g, ans, name: unreshape(
             b, with_keywords(b, "numpy.diagonal", g, offset=call.get("k")), call.bound["x"]))
function("np.tril(x, k=0)", _triangle_kind, bounded=True,
         x=lambda b, call, g, ans, name: with_keywords(b, "numpy.tril", g, k=call.get("k")))
function("np.triu(x, k=0)", _triangle_kind, bounded=True,
         x=lambda b, call, g, ans, name: with_keywords(b, "numpy.triu", g, k=call.get("k")))
function("np.trace(x, offset=0)", _trace_kind, bounded=True, x=_trace)

# -- selecting ------------------------------------------------------------------------------------


def _taken(call: Call) -> Kind:
    kind = call.kind("x")
    places = array_kind(call.context, call.bound["indices"])
    dims = _with_an_axis(kind)
    if not isinstance(places, Array) or places.dims is None or dims is None:
        return array_of(call, None)
    if is_none(call.get("axis")):
        made = places.dims
    else:
        axis = literal_axis(call, 0)
        if axis is None:
            made = fresh_dims(call, len(dims) - 1 + len(places.dims))
        else:
            axis %= len(dims)
            made = dims[:axis] + places.dims + dims[axis + 1 :]
    scalar = not made and isinstance(call.kind("indices"), Scalar)
    return Scalar(dtype_of(call), weak=False) if scalar else array_of(call, made)


def _take(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Repeated indices accumulate."""
    x, indices, axis = call.bound["x"], call.bound["indices"], call.get("axis") or constant(None)
    places = array_kind(b.context, indices)
    if getattr(places, "dtype", "any") == "bool":
        raise refuse(b, "np.take reads truth values as the places 0 and 1", "index the array by them, or take integers")
    if rank(x.kind) == 0:
        return unreshape(b, b.emit("numpy.sum", g), x)
    if is_none(axis):
        return unreshape(b, _add_along(b, flattened(b, x), 0, indices, g), x)
    if isinstance(axis, Const):
        return _add_along(b, x, axis.value, indices, g)
    count = places.ndim if isinstance(places, Array) else None
    if count is None or count > 1:
        raise NotConstant("axis")
    names = {"x": x, "g": g, "axis": axis}
    zero = b.expression("np.moveaxis(zeros_like(x), axis, 0)", names)
    front = g if count == 0 else b.expression("np.moveaxis(g, axis, 0)", names)
    added = b.emit("s2sad.index_add", zero, indices, front)
    return b.expression("np.moveaxis(added, 0, axis)", {**names, "added": added})


def _taken_along(call: Call) -> Kind:
    dims, places = dims_of(call.kind("x")), dims_of(call.kind("indices"))
    axis = literal_axis(call, -1)
    if dims is None or places is None or len(dims) != len(places):
        return array_of(call, places if is_none(call.get("axis")) and "axis" in call.bound else None)
    if axis is None:
        return array_of(call, fresh_dims(call, len(dims)))
    axis %= len(dims)
    return array_of(call, tuple(
        place if number == axis or dim == 1 or place == dim else dim if place == 1 else Dim(call.fresh())
        for number, (dim, place) in enumerate(zip(dims, places, strict=True))
    ))


def _take_along(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, indices, axis = call.bound["x"], call.bound["indices"], call.get("axis") or constant(-1)
    count = rank(x.kind)
    if count is None or is_none(axis):
        raise refuse(b, "np.take_along_axis needs an axis and a known number of dimensions here")
    if isinstance(axis, Const):
        return _add_at(b, x, zeros_like(b, x), indices, g, axis.value % count)
    names: dict[str, Operand] = {"x": x, "g": g, "indices": indices, "axis": axis}
    last = {name: b.expression(f"np.swapaxes({name}, axis, -1)", names) for name in ("x", "g", "indices")}
    zero = b.expression("np.swapaxes(zeros_like(x), axis, -1)", names)
    added = _add_at(b, last["x"], zero, last["indices"], last["g"], count - 1)
    return b.expression("np.swapaxes(added, axis, -1)", {"added": added, "axis": axis})


def _add_at(b: Builder, x: Operand, zero: Operand, indices: Operand, g: Operand, axis: int) -> Operand:
    """``g`` added at ``indices`` along one axis, in place along the others."""
    count = rank(x.kind) or 1
    if count == 1:
        return b.emit("s2sad.index_add", zero, indices, g)
    index: list[Operand] = []
    for number in range(count):
        if number == axis:
            index.append(indices)
            continue
        others = tuple(n for n in range(count) if n != number)
        names = {"x": x, "others": constant(others if len(others) > 1 else others[0])}
        index.append(b.expression(f"np.expand_dims(np.arange(x.shape[{number}]), others)", names))
    return b.emit("s2sad.index_add", zero, b.emit("s2sad.tuple", *index), g)


function("np.take(x, indices, axis=None)", _taken, bounded=True, x=_take, indices=None)
function("np.take_along_axis(x, indices, axis=None)", _taken_along, bounded=True,
         x=_take_along, indices=None)
