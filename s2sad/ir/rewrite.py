"""Replacing operands throughout a piece of IR."""
from __future__ import annotations

from collections.abc import Mapping

from s2sad.ir.nodes import Block, If, Loop, Operand, Statement, Var, While, With


def substitute(statement: Statement, mapping: Mapping[Var, Operand]) -> None:
    """Put other operands in the places of variables, in a statement and all that it holds."""
    if not mapping:
        return

    def new(operand: Operand) -> Operand:
        while isinstance(operand, Var) and operand in mapping:
            operand = mapping[operand]
        return operand

    _substitute(statement, new)


def substitute_block(block: Block, mapping: Mapping[Var, Operand]) -> None:
    for statement in block.statements:
        substitute(statement, mapping)


def _substitute(statement: Statement, new: object) -> None:
    assert callable(new)
    statement.replace([new(operand) for operand in statement.operands()])
    if isinstance(statement, (If, With)):
        for merge in statement.merges:
            merge.values = [new(value) for value in merge.values]
    if isinstance(statement, Loop):
        for carry in statement.carries:
            carry.init, carry.out = new(carry.init), new(carry.out)
        if statement.stop is not None:
            statement.stop = new(statement.stop)
    if isinstance(statement, While):
        statement.condition = new(statement.condition)
    for block in statement.blocks():
        for inner in block.statements:
            _substitute(inner, new)
