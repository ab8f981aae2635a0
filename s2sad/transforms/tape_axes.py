"""How many places a tape has for each of the loops around what it tapes, and which of them is that of a round.

They are numbered as the rounds are, if a loop has as many whenever it is run. Of a loop that begins, or ends, at the
index of another they are numbered as its indices are, from the least to the most that it has in any round of the other.
"""
from __future__ import annotations

from dataclasses import dataclass

from s2sad.ir.kinds import INT, Array, Tuple
from s2sad.ir.nodes import IN_PLACE, Assign, Block, Const, For, Function, If, Loop, Operand, Statement, Var, is_literal
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.counting import place_of, places_between, rounds_between, rounds_up_to
from s2sad.transforms.insertions import InFront
from s2sad.transforms.tape_uses import Tape, Use

# What the length of a loop may be computed with outside of the loops around it.
_LENGTHS = {"array.shape", "builtins.len", "operator.add", "operator.sub", "operator.mul", "operator.floordiv"}


@dataclass(frozen=True)
class Axis:
    """How many places a tape has for a loop. They are numbered as its rounds are, or as its indices from a ``first``
    one on."""

    length: Operand
    first: Operand | None = None


@dataclass(frozen=True)
class _Bound:
    """An integer: what is known before all loops, and a number."""

    base: Operand
    more: int

    def plus(self, number: int) -> _Bound:
        return _Bound(self.base, self.more + number)

    def emit(self, b: Builder) -> Operand:
        if isinstance(self.base, Const):
            return constant(self.base.value + self.more)
        if not self.more:
            return self.base
        sign = "operator.add" if self.more > 0 else "operator.sub"
        return b.emit(sign, self.base, constant(abs(self.more)), kind=INT)


class Axes:
    """The axes of arrays that tapes become: lengths are computed in front of all loops, places in front of each use."""

    def __init__(self, context: Context, function: Function, steps: InFront) -> None:
        self.context, self.steps = context, steps
        self.outside = {var for s in function.body.statements for var in s.defined()}
        self.outside.update(param.var for param in function.params)
        self.outside.update(function.captures)

    def of(self, tape: Tape, push: Use, boxes: bool) -> list[Axis] | None:
        """The places for each of the loops, how many there are computed in front of all."""
        steps = Block()
        b = Builder(self.context, steps)
        loops = [loop for loop in push.loops if isinstance(loop, For)]
        axes = [self._of_rounds(b, loop, boxes) or (self._of_indices(b, loop, loops[:number]) if boxes else None)
                for number, loop in enumerate(loops)]
        if any(axis is None for axis in axes):
            return None
        self.steps.put(tape.made, steps)
        return [axis for axis in axes if axis is not None]

    def places(self, use: Use, axes: list[Axis], adjoint: bool) -> list[Operand]:
        """Which place of each loop this is, computed in front of a use."""
        places = Block()
        builder = Builder(self.context, places, adjoint=adjoint)
        found = [place_of(builder, loop, axis.first) for loop, axis in zip(use.loops, axes, strict=True)
                 if isinstance(loop, For)]
        self.steps.put(use.statement, places)
        return found

    def _of_rounds(self, b: Builder, loop: For, spare: bool) -> Axis | None:
        """A place for each round of a loop that has as many whenever it is run, or a few to ``spare``."""
        bounds = [self._outside(b, bound) for bound in (loop.start, loop.end, loop.step)]
        if any(bound is None for bound in bounds):
            return None
        start, end, step = (bound for bound in bounds if bound is not None)
        if spare and not self.context.array_tapes:
            return Axis(*places_between(b, start, end, step))
        return Axis(rounds_between(b, start, end, step))

    def _of_indices(self, b: Builder, loop: For, around: list[For]) -> Axis | None:
        """A place for each index that a loop has in some round of those around it, where it begins, or ends, at the
        index of one of them, of which about half are taken, or where the remainder of a division leaves it."""
        nest = [*around, loop]
        nested = all(holds_mostly(self.context, outer, inner) for outer, inner in zip(around, nest[1:], strict=True))
        by_one = is_literal(loop.step, 1) or is_literal(loop.step, -1)
        if not nested or not (by_one or self.context.array_tapes and _rises(loop)):
            return None
        if all(self._outside(b, end) is None for end in (loop.start, loop.end)):
            return None
        rises = _rises(loop)
        low = self._bound(b, loop.start if rises else loop.end, around, False)
        high = self._bound(b, loop.end if rises else loop.start, around, True)
        if low is None or high is None:
            return None
        if not rises:
            low, high = _Bound(low.base, low.more + 1), _Bound(high.base, high.more + 1)
        first, end = low.emit(b), high.emit(b)
        if not by_one:
            return Axis(rounds_between(b, first, end, loop.step), first)
        if is_literal(first, 0):
            return Axis(rounds_up_to(b, end), first)
        return Axis(b.emit("builtins.max", b.emit("operator.sub", end, first, kind=INT), constant(0), kind=INT), first)

    def _bound(self, b: Builder, operand: Operand, around: list[For], above: bool) -> _Bound | None:
        """The least that an end of a loop is, or the most, whatever the rounds of the loops around it."""
        outside = self._outside(b, operand)
        if outside is not None:
            return _Bound(outside, 0)
        made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        if isinstance(made, Assign) and made.primitive == "operator.mod" and self.context.array_tapes:
            by = made.args[1].value if isinstance(made.args[1], Const) else None
            whole = isinstance(by, int) and by > 0 and made.args[0].kind == INT
            return _Bound(constant(0), by - 1 if above and by else 0) if whole else None
        if isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub"):
            one, two = made.args
            if made.primitive == "operator.add" and isinstance(one, Const):
                one, two = two, one
            if not isinstance(two, Const) or two.kind != INT:
                return None
            inner = self._bound(b, one, around, above)
            return None if inner is None else inner.plus(two.value if made.primitive == "operator.add" else -two.value)
        for number, loop in enumerate(around):
            if loop.index is operand and (is_literal(loop.step, 1) or is_literal(loop.step, -1)):
                ends = above == is_literal(loop.step, 1)
                inner = self._bound(b, loop.end if ends else loop.start, around[:number], above)
                return None if inner is None else inner.plus((-1 if above else 1) if ends else 0)
        return None

    def _outside(self, b: Builder, operand: Operand) -> Operand | None:
        """A length of an inner loop, computed where no loop is around it."""
        if not isinstance(operand, Var) or operand in self.outside:
            return operand
        if isinstance(operand.kind, Array):
            return self._version_outside(operand)
        made = self.context.definitions.get(operand)
        if not isinstance(made, Assign):
            return None
        part = made.primitive == "s2sad.getitem" and isinstance(made.args[0].kind, Tuple)
        if not part and made.primitive not in _LENGTHS or made.keywords:
            return None
        if made.primitive == "builtins.len" and not isinstance(made.args[0].kind, Array):
            return None
        args = [self._outside(b, arg) for arg in made.args]
        if any(arg is None for arg in args):
            return None
        again = [arg for arg in args if arg is not None]
        return b.emit(made.primitive, *again, style=made.style, kind=operand.kind)

    def _version_outside(self, array: Operand) -> Operand | None:
        """What the memory of an array was before the loops: it is as long as it will be."""
        while isinstance(array, Var) and array not in self.outside:
            made = self.context.definitions.get(array)
            if array in self.context.same_memory:
                array = self.context.same_memory[array]
            elif isinstance(made, Assign) and made.primitive in IN_PLACE:
                array = made.args[0]
            else:
                return None
        return array


def holds_mostly(context: Context, loop: Loop, inner: Statement) -> bool:
    """Whether a statement is run in all rounds of a loop, or but for those in which two values happen to be equal
    or that are the first."""
    return inner in loop.body.statements or any(
        inner in s.blocks()[branch].statements for s in loop.body.statements if isinstance(s, If)
        for branch in _usual_branch(context, loop, s))


def _usual_branch(context: Context, loop: Loop, s: If) -> list[int]:
    """The branch that most rounds of a loop take, where the test tells."""
    test = context.definitions.get(s.condition) if isinstance(s.condition, Var) else None
    if not isinstance(test, Assign):
        return []
    branch = {"operator.ne": 0, "operator.eq": 1}.get(test.primitive)
    if branch is None and isinstance(loop, For) and loop.index is test.args[0] and isinstance(test.args[1], Const):
        branch = {"operator.gt": 0, "operator.ge": 0, "operator.le": 1, "operator.lt": 1}.get(test.primitive)
    return [] if branch is None else [branch]


def _rises(loop: For) -> bool:
    """Whether a loop counts up, by a number that is written in the program."""
    return isinstance(loop.step, Const) and type(loop.step.value) is int and loop.step.value > 0
