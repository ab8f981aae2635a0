"""Which memory statements read and change: whether two of them may change places."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from s2sad.analyses.links import CHECKS, Links, mutable
from s2sad.ir.nodes import IN_PLACE, Assign, Effect, Function, Operand, Statement, Store, Var, reads, view_place, walk

# Stands for the tapes, from which is taken in order.
_TAPES = Var("tapes")
_OF_TAPES = {"s2sad.pop", "s2sad.push"}


@dataclass
class Footprint:
    """What a statement does to memory, by the classes of what may share it. Of what is ``wild`` nothing is known.

    What is ``added`` to an array in one order or another makes no difference.
    """

    read: set[Var] = field(default_factory=set)
    added: set[Var] = field(default_factory=set)
    written: set[Var] = field(default_factory=set)
    wild: bool = False

    def add(self, other: Footprint) -> None:
        self.read |= other.read
        self.added |= other.added
        self.written |= other.written
        self.wild = self.wild or other.wild

    def meets(self, other: Footprint) -> bool:
        """Whether the order of the two matters."""
        if self.wild or other.wild:
            return self.any and other.any
        return self._spoils(other) or other._spoils(self)

    @property
    def any(self) -> bool:
        return self.wild or bool(self.read or self.added or self.written)

    def _spoils(self, other: Footprint) -> bool:
        return not (self.written.isdisjoint(other.read) and self.written.isdisjoint(other.added)
                    and self.written.isdisjoint(other.written) and self.added.isdisjoint(other.read))


class Footprints:
    """The footprints of the statements of one function."""

    def __init__(self, function: Function) -> None:
        self._links = links = Links(function)
        for handed in links.handed:
            links.unite([handed.carry.param, handed.value])
        for s in walk(function.body):
            if _is_update(s):
                links.unite([s.target, *_changed(s)])

    def join(self, operands: Sequence[Operand]) -> None:
        """Know of a new variable that stands for others."""
        self._links.unite(operands)

    def of(self, s: Statement) -> Footprint:
        found = Footprint()
        for one in [s] if s.simple else [s, *(inner for block in s.blocks() for inner in walk(block))]:
            self._note(one, found)
        return found

    def _note(self, s: Statement, found: Footprint) -> None:
        operands = reads(s)
        if _is_update(s):
            changed = self._classes(_changed(s))
            (found.added if s.primitive == "s2sad.index_add" else found.written).update(changed)
            operands = [operand for operand in operands if operand not in _changed(s)]
        elif isinstance(s, (Assign, Effect)) and s.primitive in _OF_TAPES:
            found.written.add(_TAPES)
        elif isinstance(s, Store) or isinstance(s, Effect) and s.primitive not in CHECKS:
            found.wild = True
        found.read |= self._classes(operands)

    def _classes(self, operands: Sequence[Operand]) -> set[Var]:
        return {self._links.classes.find(var) for var in mutable(operands)}


def _is_update(s: Statement) -> TypeGuard[Assign]:
    """Whether a statement changes an array: by what it does, or by whose memory was given to it."""
    return isinstance(s, Assign) and (s.primitive in IN_PLACE or s.extra == "owned")


def _changed(s: Assign) -> list[Operand]:
    """The array that an update in place changes, and the view that it is changed through."""
    place = view_place(s)
    return [s.args[0]] if place is None else [s.args[0], s.args[place]]
