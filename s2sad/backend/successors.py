"""The next round's value of what a loop carries is written where this round's is read no more.

    a_bar_1 = a_bar + r_bar * b                  b_bar += a_bar * s
    b_bar += a_bar * s                    ─▶     a_bar += r_bar * b
    a_bar = a_bar_1
"""
from __future__ import annotations

from collections.abc import Mapping

from s2sad.backend.fold import Folding
from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import Assign, Loop, Operand, Statement, Var, reads

# What each value is this round, by the value that is carried to the next one.
_Carried = dict[Operand, Var]


def write_late(folding: Folding, called: Mapping[Var, str]) -> bool:
    """Move the assignments of numbers that would take a name of their own, as ``called`` says; whether any moved."""
    moved = False
    for s in folding.statements:
        if s.simple or not isinstance(s, Loop):
            continue
        carried: _Carried = {carry.out: carry.param for carry in s.carries}
        for out, old in carried.items():
            if isinstance(out, Var) and isinstance(old.kind, Scalar) and called.get(out) != called.get(old):
                moved |= _move(out, carried, folding.written(s.body), folding)
    return moved


def _move(out: Var, carried: _Carried, written: list[Statement], folding: Folding) -> bool:
    """Move the assignment of a carried value behind all that reads the old one, if nothing there waits for it and it
    does not wait for anything that ends there."""
    place = next((i for i, s in enumerate(written) if isinstance(s, Assign) and s.target is out), len(written))
    behind = range(place + 1, len(written))
    last = max((i for i in behind if carried[out] in _mentioned(written[i], folding)), default=0)
    if not last:
        return False
    made, passed = written[place], written[place + 1:last + 1]
    needed = folding.operands(made.args)
    if not all([isinstance(var.kind, Scalar) for var in [out, *needed]]):
        return False
    if any(out in _mentioned(s, folding) or any(carried.get(var) in needed for var in s.defined()) for s in passed):
        return False
    written[place:last + 1] = [*passed, made]
    return True


def _mentioned(s: Statement, folding: Folding) -> set[Operand]:
    found: set[Operand] = set(folding.operands(reads(s)))
    for inner in s.blocks():
        for part in folding.written(inner):
            found |= _mentioned(part, folding)
    return found
