"""A loop in the making and what follows it: what is in it and what that does to memory, kept as it grows.

A statement is compared with what may concern it and not with all that is there: with the accesses to the memory that it
writes, and the writes of what it reads. So a block takes a time that grows with its length, not with the square of it.
"""
from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from s2sad.ir.kinds import Extent
from s2sad.ir.nodes import Operand, Statement, Var
from s2sad.transforms.elements.depends import Concerned, Origin
from s2sad.transforms.elements.members import Member, all_views, is_scatter, replaces_all
from s2sad.transforms.elements.memory import Memory
from s2sad.transforms.elements.views import View


class _Access(NamedTuple):
    """What tells a view of some memory from others, and whether it adds where an array says."""

    origin: Operand
    places: tuple[object, ...]
    dims: tuple[Extent, ...]
    scatters: bool

    def is_orderly(self, other: _Access) -> bool:
        """Whether each round accesses the same places by both."""
        return self.origin is other.origin and self.places == other.places and self.dims == other.dims


class Accesses:
    """The distinct accesses of some members, by the memory that they are to."""

    def __init__(self, memory: Memory, origin: Origin) -> None:
        self._memory, self._origin = memory, origin
        self._reads: dict[Var, set[_Access]] = {}
        self._writes: dict[Var, set[_Access]] = {}

    def add(self, m: Member) -> None:
        for view in all_views(m):
            memory = self._memory.of(view.base)
            if memory is not None:
                of_kind = self._writes if view is m.write else self._reads
                of_kind.setdefault(memory, set()).add(self._access(m, view))

    def are_orderly(self, m: Member) -> bool:
        """Whether these and a member access the memory that one of them writes at the same places only."""
        return all(self._is_orderly(m, view) for view in all_views(m))

    def _is_orderly(self, m: Member, view: View) -> bool:
        memory = self._memory.of(view.base)
        if memory is None:
            return True
        others = [*self._writes.get(memory, ()), *(self._reads.get(memory, ()) if view is m.write else ())]
        if not others:
            return True
        one = self._access(m, view)
        return all(one.is_orderly(other) or one.scatters and other.scatters for other in others)

    def _access(self, m: Member, view: View) -> _Access:
        places = tuple(part.key() for part in view.index)
        return _Access(self._origin(view.base), places, view.dims, view is m.write and is_scatter(m))


@dataclass
class Needs:
    """What a statement depends on: what is defined before it, the memory that it touches, and that it writes."""

    operands: set[Operand]
    touched: set[Var]
    written: set[Var]


@dataclass
class Effects:
    """What statements do: what they define, and the memory that they touch, and write."""

    defined: set[Operand] = field(default_factory=set)
    touched: set[Var] = field(default_factory=set)
    written: set[Var] = field(default_factory=set)

    def add(self, other: Effects) -> None:
        self.defined |= other.defined
        self.touched |= other.touched
        self.written |= other.written

    def conflict(self, needs: Needs) -> bool:
        """Whether a statement of these needs must come after them."""
        return not (needs.operands.isdisjoint(self.defined) and needs.touched.isdisjoint(self.written)
                    and needs.written.isdisjoint(self.touched) and needs.written.isdisjoint(self.written))


class Latest:
    """In which of the places of a block something was defined, touched or written last."""

    def __init__(self) -> None:
        self._defined: dict[Operand, int] = {}
        self._touched: dict[Operand, int] = {}
        self._written: dict[Operand, int] = {}

    def note(self, number: int, effects: Effects) -> None:
        done: tuple[tuple[dict[Operand, int], Iterable[Operand]], ...] = (
            (self._defined, effects.defined), (self._touched, effects.touched), (self._written, effects.written))
        for known, what in done:
            for one in what:
                known[one] = max(number, known.get(one, 0))

    def conflict(self, needs: Needs) -> int:
        """The last place that a statement of these needs must come after; the first one if there is none."""
        asked: tuple[tuple[dict[Operand, int], Iterable[Operand]], ...] = (
            (self._defined, needs.operands), (self._written, needs.touched), (self._touched, needs.written),
            (self._written, needs.written))
        return max((known.get(one, 0) for known, what in asked for one in what), default=0)


class Place:
    """A loop, or none at the front of a block, and what follows it.

    ``shared`` says how many loops each member shares with the one before it; ``all`` is what members and what follows
    them do, ``behind`` what the latter does alone.
    """

    def __init__(self, memory: Memory, origin: Origin) -> None:
        self.memory, self.origin = memory, origin
        self.members: list[Member] = []
        self.after: list[Statement] = []
        self.shared: list[int] = []
        self.all, self.behind = Effects(), Effects()
        self._clear()

    def _clear(self) -> None:
        self.accesses = Accesses(self.memory, self.origin)
        self.concerned = Concerned(self.memory, self.origin)
        self.statements: dict[Statement, Member] = {}
        self.made: dict[Operand, str] = {}  # by members, of which kind

    def put(self, found: Member) -> None:
        """Make a statement a member, the last one."""
        (m,) = self.settled([found])
        self.members.append(m)
        self.statements[m.statement] = m
        self.made[m.statement.target] = m.kind
        self.accesses.add(m)
        self.concerned.add(m)

    def follow(self, s: Statement, effects: Effects) -> None:
        """Let a statement stand behind the loop."""
        self.all.add(effects)
        self.behind.add(effects)
        self.after.append(s)

    def replace(self, members: Iterable[Member]) -> None:
        """Have these members instead."""
        self.members = []
        self._clear()
        for m in members:
            self.put(m)

    def settled(self, members: list[Member]) -> list[Member]:
        """As they are if they become members: an update of a value that is no array yet in a loop is another value."""
        result: list[Member] = []
        made = ChainMap({}, self.made)
        for m in members:
            if m.write is not None and made.get(m.write.base, "update") != "update" and replaces_all(m):
                reads = m.reads if m.statement.extra == "owned" else [m.write, *m.reads]
                m = Member(m.statement, "value", m.dims, reads)
            made[m.statement.target] = m.kind
            result.append(m)
        return result

    def loops(self, last: int) -> list[int]:
        """How many loops each member shares with one that shares ``last`` with the last member."""
        least = [last]
        for shared in reversed(self.shared[1:]):
            least.append(min(shared, least[-1]))
        return least[::-1]
