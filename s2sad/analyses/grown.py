"""Lists to which each round of a loop appends one item: which item it was is known by the number of the round.

    h = []                                       xs = [x0]
    for k in range(n):                           for k in range(n):
        z = math.tanh(a[k])      `h[k]`              x = xs[-1]               `xs[k]`
        h.append(z)                                  xs.append(x * rate)

The reverse sweep reads such items where the list that the loop leaves is complete, and keeps them in no tape.
"""
from __future__ import annotations

from collections import Counter

from s2sad.analyses.complete import Complete
from s2sad.analyses.uses import count_reads
from s2sad.ir.kinds import List, Scalar
from s2sad.ir.nodes import Assign, Block, Carry, For, Operand, Var, is_literal, structured, walk
from s2sad.rules.build import Context


def items_of_rounds(context: Context, forward: Block, complete: Complete) -> dict[Var, Assign]:
    """The assignments that give what rounds append, or find at the end of a list, again."""
    found: dict[Var, Assign] = {}
    for loop in structured(forward):
        if isinstance(loop, For) and _counts_from_zero(loop):
            for carry in loop.carries:
                for item in _items(context, loop.body, carry) if carry.result in complete else []:
                    if isinstance(item, Var) and isinstance(item.kind, Scalar):
                        found[item] = Assign(item, "s2sad.getitem", [carry.result, loop.index], origin=loop.origin)
    return found


def lists_of_rounds(context: Context, loop: For) -> list[Operand]:
    """What rounds leave of lists that begin empty, where all that a round does with one is to append a number to it."""
    if loop.stop is not None or not _counts_from_zero(loop):
        return []
    grown = [carry for carry in loop.carries if isinstance(carry.param.kind, List) and (
        isinstance(carry.param.kind.item, Scalar) and _begins_empty(context, carry))]
    grown = [carry for carry in grown if _items(context, loop.body, carry)]
    uses = count_reads([loop, *walk(loop.body)]) if grown else Counter()
    return [carry.out for carry in grown if uses[carry.param] == uses[carry.out] == 1]


def _counts_from_zero(loop: For) -> bool:
    return is_literal(loop.start, 0) and is_literal(loop.step, 1)


def _begins_empty(context: Context, carry: Carry) -> bool:
    begun = context.definition(carry.init, "s2sad.list")
    return begun is not None and not begun.args


def _items(context: Context, body: Block, carry: Carry) -> list[Operand]:
    """What stands at the place of a list that has the number of the round, when the list is left."""
    begun = context.definition(carry.init, "s2sad.list")
    appended = context.definition(carry.out, "s2sad.append")
    if begun is None or appended is None or appended.args[0] is not carry.param or appended not in body.statements:
        return []
    if len(begun.args) == 1:
        return [*_ends(body, carry.param)]
    return [item for item in appended.args[1:] if not begun.args and any(item in s.defined() for s in body.statements)]


def _ends(block: Block, whole: Var) -> list[Var]:
    """What a round reads at the end of a list before it appends to it."""
    return [s.target for s in block.statements if isinstance(s, Assign) and s.primitive == "s2sad.getitem"
            and s.args[0] is whole and is_literal(s.args[1], -1)]
