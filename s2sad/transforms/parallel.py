"""Loops whose iterations run at once: which of them can in a derivative, and what they share.

    for i in numba.prange(len(x)):             for i in numba.prange(len(x)):
        y[i] = w * x[i]                  ─▶        w_bar += y_bar[i] * x[i]
                                                   x_bar[i] += y_bar[i] * w

A loop of the derivative is parallel if its iterations are independent (`analyses.independence`), and is a loop like any
other if that is not known, with the reason in a comment. Numba itself sums numbers, where it recognises the sum. For
other numbers and for arrays that all iterations add to, the range is taken in parts, of which there are as many as
threads, and each part has a sum of its own:

    w_bars = np.empty((parts, len(w)))
    for part in numba.prange(parts):
        w_bar = np.zeros_like(w)
        for i in range(n * part // parts, n * (part + 1) // parts):
            …
        w_bars[part] = w_bar
    w_bar = np.sum(w_bars, axis=0)

So has each part a tape of its own where the forward loop tapes what has no place that is known before.
"""
from __future__ import annotations

import numpy as np

from s2sad.analyses.independence import Independence, Verdict, parallel_loops
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import INT, TAPE, Array, Dim, Extent, Kind, Scalar
from s2sad.ir.nodes import (
    Assign,
    Block,
    Carry,
    Const,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    inits,
    is_literal,
    results,
    walk,
)
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import Builder, Context, constant


def refuse_races(context: Context, function: Function) -> None:
    """Refuse a program in which an iteration of a parallel loop reads or writes what another writes."""
    loops = list(parallel_loops(function.body))
    independence = Independence(context, function, as_written=True) if loops else None
    for loop in loops:
        assert independence is not None
        verdict = independence.of(loop)
        if verdict.reason:
            raise UnsupportedError(
                f"the iterations of this `prange` loop depend on each other: {verdict.reason}",
                verdict.origin or loop.origin, "write `range` for a loop whose iterations depend on each other",
            )


def settle_parallel(context: Context, function: Function, handed_over: bool = False) -> list[Statement]:
    """Decide which loops of a derivative are parallel, and give the iterations what they share in parts.

    What that adds to the function's own block in the place of forward loops is returned. ``handed_over`` says that
    tapes go from one function to another.
    """
    if not any(isinstance(s, For) and s.parallel for s in walk(function.body)):
        return []
    settling = _Settling(context, function, handed_over)
    settling.block(function.body)
    return settling.forward


class _Settling:
    def __init__(self, context: Context, function: Function, handed_over: bool) -> None:
        self.context, self.function, self.handed_over = context, function, handed_over
        self.independence = Independence(context, function)
        self.made = {s.target: s for s in function.body.statements if isinstance(s, Assign)}
        # What parts were made of each forward loop.
        self.parts: dict[For, _Parts] = {}
        self.forward: list[Statement] = []

    def block(self, block: Block) -> None:
        result: list[Statement] = []
        for s in block.statements:
            if isinstance(s, For) and s.parallel:
                result += self._loop(s)
                continue
            for inner in s.blocks():
                self.block(inner)
            result.append(s)
        block.statements = [s for s in result if not self._is_moved(s)]

    def _is_moved(self, s: Statement) -> bool:
        """Whether this makes a tape that every part makes for itself."""
        return isinstance(s, Assign) and any(s.target in parts.tapes for parts in self.parts.values())

    def _loop(self, loop: For) -> list[Statement]:
        verdict = self.independence.of(loop)
        of = self.parts.get(loop.of) if isinstance(loop.of, For) else None
        if verdict.tapes and not verdict.reason and of is None and not self._can_be_split(loop, verdict):
            verdict.reason = "what is kept for the reverse sweep is kept in order"
        if of is not None:
            return self._in_parts(loop, verdict, of)
        if verdict.reason:
            loop.parallel, loop.note = False, _note(verdict)
            self.block(loop.body)
            return [loop]
        _serial_inside(loop)
        if verdict.tapes or verdict.shared or not all(_is_simple(self.independence, loop, c) for c in verdict.sums):
            return self._in_parts(loop, verdict, None)
        return [loop]

    def _can_be_split(self, loop: For, verdict: Verdict) -> bool:
        """Whether each part can have tapes of its own: those of a forward loop that no other loop is around."""
        if loop.adjoint or verdict.others or self.independence.places.loops[loop.index] != (loop,):
            return False
        return all(self._has_items(tape) for tape in verdict.tapes)

    def _has_items(self, tape: Var) -> bool:
        """Whether it can be an item of a list of tapes: that needs to know of what type the items are."""
        made = self.made.get(tape)
        if made is None or made.primitive == "s2sad.top":
            return made is not None
        return made.extra is not None or not self.handed_over and isinstance(_item_of(self.function, tape), Array)

    def _in_parts(self, loop: For, verdict: Verdict, of: _Parts | None) -> list[Statement]:
        parts = _Parts(self.context, loop, verdict, of)
        if of is None and verdict.tapes:
            self.parts[loop] = parts
            for tape in verdict.tapes:
                parts.give_tape(tape, self.made[tape], _item_of(self.function, tape))
        statements = parts.run()
        if verdict.reason:
            self.block(loop.body)
        else:
            _serial_inside(loop)
        if not loop.adjoint:
            self.forward += statements
        return statements


def _note(verdict: Verdict) -> str:
    return f"One iteration after the other: {verdict.reason}."


def _item_of(function: Function, tape: Var) -> Kind | None:
    """What is pushed to a tape, if it is always the same."""
    kinds = [s.args[1].kind for s in walk(function.body)
             if isinstance(s, Effect) and s.primitive == "s2sad.push" and s.args[0] is tape]
    return kinds[0] if len(kinds) == 1 else None


def _serial_inside(loop: For) -> None:
    for s in walk(loop.body):
        if isinstance(s, For):
            s.parallel = False


# -- numbers --------------------------------------------------------------------------------------


def _is_simple(independence: Independence, loop: For, carry: Carry) -> bool:
    """Whether Numba recognises a sum: one addition, of what is not passed through the branches of an inner loop."""
    made = independence.places.made.get(carry.out) if isinstance(carry.out, Var) else None
    if made not in loop.body.statements or not isinstance(made, Assign) or made.args[0] is not carry.param:
        return False
    waiting: list[Operand] = [*made.args[1:]]
    seen: set[Var] = set()
    holders: set[type[Statement]] = set()
    while waiting:
        operand = waiting.pop()
        if not isinstance(operand, Var) or operand in seen or loop not in independence.places.loops.get(operand, ()):
            continue
        seen.add(operand)
        source = independence.places.made[operand]
        if source is not loop:
            holders.add(If if isinstance(source, If) else Loop if isinstance(source, Loop) else Assign)
            waiting += [*source.operands(), *inits(source), *results(source)]
    return not {If, Loop} <= holders


# -- parts ---------------------------------------------------------------------------------------


class _Parts:
    """One parallel loop as a loop over parts of its range, and what stands in front of it and behind it.

    The parts of a reverse loop are those ``of`` the forward loop, where that made tapes for each of them.
    """

    def __init__(self, context: Context, loop: For, verdict: Verdict, of: _Parts | None) -> None:
        self.context, self.loop, self.verdict, self.of = context, loop, verdict, of
        self.before, self.behind, self.begins, self.ends = Block(), Block(), Block(), Block()
        self.count: Operand = (
            of.count if of is not None else self._in(self.before).emit("s2sad.threads", name="parts", kind=INT))
        self.over = For(Var("part", INT), constant(0), self.count, constant(1), of is not None and bool(verdict.reason),
                        not verdict.reason, _note(verdict) if verdict.reason else "",
                        origin=loop.origin, adjoint=loop.adjoint, of=loop.of or loop)
        context.definitions[self.over.index] = self.over
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
        return [*self.before.statements, self.over, *self.behind.statements]

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

    def _take_part(self) -> None:
        """Run from `start + n * part // parts` to `start + n * (part + 1) // parts`."""
        loop, inside = self.loop, self._in(self.begins)
        start, count = loop.start, loop.end
        if not is_literal(start, 0):
            count = self._in(self.before).emit("operator.sub", loop.end, start, name="count", kind=INT)
        bounds: list[Operand] = []
        for place in (self.over.index, inside.emit("operator.add", self.over.index, constant(1), kind=INT)):
            product = inside.emit("operator.mul", count, place, kind=INT)
            bound = inside.emit("operator.floordiv", product, self.count, kind=INT)
            bounds.append(bound if is_literal(start, 0) else inside.emit("operator.add", start, bound, kind=INT))
        loop.start, loop.end = bounds
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
            "s2sad.store", held, held, self.over.index, carry.result, kind=whole.kind, name=whole.name)
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
