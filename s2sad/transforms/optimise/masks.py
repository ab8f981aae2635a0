"""Adjoints that a selection took, outside of which they are zero: `np.where(near, g, 0.0)`.

    np.where(near, g * r, 0.0) + 0.5 * np.where(near, h, 0.0)     ─▶     np.where(near, g * r + 0.5 * h, 0.0)
    np.where(near, g, 0.0) + np.where(near, 0.0, h) * slope       ─▶     np.where(near, g, h * slope)
    np.where(near, np.full_like(y, c), 0.0)                       ─▶     np.where(near, c, 0.0)
"""
from __future__ import annotations

from dataclasses import dataclass

from s2sad.ir.kinds import Array, Scalar, is_inexact
from s2sad.ir.meeting import same_extent
from s2sad.ir.nodes import Assign, Operand
from s2sad.rules.build import Builder, constant
from s2sad.transforms.optimise.products import adjoint_by, number_of

_WHERE = "numpy.where"
_MOST_OPERATIONS = 3


def joined(b: Builder, primitive: str, x: Operand, y: Operand) -> Operand | None:
    """The sum or difference of what one mask took, or took and left, selected at once."""
    one = _taken(b, x) if b.context.any_selection else None
    two = None if one is None else _taken(b, y)
    if one is None or two is None or one.made is two.made or not _are_of_one_shape(x, y):
        return None
    assert isinstance(x.kind, Array)
    mask = one.made.args[0]
    if mask is not two.made.args[0] or not _is_of_dtype(x.kind.dtype, [*one.operands(), *two.operands()]):
        return None
    if one.place == two.place:
        parts = [b.emit(primitive, one.value(b), two.value(b)), constant(0.0)]
    else:
        other = two.value(b)
        parts = [one.value(b), b.emit("operator.neg", other) if primitive == "operator.sub" else other]
    return b.emit(_WHERE, mask, *(parts if one.place == 1 else parts[::-1]), kind=x.kind)


@dataclass
class _Taken:
    """What a selection took, which is its operand ``place``, and the operations that it went through then, the last one
    first: each an assignment and which of its operands it is."""

    made: Assign
    place: int
    through: list[tuple[Assign, int]]

    def operands(self) -> list[Operand]:
        """All that the same without the mask is computed from."""
        others = [arg for made, place in self.through for n, arg in enumerate(made.args) if n != place]
        return [self.made.args[self.place], *others]

    def value(self, b: Builder) -> Operand:
        """The same without the mask."""
        value = self.made.args[self.place]
        for made, place in reversed(self.through):
            value = b.emit(made.primitive, *(value if n == place else arg for n, arg in enumerate(made.args)))
        return value


def _is_of_dtype(dtype: str, operands: list[Operand]) -> bool:
    """Whether what is computed from some operands is of this dtype, and not for the zeros beside it alone."""
    strong = {operand.kind.dtype for operand in operands if isinstance(operand.kind, Array) or isinstance(
        operand.kind, Scalar) and not operand.kind.weak}
    return dtype in strong or not any(map(is_inexact, strong))


def _taken(b: Builder, operand: Operand) -> _Taken | None:
    through: list[tuple[Assign, int]] = []
    for _ in range(_MOST_OPERATIONS):
        made = b.context.definitions.get(operand)  # type: ignore[arg-type]
        if not isinstance(made, Assign) or not made.adjoint or made.keywords:
            return None
        if made.primitive == _WHERE and len(made.args) == 3:
            places = [place for place in (1, 2) if number_of(made.args[3 - place]) == 0.0]
            return _Taken(made, places[0], through) if len(places) == 1 else None
        place = _taken_operand(b, made)
        if place is None or not _are_of_one_shape(made.args[place], made.target):
            return None
        through.append((made, place))
        operand = made.args[place]
    return None


def _taken_operand(b: Builder, made: Assign) -> int | None:
    """The operand of a multiple that comes out of a selection, as far as one sees."""
    if made.primitive in ("operator.neg", "operator.truediv"):
        return 0
    if made.primitive != "operator.mul":
        return None
    return next((n for n, arg in enumerate(made.args) if _taken(b, arg) is not None), None)


def _are_of_one_shape(x: Operand, y: Operand) -> bool:
    if not isinstance(x.kind, Array) or not isinstance(y.kind, Array) or x.kind.dtype != y.kind.dtype:
        return False
    return _is_shape(x.kind, y.kind)


def _is_shape(one: Array, two: Array) -> bool:
    if one.dims is None or two.dims is None or len(one.dims) != len(two.dims):
        return False
    return all(map(same_extent, one.dims, two.dims))


def number_taken(b: Builder, mask: Operand, x: Operand, y: Operand) -> Operand | None:
    """One number for an array of it, where the mask has the shape already."""
    for place, value in enumerate((x, y)):
        spread = adjoint_by(b, value, "s2sad.expand")
        if spread is None or not isinstance(spread.args[0].kind, Scalar):
            continue
        if isinstance(value.kind, Array) and value.kind.dtype != "float64":
            continue  # a number among numbers is a double
        if isinstance(mask.kind, Array) and isinstance(value.kind, Array) and _is_shape(mask.kind, value.kind):
            values = [spread.args[0], y] if place == 0 else [x, spread.args[0]]
            return b.emit(_WHERE, mask, *values, kind=value.kind)
    return None
