"""Copies of pieces of IR, in which every definition is a new variable."""
from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import replace

from s2sad.ir.nodes import Assign, Block, Carry, Effect, For, If, Merge, Operand, Statement, Var
from s2sad.ir.rewrite import final


def can_be_copied(block: Block) -> bool:
    """Whether a block is made of what `copied_block` knows: computations, branches and counted loops."""
    return all(_can_be_copied(s) and all(map(can_be_copied, s.blocks())) for s in block.statements)


def _can_be_copied(s: Statement) -> bool:
    if isinstance(s, (Assign, Effect)):
        return s.extra is None
    return isinstance(s, If) or isinstance(s, For) and s.stop is None


def copied_block(block: Block, mapping: MutableMapping[Var, Operand], definitions: dict[Var, Statement]) -> Block:
    """A copy of a block, with the operands of ``mapping`` in the places of its keys, to which the copy adds its own.

    What stands in the place of another may be a variable of the block, and is then the new one. What defines a new
    variable is put into ``definitions``.
    """
    return Block([_copied(s, mapping, definitions) for s in block.statements])


def _copied(s: Statement, mapping: MutableMapping[Var, Operand], definitions: dict[Var, Statement]) -> Statement:
    if isinstance(s, If):
        return _copied_branches(s, mapping, definitions)
    if isinstance(s, For):
        return _copied_loop(s, mapping, definitions)
    args = _now(s.args, mapping)
    if isinstance(s, Assign):
        made: Statement = replace(s, target=renewed(s.target, mapping), args=args)
    else:
        assert isinstance(s, Effect)
        made = replace(s, targets=[renewed(var, mapping) for var in s.targets], args=args)
    definitions.update(dict.fromkeys(made.defined(), made))
    return made


def _copied_branches(s: If, mapping: MutableMapping[Var, Operand], definitions: dict[Var, Statement]) -> If:
    args = _now(s.args, mapping)
    then, orelse = (copied_block(block, mapping, definitions) for block in s.blocks())
    values = [_now(merge.values, mapping) for merge in s.merges]
    merges = [Merge(renewed(merge.out, mapping), inner) for merge, inner in zip(s.merges, values, strict=True)]
    made = If(args, then, orelse, merges, origin=s.origin, adjoint=s.adjoint)
    definitions.update(dict.fromkeys(made.defined(), made))
    return made


def _copied_loop(s: For, mapping: MutableMapping[Var, Operand], definitions: dict[Var, Statement]) -> For:
    args, starts = _now(s.args, mapping), _now([carry.init for carry in s.carries], mapping)
    index, params = renewed(s.index, mapping), [renewed(carry.param, mapping) for carry in s.carries]
    body = copied_block(s.body, mapping, definitions)
    ends = _now([carry.out for carry in s.carries], mapping)
    results = [renewed(carry.result, mapping) for carry in s.carries]
    made = replace(s, index=index, args=args, body=body, carries=[
        Carry(*parts) for parts in zip(starts, params, ends, results, strict=True)])
    definitions.update(dict.fromkeys([*made.bound(), *made.defined()], made))
    return made


def _now(operands: list[Operand], mapping: MutableMapping[Var, Operand]) -> list[Operand]:
    return [final(one, mapping) for one in operands]


def renewed(var: Var, mapping: MutableMapping[Var, Operand]) -> Var:
    """Another version of a variable, which takes its place."""
    made = mapping[var] = version_of(var)
    return made


def version_of(var: Var) -> Var:
    """Another version of a variable."""
    made = Var(var.name, var.kind, var.varied, var.location)
    made.hint = var.hint
    return made
