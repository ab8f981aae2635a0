"""What of a block is asked for where, once it is known what goes into which arm of a test in it."""
from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from s2sad.analyses.footprints import Footprint
from s2sad.analyses.record import is_pure
from s2sad.ir.nodes import Assign, Function, If, Operand, Statement, results
from s2sad.rules.indexing import index_key
from s2sad.transforms.optimise.division import Division, asked_in, mentioned


class Unfit(Exception):
    """A statement whose value is asked for where it is not computed any more."""

    def __init__(self, s: Statement) -> None:
        self.statement = s


class Torn(Exception):
    """Statements that were to go along into an arm are asked for outside of it; they are unfit now."""


class Asked:
    """What is ``needed`` outside of the arms, and what is ``asked`` for in each.

    What stands in front of the test and one arm alone asks for is ``sunk`` into it; what clears places that an arm adds
    to is ``cleared`` in both; nothing asks for what is ``dead``.
    """

    def __init__(self, division: Division, owner: Statement | Function) -> None:
        self.division = division
        self.needed: set[Operand] = {owner.result} if isinstance(owner, Function) else {*results(owner)}
        self.asked: tuple[set[Operand], set[Operand]] = (set(), set())
        self.sunk: dict[Statement, int] = {}
        self.cleared: dict[Assign, None] = {}
        self.dead: dict[Statement, None] = {}
        before = Footprint()
        torn = False  # whether what was to go along is asked for elsewhere
        for s in self.division.block.statements[::-1]:
            if self._is_dead(s):
                self.dead[s] = None
            elif s in self.division.behind:
                self.needed.update(mentioned(s))
            elif isinstance(s, Assign) and self.division.along.get(s.target) is s:
                torn = not self._goes_along(s) or torn
            elif s in self.division.arm:
                self._collect_moved(s)
            elif s in self.division.known or s in self.division.parted or s is self.division.chosen:
                self._collect_choice(s)
            elif self._is_cleared_in_arms(s, before):
                self.cleared[s] = None
                for asked in self.asked:
                    asked.update(s.args)
            else:
                arm = self._only_arm(s, before)
                if arm is None:
                    self.needed.update(mentioned(s))
                    self.division.note_memory(s, before)
                else:
                    self.sunk[s] = arm
                    self.asked[arm].update(mentioned(s))
        if torn:
            raise Torn

    def _goes_along(self, s: Assign) -> bool:
        """Put a statement into the one arm that asks for it; whether it may go there."""
        asking = [arm for arm in (0, 1) if s.target in self.asked[arm]]
        read = mentioned(s)
        at_hand = len(asking) == 1 and all(self.division.is_at_hand(one, asking[0]) for one in read)
        if s.target in self.needed or not at_hand:
            self.division.unfit.add(s)
            self.needed.update(read)
            return False
        self.division.arm[s] = self.division.made_in[s.target] = asking[0]
        self.asked[asking[0]].update(self.division.in_its_place(operand, asking[0]) for operand in read)
        return True

    def _is_dead(self, s: Statement) -> bool:
        if not s.adjoint or not isinstance(s, Assign) or not is_pure(s.primitive) or s is self.division.chosen:
            return False
        return not (s.target in self.needed or s.target in self.asked[0] or s.target in self.asked[1])

    def _collect_moved(self, s: Statement) -> None:
        arm = self.division.arm[s]
        for var in s.defined():
            if var in self.needed:
                other = self.division.in_arms[1 - arm].value(var)
                if other is None:
                    raise Unfit(s)
                self.asked[1 - arm].add(other)
        self.asked[arm].update(self.division.in_its_place(operand, arm) for operand in mentioned(s))

    def _collect_choice(self, s: Statement) -> None:
        """The test itself, and what it decides without a computation."""
        for arm in (0, 1):
            if isinstance(s, If):
                asked = asked_in(s, arm, self.needed)
                self.asked[arm].update(self.division.in_its_place(operand, arm) for operand in asked)
            else:
                self.asked[arm].update(
                    value for var in s.defined() if var in self.needed
                    and (value := self.division.in_arms[arm].value(var)) is not None)
        if s is self.division.chosen:
            self.needed.add(self.division.test)

    def _only_arm(self, s: Statement, before: Footprint) -> int | None:
        """The one arm that asks for what a statement makes, if nothing else does and it may be made there."""
        if not s.adjoint or not isinstance(s, Assign) or s.target in self.needed:
            return None
        if not is_pure(s.primitive) and s.primitive != "s2sad.read":
            return None
        asking = [arm for arm in (0, 1) if s.target in self.asked[arm]]
        return asking[0] if len(asking) == 1 and not self.division.meets(s, before) else None

    def _is_cleared_in_arms(self, s: Statement, before: Footprint) -> TypeGuard[Assign]:
        """Whether places of an adjoint may be cleared in the arms, of which one adds to them again: it assigns then."""
        if not isinstance(s, Assign) or s.primitive != "s2sad.clear" or not s.adjoint or s.target in self.needed:
            return False
        if not all(s.target in asked for asked in self.asked) or self.division.meets(s, before):
            return False
        key, arrays = index_key(self.division.context, s.args[1]), {s.target}
        for one in self._in_the_arms():
            if isinstance(one, Assign) and one.primitive == "s2sad.index_add" and one.args[0] in arrays:
                if index_key(self.division.context, one.args[1]) == key:
                    return True
                arrays.add(one.target)
        return False

    def _in_the_arms(self) -> Iterator[Statement]:
        for s in self.division.block.statements[self.division.place :]:
            if s in self.division.arm:
                yield s
            elif s is self.division.chosen or s in self.division.parted:
                for inner in s.blocks():
                    yield from inner.statements
