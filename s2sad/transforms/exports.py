"""What comes out of the branches of the forward sweep, for the reverse sweep to read it."""
from __future__ import annotations

from collections.abc import Collection

from s2sad.ir.nodes import UNDEFINED, Block, Function, If, Merge, Operand, Statement, Var, With
from s2sad.ir.rewrite import final, substitute_block
from s2sad.rules.build import Context
from s2sad.transforms.insertions import mentioned
from s2sad.transforms.where import Where


def export_mentions(context: Context, where: Where, function: Function, forward: Collection[Statement]) -> None:
    """Let a variable of a branch that the reverse sweep mentions come out of its `if` or `with`."""
    if not any(isinstance(s, (If, With)) for s in forward):
        return
    reverse = Block([s for s in where.body.statements if s not in forward])
    exported: dict[Var, Operand] = {}
    for var in [*mentioned(reverse), function.result]:
        home = where.home.get(var) if isinstance(var, Var) else None
        if home is None or home is where.body or where.in_loop(home) or _is_reverse(where, home, forward):
            continue
        assert isinstance(var, Var)
        exported[var] = _export(context, where, var, home)
    substitute_block(reverse, exported)
    function.result = final(function.result, exported)


def _is_reverse(where: Where, block: Block, forward: Collection[Statement]) -> bool:
    while block is not where.body:
        block, statement = where.parent[block]
        if block is where.body and statement not in forward:
            return True
    return False


def _export(context: Context, where: Where, var: Var, home: Block) -> Var:
    current, block = var, home
    while block is not where.body:
        outer, statement = where.parent[block]
        assert isinstance(statement, (If, With))
        place = statement.blocks().index(block)
        found = next((m.out for m in statement.merges if m.values[place] is current), None)
        if found is None:
            found = Var(var.name, var.kind, var.varied)
            values: list[Operand] = [UNDEFINED for _ in statement.blocks()]
            values[place] = current
            statement.merges.append(Merge(found, values))
            context.definitions[found] = statement
            where.home[found] = outer
        current, block = found, outer
    return current
