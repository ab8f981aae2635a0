"""Derivatives of powers: x**y to x is y * x**(y - 1), and to y x**y * log(x); at x = 0 the latter is 0, as in JAX."""
from __future__ import annotations

from s2sad.ir.kinds import BOOL, INT, Array, Scalar, is_narrow
from s2sad.ir.nodes import Assign, Const, If, Operand, Var
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.table import Call


def power_base(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The adjoint of x; where y is 0 the power is constant, also at x = 0."""
    names = {"g": g, "x": call.bound["x"], "y": call.bound["y"], "ans": ans}
    if not isinstance(names["y"].kind, Scalar):
        return b.expression("g * (y * x ** np.where(y == 0.0, 1.0, y - 1.0))", names)
    names["less"] = _unless(b, "y == 0", names["y"], b.expression("y - 1", names), names)
    return b.expression("g * (y * lower)", {**names, "lower": _one_less(b, names)})


def _one_less(b: Builder, names: dict[str, Operand]) -> Operand:
    """The power to one less: compiled code keeps the power rather than taking another one, and divides it by x.

    Zero is divided by nothing, and what became zero for being small tells nothing of what it is divided by. (To powers
    that are not whole a number that is zero may be raised where no derivative passes, and not to one less.)
    """
    lower = b.expression("x ** less", names)
    if not b.context.array_tapes:
        return lower
    if isinstance(lower.kind, Array):
        return b.expression("np.where((x == 0.0) | (ans == 0.0), lower, ans / x)", {**names, "lower": lower})
    if isinstance(lower.kind, Scalar) and names["y"].kind == INT:
        zero = b.emit("s2sad.one_of", b.expression("x == 0.0", names), b.expression("ans == 0.0", names), kind=BOOL)
        lower = b.emit("s2sad.select", zero, lower, b.expression("ans / x", names), kind=lower.kind)
    if isinstance(lower, Var):
        lower.hint = "lower"
    return lower


def power_exponent(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The adjoint of y."""
    names = {"g": g, "ans": ans, "x": call.bound["x"]}
    if not isinstance(names["x"].kind, Scalar):
        return b.expression("g * ans * np.log(np.where(x == 0.0, 1.0, x))", names)
    names["log"] = _logarithm(b, names)
    return b.expression("g * ans * log", names)


def _logarithm(b: Builder, names: dict[str, Operand]) -> Operand:
    """The logarithm of a number: Python's own, which refuses what is not positive, is a tenth of NumPy's."""
    x = names["x"]
    if b.context.array_tapes or x.kind not in (INT, Scalar("float64"), Scalar("float64", weak=False)):
        base = b.expression("1.0 * x", names) if is_narrow(x.kind) else x  # a logarithm of few digits
        return b.expression("np.log(base)", {"base": _unless(b, "x == 0.0", constant(1.0), base, names)})
    log = b.expression("math.log(x)", names)
    if isinstance(x, Const) and x.value > 0:
        return log
    other = _unless(b, "x == 0.0", constant(0.0), b.expression("math.nan", {}), names)
    return b.emit("s2sad.select", b.expression("x > 0.0", names), log, other, kind=log.kind)


def _unless(b: Builder, test: str, other: Operand, value: Operand, names: dict[str, Operand]) -> Operand:
    """A number, and ``other`` where a test is true: a thirtieth of what `np.where` takes."""
    return b.emit("s2sad.select", b.expression(test, names), other, value, kind=value.kind)


def literal_power_base(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """d/dx x**y = y * x**(y - 1), written as one would for a literal exponent."""
    x, y = call.bound["x"], call.bound["y"]
    names = {"g": g, "x": x, "y": y, "ans": ans}
    exponent = y.value if isinstance(y, Const) else None
    if exponent == 0:
        return b.expression("g * 0.0", names)
    if exponent == 1:
        return g
    if exponent == 2:
        return b.expression("g * (2.0 * x)", names)
    if exponent == 0.5:
        return slope_of_root(b, names)
    if exponent == -1:
        return b.expression("-g * ans * ans", names)
    if exponent is not None and exponent < 0:
        return b.expression("g * (y * ans / x)", names)
    if exponent is not None:
        names["less"] = constant(exponent - 1)
        return b.expression("g * (y * x ** less)", names)
    return power_base(b, call, g, ans, name)


def slope_of_root(b: Builder, names: dict[str, Operand]) -> Operand:
    """The adjoint of x in a square root; infinite at zero, where Python raises.

    A number that a maximum keeps from being negative is zero often, and then the maximum lets no derivative pass.
    """
    slope = b.expression("g * 0.5 / ans", names)
    if not isinstance(slope.kind, Scalar) or not _is_cut_off(b.context, names["x"]):
        return slope
    infinite = b.expression("g * math.inf", names)
    return b.emit("s2sad.select", b.expression("ans != 0.0", names), slope, infinite, kind=slope.kind)


def _is_cut_off(context: Context, x: Operand, depth: int = 4) -> bool:
    """Whether a number is zero wherever something is negative: a maximum, a choice, or a multiple of such a one."""
    made = context.definitions.get(x) if isinstance(x, Var) and depth else None
    if isinstance(made, If):
        return any(_is_zero(value) for merge in made.merges if merge.out is x for value in merge.values)
    if not isinstance(made, Assign):
        return False
    if made.primitive in ("builtins.max", "builtins.min", "numpy.maximum", "numpy.minimum"):
        return any(map(_is_zero, made.args))
    if made.primitive == "operator.mul":
        return any(_is_cut_off(context, arg, depth - 1) for arg in made.args)
    return made.primitive == "operator.truediv" and _is_cut_off(context, made.args[0], depth - 1)


def _is_zero(operand: Operand) -> bool:
    return isinstance(operand, Const) and not operand.path and operand.value == 0
