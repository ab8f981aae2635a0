"""Who asks for what the statements of a function define."""
from __future__ import annotations

from collections.abc import Container

from s2sad.ir.nodes import Assign, Function, Operand, Statement, inits, results, walk
from s2sad.rules.build import Context
from s2sad.transforms.elements.views import dims_of, resolved, whole


class Uses:
    """The statements that ask for each variable, None for what the function gives; ``here`` is what the block that is
    looked at defines."""

    def __init__(self, context: Context, function: Function) -> None:
        self.context = context
        self.users: dict[Operand, list[Statement | None]] = {}
        self.here: set[Operand] = set()
        for s in walk(function.body):
            self.note(s)
        self.users.setdefault(function.result, []).append(None)

    def note(self, s: Statement) -> None:
        for operand in {*s.args, *inits(s), *results(s)}:
            self.users.setdefault(operand, []).append(s)

    def of(self, var: Operand) -> list[Statement | None]:
        return self.users.get(var, [])

    def is_outside(self, var: Operand, inside: Container[Statement], *more: Statement) -> bool:
        """Whether anything but what is inside, and some statements more, asks for a variable, or for a view of it."""
        for s in self.of(var):
            if s is None or not isinstance(s, Assign):
                return True
            if s in inside or s in more:
                continue
            if not (s.target in self.here and self._is_view(s) and not self.is_outside(s.target, inside, *more)):
                return True
        return False

    def _is_view(self, s: Assign) -> bool:
        of = dims_of(s.args[0].kind) if s.args else None
        return of is not None and resolved(self.context, s, whole(s.args[0])) is not None
