"""Derivatives of powers: x**y to x is y * x**(y - 1), and to y x**y * log(x); at x = 0 the latter is 0, as in JAX."""
from __future__ import annotations

from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import Builder, constant
from s2sad.rules.table import Call


def power_base(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The adjoint of x; where y is 0 the power is constant, also at x = 0."""
    names = {"g": g, "x": call.bound["x"], "y": call.bound["y"]}
    if not isinstance(names["y"].kind, Scalar):
        return b.expression("g * (y * x ** np.where(y == 0.0, 1.0, y - 1.0))", names)
    names["less"] = _unless(b, "y == 0", names["y"], b.expression("y - 1", names), names)
    return b.expression("g * (y * x ** less)", names)


def power_exponent(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The adjoint of y."""
    names = {"g": g, "ans": ans, "x": call.bound["x"]}
    if not isinstance(names["x"].kind, Scalar):
        return b.expression("g * ans * np.log(np.where(x == 0.0, 1.0, x))", names)
    names["base"] = _unless(b, "x == 0.0", constant(1.0), names["x"], names)
    return b.expression("g * ans * np.log(base)", names)


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
        return b.expression("g * 0.5 / ans", names)
    if exponent == -1:
        return b.expression("-g * ans * ans", names)
    if exponent is not None and exponent < 0:
        return b.expression("g * (y * ans / x)", names)
    if exponent is not None:
        names["less"] = constant(exponent - 1)
        return b.expression("g * (y * x ** less)", names)
    return power_base(b, call, g, ans, name)
