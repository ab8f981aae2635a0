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
from dataclasses import dataclass, field

from s2sad.ir.kinds import Array, Dim, Extent
from s2sad.ir.nodes import (
    COPIES,
    IN_PLACE,
    Assign,
    Block,
    Effect,
    Function,
    Loop,
    Operand,
    Statement,
    Var,
    inits,
    results,
    walk,
)
from s2sad.ir.rewrite import substitute_block
from s2sad.rules import table
from s2sad.rules.build import Builder, Context
from s2sad.rules.indexing import is_basic
from s2sad.transforms.elements.apart import MemoryOfRounds
from s2sad.transforms.elements.depends import common, in_order
from s2sad.transforms.elements.lengths import Lengths
from s2sad.transforms.elements.members import (
    Member,
    accesses,
    is_elementwise,
    is_quick,
    is_scatter,
    member,
    owned_update,
)
from s2sad.transforms.elements.memory import mentioned
from s2sad.transforms.elements.nest import Nest, Writer, length
from s2sad.transforms.elements.views import Along, View, dims_of, resolved, whole
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


@dataclass
class _Place:
    """A loop, or none at the front of a block, and what follows it."""

    members: list[Member] = field(default_factory=list)
    after: list[Statement] = field(default_factory=list)
    defined: set[Operand] = field(default_factory=set)
    used: set[Operand] = field(default_factory=set)
    touched: set[Var] = field(default_factory=set)
    written: set[Var] = field(default_factory=set)
    shared: list[int] = field(default_factory=list)  # how many loops each member shares with the one before it

    def loops(self, last: int) -> list[int]:
        """How many loops each member shares with one that shares ``last`` with the last member."""
        return [min([last, *self.shared[number + 1:]]) for number in range(len(self.members))]

    def note(self, other: _Place) -> None:
        """Know what another place does, which is part of this one now."""
        self.defined |= other.defined
        self.touched |= other.touched
        self.written |= other.written


class _Pass:
    def __init__(self, context: Context, function: Function, letters: list[str]) -> None:
        self.context, self.function = context, function
        self.memory = MemoryOfRounds(function)
        self.equal = Lengths()
        self.users: dict[Operand, list[Statement | None]] = {}
        for s in walk(function.body):
            for operand in set(_own(s)):
                self.users.setdefault(operand, []).append(s)
        self.users.setdefault(function.result, []).append(None)
        self.made = {s.target: s for s in walk(function.body) if isinstance(s, Assign)}
        self.writer = Writer(context, function, letters)
        self.here: set[Operand] = set()
        self.latest: dict[Operand, Operand] = {}
        self.first: dict[Operand, Operand] = {}
        self.checks: list[Statement] = []
        self.waiting: dict[Operand, Assign] = {}
        self.tokens: set[Operand] = set()
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
        self.here = {var for s in statements for var in s.defined()}
        self.latest, self.first, self.equal, self.waiting = {}, {}, Lengths(), {}
        places = [_Place()]
        for s in statements:
            if self._is_barrier(s):
                self._write(block, places)
                block.statements.append(s)
                places = [_Place()]
            else:
                self._put(places, s)
                self._follow(s)
        self._write(block, places)

    def _is_barrier(self, s: Statement) -> bool:
        if isinstance(s, Effect):
            return s.primitive not in _MOVABLE
        return not isinstance(s, Assign) or table.lookup(s.primitive) is None and s.primitive != "s2sad.tape"

    def _follow(self, s: Statement) -> None:
        """An update in place gives memory another variable."""
        if isinstance(s, Assign) and self.memory.written(s) and s.primitive != "s2sad.pop":
            origin = self.first.get(s.args[0], s.args[0])
            self.first[s.target] = origin
            self.latest[origin] = s.target

    def _put(self, places: list[_Place], s: Statement) -> None:
        if isinstance(s, Assign) and self._may_wait(s):
            self.waiting[s.target] = s
            return
        found = self._member(s) if isinstance(s, Assign) else None
        checks, self.checks = self.checks, []
        for check in checks:
            self._put(places, check)
        before = self._wanted(s, found)
        last = max((n for n, place in enumerate(places) if self._conflicts(place, s, found)), default=0)
        ready = max((n for n, place in enumerate(places) for w in before if self._conflicts(place, w, None)), default=0)
        if found is None or not isinstance(s, Assign):
            self._append(places[max(last, ready)], [*before, s])
            return
        start = max(last if self._joins(places[last], s, found) else last + 1, ready + 1)
        at = next((n for n in range(start, len(places)) if self._is_alike(places[n], found)), len(places))
        if at == len(places):
            places.append(_Place())
        self._append(places[at - 1], before)
        places[at].members.append(self._settled(places[at], found))
        self._note(places[at], s, found)

    def _is_alike(self, place: _Place, found: Member) -> bool:
        return bool(place.members) and self.equal.alike(place.members[0].dims, found.dims)

    def _append(self, place: _Place, statements: Sequence[Statement]) -> None:
        for s in statements:
            self._note(place, s)
            place.after.append(s)

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
        asked = mentioned(s) if found is None else [o for view in _views(found) for o in view.operands()]
        wanted: set[Operand] = set()
        stack = [o for o in asked if o in self.waiting]
        while stack:
            operand = stack.pop()
            if operand not in wanted:
                wanted.add(operand)
                stack += [o for o in self.waiting[operand].args if o in self.waiting]
        statements = [made for var, made in self.waiting.items() if var in wanted]
        self.waiting = {var: made for var, made in self.waiting.items() if var not in wanted}
        return statements

    def _settled(self, place: _Place, found: Member) -> Member:
        """An update of a value that is no array yet in a loop makes another value."""
        values = [m.statement.target for m in place.members if m.kind != "update"]
        if found.write is not None and found.write.base in values and found.write.is_whole() and (
                dims_of(found.write.base.kind) == found.write.dims):
            reads = found.reads if found.statement.extra == "owned" else [found.write, *found.reads]
            return Member(found.statement, "value", found.dims, reads)
        return found

    def _note(self, place: _Place, s: Statement, found: Member | None = None) -> None:
        place.defined.update(s.defined())
        if isinstance(s, Effect) and s.extra in self.tokens:
            place.defined.add(s.extra)
        place.touched |= self._touched(s, found)
        place.written |= self.memory.written(s)

    def _touched(self, s: Statement, found: Member | None) -> set[Var]:
        if found is None:
            return self.memory.touched(s)
        views = [*found.reads, *([found.write] if found.write else [])]
        operands = [o for view in views for o in view.operands()]
        return {memory for o in operands if (memory := self.memory.of(o)) is not None}

    # -- dependence --------------------------------------------------------------------------------

    def _conflicts(self, place: _Place, s: Statement, found: Member | None) -> bool:
        """Whether a statement must stay behind a place, or be in its loop."""
        needed = set(mentioned(s)) if found is None else {o for view in _views(found) for o in view.operands()}
        if found is not None:
            needed |= self.equal.needed(found.dims)
        if needed & place.defined:
            return True
        written = self.memory.written(s)
        return bool(place.written & self._touched(s, found) or place.touched & written or place.written & written)

    def _joins(self, place: _Place, s: Assign, found: Member) -> bool:
        """Whether a statement that conflicts with a place at most may be in its loop all the same."""
        if not place.members or not self.equal.alike(place.members[0].dims, found.dims):
            return False
        values = {m.statement.target: m for m in place.members if m.kind == "value"}
        updates = [m for m in place.members if m.kind == "update"]
        updated = {m.statement.target for m in updates}
        others = place.defined - set(values) - updated
        for view in _views(found):
            if any(o in place.defined for o in view.operands()[1:]) or view.base in others:
                return False
            if view.base in values and not (view.is_whole() and self.equal.alike(view.dims, found.dims)):
                return False
        if found.write is not None and found.write.base in values and found.write.is_whole() and (
                dims_of(found.write.base.kind) == found.write.dims):
            # What is no array may take a new value, if nothing but the loop asks for the old one.
            inside: set[Statement] = {m.statement for m in place.members} | {s}
            if self._is_used_outside(found.write.base, inside):
                return False
        if self.equal.needed(found.dims) & place.defined:
            return False
        touched, written = self._touched(s, found), self.memory.written(s)
        if any(self.memory.written(a) & touched or self.memory.touched(a) & written for a in place.after):
            return False
        return all(self._orderly(m, found) for m in place.members)

    def _orderly(self, one: Member, two: Member) -> bool:
        """Whether two members, or one itself, access the memory that one writes at the same places only."""
        views = [(a, b) for a in _all_views(one) for b in _all_views(two) if a is not b]
        pairs = [(a, b) for a, b in views if a is one.write or b is two.write]
        for a, b in pairs:
            if a is one.write and b is two.write and is_scatter(one) and is_scatter(two):
                continue
            memory = self.memory.of(a.base)
            if memory is None or memory is not self.memory.of(b.base):
                continue
            if self._origin(a.base) is not self._origin(b.base) or not a.same_places(b):
                return False
            if a.dims != b.dims:
                return False
        return True

    def _origin(self, operand: Operand) -> Operand:
        return self.first.get(operand, operand)

    # -- members -----------------------------------------------------------------------------------

    def _member(self, s: Assign) -> Member | None:
        if s.extra == "owned":
            if not is_elementwise(s) or not isinstance(s.target.kind, Array):
                return None
            found = owned_update(s, self._resolve, self._fits)
        elif s.extra is not None or s.primitive in COPIES and not self.depth:
            return None
        else:
            found = member(self.context, s, self._resolve, self._fits)
        if found is None or not self._has_lengths(found) or not self._orderly(found, found):
            return None  # its lengths are checked all the same: others rely on it
        if found.write is not None and self._origin(found.write.base) is not self._origin(s.args[0]):
            found.through = found.write.base
        return found

    def _has_lengths(self, found: Member) -> bool:
        """Whether some array is as long as each axis; of one element alone no loop is made."""
        known = {
            part.axis + len(found.dims) - len(view.dims)
            for view in _all_views(found) for part in view.index
            if isinstance(part, Along) and view.dims[part.axis] != 1
        }
        wanted = {axis for axis, extent in enumerate(found.dims) if extent != 1}
        return bool(wanted) and bool(known) and all(
            axis in known or self._length_from_before(found.dims[axis]) for axis in wanted)

    def _length_from_before(self, extent: Extent) -> tuple[Var, int, int] | None:
        """What is as long as an extent and there before the block is."""
        source = self.equal.at.get(self.equal.key(extent))
        return None if source is None or source[0] in self.here else source

    def _resolve(self, operand: Operand) -> View | None:
        """The view that an operand is of memory that has a name."""
        dims = dims_of(operand.kind)
        if dims is None:
            return None
        made = self.made.get(operand) if isinstance(operand, Var) and operand in self.here else None
        if dims and made is not None and made.args:
            of = self._resolve(made.args[0]) if dims_of(made.args[0].kind) is not None else None
            found = None if of is None else resolved(self.context, made, of)
            if found is not None:
                return self._noted(found)
        return self._noted(self._now(whole(operand)))

    def _noted(self, view: View) -> View:
        """Remember which array is as long as an axis of a view."""
        for place, part in enumerate(view.index):
            if isinstance(part, Along) and isinstance(view.base, Var) and view.dims[part.axis] != 1:
                key, at = self.equal.key(view.dims[part.axis]), (view.base, place, part.trim)
                if key not in self.equal.at or self.equal.at[key][0] in self.here and view.base not in self.here:
                    self.equal.at[key] = at
        return view

    def _now(self, view: View) -> View:
        """A view of memory by the variable that it has now."""
        base = self.latest.get(self._origin(view.base), view.base)
        return View(base, view.index, view.dims)

    def _fits(self, view: View, dims: tuple[Extent, ...]) -> bool:
        """Whether a view is read along these extents as it is, or broadcast."""
        before = len(dims) - len(view.dims)
        if before < 0:
            return False
        return all(have == 1 or self.equal.same(have, want) or self._checked(have, want)
                   for have, want in zip(view.dims, dims[before:], strict=True))

    def _checked(self, one: Extent, two: Extent) -> bool:
        """Whether two lengths are the same or the program fails: then that is checked here."""
        if not (isinstance(one, Dim) and isinstance(two, Dim) and one.not_one and two.not_one):
            return False
        places = [self.equal.at.get(self.equal.key(extent)) for extent in (one, two)]
        if None in places:
            return False
        token = Var("")
        self.tokens.add(token)
        block = Block()
        b = Builder(self.context, block)
        lengths = [length(b, *place) for place in places if place is not None]
        b.effect("s2sad.check_lengths", *lengths, extra=token)
        for s in block.statements:
            for operand in _own(s):
                self.users.setdefault(operand, []).append(s)
        self.checks += block.statements
        self.equal.unite(one, two, token)
        return True

    # -- writing -----------------------------------------------------------------------------------

    def _write(self, block: Block, places: list[_Place]) -> None:
        places[-1].after += self.waiting.values()
        self.waiting = {}
        for number in range(len(places)):
            self._sink(places, number)
        for place in places:
            place.shared = [0, *(len(m.dims) for m in place.members[1:])]
        for place in self._joined(places):
            if place.members:
                self._nest(place).write(block)
            block.statements += place.after

    def _nest(self, place: _Place) -> Nest:
        inside: set[Statement] = {m.statement for m in place.members}
        targets = [m.statement.target for m in place.members]
        outside: set[Operand] = {target for target in targets if self._is_used_outside(target, inside)}
        written = {memory for m in place.members if m.kind == "update" for memory in self.memory.written(m.statement)}
        quick: set[Operand] = {
            m.statement.target for m in place.members
            if m.statement.target not in outside and is_quick(m) and not self._touched(m.statement, m) & written
            and not any(view.base in targets for view in m.reads)
        }
        return Nest(self.writer, place.members, place.shared, outside, quick, self.equal)

    def _sink(self, places: list[_Place], number: int) -> None:
        """Move values that a single later loop asks for there, where they need no array."""
        place = places[number]
        sunk = self._sunk(places, number)
        for m in reversed([*place.members]):
            target = m.statement.target
            if target not in sunk:
                continue
            after = places[sunk[target]]
            after_members = after.members
            place.members.remove(m)
            place.defined.discard(target)
            after.members = [m]
            for other in after_members:
                after.members.append(self._settled(after, other))
            self._note(after, m.statement, m)

    def _sunk(self, places: list[_Place], number: int) -> dict[Operand, int]:
        """Which values of a place go to which later loop: those that it alone asks for, or others that go there."""
        members = places[number].members
        sunk: dict[Operand, int] = {}
        for m in reversed(members):
            later = self._only_reader(places, number, m, sunk)
            if later is not None and self._may_sink(places, number, later, m, sunk):
                sunk[m.statement.target] = later
        self._keep(members, sunk)
        return sunk

    def _keep(self, members: list[Member], sunk: dict[Operand, int]) -> None:
        """Leave in the loop of these members what reads a number of it that stays, and what such a one reads."""
        inside: set[Statement] = {m.statement for m in members}
        private = {m.statement.target for m in members
                   if m.kind == "value" and not self._is_used_outside(m.statement.target, inside)}
        before = len(sunk) + 1
        while len(sunk) < before:
            before = len(sunk)
            for m in members:
                if any(view.base in private and view.base not in sunk for view in m.reads):
                    sunk.pop(m.statement.target, None)
            for m in reversed(members):
                if m.statement.target not in sunk:
                    for view in m.reads:
                        sunk.pop(view.base, None)

    def _joined(self, places: list[_Place]) -> list[_Place]:
        """Each place in the loops of the one before it, or of an earlier one, as far as they can be the same."""
        result = [places[0]]
        for place in places[1:]:
            if place.members and not self._join(result, place):
                result.append(place)
                continue
            self._append(result[-1], place.after)
        return result

    def _join(self, places: list[_Place], new: _Place) -> bool:
        """Put the members of a place into the loops of one of these."""
        for place in reversed(places):
            if place.members:
                members = [self._settled(place, m) for m in new.members]
                shared = self._shared(place, members)
                if shared:
                    place.shared += [shared, *new.shared[1:]]
                    place.members += members
                    place.note(new)
                    return True
            if any(self._conflicts(place, m.statement, m) for m in new.members):
                return False
        return False

    def _shared(self, place: _Place, members: list[Member]) -> int:
        """How many loops these members, which share all of theirs, can share with the last one of a place."""
        after = _Place()
        for s in place.after:
            self._note(after, s)
        after.defined |= place.defined & self.tokens
        if any(self._conflicts(after, m.statement, m) or self._replaces(place, m) for m in members):
            return 0
        last, first = place.members[-1].dims, members[0].dims
        depth = common(last, first, self.equal)
        whole = depth == len(last) == len(first)
        if not whole and not _touch(place.members, members):
            return 0
        while any(extent != 1 for extent in first[:depth]):
            loops = place.loops(depth)
            if all(in_order(m, two, least, self.memory, self._origin)
                   for m, least in zip(place.members, loops, strict=True) for two in members):
                return depth
            depth -= 1
        return 0

    def _replaces(self, place: _Place, m: Member) -> bool:
        """Whether a value that is no array takes a new value, and others than the loop ask for the old one."""
        settled = m.kind == "value" and (m.statement.extra == "owned" or m.statement.primitive in IN_PLACE)
        inside: set[Statement] = {*(one.statement for one in place.members), m.statement}
        return settled and self._is_used_outside(m.reads[0].base, inside)

    def _only_reader(self, places: list[_Place], number: int, m: Member, sunk: dict[Operand, int]) -> int | None:
        """The later loop that alone asks for a value, if those in ``sunk`` are where they go."""
        users = self.users.get(m.statement.target, [])
        found: set[int | None] = {None} if m.kind != "value" else set()
        for user in users:
            target = user.target if isinstance(user, Assign) else None
            at = [n for n, place in enumerate(places) if any(other.statement is user for other in place.members)]
            found |= {sunk.get(target, n) if n == number and target else n for n in at} or {None}
        later = found.pop() if len(found) == 1 else None
        return None if later is None or later <= number else later

    def _may_sink(
        self, places: list[_Place], number: int, later: int, m: Member, sunk: dict[Operand, int],
    ) -> bool:
        target, place = m.statement.target, places[later]
        if not self._is_alike(place, m):
            return False
        whole_reads = all(view.is_whole() and self.equal.alike(view.dims, m.dims)
                          for other in place.members for view in _views(other) if view.base is target)
        touched = self._touched(m.statement, m)
        members = places[number].members
        behind = [other.statement for other in members[members.index(m) + 1:] if other.statement.target not in sunk]
        return (
            whole_reads and all(self._orderly(m, other) for other in place.members)
            and not any(self.memory.written(s) & touched for s in [*behind, *places[number].after])
            and not any(between.written & touched for between in places[number + 1:later])
        )

    def _is_used_outside(self, var: Operand, inside: set[Statement]) -> bool:
        for s in self.users.get(var, []):
            if s is None or not isinstance(s, Assign):
                return True
            if s in inside:
                continue
            if not (s.target in self.here and self._is_view(s) and not self._is_used_outside(s.target, inside)):
                return True
        return False

    def _is_view(self, s: Assign) -> bool:
        of = dims_of(s.args[0].kind) if s.args else None
        return of is not None and resolved(self.context, s, whole(s.args[0])) is not None


def _touch(ones: list[Member], others: list[Member]) -> bool:
    """Whether members have an array in common, so that it is better to have both at it in one loop."""
    bases = {view.base for m in ones for view, _ in accesses(m) if view.index}
    return any(view.base in bases for m in others for view, _ in accesses(m) if view.index)


def _all_views(found: Member) -> list[View]:
    views = _views(found)
    return [*views, *(place for view in views for place in view.places())]


def _views(found: Member) -> list[View]:
    return [*found.reads, *([found.write] if found.write is not None else [])]


def _own(s: Statement) -> list[Operand]:
    return [*s.args, *inits(s), *results(s)]
