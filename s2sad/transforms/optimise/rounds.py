"""What the end of a round of a loop computes, the next round begins with; what all rounds compute stands in front.

    for _ in range(steps):               a = force(x)
        v = v + h * force(x)             for _ in range(steps):
        x = x + dt * v             ─▶        v = v + h * a
        v = v + h * force(x)                 x = x + dt * v
                                             a = force(x)
                                             v = v + h * a

    for _ in range(steps):               ratio = dt / mass
        x[1:-1] += dt / mass * f   ─▶    for _ in range(steps):
                                             x[1:-1] += ratio * f

The adjoint of what all rounds compute is added up in the reverse loop, and handed on once after it. Only
what is worth a variable moves in front of the loop, operations on arrays, and nothing that may fail for what is in
them, or that reads what may not be bound yet, as the loop may have no round. What the derivative has nothing to do with
stays where it was written.
"""
from __future__ import annotations

import functools
from collections.abc import Callable, Hashable

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.record import is_pure
from s2sad.analyses.unbound import perhaps_unbound
from s2sad.analyses.uses import count_uses
from s2sad.analyses.views import is_cheap_view
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Block, Carry, Const, Function, Loop, Operand, Statement, Var, reads, walk
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import is_basic
from s2sad.rules.lengths import has_a_round

# What makes an index; it is compared by what it is made of.
_INDICES = {"s2sad.tuple", "s2sad.slice"}
# What does not fail, of numbers neither.
_ARITHMETIC = {"operator.add", "operator.sub", "operator.mul", "operator.neg"}
# What may fail for what is in an array.
_FAILING = "numpy.linalg."
# Operations on arrays that a value must save to be carried.
_WORTH = 2


def carry_over(context: Context, function: Function, aliases: Aliases) -> bool:
    """Compute once what a round of a loop computes of the state that it leaves, and the next one again.

    Whether there was any such thing.
    """
    unbound = functools.cache(lambda: perhaps_unbound(function.body))
    return _block(context, aliases, function, function.body, unbound)


def _block(
    context: Context, aliases: Aliases, function: Function, block: Block, unbound: Callable[[], set[Operand]]
) -> bool:
    fronts: dict[Statement, list[Statement]] = {}
    changed = False
    for s in block.statements:
        if s.simple:
            continue
        for inner in s.blocks():
            changed |= _block(context, aliases, function, inner, unbound)
        if isinstance(s, Loop) and s.carries:
            front = _Rounds(context, aliases, function, s, unbound).run()
            if front:
                fronts[s] = front
    if fronts:
        block.statements = [one for s in block.statements for one in (*fronts.get(s, ()), s)]
    return changed or bool(fronts)


class _Rounds:
    def __init__(
        self, context: Context, aliases: Aliases, function: Function, loop: Loop, unbound: Callable[[], set[Operand]]
    ) -> None:
        self.context, self.aliases, self.function, self.loop = context, aliases, function, loop
        self.unbound = unbound
        self.equal: dict[Operand, Operand] = {}  # the first of the values that are the same in a round
        self.next: dict[Operand, Operand] = {}  # what a value is in the next round, if this round has that already
        self.steady: set[Operand] = set()

    @functools.cached_property
    def inside(self) -> set[Operand]:
        """The variables that a round binds, but for those of blocks in it."""
        return {*self.loop.bound(), *(var for block in self.loop.blocks() for s in block.statements
                                      for var in s.defined())}

    @functools.cached_property
    def top(self) -> list[Assign]:
        """What may be computed in front of the loop, if what it reads is there."""
        return [s for s in self.loop.body.statements if isinstance(s, Assign) and self._is_safe(s)]

    def run(self) -> list[Statement]:
        """Change the loop; the statements that belong in front of it."""
        assigned = [s for s in self.loop.body.statements if isinstance(s, Assign)]
        if not any([_is_work(s) and is_pure(s.primitive) for s in assigned]):
            return []
        if not any(map(_is_work, self.top)):
            return []
        again = self._computed_again()
        steady = [] if self.context.array_tapes else self._steady_work()
        work = sum(map(_is_work, again))
        wanted = self._wanted(again) if work else []
        if not wanted or work < _WORTH * len(wanted):
            again = wanted = []
        front = self._front(again, wanted, steady) if wanted or steady else []
        gone: set[Statement] = {*again, *steady}
        self.loop.body.statements = [s for s in self.loop.body.statements if s not in gone]
        return front

    def _steady_work(self) -> list[Assign]:
        """The operations on arrays that are the same in every round, and that the reverse sweep would carry out too."""
        found = self._movable() if self.steady else []
        if not found:
            return []
        felt: set[Operand] = {s.target for s in found if s.target.varied}
        handed_on = self._handed_on()
        for reader in walk(self.loop.body):
            if not _computes(reader):
                handed_on.update(reads(reader))
            elif any(var.varied for var in reader.defined()):
                felt.update(reader.args)
        return [s for s in found if s.target in felt and s.target not in handed_on]

    def _is_safe(self, s: Assign) -> bool:
        if s.extra is not None:
            return False
        if s.primitive in _INDICES or s.primitive in _ARITHMETIC:
            return self._stays(s)
        of_arrays = s.primitive.startswith(("numpy.", "operator.", "array.")) or (
            s.primitive == "s2sad.getitem" and is_basic(self.context, s.args[1]))
        return (
            of_arrays and isinstance(s.target.kind, Array) and table.lookup(s.primitive) is not None
            and is_pure(s.primitive) and self._stays(s)
        )

    def _stays(self, s: Assign) -> bool:
        """Whether nothing that a statement reads is changed in place, and all of it is bound in front of the loop."""
        if any(map(self.aliases.may_change, [s.target, *s.args])):
            return False
        return not any(isinstance(arg, Var) and arg not in self.inside for arg in s.args) or has_a_round(
            self.context, self.loop) or self.unbound().isdisjoint(s.args)

    def _computed_again(self) -> list[Assign]:
        """The statements whose value the round before had at its end."""
        known: dict[Hashable, Operand] = {}
        for s in self.top:
            self.equal[s.target] = known.setdefault(self._key(s, self.equal), s.target)
            if all(arg not in self.inside or arg in self.steady for arg in s.args):
                self.steady.add(s.target)
        self.next = {carry.param: self.equal.get(carry.out, carry.out) for carry in self.loop.carries}
        again: list[Assign] = []
        for s in self.top:
            if s.target in self.steady:
                self.next[s.target] = self.equal[s.target]
            elif all(arg not in self.inside or arg in self.next for arg in s.args):
                found = known.get(self._key(s, self.next))
                if found is not None and found is not self.equal[s.target] and found.kind == s.target.kind:
                    self.next[s.target] = found
                    again.append(s)
        return again

    def _key(self, s: Assign, mapping: dict[Operand, Operand]) -> Hashable:
        return (s.primitive, s.keywords, *(self._operand_key(mapping.get(arg, arg)) for arg in s.args))

    def _operand_key(self, operand: Operand) -> Hashable:
        if not isinstance(operand, Const):
            return id(operand)
        return (type(operand.value), repr(operand.value), operand.path)

    def _wanted(self, again: list[Assign]) -> list[Assign]:
        """Those that others than themselves ask for, in this round or as the value at its end."""
        gone: set[Statement] = set(again)
        asked = {o for s in self.loop.body.statements if s not in gone for o in _all_reads(s)}
        asked.update(reads(self.loop))
        wanted: list[Assign] = []
        for s in reversed(again):
            if s.target in asked:
                wanted.append(s)
                asked.add(self.next[s.target])
        return wanted[::-1]

    def _movable(self) -> list[Assign]:
        """The operations on arrays that are the same in every round, and do no harm in front of it."""
        movable: set[Operand] = set()
        found: list[Assign] = []
        for s in self.top:
            if s.target in self.steady and all(arg not in self.inside or arg in movable for arg in s.args):
                if not s.primitive.startswith(_FAILING):
                    movable.add(s.target)
                    found += [s] if _is_work(s) else []
        return found

    def _handed_on(self) -> set[Operand]:
        """What a round hands to another, or to what comes after the loop."""
        uses = count_uses(self.function)
        return {carry.out for carry in self.loop.carries if uses[carry.param] or uses[carry.result]}

    def _front(self, again: list[Assign], wanted: list[Assign], steady: list[Assign]) -> list[Statement]:
        """Carry what is wanted; the statements that compute it for the first round, and what is ``steady`` for all."""
        first: dict[Operand, Operand] = {carry.param: carry.init for carry in self.loop.carries}
        asked: set[Operand] = {s.target for s in (*wanted, *steady)}
        needed: list[Assign] = []
        for s in reversed(self.top):
            if s.target in asked and (s in again or s.target in self.steady):
                needed.append(s)
                asked.update(s.args)
        front: list[Statement] = []
        same: set[Statement] = {*steady}
        for s in reversed(needed):
            if s in same:
                front.append(s)
                s.args = [first.get(arg, arg) for arg in s.args]
                continue
            target = Var(s.target.name, s.target.kind, s.target.varied, s.target.location)
            target.hint = s.target.hint
            args = [first.get(arg, arg) for arg in s.args]
            made = Assign(target, s.primitive, args, s.keywords, s.style, origin=s.origin)
            first[s.target] = target
            self.context.definitions[target] = made
            self.context.fronts.add(target)
            front.append(made)
        for s in wanted:
            param = s.target
            self.context.definitions.pop(param, None)
            result = Var(param.name, param.kind, param.varied, param.location)
            self.loop.carries.append(Carry(first[param], param, self.next[param], result))
        return front


def _is_work(s: Assign) -> bool:
    return isinstance(s.target.kind, Array) and s.primitive != "s2sad.getitem" and not is_cheap_view(s)


def _computes(s: Statement) -> bool:
    """Whether a statement makes a number or memory of its own of what it reads, or copies it to what is there."""
    if not isinstance(s, Assign):
        return False
    if s.primitive in ("s2sad.store", "s2sad.add_at") or isinstance(s.target.kind, Scalar):
        return True
    known = table.lookup(s.primitive)
    return s.primitive.startswith(("numpy.", "operator.", "array.")) and known is not None and not known.view


def _all_reads(s: Statement) -> list[Operand]:
    return [*reads(s), *(o for block in s.blocks() for inner in block.statements for o in _all_reads(inner))]
