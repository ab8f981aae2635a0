"""How many loops members may share: in each round of those, what one does comes before what the next one does."""
from __future__ import annotations

from collections.abc import Callable

from s2sad.ir.kinds import Extent
from s2sad.ir.nodes import Operand
from s2sad.transforms.elements.lengths import Lengths
from s2sad.transforms.elements.members import Member, accesses, is_scatter
from s2sad.transforms.elements.memory import Memory
from s2sad.transforms.elements.views import Along, View

Origin = Callable[[Operand], Operand]


class Concerned:
    """Which of some members, by number, access something that another one does, one of the two writing it."""

    def __init__(self, memory: Memory, origin: Origin) -> None:
        self._memory, self._origin = memory, origin
        self._readers: dict[Operand, set[int]] = {}
        self._writers: dict[Operand, set[int]] = {}
        self._count = 0
        self.arrays: set[Operand] = set()

    def add(self, m: Member) -> None:
        for view, written in accesses(m):
            for name in self._names(view):
                (self._writers if written else self._readers).setdefault(name, set()).add(self._count)
            if view.index:
                self.arrays.add(view.base)
        self._count += 1

    def by(self, m: Member) -> set[int]:
        found: set[int] = set()
        for view, written in accesses(m):
            for name in self._names(view):
                found |= self._writers.get(name, set())
                if written:
                    found |= self._readers.get(name, set())
        return found

    def _names(self, view: View) -> list[Operand]:
        """What something accessed is known by: the variable that it was at first, and its memory."""
        memory = self._memory.of(view.base)
        return [self._origin(view.base), *([memory] if memory is not None else [])]


def common(one: tuple[Extent, ...], two: tuple[Extent, ...], equal: Lengths) -> int:
    """How many of the outer loops over these extents are the same."""
    count = 0
    for a, b in zip(one, two, strict=False):
        if not equal.same(a, b):
            break
        count += 1
    return count


def in_order(one: Member, two: Member, loops: int, memory: Memory, origin: Origin) -> bool:
    """Whether two members may share so many loops, the first coming before the second in each round.

    Of what one of them writes, each round must access a part of its own: both name it by the index of each loop.
    """
    scatter = is_scatter(one) and is_scatter(two)
    for a, a_writes in accesses(one):
        for b, b_writes in accesses(two):
            if not (a_writes or b_writes) or scatter and a is one.write and b is two.write:
                continue
            same = origin(a.base) is origin(b.base)
            if not same and (memory.of(a.base) is None or memory.of(a.base) is not memory.of(b.base)):
                continue
            if not same or not all(
                    _places(a, one, axis) & _places(b, two, axis) for axis in range(loops) if one.dims[axis] != 1):
                return False
    return True


def _places(view: View, m: Member, axis: int) -> set[tuple[int, int]]:
    """Which axes of the base run along a loop, and how far ahead."""
    shift = len(m.dims) - len(view.dims)
    return {
        (place, part.offset) for place, part in enumerate(view.index)
        if isinstance(part, Along) and part.axis + shift == axis and view.dims[part.axis] != 1
    }
