"""What the statements of a block read, write and need, and which of them are members of loops.

What is read is resolved to a view of memory by the name that it has there: an update in place gives it another. The
lengths that meet are the same, or that is checked in the block.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping

from s2sad.ir.kinds import Array, Dim, Extent
from s2sad.ir.nodes import COPIES, Assign, Block, Effect, Operand, Statement, Var
from s2sad.rules.build import Builder, Context
from s2sad.transforms.elements.apart import MemoryOfRounds
from s2sad.transforms.elements.lengths import Lengths
from s2sad.transforms.elements.members import Member, all_views, is_elementwise, member, owned_update, views_of
from s2sad.transforms.elements.memory import mentioned
from s2sad.transforms.elements.place import Effects, Needs, Place
from s2sad.transforms.elements.sources import length
from s2sad.transforms.elements.views import Along, View, dims_of, looks, resolved, whole


class Reading:
    """The statements of one block, in their order.

    ``checks`` are the checks of lengths that the members found so far rely on, and that stand nowhere yet.
    """

    def __init__(
        self, context: Context, memory: MemoryOfRounds, made: Mapping[Operand, Assign], statements: Iterable[Statement]
    ) -> None:
        self.context, self.memory, self.made = context, memory, made
        self.here: set[Operand] = {var for s in statements for var in s.defined()}
        self.equal = Lengths()
        self.latest: dict[Operand, Operand] = {}
        self.first: dict[Operand, Operand] = {}
        self.checks: list[Statement] = []
        self.tokens: set[Operand] = set()

    def origin(self, operand: Operand) -> Operand:
        return self.first.get(operand, operand)

    def follow(self, s: Statement) -> None:
        """An update in place gives memory another variable."""
        if isinstance(s, Assign) and self.memory.written(s) and s.primitive != "s2sad.pop":
            origin = self.first.get(s.args[0], s.args[0])
            self.first[s.target] = origin
            self.latest[origin] = s.target

    def is_alike(self, place: Place, found: Member) -> bool:
        return bool(place.members) and self.equal.alike(place.members[0].dims, found.dims)

    # -- dependence --------------------------------------------------------------------------------

    def effects(self, s: Statement, found: Member | None) -> Effects:
        defined: set[Operand] = {*s.defined()}
        if isinstance(s, Effect) and s.extra in self.tokens:
            defined.add(s.extra)
        return Effects(defined, self.touched(s, found), self.memory.written(s))

    def touched(self, s: Statement, found: Member | None) -> set[Var]:
        if found is None:
            return self.memory.touched(s)
        operands = [o for view in views_of(found) for o in view.operands()]
        return {memory for o in operands if (memory := self.memory.of(o)) is not None}

    def needs(self, s: Statement, found: Member | None) -> Needs:
        """What a statement must stay behind, or be in a loop with."""
        operands = set(mentioned(s)) if found is None else {o for view in views_of(found) for o in view.operands()}
        if found is not None:
            operands |= self.equal.needed(found.dims)
        return Needs(operands, self.touched(s, found), self.memory.written(s))

    # -- members -----------------------------------------------------------------------------------

    def member(self, s: Assign, in_loop: bool) -> Member | None:
        if s.extra == "owned":
            if not is_elementwise(s) or not isinstance(s.target.kind, Array):
                return None
            found = owned_update(s, self._resolve, self._fits)
        elif s.extra is not None or s.primitive in COPIES and not in_loop:
            return None
        else:
            found = member(self.context, s, self._resolve, self._fits)
        if found is None or not self._has_lengths(found) or not self._is_orderly(found):
            return None  # its lengths are checked all the same: others rely on it
        if found.write is not None and self.origin(found.write.base) is not self.origin(s.args[0]):
            found.through = found.write.base
        return found

    def _is_orderly(self, m: Member) -> bool:
        """Whether a member by itself accesses the memory that it writes at the same places only."""
        memory = None if m.write is None else self.memory.of(m.write.base)
        return memory is None or m.write is None or all(
            self.origin(view.base) is self.origin(m.write.base) and view.same_places(m.write)
            and view.dims == m.write.dims
            for view in all_views(m) if view is not m.write and self.memory.of(view.base) is memory)

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

    # -- views -------------------------------------------------------------------------------------

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
        return updated is not None and self.origin(updated.base) is self.origin(found.base)

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
        base = self.latest.get(self.origin(view.base), view.base)
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
        self.checks += block.statements
        self.equal.unite(one, two, token)
        return True
