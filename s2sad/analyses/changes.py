"""Which variables refer to memory that is changed in place, and which to memory that is not.

The analysis follows what control flow hands on. An update through a view names what it is a view of.
"""
from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Effect,
    If,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    With,
    view_place,
)
from s2sad.rules import table


def changed(statements: list[Statement]) -> set[Var]:
    """The variables whose object may be changed in place while these are run, which are all that a function holds."""
    found: set[Var] = set()
    same: list[list[Operand]] = []
    for s in statements:
        if not s.simple:
            same += _handed_on(s)
        elif isinstance(s, Assign) and s.primitive in _SAME_OBJECT:
            same.append([s.target, *s.args])
        elif acts(s):
            for operand in _written(s):
                if isinstance(operand, Var):
                    found.add(operand)
            found.update(s.defined())
    if found and same:
        _spread(same, found)
    return found


def is_unchanged(
    operand: Operand, definitions: Mapping[Any, Statement], given: Container[Operand],
    may_change: Callable[[Operand], bool],
) -> bool:
    """Whether nothing changes the memory of a variable: of one that is ``given``, new memory, or a view of these."""
    if may_change(operand):
        return False
    made = definitions.get(operand)
    if made is None:
        return operand in given
    known = table.lookup(made.primitive) if isinstance(made, Assign) and made.extra is None else None
    if not isinstance(made, Assign) or known is None:
        return False
    if known.view:
        return bool(made.args) and is_unchanged(made.args[0], definitions, given, may_change)
    return made.primitive.startswith(("operator.", "numpy."))


def acts(s: Statement) -> bool:
    """Whether a statement may change memory that others read."""
    if isinstance(s, Assign):
        return s.primitive in IN_PLACE or s.extra == "owned"
    if isinstance(s, Effect):
        return s.primitive != "s2sad.push"
    if isinstance(s, Store):
        return True
    return any(acts(inner) for block in s.blocks() for inner in block.statements)


def _written(s: Statement) -> list[Operand]:
    """The operands that a statement may change or keep: an update of an array copies what it stores there."""
    if isinstance(s, Assign) and s.primitive in IN_PLACE and isinstance(s.target.kind, Array):
        place = view_place(s)
        return [s.args[0], *([] if place is None else [s.args[place]])]
    return s.args


_SAME_OBJECT = {"s2sad.alias", "s2sad.touched", "s2sad.seen"}


def _handed_on(s: Statement) -> list[list[Operand]]:
    """What control flow hands on is the same object."""
    if isinstance(s, Loop):
        return [[carry.init, carry.param, carry.out, carry.result] for carry in s.carries]
    return [[merge.out, *merge.values] for merge in s.merges] if isinstance(s, (If, With)) else []


def _spread(same: list[list[Operand]], changed: set[Var]) -> None:
    """Of what is the same object all is changed that any of it is."""
    groups_of: dict[Operand, list[list[Operand]]] = {}
    for group in same:
        for one in group:
            groups_of.setdefault(one, []).append(group)
    waiting = [*changed]
    while waiting:
        for group in groups_of.pop(waiting.pop(), ()):
            for one in group:
                if one not in changed and isinstance(one, Var):
                    changed.add(one)
                    waiting.append(one)
            group.clear()  # all of it is known
