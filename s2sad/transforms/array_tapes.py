"""Tapes of numbers as arrays, for compiled code: there an array costs a store where a list costs a call.

    y_tape = np.empty(n)                     a loop of at most so many rounds: one place a round
    for i in range(n):
        y_tape[i] = y

    y_tape = np.empty((n, n))                one that begins, or ends, at the index of another: a place for each index
    for i in range(n):
        for j in range(i):
            y_tape[i, j] = y

Those of any other loop are arrays that grow (`transforms.growing_tapes`).

For code that Python runs, NumPy's numbers alone are kept so, in most rounds of a loop: a place of 8 bytes for one of 40
on a list, and the item that is read is such a number again. Where another loop is around it there is an array for each
of its rounds (`transforms.run_tapes`). What is kept for the rest of a round alone stays on a list, which is faster.

A place that no round writes costs nothing as long as its page is not touched.

Arrays that are as long in every round are rows of one array, if each round writes one (`transforms.tape_rows`). What is
neither stays on a list.
"""
from __future__ import annotations

import functools

from s2sad.ir.kinds import Array, Kind, Scalar
from s2sad.ir.nodes import Assign, Block, Const, Effect, For, Function, Loop, Statement, walk
from s2sad.ir.rewrite import replace_operands
from s2sad.rules.build import Context
from s2sad.transforms.counting import is_counted
from s2sad.transforms.growing_tapes import Growing
from s2sad.transforms.insertions import InFront
from s2sad.transforms.run_tapes import RunTape, has_many_rounds
from s2sad.transforms.tape_axes import Axes, holds_mostly
from s2sad.transforms.tape_rows import Rows
from s2sad.transforms.tape_uses import Tape, Use, inside, tapes_of

# More places than this are not taken at once for a loop that may end early.
_MOST_PLACES = 1 << 20
_SINGLE = {"float32", "complex64"}
_DTYPES = {"float64", "float32", "int64", "bool", "complex128", "complex64"}


def use_arrays(context: Context, function: Function, handed_over: bool = False) -> list[Statement]:
    """Keep the numbers that a derivative tapes in arrays; what that adds to the function's own block is returned.

    ``handed_over`` says that the reverse sweep may run again on the same tapes: what it takes from rows are views,
    and it may write to them.
    """
    if not any(isinstance(s, Assign) and s.primitive == "s2sad.tape" for s in function.body.statements):
        return []
    return _Pass(context, function, handed_over).run()


class _Pass:
    def __init__(self, context: Context, function: Function, handed_over: bool) -> None:
        self.context, self.function, self.steps = context, function, InFront()
        self.axes = Axes(context, function, self.steps)
        self.rows = Rows(context, function, self.axes, self.steps, handed_over)
        self.growing: dict[tuple[Loop, ...], list[Tape]] = {}

    def run(self) -> list[Statement]:
        body = self.function.body
        tapes = tapes_of(body)
        for tape in tapes.values():
            self._settle(tape)
        if self.growing:
            growing = Growing(self.context, body, self.axes, self.steps)
            for group in self.growing.values():
                growing.settle(group)
        self.steps.carry_out(body)
        return [s for tape in tapes.values() for s in self.steps.of(tape.made)]

    def _settle(self, tape: Tape) -> None:
        if len(tape.pushes) != 1 or len(tape.pops) != 1:
            return
        push, pop = inside(tape.pushes[0], tape.pops[0])
        tape.of_round = len(push.loops) < len(tape.pushes[0].loops)
        tape.pushes, tape.pops = [push], [pop]
        assert isinstance(push.statement, Effect)
        kind = push.statement.args[1].kind
        if [loop.of for loop in pop.loops] != [*push.loops]:
            return
        if isinstance(kind, Array) and self.rows.wants(push.statement.args[1], pop):
            self.rows.settle(tape, push, pop)
        if not isinstance(kind, Scalar) or kind.dtype not in _DTYPES:
            return
        if self.context.array_tapes:
            self._settle_compiled(tape, kind.dtype, push, pop)
        elif _is_number_of_numpy(kind) and not tape.of_round and not self._singles and self._is_of_most_rounds(push):
            self._settle_run(tape, kind.dtype, push, pop)

    @functools.cached_property
    def _singles(self) -> bool:
        """Whether a number may be Python's own on some path: out of an array it would make single precision double."""
        return _has_singles(self.function)

    def _settle_compiled(self, tape: Tape, dtype: str, push: Use, pop: Use) -> None:
        tape.made.extra = dtype
        if not self._fix(tape, push, pop):
            self.growing.setdefault(push.loops, []).append(tape)

    def _settle_run(self, tape: Tape, dtype: str, push: Use, pop: Use) -> None:
        """One array for all rounds of a loop, or one for each time that it is run inside others."""
        if len(push.loops) == 1:
            if self._fix(tape, push, pop):
                tape.made.extra = dtype
            return
        forward, reverse = push.loops[-1], pop.loops[-1]
        if not isinstance(forward, For) or not isinstance(reverse, For) or not has_many_rounds(forward):
            return
        assert isinstance(push.statement, Effect) and isinstance(pop.statement, Assign)
        run = RunTape(self.context, tape.made, dtype, forward)
        self.steps.put(forward, run.made)
        self.steps.put(reverse, run.taken)
        self.steps.put(push.statement, run.let_push(push.statement, forward))
        self.steps.put(pop.statement, run.let_pop(pop.statement, reverse))

    def _fix(self, tape: Tape, push: Use, pop: Use) -> bool:
        """One place for each round, if it is known before the first how many there may be."""
        if not all(map(is_counted, (*push.loops[1:], *pop.loops))) or not _is_bounded(push.loops[0]):
            return False
        axes = self.axes.of(tape, push, True)
        if axes is None:
            return False
        tape.made.args = [axis.length for axis in axes]
        for use in (push, pop):
            replace_operands(use.statement, [*use.statement.args, *self.axes.places(use, axes, use is pop)])
        return True

    def _is_of_most_rounds(self, push: Use) -> bool:
        """Whether a place is written in all rounds of a loop that is not broken off, or in most."""
        return bool(push.loops) and push.loops[-1].stop is None and (
            holds_mostly(self.context, push.loops[-1], push.statement))


def _is_number_of_numpy(kind: Kind) -> bool:
    return isinstance(kind, Scalar) and not kind.weak and kind.dtype == "float64"


def _has_singles(function: Function) -> bool:
    """Whether a function computes in single precision: adjoints are as precise as what they belong to."""
    primal = walk(Block([s for s in function.body.statements if not s.adjoint]))
    made = [var for s in primal for var in s.defined()]
    kinds = [var.kind for var in (*made, *(param.var for param in function.params))]
    return any([isinstance(kind, (Scalar, Array)) and kind.dtype in _SINGLE for kind in kinds])


def _is_bounded(loop: Loop) -> bool:
    """Whether a loop can be given places for all its rounds at once."""
    if not isinstance(loop, For):
        return False
    bounds = [bound.value for bound in (loop.start, loop.end, loop.step) if isinstance(bound, Const)]
    return loop.stop is None or len(bounds) < 3 or len(range(*bounds)) <= _MOST_PLACES
