"""One copy of an array from before a loop, where the reverse sweep reads no version of it from inside the loop.

    for k in range(n):                      u_start = u.copy()
        tape.append(u.copy())               for k in range(n):
        u += f(k)                               u += f(k)
    …                              ─▶       …
    for k in reversed(range(n)):            u_bar += 2.0 * u_start
        u = tape.pop()
    u_bar += 2.0 * u

Each update of the loop would be undone for nothing but what it began with. In a round of another loop that is cheaper
than a copy, if the loop writes to a part of the array only: a row of a matrix, say.
"""
from __future__ import annotations

import math

from s2sad.analyses.uses import count_reads
from s2sad.analyses.versions import only_updates
from s2sad.ir.kinds import Array, Kind
from s2sad.ir.nodes import Assign, Block, Loop, Operand, Statement, Var, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.transforms.reverse import Reversed


def keep_entries(made: Reversed) -> bool:
    """Copy such arrays before their loops, and no longer undo the updates there; whether there were any."""
    function = made.function
    entries = [(loop, back, carry) for loop, back, carry in made.sweep.entries if back in loop.carries]
    if not entries:
        return False
    reverse = Block([s for s in function.body.statements if s not in made.forward])
    read = count_reads(walk(reverse))
    mapping: dict[Var, Operand] = {}
    copies: dict[Statement, list[Assign]] = {}
    outermost = _outermost(function.body)
    for loop, back, carry in entries:
        assert loop.of is not None
        if loop.of not in outermost and not _may_write_all(loop.body, back.result.kind):
            continue
        # What was kept of all of an array, and is read there, is there to go on with.
        if not read[back.result] or read[back.out] > 1 or not only_updates(loop.body, back, {"s2sad.store"}):
            continue
        saved = Var(f"{carry.param.name}_start" if carry.param.name else "", back.result.kind)
        copied = Assign(saved, "s2sad.copy", [carry.init], origin=loop.of.origin)
        made.sweep.context.definitions[saved] = copied
        copies.setdefault(loop.of, []).append(copied)
        mapping[back.result] = saved
        loop.carries.remove(back)
    if mapping:
        made.forward.update(insert(function.body, copies))
        substitute_block(function.body, mapping)
    return bool(mapping)


def _outermost(block: Block) -> set[Statement]:
    """The loops that no other is around."""
    found: set[Statement] = set()
    for s in block.statements:
        found.update([s] if isinstance(s, Loop) else [one for inner in s.blocks() for one in _outermost(inner)])
    return found


def _may_write_all(body: Block, kind: Kind) -> bool:
    """Whether the updates in a loop have as many axes as the array: those of the loops around them, and their own."""
    return not isinstance(kind, Array) or kind.ndim is None or _axes(body, 1) >= kind.ndim


def _axes(block: Block, loops: int) -> float:
    found = 0.0
    for s in block.statements:
        if isinstance(s, Assign) and s.primitive == "s2sad.store":
            written = s.args[3].kind
            axes = written.ndim if isinstance(written, Array) else 0
            found = max(found, math.inf if axes is None else loops + axes)
        for inner in s.blocks():
            found = max(found, _axes(inner, loops + isinstance(s, Loop)))
    return found


def insert(block: Block, before: dict[Statement, list[Assign]]) -> list[Statement]:
    """Put statements in front of others; those that now stand in the block itself."""
    new: list[Statement] = []
    statements: list[Statement] = []
    for s in block.statements:
        for inner in s.blocks():
            insert(inner, before)
        new += before.get(s, [])
        statements += [*before.get(s, []), s]
    block.statements = statements
    return new
