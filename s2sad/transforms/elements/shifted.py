"""What adds multiples of one value to several places, and the sum of what such places get."""
from __future__ import annotations

import math
from typing import NamedTuple

from s2sad.analyses.terms import Term, term_of
from s2sad.ir.kinds import Kind
from s2sad.ir.nodes import Assign, Const, Operand, Statement, Var
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import index_parts


class Shifted(NamedTuple):
    """An update that adds ``value``, which is ``factor`` times ``added``, ``offsets`` ahead along each axis.

    Both are multiples of ``base``, if they are not that. Where ``along`` is an array, the value is ``factor`` times
    ``added`` times the element of it at the place that is added to.
    """

    statement: Assign
    value: Var
    base: Var
    added: Var
    factor: float
    offsets: tuple[int, ...]
    along: Var | None = None


def is_update(s: Statement) -> bool:
    return isinstance(s, Assign) and s.primitive == "s2sad.index_add"


def shifted(context: Context, s: Assign, offsets: list[int]) -> Shifted | None:
    value = s.args[2]
    if not isinstance(value, Var):
        return None
    base, factor = _scaled(context, value)
    return Shifted(s, value, base, base, factor, tuple(offsets))


def with_element(context: Context, update: Shifted, place: list[Term]) -> Shifted | None:
    """The update as a multiple of what is multiplied by an element of another array, at the place that is added to."""
    held, _, value = update.statement.args
    assert isinstance(value, Var)
    factor = 1.0
    while True:
        base, times = _scaled(context, value)
        if base is value:
            break
        value, factor = base, factor * times
    made = context.definition(value, "operator.mul")
    for one, two in (made.args, made.args[::-1]) if made is not None else ():
        array = _array_at(context, two, place)
        if isinstance(one, Var) and array is not None and array is not held:
            return update._replace(base=one, added=one, factor=factor, along=array)
    return None


def _array_at(context: Context, element: Operand, place: list[Term]) -> Var | None:
    """The array of doubles that a number is the element of at this place, if it is."""
    read = context.definition(element, "s2sad.getitem") or context.definition(element, "s2sad.read")
    array = None if read is None else read.args[0]
    if read is None or not isinstance(array, Var) or getattr(array.kind, "dtype", "") != "float64":
        return None
    return array if [term_of(context, part) for part in index_parts(context, read.args[1]) or []] == place else None


def of_one_value(updates: list[Shifted]) -> list[list[Shifted]]:
    """Groups of updates with multiples of one value, those of several places."""
    groups: dict[tuple[Var, Var | None], list[Shifted]] = {}
    for update in updates:
        groups.setdefault((update.base, update.along), []).append(update)
    return [group if group[0].along is not None else _by_the_least(group)
            for group in groups.values() if len({update.offsets for update in group}) > 1]


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
