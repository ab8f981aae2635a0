"""Which values of a loop are better made in a later one, where they need no array."""
from __future__ import annotations

from s2sad.ir.nodes import Assign, Operand, Var
from s2sad.transforms.elements.members import Member, views_of
from s2sad.transforms.elements.place import Place
from s2sad.transforms.elements.reading import Reading
from s2sad.transforms.elements.uses import Uses


class Sinking:
    """The places of a block; ``home`` says in which of them a statement is."""

    def __init__(self, reading: Reading, uses: Uses, places: list[Place]) -> None:
        self.reading, self.uses, self.places = reading, uses, places
        self.home = {statement: number for number, place in enumerate(places) for statement in place.statements}

    def run(self) -> None:
        for number in range(len(self.places)):
            self._sink(number)

    def _sink(self, number: int) -> None:
        """Move values that a single later loop asks for there, where they need no array."""
        place = self.places[number]
        sunk = self._sunk(number)
        if not sunk:
            return
        moved: dict[int, list[Member]] = {}
        for m in place.members:
            if m.statement.target in sunk:
                moved.setdefault(sunk[m.statement.target], []).append(m)
        place.replace([m for m in place.members if m.statement.target not in sunk])
        place.all.defined -= sunk.keys()
        for later, members in moved.items():
            after = self.places[later]
            after.replace([*members, *after.members])
            for m in members:
                self.home[m.statement] = later
                after.all.add(self.reading.effects(m.statement, m))

    def _sunk(self, number: int) -> dict[Operand, int]:
        """Which values of a place go to which later loop: those that it alone asks for, or others that go there."""
        place = self.places[number]
        sunk: dict[Operand, int] = {}
        written = {*place.behind.written}  # behind a member
        for m in reversed(place.members):
            later = self._only_reader(number, m, sunk)
            if later is not None and self._may_sink(number, later, m, written):
                sunk[m.statement.target] = later
            else:
                written |= self.reading.memory.written(m.statement)
        self._keep(place, sunk)
        return sunk

    def _keep(self, place: Place, sunk: dict[Operand, int]) -> None:
        """Leave in the loop of a place what reads a number of it that stays, and what such a one reads."""
        private = {target for target, kind in place.made.items()
                   if kind == "value" and not self.uses.is_outside(target, place.statements)} if sunk else set()
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

    def _only_reader(self, number: int, m: Member, sunk: dict[Operand, int]) -> int | None:
        """The later loop that alone asks for a value, if those in ``sunk`` are where they go."""
        if m.kind != "value":
            return None
        found: set[int | None] = set()
        for user in self.uses.of(m.statement.target):
            at = None if user is None else self.home.get(user)
            found.add(sunk.get(user.target, at) if at == number and isinstance(user, Assign) else at)
        later = found.pop() if len(found) == 1 else None
        return None if later is None or later <= number else later

    def _may_sink(self, number: int, later: int, m: Member, written: set[Var]) -> bool:
        """Whether a value can be made in a later loop, if this memory is written between it and the end of its own."""
        target, place = m.statement.target, self.places[later]
        if not self.reading.is_alike(place, m):
            return False
        readers = [place.statements[user] for user in self.uses.of(target) if user in place.statements]
        whole_reads = all(view.is_whole() and self.reading.equal.alike(view.dims, m.dims)
                          for other in readers for view in views_of(other) if view.base is target)
        touched = self.reading.touched(m.statement, m)
        return (
            whole_reads and place.accesses.are_orderly(m) and touched.isdisjoint(written)
            and all(touched.isdisjoint(between.all.written) for between in self.places[number + 1:later])
        )
