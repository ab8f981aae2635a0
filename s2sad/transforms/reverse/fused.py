"""Loops of the forward sweep and their reverse, each in one loop.

    for i in range(n):                       for i in range(n):
        d = x[i] - y[i]                          d = x[i] - y[i]
        e += d * d                     ─▶        e += d * d
    for i in reversed(range(n)):                 x_bar[i] += 2.0 * d
        x_bar[i] += 2.0 * (x[i] - y[i])

Where the adjoints of a round depend on nothing that later rounds do, they can be had in the round itself: nothing is
taped or computed again. That is so where the reverse rounds may run in any order, need nothing that the forward loop
leaves, or that is computed behind it, and touch no memory that it writes, but for what each round makes for itself.
Loops in such a loop may be fused likewise.
"""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from s2sad.analyses.accesses import SHAPES, Access, Refusal
from s2sad.analyses.independence import Independence
from s2sad.analyses.places import Origin
from s2sad.analyses.record import is_pure
from s2sad.analyses.uses import count_reads
from s2sad.analyses.views import is_cheap_view
from s2sad.ir.kinds import Array, Scalar, is_mutable, length_of
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Carry,
    For,
    Function,
    Loop,
    Operand,
    Statement,
    Var,
    structured,
    walk,
)
from s2sad.ir.rewrite import substitute_block
from s2sad.ir.spoken import spoken
from s2sad.rules import table
from s2sad.rules.build import Context, constant
from s2sad.transforms.insertions import mentioned
from s2sad.transforms.reverse.adders import ADDS, Adders, Turn, take

# How many statements may be between a loop and its reverse, if it is not the last one.
_FURTHEST = 1000
# How long the axes of an array are that takes next to no memory.
_FEW = 16
# What can stand further to the front, as what is pure can: an adjoint is another value with each update still.
_MOVABLE = {"s2sad.index_add", "s2sad.zeros_like", "s2sad.expand", "s2sad.tuple", "s2sad.slice", "array.shape"}


@dataclass
class Fused:
    """A loop of both sweeps, which is its own reverse, and the block that it stands in; ``forward`` are the statements
    of a round that belong to the forward sweep."""

    loop: For
    block: Block
    forward: set[Statement]


def fuse_sweeps(context: Context, function: Function, forward: set[Statement]) -> list[Fused]:
    """Fuse what can be fused, given the statements of the forward sweep; the loops, the outer ones first."""
    found: list[Fused] = []
    adders = Adders(function)
    waiting = [(function.body, forward)]
    while waiting:
        block, first = waiting.pop()
        loops = [s for s in block.statements if isinstance(s, Loop) and s.of is not None and s not in first]
        for number, reverse in enumerate(loops):
            loop = _fuse_with(context, adders, block, reverse, number == 0)
            if loop is not None:
                found.append(loop)
                waiting.append((loop.loop.body, loop.forward))
    return found


def _fuse_with(context: Context, adders: Adders, block: Block, reverse: Loop, last: bool) -> Fused | None:
    """Fuse a loop of a block, the ``last`` or an earlier one, with its reverse, which stands there too."""
    loop = reverse.of
    if not isinstance(loop, For) or not isinstance(reverse, For) or not last and any(map(_is_updated, loop.carries)):
        return None
    if loop.stop is not None or loop not in block.statements or not _may_be_fused(loop, reverse):
        return None
    start, end = block.statements.index(loop) + 1, block.statements.index(reverse)
    if not last and end - start > _FURTHEST:
        return None
    plan = _plan(adders, block.statements[start:end], loop, reverse)
    if plan is None or not last and not context.array_tapes and _makes_arrays(plan.between):
        return None
    independence = Independence(context, adders.function)
    if not _is_apart(independence, loop, reverse, plan.moved):
        return None
    if not context.array_tapes and last:
        plan.early = _early(adders.function, independence, loop, plan.between, plan.moved)
    return _fuse(context, block, loop, reverse, plan)


def _may_be_fused(loop: For, reverse: For) -> bool:
    """A quick look: whether the reverse loop carries sums alone, and hands on nothing out of a branch or a loop.

    Rounds that run at once have tapes of their own, or share one for all: none is made in a round.
    """
    if loop.parallel and any(isinstance(s, Loop) for s in structured(reverse.body)):
        return False
    made = {var: s for s in reverse.body.statements for var in s.defined()}
    inner = {var for s in walk(loop.body) for var in s.defined()} - {
        var for s in loop.body.statements for var in s.defined()}
    for carry in reverse.carries:
        last = made.get(carry.out) if isinstance(carry.out, Var) else None
        if carry.out in inner or last is None and carry.out is not carry.param:
            return False
        if isinstance(last, Assign) and last.primitive not in ADDS:
            return False
    return True


@dataclass
class _Plan:
    """What moves in front of a loop from ``between`` it and its reverse, and the sums that begin with what is known
    after it: of other loops, which go on with ``turns`` at them, or those begin with zero.

    ``early`` is what had better stand in front of both.
    """

    between: list[Statement]
    moved: list[Assign]
    late: list[Carry]
    turns: list[Turn]
    early: list[Assign] = field(default_factory=list)


def _plan(adders: Adders, between: list[Statement], loop: For, reverse: For) -> _Plan | None:
    """How the reverse loop gets what it needs before the forward loop; None where it needs what that leaves."""
    available: dict[Operand, bool] = dict.fromkeys(loop.defined(), False)

    def is_available(operand: Operand) -> bool:
        return available.get(operand, True)

    for s in between:
        movable = isinstance(s, Assign) and _is_movable(s) and all(map(is_available, s.args))
        available.update(dict.fromkeys(s.defined(), movable))
    needed: set[Operand] = {*mentioned(reverse.body), *(carry.out for carry in reverse.carries)}
    if not all(map(is_available, needed)):
        return None
    late = [carry for carry in reverse.carries if not is_available(carry.init)]
    turns = [turn for carry in late if (turn := adders.turn_of(reverse, carry, between, is_available)) is not None]
    taking = {turn.carry.param for turn in turns}
    late = [carry for carry in late if carry.param not in taking]
    if not all(isinstance(carry.param.kind, Scalar) for carry in late):
        return None
    needed.update(carry.init for carry in reverse.carries if is_available(carry.init))
    needed.update(turn.first.init for turn in turns)
    moved: list[Assign] = []
    for s in reversed(between):
        if isinstance(s, Assign) and s.target in needed:
            moved.insert(0, s)
            needed.update(s.args)
    return _Plan(between, moved, late, turns)


def _is_updated(carry: Carry) -> bool:
    """Whether a loop updates an array, or a list: what is behind it most likely reads that."""
    return carry.out is not carry.param and is_mutable(carry.param.kind)


def _makes_arrays(between: list[Statement]) -> bool:
    """Whether there are arrays, but for adjoints that are added to, beside which the adjoints of an early loop would be
    in memory."""
    return any(isinstance(one, Assign) and _makes_array(one) for s in between for one in walk(Block([s])))


def _makes_array(s: Assign) -> bool:
    """Whether a statement makes an array of more than a few elements."""
    kind = s.target.kind
    if not isinstance(kind, Array) or s.primitive in _MOVABLE or s.primitive in IN_PLACE or _is_part(s):
        return False
    return kind.dims is None or any((length_of(extent) or _FEW + 1) > _FEW for extent in kind.dims)


def _is_movable(s: Assign) -> bool:
    return s.primitive in _MOVABLE or is_pure(s.primitive) and table.lookup(s.primitive) is not None


def _early(
    function: Function, independence: Independence, loop: For, between: list[Statement], moved: list[Assign],
) -> list[Assign]:
    """Numbers that the forward sweep computes behind the loop by way of arrays, from what is there before it.

    Behind the fused loop these arrays would be in memory beside all adjoints. (Compiled code makes no such arrays.)
    """
    later: set[Operand] = set(loop.defined())
    found: list[Assign] = []
    for s in between:
        if isinstance(s, Assign) and not s.adjoint and s not in moved and is_pure(s.primitive) and table.lookup(
                s.primitive) is not None and later.isdisjoint(s.args):
            found.append(s)
        else:
            later.update(s.defined())
    if all(_is_part(s) or not isinstance(s.target.kind, Array) for s in found):
        return []
    written = _written(list(independence.accesses.of(loop, {})))
    written_there = {s for s in found if any(_is_written(independence, operand, written) for operand in s.args)}
    return _numbers(found, written_there, count_reads(walk(function.body)))


def _numbers(found: list[Assign], late: set[Assign], reads: Counter[Operand]) -> list[Assign]:
    """Those that are numbers, and the arrays that only these read; none that is ``late``, or computed from what is."""
    while True:
        early: dict[Var, Assign] = {}
        within: Counter[Operand] = Counter()
        for s in reversed(found):
            if s not in late and (isinstance(s.target.kind, Scalar) or within[s.target] == reads[s.target]):
                early[s.target] = s
                within.update(s.args)
        left = {s.target for s in found if s.target not in early}
        bound = {s for s in early.values() if not left.isdisjoint(s.args)}
        if not bound:
            break
        late = late | bound
    for s in early.values():
        if within[s.target] < reads[s.target]:
            s.target.name = s.target.name or spoken(s.primitive)  # written where it is read, it would be late again
    return [s for s in found if s.target in early]


def _is_part(s: Assign) -> bool:
    """Whether an array is part of one that is there."""
    return s.primitive == "s2sad.getitem" or is_cheap_view(s)


def _is_written(independence: Independence, operand: Operand, written: set[Origin] | None) -> bool:
    if not isinstance(operand, Var) or not is_mutable(operand.kind) or written is not None and not written:
        return False
    origins = independence.places.whole(operand).origins
    return written is None or not origins or bool(origins & written)


def _is_apart(independence: Independence, loop: For, reverse: For, moved: list[Assign]) -> bool:
    """Whether each of the two loops leaves alone what the other one touches, and the reverse is not bound to its
    order."""
    try:
        first = list(independence.accesses.of(loop, {}))
        second = list(independence.accesses.of(reverse, {}, loop))
    except Refusal:
        return False
    written, written_back = _written(first), _written(second)
    if written is None or written_back is None:
        return False
    if _touches(first, written_back) or _touches(second, written):
        return False
    for s in moved:
        for operand in s.args if s.primitive not in SHAPES else []:
            if isinstance(operand, Var) and is_mutable(operand.kind):
                origins = independence.places.whole(operand).origins
                if not isinstance(operand.kind, Array) or written and (not origins or origins & written):
                    return False
    return independence.any_order(reverse, loop)


def _written(accesses: list[Access]) -> set[Origin] | None:
    """The memories that are written; None where it is not known which."""
    writing = [access.place.origins for access in accesses if access.how != "read"]
    return None if not all(writing) else {origin for origins in writing for origin in origins}


def _touches(accesses: list[Access], memory: set[Origin]) -> bool:
    return bool(memory) and any(not access.place.origins or access.place.origins & memory for access in accesses)


def _fuse(context: Context, block: Block, loop: For, reverse: For, plan: _Plan) -> Fused:
    forward = set(loop.body.statements)
    substitute_block(Block([reverse]), {reverse.index: loop.index})
    loop.body.statements += reverse.body.statements
    loop.carries += reverse.carries
    for carry in reverse.carries:
        context.definitions[carry.param] = context.definitions[carry.result] = loop
    for s in plan.moved:
        s.origin = None if s.adjoint else s.origin  # it stands where its line is
    rest = [s for s in block.statements if s not in plan.moved and s not in plan.early]
    place, end = rest.index(loop), rest.index(reverse)
    late = [_added_late(context, carry, reverse) for carry in plan.late]
    for turn in plan.turns:
        take(context, turn, loop)
    block.statements = [*rest[:place], *plan.early, *plan.moved, *rest[place:end], *late, *rest[end + 1 :]]
    loop.of = loop
    return Fused(loop, block, forward)


def _added_late(context: Context, carry: Carry, reverse: For) -> Assign:
    """Let a sum begin with zero; what it began with is added to it afterwards."""
    total, start = carry.result, carry.init
    carry.init, carry.result = constant(0.0), Var(total.name, total.kind)
    context.definitions[carry.result] = context.definitions[carry.param]
    added = Assign(total, "operator.add", [carry.result, start], origin=reverse.origin, adjoint=True)
    context.definitions[total] = added
    return added
