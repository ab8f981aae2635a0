"""Which of several numbers is the largest: the reverse sweep is told by a small number, and compares none again.

    h[i, j] = max(0.0, a, b)     ─▶     if a > 0.0:
                                            largest = a
                                            way = 1
                                        else:
                                            largest = 0.0
                                            way = 0
                                        if b > largest:
                                            largest = b
                                            way = 2
                                        h[i, j] = largest

So does one write it who keeps back pointers. It is done in loops, where the numbers would have to be kept or computed
again, for maxima and minima of three numbers or more: of two there is one comparison. The adjoint goes where `way`
points to; the value that it belongs to is marked by ``s2sad.chosen(value, x, y, second)``, which is ``value`` as it
stands and has the adjoint of ``y if second else x``. Where the reverse sweep turns out to ask for the value itself, it
is a maximum again: that may be computed again, and what branches left may not.
"""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from s2sad.ir.kinds import SMALL, Scalar
from s2sad.ir.nodes import Assign, Block, Function, If, Loop, Merge, Operand, Statement, Var, reads, walk
from s2sad.ir.spoken import spoken
from s2sad.rules.build import Builder, Context, constant

CHOSEN = "s2sad.chosen"
# Of two numbers Python returns the first unless the other one compares like this.
BEATEN = {"builtins.max": "operator.gt", "builtins.min": "operator.lt"}
# The number of the last one has to fit into a byte.
_MOST = 250


@dataclass
class Choice:
    """A chain of maxima, of which each but the last is the first operand of the next one; what was written in the
    place of each, and how the reverse sweep asks which operand it was, in the order of the chain."""

    block: Block
    chain: list[Assign]
    written: dict[Statement, list[Statement]] = field(default_factory=dict)
    asked: list[Assign] = field(default_factory=list)

    def write(self, context: Context) -> None:
        bests: list[Operand] = [self.chain[0].args[0]]
        ways: list[Operand] = [constant(0)]
        for place, s in enumerate(self.chain):
            inside = self.written[s] = Block().statements
            b = Builder(context, Block(inside), s.origin)
            test = b.emit(BEATEN[s.primitive], s.args[1], bests[-1], varied=False)
            larger = Var(self.chain[-1].target.name or spoken(s.primitive), s.target.kind)
            at = Var("way", SMALL)
            merges = [Merge(larger, [s.args[1], bests[-1]]), Merge(at, [constant(place + 1), ways[-1]])]
            b.append(If([test], Block(), Block(), merges))
            s.target.hint = s.target.hint or spoken(s.primitive)
            bests.append(larger)
            ways.append(at)
        self._mark(Builder(context, Block(self.written[self.chain[-1]]), self.chain[-1].origin), bests[1:], ways[-1])

    def _mark(self, b: Builder, bests: list[Operand], way: Operand) -> None:
        """The chain of values that have the adjoints: none of them is computed."""
        value: Operand = self.chain[0].args[0]
        for place, (s, best) in enumerate(zip(self.chain, bests, strict=True)):
            second = b.emit("operator.eq", way, constant(place + 1), varied=False)
            self.asked.append(b.block.statements[-1])  # type: ignore[arg-type]
            b.append(Assign(s.target, CHOSEN, [best, value, s.args[1], second]))
            value = s.target

    def settle(self, context: Context, read: set[Operand]) -> None:
        """After the reverse sweep is written, which reads these: a value that was chosen is the value."""
        if self.chain[-1].target in read:
            self._take_back(context)
        else:
            for s in self.written[self.chain[-1]]:
                if isinstance(s, Assign) and s.primitive == CHOSEN:
                    s.primitive, s.args = "s2sad.alias", s.args[:1]

    def _take_back(self, context: Context) -> None:
        """Write the maxima as they were; which operand it was is asked by comparisons again."""
        first = {statements[0]: s for s, statements in self.written.items()}
        gone = {s for statements in self.written.values() for s in statements}
        kept: list[Statement] = []
        for s in self.block.statements:
            if s in first:
                maximum = first[s]
                assert isinstance(maximum, Assign)
                context.definitions[maximum.target] = maximum
                kept.append(maximum)
                if maximum is self.chain[-1]:
                    kept += self.asked
            elif s not in gone:
                kept.append(s)
        self.block.statements = kept
        for maximum, test in zip(self.chain, self.asked, strict=True):
            test.primitive, test.args = BEATEN[maximum.primitive], maximum.args[::-1]


def number_choices(context: Context, function: Function, felt: set[Var]) -> list[Choice]:
    """Let maxima and minima of several numbers in loops tell which of them they chose; ``felt`` are the values that
    have adjoints."""
    if context.array_tapes:
        return []
    statements = walk(function.body)
    if not any(isinstance(s, Assign) and s.primitive in BEATEN for s in statements):
        return []
    uses = Counter(operand for s in statements for operand in reads(s))
    found: list[Choice] = []
    for s in statements:
        if isinstance(s, Loop):
            _find(s.body, uses, felt, found)
    for choice in found:
        choice.write(context)
        choice.block.statements = [
            one for s in choice.block.statements for one in choice.written.get(s, [s])]
    return found


def _find(block: Block, uses: Counter[Operand], felt: set[Var], found: list[Choice]) -> None:
    """The choices of a block, and of the branches in it; loops in it are loops themselves."""
    ends: dict[Operand, list[Assign]] = {}
    for s in block.statements:
        if isinstance(s, If):
            for inner in s.blocks():
                _find(inner, uses, felt, found)
        elif isinstance(s, Assign) and s.primitive in BEATEN and s.target in felt and _is_of_floats(s):
            before = ends.pop(s.args[0], None) if uses[s.args[0]] == 1 else None
            chain = before if before is not None and before[0].primitive == s.primitive else []
            ends[s.target] = [*chain, s]
    found += [Choice(block, chain) for chain in ends.values() if 2 <= len(chain) <= _MOST]


def _is_of_floats(s: Assign) -> bool:
    return len(s.args) == 2 and all(
        isinstance(operand.kind, Scalar) and operand.kind.dtype == "float64" for operand in (s.target, *s.args))


def settle_choices(context: Context, choices: list[Choice], reverse: Block) -> None:
    """Write what was chosen as it is computed, now that the reverse sweep is written."""
    if choices:
        read = {operand for s in walk(reverse) for operand in reads(s)}
        for choice in choices:
            choice.settle(context, read)
