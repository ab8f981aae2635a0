"""A test of the reverse sweep, and what of the block around it goes into which of its arms; see `optimise.arms`."""
from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TypeGuard

from s2sad.analyses.footprints import Footprint, Footprints
from s2sad.analyses.nothing import Nothing, is_zero
from s2sad.analyses.record import is_pure
from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Const,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    reads,
    results,
    walk,
)
from s2sad.ir.rewrite import final, substitute, substitute_block, substitute_results
from s2sad.rules.build import Context, constant
from s2sad.rules.indexing import index_key

_ZEROS = {"s2sad.zeros_like", "s2sad.zeros_of"}
_EITHER = 2
COMPARISONS = {f"operator.{name}" for name in ("lt", "le", "gt", "ge", "eq", "ne")}
_FREE = {"s2sad.select", "s2sad.tuple", "s2sad.slice", *COMPARISONS}


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


class _Unfit(Exception):
    """A statement whose value is asked for where it is not computed any more."""

    def __init__(self, s: Statement) -> None:
        self.statement = s


class _Torn(Exception):
    """Statements that were to go along into an arm are asked for outside of it; they are unfit now."""


class Choice:
    """A test in a block, and what of the block goes into which of its arms.

    ``arm`` says into which one a statement goes that follows the test; ``in_arms`` what all that depends on the test
    comes to in either. What it asks for otherwise stands ``behind``, what does not depend on it in front. Where that
    leaves behind what is zero in an arm, what is computed from what the arms leave goes ``along`` into the one arm
    that asks for it: the arms put back an array, of which two elements are compared.
    """

    goes_along = False

    def __init__(self, around: Surroundings, owner: Statement | Function, block: Block, place: int) -> None:
        self.around, self.context = around, around.context
        self.owner, self.block, self.place = owner, block, place
        self.chosen = block.statements[place]
        self.test = self.chosen.args[0]
        self.unfit: set[Statement] = set()

    def moved(self) -> int | None:
        """Move what may be moved; where the test stands then, None if there is nothing.

        What becomes of memory is asked only if there would be something to move but for that.
        """
        for self.checked in (False, True):
            self._divide_all()
            if not self.goes_along and self._leaves_zeros_behind():
                self.goes_along = True
                self._divide_all()
            if not self._is_worthwhile():
                return None
        return self._carry_out()

    def _leaves_zeros_behind(self) -> bool:
        """Whether what stands behind asks for what is zero in an arm."""
        zero = self.in_arms[0].zero | self.in_arms[1].zero if self.late else set()
        return any(var in zero and var in self.needed for s in (self.chosen, *self.arm) for var in s.defined())

    def _divide_all(self) -> None:
        while True:
            try:
                self._follow()
                self._collect()
                break
            except _Unfit as unfit:
                self.unfit.add(unfit.statement)
            except _Torn:
                pass

    # -- what follows the test ------------------------------------------------------------------------

    def _follow(self) -> None:
        self.in_arms = (self._begin(0), self._begin(1))
        self.arm: dict[Statement, int] = {}
        self.made_in: dict[Operand, int] = {}  # what statements in arms define
        self.known: dict[Statement, None] = {}  # what need not be computed in either arm
        self.parted: dict[Statement, None] = {}  # what asks for the same test: its blocks go into the arms
        self.behind: dict[Statement, None] = {}
        self.late: set[Operand] = set()  # what statements behind the arms define
        self.decided: set[Operand] = {*self.chosen.defined()}
        self.along: dict[Operand, Statement] = {}  # what goes into the arm that asks for it, by what it defines
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
            self._note_memory(s, self._arm_memory)
            return
        if arm is None or self._meets(s, self._behind_memory):
            if depends or self._meets(s, self._behind_memory) or self._meets(s, self._arm_memory):
                self._put_behind(s)
            return
        self.decided.update(s.defined())
        if arm == _EITHER:
            self.known[s] = None
        else:
            self.arm[s] = arm
            self.made_in.update(dict.fromkeys(s.defined(), arm))
            self._note_memory(s, self._arm_memory)

    def _may_go_along(self, s: Statement, read: list[Operand]) -> TypeGuard[Assign]:
        """Whether what depends on the test may be computed in an arm, whichever asks for it."""
        if not self.goes_along or not s.adjoint or not isinstance(s, Assign) or s in self.unfit:
            return False
        computed = is_pure(s.primitive) or s.primitive == "s2sad.read"
        return computed and self.late.isdisjoint(read) and not self._meets(s, self._behind_memory)

    def _is_parted(self, s: If, read: list[Operand]) -> bool:
        """Whether a branch asks for the same test, and what it does may be done in the arms."""
        if s.condition is not self.test or not self.late.isdisjoint(read) or self._meets(s, self._behind_memory):
            return False
        return all(self._is_at_hand(operand, arm) for arm in (0, 1) for operand in asked_in(s, arm, {*s.defined()}))

    def _part(self, s: If) -> None:
        self.parted[s] = None
        for arm in (0, 1):
            for merge in s.merges:
                self.in_arms[arm].note(merge.out, constant(0.0) if is_idle(s, merge, arm) else merge.values[arm])
        self.decided.update(s.defined())
        self._note_memory(s, self._arm_memory)

    def _put_behind(self, s: Statement) -> None:
        self.behind[s] = None
        self.decided.update(s.defined())
        self.late.update(s.defined())
        self._note_memory(s, self._behind_memory)

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
            if fits and all(self._is_at_hand(operand, arm) for operand in read):
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

    def _is_at_hand(self, operand: Operand, arm: int) -> bool:
        if operand in self.along:
            return True
        if not isinstance(operand, Var) or operand not in self.decided or self.made_in.get(operand) == arm:
            return True
        return self.in_arms[arm].value(operand) is not None

    def _meets(self, s: Statement, memory: Footprint) -> bool:
        return self.checked and memory.any and self.around.memory.of(s).meets(memory)

    def _note_memory(self, s: Statement, memory: Footprint) -> None:
        if self.checked:
            memory.add(self.around.memory.of(s))

    # -- what is asked for where ----------------------------------------------------------------------

    def _collect(self) -> None:
        """Find out what is ``needed`` outside of the arms, and put into them what only one of them asks for."""
        owner = self.owner
        self.needed: set[Operand] = {owner.result} if isinstance(owner, Function) else {*results(owner)}
        self.asked: tuple[set[Operand], set[Operand]] = (set(), set())
        self.sunk: dict[Statement, int] = {}
        self.cleared: dict[Assign, None] = {}  # what clears places that an arm adds to
        self.dead: dict[Statement, None] = {}
        before = Footprint()
        torn = False  # whether what was to go along is asked for elsewhere
        for s in self.block.statements[::-1]:
            if self._is_dead(s):
                self.dead[s] = None
            elif s in self.behind:
                self.needed.update(mentioned(s))
            elif isinstance(s, Assign) and self.along.get(s.target) is s:
                torn = not self._goes_along(s) or torn
            elif s in self.arm:
                self._collect_moved(s)
            elif s in self.known or s in self.parted or s is self.chosen:
                self._collect_choice(s)
            elif self._is_cleared_in_arms(s, before):
                self.cleared[s] = None
                for asked in self.asked:
                    asked.update(s.args)
            else:
                arm = self._only_arm(s, before)
                if arm is None:
                    self.needed.update(mentioned(s))
                    self._note_memory(s, before)
                else:
                    self.sunk[s] = arm
                    self.asked[arm].update(mentioned(s))
        if torn:
            raise _Torn

    def _goes_along(self, s: Assign) -> bool:
        """Put a statement into the one arm that asks for it; whether it may go there."""
        asking = [arm for arm in (0, 1) if s.target in self.asked[arm]]
        read = mentioned(s)
        if len(asking) > 1 or s.target in self.needed or not all(self._is_at_hand(one, asking[0]) for one in read):
            self.unfit.add(s)
            self.needed.update(read)
            return False
        self.arm[s] = self.made_in[s.target] = asking[0]
        self.asked[asking[0]].update(self._in_its_place(operand, asking[0]) for operand in read)
        return True

    def _is_dead(self, s: Statement) -> bool:
        if not s.adjoint or not isinstance(s, Assign) or not is_pure(s.primitive) or s is self.chosen:
            return False
        return not (s.target in self.needed or s.target in self.asked[0] or s.target in self.asked[1])

    def _collect_moved(self, s: Statement) -> None:
        arm = self.arm[s]
        for var in s.defined():
            if var in self.needed:
                other = self.in_arms[1 - arm].value(var)
                if other is None:
                    raise _Unfit(s)
                self.asked[1 - arm].add(other)
        self.asked[arm].update(self._in_its_place(operand, arm) for operand in mentioned(s))

    def _in_its_place(self, operand: Operand, arm: int) -> Operand:
        if operand not in self.decided or self.made_in.get(operand) == arm or operand in self.along:
            return operand
        assert isinstance(operand, Var)
        value = self.in_arms[arm].value(operand)
        assert value is not None
        return value

    def _collect_choice(self, s: Statement) -> None:
        """The test itself, and what it decides without a computation."""
        for arm in (0, 1):
            if isinstance(s, If):
                asked = asked_in(s, arm, self.needed)
                self.asked[arm].update(self._in_its_place(operand, arm) for operand in asked)
            else:
                self.asked[arm].update(
                    value for var in s.defined() if var in self.needed
                    and (value := self.in_arms[arm].value(var)) is not None)
        if s is self.chosen:
            self.needed.add(self.test)

    def _only_arm(self, s: Statement, before: Footprint) -> int | None:
        """The one arm that asks for what a statement makes, if nothing else does and it may be made there."""
        if not s.adjoint or not isinstance(s, Assign) or s.target in self.needed:
            return None
        if not is_pure(s.primitive) and s.primitive != "s2sad.read":
            return None
        asking = [arm for arm in (0, 1) if s.target in self.asked[arm]]
        return asking[0] if len(asking) == 1 and not self._meets(s, before) else None

    def _is_cleared_in_arms(self, s: Statement, before: Footprint) -> TypeGuard[Assign]:
        """Whether places of an adjoint may be cleared in the arms, of which one adds to them again: it assigns then."""
        if not isinstance(s, Assign) or s.primitive != "s2sad.clear" or not s.adjoint or s.target in self.needed:
            return False
        if not all(s.target in asked for asked in self.asked) or self._meets(s, before):
            return False
        key, arrays = index_key(self.context, s.args[1]), {s.target}
        for one in self._in_the_arms():
            if isinstance(one, Assign) and one.primitive == "s2sad.index_add" and one.args[0] in arrays:
                if index_key(self.context, one.args[1]) == key:
                    return True
                arrays.add(one.target)
        return False

    def _in_the_arms(self) -> Iterator[Statement]:
        for s in self.block.statements[self.place :]:
            if s in self.arm:
                yield s
            elif s is self.chosen or s in self.parted:
                for inner in s.blocks():
                    yield from inner.statements

    # -- moving ---------------------------------------------------------------------------------------

    def _is_worthwhile(self) -> bool:
        """Whether more is moved than has to be brought out of the arms again."""
        moved = [s for s in (*self.arm, *self.sunk) if s not in self.dead and _is_work(s)]
        brought = [
            var for s in (self.chosen, *self.known, *self.arm) for var in s.defined()
            if var in self.needed and not self._continues(var)
        ]
        if self.parted:
            return True
        if isinstance(self.chosen, If):
            brought = [var for var in brought if var not in self.chosen.defined()]
        in_both = {0, 1} <= {self.arm.get(s) for s in moved}
        return len(moved) > len(brought) - in_both

    def _continues(self, var: Var) -> bool:
        """Whether a variable takes the place of another one, which is there in one of the arms as it was."""
        if not isinstance(var.kind, Scalar):
            return True
        return any(self._are_one(var, self.in_arms[arm].value(var)) for arm in (0, 1))

    def _are_one(self, var: Var, other: Operand | None) -> bool:
        if not isinstance(other, Var):
            return False
        if var.name and var.name == other.name:
            return True
        carries = self.owner.carries if isinstance(self.owner, Loop) else []
        return any(carry.param is other and carry.out is var for carry in carries)

    def _carry_out(self) -> int:
        tested = self._tested()
        merges: list[Merge] = []
        mapping: dict[Var, Operand] = {}
        for s in [self.chosen, *self.block.statements[self.place + 1 :]]:
            if s in self.dead:
                continue
            if isinstance(s, If) and (s is self.chosen or s in self.parted):
                merges += self._merges_of(s)
            elif s in self.arm:
                merges += self._brought_out(s, mapping)
            elif s in self.known or s is self.chosen:
                merges += self._chosen_values(s)
        tested.merges = merges
        for arm, inner in enumerate(tested.blocks()):
            inner.statements += self._moved_into(arm)
            inner.statements = [*self._sunk_into(arm, tested), *inner.statements]
            self._settle(arm, tested)
        for s in self.behind:
            substitute(s, mapping)
        if isinstance(self.owner, Function):
            self.owner.result = final(self.owner.result, mapping)
        else:
            substitute_results(self.owner, mapping)
        for merge in merges:
            self.context.definitions[merge.out] = tested
            self.around.memory.join([merge.out, *merge.values])
        gone: set[Statement] = {*self.behind, *self.arm, *self.sunk, *self.known, *self.parted, *self.dead,
                                *self.cleared, self.chosen}
        behind = [s for s in self.behind if s not in self.dead]
        before = [s for s in self.block.statements if s not in gone]
        self.block.statements = [*before, tested, *behind]
        return len(before)

    def _sunk_into(self, arm: int, tested: If) -> list[Statement]:
        """What stood in front of an arm; what is cleared in both is another statement in the second."""
        sunk: list[Statement] = []
        for s in self.block.statements:
            if self.sunk.get(s) == arm:
                sunk.append(s)
            elif isinstance(s, Assign) and s in self.cleared:
                sunk.append(s if arm == 0 else self._cleared_again(s, tested))
        return sunk

    def _settle(self, arm: int, tested: If) -> None:
        """What asks in an arm for the test itself is answered."""
        inner = tested.blocks()[arm]
        statements: list[Statement] = []
        mapping: dict[Var, Operand] = {}
        for s in inner.statements:
            if isinstance(s, If) and s.condition is self.test:
                statements += s.blocks()[arm].statements
                mapping.update((merge.out, merge.values[arm]) for merge in s.merges)
            else:
                statements.append(s)
        inner.statements = statements
        substitute_block(inner, mapping)
        for merge in tested.merges:
            merge.values[arm] = final(merge.values[arm], mapping)

    def _cleared_again(self, s: Assign, tested: If) -> Assign:
        again = Assign(Var(s.target.name, s.target.kind), s.primitive, s.args, origin=s.origin, adjoint=True)
        self.context.definitions[again.target] = again
        self.around.memory.join([s.target, again.target])
        mapping: dict[Var, Operand] = {s.target: again.target}
        substitute_block(tested.orelse, mapping)
        for merge in tested.merges:
            merge.values[1] = final(merge.values[1], mapping)
        return again

    def _tested(self) -> If:
        if isinstance(self.chosen, If):
            return self.chosen
        assert isinstance(self.chosen, Assign)
        return If([self.test], Block(), Block(), origin=self.chosen.origin, adjoint=True)

    def _moved_into(self, arm: int) -> list[Statement]:
        moved: list[Statement] = []
        for s in self.block.statements[self.place + 1 :]:
            if s in self.parted:
                moved += s.blocks()[arm].statements
            elif self.arm.get(s) == arm and s not in self.dead:
                moved.append(s)
        mapping = {
            operand: self._in_its_place(operand, arm) for s in moved for operand in mentioned(s)
            if isinstance(operand, Var) and operand in self.decided and self.made_in.get(operand) != arm
            and operand not in self.along
        }
        for s in moved:
            substitute(s, mapping)
        self.around.new.update(value for value in mapping.values() if isinstance(value, Const))
        return moved

    def _merges_of(self, s: If) -> Iterator[Merge]:
        """What a branch brings out that is asked for."""
        for merge in s.merges:
            if merge.out in self.needed:
                merge.values = [self._in_its_place(value, arm) for arm, value in enumerate(merge.values)]
                yield merge

    def _brought_out(self, s: Statement, mapping: dict[Var, Operand]) -> Iterator[Merge]:
        """What an arm makes that is asked for outside of it."""
        for var in s.defined():
            if var in self.needed:
                out = mapping[var] = Var(var.name, var.kind, var.varied, var.location)
                out.hint = var.hint
                other = self.in_arms[1 - self.arm[s]].value(var)
                assert other is not None
                yield Merge(out, [var, other] if self.arm[s] == 0 else [other, var])

    def _chosen_values(self, s: Statement) -> Iterator[Merge]:
        for var in s.defined():
            if var in self.needed:
                values = [self.in_arms[arm].value(var) for arm in (0, 1)]
                yield Merge(var, [value for value in values if value is not None])


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


def _is_work(s: Statement) -> bool:
    """Whether it costs more than a test does to do something for nothing."""
    return not isinstance(s, Assign) or s.primitive not in _FREE


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
