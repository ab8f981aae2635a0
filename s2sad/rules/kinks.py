"""Adjoints of functions with a kink: an absolute value, and whatever chooses among its arguments."""
from __future__ import annotations

import math
import operator
from collections.abc import Callable

from s2sad.ir.kinds import Array, Scalar, is_complex
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.adjoint_shapes import restore
from s2sad.rules.build import Builder, Context, constant, macro
from s2sad.rules.kinds import is_none
from s2sad.rules.pieces import numpy_dtype, with_keywords, without_factor


@macro
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


@macro
def taken(b: Builder, g: Operand, test: Operand) -> Operand:
    """``g`` where a test of numbers is true, else nothing."""
    if not isinstance(g.kind, Scalar) or g.kind.dtype != "float64":
        return b.emit("operator.mul", g, test)
    return b.emit("s2sad.select", test, g, constant(0.0), kind=g.kind)


@macro
def unbeaten(b: Builder, g: Operand, beaten: Operand) -> Operand:
    """``g`` unless a test of numbers is true."""
    return b.emit("s2sad.select", beaten, constant(0.0), g, kind=g.kind)


@macro
def share(b: Builder, g: Operand, x: Operand, ans: Operand, axis: Operand, keepdims: Operand) -> Operand:
    """The adjoint of a maximum or minimum ``ans``: equal parts to all elements that attain it, as JAX."""
    if isinstance(x.kind, Scalar):
        return g
    tied = b.emit("operator.eq", x, restore(b, ans, x, axis, keepdims))
    dtype = getattr(x.kind, "dtype", "any")
    exact = None if dtype in ("float64", "any") else numpy_dtype(dtype)
    keep = keepdims if not is_none(axis) or isinstance(ans.kind, Array) else None
    count = with_keywords(b, "numpy.sum", tied, axis=axis, dtype=exact, keepdims=keep)
    part = restore(b, b.emit("operator.truediv", g, count), x, axis, keepdims)
    return b.emit("operator.mul", part, tied)


@macro
def above(b: Builder, g: Operand, x: Operand, y: Operand, tied: Operand) -> Operand:
    """The adjoint of x in ``maximum(x, y)``: half of ``g`` where they are ``tied``, as JAX."""
    names = {"g": g, "x": x, "y": y, "tied": tied}
    return (_by_step(b, g, x, y, "0.5 + 0.5 * np.sign(gap)", "x < y") or steeply(b, names, "x < y", "tied")
            or b.expression("g * (x > y) + 0.5 * g * tied", names))


@macro
def below(b: Builder, g: Operand, x: Operand, y: Operand, tied: Operand) -> Operand:
    """The adjoint of x in ``minimum(x, y)``: half of ``g`` where they are ``tied``, as JAX."""
    names = {"g": g, "x": x, "y": y, "tied": tied}
    return (_by_step(b, g, x, y, "0.5 - 0.5 * np.sign(gap)", "x > y") or steeply(b, names, "x > y", "tied")
            or b.expression("g * (x < y) + 0.5 * g * tied", names))


@macro
def attained(b: Builder, g: Operand, x: Operand, y: Operand, ans: Operand) -> Operand:
    """The adjoint of x in ``ans = fmax(x, y)`` or ``fmin``, which pass over a NaN that equals nothing."""
    names = {"g": g, "x": x, "y": y, "ans": ans}
    return steeply(b, names, "x != ans", "x == y") or b.expression("g * (x == ans) - 0.5 * g * (x == y)", names)


def steeply(b: Builder, names: dict[str, Operand], beaten: str, tied: str) -> Operand | None:
    """``g`` where an argument was chosen, if what the choice went into may be infinitely steep elsewhere, as
    `sqrt(maximum(x, y))` is; None if it may not."""
    g = names["g"]
    if not isinstance(g.kind, (Array, Scalar)) or not _may_be_infinite(b, g):
        return None
    if isinstance(g.kind, Array):
        return _mask(b, b.expression(f"np.where({beaten}, 0.0, np.where({tied}, 0.5 * g, g))", names))
    half = b.emit("s2sad.select", b.expression(tied, names), b.expression("0.5 * g", names), g, kind=g.kind)
    return unbeaten(b, half, b.expression(beaten, names))


def between(b: Builder, g: Operand, x: Operand, low: Operand, high: Operand) -> Operand:
    """The adjoint of x in ``clip(x, low, high)``, of two numbers that are not equal: half of ``g`` at an edge."""
    names = {"g": g, "x": x, "low": low, "high": high}
    step = b.expression("0.5 * (np.sign(x - low) + np.sign(high - x))", names)
    part = b.emit("operator.mul", g, _mask(b, step))
    if not _may_be_infinite(b, g):
        return part
    return _mask(b, b.expression("np.where((x < low) | (x > high), 0.0, part)", {**names, "part": part}))


def _by_step(b: Builder, g: Operand, x: Operand, y: Operand, step: str, beaten: str) -> Operand | None:
    """``g`` times a step at a number: a sign is faster than two masks. None where y is no known number."""
    number = known_number(b.context, y)
    if number is None or not isinstance(x.kind, Array) or is_complex(x.kind.dtype):
        return None
    gap = x if number == 0 else b.emit("operator.sub", x, y)
    part = b.emit("operator.mul", g, _mask(b, b.expression(step, {"gap": gap})))
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
_KEEPS_INFINITY = {
    "operator.add", "operator.sub", "operator.mul", "operator.neg", "operator.truediv", "s2sad.getitem", "numpy.where",
}
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
