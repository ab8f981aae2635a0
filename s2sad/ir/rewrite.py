"""Replacing operands throughout a piece of IR."""
from __future__ import annotations

from collections.abc import Iterable, Mapping

from s2sad.ir.nodes import Block, If, Loop, Operand, Statement, Var, While, With


def substitute(statement: Statement, mapping: Mapping[Var, Operand]) -> None:
    """Put other operands in the places of variables, in a statement and all that it holds."""
    if mapping:
        _substitute([statement], mapping)


def substitute_block(block: Block, mapping: Mapping[Var, Operand]) -> None:
    if mapping:
        _substitute(block.statements, mapping)


def final(operand: Operand, mapping: Mapping[Var, Operand]) -> Operand:
    """What an operand becomes, where what stands in its place may have been replaced too."""
    while operand in mapping:
        operand = mapping[operand]  # type: ignore[index]
    return operand


def substitute_operands(statement: Statement, mapping: Mapping[Var, Operand]) -> None:
    """Put other operands in the places of the variables that a statement itself reads."""
    if not mapping.keys().isdisjoint(statement.args):
        operands: list[Operand] = []
        for one in statement.args:
            while one in mapping:
                one = mapping[one]  # type: ignore[index]
            operands.append(one)
        replace_operands(statement, operands)


def replace_operands(statement: Statement, operands: list[Operand]) -> None:
    """Let a statement read other operands in the places of its own."""
    statement.args = operands  # type: ignore[misc]  # mypy takes the fields for all the slots


def _substitute(statements: Iterable[Statement], mapping: Mapping[Var, Operand]) -> None:
    replaced = mapping.keys()
    for statement in statements:
        if not replaced.isdisjoint(statement.args):
            substitute_operands(statement, mapping)
        if not statement.simple:
            substitute_results(statement, mapping)
            for block in statement.blocks():
                _substitute(block.statements, mapping)


def substitute_results(statement: Statement, mapping: Mapping[Var, Operand]) -> None:
    """Put other operands in the places of what a structured statement takes into and out of its blocks."""
    if isinstance(statement, Loop):
        for carry in statement.carries:
            carry.init, carry.out = final(carry.init, mapping), final(carry.out, mapping)
        if statement.stop is not None:
            statement.stop = final(statement.stop, mapping)
        if isinstance(statement, While):
            statement.condition = final(statement.condition, mapping)
    elif isinstance(statement, (If, With)):
        for merge in statement.merges:
            merge.values = [final(value, mapping) for value in merge.values]
