"""What of a block goes into which arm of a test in it: what follows the test, and depends on it."""
from __future__ import annotations

import functools
from typing import TypeGuard

from s2sad.analyses.footprints import Footprint, Footprints
from s2sad.analyses.nothing import Nothing, is_zero
from s2sad.analyses.record import is_pure
from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import IN_PLACE, Assign, Block, Function, If, Loop, Merge, Operand, Statement, Var, reads, walk
from s2sad.rules.build import Context, constant

_ZEROS = {"s2sad.zeros_like", "s2sad.zeros_of"}
_EITHER = 2


class Surroundings:
    """What is known of the function around a test. ``memory`` is asked for where something that is moved might pass
    what changes an array, and ``new`` are literals that stand in the place of others in the arms."""

    def __init__(self, context: Context, function: Function) -> None:
        self.context, self.function = context, function
        self.new: set[Operand] = set()

    @functools.cached_property
    def memory(self) -> Footprints:
        return Footprints(self.function)

    @functools.cached_property
    def carried(self) -> set[Operand]:
        return {carry.param for s in walk(self.function.body) if isinstance(s, Loop) for carry in s.carries}


class Division:
    """What follows a test, divided.

    ``arm`` says into which one a statement goes, ``in_arms`` what all that depends on the test comes to in either.
    What is ``known`` need not be computed in either arm, and what is ``parted`` asks for the same test: its blocks go
    into the arms. What goes ``along`` goes into the arm that asks for it, by what it defines; the rest stands
    ``behind``. What becomes of memory is asked only if that is to be ``checked``.
    """

    def __init__(
        self, around: Surroundings, block: Block, place: int, unfit: set[Statement], goes_along: bool, checked: bool
    ) -> None:
        self.around, self.context, self.block, self.place = around, around.context, block, place
        self.unfit, self.goes_along, self.checked = unfit, goes_along, checked
        self.chosen = block.statements[place]
        self.test = self.chosen.args[0]
        self.in_arms = (self._begin(0), self._begin(1))
        self.arm: dict[Statement, int] = {}
        self.made_in: dict[Operand, int] = {}  # what statements in arms define
        self.known: dict[Statement, None] = {}
        self.parted: dict[Statement, None] = {}
        self.behind: dict[Statement, None] = {}
        self.late: set[Operand] = set()  # what statements behind the arms define
        self.decided: set[Operand] = {*self.chosen.defined()}
        self.along: dict[Operand, Statement] = {}
        self._behind_memory, self._arm_memory = Footprint(), Footprint()
        rest = self.block.statements[self.place + 1 :]
        for s in rest:
            self._divide(s)
        last = max((number for number, s in enumerate(rest) if s in self.arm or s in self.parted), default=-1)
        self.behind = {
            s: None for number, s in enumerate(rest) if s in self.behind or number > last and s not in self.known}

    def _begin(self, arm: int) -> Nothing:
        s = self.chosen
        nothing = Nothing(self.context, holds={self.test: arm == 0})
        if isinstance(s, If):
            for merge in s.merges:
                nothing.note(merge.out, constant(0.0) if is_idle(s, merge, arm) else merge.values[arm])
            return nothing
        assert isinstance(s, Assign)
        nothing.note(s.target, s.args[1 + arm])
        return nothing

    def _divide(self, s: Statement) -> None:
        read = mentioned(s)
        if isinstance(s, If) and self._is_parted(s, read):
            self._part(s)
            return
        depends = not self.decided.isdisjoint(read)
        arm = None
        if (depends or self.test in read) and s not in self.unfit and self.late.isdisjoint(read):
            arm = self._arm_of(s, read)
        if arm is None and depends and self._may_go_along(s, read):
            self.along[s.target] = s
            self.decided.add(s.target)
            self.note_memory(s, self._arm_memory)
            return
        if arm is None or self.meets(s, self._behind_memory):
            if depends or self.meets(s, self._behind_memory) or self.meets(s, self._arm_memory):
                self._put_behind(s)
            return
        self.decided.update(s.defined())
        if arm == _EITHER:
            self.known[s] = None
        else:
            self.arm[s] = arm
            self.made_in.update(dict.fromkeys(s.defined(), arm))
            self.note_memory(s, self._arm_memory)

    def _may_go_along(self, s: Statement, read: list[Operand]) -> TypeGuard[Assign]:
        """Whether what depends on the test may be computed in an arm, whichever asks for it."""
        if not self.goes_along or not s.adjoint or not isinstance(s, Assign) or s in self.unfit:
            return False
        computed = is_pure(s.primitive) or s.primitive == "s2sad.read"
        return computed and self.late.isdisjoint(read) and not self.meets(s, self._behind_memory)

    def _is_parted(self, s: If, read: list[Operand]) -> bool:
        """Whether a branch asks for the same test, and what it does may be done in the arms."""
        if s.condition is not self.test or not self.late.isdisjoint(read) or self.meets(s, self._behind_memory):
            return False
        return all(self.is_at_hand(operand, arm) for arm in (0, 1) for operand in asked_in(s, arm, {*s.defined()}))

    def _part(self, s: If) -> None:
        self.parted[s] = None
        for arm in (0, 1):
            for merge in s.merges:
                self.in_arms[arm].note(merge.out, constant(0.0) if is_idle(s, merge, arm) else merge.values[arm])
        self.decided.update(s.defined())
        self.note_memory(s, self._arm_memory)

    def _put_behind(self, s: Statement) -> None:
        self.behind[s] = None
        self.decided.update(s.defined())
        self.late.update(s.defined())
        self.note_memory(s, self._behind_memory)

    def _arm_of(self, s: Statement, read: list[Operand]) -> int | None:
        """The arm that a statement goes into; `_EITHER` if both know what it comes to; None if it stays."""
        idle, found = zip(*(self._in_arm(s, arm) for arm in (0, 1)), strict=True)
        known = [idle[arm] and all(found[arm].value(var) is not None for var in s.defined()) for arm in (0, 1)]
        if all(known) and isinstance(s, Assign):
            self._adopt(s, found[0], 0)
            self._adopt(s, found[1], 1)
            return _EITHER
        for arm in (0, 1):
            other = 1 - arm
            fits = known[other] or idle[other] and (
                any(var in found[other].zero for var in s.defined())
                or any(self.made_in.get(operand) == arm for operand in read))
            if fits and all(self.is_at_hand(operand, arm) for operand in read):
                self._adopt(s, found[other], other)
                return arm
        return None

    def _in_arm(self, s: Statement, arm: int) -> tuple[bool, Nothing]:
        """Whether a statement does nothing in an arm, and what is known there then."""
        nothing = self.in_arms[arm].copy()
        idle = nothing.statement(s)
        for var in s.defined():
            if var in nothing.same and not self._may_be(s, var, nothing.same[var], arm):
                del nothing.same[var]
        return idle, nothing

    def _may_be(self, s: Statement, var: Var, value: Operand, arm: int) -> bool:
        """Whether a value may stand for what a statement defines: memory of its own is not given up, but for that of
        what a loop adds up."""
        if value in self.decided and self.made_in.get(value) != arm or value in _made_inside(s):
            return False
        own = isinstance(s, Assign) and s.primitive not in IN_PLACE and not isinstance(var.kind, Scalar)
        return not own or value in self.around.carried

    def _adopt(self, s: Statement, found: Nothing, arm: int) -> None:
        """Know of what a statement defines in an arm what was found."""
        for var in s.defined():
            if var in found.zero:
                self.in_arms[arm].zero.add(var)
            elif var in found.same:
                self.in_arms[arm].same[var] = found.same[var]

    def is_at_hand(self, operand: Operand, arm: int) -> bool:
        if operand in self.along:
            return True
        if not isinstance(operand, Var) or operand not in self.decided or self.made_in.get(operand) == arm:
            return True
        return self.in_arms[arm].value(operand) is not None

    def meets(self, s: Statement, memory: Footprint) -> bool:
        return self.checked and memory.any and self.around.memory.of(s).meets(memory)

    def note_memory(self, s: Statement, memory: Footprint) -> None:
        if self.checked:
            memory.add(self.around.memory.of(s))

    def in_its_place(self, operand: Operand, arm: int) -> Operand:
        if operand not in self.decided or self.made_in.get(operand) == arm or operand in self.along:
            return operand
        assert isinstance(operand, Var)
        value = self.in_arms[arm].value(operand)
        assert value is not None
        return value


def _made_inside(s: Statement) -> set[Operand]:
    """What the statements in the blocks of a statement define."""
    return {var for block in s.blocks() for one in walk(block) for var in one.defined()}


def is_idle(s: If, merge: Merge, arm: int) -> bool:
    """Whether a branch leaves a zero."""
    value = merge.values[arm]
    if not isinstance(value, Var):
        return is_zero(value)
    return any(isinstance(one, Assign) and one.target is value and one.primitive in _ZEROS
               for one in s.blocks()[arm].statements)


def asked_in(s: If, arm: int, needed: set[Operand]) -> list[Operand]:
    """What a block of a branch reads, and what comes out of it that is needed."""
    found = [merge.values[arm] for merge in s.merges if merge.out in needed]
    for inner in s.blocks()[arm].statements:
        found += mentioned(inner)
    return found


def mentioned(s: Statement) -> list[Operand]:
    """All that a statement reads, and what the statements in its blocks do."""
    if s.simple:
        return s.args
    return [*reads(s), *(operand for block in s.blocks() for one in walk(block) for operand in reads(one))]
