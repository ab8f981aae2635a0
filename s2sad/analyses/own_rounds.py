"""Whether each round of a loop writes an array before it reads it: then nothing of it is carried from round to round.

    row = np.zeros(n)
    for i in range(n):
        for j in range(i + 1):
            row[j] = np.dot(q[i], k[j])
        for j in range(i + 1):
            total += row[j] * v[j]

Each read is asked for the box of places that it names, each write that is surely carried out adds one (`boxes`). In the
loop the array must be known by no other name, and be held by nothing that outlives a round.
"""
from __future__ import annotations

from collections.abc import Iterable

from s2sad.analyses.accesses import SHAPES
from s2sad.analyses.boxes import Axes, Boxes, Rounds
from s2sad.analyses.sharing import gives_own_memory
from s2sad.analyses.versions import STORES, raises
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Block, Carry, For, If, Loop, Operand, reads, walk
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import copies, is_basic
from s2sad.rules.lengths import has_a_round

_READS = {"s2sad.getitem", "s2sad.read"}


class _Refusal(Exception):
    """A read of what the round may not have written, or something that is not understood."""


def written_first(context: Context, loop: Loop, carry: Carry, axes: Axes) -> OwnRound | None:
    """What a round writes of an array that the loop carries, if it reads nothing else of it."""
    names = _Names(context, carry)
    try:
        names.know(loop.body)
        others = [operand for one in loop.carries if one is not carry for operand in (one.param, one.out)]
        if carry.out not in names.names or names.mention([*others, *loop.args]):
            return None
        return OwnRound(context, loop, names, axes)
    except _Refusal:
        return None


class _Names:
    """What an array is called in the rounds of a loop that carries it: ``names``, and ``views`` of parts of it."""

    def __init__(self, context: Context, carry: Carry) -> None:
        self.context = context
        self.names: set[Operand] = {carry.param}
        self.views: set[Operand] = set()

    def mention(self, operands: Iterable[Operand]) -> bool:
        return any(operand in self.names or operand in self.views for operand in operands)

    def know(self, block: Block) -> None:
        for s in block.statements:
            if isinstance(s, Assign):
                if self.mention(s.args):
                    self._result(s)
            elif isinstance(s, Loop):
                self._loop(s)
            elif isinstance(s, If):
                self._branch(s)
            elif self.mention(reads(s)) or any(self.mention(reads(one)) for b in s.blocks() for one in walk(b)):
                raise _Refusal

    def _loop(self, loop: Loop) -> None:
        self.names.update(carry.param for carry in loop.carries if carry.init in self.names)
        for inner in loop.blocks():
            self.know(inner)
        if self.mention(loop.args):
            raise _Refusal
        for carry in loop.carries:
            if self.mention([carry.init, carry.out]):
                if carry.param not in self.names or carry.out not in self.names:
                    raise _Refusal
                self.names.add(carry.result)

    def _branch(self, branch: If) -> None:
        for inner in branch.blocks():
            self.know(inner)
        for merge in branch.merges:
            if self.mention(merge.values):
                if not self.names.issuperset(merge.values):
                    raise _Refusal
                self.names.add(merge.out)

    def _result(self, s: Assign) -> None:
        """Know what a statement that mentions the array calls it, if that is no number and no memory of its own."""
        if s.primitive in STORES:
            if s.args[0] in self.names and s.args[1] is s.args[0]:
                self.names.add(s.target)
            elif self.mention(s.args[:3]):
                raise _Refusal
        elif s.primitive in _READS and isinstance(s.target.kind, Array):
            if is_basic(self.context, s.args[1]):
                if s.args[0] not in self.names:
                    raise _Refusal
                self.views.add(s.target)
            elif not copies(s.args[1].kind):
                raise _Refusal
        elif s.primitive not in (_READS if isinstance(s.target.kind, Scalar) else ()) and s.primitive not in SHAPES:
            if not gives_own_memory(s) or table.lookup(s.primitive) is None:
                raise _Refusal


class OwnRound:
    """A round that reads nothing of an array but what it has written; ``written`` is what it writes."""

    def __init__(self, context: Context, loop: Loop, names: _Names, axes: Axes) -> None:
        self.context, self.names, self.views, self.axes = context, names.names, names.views, axes
        self._bodies: dict[Loop, Boxes] = {}
        self.written = Boxes(context)
        for block in loop.blocks():
            self.written = self._run(block, self.written, True)

    def _run(self, block: Block, known: Boxes, look: bool) -> Boxes:
        """What is written behind a block; ``look`` asks each read whether that is written in front of it."""
        for s in block.statements:
            if isinstance(s, Assign):
                if not self.names.isdisjoint(s.args):
                    self._assign(s, known, look)
            elif isinstance(s, If):
                arms = [self._run(inner, known.copy(), look) for inner in s.blocks()]
                left = [arm for arm, inner in zip(arms, s.blocks(), strict=True) if not raises(inner)]
                known = left[0] if len(left) == 1 else arms[0].common(arms[1])
            elif isinstance(s, Loop):
                known = self._loop(s, known, look)
        return known

    def _assign(self, s: Assign, known: Boxes, look: bool) -> None:
        if s.primitive in STORES:
            if look and s.args[3] in self.names and not known.hold(self.axes.all):
                raise _Refusal
            if s.args[0] in self.names:
                self._store(s, known, look)
        elif look and s.primitive not in SHAPES:
            read = self.axes.named_by(s.args[1])[0] if s.primitive in _READS else self.axes.all
            if not known.hold(read):
                raise _Refusal

    def _store(self, s: Assign, known: Boxes, look: bool) -> None:
        box, exact = self.axes.named_by(s.args[2])
        if look and s.primitive == "s2sad.add_at" and not known.hold(box):
            raise _Refusal
        if exact:
            known.add(box)

    def _loop(self, loop: Loop, known: Boxes, look: bool) -> Boxes:
        before, after = known.copy(), known.copy()
        if isinstance(loop, For):
            rounds = Rounds(self.axes, loop, _bound_in(loop))
            ends = loop.stop is None
            for box in self._of_round(loop).known:
                found = rounds.of(box)
                if found is not None:
                    before.add(found[0])
                    if ends:
                        after.add(found[1])
                elif ends and rounds.stay(box) and has_a_round(self.context, loop):
                    after.add(box)
        if look:
            for block in loop.blocks():
                before = self._run(block, before, True)
        return after

    def _of_round(self, loop: For) -> Boxes:
        """What a round of an inner loop surely writes."""
        if loop not in self._bodies:
            self._bodies[loop] = self._run(loop.body, Boxes(self.context), False)
        return self._bodies[loop]


def _bound_in(loop: Loop) -> set[Operand]:
    found: set[Operand] = {*loop.bound()}
    for s in walk(loop.body):
        found.update(s.defined())
        if isinstance(s, Loop):
            found.update(s.bound())
    return found
