"""Which variables may share memory, and which memory may change.

Variables fall into classes; two in different classes never share memory. The analysis does not follow
the order of statements, so a class that is changed anywhere counts as changed everywhere.
"""
from __future__ import annotations

from s2sad.ir.kinds import Array, is_mutable
from s2sad.ir.nodes import (
    Assign,
    Const,
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
    walk,
)
from s2sad.rules import table
from s2sad.rules.methods import PURE_METHODS, is_harmless

# Effects that change nothing their operands refer to.
_CHECKS = {"s2sad.check_apart", "s2sad.check_contiguous"}
_READING = {"s2sad.call", "s2sad.evaluate", "s2sad.push", "s2sad.opaque", *_CHECKS}
_MAKING = {"s2sad.tuple", "s2sad.list", "s2sad.dict", "s2sad.new", "s2sad.getattr", "s2sad.append", "s2sad.getitem",
           "s2sad.store", "s2sad.add_at", "s2sad.seen"}


# Assignments that are carried out in place: the target is the first operand, changed.
UPDATES = {"s2sad.store", "s2sad.add_at", "s2sad.append", "s2sad.drop_last"}


class Aliases:
    """Union-find over the mutable variables of a function."""

    def __init__(self, function: Function) -> None:
        self._parent: dict[Var, Var] = {}
        self._changed: set[Var] = set()
        changed: list[Var] = []
        for statement in walk(function.body):
            self._link(statement)
            changed += changed_by(statement)
        self._changed = {self._find(var) for var in changed}
        self.any_changed = bool(self._changed)

    def may_change(self, operand: Operand) -> bool:
        """Whether what a variable refers to may be changed in place anywhere in the function."""
        return (
            self.any_changed and isinstance(operand, Var) and is_mutable(operand.kind)
            and self._find(operand) in self._changed
        )

    def class_of(self, var: Var) -> Var:
        """The representative of all that may share memory with a variable."""
        return self._find(var)

    def _find(self, var: Var) -> Var:
        root = var
        while self._parent.get(root, root) is not root:
            root = self._parent[root]
        while var is not root:
            self._parent[var], var = root, self._parent.get(var, var)
        return root

    def _union(self, operands: list[Operand]) -> None:
        variables = [o for o in operands if isinstance(o, Var) and is_mutable(o.kind)]
        for var in variables[1:]:
            self._parent[self._find(var)] = self._find(variables[0])

    def _link(self, statement: Statement) -> None:
        if isinstance(statement, Assign) and _shares(statement):
            self._union([statement.target, *_held(statement)])
        elif isinstance(statement, Effect) and statement.primitive not in _CHECKS:
            self._union([*statement.targets, *statement.args])
        elif isinstance(statement, Store):
            self._union([statement.base, statement.value])
        elif isinstance(statement, (If, With)):
            for merge in statement.merges:
                self._union([merge.out, *merge.values])
        elif isinstance(statement, Loop):
            for carry in statement.carries:
                self._union([carry.result, carry.param, carry.init, carry.out])
            if isinstance(statement, Each):
                self._union([statement.iterable, statement.item])


def _held(statement: Assign) -> list[Operand]:
    """The operands that the result may share memory with: an index is read, what is stored in an array is copied."""
    if statement.primitive == "s2sad.getitem":
        return statement.args[:1]
    if statement.primitive in ("s2sad.store", "s2sad.add_at"):
        current, view, _, value = statement.args
        return [current, view] if isinstance(current.kind, Array) else [current, view, value]
    return statement.args


def _shares(statement: Assign) -> bool:
    """Whether the result of an assignment may share memory with its operands."""
    if statement.primitive in _MAKING:
        return True
    primitive = table.lookup(statement.primitive)
    return primitive is None or primitive.view


def changed_by(statement: Statement) -> list[Var]:
    """The variables whose memory a statement may change."""
    if isinstance(statement, Store):
        return [statement.base] if isinstance(statement.base, Var) else []
    if isinstance(statement, Assign) and statement.primitive in UPDATES:
        return _mutable(statement.args[:1])
    if not isinstance(statement, Effect):
        return []
    if statement.primitive == "s2sad.statement":
        reads = type(statement.extra[0]).__name__ in ("Assert", "Raise")
        return [] if reads else _mutable(statement.args)
    if statement.primitive in _READING:
        return []
    if statement.primitive == "s2sad.inplace":
        return _mutable(statement.args[:1])
    if statement.primitive == "s2sad.invoke_method" and statement.extra[0] in PURE_METHODS:
        return []
    callee = statement.args[0] if statement.args else None
    if isinstance(callee, Const) and is_harmless(callee.value):
        return []
    return _mutable(statement.args)


def _mutable(operands: list[Operand]) -> list[Var]:
    return [operand for operand in operands if isinstance(operand, Var) and is_mutable(operand.kind)]
