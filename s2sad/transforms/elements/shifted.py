"""What adds multiples of one value to several places, and the sum of what such places get."""
from __future__ import annotations

import math
from typing import NamedTuple

from s2sad.ir.kinds import Kind
from s2sad.ir.nodes import Assign, Const, Operand, Statement, Var
from s2sad.rules.build import Builder, Context, constant


class Shifted(NamedTuple):
    """An update that adds ``value``, which is ``factor`` times ``added``, ``offsets`` ahead along each axis.

    Both are multiples of ``base``, if they are not that.
    """

    statement: Assign
    value: Var
    base: Var
    added: Var
    factor: float
    offsets: tuple[int, ...]


def is_update(s: Statement) -> bool:
    return isinstance(s, Assign) and s.primitive == "s2sad.index_add"


def shifted(context: Context, s: Assign, offsets: list[int]) -> Shifted | None:
    value = s.args[2]
    if not isinstance(value, Var):
        return None
    base, factor = _scaled(context, value)
    return Shifted(s, value, base, base, factor, tuple(offsets))


def of_one_value(updates: list[Shifted]) -> list[list[Shifted]]:
    """Groups of updates with multiples of one value, those of several places."""
    groups: dict[Var, list[Shifted]] = {}
    for update in updates:
        groups.setdefault(update.base, []).append(update)
    return [_by_the_least(group) for group in groups.values() if len({update.offsets for update in group}) > 1]


def ends_of(updates: list[Shifted]) -> list[tuple[int, int]]:
    """How far ahead updates are along each axis, at the least and at most."""
    return [(min(offsets), max(offsets)) for offsets in zip(*(u.offsets for u in updates), strict=True)]


def factors_of(updates: list[Shifted]) -> dict[tuple[int, ...], float]:
    """How many times what is added goes to each place."""
    factors: dict[tuple[int, ...], float] = {}
    for update in updates:
        factors[update.offsets] = factors.get(update.offsets, 0.0) + update.factor
    return factors


def signed_sum(b: Builder, terms: list[tuple[float, Operand]], kind: Kind) -> Operand:
    """The sum of operands with factors; what is subtracted stands behind."""
    total: Operand | None = None
    for factor, term in sorted(terms, key=lambda pair: pair[0] < 0.0):
        if abs(factor) != 1.0:
            term = b.emit("operator.mul", constant(abs(factor)), term, kind=kind)
        if total is None:
            total = term if factor > 0.0 else b.emit("operator.neg", term, kind=kind)
        else:
            total = b.emit("operator.add" if factor > 0.0 else "operator.sub", total, term, kind=kind)
    assert total is not None
    return total


def _by_the_least(updates: list[Shifted]) -> list[Shifted]:
    """Updates as multiples of the least that is added: of a value that is there."""
    least = min(updates, key=lambda update: (abs(update.factor), update.factor < 0.0))
    return [update._replace(added=least.value, factor=update.factor / least.factor) for update in updates]


def _scaled(context: Context, value: Var) -> tuple[Var, float]:
    """What a value is a multiple of, and by which finite literal: beyond the ends, zero times it is zero."""
    made = context.definitions.get(value)
    if isinstance(made, Assign) and made.extra is None and not made.keywords:
        if made.primitive == "operator.neg" and isinstance(made.args[0], Var):
            return made.args[0], -1.0
        if made.primitive == "operator.mul":
            one, two = made.args
            if isinstance(one, Const) and isinstance(two, Var) and _is_finite(one) and two.kind == value.kind:
                return two, float(one.value)
    return value, 1.0


def _is_finite(operand: Const) -> bool:
    return type(operand.value) in (int, float) and math.isfinite(operand.value) and operand.value != 0
