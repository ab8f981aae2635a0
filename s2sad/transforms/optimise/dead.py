"""Dead code: assignments that nothing reads, carried variables that no one needs, empty branches."""
from __future__ import annotations

from s2sad.ir.nodes import (
    Again,
    Assign,
    Block,
    Effect,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    While,
    With,
)
from s2sad.ir.rewrite import substitute_block

# The variables that are read, and the loops whose trips a reverse loop counts.
Needed = set[Var | Loop]


def remove_dead(function: Function) -> None:
    """Remove every assignment, merge, carry and statement without effect that the result does not need."""
    needed: Needed = set()
    _need([function.result], needed)
    size = -1
    while size != len(needed):
        size = len(needed)
        _mark_block(function.body, needed)
    _sweep(function.body, needed)


def _need(operands: list[Operand], needed: Needed) -> None:
    needed.update(operand for operand in operands if isinstance(operand, Var))


def _mark_block(block: Block, needed: Needed) -> None:
    for statement in reversed(block.statements):
        _mark(statement, needed)


def _mark(s: Statement, needed: Needed) -> None:
    if isinstance(s, Assign):
        if s.target in needed or s.primitive == "s2sad.pop":
            _need(s.operands(), needed)
    elif isinstance(s, (Effect, Store)):
        _need(s.operands(), needed)
    elif isinstance(s, (If, With)):
        for merge in s.merges:
            if merge.out in needed:
                _need(merge.values, needed)
        for block in s.blocks():
            _mark_block(block, needed)
        if _live(s, needed):
            _need(s.operands(), needed)
    elif isinstance(s, Loop):
        _mark_loop(s, needed)


def _mark_loop(s: Loop, needed: Needed) -> None:
    for carry in s.carries:
        if carry.result in needed or carry.param in needed:
            _need([carry.out, carry.init], needed)
    for block in reversed(s.blocks()):
        _mark_block(block, needed)
    if _live(s, needed):
        _need(s.operands(), needed)
        if s.stop is not None:
            _need([s.stop], needed)
        if isinstance(s, Again) and s.of is not None:
            needed.add(s.of)
        if isinstance(s, While):
            _need([s.condition], needed)


def _live(s: Statement, needed: Needed) -> bool:
    """Whether a structured statement gives anything that is needed or does anything.

    What is needed of its inside is needed by the reverse sweep, which gets it later: from a tape.
    """
    if any(var in needed for var in s.defined()) or isinstance(s, Loop) and any(var in needed for var in s.bound()):
        return True
    if isinstance(s, Loop) and s in needed:
        return True
    return any(_acts(inner, needed) for block in s.blocks() for inner in block.statements)


def _acts(s: Statement, needed: Needed) -> bool:
    if isinstance(s, Assign):
        return s.primitive == "s2sad.pop" or s.target in needed
    return isinstance(s, (Effect, Store)) or (bool(s.blocks()) and _live(s, needed))


def _sweep(block: Block, needed: Needed) -> None:
    kept: list[Statement] = []
    for s in block.statements:
        if isinstance(s, Assign):
            if s.target in needed or s.primitive == "s2sad.pop":
                kept.append(s)
            continue
        if s.blocks() and not _live(s, needed):
            continue
        if isinstance(s, (If, With)):
            s.merges = [merge for merge in s.merges if merge.out in needed]
        if isinstance(s, Loop):
            s.carries = [c for c in s.carries if c.result in needed or c.param in needed]
        for inner in s.blocks():
            _sweep(inner, needed)
        kept.append(s)
    block.statements = kept


def remove_unchanged(function: Function) -> None:
    """A carried variable whose next value is itself is its initial value; a merge of one value is that value."""
    while True:
        mapping: dict[Var, Operand] = {}
        _collect(function.body, mapping)
        if not mapping:
            return
        substitute_block(function.body, mapping)
        while isinstance(function.result, Var) and function.result in mapping:
            function.result = mapping[function.result]


def _collect(block: Block, mapping: dict[Var, Operand]) -> None:
    for s in block.statements:
        if isinstance(s, Loop):
            for carry in list(s.carries):
                if carry.out is carry.param:
                    mapping[carry.param] = mapping[carry.result] = carry.init
                    s.carries.remove(carry)
        if isinstance(s, If):
            for merge in list(s.merges):
                if merge.values[0] is merge.values[1] and isinstance(merge.values[0], Var):
                    mapping[merge.out] = merge.values[0]
                    s.merges.remove(merge)
        for inner in s.blocks():
            _collect(inner, mapping)
