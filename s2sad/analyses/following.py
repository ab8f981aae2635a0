"""Whether a write to an element of an array may follow a read of it, or the other way round.

Places are compared as sums of a loop's index and a number; `y[i] = y[i - 1] * x[i]` reads, before the place `i` is
written, places below `i` only. In one round nothing of one branch follows on the other, and where `i == j` does not
hold, the place `i, j` is not `j, j`.
"""
from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple, Protocol

from s2sad.analyses.bands import band_of
from s2sad.analyses.terms import Term, is_from_the_front, least_of, step_of, term_of
from s2sad.ir.kinds import SLICE
from s2sad.ir.nodes import Assign, Const, For, If, Loop, Operand, Statement, Var, view_place
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.indexing import index_parts
from s2sad.rules.lengths import Form, difference, form_of, is_not_negative, moved

# Of how many loops that begin or end where another one is, one in the other, the bounds are followed.
_MOST_LOOPS = 8
# In which block of an `if` two numbers are not equal, by how the condition compares them.
_UNEQUAL = {"operator.eq": 1, "operator.ne": 0, "operator.lt": 0, "operator.gt": 0, "operator.le": 1, "operator.ge": 1}

# A block of an `if`, by its number.
Arm = tuple[If, int]


class Place(NamedTuple):
    """Where in the reverse sweep a statement stands: its number in the text, and the loops and the blocks of branches
    around it."""

    number: int
    loops: tuple[Loop, ...]
    start: int  # the number of the outermost of the loops; its own where there is none
    arms: tuple[Arm, ...] = ()

    def inside(self, s: Statement, block: int) -> tuple[tuple[Loop, ...], tuple[Arm, ...]]:
        """The loops and the blocks of branches that are around a block of a statement that stands here."""
        loops = (*self.loops, s) if isinstance(s, Loop) else self.loops
        return loops, (*self.arms, (s, block)) if isinstance(s, If) else self.arms


class Span(NamedTuple):
    """The places that one part of an index names: from ``first`` to ``last``, or to the end."""

    first: Term
    last: Term | None


class Chained(Protocol):
    """What tells which versions are of one array."""

    def find(self, var: Any, /) -> object: ...


def may_follow(
    context: Context, restore: Assign, place: Place, read: Statement, at: Place, chains: Chained,
    anew: Collection[Loop] = (),
) -> bool:
    """Whether a read may be of what the restore wrote, after it; each round of a loop in ``anew`` has its own array."""
    common = [one for one, two in zip(place.loops, at.loops, strict=False) if one is two]
    apart = _Apart(context, common)
    index = _written_index(restore)
    parts: list[tuple[Operand, Operand]] = []
    if isinstance(read, Assign) and reads_part(read) and index is not None:
        if chains.find(read.args[0]) is chains.find(restore.target):
            written, wanted = (index_parts(context, i) or [] for i in (index, read.args[1]))
            for one, two in zip(written, wanted, strict=False):
                if one.kind == ELLIPSIS or two.kind == ELLIPSIS:
                    break
                if apart.never_meet(one, two):
                    return False
                parts.append((one, two))
    for loop in common:
        if loop in anew:
            continue
        step = step_of(loop)
        least, most = apart.distances.get(loop, (None, None))
        # The reverse sweep comes to what the loop does first last: a read some rounds later in the loop is done with.
        later = least if step is None or step > 0 else _negative(most)
        if step is None or later is None or later < 0:
            return True
        if later > 0:
            return False
    if at.number <= place.number or _exclude(place.arms, at.arms):
        return False
    return not any(apart.differ_in_one_round(*arm, parts) for arm in (*place.arms, *at.arms))


def _exclude(one: tuple[Arm, ...], two: tuple[Arm, ...]) -> bool:
    """Whether two places are in different blocks of one branch: no round comes by both."""
    return any(s is other and block != further for s, block in one for other, further in two)


def are_apart(context: Context, one: Operand, two: Operand) -> bool:
    """Whether two indices of an array surely have no place in common, as they are in one round of all loops."""
    apart = _Apart(context, [])
    for first, second in zip(index_parts(context, one) or [], index_parts(context, two) or [], strict=False):
        if first.kind == ELLIPSIS or second.kind == ELLIPSIS:
            return False
        if apart.never_meet(first, second) or _differ(context, first, second):
            return True
        spans = _span(context, first), _span(context, second)
        if spans[0] is not None and spans[1] is not None and (
                _begins_behind(context, spans[0], spans[1]) or _begins_behind(context, spans[1], spans[0])):
            return True
    return False


def _begins_behind(context: Context, one: Span, two: Span) -> bool:
    """Whether places, counted from the front, surely begin behind others, for what the bounds of both are now."""
    if two.last is None or not is_from_the_front(context, one.first) or not is_from_the_front(context, two.first):
        return False
    gap = difference(_form(context, one.first), _form(context, two.last))
    return is_not_negative(context, moved(gap, -1))


def _differ(context: Context, one: Operand, two: Operand) -> bool:
    """Whether two integers are one variable and different numbers, both counted from the front."""
    first, second = term_of(context, one), term_of(context, two)
    if first is None or second is None or first.symbol is not second.symbol or first.offset == second.offset:
        return False
    return is_from_the_front(context, first) and is_from_the_front(context, second)


def reads_part(s: Statement) -> bool:
    return isinstance(s, Assign) and s.primitive in ("s2sad.getitem", "s2sad.read") and isinstance(s.args[0], Var)


def _written_index(s: Assign) -> Operand | None:
    """Where an update writes; None where it does through a view."""
    if s.primitive == "s2sad.store":
        return s.args[2] if s.args[1] is s.args[0] else None
    return s.args[1] if view_place(s) is None else None


class _Apart:
    """How many rounds apart a write and a read are to the same place: ``distances`` are the least and the most for
    each of the loops that are around both, where that is known."""

    def __init__(self, context: Context, loops: list[Loop]) -> None:
        self.context = context
        self.loop_of = {index: loop for loop in loops if isinstance(loop, For) and isinstance(loop.of, For | None)
                        for index in (loop.index, loop.index if loop.of is None else loop.of.index)}
        self.distances: dict[Loop, tuple[int | None, int | None]] = {}

    def never_meet(self, one: Operand, two: Operand) -> bool:
        """Note how many iterations apart two parts of an index are equal; whether they never are."""
        if one.kind == SLICE and two.kind == SLICE and (loop := self._band(one, two)) is not None:
            return self._note(loop, 0, 0, 0, 0)
        first, second = _span(self.context, one), _span(self.context, two)
        if first is None or second is None:
            return False
        if _is_number(first) and _is_number(second):
            a, b = first.first.offset, second.first.offset
            return a != b and (a >= 0) == (b >= 0)
        if _is_beyond(self.context, first, second) or _is_beyond(self.context, second, first):
            return True
        if not (is_from_the_front(self.context, first.first) and is_from_the_front(self.context, second.first)):
            return False
        written, read = self._bounds(first), self._bounds(second)
        return any(self._note(loop, *written[loop], *read[loop]) for loop in written if loop in read)

    def _band(self, one: Operand, two: Operand) -> Loop | None:
        """The loop of which two slices are the same band."""
        bands = [{(loop, band) for index, loop in self.loop_of.items()
                  if (band := band_of(self.context, part, loop, index)) is not None} for part in (one, two)]
        return next((loop for loop, _ in bands[0] & bands[1]), None)

    def differ_in_one_round(self, branch: If, block: int, parts: list[tuple[Operand, Operand]]) -> bool:
        """Whether parts of an index are not equal in one round, as the block of a branch is run where they are not."""
        test = self.context.definitions.get(branch.condition) if isinstance(branch.condition, Var) else None
        if not isinstance(test, Assign) or _UNEQUAL.get(test.primitive) != block:
            return False
        differ = {self._index(arg) for arg in test.args}
        return None not in differ and any({self._index(one), self._index(two)} == differ for one, two in parts)

    def _index(self, operand: Operand) -> Loop | None:
        """The loop that a number is the index of."""
        return self.loop_of.get(operand) if isinstance(operand, Var) else None

    def _note(self, loop: Loop, low: int | None, high: int | None, low2: int | None, high2: int | None) -> bool:
        """Places are between two numbers from the index of a loop, each in its own round; whether none can be both."""
        least, most = self.distances.get(loop, (None, None))
        if low is not None and high2 is not None:
            least = low - high2 if least is None else max(least, low - high2)
        if high is not None and low2 is not None:
            most = high - low2 if most is None else min(most, high - low2)
        self.distances[loop] = least, most
        return least is not None and most is not None and least > most

    def _bounds(self, span: Span) -> dict[Loop, tuple[int | None, int | None]]:
        """From the index of which loops the places of a span are how far, at the least and at the most."""
        found: dict[Loop, tuple[int | None, int | None]] = {}
        for side, end in enumerate((span.first, span.last)):
            bound: Term | None = end
            for _ in range(_MOST_LOOPS):
                if bound is None or bound.symbol is None:
                    break
                loop = self.loop_of.get(bound.symbol)
                if loop is not None:
                    known = found.get(loop, (None, None))
                    found[loop] = (bound.offset, known[1]) if side == 0 else (known[0], bound.offset)
                bound = self._bound(bound, side)
        return found

    def _bound(self, term: Term, side: int) -> Term | None:
        """What a term that is the index of a loop is at the least, or at the most: where the loop begins or ends."""
        made = self.context.definitions.get(term.symbol) if term.symbol is not None else None
        step = step_of(made) if isinstance(made, For) and made.index is term.symbol else None
        if step is None or not isinstance(made, For):
            return None
        begins = (step > 0) == (side == 0)
        last = term_of(self.context, made.start if begins else made.end)
        if last is None:
            return None
        behind = 0 if begins else 1 if side == 0 else -1
        return Term(last.symbol, last.offset + behind + term.offset)


def _negative(number: int | None) -> int | None:
    return None if number is None else -number


def _is_beyond(context: Context, one: Span, two: Span) -> bool:
    """Whether places are surely greater than others that end at a number, counted from the front."""
    first, last = one.first, two.last
    if last is None or last.symbol is not None or two.first.offset < 0:
        return False
    least = 0 if first.symbol is None else least_of(context, first.symbol)
    return least is not None and last.offset < least + first.offset


def _form(context: Context, term: Term) -> Form:
    form = {} if term.symbol is None else form_of(context, term.symbol)
    assert form is not None
    return moved(form, term.offset)


def _span(context: Context, part: Operand) -> Span | None:
    """The places that a part of an index names, counted from the front; of a number from either end."""
    if part.kind != SLICE:
        term = term_of(context, part)
        return None if term is None else Span(term, term)
    made = context.definition(part, "s2sad.slice")
    if made is None or not (isinstance(made.args[2], Const) and made.args[2].value in (None, 1)):
        return None
    first = Term(None, 0) if _is_open(made.args[0]) else term_of(context, made.args[0])
    behind = None if _is_open(made.args[1]) else term_of(context, made.args[1])
    if first is None or not is_from_the_front(context, first):
        return None
    if behind is None or not is_from_the_front(context, behind):
        return Span(first, None)
    return Span(first, Term(behind.symbol, behind.offset - 1))


def _is_open(bound: Operand) -> bool:
    return isinstance(bound, Const) and bound.value is None


def _is_number(span: Span) -> bool:
    return span.first is span.last and span.first.symbol is None
