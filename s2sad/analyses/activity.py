"""Which variables are useful: their value reaches the result through values that vary smoothly.

Variables that depend on an input are marked while lowering (`Var.varied`); a variable is *active* if it is
both. Reverse mode propagates adjoints through active variables only.
"""
from __future__ import annotations

from s2sad.ir.nodes import Assign, Block, Effect, Function, If, Loop, Operand, Statement, Store, Var, With


def useful(function: Function) -> set[Var]:
    """The varied variables from which the result may be reached."""
    found: set[Var] = set()
    _mark([function.result], found)
    size = -1
    # Loops carry usefulness round; each sweep adds, so the sweeps end.
    while size != len(found):
        size = len(found)
        _block(function.body, found)
    return found


def _mark(operands: list[Operand], found: set[Var]) -> None:
    found.update(operand for operand in operands if isinstance(operand, Var) and operand.varied)


def _block(block: Block, found: set[Var]) -> None:
    for statement in reversed(block.statements):
        _statement(statement, found)


def _statement(statement: Statement, found: set[Var]) -> None:
    if isinstance(statement, (Assign, Effect)):
        if any(target in found for target in statement.defined()):
            _mark(statement.operands(), found)
    elif isinstance(statement, Store):
        _mark(statement.operands(), found)
    elif isinstance(statement, (If, With)):
        for merge in statement.merges:
            if merge.out in found:
                _mark(merge.values, found)
        for block in statement.blocks():
            _block(block, found)
    elif isinstance(statement, Loop):
        for carry in statement.carries:
            if carry.result in found or carry.param in found:
                _mark([carry.out, carry.init], found)
        for block in reversed(statement.blocks()):
            _block(block, found)
