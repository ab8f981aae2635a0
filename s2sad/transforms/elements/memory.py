"""Which variables may share memory once updates are carried out in place, and what a statement does to memory."""
from __future__ import annotations

from s2sad.analyses.classes import Classes
from s2sad.ir.kinds import SLICE, STR, Array, Kind, Scalar, Static, Tuple
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Each,
    Effect,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    With,
    inits,
    results,
    view_place,
    walk,
)
from s2sad.rules import table

# Results that hold their operands.
HOLDING = {"s2sad.tuple", "s2sad.list", "s2sad.dict", "s2sad.new", "s2sad.getattr", "s2sad.pop", "s2sad.some"}
CHECKS = {"s2sad.check_apart", "s2sad.check_contiguous", "s2sad.check_lengths", "s2sad.same_length"}


class Memory:
    """Classes of the variables of a function that refer to the same memory."""

    def __init__(self, function: Function) -> None:
        self._classes = Classes()
        # The callers of a function see to it that the arrays which it updates lie apart, and are told so by a check.
        if not any(isinstance(s, Effect) and s.primitive == "s2sad.check_apart" for s in walk(function.body)):
            self._union([*(param.var for param in function.params), *function.captures])
        returned = _returned(function)
        for s in walk(function.body):
            if s not in returned:
                self._link(s)

    def of(self, operand: Operand) -> Var | None:
        """The memory that an operand refers to; None of a number."""
        return self._classes.find(operand) if _refers(operand) and isinstance(operand, Var) else None

    def unite(self, one: Var, two: Var) -> None:
        """Know of two variables that they refer to one memory."""
        self._union([one, two])

    def touched(self, s: Statement) -> set[Var]:
        return self._of_any(mentioned(s))

    def written(self, s: Statement) -> set[Var]:
        found: set[Var] = set()
        if isinstance(s, Assign) and (s.primitive in IN_PLACE or s.extra == "owned" or s.primitive == "s2sad.pop"):
            found = self._of_any(s.args[:1])
        elif isinstance(s, Store):
            found = self._of_any([s.base])
        elif isinstance(s, Effect) and s.primitive not in CHECKS:
            found = self.touched(s)
        return found

    def _of_any(self, operands: list[Operand]) -> set[Var]:
        return {memory for o in operands if (memory := self.of(o)) is not None}

    def _union(self, operands: list[Operand]) -> None:
        variables = [o for o in operands if isinstance(o, Var) and _refers(o)]
        for var in variables[1:]:
            self._classes.unite(variables[0], var)

    def _link(self, s: Statement) -> None:
        if isinstance(s, Assign):
            if s.primitive in IN_PLACE and isinstance(s.target.kind, Array):
                place = view_place(s)  # what is put in an array is copied
                self._union([s.target, s.args[0], *([] if place is None else [s.args[place]])])
            elif s.primitive in ("s2sad.getitem", "s2sad.expand") or s.extra == "owned":
                self._union([s.target, s.args[0]])
            elif _may_share(s):
                self._union([s.target, *s.args])
        elif isinstance(s, Effect) and s.primitive not in CHECKS:
            self._union([*s.targets, *s.args])
        elif isinstance(s, Store):
            self._union([s.base, s.value])
        elif isinstance(s, (If, With)):
            for merge in s.merges:
                self._union([merge.out, *merge.values])
        elif isinstance(s, Loop):
            for carry in s.carries:
                self._union([carry.result, carry.param, carry.init, carry.out])
            if isinstance(s, Each):
                self._union([s.iterable, s.item])


def _returned(function: Function) -> set[Statement]:
    """The tuples that are put together for the caller alone: to be in one is no way to another's memory."""
    users: dict[Operand, list[Statement]] = {}
    for s in walk(function.body):
        for operand in [*s.args, *inits(s), *results(s)]:
            users.setdefault(operand, []).append(s)
    found: set[Statement] = set()
    for s in reversed(function.body.statements):
        if isinstance(s, Assign) and s.primitive == "s2sad.tuple" and all(u in found for u in users.get(s.target, [])):
            found.add(s)
    return found


def _may_share(s: Assign) -> bool:
    if s.primitive in IN_PLACE or s.primitive in HOLDING:
        return True
    known = table.lookup(s.primitive)
    return known is None or known.view


def _refers(operand: Operand) -> bool:
    return isinstance(operand, Var) and not _is_number(operand.kind)


def _is_number(kind: Kind) -> bool:
    if isinstance(kind, Tuple):
        return all(map(_is_number, kind.items))
    return isinstance(kind, (Scalar, Static)) or kind in (SLICE, STR)


def mentioned(s: Statement) -> list[Operand]:
    """Every operand of a statement and of what is in it."""
    found = [*s.args, *inits(s), *results(s)]
    for block in s.blocks():
        for inner in block.statements:
            found += mentioned(inner)
    return found
