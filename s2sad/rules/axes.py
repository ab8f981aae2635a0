"""Axes of arrays: which a rule names, and arrays with axes put in, taken out, cut, turned round or in another order."""
from __future__ import annotations

from s2sad.ir.kinds import Array, Kind, Scalar
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.build import Builder, constant, macro
from s2sad.rules.indexing import rearranged, same_index
from s2sad.rules.table import Call

_NOTHING = constant(None)


def rank(kind: Kind) -> int | None:
    """The number of dimensions of a number or array; None where it is not known."""
    if isinstance(kind, Scalar):
        return 0
    return kind.ndim if isinstance(kind, Array) else None


def literal_axes(axis: Const, count: int) -> tuple[int, ...]:
    """The axes that a literal names of an array of ``count`` dimensions, from 0 on and in order; of none, no axis."""
    if not count:
        return ()
    numbers = axis.value if isinstance(axis.value, (tuple, list)) else (axis.value,)
    return tuple(sorted(int(number) % count for number in numbers))


def literal_axis(call: Call, default: int, name: str = "axis") -> int | None:
    """An axis that is a literal number; None where only the run knows it."""
    operand = call.get(name)
    if operand is None:
        return default
    return operand.value if isinstance(operand, Const) and isinstance(operand.value, int) else None


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


def flattened(b: Builder, x: Operand) -> Operand:
    return x if rank(x.kind) == 1 else b.emit("numpy.ravel", x)


@macro
def turned(b: Builder, x: Operand, index: Operand | None = None) -> Operand:
    """`x[index]` of an index that takes all of an array from the end, `[::-1]` if none is given; where x was turned
    round by it before, what that was made of."""
    if index is None:
        index = b.emit("s2sad.slice", _NOTHING, _NOTHING, constant(-1))
    made = b.context.definition(x, "s2sad.getitem")
    if made is not None and made.adjoint and same_index(b.context, made.args[1], index):
        return made.args[0]
    return b.emit("s2sad.getitem", x, index)


@macro
def mT(b: Builder, x: Operand) -> Operand:
    """The matrix transpose of a matrix or a stack of matrices."""
    return b.expression("x.T" if rank(x.kind) == 2 else "np.swapaxes(x, -1, -2)", {"x": x})
