"""Which statements share a loop.

A block becomes a list of places, each a loop with the statements that follow it. A statement goes as far to the front
as what it depends on lets it; one that runs over elements joins a loop over the same extents there. It depends on what
defines its operands, on what may write the memory that it reads, and on what reads or writes the memory that it writes.
Within one loop, all accesses to memory that is written there must be to the same place in the same round: what reads a
neighbour of an element that is updated goes into a loop of its own.

Then each of these loops joins an earlier one as deep as it may (`depends`): a sum over the columns goes with what uses
it, row by row.
"""
from __future__ import annotations

from collections.abc import Sequence

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Effect, Function, Loop, Operand, Statement, Var, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import is_basic
from s2sad.transforms.elements.apart import MemoryOfRounds
from s2sad.transforms.elements.joining import Joining
from s2sad.transforms.elements.members import Member, is_quick, replaces_all, views_of
from s2sad.transforms.elements.memory import mentioned
from s2sad.transforms.elements.nest import Nest
from s2sad.transforms.elements.place import Latest, Needs, Place
from s2sad.transforms.elements.reading import Reading
from s2sad.transforms.elements.sinking import Sinking
from s2sad.transforms.elements.uses import Uses
from s2sad.transforms.elements.writer import Writer
from s2sad.transforms.optimise.dead import remove_dead

# What stands best where it is used.
_LATE = {"s2sad.tuple", "s2sad.slice", "array.shape", "s2sad.shape", "s2sad.expand"}
# What may stand before what it does not depend on. What stands behind a check that lengths are the same relies on it.
_MOVABLE = {"s2sad.push", "s2sad.check_lengths"}


def write_loops(context: Context, function: Function, letters: list[str]) -> None:
    """Write the operations on whole arrays in a function as loops over their elements.

    ``letters`` are names for the indices of loops, one inside of the other.
    """
    _Pass(context, function, letters).run()


class _Pass:
    def __init__(self, context: Context, function: Function, letters: list[str]) -> None:
        self.context, self.function = context, function
        self.memory = MemoryOfRounds(function)
        self.uses = Uses(context, function)
        self.made: dict[Operand, Assign] = {s.target: s for s in walk(function.body) if isinstance(s, Assign)}
        self.writer = Writer(context, function, letters)
        self.depth = 0  # in how many loops

    def run(self) -> None:
        self._block(self.function.body)
        substitute_block(self.function.body, self.writer.mapping)
        while isinstance(self.function.result, Var) and self.function.result in self.writer.mapping:
            self.function.result = self.writer.mapping[self.function.result]
        remove_dead(self.function)

    # -- blocks ------------------------------------------------------------------------------------

    def _block(self, block: Block) -> None:
        self.depth += 1
        for s in block.statements:
            for inner in s.blocks() if isinstance(s, Loop) else ():
                self._block(inner)
        self.depth -= 1
        for s in block.statements:
            for inner in s.blocks() if not isinstance(s, Loop) else ():
                self._block(inner)
        statements, block.statements = block.statements, []
        self.reading = Reading(self.context, self.memory, self.made, statements)
        self.uses.here = self.reading.here
        self.waiting: dict[Operand, Assign] = {}
        self.turn: dict[Operand, int] = {}  # in which they came
        places, self.last = [self._place()], Latest()
        for s in statements:
            if self._is_barrier(s):
                self._write(block, places)
                block.statements.append(s)
                places, self.last = [self._place()], Latest()
            else:
                self._put(places, s)
                self.reading.follow(s)
        self._write(block, places)

    def _place(self) -> Place:
        return Place(self.memory, self.reading.origin)

    def _is_barrier(self, s: Statement) -> bool:
        if isinstance(s, Effect):
            return s.primitive not in _MOVABLE
        return not isinstance(s, Assign) or table.lookup(s.primitive) is None and s.primitive != "s2sad.tape"

    def _put(self, places: list[Place], s: Statement) -> None:
        if isinstance(s, Assign) and self._may_wait(s):
            self.waiting[s.target] = s
            self.turn[s.target] = len(self.turn)
            return
        found = self.reading.member(s, bool(self.depth)) if isinstance(s, Assign) else None
        checks, self.reading.checks = self.reading.checks, []
        for check in checks:
            self.uses.note(check)
        for check in checks:
            self._put(places, check)
        before = self._wanted(s, found)
        needs = self.reading.needs(s, found)
        last = self.last.conflict(needs)
        ready = max((self.last.conflict(self.reading.needs(w, None)) for w in before), default=0)
        if found is None or not isinstance(s, Assign):
            self._append(places, max(last, ready), [*before, s])
            return
        start = max(last if self._joins(places[last], s, found, needs) else last + 1, ready + 1)
        at = next((n for n in range(start, len(places)) if self.reading.is_alike(places[n], found)), len(places))
        if at == len(places):
            places.append(self._place())
        self._append(places, at - 1, before)
        places[at].put(found)
        effects = self.reading.effects(s, found)
        places[at].all.add(effects)
        self.last.note(at, effects)

    def _append(self, places: list[Place], number: int, statements: Sequence[Statement]) -> None:
        place = places[number]
        for s in statements:
            effects = self.reading.effects(s, None)
            place.follow(s, effects)
            self.last.note(number, effects)

    def _may_wait(self, s: Assign) -> bool:
        """Whether a statement costs nothing and gives the same wherever it stands: then it stands where it is used."""
        if s.primitive in _LATE:
            return True
        if not isinstance(s.target.kind, Array) or not isinstance(s.args[0].kind, Array):
            return False  # the item of a list is another one when the list has changed
        return s.primitive == "array.T" or s.primitive == "s2sad.getitem" and is_basic(self.context, s.args[1])

    def _wanted(self, s: Statement, found: Member | None) -> list[Assign]:
        """The statements that wait for this one, in their order; they wait no more."""
        if not self.waiting:
            return []
        asked = mentioned(s) if found is None else [o for view in views_of(found) for o in view.operands()]
        wanted: set[Operand] = set()
        stack = [o for o in asked if o in self.waiting]
        while stack:
            operand = stack.pop()
            if operand not in wanted:
                wanted.add(operand)
                stack += [o for o in self.waiting[operand].args if o in self.waiting]
        return [self.waiting.pop(var) for var in sorted(wanted, key=self.turn.__getitem__)]

    def _joins(self, place: Place, s: Assign, found: Member, needs: Needs) -> bool:
        """Whether a statement that conflicts with a place at most may be in its loop all the same."""
        if not place.members or not self.reading.equal.alike(place.members[0].dims, found.dims):
            return False
        defined = place.all.defined
        for view in views_of(found):
            made = place.made.get(view.base)
            if any(o in defined for o in view.operands()[1:]) or view.base in defined and made in (None, "sum"):
                return False
            if made == "value" and not (view.is_whole() and self.reading.equal.alike(view.dims, found.dims)):
                return False
        if replaces_all(found) and found.write is not None and place.made.get(found.write.base) == "value":
            # What is no array may take a new value, if nothing but the loop asks for the old one.
            if self.uses.is_outside(found.write.base, place.statements, s):
                return False
        if not self.reading.equal.needed(found.dims).isdisjoint(defined):
            return False
        if not needs.touched.isdisjoint(place.behind.written) or not needs.written.isdisjoint(place.behind.touched):
            return False
        return place.accesses.are_orderly(found)

    # -- writing -----------------------------------------------------------------------------------

    def _write(self, block: Block, places: list[Place]) -> None:
        self._append(places, len(places) - 1, [*self.waiting.values()])
        self.waiting = {}
        Sinking(self.reading, self.uses, places).run()
        for place in places:
            place.shared = [0, *(len(m.dims) for m in place.members[1:])]
        for place in Joining(self.reading, self.uses).joined(places):
            if place.members:
                self._nest(place).write(block)
            block.statements += place.after

    def _nest(self, place: Place) -> Nest:
        outside = {target for target in place.made if self.uses.is_outside(target, place.statements)}
        written = {memory for m in place.members if m.kind == "update" for memory in self.memory.written(m.statement)}
        quick: set[Operand] = {
            m.statement.target for m in place.members
            if m.statement.target not in outside and is_quick(m) and not self.reading.touched(m.statement, m) & written
            and not any(view.base in place.made for view in m.reads)
        }
        return Nest(self.writer, place.members, place.shared, outside, quick, self.reading.equal)
