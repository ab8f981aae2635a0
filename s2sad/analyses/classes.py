"""Classes of variables that are taken to be one: a union-find."""
from __future__ import annotations

from s2sad.ir.nodes import Var


class Classes:
    """Union-find, where each class may have another one inside of it."""

    def __init__(self) -> None:
        self.inside: dict[Var, Var] = {}  # by the root of a class
        self._parent: dict[Var, Var] = {}

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
