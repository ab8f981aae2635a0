"""Numbers in products: they go to the front, and one takes in the others."""
from __future__ import annotations

from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Operand
from s2sad.rules.build import Builder, constant
from s2sad.transforms.optimise.fitting import is_smaller
from s2sad.transforms.optimise.products import adjoint_by, is_float, made_of, number_of
from s2sad.transforms.optimise.quotients import divided

# How long the text is of a number that is as good to read as a quotient of two.
_SHORT = 6


def numbers_in_front(b: Builder, x: Operand, y: Operand) -> Operand | None:
    """`x * (2.0 * y)` as `2.0 * x * y`: where `x` has a number too, or fewer axes, that is one operation less."""
    made = adjoint_by(b, y, "operator.mul")
    if made is None or not is_float(x.kind) or not leads_with_number(b, y):
        return None
    if number_of(made.args[0]) is not None:
        return b.emit("operator.mul", b.emit("operator.mul", made.args[0], x), made.args[1])
    if leads_with_number(b, x):
        return b.emit("operator.mul", b.emit("operator.mul", x, made.args[0]), made.args[1])
    return None


def leads_with_number(b: Builder, x: Operand) -> bool:
    """Whether an adjoint is a product that begins with a number."""
    made = adjoint_by(b, x, "operator.mul")
    while made is not None:
        if number_of(made.args[0]) is not None:
            return True
        made = adjoint_by(b, made.args[0], "operator.mul")
    return False


def _divides_number(b: Builder, x: Operand) -> bool:
    """Whether an adjoint is a number over another one."""
    made = adjoint_by(b, x, "operator.truediv") if isinstance(x.kind, Scalar) else None
    return made is not None and number_of(made.args[0]) is not None


def scaled(b: Builder, factor: int | float, y: Operand) -> Operand | None:
    if factor == 1 and is_float(y.kind):
        return y
    if factor == -1 and is_float(y.kind):
        return b.emit("operator.neg", y)
    if isinstance(factor, int) and is_float(y.kind):
        return b.emit("operator.mul", constant(float(factor)), y)  # Python multiplies two floats faster
    made = made_of(b, y)
    if made is None or not made.args:
        return None
    first, *others = made.args
    number = number_of(first)
    match made.primitive:
        case "operator.neg":
            return b.emit("operator.mul", constant(-factor), first)
        case "operator.mul" if number is not None:
            return b.emit("operator.mul", constant(factor * number), *others)
        case "operator.mul" if made.adjoint and (
                is_smaller(first.kind, y.kind) or leads_with_number(b, first) or _divides_number(b, first)):
            return b.emit("operator.mul", b.emit("operator.mul", constant(factor), first), *others)
        case "operator.truediv" if made.adjoint and isinstance(number, float):
            return divided(b, constant(factor * number), others[0], made)
        case "operator.truediv" if made.adjoint:
            return times_number(b, factor, first, others[0])
        case "s2sad.getitem" if made.adjoint and isinstance(first.kind, Array) and isinstance(y.kind, Array):
            if leads_with_number(b, first):
                return b.emit("s2sad.getitem", b.emit("operator.mul", constant(factor), first), *others)
        case "s2sad.expand":
            return b.emit("s2sad.expand", b.emit("operator.mul", constant(factor), first), *others)
    return None


def times_number(b: Builder, factor: int | float, x: Operand, divisor: Operand) -> Operand | None:
    """`3.0 * (x / 6.0)`, or `3.0 * x / 6.0`, as `0.5 * x`, where that is as short a number."""
    number = number_of(divisor)
    if not number or not is_float(x.kind):
        return None
    quotient = float(factor / number)
    short = quotient * number == factor and len(repr(quotient)) <= _SHORT
    return b.emit("operator.mul", constant(quotient), x) if short else None
