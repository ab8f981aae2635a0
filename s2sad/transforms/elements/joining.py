"""Which loops join earlier ones: each as deep as it may."""
from __future__ import annotations

from s2sad.ir.nodes import IN_PLACE
from s2sad.transforms.elements.depends import common, in_order
from s2sad.transforms.elements.members import Member, accesses
from s2sad.transforms.elements.place import Place
from s2sad.transforms.elements.reading import Reading
from s2sad.transforms.elements.uses import Uses


class Joining:
    """The places of a block that join each other."""

    def __init__(self, reading: Reading, uses: Uses) -> None:
        self.reading, self.uses = reading, uses

    def joined(self, places: list[Place]) -> list[Place]:
        """Each place in the loops of the one before it, or of an earlier one, as far as they can be the same."""
        result = [places[0]]
        for place in places[1:]:
            if place.members and not self._join(result, place):
                result.append(place)
                continue
            for s in place.after:
                result[-1].follow(s, self.reading.effects(s, None))
        return result

    def _join(self, places: list[Place], new: Place) -> bool:
        """Put the members of a place into the loops of one of these."""
        needs = [self.reading.needs(m.statement, m) for m in new.members]
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
        depth = common(last, first, self.reading.equal)
        whole = depth == len(last) == len(first)
        if not whole and not any(view.index and view.base in place.concerned.arrays
                                 for m in members for view, _ in accesses(m)):
            return 0  # they have no array in common that it would be better to have in one loop
        concerned = [(number, two) for two in members for number in place.concerned.by(two)]
        while any(extent != 1 for extent in first[:depth]):
            loops = place.loops(depth)
            if all(in_order(place.members[number], two, loops[number], self.reading.memory, self.reading.origin)
                   for number, two in concerned):
                return depth
            depth -= 1
        return 0

    def _must_follow(self, place: Place, m: Member) -> bool:
        """Whether a member must come after what follows the loop of a place, or a check that is made there."""
        needs = self.reading.needs(m.statement, m)
        return place.behind.conflict(needs) or not place.all.defined.isdisjoint(needs.operands & self.reading.tokens)

    def _replaces(self, place: Place, members: list[Member]) -> bool:
        """Whether a value that is no array takes a new value, and others than the loop ask for the old one."""
        new = [m for m in members if m.kind == "value" and (
            m.statement.extra == "owned" or m.statement.primitive in IN_PLACE)]
        if not new:
            return False
        inside = {*place.statements, *(m.statement for m in members)}
        return any(self.uses.is_outside(m.reads[0].base, inside) for m in new)
