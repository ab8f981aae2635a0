"""What is known of a loop from the last time that it was lowered, in an earlier round of the loop around it.

A loop is lowered until what it carries settles, and all that stands in it once in each of these rounds: nested loops
that began afresh each time would take a power of their depth. So each begins where it ended in the round before. What
rounds find only grows, so that is no further than it would get by itself.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from s2sad.ir.kinds import Array, Kind

if TYPE_CHECKING:
    from s2sad.frontend.lower.state import Cell

# What a carried variable is: its kind, and whether it may depend on an input that is differentiated.
Shape = tuple[Kind, bool]


@dataclass(eq=False)
class Found:
    """What was found of a loop, in the order in which it was.

    ``starts`` are the shapes of what it carries before the loop, ``shapes`` those in any of its iterations; ``apart``
    are the dicts whose entries it carries, ``whole`` those that it carries as such. ``pairs``, ``outside`` and
    ``holders`` are as in `sharing`; ``changed`` is what its text says that it changes, see `expected`. Variables are
    those of the frame with the number ``frame``, which is another in each round where the function is written into the
    loop around.
    """

    frame: int = 0
    starts: dict[Cell, Shape] = field(default_factory=dict)
    shapes: dict[Cell, Shape] = field(default_factory=dict)
    apart: list[Cell] = field(default_factory=list)
    whole: set[Cell] = field(default_factory=set)
    pairs: set[tuple[Cell, Cell]] = field(default_factory=set)
    outside: set[tuple[Cell, Any]] = field(default_factory=set)
    holders: set[tuple[Cell, Any]] = field(default_factory=set)
    inner: Inner = field(default_factory=lambda: Inner())
    changed: list[Cell] = field(default_factory=list)

    def clear(self) -> None:
        """Forget all that was found."""
        self.__init__(self.frame)  # type: ignore[misc]

    def enter(self, frame: int) -> None:
        """Speak of the variables of this frame."""

        def now(cell: Cell) -> Cell:
            return (frame, cell[1]) if cell[0] == before else cell

        before, self.frame = self.frame, frame
        if before == frame:
            return
        self.starts = {now(cell): shape for cell, shape in self.starts.items()}
        self.shapes = {now(cell): shape for cell, shape in self.shapes.items()}
        self.apart, self.whole = [now(cell) for cell in self.apart], {now(cell) for cell in self.whole}
        self.pairs = {(now(one), now(two)) for one, two in self.pairs}
        self.outside = {(now(cell), memory) for cell, memory in self.outside}
        self.holders = {(now(cell), memory) for cell, memory in self.holders}

    def holds(self, other: Found) -> bool:
        """Whether another loop is this one, or stands in it."""
        return other is self or self.inner.holds(other)

    def shape(self, cell: Cell, start: Shape) -> Shape:
        """What to begin with for a cell, which is ``start`` before the loop now."""
        if cell not in self.shapes:
            return start
        (kind, varied), (before, was_varied) = self.shapes[cell], self.starts[cell]
        return _moved(kind, before, start[0]), start[1] or varied and not was_varied


def _moved(kind: Kind, before: Kind, now: Kind) -> Kind:
    """``kind``, found where a variable began as ``before``, where it begins as ``now``."""
    if kind == before or now == before:
        return now if kind == before else kind
    if isinstance(kind, Array) and isinstance(before, Array) and isinstance(now, Array):
        if kind.dims is None or before.dims is None or now.dims is None:
            return now if kind.dims is not None else kind
        if len(kind.dims) == len(before.dims) == len(now.dims) and kind.dtype == now.dtype:
            return Array(kind.dtype, tuple(
                new if found == old else found for found, old, new in zip(kind.dims, before.dims, now.dims, strict=True)
            ))
    return now


class Inner:
    """What was found of the loops in a block that is lowered several times.

    Each by where it stands, and which one of those that stand there it is: the iterations of a loop that is unrolled
    have each their own.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[Any, int], Found] = {}
        self._count: dict[Any, int] = {}

    def begin(self) -> None:
        """The block is lowered from its beginning."""
        self._count.clear()

    def next(self, file: str, node: Any) -> Found:
        """What was found of the loop that comes next."""
        place = file, node.lineno, node.col_offset
        number = self._count[place] = self._count.get(place, 0) + 1
        if (place, number) not in self._found:
            self._found[place, number] = Found()
        return self._found[place, number]

    def holds(self, other: Found) -> bool:
        """Whether a loop stands in the block."""
        return any(found.holds(other) for found in self._found.values())
