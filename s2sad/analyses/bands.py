"""Slices that the rounds of a loop take of an axis one behind the other: no two rounds come to the same place.

    for h in range(heads):
        out[:, h * width:(h + 1) * width] = …

A slice is such a band if it ends where that of the next round begins, begins nowhere in front of the axis, and does
not go back.
"""
from __future__ import annotations

from collections.abc import Hashable

from s2sad.analyses.terms import is_from_the_front, least_of, step_of, term_of
from s2sad.ir.kinds import SLICE
from s2sad.ir.nodes import Assign, Const, For, Operand, Var
from s2sad.rules.build import Context

_MAXIMUM_DEPTH = 4


def band_of(context: Context, part: Operand, loop: For, index: Var) -> Hashable:
    """What tells the band of one round from others of the same round, if a part of an index is a band of a loop that
    counts by ``index``; None if it is not."""
    made = context.definition(part, "s2sad.slice") if part.kind == SLICE else None
    if made is None or not isinstance(made.args[0], Var) or not isinstance(made.args[1], Var):
        return None
    first, behind, step = made.args
    count = step_of(loop)
    if count is None or count < 0 or not (isinstance(step, Const) and step.value in (None, 1)):
        return None
    begin = term_of(context, first)
    if begin is None or not is_from_the_front(context, begin):
        return None
    return _key(context, first, index) if _is_next(context, first, behind, index, count, _MAXIMUM_DEPTH) else None


def _is_next(context: Context, now: Operand, later: Operand, index: Var, step: int, depth: int) -> bool:
    """Whether a number is what another one, which does not become less, is in the next round."""
    one, two = term_of(context, now), term_of(context, later)
    if one is not None and two is not None and one.symbol is two.symbol:
        return two.offset - one.offset == (step if one.symbol is index else 0)
    first, second = (context.definitions.get(o) if isinstance(o, Var) else None for o in (now, later))
    if not depth or not isinstance(first, Assign) or not isinstance(second, Assign):
        return False
    if second.primitive == "operator.add" and first.primitive == "operator.mul" and step == 1:
        # i * n + n is (i + 1) * n
        for whole, more in (second.args, second.args[::-1]):
            if whole is now and (first.args == [index, more] or first.args == [more, index]):
                return _is_not_negative(context, more)
    if first.primitive != second.primitive or first.primitive not in ("operator.mul", "operator.add"):
        return False
    pairs = list(zip(first.args, second.args, strict=True))
    if first.primitive == "operator.mul" and not all(_is_not_negative(context, o) for pair in pairs for o in pair):
        return False
    if first.primitive == "operator.mul" and not any(a is b for a, b in pairs):
        return False
    return all(_is_next(context, a, b, index, step, depth - 1) for a, b in pairs)


def _is_not_negative(context: Context, operand: Operand) -> bool:
    least = least_of(context, operand)
    return least is not None and least >= 0


def _key(context: Context, operand: Operand, index: Var) -> Hashable:
    """What a number is computed of, with the index for what it is in each loop."""
    if operand is index:
        return "index"
    made = context.definitions.get(operand) if isinstance(operand, Var) else None
    if isinstance(made, Assign) and made.primitive in ("operator.mul", "operator.add", "operator.sub"):
        return made.primitive, *(_key(context, arg, index) for arg in made.args)
    return operand.value if isinstance(operand, Const) else operand
