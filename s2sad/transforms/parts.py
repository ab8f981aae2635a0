"""A parallel loop over parts of a range, where its iterations share more than Numba sums by itself.

There are as many parts as threads, and each has a sum of its own:

    w_bars = np.empty((parts, len(w)))
    for part in numba.prange(parts):
        w_bar = np.zeros_like(w)
        for i in range(n * part // parts, n * (part + 1) // parts):
            …
        w_bars[part] = w_bar
    w_bar = np.sum(w_bars, axis=0)

Each part has a tape of its own where the forward loop tapes what has no place that is known before. Where iterations
add to elements that only their neighbours add to (`u_bar[i - 1]`), there are twice as many parts, none shorter than the
neighbours are apart, and every other one is run at a time.
"""
from __future__ import annotations

import numpy as np

from s2sad.analyses.independence import Verdict
from s2sad.ir.kinds import INT, TAPE, Array, Dim, Extent, Kind, Scalar
from s2sad.ir.nodes import Assign, Block, Carry, Const, For, Operand, Statement, Var, is_literal
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import Builder, Context, constant


class Parts:
    """One parallel loop as a loop over parts of its range, and what stands in front of it and behind it.

    The parts of a reverse loop are those ``of`` the forward loop, where that made tapes for each of them.
    """

    def __init__(self, context: Context, loop: For, verdict: Verdict, of: Parts | None) -> None:
        self.context, self.loop, self.verdict, self.of = context, loop, verdict, of
        self.before, self.behind, self.begins, self.ends = Block(), Block(), Block(), Block()
        self.start = loop.start
        self.rounds = self._rounds()
        threads = self._threads() if of is None else of.count
        # How many parts there are, of which all or every other are run at a time.
        self.count: Operand = threads
        self.over = self._loop("part", threads, not verdict.reason)
        self.part: Operand = self.over.index
        if verdict.reason:
            self.over.reverse, self.over.note = of is not None, note(verdict)
        if verdict.near:
            self._take_every_other(threads)
        # What holds the tape of each part, by the tape that the loop had.
        self.tapes: dict[Var, Var] = {}

    def _in(self, block: Block) -> Builder:
        return _builder(self.context, self.loop, block)

    def run(self) -> list[Statement]:
        if self.of is not None:
            self._take_tapes(self.of.tapes)
        self._take_part()
        for carry in self.loop.carries:
            if carry in self.verdict.shared or carry in self.verdict.sums:
                self._own_sum(carry)
            else:
                self._hand_through(carry)
        self.over.body.statements += [*self.begins.statements, self.loop, *self.ends.statements]
        over = self._twice() if self.verdict.near else self.over
        return [*self.before.statements, over, *self.behind.statements]

    def give_tape(self, tape: Var, made: Assign, item: Kind | None) -> None:
        """Make a tape in each part, and keep it for the reverse loop."""
        self.begins.statements.append(made)
        is_cursor = made.primitive == "s2sad.top"
        holder = Var(tape.name if is_cursor else f"{tape.name}s", TAPE)
        extra = "int64" if is_cursor else ("tapes", made.extra, item)
        held = Assign(holder, "s2sad.tape", [self.count], extra=extra)
        self.context.definitions[holder] = held
        self._in(self.before).append(held)
        if is_cursor:
            holder.name = f"{tape.name}s"
        self._in(self.ends).effect("s2sad.push", holder, tape, self.over.index)
        self.tapes[tape] = holder

    def _take_tapes(self, tapes: dict[Var, Var]) -> None:
        mapping: dict[Var, Operand] = {}
        for tape, holder in tapes.items():
            mapping[tape] = self._in(self.begins).emit(
                "s2sad.pop", holder, self.over.index, name=tape.name, kind=tape.kind)
        for s in self.loop.body.statements:
            substitute(s, mapping)

    def _loop(self, name: str, end: Operand, parallel: bool) -> For:
        loop = self.loop
        made = For(Var(name, INT), [constant(0), end, constant(1)], parallel=parallel,
                   origin=loop.origin, adjoint=loop.adjoint, of=loop.of or loop)
        self.context.definitions[made.index] = made
        return made

    def _rounds(self) -> Operand:
        if is_literal(self.start, 0):
            return self.loop.end
        return self._in(self.before).emit("operator.sub", self.loop.end, self.start, name="count", kind=INT)

    def _threads(self) -> Operand:
        """As many as threads; fewer where parts would be shorter than neighbours are apart."""
        b = self._in(self.before)
        if not self.verdict.near:
            return b.emit("s2sad.threads", name="parts", kind=INT)
        most = b.emit("operator.floordiv", self.rounds, constant(2 * self.verdict.near), kind=INT)
        fewer = b.emit("builtins.min", b.emit("s2sad.threads", kind=INT), most, kind=INT)
        return b.emit("builtins.max", constant(1), fewer, name="pairs", kind=INT)

    def _take_every_other(self, pairs: Operand) -> None:
        self.count = self._in(self.before).emit("operator.mul", constant(2), pairs, name="parts", kind=INT)
        self.over.index.name = "pair"
        self.phase = self._loop("phase", constant(2), False)
        self.phase.note = ("Every other part at a time: neighbouring iterations add to the same element of "
                           f"{self.verdict.neighbours}.")
        b = self._in(self.begins)
        twice = b.emit("operator.mul", constant(2), self.over.index, kind=INT)
        self.part = b.emit("operator.add", twice, self.phase.index, name="part", kind=INT)

    def _twice(self) -> Statement:
        """The loop over the parts, for every other part and for the rest."""
        for carry in self.over.carries:
            param, left = Var(carry.param.name, carry.param.kind), Var(carry.param.name, carry.param.kind)
            self.phase.carries.append(Carry(carry.init, param, left, carry.result))
            self.context.definitions[param] = self.context.definitions[carry.result] = self.phase
            self.context.definitions[left] = self.over
            carry.init, carry.result = param, left
        self.phase.body.statements.append(self.over)
        return self.phase

    def _take_part(self) -> None:
        """Run from `start + n * part // parts` to `start + n * (part + 1) // parts`."""
        loop, inside = self.loop, self._in(self.begins)
        bounds: list[Operand] = []
        following = inside.emit("operator.add", self.part, constant(1), kind=INT)
        for name, place in (("first", self.part), ("end", following)):
            product = inside.emit("operator.mul", self.rounds, place, kind=INT)
            bound = inside.emit("operator.floordiv", product, self.count, kind=INT)
            if not is_literal(self.start, 0):
                bound = inside.emit("operator.add", self.start, bound, name=name, kind=INT)
            bounds.append(bound)
        loop.args = [*bounds, loop.step]
        loop.parallel, loop.reverse = False, self.of is not None

    def _hand_through(self, carry: Carry) -> None:
        """Carry over the parts what a part carries over its iterations."""
        name, kind, init, result = carry.param.name, carry.param.kind, carry.init, carry.result
        param, inner = Var(name, kind), Var(name, kind)
        carry.init, carry.result = param, inner
        self.context.definitions[inner] = self.loop
        self._carry(init, param, inner, result)

    def _carry(self, init: Operand, param: Var, out: Operand, result: Var) -> None:
        self.over.carries.append(Carry(init, param, out, result))
        self.context.definitions[param] = self.context.definitions[result] = self.over

    def _own_sum(self, carry: Carry) -> None:
        """Add to a number or an array of the part's own, which is kept; the sum of all is added in the end."""
        kind, name, result, init = carry.param.kind, carry.param.name, carry.result, carry.init
        made = self.context.definition(init, "s2sad.zeros_like")
        like = init if made is None else made.args[0]
        whole = self._places(like, kind, f"{name}s" if name else "sums")
        carry.init = constant(0 if kind == INT else 0.0) if isinstance(kind, Scalar) else self._in(self.begins).emit(
            "s2sad.zeros_like", like, kind=kind, name=name)
        carry.result = Var(name, kind)
        self.context.definitions[carry.result] = self.loop
        held, left = Var(whole.name, whole.kind), Var(whole.name, whole.kind)
        kept = self._in(self.ends).emit(
            "s2sad.store", held, held, self.part, carry.result, kind=whole.kind, name=whole.name)
        self._carry(whole, held, kept, left)
        self._in(self.behind).append(self._total(result, init, left, made is not None))

    def _total(self, result: Var, init: Operand, sums: Var, from_zero: bool) -> Assign:
        axis: tuple[list[Operand], tuple[str, ...]] = ([constant(0)], ("axis",))
        if isinstance(result.kind, Scalar):
            axis = [], ()
            from_zero = isinstance(init, Const) and init.value == 0
        if from_zero:
            return Assign(result, "numpy.sum", [sums, *axis[0]], axis[1])
        total = self._in(self.behind).emit("numpy.sum", sums, *axis[0], keywords=axis[1], kind=result.kind)
        if isinstance(result.kind, Scalar):
            return Assign(result, "operator.add", [init, total], style="augmented")
        return Assign(result, "operator.add", [init, total], extra="owned")

    def _places(self, like: Operand, kind: Kind, name: str) -> Var:
        """Room for a number or an array of each part."""
        b = self._in(self.before)
        lengths: list[Operand] = []
        dtype: list[Operand] = []
        dims: tuple[Extent, ...] = ()
        assert isinstance(kind, (Array, Scalar))
        if isinstance(kind, Array) and kind.dims:
            dims = kind.dims
            shape = b.emit("array.shape", like)
            lengths = [b.emit("s2sad.getitem", shape, constant(axis), kind=INT) for axis in range(len(dims))]
            dtype = [] if kind.dtype == "float64" else [b.emit("array.dtype", like)]
        elif kind.dtype != "float64":
            dtype = [constant(getattr(np, kind.dtype), f"np.{kind.dtype}")]
        size = b.emit("s2sad.tuple", self.count, *lengths) if lengths else self.count
        several = Array(kind.dtype, (Dim(self.context.fresh()), *dims))
        whole = b.emit("numpy.empty", size, *dtype, kind=several, name=name)
        assert isinstance(whole, Var)
        return whole


def _builder(context: Context, loop: For, block: Block) -> Builder:
    return Builder(context, block, adjoint=loop.adjoint)


def note(verdict: Verdict) -> str:
    return f"One iteration after the other: {verdict.reason}."
