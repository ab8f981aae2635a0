"""Which arrays of the reverse sweep are adjoints in memory of their own: no value of the primal is changed with them.

Variables are put into classes of what may be one memory. An adjoint is alone if all that its class begins with is made
new by the reverse sweep: zeros, copies, results of arithmetic. What is taken off a tape is the primal's.
"""
from __future__ import annotations

from collections.abc import Iterable

from s2sad.analyses.classes import Classes
from s2sad.ir.kinds import is_mutable
from s2sad.ir.nodes import IN_PLACE, Assign, If, Loop, Operand, Statement, Var, With
from s2sad.rules import table

_NEW = {"s2sad.zeros_like", "s2sad.zeros_of", "s2sad.copy"}


class Owners:
    def __init__(self, statements: list[Statement], given: Iterable[Var]) -> None:
        """``given`` are the parameters, and all else that is there before."""
        self._classes = Classes()
        begins = list(given)
        for s in statements:
            begins += self._note(s)
        self._shared = {self._classes.find(one) for one in begins}

    def is_alone(self, adjoint: Operand, read: list[Var]) -> bool:
        """Whether an array is an adjoint's own memory, and nothing that is read is of it."""
        if not isinstance(adjoint, Var):
            return False
        own = self._classes.find(adjoint)
        return own not in self._shared and all(
            not is_mutable(one.kind) or self._classes.find(one) is not own for one in read)

    def _note(self, s: Statement) -> list[Var]:
        """Join what is of one memory; what may be of memory that the reverse sweep has not made."""
        if isinstance(s, Assign):
            if s.primitive in IN_PLACE or s.extra == "owned" or _passes(s):
                for arg in s.args[:1]:
                    self._join(s.target, arg)
                return []
            return [] if s.adjoint and _is_new(s) else [s.target]
        if isinstance(s, Loop):
            for carry in s.carries:
                for one in (carry.init, carry.out, carry.result):
                    self._join(carry.param, one)
            bound = {carry.param for carry in s.carries}
            return [var for var in s.bound() if var not in bound]
        if isinstance(s, (If, With)):
            for merge in s.merges:
                for value in merge.values:
                    self._join(merge.out, value)
            return [s.target] if isinstance(s, With) and s.target is not None else []
        return list(s.defined())

    def _join(self, one: Operand, two: Operand) -> None:
        if isinstance(one, Var) and isinstance(two, Var):
            self._classes.unite(one, two)


def _passes(s: Assign) -> bool:
    known = table.lookup(s.primitive)
    return known is not None and known.view and bool(s.args)


def _is_new(s: Assign) -> bool:
    known = table.lookup(s.primitive)
    return s.primitive in _NEW or (
        known is not None and not known.view and s.primitive.startswith(("operator.", "numpy.")))
