"""Of the terms of a sum that one round of a loop leaves to the next, what it waits for longest is added last.

    y_bar -= z_bar * a + w_bar * b                  y_bar -= w_bar * b
    …                                      ─▶       y_bar -= z_bar * a
    z_bar, w_bar = y_bar, z_bar                     …
                                                    z_bar, w_bar = y_bar, z_bar

Compiled code computes what does not depend on the round before while it waits for what does: how long a round takes is
how many operations stand between the two. When something is ready is found by going through a few rounds, with the time
that each operation takes; only terms that depend on the sum itself, in an earlier round, make it wait.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from s2sad.analyses.uses import count_uses
from s2sad.ir.kinds import Scalar, is_inexact
from s2sad.ir.nodes import (
    WAITED_FOR,
    Assign,
    Block,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    holds_loop,
    walk,
)

_SUMS = {"operator.add", "operator.sub"}
# Cycles, of common processors.
_TIMES = {
    "operator.truediv": 14, "numpy.divide": 14, "math.sqrt": 18, "numpy.sqrt": 18, "operator.neg": 1, "s2sad.alias": 0,
    "s2sad.select": 2, "s2sad.guard": 2,
}
_ARITHMETIC, _FUNCTION = 4, 40
# What is carried is followed over so many rounds.
_ROUNDS = 4


def wait_last(function: Function) -> None:
    """Order the sums of the reverse sweep in the innermost loops of a function."""
    loops = [s for s in walk(function.body) if isinstance(s, Loop) and len(s.carries) > 1 and not holds_loop(s)]
    uses = count_uses(function) if loops else Counter()
    for loop in loops:
        sums = [one for block in loop.blocks() for one in _sums(block, uses)]
        if sums:
            ready = _Ready(loop, sums)
            for one in sums:
                _order(one, ready)


@dataclass
class _Sum:
    """The additions of a sum in their order, each of a term to the one before; they stand in one block."""

    block: Block
    links: list[Assign]

    @property
    def whole(self) -> Var:
        return self.links[-1].target


def _sums(block: Block, uses: Counter[Operand]) -> Iterator[_Sum]:
    """The sums of three numbers or more in a block, and in the branches in it."""
    links: dict[Operand, list[Assign]] = {}
    for s in block.statements:
        if isinstance(s, Assign) and s.adjoint and s.primitive in _SUMS and _is_number(s.target):
            before = links.pop(s.args[0], []) if uses[s.args[0]] == 1 else []
            links[s.target] = [*before, s]
        for inner in s.blocks():
            yield from _sums(inner, uses)
    yield from (_Sum(block, found) for found in links.values() if len(found) > 1)


def _is_number(var: Var) -> bool:
    return isinstance(var.kind, Scalar) and is_inexact(var.kind.dtype)


class _Ready:
    """When the numbers of a loop are ready in its last round of a few, and on which sums they depend."""

    def __init__(self, loop: Loop, sums: list[_Sum]) -> None:
        self.times: dict[Operand, int] = {}
        self.depends: dict[Operand, int] = {}  # a bit for each sum
        self.bits = {one.whole: 1 << number for number, one in enumerate(sums)}
        steps = [step for block in loop.blocks() for step in _steps(block)]
        for _ in range(_ROUNDS):
            for target, operands, time in steps:
                self._set(target, operands, time)
            left = [(carry.param, self.times.get(carry.out, 0), self.depends.get(carry.out, 0))
                    for carry in loop.carries]
            for param, time, depends in left:
                self.times[param], self.depends[param] = time, depends

    def _set(self, target: Var, operands: list[Operand], time: int) -> None:
        latest, depends = 0, self.bits.get(target, 0)
        for operand in operands:
            latest = max(latest, self.times.get(operand, 0))
            depends |= self.depends.get(operand, 0)
        self.times[target], self.depends[target] = latest + time, depends

    def wait(self, term: Operand, one: _Sum) -> int:
        """How long a sum waits for a term of what it was in an earlier round; less than 0 for any other term."""
        return self.times[term] if self.depends.get(term, 0) & self.bits[one.whole] else -1


def _steps(block: Block) -> Iterator[tuple[Var, list[Operand], int]]:
    """The numbers that a round computes, what each is computed from, and how long that takes."""
    for s in block.statements:
        if isinstance(s, Assign):
            if isinstance(s.target.kind, Scalar):
                yield s.target, s.args, _time(s.primitive)
        elif isinstance(s, If):
            for inner in s.blocks():
                yield from _steps(inner)
            for merge in s.merges:
                yield merge.out, merge.values, 0


def _time(primitive: str) -> int:
    known = _TIMES.get(primitive)
    if known is not None:
        return known
    return _FUNCTION if primitive.startswith(("math.", "numpy.")) else _ARITHMETIC


def _order(one: _Sum, ready: _Ready) -> None:
    waits = [ready.wait(link.args[1], one) for link in one.links]
    if max(waits) <= ready.wait(one.links[0].args[0], one):
        return
    order = sorted(range(len(waits)), key=waits.__getitem__)
    if order != list(range(len(waits))):
        _permute(one, order)
    for link, number in zip(one.links, order, strict=True):
        if waits[number] >= 0:
            link.extra = WAITED_FOR


def _permute(one: _Sum, order: list[int]) -> None:
    """Add the terms in another order, all of them where the last one was added."""
    added = [(link.primitive, link.args[1], link.origin) for link in one.links]
    for link, number in zip(one.links, order, strict=True):
        link.primitive, term, link.origin = added[number]
        link.args = [link.args[0], term]
    *early, last = one.links
    moved: set[Statement] = {*early}
    statements = [s for s in one.block.statements if s not in moved]
    place = statements.index(last)
    one.block.statements = [*statements[:place], *early, *statements[place:]]
