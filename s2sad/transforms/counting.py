"""The rounds of a loop by number: how many there are, and a place for each."""
from __future__ import annotations

from s2sad.analyses.terms import least_of, term_of
from s2sad.ir.kinds import INT, Array
from s2sad.ir.nodes import Assign, Const, For, Loop, Operand, Var, is_literal, walk
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.lengths import difference, form_of, is_not_negative

# So many places are left empty where the others are those of the indices themselves, which nothing is taken from.
_SPARE = 4
_INDICES = ("i", "t", "k", "p", "q")


def places_between(b: Builder, start: Operand, end: Operand, step: Operand) -> tuple[Operand, Operand | None]:
    """How many places are enough for the rounds of a loop over a range, and the index that has the first of them.

    None for the latter says that they are numbered as the rounds are."""
    if is_literal(step, 1) and _is_between(start, 0, _SPARE):
        return _places_up_to(b, end), constant(0)
    if is_literal(step, -1) and _is_between(end, -1, _SPARE - 1):
        return _places_up_to(b, start, 1), constant(0)
    return rounds_between(b, start, end, step), None


def _is_between(operand: Operand, least: int, most: int) -> bool:
    return isinstance(operand, Const) and type(operand.value) is int and least <= operand.value <= most


def _places_up_to(b: Builder, end: Operand, more: int = 0) -> Operand:
    """At least as many as there are indices below a sum, and a number that is there already if a few more do."""
    term = term_of(b.context, end)
    assert term is not None
    if term.symbol is not None and -_SPARE <= term.offset + more <= 0 and _is_never_negative(b.context, term.symbol):
        return rounds_up_to(b, term.symbol)
    return rounds_up_to(b, plus(b, end, more) if more else end)


def _is_never_negative(context: Context, operand: Operand) -> bool:
    least, form = least_of(context, operand), form_of(context, operand)
    return least is not None and least >= 0 or form is not None and is_not_negative(context, form)


def rounds_between(b: Builder, start: Operand, end: Operand, step: Operand) -> Operand:
    """How many rounds a loop over a range has."""
    if is_literal(end, -1) and is_literal(step, -1):
        less = b.context.definition(start, "operator.sub")
        end = less.args[0] if less is not None and is_literal(less.args[1], 1) else b.emit(
            "operator.add", start, constant(1), kind=INT)
    elif is_literal(step, 1) and isinstance(start, Const) and type(start.value) is int:
        return rounds_up_to(b, end) if start.value == 0 else _rounds_from(b, start, end)
    elif is_literal(step, 1):
        return _rounds_from(b, start, end)
    else:
        return b.emit("builtins.len", b.emit("builtins.range", start, end, step), kind=INT)
    return rounds_up_to(b, end)


def _rounds_from(b: Builder, start: Operand, end: Operand) -> Operand:
    first, last = form_of(b.context, start), form_of(b.context, end)
    if isinstance(start, Const):
        left = plus(b, end, -start.value)
    else:
        left = b.emit("operator.sub", end, start, kind=INT)
    if first is not None and last is not None and is_not_negative(b.context, difference(last, first)):
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
        return end if end.value >= 0 else constant(0)
    if isinstance(made, Assign) and _is_length(b.context, made):
        # Written once more, it needs no name.
        return end if made.target.name else b.emit(made.primitive, *made.args, style=made.style, kind=INT)
    if _is_never_negative(b.context, end):
        return end
    return b.emit("builtins.max", end, constant(0), kind=INT)


def _is_length(context: Context, made: Assign) -> bool:
    """Whether this is the length of an axis of an array, which no update changes."""
    if made.primitive == "builtins.len":
        return isinstance(made.args[0].kind, Array)
    return made.primitive == "s2sad.getitem" and context.definition(made.args[0], "array.shape") is not None


def is_counted(loop: Loop) -> bool:
    """Whether a loop is run over a range, and over all of it."""
    return isinstance(loop, For) and loop.stop is None


def counts_down_to_zero(loop: For) -> bool:
    return is_literal(loop.end, -1) and is_literal(loop.step, -1)


def index_name(loop: Loop) -> str:
    """A name for the index of a loop that has none, which nothing in the loop has."""
    taken = {var.name for s in walk(loop.body) for var in [*s.defined(), *(s.bound() if isinstance(s, Loop) else [])]}
    return next((name for name in _INDICES if name not in taken), _INDICES[0])


def place_of(b: Builder, loop: For, first: Operand | None = None) -> Operand:
    """A place that only this round has: which round it is, or as good a number; or how far its index is from the
    ``first`` that has a place."""
    if loop.index.name in ("", "_"):
        loop.index.name = index_name(loop)
    if first is not None:
        behind = loop.index if is_literal(first, 0) else b.emit("operator.sub", loop.index, first, kind=INT)
        return _counted_by(b, behind, loop.step)
    if counts_down_to_zero(loop) and loop.stop is None:
        return loop.index  # not of a loop that may end early: which round an index is depends on where it ends
    if is_literal(loop.step, -1):
        return b.emit("operator.sub", loop.start, loop.index, kind=INT)
    place: Operand = loop.index
    if not is_literal(loop.start, 0):
        place = b.emit("operator.sub", place, loop.start, kind=INT)
    return _counted_by(b, place, loop.step)


def _counted_by(b: Builder, distance: Operand, step: Operand) -> Operand:
    """How many steps a distance is; of steps of one, down or up, the distance itself is as good."""
    if is_literal(step, 1) or is_literal(step, -1):
        return distance
    return b.emit("operator.floordiv", distance, step, kind=INT)
