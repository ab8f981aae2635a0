"""The adjoint of a list that is an item of a list begins with what the adjoint of that one has there.

    row_bar = [0.0] * len(row)                                   row_bar = w_bar[k]
    for j in reversed(range(n)):                          ─▶     for j in reversed(range(n)):
        row_bar[j] += t                                              row_bar[j] += t
    w_bar[k] = [a + b for a, b in zip(w_bar[k], row_bar)]        w_bar[k] = row_bar

That is so where nothing but additions leads from the zeros on, and nobody else asks for either of the two meanwhile.
What is there is copied, unless nothing but such additions has been made to the list of lists either: nobody else has
the lists that it holds then. Where nothing has been added to the item before, it is `row_bar` as it is
(`optimise.filled`).
"""
from __future__ import annotations

from collections import Counter

from s2sad.ir.kinds import List, Scalar
from s2sad.ir.nodes import ALONE, FIRST, Assign, Block, Function, If, Loop, Operand, Statement, Var, walk

# What makes a list of zeros.
ZEROS = {"s2sad.zeros_like", "s2sad.zeros_of"}


def begin_with_items(function: Function, updates: list[Assign], uses: Counter[Operand]) -> bool:
    """Begin the adjoints of lists in lists with what is there; whether there may be any. ``updates`` are those of
    adjoints, and ``uses`` says how often everything is read."""
    sums = {s for s in updates if isinstance(s.args[0].kind, List) and _adds_a_list(s)}
    if sums:
        made = definitions(function)
        _block(function.body, sums, _items_of_their_own(sums, made, uses), made, uses)
    return bool(sums)


def definitions(function: Function) -> dict[Var, Statement]:
    return {var: s for s in walk(function.body) for var in s.defined()}


def _items_of_their_own(sums: set[Assign], made: dict[Var, Statement], uses: Counter[Operand]) -> set[Assign]:
    """The additions to lists that began with zeros and have had nothing but such additions."""
    becomes: dict[Operand, Var] = {}
    for s in made.values():
        if isinstance(s, Loop):
            becomes.update((carry.out, carry.result) for carry in s.carries)
        elif isinstance(s, If):
            becomes.update((value, merge.out) for merge in s.merges for value in merge.values)
    found: set[Assign] = set()
    for s in sums:
        total = s.target
        while total in becomes:
            total = becomes[total]
        zeros, *additions = made_of_zeros(total, made, uses) or [s]
        if zeros is not s and zeros.extra is None and all(one.primitive == "s2sad.index_add" for one in additions):
            found.add(s)
    return found


def _adds_a_list(s: Assign) -> bool:
    """Whether a list of numbers is added to an item of a list, which may be there."""
    if not _adds(s) or s.extra == FIRST:
        return False
    whole, item = s.args[0].kind, s.args[2].kind
    if not isinstance(whole, List) or not isinstance(item, List) or whole.item != item:
        return False
    return whole.cls is item.cls is list and isinstance(item.item, Scalar)


def _adds(s: Statement) -> bool:
    """Whether a statement adds to an entry, or assigns what is added to zero."""
    if not isinstance(s, Assign) or not s.adjoint or len(s.args) != 3:
        return False
    return s.primitive == "s2sad.index_add" and s.extra is None or s.primitive == "s2sad.put" and s.extra == FIRST


def _block(
    block: Block, sums: set[Assign], alone: set[Assign], made: dict[Var, Statement], uses: Counter[Operand],
) -> None:
    for s in block.statements:
        for inner in s.blocks():
            _block(inner, sums, alone, made, uses)
        if isinstance(s, Assign) and s in sums:
            whole, place, item = s.args
            made_of = made_of_zeros(item, made, uses) if uses[whole] == 1 else None
            if made_of is not None and _is_in_front(block, [whole, place], made_of[0]):
                zeros, *additions = made_of
                zeros.primitive, zeros.args = "s2sad.getitem", [whole, place]
                zeros.extra = ALONE if s in alone else None
                for addition in additions:
                    addition.primitive, addition.extra = "s2sad.index_add", None
                s.primitive = "s2sad.put"


def _is_in_front(block: Block, operands: list[Operand], s: Assign) -> bool:
    """Whether a statement is one of a block, and these are there before it."""
    if s not in block.statements:
        return False
    behind = block.statements[block.statements.index(s) :]
    return not any(var in operands for one in behind for var in one.defined())


def made_of_zeros(total: Operand, made: dict[Var, Statement], uses: Counter[Operand]) -> list[Assign] | None:
    """The zeros that a list is but for additions to it, and these; None where there is more, or else reads them."""
    reads = Counter({total: 1})
    params: set[Operand] = set()
    zeros: list[Assign] = []
    additions: list[Assign] = []
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
            additions.append(s)
            further = s.args[:1]
        elif isinstance(s, Assign) and s.adjoint and s.primitive in ZEROS and not zeros:
            zeros.append(s)
            further = []
        else:
            return None
        waiting += [one for one in further if one not in reads]
        reads.update(further)
    return [*zeros, *additions] if zeros and all(uses[version] == count for version, count in reads.items()) else None
