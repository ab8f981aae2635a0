"""Arrays that a loop tapes, as rows of one array: if they are as long in every round, and each round writes one.

A list would keep an allocation for each, and what is in a list cannot be written element by element. For code that
Python runs, those alone are rows that `optimise.batches` makes a matrix of, and other vectors of such a loop: that
there are outer products of them says that they are short, and most of a short array is not its elements. And what an
update overwrites, a row of a matrix, is copied to a row as to an array of its own.
"""
from __future__ import annotations

import functools
from collections import Counter

import numpy as np

from s2sad.analyses.uses import count_reads
from s2sad.ir.kinds import Array, Dim, Extent
from s2sad.ir.nodes import KEPT, Assign, Block, Carry, Effect, For, Function, Operand, Var, is_literal, walk
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import is_whole
from s2sad.rules.lengths import extent_of, form_of, is_not_negative
from s2sad.rules.pieces import index_of
from s2sad.transforms.counting import is_counted
from s2sad.transforms.insertions import InFront
from s2sad.transforms.optimise.batches import batched
from s2sad.transforms.outside import Facts, Outside
from s2sad.transforms.tape_axes import Axes, Axis
from s2sad.transforms.tape_uses import Tape, Use

# What rows may hold: of others Numba computes with other types than NumPy.
_ROWS = {"float64", "int64", "bool"}


class Rows:
    """The arrays that each round of a loop tapes, written to rows of one."""

    def __init__(self, context: Context, function: Function, axes: Axes, steps: InFront, handed_over: bool) -> None:
        self.context, self.function, self.body, self.handed_over = context, function, function.body, handed_over
        self.axes, self.steps = axes, steps

    def wants(self, value: Operand, pop: Use) -> bool:
        """Whether an array is to be a row where that can be."""
        if self.handed_over:
            return False
        assert isinstance(pop.statement, Assign)
        taken = pop.statement.target
        if self.context.array_tapes:
            return True
        if not isinstance(taken.kind, Array) or taken.kind.ndim != 1:
            return False
        read = self.context.definition(value, "s2sad.read") if isinstance(value, Var) else None
        if read is not None and isinstance(read.args[0].kind, Array) and len(read.args[0].kind.dims or ()) > 1:
            return True
        products = [s for s in pop.block.statements if isinstance(s, Assign) and s.primitive == "numpy.outer"]
        return any(arg in self._batched for s in products for arg in s.args)

    @functools.cached_property
    def _batched(self) -> dict[Operand, tuple[Operand, int]]:
        return batched(self.context, self.function)

    @functools.cached_property
    def _facts(self) -> Facts:
        return Facts(self.context, self.function)

    def settle(self, tape: Tape, push: Use, pop: Use) -> None:
        """An array that each round tapes, always as long, is written to the round's row of one array."""
        assert isinstance(push.statement, Effect) and isinstance(pop.statement, Assign)
        value, loops = push.statement.args[1], [*push.loops, *pop.loops]
        if not push.loops or not self._is_in_no_branch(push) or not all(map(is_counted, loops)) or any(
                isinstance(loop, For) and loop.parallel for loop in loops):
            return
        kind = value.kind
        assert isinstance(kind, Array)
        steps = Block()
        shape = self._shape(Builder(self.context, steps), tape, value, pop.statement.target)
        axes = None if shape is None else self.axes.of(tape, push, False)
        if shape is None or axes is None:
            return
        self.steps.put(tape.made, steps)
        rows = Array(kind.dtype, (*(self._extent(axis.length) for axis in axes), *(kind.dims or ())))
        self._make_rows(tape, rows, [*(axis.length for axis in axes), *shape])
        if not self.context.array_tapes:
            self._write_at_once(push, value)
        last = self._write_row(tape, rows, push, axes, value)
        reading = Block()
        place = index_of(Builder(self.context, reading, adjoint=True), self.axes.places(pop, axes, True))
        self.steps.put(pop.statement, reading)
        pop.statement.primitive, pop.statement.args = "s2sad.getitem", [last, place]

    def _write_at_once(self, push: Use, value: Operand) -> None:
        """What an update overwrites is copied by writing it to the row, where it is read just before."""
        read = self.context.definition(value, "s2sad.read")
        place = push.block.statements.index(push.statement)
        if read is None or not place or push.block.statements[place - 1] is not read or self._reads[value] != 1:
            return
        read.primitive = "s2sad.getitem"
        if is_whole(self.context, read.args[0].kind, read.args[1]):
            read.primitive, read.args = "s2sad.alias", read.args[:1]

    @functools.cached_property
    def _reads(self) -> Counter[Operand]:
        return count_reads(walk(self.body))

    def _is_in_no_branch(self, push: Use) -> bool:
        """Whether each loop around a push stands in the loop around it, and in no branch there."""
        blocks = [self.body, *(loop.body for loop in push.loops)]
        return push.block is blocks[-1] and all(
            loop in block.statements for loop, block in zip(push.loops, blocks, strict=False))

    def _shape(self, b: Builder, tape: Tape, value: Operand, taken: Var) -> list[Operand] | None:
        """How long an array is in every round."""
        kind = value.kind
        if not isinstance(kind, Array) or not kind.dims or kind.dtype not in _ROWS:
            return None
        before = self.body.statements[:self.body.statements.index(tape.made)]
        known = dict.fromkeys([
            *(param.var for param in self.function.params), *self.function.captures,
            *(var for s in before for var in s.defined())])
        outside = Outside(self._facts, known)
        lengths = [outside.axis(b, value, axis) for axis in range(len(kind.dims))]
        if lengths == [None] and not self.context.array_tapes and taken in self._batched:
            like, axis = self._batched[taken]
            lengths = [outside.axis(b, like, axis) if like in known else None]
        return None if any(one is None for one in lengths) else [one for one in lengths if one is not None]

    def _extent(self, length: Operand) -> Extent:
        """The dimension of a length, of which a form says that it is at least zero, or that much."""
        larger = self.context.definition(length, "builtins.max")
        clipped = larger is not None and is_literal(larger.args[-1], 0)
        form = form_of(self.context, larger.args[0] if larger is not None and clipped else length)
        if form is None or not clipped and not is_not_negative(self.context, form):
            return Dim(self.context.fresh())
        return extent_of(form)

    def _make_rows(self, tape: Tape, rows: Array, lengths: list[Operand]) -> None:
        steps = Block()
        b = Builder(self.context, steps)
        shape = b.emit("s2sad.tuple", *lengths)
        self.steps.put(tape.made, steps)
        types = {"int64": (np.int64, "np.int64"), "bool": (np.bool_, "np.bool_")}
        tape.made.target.kind = rows
        tape.made.primitive = "numpy.empty"
        tape.made.args = [shape, *([constant(*types[rows.dtype])] if rows.dtype in types else [])]

    def _write_row(self, tape: Tape, rows: Array, push: Use, axes: list[Axis], value: Operand) -> Var:
        """Write to a row in place of pushing; what the array is called after the loops is returned."""
        def version() -> Var:
            return Var(tape.made.target.name, rows, tape.made.target.varied)

        now, carries = tape.made.target, []
        for loop in push.loops:
            carries.append(Carry(now, version(), now, version()))
            loop.carries.append(carries[-1])
            now = carries[-1].param
        writing = Block()
        place = index_of(Builder(self.context, writing), self.axes.places(push, axes, False))
        kept = None if self.context.array_tapes else KEPT
        store = Assign(version(), "s2sad.put", [now, place, value], extra=kept, origin=push.statement.origin)
        self.context.definitions[store.target] = store
        now = store.target
        for carry in reversed(carries):
            carry.out, now = now, carry.result
        at = push.block.statements.index(push.statement)
        self.steps.hand_on(push.statement, store)
        self.steps.put(store, writing)
        push.block.statements[at] = store
        return now
