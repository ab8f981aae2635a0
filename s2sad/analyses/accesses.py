"""What the iterations of a loop read and write of the memory that they have in common."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from s2sad.analyses.aliases import changed_by
from s2sad.analyses.places import Origin, Place, Places, is_selection
from s2sad.errors import Location
from s2sad.ir.kinds import Array, Kind, List, Scalar, is_mutable
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Const,
    Effect,
    For,
    Function,
    Operand,
    Statement,
    Store,
    Var,
    reads,
    view_place,
    walk,
)
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import index_parts, same_index

# Operations that ask an operand for its shape and read nothing of it; of these, the first operand is read.
SHAPES = {
    "array.shape", "array.ndim", "array.size", "array.dtype", "builtins.len", "numpy.shape", "numpy.ndim", "numpy.size",
    "s2sad.shape", "s2sad.zeros_like", "numpy.zeros_like", "numpy.empty_like", "numpy.ones_like", "s2sad.tape",
}
_LIKE = {"s2sad.expand", "s2sad.cast", "numpy.full_like"}
_CHECKS = {"s2sad.check_apart", "s2sad.check_contiguous", "s2sad.check_lengths"}
_CURSORS = {"s2sad.advance", "s2sad.go_back", "s2sad.make_room"}
SUMS = {"operator.add", "operator.sub"}
CONTAINER = "a container is changed that the iterations have in common"
# Where the index of an update stands, and what is written.
_INDEX = {"s2sad.store": 2, "s2sad.add_at": 2, "s2sad.clear": 1, "s2sad.index_add": 1, "s2sad.put": 1}
_VALUE = {"s2sad.store": 3, "s2sad.add_at": 3, "s2sad.index_add": 2, "s2sad.put": 2}


@dataclass
class Access:
    """What a statement does to a place: "read", "write" or "add"."""

    how: str
    place: Place
    statement: Statement


class Refusal(Exception):
    """Why nothing can be said of the iterations of a loop."""

    def __init__(self, reason: str, origin: Location | None) -> None:
        super().__init__(reason)
        self.reason, self.origin = reason, origin


class Accesses:
    """The accesses of the statements of one function."""

    def __init__(self, context: Context, function: Function, places: Places) -> None:
        self.context, self.places = context, places
        self.readers: dict[Var, list[Statement]] = {}
        for s in walk(function.body):
            for operand in reads(s):
                if isinstance(operand, Var):
                    self.readers.setdefault(operand, []).append(s)

    def of(self, loop: For, tapes: dict[Var, None], forward: For | None = None) -> Iterator[Access]:
        """``forward`` is the loop that this one reverses, if what its rounds make is their own in reverse as well."""
        for s in walk(loop.body):
            for access in self._of_tape(s, tapes) if _is_taping(s) else self._of(loop, s):
                if not any(self.places.is_own(access.place, one) for one in (loop, forward) if one is not None):
                    yield access

    def _of_tape(self, s: Statement, tapes: dict[Var, None]) -> Iterator[Access]:
        """A tape has places that are numbered by the loops around, or is read and written in order."""
        assert isinstance(s, (Assign, Effect))
        if s.primitive in _CURSORS:
            own = [s.args[0], *s.args[2:]] if s.primitive == "s2sad.make_room" else s.args
            tapes.update(dict.fromkeys(arg for arg in own if isinstance(arg, Var)))
            return
        tape, places = s.args[0], s.args[1 if isinstance(s, Assign) else 2 :]
        assert isinstance(tape, Var)
        cursors = [place for place in places if self.context.definition(place, "s2sad.top") is not None]
        if cursors or not places:
            tapes.update(dict.fromkeys([tape, *(one for one in cursors if isinstance(one, Var))]))
        else:
            place = Place(frozenset((Origin(tape),)), tuple(enumerate(places)))
            yield Access("read" if isinstance(s, Assign) else "write", place, s)

    def _of(self, loop: For, s: Statement) -> Iterator[Access]:
        if isinstance(s, Assign):
            yield from self._of_assign(loop, s)
        elif isinstance(s, Store):
            if not isinstance(s.base, Var) or not isinstance(s.base.kind, Array):
                raise Refusal("what is written is no array", s.origin)
            yield Access("write", self.places.whole(s.base).at(self.context, s.index), s)
            yield from self._read([s.value], s)
        elif isinstance(s, Effect):
            yield from self._of_effect(s)

    def _of_assign(self, loop: For, s: Assign) -> Iterator[Access]:
        if s.primitive in IN_PLACE and not _is_of_elements(s):
            source = self.places.source(s.target)
            if source is None or loop not in self.places.loops[source]:
                raise Refusal(CONTAINER, s.origin)
        elif s.primitive in IN_PLACE:
            view = s.args[view_place(s) or 0]
            place = self.places.whole(view) if isinstance(view, Var) else Place(frozenset())
            adds = s.primitive in ("s2sad.index_add", "s2sad.add_at") or self._is_addition(s)
            yield Access("add" if adds else "write", place.at(self.context, s.args[_INDEX[s.primitive]]), s)
            yield from self._read(index_parts(self.context, s.args[_INDEX[s.primitive]]) or [], s)
            if s.primitive in _VALUE:
                yield from self._read([s.args[_VALUE[s.primitive]]], s)
        elif s.extra == "owned":
            yield Access("add" if s.primitive in SUMS else "write", self.places.whole(s.target), s)
            yield from self._read(s.args[1:], s)
        elif s.primitive in ("s2sad.getitem", "s2sad.read") and isinstance(s.args[0], Var):
            is_view = s.primitive == "s2sad.getitem" and isinstance(s.target.kind, Array)
            is_view = is_view and not is_selection(self.context, s)
            if _has_elements(s.args[0].kind) and not is_view and not self._is_added_to(s):
                yield Access("read", self.places.whole(s.args[0]).at(self.context, s.args[1]), s)
            yield from self._read(index_parts(self.context, s.args[1]) or [], s)
        elif s.primitive in SHAPES:
            return
        elif s.primitive in _LIKE:
            yield from self._read(s.args[:1], s)
        elif not self._is_view(s):
            known = table.lookup(s.primitive)
            if known is None and any(isinstance(arg, Var) and is_mutable(arg.kind) for arg in s.args):
                raise Refusal("what a call does to its arguments is not known", s.origin)
            yield from self._read(s.args, s)

    def _is_view(self, s: Assign) -> bool:
        known = table.lookup(s.primitive)
        return known is not None and known.view and isinstance(s.target.kind, Array)

    def _read(self, operands: list[Operand], s: Statement) -> Iterator[Access]:
        for operand in operands:
            if isinstance(operand, Var) and _has_elements(operand.kind) and not self._is_only_updated(operand, s):
                yield Access("read", self.places.whole(operand), s)

    def _of_effect(self, s: Effect) -> Iterator[Access]:
        if s.primitive == "s2sad.call" or changed_by(s):
            raise Refusal("what a statement changes is not known", s.origin)
        if s.primitive not in _CHECKS:
            yield from self._read(s.args, s)

    def _is_addition(self, s: Assign) -> bool:
        """Whether what is written is what stands there already and something more."""
        return s.primitive == "s2sad.store" and self._start(s) is not None

    def _start(self, s: Assign) -> Operand | None:
        """The value of the place in `place = place + …`, if it is read for nothing else."""
        _, view, index, value = s.args
        while True:
            if value is view and isinstance(index, Const) and index.value is Ellipsis:
                return value
            made = self.places.made.get(value) if isinstance(value, Var) else None
            if not isinstance(made, Assign) or len(self.readers.get(made.target, [])) != 1:
                return None
            if made.primitive == "s2sad.getitem":
                same = self.places.same(made.args[0], view) and same_index(self.context, made.args[1], index)
                return value if same else None
            if made.primitive not in SUMS:
                return None
            first, second = made.args
            value = second if made.primitive == "operator.add" and self._is_place(second, view, index) else first

    def _is_place(self, value: Operand, view: Operand, index: Operand) -> bool:
        made = self.places.made.get(value) if isinstance(value, Var) else None
        if not isinstance(made, Assign) or made.primitive != "s2sad.getitem":
            return value is view and isinstance(index, Const) and index.value is Ellipsis
        return self.places.same(made.args[0], view) and same_index(self.context, made.args[1], index)

    def _is_added_to(self, s: Assign) -> bool:
        """Whether an element is read only to be added to where it stands."""
        return any(self._start(store) is s.target for store in self._stores_behind(s.target))

    def _is_only_updated(self, operand: Var, s: Statement) -> bool:
        """Whether an array is read by this sum only to be updated by it."""
        if not isinstance(s, Assign) or s.primitive not in SUMS:
            return False
        return any(self._start(store) is operand for store in self._stores_behind(s.target))

    def _stores_behind(self, value: Var) -> Iterator[Assign]:
        """The updates that write a sum with this term."""
        while True:
            found = self.readers.get(value, [])
            if len(found) != 1 or not isinstance(found[0], Assign):
                return
            if found[0].primitive == "s2sad.store" and found[0].args[3] is value:
                yield found[0]
            if found[0].primitive not in SUMS:
                return
            value = found[0].target


def _has_elements(kind: Kind) -> bool:
    """Whether what is held is numbers, each at a place of its own."""
    return isinstance(kind, Array) or isinstance(kind, List) and isinstance(kind.item, Scalar)


def _is_of_elements(s: Assign) -> bool:
    """Whether an update is of elements that stay where they are."""
    return isinstance(s.target.kind, Array) or s.primitive in _INDEX and _has_elements(s.target.kind)


def _is_taping(s: Statement) -> bool:
    return isinstance(s, (Assign, Effect)) and s.primitive in ("s2sad.push", "s2sad.pop", *_CURSORS)
