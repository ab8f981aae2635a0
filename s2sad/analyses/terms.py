"""Integers as sums of a variable and a number, and what they are at the least."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from s2sad.ir.kinds import INT, SLICE, Static
from s2sad.ir.nodes import Assign, Const, For, Loop, Operand, Var
from s2sad.rules.build import Context

# What an operation of integers is at the least, by what they are.
_LEAST: dict[str, Callable[[list[int]], int | None]] = {
    "builtins.max": max, "builtins.min": min, "operator.add": sum,
    "operator.mul": lambda known: math.prod(known) if min(known) >= 0 else None,
    "operator.floordiv": lambda known: 0 if len(known) == 2 and known[0] >= 0 and known[1] > 0 else None,
}


class Term(NamedTuple):
    """One part of an index: ``symbol + offset``, a number where there is no symbol."""

    symbol: Var | None
    offset: int


def term_of(context: Context, part: Operand) -> Term | None:
    """A part of an index as a variable and a number."""
    if isinstance(part, Const):
        return Term(None, part.value) if isinstance(part.value, int) and not isinstance(part.value, bool) else None
    if part.kind == SLICE or isinstance(part.kind, Static):
        return None
    made = context.definitions.get(part)
    if isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub"):
        left, right = made.args
        sign = -1 if made.primitive == "operator.sub" else 1
        if isinstance(right, Const) and right.kind == INT:
            inner = term_of(context, left)
            return None if inner is None else Term(inner.symbol, inner.offset + sign * right.value)
        if isinstance(left, Const) and left.kind == INT and sign == 1:
            inner = term_of(context, right)
            return None if inner is None else Term(inner.symbol, inner.offset + left.value)
    return Term(part, 0)


def is_from_the_front(context: Context, term: Term) -> bool:
    """Whether an index is surely not negative: those count from the end."""
    least = 0 if term.symbol is None else least_of(context, term.symbol)
    return least is not None and least + term.offset >= 0


def least_of(context: Context, operand: Operand, depth: int = 8) -> int | None:
    """A number that an integer is surely not below."""
    if isinstance(operand, Const):
        return operand.value if isinstance(operand.value, int) else None
    if not depth:
        return None
    made = context.definitions.get(operand)
    if isinstance(made, For) and made.index is operand:
        step = step_of(made)
        if step is None:
            return None
        bound, extra = (made.start, 0) if step > 0 else (made.end, 1)
        least = least_of(context, bound, depth - 1)
        return None if least is None else least + extra
    if isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub"):
        term = term_of(context, operand)
        if term is not None and term.symbol is not None and term.symbol is not operand:
            least = least_of(context, term.symbol, depth - 1)
            return None if least is None else least + term.offset
    if isinstance(made, Assign) and made.target.kind == INT:
        return _least_result(context, made, depth - 1)
    return None


def _least_result(context: Context, made: Assign, depth: int) -> int | None:
    if made.primitive == "builtins.len" or _is_item_of_shape(context, made):
        return 0
    if made.primitive not in _LEAST:
        return None
    known = [least for arg in made.args if (least := least_of(context, arg, depth)) is not None]
    return _LEAST[made.primitive](known) if known and (
        len(known) == len(made.args) or made.primitive == "builtins.max") else None


def _is_item_of_shape(context: Context, made: Assign) -> bool:
    return made.primitive == "s2sad.getitem" and context.definition(made.args[0], "array.shape") is not None


def step_of(loop: Loop) -> int | None:
    step = loop.step if isinstance(loop, For) else None
    return step.value if isinstance(step, Const) and isinstance(step.value, int) and step.value else None
