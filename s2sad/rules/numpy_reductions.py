"""NumPy's reductions and cumulative functions.

Elements that share a maximum or minimum share its adjoint, as in JAX. Products are exact where elements
are zero: no adjoint divides by an element.
"""
from __future__ import annotations

from s2sad.ir.kinds import UNKNOWN, Array, Dim, Extent, Kind, Scalar, is_inexact, is_narrow, length_of, literal
from s2sad.ir.meeting import common_dtype
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.adjoint_shapes import restore, shaped_as, size, unreshape
from s2sad.rules.axes import flattened, literal_axis, rank
from s2sad.rules.build import Builder, constant, macro
from s2sad.rules.kinds import (
    dims_of,
    dtype_argument,
    fresh_dims,
    is_none,
    product_dim,
    real_of,
    reduced,
    reduced_inexact,
    reduced_sum,
    same_as,
    settled,
    widened,
    with_dtype,
)
from s2sad.rules.kinks import share
from s2sad.rules.pieces import operands, refuse, with_keywords
from s2sad.rules.table import Call, NotConstant, alias, function

# -- products -------------------------------------------------------------------------------------


def _others(b: Builder, x: Operand, axis: Operand) -> Operand:
    """For each element the product of the others over ``axis``: of those before it and those after it."""
    if is_none(axis):
        return unreshape(b, _others_in_front(b, flattened(b, x)), x)
    if isinstance(axis, Const) and isinstance(axis.value, tuple):
        if not axis.value:
            return b.expression("np.ones_like(x)", {"x": x})
        first, *rest = axis.value
        outer = _others(b, x, constant(first))
        if not rest:
            return outer
        inner = b.expression("np.prod(x, axis=first, keepdims=True)", {"x": x, "first": constant(first)})
        return b.emit("operator.mul", outer, _others(b, inner, constant(tuple(rest))))
    if not isinstance(axis.kind, Scalar):
        raise NotConstant("axis")
    if rank(x.kind) == 1:
        return _others_in_front(b, x)
    names = {"x": x, "axis": axis}
    if isinstance(axis, Const) and axis.value == 0:
        return _others_in_front(b, x)
    names["front"] = _others_in_front(b, b.expression("np.moveaxis(x, axis, 0)", names))
    return b.expression("np.moveaxis(front, 0, axis)", names)


def _others_in_front(b: Builder, x: Operand) -> Operand:
    names = {"x": x, "one": b.expression("np.ones_like(x[:1])", {"x": x})}
    names["before"] = b.expression("np.concatenate((one, np.cumprod(x[:-1], axis=0)))", names)
    names["after"] = b.expression("np.concatenate((np.cumprod(x[:0:-1], axis=0)[::-1], one))", names)
    return b.emit("operator.mul", shaped_as(names["before"], x), shaped_as(names["after"], x))


def _prod(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    names = operands(call, g, ans)
    x, axis = names["x"], names["axis"]
    if rank(x.kind) == 0:
        return g
    return b.emit("operator.mul", restore(b, g, x, axis, names["keepdims"]), _others(b, x, axis))


def _cumprod(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, axis = call.bound["x"], call.get("axis") or constant(None)
    if rank(x.kind) == 0:
        return unreshape(b, g, x)
    if not is_none(axis):
        return b.emit("s2sad.cumprod_adjoint", g, x, axis)
    return unreshape(b, b.emit("s2sad.cumprod_adjoint", g, flattened(b, x), constant(0)), x)


# -- sums -----------------------------------------------------------------------------------------


def _cumulative(call: Call) -> Kind:
    kind = call.kind("x")
    dtype = dtype_argument(call, widened(getattr(kind, "dtype", "any")))
    if isinstance(kind, Array) and not (is_none(call.get("axis")) and kind.ndim != 1):
        return Array(dtype, kind.dims if kind.dims != () else (1,))
    dims = dims_of(kind)
    return UNKNOWN if dims is None else Array(dtype, (product_dim(dims),))


def _cumsum(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, axis = call.bound["x"], call.get("axis")
    names = {"g": g} | ({} if axis is None else {"axis": axis})
    if axis is None or is_none(axis) or rank(x.kind) in (0, 1):
        return unreshape(b, b.expression("turned(np.cumsum(turned(g)))", names), x)
    if isinstance(axis, Const) and axis.value == 0:
        return b.expression("turned(np.cumsum(turned(g), axis=0))", names)
    return b.expression("np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)", names)


# -- extrema --------------------------------------------------------------------------------------


def _range(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    names = operands(call, g, ans)
    x, axis, keep = names["x"], names["axis"], names["keepdims"]
    high, low = (with_keywords(b, f"numpy.{which}", x, axis=axis, keepdims=keep) for which in ("max", "min"))
    return b.emit("operator.sub", share(b, g, x, high, axis, keep), share(b, g, x, low, axis, keep))


# -- variances ------------------------------------------------------------------------------------


def _real_inexact(call: Call) -> Kind:
    return real_of(reduced_inexact(call))


@macro
def mean_of(b: Builder, x: Operand, axis: Operand) -> Operand:
    """The mean over an axis in a shape that broadcasts against ``x``."""
    keep = None if is_none(axis) else constant(True)
    return with_keywords(b, "numpy.mean", x, axis=axis, keepdims=keep)


@macro
def freedom(b: Builder, x: Operand, axis: Operand, ddof: Operand) -> Operand:
    """What a variance divides by: the number of elements less ``ddof``."""
    count = size(b, x, axis)
    return count if is_none(ddof) else b.emit("operator.sub", count, ddof)


# -- weighted means -------------------------------------------------------------------------------


def _average_kind(call: Call) -> Kind:
    if call.constant("returned", False):
        return UNKNOWN
    kind, weights = reduced_inexact(call), call.get("weights")
    if weights is None or is_none(weights):
        return kind
    other = getattr(weights.kind, "dtype", "any")
    return with_dtype(kind, common_dtype(other, getattr(kind, "dtype", "any")))


def _weights(b: Builder, names: dict[str, Operand]) -> Operand:
    """The weights in a shape that broadcasts against ``x``."""
    x, axis, weights = names["x"], names["axis"], names["weights"]
    have, want = rank(weights.kind), rank(x.kind)
    if have is not None and have == want:
        return weights
    if have == 1 and want is not None and isinstance(axis, Const) and isinstance(axis.value, int):
        after = want - 1 - axis.value % want
        places = tuple(range(1, after + 1))
        return b.emit("numpy.expand_dims", weights, constant(places)) if places else weights
    raise refuse(b, "np.average needs weights of the shape of the array, or of one literal axis, here")


def _average(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Of ``sum(w x) / sum(w)``: ``w / sum(w)`` for x, ``(x - ans) / sum(w)`` for w."""
    names = operands(call, g, ans)
    x, axis, keep = names["x"], names["axis"], names["keepdims"]
    if call.constant("returned", False):
        raise refuse(b, "np.average(returned=True) has no derivative rule", "sum the weights apart")
    if is_none(names["weights"]):
        names["part"] = b.emit("operator.truediv", g, size(b, x, axis))
        return b.expression("spread(part, x, axis, keepdims)", names)
    names["w"] = _weights(b, names)
    vector = rank(names["weights"].kind) == 1
    total = with_keywords(b, "numpy.sum", names["weights"], axis=None if vector else axis,
                          keepdims=None if vector else keep)
    names["part"] = restore(b, b.emit("operator.truediv", g, total), x, axis, keep)
    if name == "x":
        return b.expression("part * w", names)
    names["mean"] = restore(b, ans, x, axis, keep)
    whole = b.expression("part * (x - mean)", names)
    if rank(names["weights"].kind) == rank(x.kind):
        return whole
    others = tuple(i for i in range(rank(x.kind) or 0) if i != axis.value % (rank(x.kind) or 1))  # type: ignore[union-attr]
    return b.emit("numpy.sum", whole, constant(others), keywords=("axis",))


# -- norms ----------------------------------------------------------------------------------------


def _norm(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    names = operands(call, g, ans)
    x, axis, keep, order = names["x"], names["axis"], names["keepdims"], names["ord"]
    if not isinstance(order, Const):
        raise NotConstant("ord")
    axes = 2 if isinstance(axis, Const) and isinstance(axis.value, tuple) and len(axis.value) == 2 else 1
    if is_none(axis):
        axes = rank(x.kind) or 0
    value = order.value
    if value is None or value == "fro" or (value == 2 and axes == 1):
        names["part"] = restore(b, b.expression("g / ans", names), x, axis, keep)
        return b.expression("part * conj(x)", names)
    if axes != 1 or isinstance(value, (str, tuple)) or value == 0:
        raise refuse(b, f"np.linalg.norm(ord={value!r}) has no derivative rule here", "write the norm out")
    if value == 1:
        names["part"] = restore(b, g, x, axis, keep)
        return b.expression("through_abs(part, x, np.abs(x))", names)
    names["size"] = b.emit("numpy.abs", x)
    if value in (float("inf"), -float("inf")):
        names["part"] = share(b, g, names["size"], ans, axis, keep)
        return b.expression("through_abs(part, x, size)", names)
    # d/dx (sum |x|^p)^(1/p) = |x|^(p-1) sign(x) / ans^(p-1)
    names["less"] = constant(value - 1)
    names["part"] = restore(b, b.expression("g / ans ** less", names), x, axis, keep)
    return b.expression("through_abs(part * size ** less, x, size)", names)


# -- differences and integrals --------------------------------------------------------------------


def _along(call: Call, change: int, default: int = -1) -> Kind:
    """The kind of ``x`` with one axis longer or shorter."""
    kind = call.kind("x")
    if not isinstance(kind, Array) or kind.dims is None:
        return UNKNOWN
    dims: list[Extent] = list(kind.dims)
    if literal_axis(call, default) is None:
        return Array(kind.dtype, fresh_dims(call, len(dims)))
    axis = call.constant("axis", default) % len(dims)
    dims[axis] = lengthened(dims[axis], change)
    return Array(kind.dtype, tuple(dims))


def lengthened(dim: Extent, change: int) -> Extent:
    """A dimension with a number of elements more; named as slices name what they cut off."""
    length = length_of(dim)
    if length is not None:
        return literal(max(length + change, 0))
    assert isinstance(dim, Dim)
    trimmed = isinstance(dim.key, tuple) and dim.key[0] == "trim"
    key, cut = dim.key[1:] if trimmed else (dim.key, 0)  # type: ignore[index]
    least = max(dim.least + change, change, 0)
    return Dim(("trim", key, cut - change), least > 1, least)


def _diff_kind(call: Call) -> Kind:
    return _along(call, -call.constant("n", 1))


def _diff(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The transpose of a difference is minus the difference of the padded cotangent."""
    x, n, count = call.bound["x"], call.constant("n", 1), rank(call.kind("x"))
    axis = call.get("axis") or constant(-1)
    if count is None:
        raise refuse(b, "the number of dimensions must be known here")
    if not isinstance(n, int):
        raise NotConstant("n")
    if n == 0:
        return g
    names: dict[str, Operand] = {"g": g, "x": x, "axis": axis, "n": constant(n)}
    number = axis.value % count if isinstance(axis, Const) else count - 1
    if not isinstance(axis, Const):
        names["g"] = b.expression("np.moveaxis(g, axis, -1)", names)
    widths: int | tuple[tuple[int, int], ...] = n if count == 1 else tuple(
        (n, n) if i == number else (0, 0) for i in range(count)
    )
    names |= {"widths": constant(widths), "number": constant(number)}
    times, where = ", n" if n > 1 else "", "" if number == count - 1 else ", axis=number"
    names["d"] = b.expression(f"{'-' if n % 2 else ''}np.diff(np.pad(g, widths){times}{where})", names)
    whole = names["d"] if isinstance(axis, Const) else b.expression("np.moveaxis(d, -1, axis)", names)
    return shaped_as(whole, x)


def _trapezoid_kind(call: Call) -> Kind:
    kind = call.kind("y")
    dims = dims_of(kind)
    if dims is None or not dims:
        return UNKNOWN
    axis = call.constant("axis", -1) % len(dims)
    dtype = getattr(kind, "dtype", "any")
    x = call.get("x")
    if x is not None and not is_none(x):
        dtype = common_dtype(dtype, getattr(x.kind, "dtype", "float64"))
    return settled(Array(dtype if is_inexact(dtype) else "float64", dims[:axis] + dims[axis + 1 :]))


def _trapezoid(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Each interval gives half its width to the ordinates at its ends, and their mean to its width."""
    names = operands(call, g, ans)
    y, x, count = names["y"], names["x"], rank(call.kind("y"))
    axis = call.constant("axis", -1)
    last = count is not None and axis % count == count - 1
    fits = is_none(x) or rank(x.kind) == count or (rank(x.kind) == 1 and last)
    if count is None or not fits:
        raise refuse(b, "np.trapezoid needs abscissas of one dimension, over the last axis, here")
    names["axis"] = constant(axis)
    names["g"] = b.expression("np.expand_dims(g, axis)", names) if count > 1 else g
    names["gap"] = names["dx"] if is_none(x) else with_keywords(b, "numpy.diff", x, axis=names["axis"])
    if is_none(names["gap"]):
        names["gap"] = constant(1.0)
    before, after = _edges(b, count, axis, 1, 0), _edges(b, count, axis, 0, 1)
    names |= {"before": before, "after": after}
    if name == "y":
        names["half"] = b.expression("0.5 * g * gap", names)
        if is_none(x):
            names["half"] = b.expression("half * np.ones_like(np.diff(y, axis=axis))", names)
        return shaped_as(b.expression("np.pad(half, before) + np.pad(half, after)", names), y)
    index = [":"] * count
    index[axis % count] = "1:"
    later = ", ".join(index)
    index[axis % count] = ":-1"
    earlier = ", ".join(index)
    # Small integers wrap around in the function as well.
    pair = f"np.add(y[{later}], y[{earlier}])" if is_narrow(y.kind) else f"(y[{later}] + y[{earlier}])"
    mean = b.expression(f"0.5 * g * {pair}", {**names, "y": y})
    if name == "dx":
        return b.emit("numpy.sum", mean)
    if rank(x.kind) != count:
        mean = b.emit("numpy.sum", mean, constant(tuple(range(count - 1))), keywords=("axis",))
        names |= {"before": _edges(b, 1, 0, 1, 0), "after": _edges(b, 1, 0, 0, 1)}
    return shaped_as(b.expression("np.pad(mean, before) - np.pad(mean, after)", {**names, "mean": mean}), x)


def _edges(b: Builder, count: int, axis: int, before: int, after: int) -> Operand:
    """The widths that pad one axis."""
    if count == 1:
        return constant((before, after))
    return constant(tuple((before, after) if i == axis % count else (0, 0) for i in range(count)))


# -- order ----------------------------------------------------------------------------------------


def _sorted_kind(call: Call) -> Kind:
    kind = call.kind("x")
    if not is_none(call.get("axis")) or "axis" not in call.bound:
        return kind
    dims = dims_of(kind)
    return UNKNOWN if dims is None else Array(getattr(kind, "dtype", "any"), (product_dim(dims),))


def _sort(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Each element gets the cotangent of the place that it was sorted to."""
    x, axis = call.bound["x"], call.get("axis") or constant(-1)
    if is_none(axis):
        return unreshape(b, b.expression("g[np.argsort(np.argsort(x))]", {"g": g, "x": flattened(b, x)}), x)
    if rank(x.kind) == 1:
        return b.expression("g[np.argsort(np.argsort(x))]", {"g": g, "x": x})
    text = "np.take_along_axis(g, np.argsort(np.argsort(x, axis=axis), axis=axis), axis)"
    return b.expression(text, {"g": g, "x": x, "axis": axis})


def _partition(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """As `_sort`, along the order that np.argpartition gives."""
    x, axis = call.bound["x"], call.get("axis") or constant(-1)
    if is_none(axis):
        raise refuse(b, "np.partition of a flattened array has no derivative rule", "flatten the array first")
    text = "np.take_along_axis(g, np.argsort(np.argpartition(x, kth, axis=axis), axis=axis), axis)"
    return b.expression(text, {"g": g, "x": x, "kth": call.bound["kth"], "axis": axis})


# -- the table ------------------------------------------------------------------------------------

function("np.sum(x, axis=None, dtype=None, keepdims=False)", reduced_sum, bounded=True,
         x="spread(g, x, axis, keepdims)")
function("np.mean(x, axis=None, dtype=None, keepdims=False)", reduced_inexact, bounded=True,
         x="spread(g / size(x, axis), x, axis, keepdims)")
function("np.average(x, axis=None, weights=None, returned=False, keepdims=False)", _average_kind,
         x=_average, weights=_average)
function("np.prod(x, axis=None, dtype=None, keepdims=False)", reduced_sum, x=_prod)
function("np.max(x, axis=None, keepdims=False)", reduced, bounded=True, x="share(g, x, ans, axis, keepdims)")
function("np.min(x, axis=None, keepdims=False)", reduced, bounded=True, x="share(g, x, ans, axis, keepdims)")
function("np.ptp(x, axis=None, keepdims=False)", reduced, bounded=True, x=_range)
function("np.var(x, axis=None, dtype=None, out=None, ddof=0, keepdims=False)", _real_inexact,
         x="restore(2.0 * g / freedom(x, axis, ddof), x, axis, keepdims) * conj(x - mean_of(x, axis))")
function("np.std(x, axis=None, dtype=None, out=None, ddof=0, keepdims=False)", _real_inexact,
         x="restore(g / (ans * freedom(x, axis, ddof)), x, axis, keepdims) * conj(x - mean_of(x, axis))")
function("np.cumsum(x, axis=None)", _cumulative, bounded=True, x=_cumsum)
function("np.cumprod(x, axis=None)", _cumulative, x=_cumprod)
function("s2sad.cumprod_adjoint(g, x, axis)", same_as("x"))
function("np.linalg.norm(x, ord=None, axis=None, keepdims=False)", _real_inexact, x=_norm)
function("np.diff(x, n=1, axis=-1)", _diff_kind, bounded=True, x=_diff)
for _name in ("trapezoid", "trapz"):
    function(f"np.{_name}(y, x=None, dx=1.0, axis=-1)", _trapezoid_kind,
             y=_trapezoid, x=_trapezoid, dx=_trapezoid)
function("np.sort(x, axis=-1)", _sorted_kind, bounded=True, x=_sort)
function("np.partition(x, kth, axis=-1)", _sorted_kind, bounded=True, x=_partition, kth=None)
alias("np.max", "np.amax")
alias("np.min", "np.amin")
