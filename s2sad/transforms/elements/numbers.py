"""Operations on whole arrays as operations on their elements."""
from __future__ import annotations

from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import COPIES, Assign, Const, Operand
from s2sad.rules.build import Builder, constant

# Exponents for which there is something faster than a power.
_ROOTS = {0.5, -0.5, 1.5, -1.5}


def apply(b: Builder, s: Assign, args: list[Operand]) -> Operand:
    """The operation of a statement on numbers, as NumPy has it on arrays."""
    kind = s.target.kind
    dtype = kind.dtype if isinstance(kind, Array) else "float64"
    primitive = s.primitive
    if primitive in ("s2sad.getitem", "s2sad.read", *COPIES):
        return args[0]
    if primitive in ("s2sad.store", "s2sad.put", "s2sad.clear"):
        return args[1]
    if primitive in ("s2sad.index_add", "s2sad.add_at"):
        args, primitive = args[:2], "operator.add"
    elif primitive == "numpy.outer":
        primitive = "operator.mul"
    power = args[1].value if primitive == "operator.pow" and isinstance(args[1], Const) else None
    if power in _ROOTS and dtype == "float64":
        return _root(b, args[0], power)
    if primitive == "operator.truediv" and not (isinstance(args[1], Const) and args[1].value):
        primitive = "numpy.divide"
    elif primitive == "numpy.where":
        primitive = "s2sad.select"
    return b.emit(primitive, *args, kind=Scalar(dtype, weak=False))


def _root(b: Builder, x: Operand, power: float) -> Operand:
    """A power that is a product of a number and its root: that takes a tenth of the time.

    Of a negative one the slope is divided by the number too: then both have one inverse.
    """
    kind = Scalar("float64", weak=False)
    if power == -1.5:
        x, power = b.emit("numpy.divide", constant(1.0), x, kind=kind), 1.5
        x.hint = "inverse"  # type: ignore[union-attr]  # a new variable
    found = b.emit("numpy.sqrt", x, kind=kind)
    if abs(power) == 1.5:
        found = b.emit("operator.mul", x, found, kind=kind)
    return found if power > 0 else b.emit("numpy.divide", constant(1.0), found, kind=kind)
