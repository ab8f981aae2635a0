"""Common subexpressions: the adjoint code does not compute what is at hand already.

Only adjoint statements are replaced, by an earlier value of theirs or of the primal: what the user wrote
stays as it was written.
"""
from __future__ import annotations

from collections.abc import Hashable

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.record import is_pure
from s2sad.ir.nodes import Assign, Block, Const, Function, Operand, Var
from s2sad.ir.rewrite import substitute_block
from s2sad.rules import table

# Cheaper to write again than to name.
_TRIVIAL = {"array.T", "array.shape", "array.size", "s2sad.slice", "s2sad.tuple", "s2sad.zeros_like"}


def share(function: Function, aliases: Aliases) -> None:
    """Replace each adjoint assignment whose value an earlier one has, within the blocks that see it."""
    mapping: dict[Var, Operand] = {}
    _block(function.body, {}, mapping, aliases)
    substitute_block(function.body, mapping)
    while isinstance(function.result, Var) and function.result in mapping:
        function.result = mapping[function.result]


def _block(
    block: Block, known: dict[Hashable, Var], mapping: dict[Var, Operand], aliases: Aliases
) -> None:
    known = dict(known)
    for statement in block.statements:
        if isinstance(statement, Assign) and _shareable(statement, aliases):
            key = _key(statement, mapping)
            if key in known and statement.adjoint:
                mapping[statement.target] = known[key]
            else:
                known.setdefault(key, statement.target)
        for inner in statement.blocks():
            _block(inner, known, mapping, aliases)


def _shareable(statement: Assign, aliases: Aliases) -> bool:
    if statement.primitive in _TRIVIAL or not is_pure(statement.primitive):
        return False
    if table.lookup(statement.primitive) is None or statement.extra is not None:
        return False
    return not any(aliases.may_change(operand) for operand in statement.args)


def _key(statement: Assign, mapping: dict[Var, Operand]) -> Hashable:
    args = tuple(_operand_key(mapping.get(arg, arg) if isinstance(arg, Var) else arg) for arg in statement.args)
    return (statement.primitive, args, statement.keywords)


def _operand_key(operand: Operand) -> Hashable:
    if isinstance(operand, Const):
        try:
            hash(operand.value)
        except TypeError:
            return id(operand)
        return (type(operand.value), repr(operand.value), operand.path)
    return id(operand)
