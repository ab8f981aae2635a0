"""NumPy functions that put the elements of an array elsewhere: rolled, turned and padded; and diagonals."""
from __future__ import annotations

from s2sad.ir.kinds import Dim, Extent, Kind, Scalar, is_integer
from s2sad.ir.nodes import Const, Operand, Var
from s2sad.rules.adjoint_shapes import shaped_as, unreshape, zeros_like
from s2sad.rules.axes import rank
from s2sad.rules.build import Builder, constant
from s2sad.rules.kinds import dims_of, fresh_dims, items_of, product_dim, same_as, shape_parts
from s2sad.rules.numpy_reductions import lengthened
from s2sad.rules.numpy_shapes import array_of, dtype_of, permuted
from s2sad.rules.pieces import operands, plain_integer, plus, refuse, with_keywords
from s2sad.rules.table import Call, NotConstant, function

# -- rolling, turning, padding --------------------------------------------------------------------


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
    return permuted(call, tuple(order))


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
