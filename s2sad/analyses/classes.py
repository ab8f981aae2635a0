"""Classes of variables that are taken to be one: a union-find."""
from __future__ import annotations

from collections.abc import Mapping

from s2sad.ir.nodes import Var

# What is before all variables of a function: where parameters are from, and what nothing is known of.
ELSEWHERE = -1


class Classes:
    """Union-find, where each class may have another one inside of it."""

    def __init__(self, place: Mapping[Var, int] | None = None) -> None:
        """``place`` says where variables are defined."""
        self.inside: dict[Var, Var] = {}  # by the root of a class
        self._parent: dict[Var, Var] = {}
        self._place = place or {}
        self._spans: dict[Var, tuple[int, int]] = {}

    def span(self, root: Var) -> tuple[int, int]:
        """The first and the last place where a variable of a class is defined."""
        place = self._place.get(root, ELSEWHERE)
        return self._spans.get(root, (place, place))

    def is_from_elsewhere(self, var: Var) -> None:
        root = self.find(var)
        self._spans[root] = ELSEWHERE, self.span(root)[1]

    def find(self, var: Var) -> Var:
        root = var
        while self._parent.get(root, root) is not root:
            root = self._parent[root]
        while var is not root:
            self._parent[var], var = root, self._parent.get(var, var)
        return root

    def unite(self, one: Var, two: Var) -> None:
        waiting = [(one, two)]
        while waiting:
            one, two = map(self.find, waiting.pop())
            if one is not two:
                if self._place:
                    (first, last), (start, end) = self.span(one), self.span(two)
                    self._spans[one] = min(first, start), max(last, end)
                self._parent[two] = one
                inner = self.inside.pop(two, None)
                if inner is not None:
                    waiting.append((self.inside.setdefault(one, inner), inner))

    def held_by(self, var: Var) -> Var:
        """What the members of the class of a container hold."""
        root = self.find(var)
        return self.inside.setdefault(root, Var("", var.kind))

    def open(self, var: Var) -> None:
        """What is held may be what holds it."""
        self.unite(var, self.held_by(var))
