"""What is added to zeros, and these to another adjoint, is added to that one.

    u_bar = np.zeros_like(u)
    u_bar[1:] += t                  ─▶      new_bar[1:] += t
    u_bar = u_bar + new_bar

Nothing but the sum may read either of the two.
"""
from __future__ import annotations

from collections import Counter

from s2sad.ir.kinds import Array
from s2sad.ir.meeting import same_extent
from s2sad.ir.nodes import Assign, Block, Function, Operand, Statement, Var
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Context

# What changes memory of the primal: nothing that is read of it moves over these.
_CHANGING = {"s2sad.store", "s2sad.add_at"}


def begin_with_sums(
    context: Context, function: Function, statements: list[Statement], updates: list[Assign], uses: Counter[Operand],
) -> bool:
    """Add to adjoints what would be added to zeros first; whether there was any. ``statements`` are all there are,
    ``updates`` those that update an adjoint, and ``uses`` says how often everything is read."""
    ends: set[Operand] = {s.target for s in updates}
    sums = {s for s in statements if isinstance(s, Assign) and s.primitive == "operator.add"
            and (s.args[0] in ends or s.args[1] in ends)}
    if not sums:
        return False
    mapping: dict[Var, Operand] = {}
    _block(context, function.body, sums, uses, mapping)
    if mapping:
        substitute_block(function.body, mapping)
        if isinstance(function.result, Var):
            function.result = mapping.get(function.result, function.result)
    return bool(mapping)


def _block(
    context: Context, block: Block, sums: set[Assign], uses: Counter[Operand], mapping: dict[Var, Operand]
) -> None:
    for s in list(block.statements):
        for inner in s.blocks():
            _block(context, inner, sums, uses, mapping)
        if isinstance(s, Assign) and s in sums and s.adjoint:
            for chain, other in (s.args, s.args[::-1]):
                additions = _additions(context, chain, uses)
                if additions and uses[other] == 1 and _alike(s.target, other) and _alike(s.target, chain):
                    if _move(block, s, additions, other):
                        mapping[s.target] = chain
                        break


def _additions(context: Context, chain: Operand, uses: Counter[Operand]) -> list[Assign]:
    """The additions to an array of zeros that nothing else reads, the first one first."""
    found: list[Assign] = []
    while uses[chain] == 1:
        made = context.definition(chain, "s2sad.index_add")
        if made is None or not made.adjoint or len(made.args) != 3:
            zeros = context.definition(chain, "s2sad.zeros_like")
            return found[::-1] if zeros is not None and zeros.adjoint else []
        found.append(made)
        chain = made.args[0]
    return []


def _move(block: Block, s: Assign, additions: list[Assign], other: Operand) -> bool:
    """Put additions where the sum stands, and another adjoint in the place of their zeros."""
    statements = block.statements
    behind = statements.index(s)
    places = [n for n, one in enumerate(statements[:behind]) if one in additions]
    if len(places) != len(additions) or any(map(_stops, statements[places[0] : behind])):
        return False
    moved: set[Statement] = {*additions}
    additions[0].args = [other, *additions[0].args[1:]]
    block.statements = [
        *(one for one in statements[:behind] if one not in moved), *additions, *statements[behind + 1 :]]
    return True


def _stops(s: Statement) -> bool:
    return not isinstance(s, Assign) or s.primitive in _CHANGING


def _alike(one: Operand, two: Operand) -> bool:
    """Whether two arrays that are added are surely of one type and shape."""
    if not (isinstance(one.kind, Array) and isinstance(two.kind, Array)) or one.kind.dtype != two.kind.dtype:
        return False
    if not isinstance(two, Var) or one.kind.dims is None or two.kind.dims is None:
        return False
    return len(one.kind.dims) == len(two.kind.dims) and all(map(same_extent, one.kind.dims, two.kind.dims))
