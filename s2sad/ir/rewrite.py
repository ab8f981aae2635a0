"""Replacing operands throughout a piece of IR."""
from __future__ import annotations

from collections.abc import Callable, Mapping

from s2sad.ir.nodes import Block, If, Loop, Operand, Statement, Var, While, With


def substitute(statement: Statement, mapping: Mapping[Var, Operand]) -> None:
    """Put other operands in the places of variables, in a statement and all that it holds."""
    if mapping:
        _substitute(statement, mapping)


def substitute_block(block: Block, mapping: Mapping[Var, Operand]) -> None:
    if mapping:
        for statement in block.statements:
            _substitute(statement, mapping)


def final(operand: Operand, mapping: Mapping[Var, Operand]) -> Operand:
    """What an operand becomes, where what stands in its place may have been replaced too."""
    while operand in mapping:
        operand = mapping[operand]  # type: ignore[index]
    return operand


def substitute_operands(statement: Statement, mapping: Mapping[Var, Operand]) -> None:
    """Put other operands in the places of the variables that a statement itself reads."""
    operands = statement.operands()
    for operand in operands:
        if operand in mapping:
            statement.replace([final(one, mapping) for one in operands])
            return


def _substitute(statement: Statement, mapping: Mapping[Var, Operand]) -> None:
    substitute_operands(statement, mapping)
    if not statement.simple:
        _substitute_around(statement, lambda operand: final(operand, mapping))
        for block in statement.blocks():
            for inner in block.statements:
                _substitute(inner, mapping)


def _substitute_around(statement: Statement, new: Callable[[Operand], Operand]) -> None:
    """The operands that a structured statement takes into and out of its blocks."""
    if isinstance(statement, (If, With)):
        for merge in statement.merges:
            merge.values = [new(value) for value in merge.values]
    elif isinstance(statement, Loop):
        for carry in statement.carries:
            carry.init, carry.out = new(carry.init), new(carry.out)
        if statement.stop is not None:
            statement.stop = new(statement.stop)
        if isinstance(statement, While):
            statement.condition = new(statement.condition)
