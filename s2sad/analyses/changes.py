"""Which variables refer to memory that is changed in place, and which to memory that is not.

The analysis follows what control flow hands on. An update through a view names what it is a view of.
"""
from __future__ import annotations

from collections.abc import Callable

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
    for s in statements:
        if s.simple and acts(s):
            found.update(operand for operand in _written(s) if isinstance(operand, Var))
            found.update(s.defined())
    if found:
        _spread(statements, found)
    return found


def unchanged(statements: list[Statement], given: list[Var], may_change: Callable[[Var], bool]) -> set[Var]:
    """The variables whose memory nothing changes: those in ``given``, new memory, and views of these."""
    found = {var for var in given if not may_change(var)}
    for s in statements:
        if not isinstance(s, Assign) or s.extra is not None:
            continue
        known = table.lookup(s.primitive)
        if known is None or may_change(s.target):
            continue
        if s.args[:1] and s.args[0] in found if known.view else _is_fresh(s):
            found.add(s.target)
    return found


def _is_fresh(s: Assign) -> bool:
    return s.primitive.startswith(("operator.", "numpy."))


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


def _spread(statements: list[Statement], changed: set[Var]) -> None:
    """What control flow hands on is the same object."""
    groups: list[list[Operand]] = []
    for s in statements:
        if isinstance(s, Assign):
            if s.primitive in _SAME_OBJECT:
                groups.append([s.target, *s.args])
        elif isinstance(s, (If, With)):
            groups += [[merge.out, *merge.values] for merge in s.merges]
        elif isinstance(s, Loop):
            groups += [[carry.init, carry.param, carry.out, carry.result] for carry in s.carries]
    groups_of: dict[Operand, list[list[Operand]]] = {}
    for group in groups:
        for one in group:
            groups_of.setdefault(one, []).append(group)
    waiting = [*changed]
    while waiting:
        for group in groups_of.pop(waiting.pop(), []):
            new = [one for one in group if isinstance(one, Var) and one not in changed]
            changed.update(new)
            waiting += new
