"""Restored values that no adjoint reads: they are neither put back nor taped.

A restore is dead if no read of the same array that comes after it in the reverse sweep can be of the place that
it writes. Places are compared as sums of a loop's index and a number; `y[i] = y[i - 1] * x[i]` reads, after the
place `i` was put back, places below `i` only.
"""
from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from s2sad.ir.kinds import INT, SLICE, Static
from s2sad.ir.nodes import Assign, Block, Const, For, If, Loop, Operand, Statement, Var, With
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.indexing import index_parts


@dataclass(frozen=True)
class Place:
    """Where in the reverse sweep a statement stands: its number in the text, and the loops around it."""

    number: int
    loops: tuple[Loop, ...]
    start: int  # the number of the outermost of the loops; its own where there is none


@dataclass(frozen=True)
class Term:
    """One part of an index: ``symbol + offset``, a number where there is no symbol."""

    symbol: Var | None
    offset: int


Reads = list[tuple[Statement, Place]]


class _Chains:
    """The versions of each array in the reverse sweep, and who reads them."""

    def __init__(self, block: Block) -> None:
        self.parent: dict[Var, Var] = {}
        self.restores: list[tuple[Assign, Place]] = []
        self.reads: dict[Var, Reads] = {}
        self._count = 0
        self._collect(block, (), 0)

    def find(self, var: Var) -> Var:
        parent = self.parent
        while var in parent:
            above = parent[var]
            if above in parent:
                parent[var] = parent[above]
            var = above
        return var

    def _union(self, one: Operand, two: Operand) -> None:
        if isinstance(one, Var) and isinstance(two, Var):
            first, second = self.find(one), self.find(two)
            if first is not second:
                self.parent[first] = second

    def _collect(self, block: Block, loops: tuple[Loop, ...], start: int) -> None:
        for s in block.statements:
            self._count += 1
            place = Place(self._count, loops, start or self._count)
            if isinstance(s, Assign) and s.primitive == "s2sad.store":
                self._union(s.target, s.args[0])
                self.restores.append((s, place))
                self._read([*s.args[2:], *([] if s.args[1] is s.args[0] else [s.args[1]])], s, place)
            else:
                self._read(s.operands(), s, place)
            if isinstance(s, (If, With)):
                for merge in s.merges:
                    for value in merge.values:
                        self._union(merge.out, value)
            if isinstance(s, Loop):
                for carry in s.carries:
                    self._union(carry.result, carry.param)
                    self._union(carry.param, carry.init)
                    self._union(carry.param, carry.out)
            for inner in s.blocks():
                inside = (*loops, s) if isinstance(s, Loop) else loops
                self._collect(inner, inside, place.start if inside else 0)

    def _read(self, operands: list[Operand], s: Statement, place: Place) -> None:
        for operand in operands:
            if isinstance(operand, Var):
                self.reads.setdefault(operand, []).append((s, place))


def remove_unread_restores(context: Context, reverse: Block, kept: list[Operand]) -> None:
    """Drop the restores of a reverse sweep that nothing reads; ``kept`` are read after it."""
    chains = _Chains(reverse)
    by_chain: dict[Var, Reads] = {}
    for var, reads in chains.reads.items():
        by_chain.setdefault(chains.find(var), []).extend(reads)
    latest = {chain: _latest(context, chain, reads, chains) for chain, reads in by_chain.items()}
    after = {chains.find(operand) for operand in kept if isinstance(operand, Var)}
    mapping: dict[Var, Operand] = {}
    for restore, place in chains.restores:
        chain = chains.find(restore.target)
        if chain not in after and not _is_read(context, restore, place, latest.get(chain, []), chains):
            mapping[restore.target] = restore.args[0]
    if mapping:
        _drop(reverse, mapping)
        substitute_block(reverse, mapping)


def _drop(block: Block, mapping: dict[Var, Operand]) -> None:
    block.statements = [s for s in block.statements if not (isinstance(s, Assign) and s.target in mapping)]
    for s in block.statements:
        for inner in s.blocks():
            _drop(inner, mapping)


def _latest(context: Context, chain: Var, reads: Reads, chains: _Chains) -> Reads:
    """Of all reads of one place in the same loops the last one, which follows on what any of them does; last first."""
    found: dict[Hashable, tuple[Statement, Place]] = {}
    for s, place in reads:
        key: Hashable = place.loops
        if _reads_part(s) and chains.find(s.args[0]) is chain:  # type: ignore[attr-defined]
            parts = index_parts(context, s.args[1]) or []  # type: ignore[attr-defined]
            key = place.loops, *(ELLIPSIS if part.kind == ELLIPSIS else _term(context, part) for part in parts)
        if key not in found or found[key][1].number < place.number:
            found[key] = s, place
    return sorted(found.values(), key=lambda one: -one[1].number)


def _is_read(context: Context, restore: Assign, place: Place, reads: Reads, chains: _Chains) -> bool:
    for s, at in reads:
        if at.number < place.start:
            return False  # it and all that are left were done with before
        if _may_follow(context, restore, place, s, at, chains):
            return True
    return False


def _reads_part(s: Statement) -> bool:
    return isinstance(s, Assign) and s.primitive in ("s2sad.getitem", "s2sad.read") and isinstance(s.args[0], Var)


def _may_follow(
    context: Context, restore: Assign, place: Place, read: Statement, at: Place, chains: _Chains
) -> bool:
    """Whether a read may be of what the restore wrote, after it."""
    common = [one for one, two in zip(place.loops, at.loops, strict=False) if one is two]
    distances: dict[Loop, int] = {}
    if isinstance(read, Assign) and _reads_part(read) and restore.args[1] is restore.args[0]:
        if chains.find(read.args[0]) is chains.find(restore.target):  # type: ignore[arg-type]
            written, wanted = (index_parts(context, i) or [] for i in (restore.args[2], read.args[1]))
            for one, two in zip(written, wanted, strict=False):
                if one.kind == ELLIPSIS or two.kind == ELLIPSIS:
                    break
                if _never_meet(context, one, two, common, distances):
                    return False
    for loop in common:
        distance = distances.get(loop)
        if distance is None:
            return True
        if distance:
            step = _step(loop)
            return step is None or (distance < 0) == (step > 0)
    return at.number > place.number


def _step(loop: Loop) -> int | None:
    step = loop.step if isinstance(loop, For) else None
    return step.value if isinstance(step, Const) and isinstance(step.value, int) and step.value else None


def _never_meet(
    context: Context, one: Operand, two: Operand, common: list[Loop], distances: dict[Loop, int]
) -> bool:
    """Note how many iterations apart two parts of an index are equal; whether they never are."""
    first, second = _term(context, one), _term(context, two)
    if first is None or second is None or first.symbol is not second.symbol:
        return False
    if first.symbol is None:
        return first.offset != second.offset and (first.offset >= 0) == (second.offset >= 0)
    least = _least(context, first.symbol)
    if least is None or least + min(first.offset, second.offset) < 0:
        return False  # a negative index counts from the end
    for loop in common:
        if isinstance(loop, For) and isinstance(loop.of, For) and first.symbol in (loop.index, loop.of.index):
            distance = first.offset - second.offset
            return distances.setdefault(loop, distance) != distance
    return False


def _least(context: Context, operand: Operand, depth: int = 8) -> int | None:
    """A number that an integer is surely not below."""
    if isinstance(operand, Const):
        return operand.value if isinstance(operand.value, int) else None
    if not depth:
        return None
    made = context.definitions.get(operand)
    if isinstance(made, For) and made.index is operand:
        step = _step(made)
        if step is None:
            return None
        bound, extra = (made.start, 0) if step > 0 else (made.end, 1)
        least = _least(context, bound, depth - 1)
        return None if least is None else least + extra
    if isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub"):
        term = _term(context, operand)
        if term is not None and term.symbol is not None and term.symbol is not operand:
            least = _least(context, term.symbol, depth - 1)
            return None if least is None else least + term.offset
    return None


def _term(context: Context, part: Operand) -> Term | None:
    """A part of an index as a variable and a number."""
    if isinstance(part, Const):
        return Term(None, part.value) if isinstance(part.value, int) and not isinstance(part.value, bool) else None
    if part.kind == SLICE or isinstance(part.kind, Static):
        return None
    made = context.definitions.get(part)
    if isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub"):
        left, right = made.args
        sign = -1 if made.primitive == "operator.sub" else 1
        if isinstance(right, Const) and right.kind == INT:
            inner = _term(context, left)
            return None if inner is None else Term(inner.symbol, inner.offset + sign * right.value)
        if isinstance(left, Const) and left.kind == INT and sign == 1:
            inner = _term(context, right)
            return None if inner is None else Term(inner.symbol, inner.offset + left.value)
    return Term(part, 0)
