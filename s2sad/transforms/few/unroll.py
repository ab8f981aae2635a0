"""Loops over the elements of small arrays, written out.

    for k in range(3):                     d[0] = x[i, 0] - x[j, 0]
        d[k] = x[i, k] - x[j, k]           r += d[0] * d[0]
        r += d[k] * d[k]           ─▶      d[1] = x[i, 1] - x[j, 1]
                                           …

Only in other loops, and where that makes numbers of arrays: it is tried with each index for its first number.
"""
from __future__ import annotations

from collections.abc import Callable

from s2sad.analyses.aliases import Aliases
from s2sad.ir.copies import can_be_copied, copied_block
from s2sad.ir.kinds import INT, Array, Extent, length_of
from s2sad.ir.nodes import Assign, Block, Const, For, Function, Loop, Operand, Statement, Var, walk
from s2sad.ir.rewrite import final, substitute_block
from s2sad.rules.build import Context, constant
from s2sad.rules.indexing import index_parts
from s2sad.rules.lengths import form_of
from s2sad.transforms.few.eligible import Choice

_MAXIMUM_ROUNDS = 4
_MAXIMUM_STATEMENTS = 120
_WHOLE: dict[str, Callable[[int, int], int]] = {
    "operator.add": int.__add__, "operator.sub": int.__sub__, "operator.mul": int.__mul__,
}


def write_out(context: Context, function: Function, aliases: Aliases) -> bool:
    """Write out the loops of a function by whose indices arrays are read that become numbers then; whether any."""
    loops = {s.index: s for s in _short(context, function.body, False)}
    wanted = _wanted(context, function, aliases, loops) if loops else set()
    if not wanted:
        return False
    mapping: dict[Var, Operand] = {}
    _block(context, function.body, wanted, mapping)
    substitute_block(function.body, mapping)
    function.result = final(function.result, mapping)
    return True


def _short(context: Context, block: Block, inside: bool) -> list[For]:
    """The short loops of a block that is ``inside`` of a longer one."""
    found: list[For] = []
    for s in block.statements:
        short = isinstance(s, For) and _is_short(context, s)
        if isinstance(s, For) and short and inside:
            found.append(s)
        for inner in s.blocks():
            found += _short(context, inner, inside or isinstance(s, Loop) and not short)
    return found


def _numbers(context: Context, loop: For) -> range | None:
    """The numbers that a loop counts, if they are known."""
    forms = [form_of(context, bound) for bound in loop.args]
    known = [form.get(None, 0) for form in forms if form is not None and form.keys() <= {None}]
    return range(*known) if len(known) == 3 and known[2] else None


def _is_short(context: Context, loop: For) -> bool:
    numbers = _numbers(context, loop)
    if numbers is None or not 0 < len(numbers) <= _MAXIMUM_ROUNDS or loop.parallel or loop.stop is not None:
        return False
    statements = walk(loop.body)
    return len(statements) * len(numbers) <= _MAXIMUM_STATEMENTS and can_be_copied(loop.body) and _is_as_long(loop)


def _is_as_long(loop: For) -> bool:
    """Whether all arrays that a loop makes are of lengths that are the same in each round."""
    statements = walk(loop.body)
    inside = {*loop.bound(), *(var for s in statements for var in s.defined())}
    inside.update(var for s in statements if isinstance(s, For) for var in s.bound())
    outside = {dim for s in statements for one in s.args if one not in inside for dim in _dims(one)}
    outside.update(dim for carry in loop.carries for dim in _dims(carry.init))
    return all(length_of(dim) is not None or dim in outside for var in inside for dim in _dims(var))


def _dims(operand: Operand) -> tuple[Extent, ...]:
    return operand.kind.dims or () if isinstance(operand.kind, Array) else ()


def _wanted(context: Context, function: Function, aliases: Aliases, loops: dict[Var, For]) -> set[For]:
    """The loops by whose index numbers are read or written where each index is a number."""
    for index, loop in loops.items():
        numbers = _numbers(context, loop)
        assert numbers is not None
        context.definitions[index] = Assign(index, "s2sad.alias", [constant(numbers[0])])
    choice = Choice(context, function)
    wanted: set[For] = set()
    if choice.numbers and choice.settle(aliases):
        for s in choice.recipes:
            for part in _index_of(context, s):
                wanted.update(loops[var] for var in _variables(context, part) if var in loops)
    context.definitions.update(loops)
    return wanted


def _index_of(context: Context, s: Assign) -> list[Operand]:
    """The parts of the index by which a statement reads or writes."""
    place = {"s2sad.getitem": 1, "s2sad.store": 2, "s2sad.add_at": 2}.get(s.primitive)
    return [] if place is None else index_parts(context, s.args[place]) or []


def _variables(context: Context, operand: Operand) -> set[Var]:
    """The variables that an integer is computed from."""
    if not isinstance(operand, Var):
        return set()
    made = context.definitions.get(operand)
    if isinstance(made, Assign) and made.primitive in _WHOLE:
        return {var for arg in made.args for var in _variables(context, arg)}
    return {operand}


def _block(context: Context, block: Block, wanted: set[For], mapping: dict[Var, Operand]) -> None:
    statements, block.statements = block.statements, []
    for s in statements:
        for inner in s.blocks():
            _block(context, inner, wanted, mapping)
        if isinstance(s, For) and s in wanted:
            block.statements += _written_out(context, s, mapping)
        else:
            block.statements.append(s)


def _written_out(context: Context, loop: For, mapping: dict[Var, Operand]) -> list[Statement]:
    """The rounds of a loop one after the other; what it leaves is what the last one hands on."""
    numbers = _numbers(context, loop)
    assert numbers is not None
    state = [final(carry.init, mapping) for carry in loop.carries]
    found = Block()
    for number in numbers:
        here: dict[Var, Operand] = {**mapping, loop.index: constant(number)}
        here.update(zip((carry.param for carry in loop.carries), state, strict=True))
        made = copied_block(loop.body, here, context.definitions)
        found.statements += made.statements
        state = [final(carry.out, here) for carry in loop.carries]
    _settle_indices(found, state)
    mapping.update(zip((carry.result for carry in loop.carries), state, strict=True))
    for var in (*loop.bound(), *(var for s in walk(loop.body) for var in s.defined())):
        context.definitions.pop(var, None)
    return found.statements


def _settle_indices(block: Block, state: list[Operand]) -> None:
    """Compute the integers that are known now."""
    known: dict[Var, Operand] = {}
    for s in walk(block):
        if isinstance(s, Assign) and s.primitive in _WHOLE and s.target.kind == INT:
            values = [one.value for one in (final(arg, known) for arg in s.args) if isinstance(one, Const)]
            if len(values) == 2 and all(type(value) is int for value in values):
                known[s.target] = constant(_WHOLE[s.primitive](*values))
    substitute_block(block, known)
    state[:] = [final(one, known) for one in state]
