"""What the primal has read of a place before it writes there, which the update then need not keep once more.

    a, b = x[k], x[k + 1]
    x[k] = c * a - s * b
    x[k + 1] = s * a + c * b

What these overwrite are `a` and `b`: between the reading and the writing the array is the same version, or a later one
of which another element was written.
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sad.analyses.terms import Term, is_from_the_front, step_of, term_of
from s2sad.analyses.versions import STORES
from s2sad.ir.kinds import INT, Scalar
from s2sad.ir.nodes import Assign, Block, For, Operand, Statement, Var
from s2sad.rules.build import Context
from s2sad.rules.indexing import index_parts, same_index

MAXIMUM_VERSIONS = 4


class Known:
    """The elements that a function reads, by the version of the array that they are of."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.reads: dict[Operand, list[Assign]] = {}
        self.place: dict[Statement, tuple[Block, int]] = {}

    def collect(self, block: Block) -> None:
        """Note what a block reads."""
        for number, s in enumerate(block.statements):
            if not s.simple:
                for inner in s.blocks():
                    self.collect(inner)
            elif isinstance(s, Assign) and (s.primitive in STORES or s.primitive == "s2sad.getitem"):
                self.place[s] = block, number
                if s.primitive == "s2sad.getitem" and isinstance(s.target.kind, Scalar):
                    self.reads.setdefault(s.args[0], []).append(s)

    def overwritten(self, s: Assign) -> Var | None:
        """What a store of an element overwrites, if that was read before, in the same block."""
        version, view, index = s.args[:3]
        if view is not version or s not in self.place:
            return None
        for older in self._versions(version, index):
            for read in self.reads.get(older, ()):
                if self._precedes(read, s) and _are_same(self.context, read.args[1], index):
                    return read.target
        return None

    def _versions(self, version: Operand, index: Operand) -> Iterator[Operand]:
        """A version of an array and those before it that have the same element at a place."""
        for _ in range(MAXIMUM_VERSIONS):
            yield version
            made = self.context.definition(version, "s2sad.store")
            if made is None or made.args[1] is not made.args[0] or not _are_apart(self.context, made.args[2], index):
                return
            version = made.args[0]

    def _precedes(self, one: Assign, two: Assign) -> bool:
        (block, number), (other, later) = self.place[one], self.place[two]
        return block is other and number < later


def _are_same(context: Context, one: Operand, two: Operand) -> bool:
    """Whether two indices name the same element: `k + 1`, be it computed twice."""
    if same_index(context, one, two):
        return True
    first, second = index_parts(context, one), index_parts(context, two)
    return first is not None and second is not None and len(first) == len(second) and all(
        a.kind == b.kind == INT and term_of(context, a) == term_of(context, b)
        for a, b in zip(first, second, strict=True))


def _are_apart(context: Context, one: Operand, two: Operand) -> bool:
    """Whether two indices surely name different elements."""
    first, second = index_parts(context, one), index_parts(context, two)
    if first is None or second is None or len(first) != len(second):
        return False
    return any(_differ(context, a, b) or _differ(context, b, a) for a, b in zip(first, second, strict=True))


def _differ(context: Context, one: Operand, two: Operand) -> bool:
    """Whether a number is surely greater than another one, neither of them counting from the end."""
    first, second = term_of(context, one), term_of(context, two)
    if one.kind != INT or two.kind != INT or first is None or second is None:
        return False
    if first.symbol is not second.symbol:
        first = _at_least(context, first)
    return (first is not None and first.symbol is second.symbol and first.offset > second.offset
            and is_from_the_front(context, second))


def _at_least(context: Context, term: Term) -> Term | None:
    """What a term is not below, where the loop that counts its variable up begins."""
    loop = context.definitions.get(term.symbol) if term.symbol is not None else None
    if not isinstance(loop, For) or loop.index is not term.symbol or (step_of(loop) or 0) < 1:
        return None
    start = term_of(context, loop.start)
    return None if start is None else Term(start.symbol, start.offset + term.offset)
