"""Which symbolic lengths are the same at run time."""
from __future__ import annotations

from collections.abc import Hashable

from s2sad.ir.kinds import Dim, Extent
from s2sad.ir.nodes import Operand, Var

_ONE = object()  # no key of a symbolic length


class Lengths:
    """Which are, in one block; ``checks`` are what sees to it, by length, ``at`` is which array is as long."""

    def __init__(self) -> None:
        self._parent: dict[Hashable, Hashable] = {}
        self.checks: dict[Hashable, set[Operand]] = {}
        self.at: dict[Hashable, tuple[Var, int, int]] = {}

    def key(self, extent: Extent) -> Hashable:
        return self._find(extent.key) if isinstance(extent, Dim) else _ONE

    def same(self, one: Extent, two: Extent) -> bool:
        return self.key(one) == self.key(two)

    def alike(self, one: tuple[Extent, ...], two: tuple[Extent, ...]) -> bool:
        return len(one) == len(two) and all(map(self.same, one, two))

    def unite(self, one: Extent, two: Extent, check: Operand) -> None:
        a, b = self.key(one), self.key(two)
        self._parent[a] = b
        self.checks[b] = self.checks.get(a, set()) | self.checks.get(b, set()) | {check}

    def needed(self, dims: tuple[Extent, ...]) -> set[Operand]:
        """The checks that what runs over these extents must come after."""
        found: set[Operand] = set()
        for extent in dims:
            key = self.key(extent)
            found |= self.checks.get(key, set())
            if isinstance(key, tuple) and key[0] == "trim":
                found |= self.checks.get(key[1], set())
        return found

    def _find(self, key: Hashable) -> Hashable:
        while True:
            if key in self._parent:
                key = self._parent[key]
            elif isinstance(key, tuple) and len(key) == 3 and key[0] == "trim" and key[1] != self._find(key[1]):
                key = ("trim", self._find(key[1]), key[2])
            else:
                return key
