"""What values of the primal can be, as far as the operations that made them tell: finite, not negative, not near zero.

What comes from outside is taken as finite, and arrays as not empty: these facts decide whether an adjoint of zero
needs protection from a partial derivative that may be infinite, and from nothing else.
"""
from __future__ import annotations

import functools

from s2sad.ir.kinds import Array, Scalar, Tuple
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.build import Context

MAXIMUM_STEPS = 12
MAXIMUM_DEPTH = 6
# What gives infinity, or no number, for finite arguments.
_UNBOUNDED = {
    "truediv", "pow", "log", "log2", "log10", "log1p", "exp", "exp2", "expm1", "reciprocal", "divide", "power",
    "true_divide", "float_power", "tan", "arctanh", "atanh", "sinh", "cosh", "logaddexp", "gamma", "lgamma",
}
# What is between two numbers whatever the arguments are.
_BETWEEN = {
    "sin", "cos", "tanh", "arctan", "atan", "arctan2", "atan2", "arcsin", "asin", "arccos", "acos", "sign",
    "erf", "erfc", "sinc", "lt", "le", "gt", "ge", "eq", "ne", "isnan", "isfinite", "isinf", "heaviside",
}
_EXPONENTIALS = {"exp", "exp2"}
_DIVISIONS = {"truediv", "divide", "true_divide"}
POWERS = {"pow", "power"}
_LENGTHS = {"shape", "size", "len"}
_NOT_NEGATIVE = {"exp", "exp2", "abs", "fabs", "absolute", "square", "sqrt", "cosh"}
_PRODUCTS, _SUMS = {"mul", "multiply"}, {"add"}
_ARITHMETIC = _PRODUCTS | _SUMS | _DIVISIONS
# What is not negative where its first argument is not.
_KEEPING = {"sum", "mean", "max", "min", "sqrt", "alias", "copy", "getitem", "reshape", "expand_dims", "float"}


def may_be_infinite(context: Context, operand: Operand) -> bool:
    """Whether the operations that made a value may give infinity."""
    return _steps_to_infinity(context, operand) < MAXIMUM_STEPS


def _steps_to_infinity(context: Context, operand: Operand) -> int:
    """How many operations behind one that may give infinity a value is made, at most as many as are looked at."""
    known = context.steps_to_infinity
    waiting: list[tuple[Operand, list[Var] | None]] = [(operand, None)]
    while waiting:
        one, args = waiting.pop()
        if args is not None:
            known[one] = min(MAXIMUM_STEPS, 1 + min(map(known.__getitem__, args)))
        elif one not in known:
            args = _infinite_through(context, one)
            if args:
                waiting.append((one, args))
                for arg in args:
                    if arg not in known:
                        waiting.append((arg, None))
            else:
                known[one] = 0 if args is None else MAXIMUM_STEPS
    return known[operand]


def _infinite_through(context: Context, operand: Operand) -> list[Var] | None:
    """The variables by which a value may be infinite; None if it may be so whatever they are."""
    name, made = _made(context, operand)
    if made is None or name in _BETWEEN:
        return []
    args = made.args
    if name in _UNBOUNDED:
        if _is_tame(context, name, made):
            args = args[:1]
        elif not is_stopped(context, made.primitive, args):
            return None
    return [arg for arg in args if isinstance(arg, Var)]


def _is_tame(context: Context, name: str, made: Assign) -> bool:
    """Whether what may give infinity for finite arguments does not for these."""
    if name in _DIVISIONS:
        return is_away_from_zero(context, made.args[1])
    if name in POWERS:
        return is_whole(made.args[1])
    return name in _EXPONENTIALS and is_below_maximum(context, made.args[0])


def infinite_by(context: Context, operand: Operand) -> list[Operand] | None:
    """The numbers by which a value may be infinite: only where one of them is zero. None where it may be otherwise."""
    found: list[Operand] = []
    level, seen = [operand], {operand}
    for _ in range(MAXIMUM_STEPS):
        further: list[Operand] = []
        for one in level:
            name, made = _made(context, one)
            if made is None or not may_be_infinite(context, one):
                continue
            if name in _DIVISIONS and isinstance(made.args[1].kind, Scalar):
                found.append(made.args[1])
                args = made.args[:1]
            elif name in _UNBOUNDED:
                return None
            else:
                args = made.args
            further += [arg for arg in dict.fromkeys(args) if arg not in seen]
            seen.update(args)
        level = further
    return None if level else found


def is_stopped(context: Context, primitive: str, operands: list[Operand]) -> bool:
    """Whether an operation raises where it would give infinity: if Python runs it, a function of the module `math`, or
    one on Python's own numbers; compiled, a division of any."""
    if context.divisions_raise and primitive == "operator.truediv":
        return all(isinstance(one.kind, Scalar) and not one.kind.dtype.startswith("complex") for one in operands)
    if context.array_tapes or not primitive.startswith(("math.", "operator.")):
        return False
    of_math = primitive.startswith("math.")
    return all(isinstance(operand.kind, Scalar) and (of_math or operand.kind.weak) for operand in operands)


def is_away_from_zero(context: Context, operand: Operand, depth: int = MAXIMUM_DEPTH) -> bool:
    """Whether a value is surely above some positive number."""
    if isinstance(operand, Const):
        return _is_number(operand) and operand.value > 0
    name, made = _made(context, operand)
    if made is None or not depth:
        return False
    if name in _SUMS:
        one, two = made.args
        return any(
            is_away_from_zero(context, a, depth - 1) and is_not_negative(context, b, depth - 1)
            for a, b in ((one, two), (two, one))
        )
    if name in _PRODUCTS:
        return any(
            isinstance(a, Const) and is_away_from_zero(context, a) and is_away_from_zero(context, b, depth - 1)
            for a, b in (made.args, made.args[::-1])
        )
    if name == "clip":
        return len(made.args) > 1 and all(is_away_from_zero(context, arg, depth - 1) for arg in made.args[1:])
    if name == "maximum":
        return any(is_away_from_zero(context, arg, depth - 1) for arg in made.args)
    if name in _LENGTHS:
        return isinstance(made.args[0].kind, Array)
    if name == "getitem" and isinstance(made.args[0].kind, Tuple) or name == "floordiv":
        return is_away_from_zero(context, made.args[0], depth - 1)  # parts of a shape, and of a length
    if name == "sum" and _is_sum_of_shifted(context, made):
        return True
    return name in _KEEPING - {"sum"} and is_away_from_zero(context, made.args[0], depth - 1) or name == "cosh"


def is_below_maximum(context: Context, operand: Operand) -> bool:
    """Whether a value is what it was less its maximum: zero or less."""
    return _maximum_of(context, operand) is not None


def _maximum_of(context: Context, operand: Operand) -> Assign | None:
    """The maximum in `x - np.max(x, axis=1, keepdims=True)`."""
    name, made = _made(context, operand)
    if made is None or name not in ("sub", "subtract") or context.is_overwritten(made.args[0]):
        return None
    name, largest = _made(context, made.args[1])
    while largest is not None and name in ("getitem", "expand_dims", "alias"):
        name, largest = _made(context, largest.args[0])
    if largest is None or name not in ("max", "amax") or largest.args[0] is not made.args[0]:
        return None
    return largest if _stands_beside(made.args[1], made.args[0], _axis(largest)) else None


def _stands_beside(largest: Operand, x: Operand, axis: int | None) -> bool:
    """Whether the maxima over a literal axis are broadcast along this axis; None stands for all axes."""
    if axis is None or not isinstance(x.kind, Array) or x.kind.dims is None:
        return axis is None and isinstance(largest.kind, Scalar)
    dims, rank = getattr(largest.kind, "dims", None) or (), len(x.kind.dims)
    return dims[axis % rank] == 1 if len(dims) == rank else len(dims) == rank - 1 and axis % rank == 0


def _axis(reduction: Assign) -> int | None:
    """The literal axis of a reduction; None where it is over all axes, or over which is not known."""
    axis = dict(zip(reduction.keywords, reduction.args[1:], strict=False)).get("axis")
    return axis.value if isinstance(axis, Const) and type(axis.value) is int else None


def _is_sum_of_shifted(context: Context, total: Assign) -> bool:
    """Whether exponentials are summed up of which one is that of zero: over the axis of the maximum, or over all."""
    name, exponential = _made(context, total.args[0])
    if exponential is None or name not in _EXPONENTIALS or context.is_overwritten(total.args[0]):
        return False
    largest, kind = _maximum_of(context, exponential.args[0]), exponential.target.kind
    if largest is None or not isinstance(kind, Array) or not kind.dims:
        return False
    if len(total.args) == 1:
        return True
    one, two = _axis(total), _axis(largest)
    return one is not None and two is not None and (one - two) % len(kind.dims) == 0


def is_not_negative(context: Context, operand: Operand, depth: int = MAXIMUM_DEPTH) -> bool:
    """Whether a value is surely zero or more."""
    if isinstance(operand, Const):
        return _is_number(operand) and operand.value >= 0
    name, made = _made(context, operand)
    if made is None or not depth:
        return False
    if name in _NOT_NEGATIVE or is_away_from_zero(context, operand, depth - 1):
        return True
    if name in _PRODUCTS and made.args[0] is made.args[1]:
        return True
    if name in POWERS and isinstance(made.args[1], Const) and made.args[1].value in (2, 4, 6):
        return True
    if name in _ARITHMETIC:
        return all(is_not_negative(context, arg, depth - 1) for arg in made.args)
    if name == "maximum":
        return any(is_not_negative(context, arg, depth - 1) for arg in made.args)
    return name in _KEEPING and is_not_negative(context, made.args[0], depth - 1)


def is_whole(exponent: Operand) -> bool:
    """Whether a power is a product of so many factors."""
    return isinstance(exponent, Const) and _is_number(exponent) and exponent.value >= 1 and exponent.value % 1 == 0


def _made(context: Context, operand: Operand) -> tuple[str, Assign | None]:
    """The assignment of a value and the last part of its primitive's name."""
    made = context.definitions.get(operand) if isinstance(operand, Var) else None
    return (name_of(made.primitive), made) if isinstance(made, Assign) else ("", None)


@functools.cache
def name_of(primitive: str) -> str:
    """The last part of a primitive's name."""
    return primitive.rpartition(".")[2]


def _is_number(operand: Const) -> bool:
    return isinstance(operand.value, (int, float)) and not isinstance(operand.value, bool)
