"""Which tapes are of one branch alone: what is read only where the reverse sweep undoes a branch is pushed there."""
from __future__ import annotations

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.record import Plan
from s2sad.ir.nodes import Block, If, Operand, Statement, Var
from s2sad.rules.build import Context
from s2sad.transforms.insertions import find_readers
from s2sad.transforms.where import Where


def branches_of(context: Context, aliases: Aliases, where: Where, steps: Plan, reverse: Block) -> dict[Var, Block]:
    """For each taped variable that is read in the reverse of one branch alone, that reverse."""
    if not steps.taped or not any(isinstance(where.parent[block][1], If) for block in where.primal_of):
        return {}
    readers: dict[Operand, dict[Block, None]] = {var: {} for var in steps.taped}
    for statement in reverse.statements:
        find_readers(statement, where.body, readers)
    for step in steps.recomputed:
        block = where.reversed_home(step.target)
        for arg in step.args:
            if arg in readers and block is not None:
                readers[arg][where.reverse_of[block]] = None
    found = {var: _branch(context, where, var, [*readers[var]]) for var in steps.taped if not aliases.may_change(var)}
    return {var: block for var, block in found.items() if block is not None}


def _branch(context: Context, where: Where, var: Var, readers: list[Block]) -> Block | None:
    """The innermost branch of the reverse of a variable's block that holds all that reads it."""
    home = where.reversed_home(var)
    if home is None or home is not where.home[var] or not readers:
        return None
    common = _around(where, readers[0], where.reverse_of[home])
    for reader in readers[1:]:
        around = _around(where, reader, where.reverse_of[home])
        common = [one for one, two in zip(common, around) if one is two]  # noqa: B905 - either may be longer
    return next((b for b in reversed(common) if _is_reverse_of_branch(context, where, b, home, var)), None)


def _around(where: Where, block: Block, outermost: Block) -> list[Block]:
    """The blocks that a block is in, itself included, as far as they are branches; the outer ones first."""
    found: list[Block] = []
    while block is not outermost:
        outer, statement = where.parent[block]
        found = [block, *found] if isinstance(statement, If) else []
        block = outer
    return found


def _is_reverse_of_branch(context: Context, where: Where, block: Block, home: Block, var: Var) -> bool:
    """Whether a block reverses a branch that the primal takes when it has the variable already."""
    primal = where.primal_of.get(block)
    while primal is not None and primal is not home:
        outer, statement = where.parent.get(primal, (None, None))
        if not isinstance(statement, If):
            return False
        if outer is home:
            made = context.definitions.get(var)
            at_top = made is None or made is where.parent[home][1]
            return at_top or made is not None and _stands_before(home, made, statement)
        primal = outer
    return False


def _stands_before(block: Block, first: Statement, second: Statement) -> bool:
    return next(s for s in block.statements if s is first or s is second) is first
