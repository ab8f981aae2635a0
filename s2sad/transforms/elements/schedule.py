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

from collections.abc import Container, Sequence

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
    all_views,
    is_elementwise,
    is_quick,
    member,
    owned_update,
    replaces_all,
    views_of,
)
from s2sad.transforms.elements.memory import mentioned
from s2sad.transforms.elements.nest import Nest
from s2sad.transforms.elements.place import Effects, Latest, Needs, Place
from s2sad.transforms.elements.sources import length
from s2sad.transforms.elements.views import Along, View, dims_of, looks, resolved, whole
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
        self.turn: dict[Operand, int] = {}  # in which they came
        self.last = Latest()
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
        places, self.last = [self._place()], Latest()
        for s in statements:
            if self._is_barrier(s):
                self._write(block, places)
                block.statements.append(s)
                places, self.last = [self._place()], Latest()
            else:
                self._put(places, s)
                self._follow(s)
        self._write(block, places)

    def _place(self) -> Place:
        return Place(self.memory, self._origin)

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

    def _put(self, places: list[Place], s: Statement) -> None:
        if isinstance(s, Assign) and self._may_wait(s):
            self.waiting[s.target] = s
            self.turn[s.target] = len(self.turn)
            return
        found = self._member(s) if isinstance(s, Assign) else None
        checks, self.checks = self.checks, []
        for check in checks:
            self._put(places, check)
        before = self._wanted(s, found)
        needs = self._needs(s, found)
        last = self.last.conflict(needs)
        ready = max((self.last.conflict(self._needs(w, None)) for w in before), default=0)
        if found is None or not isinstance(s, Assign):
            self._append(places, max(last, ready), [*before, s])
            return
        start = max(last if self._joins(places[last], s, found, needs) else last + 1, ready + 1)
        at = next((n for n in range(start, len(places)) if self._is_alike(places[n], found)), len(places))
        if at == len(places):
            places.append(self._place())
        self._append(places, at - 1, before)
        places[at].put(found)
        effects = self._effects(s, found)
        places[at].all.add(effects)
        self.last.note(at, effects)

    def _is_alike(self, place: Place, found: Member) -> bool:
        return bool(place.members) and self.equal.alike(place.members[0].dims, found.dims)

    def _append(self, places: list[Place], number: int, statements: Sequence[Statement]) -> None:
        place = places[number]
        for s in statements:
            effects = self._effects(s, None)
            place.all.add(effects)
            place.behind.add(effects)
            place.after.append(s)
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

    # -- dependence --------------------------------------------------------------------------------

    def _effects(self, s: Statement, found: Member | None) -> Effects:
        defined: set[Operand] = {*s.defined()}
        if isinstance(s, Effect) and s.extra in self.tokens:
            defined.add(s.extra)
        return Effects(defined, self._touched(s, found), self.memory.written(s))

    def _touched(self, s: Statement, found: Member | None) -> set[Var]:
        if found is None:
            return self.memory.touched(s)
        operands = [o for view in views_of(found) for o in view.operands()]
        return {memory for o in operands if (memory := self.memory.of(o)) is not None}

    def _needs(self, s: Statement, found: Member | None) -> Needs:
        """What a statement must stay behind, or be in a loop with."""
        operands = set(mentioned(s)) if found is None else {o for view in views_of(found) for o in view.operands()}
        if found is not None:
            operands |= self.equal.needed(found.dims)
        return Needs(operands, self._touched(s, found), self.memory.written(s))

    def _joins(self, place: Place, s: Assign, found: Member, needs: Needs) -> bool:
        """Whether a statement that conflicts with a place at most may be in its loop all the same."""
        if not place.members or not self.equal.alike(place.members[0].dims, found.dims):
            return False
        defined = place.all.defined
        for view in views_of(found):
            made = place.made.get(view.base)
            if any(o in defined for o in view.operands()[1:]) or view.base in defined and made in (None, "sum"):
                return False
            if made == "value" and not (view.is_whole() and self.equal.alike(view.dims, found.dims)):
                return False
        if replaces_all(found) and found.write is not None and place.made.get(found.write.base) == "value":
            # What is no array may take a new value, if nothing but the loop asks for the old one.
            if self._is_used_outside(found.write.base, place.statements, s):
                return False
        if not self.equal.needed(found.dims).isdisjoint(defined):
            return False
        if not needs.touched.isdisjoint(place.behind.written) or not needs.written.isdisjoint(place.behind.touched):
            return False
        return place.accesses.are_orderly(found)

    def _is_orderly(self, m: Member) -> bool:
        """Whether a member by itself accesses the memory that it writes at the same places only."""
        memory = None if m.write is None else self.memory.of(m.write.base)
        return memory is None or m.write is None or all(
            self._origin(view.base) is self._origin(m.write.base) and view.same_places(m.write)
            and view.dims == m.write.dims
            for view in all_views(m) if view is not m.write and self.memory.of(view.base) is memory)

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
        if found is None or not self._has_lengths(found) or not self._is_orderly(found):
            return None  # its lengths are checked all the same: others rely on it
        if found.write is not None and self._origin(found.write.base) is not self._origin(s.args[0]):
            found.through = found.write.base
        return found

    def _has_lengths(self, found: Member) -> bool:
        """Whether some array is as long as each axis; of one element alone no loop is made."""
        known = {
            part.axis + len(found.dims) - len(view.dims)
            for view in all_views(found) for part in view.index
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
        if dims and made is not None and looks(made):
            of = self._resolve(made.args[0]) if dims_of(made.args[0].kind) is not None else None
            found = None if of is None else resolved(self.context, made, of)
            if found is not None and self._is_latest(made, found):
                return self._noted(found)
        return self._noted(self._now(whole(operand)))

    def _is_latest(self, made: Assign, found: View) -> bool:
        """Whether a view that sees an update is of what was updated: of another view, it alone tells of the update."""
        if made.primitive != "s2sad.seen":
            return True
        updated = self._resolve(made.args[1])
        return updated is not None and self._origin(updated.base) is self._origin(found.base)

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

    def _write(self, block: Block, places: list[Place]) -> None:
        self._append(places, len(places) - 1, [*self.waiting.values()])
        self.waiting = {}
        home = {statement: number for number, place in enumerate(places) for statement in place.statements}
        for number in range(len(places)):
            self._sink(places, number, home)
        for place in places:
            place.shared = [0, *(len(m.dims) for m in place.members[1:])]
        for place in self._joined(places):
            if place.members:
                self._nest(place).write(block)
            block.statements += place.after

    def _nest(self, place: Place) -> Nest:
        outside = {target for target in place.made if self._is_used_outside(target, place.statements)}
        written = {memory for m in place.members if m.kind == "update" for memory in self.memory.written(m.statement)}
        quick: set[Operand] = {
            m.statement.target for m in place.members
            if m.statement.target not in outside and is_quick(m) and not self._touched(m.statement, m) & written
            and not any(view.base in place.made for view in m.reads)
        }
        return Nest(self.writer, place.members, place.shared, outside, quick, self.equal)

    def _sink(self, places: list[Place], number: int, home: dict[Statement, int]) -> None:
        """Move values that a single later loop asks for there, where they need no array."""
        place = places[number]
        sunk = self._sunk(places, number, home)
        if not sunk:
            return
        moved: dict[int, list[Member]] = {}
        for m in place.members:
            if m.statement.target in sunk:
                moved.setdefault(sunk[m.statement.target], []).append(m)
        place.replace([m for m in place.members if m.statement.target not in sunk])
        place.all.defined -= sunk.keys()
        for later, members in moved.items():
            after = places[later]
            after.replace([*members, *after.members])
            for m in members:
                home[m.statement] = later
                after.all.add(self._effects(m.statement, m))

    def _sunk(self, places: list[Place], number: int, home: dict[Statement, int]) -> dict[Operand, int]:
        """Which values of a place go to which later loop: those that it alone asks for, or others that go there."""
        place = places[number]
        sunk: dict[Operand, int] = {}
        written = {*place.behind.written}  # behind a member
        for m in reversed(place.members):
            later = self._only_reader(number, m, sunk, home)
            if later is not None and self._may_sink(places, number, later, m, written):
                sunk[m.statement.target] = later
            else:
                written |= self.memory.written(m.statement)
        self._keep(place, sunk)
        return sunk

    def _keep(self, place: Place, sunk: dict[Operand, int]) -> None:
        """Leave in the loop of a place what reads a number of it that stays, and what such a one reads."""
        private = {target for target, kind in place.made.items()
                   if kind == "value" and not self._is_used_outside(target, place.statements)} if sunk else set()
        before = len(sunk) + 1
        while len(sunk) < before:
            before = len(sunk)
            for m in place.members:
                if any(view.base in private and view.base not in sunk for view in m.reads):
                    sunk.pop(m.statement.target, None)
            for m in reversed(place.members):
                if m.statement.target not in sunk:
                    for view in m.reads:
                        sunk.pop(view.base, None)

    def _joined(self, places: list[Place]) -> list[Place]:
        """Each place in the loops of the one before it, or of an earlier one, as far as they can be the same."""
        result = [places[0]]
        for place in places[1:]:
            if place.members and not self._join(result, place):
                result.append(place)
                continue
            self._append(result, len(result) - 1, place.after)
        return result

    def _join(self, places: list[Place], new: Place) -> bool:
        """Put the members of a place into the loops of one of these."""
        needs = [self._needs(m.statement, m) for m in new.members]
        for place in reversed(places):
            if place.members:
                members = place.settled(new.members)
                shared = self._shared(place, members)
                if shared:
                    place.shared += [shared, *new.shared[1:]]
                    for m in members:
                        place.put(m)
                    place.all.add(new.all)
                    return True
            if any(place.all.conflict(one) for one in needs):
                return False
        return False

    def _shared(self, place: Place, members: list[Member]) -> int:
        """How many loops these members, which share all of theirs, can share with the last one of a place."""
        if any(self._must_follow(place, m) for m in members) or self._replaces(place, members):
            return 0
        last, first = place.members[-1].dims, members[0].dims
        depth = common(last, first, self.equal)
        whole = depth == len(last) == len(first)
        if not whole and not any(view.index and view.base in place.concerned.arrays
                                 for m in members for view, _ in accesses(m)):
            return 0  # they have no array in common that it would be better to have in one loop
        concerned = [(number, two) for two in members for number in place.concerned.by(two)]
        while any(extent != 1 for extent in first[:depth]):
            loops = place.loops(depth)
            if all(in_order(place.members[number], two, loops[number], self.memory, self._origin)
                   for number, two in concerned):
                return depth
            depth -= 1
        return 0

    def _must_follow(self, place: Place, m: Member) -> bool:
        """Whether a member must come after what follows the loop of a place, or a check that is made there."""
        needs = self._needs(m.statement, m)
        return place.behind.conflict(needs) or not place.all.defined.isdisjoint(needs.operands & self.tokens)

    def _replaces(self, place: Place, members: list[Member]) -> bool:
        """Whether a value that is no array takes a new value, and others than the loop ask for the old one."""
        new = [m for m in members if m.kind == "value" and (
            m.statement.extra == "owned" or m.statement.primitive in IN_PLACE)]
        if not new:
            return False
        inside = {*place.statements, *(m.statement for m in members)}
        return any(self._is_used_outside(m.reads[0].base, inside) for m in new)

    def _only_reader(
        self, number: int, m: Member, sunk: dict[Operand, int], home: dict[Statement, int],
    ) -> int | None:
        """The later loop that alone asks for a value, if those in ``sunk`` are where they go."""
        if m.kind != "value":
            return None
        found: set[int | None] = set()
        for user in self.users.get(m.statement.target, []):
            at = None if user is None else home.get(user)
            found.add(sunk.get(user.target, at) if at == number and isinstance(user, Assign) else at)
        later = found.pop() if len(found) == 1 else None
        return None if later is None or later <= number else later

    def _may_sink(self, places: list[Place], number: int, later: int, m: Member, written: set[Var]) -> bool:
        """Whether a value can be made in a later loop, if this memory is written between it and the end of its own."""
        target, place = m.statement.target, places[later]
        if not self._is_alike(place, m):
            return False
        readers = [place.statements[user] for user in self.users[target] if user in place.statements]
        whole_reads = all(view.is_whole() and self.equal.alike(view.dims, m.dims)
                          for other in readers for view in views_of(other) if view.base is target)
        touched = self._touched(m.statement, m)
        return (
            whole_reads and place.accesses.are_orderly(m) and touched.isdisjoint(written)
            and all(touched.isdisjoint(between.all.written) for between in places[number + 1:later])
        )

    def _is_used_outside(self, var: Operand, inside: Container[Statement], *more: Statement) -> bool:
        """Whether anything but what is inside, and some statements more, asks for a variable, or for a view of it."""
        for s in self.users.get(var, []):
            if s is None or not isinstance(s, Assign):
                return True
            if s in inside or s in more:
                continue
            if not (s.target in self.here and self._is_view(s) and not self._is_used_outside(s.target, inside, *more)):
                return True
        return False

    def _is_view(self, s: Assign) -> bool:
        of = dims_of(s.args[0].kind) if s.args else None
        return of is not None and resolved(self.context, s, whole(s.args[0])) is not None


def _own(s: Statement) -> list[Operand]:
    return [*s.args, *inits(s), *results(s)]
