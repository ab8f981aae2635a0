"""What rule expressions may call beside NumPy: shapes of adjoints, summing a broadcast back.

Each macro takes the builder and operands, and emits what the kinds at hand need: often nothing.
"""
from __future__ import annotations

import math
import operator
from collections.abc import Callable

import numpy as np

from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import (
    Array,
    Dim,
    Extent,
    Kind,
    List,
    Scalar,
    Static,
    Tuple,
    is_complex,
    is_inexact,
    is_narrow,
    same_extent,
)
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import rearranged
from s2sad.rules.table import Call, lookup


def match(b: Builder, g: Operand, like: Operand) -> Operand:
    """A contribution to the adjoint of ``like``, with the shape and dtype of ``like``.

    This is the one place where a broadcast is summed back.
    """
    return match_dtype(b, _match_shape(b, g, like), like)


def match_dtype(b: Builder, g: Operand, like: Operand) -> Operand:
    """A contribution of the shape of ``like``, with its dtype."""
    have, want = getattr(g.kind, "dtype", "any"), getattr(like.kind, "dtype", "any")
    if have == want:
        return b.emit("builtins.float", g, kind=like.kind) if _makes_double(b, g, like) else g
    if have == "any" and want == "float32" and isinstance(g.kind, Array):
        return b.emit("s2sad.cast", g, like)
    if "any" in (have, want):
        return g
    if is_complex(have) and not is_complex(want):
        g = b.emit("numpy.real", g)
        have = getattr(g.kind, "dtype", "any")
    weak = isinstance(g.kind, Scalar) and g.kind.weak or isinstance(like.kind, Scalar) and like.kind.weak
    if is_inexact(have) and is_inexact(want) and not weak:
        return b.emit("s2sad.cast", g, like)
    return g


def _makes_double(b: Builder, g: Operand, like: Operand) -> bool:
    """Whether a number of NumPy is the adjoint of one of Python's, in a program with arrays of single precision: these
    would become arrays of double precision by it."""
    if not b.context.single or not (isinstance(g.kind, Scalar) and isinstance(like.kind, Scalar)):
        return False
    return g.kind.dtype == "float64" and like.kind.weak and not g.kind.weak


def _match_shape(b: Builder, g: Operand, like: Operand) -> Operand:
    have, want = g.kind, like.kind
    if isinstance(have, Array) and isinstance(want, Array) and have.dims is not None and want.dims is not None:
        return _sum_to(b, g, have.dims, like, want.dims)
    if isinstance(want, Scalar):
        if isinstance(have, Scalar):
            return g
        if isinstance(have, Array) and have.dims is not None:
            return b.emit("numpy.sum", g) if have.dims else b.emit("s2sad.getitem", g, constant(()))
        return b.emit("numpy.sum", g)
    if isinstance(want, (Tuple, List)) and isinstance(have, Array):
        raise UnsupportedError(
            "a list or tuple that carries derivatives is used as an array here",
            b.origin,
            "make an array of it first: np.array(...)",
        )
    if not isinstance(want, Array):
        return g
    if isinstance(have, Scalar) and want.dims is not None:
        return b.emit("s2sad.expand", g, like)
    return _sum_at_run_time(b, g, like)


def _sum_at_run_time(b: Builder, g: Operand, like: Operand) -> Operand:
    """Where the kinds do not tell what was broadcast: by the shape, which costs nothing to keep."""
    kind = Array(getattr(g.kind, "dtype", "any"), like.kind.dims if isinstance(like.kind, Array) else None)
    return b.emit("s2sad.unbroadcast", g, b.emit("s2sad.shape", shape_source(b, like)), kind=kind)


def _sum_to(
    b: Builder, g: Operand, have: tuple[Extent, ...], like: Operand, want: tuple[Extent, ...]
) -> Operand:
    if have == want:
        return g
    extra = len(have) - len(want)
    pairs = list(zip(have[max(extra, 0) :], want[max(-extra, 0) :], strict=True))
    squeezed = tuple(i for i, (h, w) in enumerate(pairs) if w == 1 and h != 1)
    if extra < 0 and any(h != 1 and (w == 1 or not same_extent(h, w)) for h, w in pairs):
        lifted = unsqueeze(b, g, tuple(range(-extra)))  # what was assigned has more axes than where it went
        return _sum_to(b, lifted, (*(1 for _ in range(-extra)), *have), like, want)
    if extra < 0 or any(h == 1 and w != 1 for h, w in pairs):
        together = extra > 0 or squeezed  # some axes are summed, and others have the length 1 at run time
        return _sum_at_run_time(b, g, like) if together else b.emit("s2sad.expand", g, like)
    if any(w != 1 and not same_extent(h, w) for h, w in pairs):
        return _sum_at_run_time(b, g, like)
    axes = (*range(extra), *(extra + i for i in squeezed))
    if not axes:
        return g
    axis = constant(axes[0] if len(axes) == 1 else axes)
    if not extra:
        return b.emit("numpy.sum", g, axis, constant(True), keywords=("axis", "keepdims"))
    total = b.emit("numpy.sum", g, axis, keywords=("axis",))
    return b.emit("s2sad.expand", total, like) if len(axes) == len(have) > extra else unsqueeze(b, total, squeezed)


def expand(b: Builder, g: Operand, like: Operand) -> Operand:
    """``g`` broadcast to the shape of ``like``."""
    if isinstance(like.kind, Scalar):
        return g
    return b.emit("s2sad.expand", g, shape_source(b, like))


def shape_source(b: Builder, like: Operand) -> Operand:
    """A value of the shape and dtype of ``like`` that it was computed from, so that asking for the shape
    keeps no intermediate value alive."""
    known, passed = b.context.shape_sources, []
    made = b.context.definitions.get(like) if isinstance(like, Var) else None
    while isinstance(made, Assign) and like not in known:
        primitive = lookup(made.primitive)
        same = [arg for arg in made.args if isinstance(arg, Var) and arg.kind == like.kind]
        if primitive is None or not primitive.elementwise or not same or not _has_dims(like):
            break
        passed.append(like)
        like = same[0]
        made = b.context.definitions.get(same[0])
    source = known.get(like, like)
    known.update(dict.fromkeys(passed, source))
    return source


def _has_dims(operand: Operand) -> bool:
    return isinstance(operand.kind, Array) and operand.kind.dims is not None


def spread(
    b: Builder, g: Operand, like: Operand, axis: Operand | None = None, keepdims: Operand | None = None
) -> Operand:
    """What a reduction of ``like`` over ``axis`` gave, broadcast back to the shape of ``like``."""
    return expand(b, restore(b, g, like, axis, keepdims), like)


def restore(
    b: Builder, g: Operand, like: Operand, axis: Operand | None = None, keepdims: Operand | None = None
) -> Operand:
    """The result of a reduction of ``like`` with the reduced axes put back as axes of length 1."""
    if axis is None or isinstance(like.kind, Scalar) or isinstance(g.kind, Scalar) or _is_none(axis):
        return g
    spread_out = b.context.definition(g, "s2sad.expand")
    if spread_out is not None and isinstance(spread_out.args[0].kind, Scalar):
        return spread_out.args[0]
    if keepdims is not None:
        if not isinstance(keepdims, Const):
            raise UnsupportedError("keepdims must be a literal True or False here", b.origin)
        if keepdims.value:
            return g
    count = rank(like.kind)
    if isinstance(axis, Const) and count is not None:
        axes = literal_axes(axis, count)
        if axes == tuple(range(len(axes))):
            return g  # axes in front come back by broadcasting
        return unsqueeze(b, g, axes)
    return b.emit("numpy.expand_dims", g, axis)


def literal_axes(axis: Const, count: int) -> tuple[int, ...]:
    """The axes that a literal names of an array of ``count`` dimensions, from 0 on and in order; of none, no axis."""
    if not count:
        return ()
    numbers = axis.value if isinstance(axis.value, (tuple, list)) else (axis.value,)
    return tuple(sorted(int(number) % count for number in numbers))


def unsqueeze(b: Builder, g: Operand, axes: tuple[int, ...]) -> Operand:
    """``g`` with axes of length 1 put in, so that they are these of the result."""
    if not axes or isinstance(g.kind, Scalar):
        return g
    count = (rank(g.kind) or 0) + len(axes)
    return b.expression(f"g[{', '.join(_index_text(axes, count, 'None'))}]", {"g": g})


def squeeze(b: Builder, g: Operand, axes: tuple[int, ...]) -> Operand:
    """``g`` without these axes, which have length 1."""
    count = rank(g.kind)
    if not axes or not count:
        return g
    made = b.context.definitions.get(g) if isinstance(g, Var) else None
    if isinstance(made, Assign) and (made.adjoint or not any(map(b.context.is_overwritten, made.args))):
        simpler = _squeezed(b, made, axes, count)
        if simpler is not None:
            return simpler
    return b.expression(f"g[{', '.join(_index_text(axes, count, '0'))}]", {"g": g})


def _squeezed(b: Builder, made: Assign, axes: tuple[int, ...], count: int) -> Operand | None:
    """The result of an operation without axes that it need not have made."""
    if made.primitive == "s2sad.getitem":
        order = rearranged(b.context, made.args[0].kind, made.args[1])
        if order is not None and order.added == axes and not order.dropped:
            return made.args[0]
    if not made.adjoint:
        return None
    if made.primitive == "operator.neg":
        return b.emit("operator.neg", squeeze(b, made.args[0], axes))
    if made.primitive == "numpy.sum" and made.keywords == ("axis", "keepdims"):
        axis = made.args[1]
        if isinstance(axis, Const) and literal_axes(axis, count) == axes:
            return b.emit("numpy.sum", made.args[0], axis, keywords=("axis",))
    if made.primitive in ("operator.mul", "operator.truediv"):
        one, two = made.args
        if isinstance(one.kind, Scalar):
            return b.emit(made.primitive, one, squeeze(b, two, axes))
        if isinstance(two.kind, Scalar):
            return b.emit(made.primitive, squeeze(b, one, axes), two)
    return None


def _index_text(axes: tuple[int, ...], count: int, part: str) -> list[str]:
    """An index that has ``part`` at these axes and leaves the others as they are."""
    parts = [part if axis in axes else ":" for axis in range(count)]
    while parts[-1] == ":":
        parts.pop()
    return parts


def spread_first(b: Builder, g: Operand, like: Operand) -> Operand:
    """What a sum over the items of ``like`` gave, broadcast back."""
    return spread(b, g, like, constant(0))


def _is_none(operand: Operand) -> bool:
    return isinstance(operand.kind, Static) and operand.kind.value is None


def zeros_like(b: Builder, like: Operand) -> Operand:
    """The zero adjoint of a number or array."""
    if isinstance(like.kind, Scalar):
        return constant(0.0)
    return b.emit("s2sad.zeros_like", like)


def size(b: Builder, like: Operand, axis: Operand | None = None) -> Operand:
    """The number of elements that a reduction of ``like`` over ``axis`` runs over."""
    if isinstance(like.kind, Scalar):
        return constant(1)
    like = shape_source(b, like)
    if axis is None or _is_none(axis):
        return b.emit("array.size", like, style="attribute")
    if isinstance(axis, Const) and isinstance(axis.value, tuple):
        count: Operand = constant(1)
        for number in axis.value:
            count = b.emit("operator.mul", count, size(b, like, constant(number)))
        return count
    if not isinstance(axis.kind, Scalar):
        raise UnsupportedError("the axis must be a number or a literal here", b.origin)
    shape = b.emit("array.shape", like, style="attribute")
    return b.emit("s2sad.getitem", shape, axis)


def rank(kind: Kind) -> int | None:
    """The number of dimensions of a number or array; None where it is not known."""
    if isinstance(kind, Scalar):
        return 0
    return kind.ndim if isinstance(kind, Array) else None


def fresh_dims(b: Builder, count: int) -> tuple[Extent, ...]:
    return tuple(Dim(b.context.fresh()) for _ in range(count))


# -- more of what expressions need ----------------------------------------------------------------


_NOTHING = constant(None)


def operands(call: Call, g: Operand, ans: Operand) -> dict[str, Operand]:
    """The names of a rule's expression; a parameter that was not given is None."""
    return {**dict.fromkeys(call.primitive.names, _NOTHING), **call.bound, "g": g, "ans": ans}


def conj(b: Builder, x: Operand) -> Operand:
    """The complex conjugate; of a real value, the value."""
    return b.emit("numpy.conj", x) if getattr(x.kind, "dtype", "any").startswith(("complex", "any")) else x


def through_abs(b: Builder, g: Operand, x: Operand, ans: Operand) -> Operand:
    """The adjoint of x in ``ans = abs(x)``, 0 at 0; where the cotangent is a multiple of x, as in `x * abs(x)`, the
    slope times x is ``ans`` again."""
    names = {"g": g, "x": x, "ans": ans}
    if getattr(x.kind, "dtype", "any").startswith(("complex", "any")):
        return b.expression("g * (np.conj(x) / np.where(ans == 0.0, 1.0, ans))", names)
    rest = without_factor(b, g, x)
    if rest is not None:
        return b.emit("operator.mul", rest, ans)
    if isinstance(x.kind, Scalar) and g.kind in (Scalar("float64"), Scalar("float64", weak=False)):
        # To ask twice is cheaper than `np.sign` of a number.
        other = taken(b, b.emit("operator.neg", g), b.expression("x < 0.0", names))
        return b.emit("s2sad.select", b.expression("x > 0.0", names), g, other, kind=g.kind)
    return b.expression("g * np.sign(x)", names)


def taken(b: Builder, g: Operand, test: Operand) -> Operand:
    """``g`` where a test of numbers is true, else nothing."""
    if not isinstance(g.kind, Scalar) or g.kind.dtype != "float64":
        return b.emit("operator.mul", g, test)
    return b.emit("s2sad.select", test, g, constant(0.0), kind=g.kind)


def unbeaten(b: Builder, g: Operand, beaten: Operand) -> Operand:
    """``g`` unless a test of numbers is true."""
    return b.emit("s2sad.select", beaten, constant(0.0), g, kind=g.kind)


def without_factor(b: Builder, product: Operand, x: Operand, depth: int = 4) -> Operand | None:
    """What a product is without one of its factors; None if that is none of them."""
    made = b.context.definition(product, "operator.mul")
    if made is None or not depth or any(map(b.context.is_overwritten, made.args)):
        return None
    one, two = made.args
    if one is x or two is x:
        other = two if one is x else one
        return other if product.kind == other.kind else None
    for place, factor in enumerate(made.args):
        rest = without_factor(b, factor, x, depth - 1)
        if rest is not None:
            return b.emit("operator.mul", *((rest, two) if place == 0 else (one, rest)))
    return None


def unreshape(b: Builder, g: Operand, like: Operand) -> Operand:
    """``g``, of as many elements as ``like``, in the shape of ``like``."""
    have, want = g.kind, like.kind
    if isinstance(want, Scalar):
        return g if isinstance(have, Scalar) else b.emit("numpy.sum", g)
    if isinstance(have, Array) and isinstance(want, Array):
        vectors = have.ndim == want.ndim == 1
        if vectors or have.dims is not None and have.dims == want.dims:
            return g
        if have.dims is not None and want.dims is not None:
            more, fewer = _ones_between(have.dims, want.dims), _ones_between(want.dims, have.dims)
            if more is not None:
                return squeeze(b, g, more)
            if fewer is not None:
                return unsqueeze(b, g, fewer)
    return b.expression("np.reshape(g, like.shape)", {"g": g, "like": shape_source(b, like)})


def _ones_between(have: tuple[Extent, ...], want: tuple[Extent, ...]) -> tuple[int, ...] | None:
    """The axes of length 1 that must go for ``have`` to become ``want``; None where that is not all."""
    gone: list[int] = []
    rest = list(want)
    for axis, extent in enumerate(have):
        if rest and rest[0] == extent:
            rest.pop(0)
        elif extent == 1:
            gone.append(axis)
        else:
            return None
    return None if rest else tuple(gone)


def shaped_as(g: Operand, like: Operand) -> Operand:
    """``g``, of which the rule knows that it has the shape of ``like``."""
    have, want = g.kind, like.kind
    if isinstance(g, Var) and isinstance(have, Array) and isinstance(want, Array) and want.dims is not None:
        g.kind = Array(have.dtype, want.dims)
    return g


def part(b: Builder, whole: Operand, number: int) -> Operand:
    """An item of a tuple or list, of which the items are often at hand."""
    made = b.context.definition(whole, "s2sad.tuple")
    return b.emit("s2sad.getitem", whole, constant(number)) if made is None else made.args[number]


def flattened(b: Builder, x: Operand) -> Operand:
    return x if rank(x.kind) == 1 else b.emit("numpy.ravel", x)


def mT(b: Builder, x: Operand) -> Operand:
    """The matrix transpose of a matrix or a stack of matrices."""
    return b.expression("x.T" if rank(x.kind) == 2 else "np.swapaxes(x, -1, -2)", {"x": x})


def with_keywords(b: Builder, primitive: str, *args: Operand, **keywords: Operand | None) -> Operand:
    """A call whose keywords are left out where they are None."""
    given = {name: value for name, value in keywords.items() if value is not None and not _is_none(value)}
    return b.emit(primitive, *args, *given.values(), keywords=tuple(given))


def mean_of(b: Builder, x: Operand, axis: Operand) -> Operand:
    """The mean over an axis in a shape that broadcasts against ``x``."""
    keep = None if _is_none(axis) else constant(True)
    return with_keywords(b, "numpy.mean", x, axis=axis, keepdims=keep)


def freedom(b: Builder, x: Operand, axis: Operand, ddof: Operand) -> Operand:
    """What a variance divides by: the number of elements less ``ddof``."""
    count = size(b, x, axis)
    return count if _is_none(ddof) else b.emit("operator.sub", count, ddof)


def share(b: Builder, g: Operand, x: Operand, ans: Operand, axis: Operand, keepdims: Operand) -> Operand:
    """The adjoint of a maximum or minimum ``ans``: equal parts to all elements that attain it, as JAX."""
    if isinstance(x.kind, Scalar):
        return g
    tied = b.emit("operator.eq", x, restore(b, ans, x, axis, keepdims))
    dtype = getattr(x.kind, "dtype", "any")
    exact = None if dtype in ("float64", "any") else numpy_dtype(dtype)
    keep = keepdims if not _is_none(axis) or isinstance(ans.kind, Array) else None
    count = with_keywords(b, "numpy.sum", tied, axis=axis, dtype=exact, keepdims=keep)
    part = restore(b, b.emit("operator.truediv", g, count), x, axis, keepdims)
    return b.emit("operator.mul", part, tied)


def above(b: Builder, g: Operand, x: Operand, y: Operand, tied: Operand) -> Operand:
    """The adjoint of x in ``maximum(x, y)``: half of ``g`` where they are ``tied``, as JAX."""
    return _unless(b, "x < y", g, x, y, _by_step(b, g, x, y, "0.5 + 0.5 * np.sign(gap)")
                   or b.expression("g * (x > y) + 0.5 * g * tied", {"g": g, "x": x, "y": y, "tied": tied}))


def below(b: Builder, g: Operand, x: Operand, y: Operand, tied: Operand) -> Operand:
    """The adjoint of x in ``minimum(x, y)``: half of ``g`` where they are ``tied``, as JAX."""
    return _unless(b, "x > y", g, x, y, _by_step(b, g, x, y, "0.5 - 0.5 * np.sign(gap)")
                   or b.expression("g * (x < y) + 0.5 * g * tied", {"g": g, "x": x, "y": y, "tied": tied}))


def between(b: Builder, g: Operand, x: Operand, low: Operand, high: Operand) -> Operand:
    """The adjoint of x in ``clip(x, low, high)``, of two numbers that are not equal: half of ``g`` at an edge."""
    names = {"g": g, "x": x, "low": low, "high": high}
    step = b.expression("0.5 * (np.sign(x - low) + np.sign(high - x))", names)
    part = b.emit("operator.mul", g, _mask(b, step))
    if not _may_be_infinite(b, g):
        return part
    return _mask(b, b.expression("np.where((x < low) | (x > high), 0.0, part)", {**names, "part": part}))


def _by_step(b: Builder, g: Operand, x: Operand, y: Operand, step: str) -> Operand | None:
    """``g`` times a step at a number: a sign is faster than two masks. None where y is no known number."""
    number = known_number(b.context, y)
    if number is None or not isinstance(x.kind, Array) or is_complex(x.kind.dtype):
        return None
    gap = x if number == 0 else b.emit("operator.sub", x, y)
    return b.emit("operator.mul", g, _mask(b, b.expression(step, {"gap": gap})))


def _unless(b: Builder, beaten: str, g: Operand, x: Operand, y: Operand, part: Operand) -> Operand:
    """``part``, and zero where x was not chosen if what the choice went into may be infinitely steep there, as
    `sqrt(maximum(x, 0))` is."""
    if not isinstance(part.kind, Array) or not _may_be_infinite(b, g):
        return part
    return _mask(b, b.expression(f"np.where({beaten}, 0.0, part)", {"x": x, "y": y, "part": part}))


def _mask(b: Builder, zeros: Operand) -> Operand:
    b.context.masks.add(zeros)
    if isinstance(zeros, Var):
        zeros.hint = "taken"
    return zeros


_ARITHMETIC: dict[str, Callable[..., float]] = {
    f"operator.{name}": getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "neg")
}


def known_number(context: Context, operand: Operand | None, depth: int = 3) -> float | None:
    """The finite number that an operand is, literally or as a sum, product, … of literals; None if it is no such."""
    if isinstance(operand, Const):
        plain = not operand.path and type(operand.value) in (int, float) and math.isfinite(operand.value)
        return operand.value if plain else None
    made = context.definitions.get(operand) if operand is not None and depth else None
    if not isinstance(made, Assign) or made.primitive not in _ARITHMETIC:
        return None
    parts = [known_number(context, arg, depth - 1) for arg in made.args]
    if None in parts or made.primitive == "operator.truediv" and not parts[1]:
        return None
    found = _ARITHMETIC[made.primitive](*parts)
    return found if math.isfinite(found) else None


# What an infinite adjoint stays infinite through.
_KEEPS_INFINITY = {"operator.add", "operator.sub", "operator.mul", "operator.neg", "operator.truediv", "s2sad.getitem"}
_MAXIMUM_STEPS = 8


def _may_be_infinite(b: Builder, g: Operand) -> bool:
    """Whether an adjoint came through a quotient or a power that may be infinite, as far as one sees."""
    level = [g]
    for _ in range(_MAXIMUM_STEPS):
        further: list[Operand] = []
        for operand in level:
            made = b.context.definitions.get(operand) if isinstance(operand, Var) else None
            if not isinstance(made, Assign) or not made.adjoint:
                continue
            if made.primitive == "s2sad.guard":
                if made.target in b.context.steep:
                    return True
                further.append(made.args[1])
            elif made.primitive in _KEEPS_INFINITY:
                further += made.args
        level = list(dict.fromkeys(further))
    return False


def numpy_dtype(dtype: str) -> Const:
    return constant(getattr(np, dtype), f"np.{dtype}")


def eye_like(b: Builder, rows: Operand, columns: Operand, offset: Operand, like: Operand) -> Operand:
    """Ones on a diagonal, in the dtype of ``like``."""
    dtype = getattr(like.kind, "dtype", "any")
    exact = None if dtype in ("float64", "any") else numpy_dtype(dtype)
    return with_keywords(b, "numpy.eye", rows, columns, k=offset, dtype=exact)


def cut(b: Builder, g: Operand, axis: int, lower: Operand | None, upper: Operand | None) -> Operand:
    """``g[:, lower:upper]``: a stretch of a literal axis, which may count from the end."""
    part = f"{'lower' if lower is not None else ''}:{'upper' if upper is not None else ''}"
    names = {"g": g, **{k: v for k, v in (("lower", lower), ("upper", upper)) if v is not None}}
    return b.expression(f"g[{along(axis, part, g.kind)}]", names)


def along(axis: int, part: str, kind: Kind) -> str:
    """The text of an index that applies ``part`` to one axis."""
    count = rank(kind)
    if axis < 0 and count is None:
        return ", ".join(["...", part, *[":"] * (-axis - 1)])
    return ", ".join([*[":"] * (axis % count if count else axis), part])


def fold_repeats(b: Builder, g: Operand, x: Operand) -> Operand:
    """The adjoint of a list that was repeated: the sum over its copies."""
    numbers = isinstance(x.kind, List) and isinstance(x.kind.item, Scalar)
    return b.emit("s2sad.fold_repeats", g, b.emit("builtins.len", x), *([] if numbers else [x]), kind=x.kind)


def plus(b: Builder, one: Operand, two: Operand) -> Operand:
    """The sum of two lengths, now where both are literals."""
    if isinstance(one, Const) and isinstance(two, Const):
        return constant(one.value + two.value)
    if isinstance(one, Const) and one.value == 0:
        return two
    return b.emit("operator.add", one, two)


def plain_integer(b: Builder, number: Operand) -> Operand:
    """A number of places as Python's own integer, where sums and negatives of its own type may wrap around."""
    return b.emit("builtins.int", number) if is_narrow(number.kind) else number


def literal_axis(call: Call, default: int, name: str = "axis") -> int | None:
    """An axis that is a literal number; None where only the run knows it."""
    operand = call.get(name)
    if operand is None:
        return default
    return operand.value if isinstance(operand, Const) and isinstance(operand.value, int) else None


def refuse(b: Builder, message: str, hint: str = "") -> UnsupportedError:
    return UnsupportedError(message, b.origin, hint)
