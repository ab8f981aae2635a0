"""The adjoint of a list that is an item of a list begins with what the adjoint of that one has there.

    row_bar = [0.0] * len(row)                                   row_bar = w_bar[k].copy()
    for j in reversed(range(n)):                          ─▶     for j in reversed(range(n)):
        row_bar[j] += t                                              row_bar[j] += t
    w_bar[k] = [a + b for a, b in zip(w_bar[k], row_bar)]        w_bar[k] = row_bar

That is so where nothing but additions leads from the zeros on, and nobody else asks for either of the two meanwhile.
Where nothing has been added to the item before, it is `row_bar` as it is (`optimise.filled`).
"""
from __future__ import annotations

from collections import Counter

from s2sad.analyses.uses import count_uses
from s2sad.ir.kinds import List, Scalar
from s2sad.ir.nodes import Assign, Block, Function, If, Loop, Operand, Statement, Var, walk

# What makes a list of zeros.
ZEROS = {"s2sad.zeros_like", "s2sad.zeros_of"}


def begin_with_items(function: Function, updates: list[Assign]) -> None:
    """Begin the adjoints of lists in lists with what is there; ``updates`` are those of adjoints."""
    sums = {s for s in updates if _adds_a_list(s)}
    if sums:
        made = definitions(function)
        _block(function.body, sums, made, count_uses(function))


def definitions(function: Function) -> dict[Var, Statement]:
    return {var: s for s in walk(function.body) for var in s.defined()}


def _adds_a_list(s: Assign) -> bool:
    """Whether a list of numbers is added to an item of a list."""
    if not _adds(s):
        return False
    whole, item = s.args[0].kind, s.args[2].kind
    if not isinstance(whole, List) or not isinstance(item, List) or whole.item != item:
        return False
    return whole.cls is item.cls is list and isinstance(item.item, Scalar)


def _adds(s: Statement) -> bool:
    return isinstance(s, Assign) and s.adjoint and s.primitive == "s2sad.index_add" and s.extra is None and (
        len(s.args) == 3)


def _block(block: Block, sums: set[Assign], made: dict[Var, Statement], uses: Counter[Operand]) -> None:
    for s in block.statements:
        for inner in s.blocks():
            _block(inner, sums, made, uses)
        if isinstance(s, Assign) and s in sums:
            whole, place, item = s.args
            zeros = zeros_before(item, made, uses) if uses[whole] == 1 else None
            if zeros is not None and _is_in_front(block, [whole, place], zeros):
                zeros.primitive, zeros.args = "s2sad.getitem", [whole, place]
                s.primitive = "s2sad.put"


def _is_in_front(block: Block, operands: list[Operand], s: Assign) -> bool:
    """Whether a statement is one of a block, and these are there before it."""
    if s not in block.statements:
        return False
    behind = block.statements[block.statements.index(s) :]
    return not any(var in operands for one in behind for var in one.defined())


def zeros_before(total: Operand, made: dict[Var, Statement], uses: Counter[Operand]) -> Assign | None:
    """The zeros that a list is but for additions to it, if nothing else reads what is between."""
    reads = Counter({total: 1})
    params: set[Operand] = set()
    zeros: Assign | None = None
    waiting = [total]
    while waiting:
        version = waiting.pop()
        if version in params:
            continue
        s = made.get(version) if isinstance(version, Var) else None
        if isinstance(s, If):
            further = next(merge.values for merge in s.merges if merge.out is version)
        elif isinstance(s, Loop):
            carry = next(carry for carry in s.carries if carry.result is version)
            params.add(carry.param)
            further = [carry.out, carry.init]
        elif isinstance(s, Assign) and _adds(s):
            further = s.args[:1]
        elif isinstance(s, Assign) and s.adjoint and s.primitive in ZEROS and zeros is None:
            zeros, further = s, []
        else:
            return None
        waiting += [one for one in further if one not in reads]
        reads.update(further)
    return zeros if all(uses[version] == count for version, count in reads.items()) else None
