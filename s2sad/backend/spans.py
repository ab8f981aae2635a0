"""Sets of program points: what is live where, as intervals."""
from __future__ import annotations

from bisect import bisect_left, bisect_right


class Span:
    """A set of points, kept as intervals in order that do not touch: ``firsts[k]`` to ``lasts[k]``, both in it."""

    __slots__ = ("firsts", "lasts")

    def __init__(self, firsts: list[int], lasts: list[int]) -> None:
        self.firsts, self.lasts = firsts, lasts

    def __bool__(self) -> bool:
        return bool(self.firsts)

    def __len__(self) -> int:
        """How many points there are."""
        return sum(self.lasts) - sum(self.firsts) + len(self.firsts)

    def cover(self, first: int, last: int) -> None:
        """Add the points from ``first`` to ``last``."""
        start = bisect_left(self.lasts, first - 1)
        end = bisect_right(self.firsts, last + 1)
        if start < end:
            first, last = min(first, self.firsts[start]), max(last, self.lasts[end - 1])
        self.firsts[start:end] = [first]
        self.lasts[start:end] = [last]

    def joined(self, other: Span) -> Span:
        """The points of both."""
        few, many = (self, other) if len(self.firsts) < len(other.firsts) else (other, self)
        both = Span(many.firsts[:], many.lasts[:])
        for first, last in zip(few.firsts, few.lasts, strict=True):
            both.cover(first, last)
        return both

    def has(self, point: int) -> bool:
        place = bisect_left(self.lasts, point)
        return place < len(self.firsts) and self.firsts[place] <= point

    def meets(self, other: Span) -> bool:
        """Whether a point is in both."""
        few, many = (self, other) if len(self.firsts) < len(other.firsts) else (other, self)
        for first, last in zip(few.firsts, few.lasts, strict=True):
            place = bisect_left(many.lasts, first)
            if place < len(many.firsts) and many.firsts[place] <= last:
                return True
        return False


NOWHERE = Span([], [])
