"""NumPy functions that take the elements of an array by place: repeated, or at indices."""
from __future__ import annotations

from s2sad.ir.kinds import Array, Dim, Extent, Kind, Scalar, is_integer
from s2sad.ir.nodes import Const, Operand, Var
from s2sad.rules.adjoint_shapes import unreshape, zeros_like
from s2sad.rules.axes import flattened, literal_axis, rank
from s2sad.rules.build import Builder, constant
from s2sad.rules.kinds import array_kind, dims_of, extent, fresh_dims, is_none, product_dim, shape_parts
from s2sad.rules.numpy_shapes import array_of, dtype_of
from s2sad.rules.pieces import refuse
from s2sad.rules.table import Call, NotConstant, function

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
