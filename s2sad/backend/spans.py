"""Sets of program points: what is live where, as intervals."""
from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator


class Span(list[int]):
    """A set of points, as the bounds of its intervals in order, which do not touch: ``span[0]`` is in it and what
    comes next up to ``span[1]``, which is not, and so on from ``span[2]``."""

    __slots__ = ()

    def cover(self, intervals: Iterable[tuple[int, int]]) -> None:
        """Add the points of intervals, each of which ends in front of its second bound."""
        for first, end in intervals:
            start, stop = bisect_left(self, first), bisect_right(self, end)
            # A bound at an odd place is the end of an interval, which is longer then.
            self[start:stop] = ([] if start % 2 else [first]) + ([] if stop % 2 else [end])

    def absorb(self, other: Span) -> None:
        """Add the points of another set."""
        if self and other and self[-1] >= other[0]:
            self.cover(other.intervals())
        else:
            self += other

    def has(self, point: int) -> bool:
        return bisect_right(self, point) % 2 == 1

    def meets(self, other: Span) -> bool:
        """Whether a point is in both."""
        if not self or not other or self[-1] <= other[0] or other[-1] <= self[0]:
            return False
        few, many = (self, other) if len(self) < len(other) else (other, self)
        for first, end in zip(few[::2], few[1::2], strict=True):
            place = bisect_right(many, first)
            if place % 2 or place < len(many) and many[place] < end:
                return True
        return False

    def intervals(self) -> Iterator[tuple[int, int]]:
        """The first point of each interval, and that behind it."""
        return zip(self[::2], self[1::2], strict=True)

    @property
    def last(self) -> int:
        """The last point, -1 where there is none."""
        return self[-1] - 1 if self else -1


NOWHERE = Span()
