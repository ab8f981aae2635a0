"""The rounds of a loop by number: how many there are, and a place for each."""
from __future__ import annotations

from s2sad.analyses.terms import term_of
from s2sad.ir.kinds import INT
from s2sad.ir.nodes import Assign, Const, For, Operand, Var, is_literal
from s2sad.rules.build import Builder, constant
from s2sad.rules.lengths import form_of, is_not_negative, moved


def rounds_between(b: Builder, start: Operand, end: Operand, step: Operand) -> Operand:
    """How many rounds a loop over a range has."""
    if is_literal(end, -1) and is_literal(step, -1):
        less = b.context.definition(start, "operator.sub")
        end = less.args[0] if less is not None and is_literal(less.args[1], 1) else b.emit(
            "operator.add", start, constant(1), kind=INT)
    elif is_literal(step, 1) and isinstance(start, Const) and type(start.value) is int:
        return rounds_up_to(b, end) if start.value == 0 else _rounds_from(b, start.value, end)
    else:
        return b.emit("builtins.len", b.emit("builtins.range", start, end, step), kind=INT)
    return rounds_up_to(b, end)


def _rounds_from(b: Builder, start: int, end: Operand) -> Operand:
    form, left = form_of(b.context, end), plus(b, end, -start)
    if form is not None and is_not_negative(b.context, moved(form, -start)):
        return left
    return b.emit("builtins.max", left, constant(0), kind=INT)


def plus(b: Builder, operand: Operand, number: int) -> Operand:
    """An integer and a number, as one sum."""
    term = term_of(b.context, operand)
    assert term is not None
    total = term.offset + number
    if term.symbol is None:
        return constant(total)
    sign = "operator.add" if total > 0 else "operator.sub"
    return b.emit(sign, term.symbol, constant(abs(total)), kind=INT) if total else term.symbol


def rounds_up_to(b: Builder, end: Operand) -> Operand:
    """How many rounds there are from 0 on."""
    made = b.context.definitions.get(end) if isinstance(end, Var) else None
    if isinstance(end, Const):
        return end
    if isinstance(made, Assign) and made.primitive in ("builtins.len", "s2sad.getitem"):
        # Written once more, it needs no name.
        return end if made.target.name else b.emit(made.primitive, *made.args, style=made.style, kind=INT)
    form = form_of(b.context, end)
    if form is not None and is_not_negative(b.context, form):
        return end
    return b.emit("builtins.max", end, constant(0), kind=INT)


def counts_down_to_zero(loop: For) -> bool:
    return is_literal(loop.end, -1) and is_literal(loop.step, -1)


def place_of(b: Builder, loop: For, first: Operand | None = None) -> Operand:
    """A place that only this round has: which round it is, or as good a number; or how far its index is from the
    ``first`` that has a place."""
    if loop.index.name in ("", "_"):
        loop.index.name = "i"
    if first is not None:
        return loop.index if is_literal(first, 0) else b.emit("operator.sub", loop.index, first, kind=INT)
    if counts_down_to_zero(loop):
        return loop.index
    if is_literal(loop.step, -1):
        return b.emit("operator.sub", loop.start, loop.index, kind=INT)
    place: Operand = loop.index
    if not is_literal(loop.start, 0):
        place = b.emit("operator.sub", place, loop.start, kind=INT)
    if not is_literal(loop.step, 1):
        place = b.emit("operator.floordiv", place, loop.step, kind=INT)
    return place
