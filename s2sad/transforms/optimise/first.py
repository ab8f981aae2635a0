"""What is added to places of an adjoint that are zero is assigned to them.

    x_bar = np.zeros_like(x)                    x_bar = np.zeros_like(x)
    for i in range(n):                  ─▶      for i in range(n):
        x_bar[i] += w * y_bar[i]                    x_bar[i] = w * y_bar[i]

That is so for an array of zeros if nothing else is done to it up to the end of the loops, and no two of their rounds
come to the same element: each loop counts along an axis, or takes slices of it one behind the other. In front of
loops, or in a round, parts of an array that have no place in common are assigned one after the other:

    gates_bar = np.zeros_like(gates)            gates_bar = np.zeros_like(gates)
    gates_bar[:n] += keep_bar           ─▶      gates_bar[:n] = keep_bar
    gates_bar[n:] += emit_bar                   gates_bar[n:] = emit_bar
"""
from __future__ import annotations

from collections import Counter

from s2sad.analyses.bands import band_of
from s2sad.analyses.following import are_apart
from s2sad.analyses.terms import is_from_the_front, term_of
from s2sad.ir.kinds import INT, SLICE, Array, List, Scalar, has_places
from s2sad.ir.nodes import (
    FIRST,
    Assign,
    Block,
    Carry,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    structured,
)
from s2sad.rules.build import Context
from s2sad.rules.indexing import index_parts, is_basic, same_index
from s2sad.transforms.optimise.totals import adds_a_number

# What makes an array of zeros.
_ZEROS = {"s2sad.zeros_like", "s2sad.zeros_of", "numpy.zeros", "numpy.zeros_like"}


def assign_first(context: Context, loops: list[Loop], updates: list[Assign], uses: Counter[Operand]) -> None:
    """Assign what is added to zeros in the reverse ``loops`` of a function; ``updates`` are those of adjoints, and
    ``uses`` says how often everything is read."""
    additions = {s for s in updates if _adds(context, s)}
    for loop in loops if additions else []:
        for var in loop.bound():
            context.definitions.setdefault(var, loop)
    for loop in loops if additions else []:
        made = _made(loop.body, {})
        for carry in [] if additions.isdisjoint(made.values()) else loop.carries:
            found = _updates(carry, made, additions, uses) if isinstance(carry.param.kind, Array) else []
            if found and _is_first(context, loop, carry, found, uses):
                for update in found:
                    update.primitive, update.extra = "s2sad.put", FIRST


def assign_parts(context: Context, function: Function, uses: Counter[Operand]) -> None:
    """Assign what is added, behind each other, to parts of an array of zeros that have no place in common; ``uses``
    says how often everything is read."""
    blocks = [function.body, *(block for s in structured(function.body) for block in s.blocks())]
    for block in blocks:
        # By version of an array of zeros: the parts that were added to.
        parts: dict[Operand, list[Operand]] = {}
        for s in block.statements:
            if not isinstance(s, Assign) or not s.adjoint:
                continue
            if s.primitive in _ZEROS and has_places(s.target.kind, INT):
                parts[s.target] = []
            elif s.primitive == "s2sad.index_add" and s.args[0] in parts and is_basic(context, s.args[1]):
                if uses[s.args[0]] != 1:
                    continue
                before, part = parts[s.args[0]], s.args[1]
                parts[s.target] = [*before, part]
                if s.extra is None and len(s.args) == 3 and not _is_item(context, s) and all(
                        are_apart(context, part, one) for one in before):
                    s.primitive, s.extra = "s2sad.put", FIRST


def _is_item(context: Context, s: Assign) -> bool:
    """Whether what is added to an entry of a list is one of a list of the program, where a float may be an integer: it
    is a float once it has been added to one."""
    numbers = isinstance(s.target.kind, List) and isinstance(s.args[2].kind, Scalar)
    read = context.definition(s.args[2], "s2sad.getitem") if numbers else None
    return read is not None and isinstance(read.args[0].kind, List)


def _made(block: Block, made: dict[Operand, Statement]) -> dict[Operand, Statement]:
    """What makes each variable in a round of a loop, but for what is in loops in it."""
    for s in block.statements:
        if isinstance(s, Assign):
            made[s.target] = s
            continue
        made.update(dict.fromkeys(s.defined(), s))
        if isinstance(s, If):
            for arm in s.blocks():
                _made(arm, made)
    return made


def _updates(
    carry: Carry, made: dict[Operand, Statement], additions: set[Assign], uses: Counter[Operand],
) -> list[Assign]:
    """The additions to a part of what is carried that make what the next round is given of it: one, or one in each
    of the arms of a test that add any. None if a round does anything else to it."""
    found: list[Assign] = []
    passed = _follow(carry.out, carry.param, made, additions, uses, found)
    return found if passed is not None and passed + len(found) == uses[carry.param] else []


def _follow(
    at: Operand, first: Operand, made: dict[Operand, Statement], additions: set[Assign], uses: Counter[Operand],
    found: list[Assign],
) -> int | None:
    """How many arms leave what is there first as it is; None where more is done to it than that one of the additions
    ``found`` is made in a round."""
    if at is first:
        return 1
    if uses[at] != 1:
        return None
    s = made.get(at)
    if isinstance(s, If):
        values = next(merge.values for merge in s.merges if merge.out is at)
        passed = [_follow(value, first, made, additions, uses, found) for value in values]
        return None if None in passed else sum(filter(None, passed))
    if not isinstance(s, Assign) or s not in additions or s.args[0] is not first:
        return None
    found.append(s)
    return 0


def _is_first(
    context: Context, loop: Loop, carry: Carry, updates: list[Assign], uses: Counter[Operand]
) -> bool:
    """Whether additions, one in a round, are to a part that is zero in every round of all loops since the array was
    made."""
    parts = _parts(context, updates[0])
    if parts is None or not all(same_index(context, updates[0].args[1], other.args[1]) for other in updates[1:]):
        return False
    around: Loop | None = loop
    while isinstance(around, For):
        if around.stop is not None or not _tells_apart(context, around, parts):
            return False
        start = carry.init
        made = context.definitions.get(start) if isinstance(start, Var) else None
        if uses[start] != 1:
            return False
        if isinstance(made, Assign):
            return made.primitive == "s2sad.zeros_like" and made.adjoint
        inner = carry
        outer = next((one for one in made.carries if one.param is start), None) if isinstance(made, Loop) else None
        if outer is None or outer.out is not inner.result or uses[inner.result] != 1:
            return False
        around, carry = made if isinstance(made, For) else None, outer
    return False


def _tells_apart(context: Context, loop: For, parts: list[Operand]) -> bool:
    """Whether one part of an index is the index of a loop and a number, counted from the front, or a band of it."""
    for part in parts:
        term = term_of(context, part) if isinstance(part.kind, Scalar) else None
        if term is not None and term.symbol is loop.index and is_from_the_front(context, term):
            return True
        if term is None and band_of(context, part, loop, loop.index) is not None:
            return True
    return False


def _adds(context: Context, s: Assign) -> bool:
    """Whether a statement adds to a part of an adjoint that is told by numbers and slices.

    In compiled code to an element: what is added to rows is written as loops, which add for nothing.
    """
    if context.array_tapes:
        return adds_a_number(s)
    is_addition = s.primitive == "s2sad.index_add" and s.extra is None and len(s.args) == 3
    return is_addition and isinstance(s.target.kind, Array) and is_basic(context, s.args[1])


def _parts(context: Context, update: Assign) -> list[Operand] | None:
    """The parts of the index of what is added to, one for each of the first axes; None where they are not known."""
    parts = index_parts(context, update.args[1])
    if parts is None or not all(isinstance(part.kind, Scalar) or part.kind == SLICE for part in parts):
        return None
    return parts
