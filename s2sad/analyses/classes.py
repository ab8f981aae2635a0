"""Classes of variables that are taken to be one: a union-find."""
from __future__ import annotations

from s2sad.ir.nodes import Var


class Classes:
    """Union-find, where each class may have another one inside of it."""

    def __init__(self) -> None:
        self.inside: dict[Var, Var] = {}  # by the root of a class
        self._parent: dict[Var, Var] = {}

    def find(self, var: Var) -> Var:
        parent = self._parent
        root = var
        while root in parent:
            root = parent[root]
        while var is not root:
            parent[var], var = root, parent[var]
        return root

    def unite(self, one: Var, two: Var) -> None:
        one, two = self.find(one), self.find(two)
        while one is not two:
            self._parent[two] = one
            inner = self.inside.pop(two, None)
            if inner is None:
                return
            one, two = self.find(self.inside.setdefault(one, inner)), self.find(inner)

    def held_by(self, var: Var) -> Var:
        """What the members of the class of a container hold."""
        root = self.find(var)
        if root not in self.inside:
            self.inside[root] = Var("", var.kind)
        return self.inside[root]

    def open(self, var: Var) -> None:
        """What is held may be what holds it."""
        self.unite(var, self.held_by(var))

    def members(self) -> dict[Var, list[Var]]:
        """All that are in a class with others, by the root of the class."""
        found: dict[Var, list[Var]] = {}
        for var in self._parent:
            root = self.find(var)
            found.setdefault(root, [root]).append(var)
        return found
