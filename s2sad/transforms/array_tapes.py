"""Tapes of numbers as arrays, for compiled code: there an array costs a store where a list costs a call.

    y_tape = np.empty(n)                     a loop of at most so many rounds: one place a round
    for i in range(n):
        y_tape[i] = y

    y_tape = np.empty((n, n))                one that begins, or ends, at the index of another: a place for each index
    for i in range(n):
        for j in range(i):
            y_tape[i, j] = y

    y_tape = np.empty(64)                    any other: arrays that grow, and one cursor for all tapes of the loop
    top = 0
    while test:
        top += 1
        if top == len(y_tape):
            y_tape = _grown(y_tape)
        y_tape[top] = y

    while top:
        y = y_tape[top]
        top -= 1

An inner loop that is counted has room made for all its rounds in front of it, and no test in them:

    while top + n >= len(y_tape):
        y_tape = _grown(y_tape)

Of several that grow so, those of numbers of one type are columns of one array, `tape[top, 0] = y`: one is tested in
each round, and may become another.

For code that Python runs, NumPy's numbers alone are kept so, in most rounds of a loop: a place of 8 bytes for one of 40
on a list, and the item that is read is such a number again. Where another loop is around it there is an array for each
of its rounds (`transforms.run_tapes`).

A place that no round writes costs nothing as long as its page is not touched. Of an array that grows the first
place stays empty, so that the cursor moves before whatever may end the round.

Arrays that are as long in every round are rows of one array, if each round writes one: a list would keep an allocation
for each, and what is in a list cannot be written element by element. What is neither stays on a list. For code that
Python runs, those alone are rows that `optimise.batches` makes a matrix of, and other vectors of such a loop: that
there are outer products of them says that they are short, and most of a short array is not its elements. And what an
update overwrites, a row of a matrix, is copied to a row as to an array of its own.
"""
from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from s2sad.analyses.uses import count_reads
from s2sad.ir.kinds import FIRST_LENGTH, INT, Array, Dim, Extent, Kind, Scalar, Tuple
from s2sad.ir.nodes import (
    IN_PLACE,
    KEPT,
    Assign,
    Block,
    Carry,
    Const,
    Drain,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    is_literal,
    structured,
    walk,
)
from s2sad.ir.rewrite import replace_operands
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import is_whole
from s2sad.rules.lengths import extent_of, form_of, is_not_negative
from s2sad.transforms.counting import place_of, places_between, rounds_between, rounds_up_to
from s2sad.transforms.optimise.batches import batched
from s2sad.transforms.outside import Facts, Outside
from s2sad.transforms.run_tapes import RunTape, has_many_rounds

# More places than this are not taken at once for a loop that may end early.
_MOST_PLACES = 1 << 20
# What rows may hold: of others Numba computes with other types than NumPy.
ROWS = {"float64", "int64", "bool"}
DTYPES = {"float64", "float32", "int64", "bool", "complex128", "complex64"}
# What the length of a loop may be computed with outside of the loops around it.
_LENGTHS = {"array.shape", "builtins.len", "operator.add", "operator.sub", "operator.mul", "operator.floordiv"}


@dataclass
class _Use:
    statement: Statement
    block: Block
    loops: tuple[Loop, ...]


@dataclass(frozen=True)
class _Axis:
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


@dataclass
class _Tape:
    made: Assign
    pushes: list[_Use] = field(default_factory=list)
    pops: list[_Use] = field(default_factory=list)


def use_arrays(context: Context, function: Function, handed_over: bool = False) -> list[Statement]:
    """Keep the numbers that a derivative tapes in arrays; what that adds to the function's own block is returned.

    ``handed_over`` says that the reverse sweep may run again on the same tapes: what it takes from rows are views,
    and it may write to them.
    """
    if not any(isinstance(s, Assign) and s.primitive == "s2sad.tape" for s in function.body.statements):
        return []
    return _Pass(context, function, handed_over).run()


def _inside(push: _Use, pop: _Use) -> tuple[_Use, _Use]:
    """Both as they stand in a round of the loops that are around both: a tape is empty again at its end."""
    shared = sum(one is two for one, two in zip(push.loops, pop.loops, strict=False))
    return (_Use(push.statement, push.block, push.loops[shared:]), _Use(pop.statement, pop.block, pop.loops[shared:]))


def _is_number_of_numpy(kind: Kind) -> bool:
    return isinstance(kind, Scalar) and not kind.weak and kind.dtype == "float64"


def _has_singles(function: Function) -> bool:
    """Whether a function computes in single precision."""
    variables = [*(param.var for param in function.params), *(v for s in walk(function.body) for v in s.defined())]
    return any(getattr(var.kind, "dtype", "") in ("float32", "complex64") for var in variables)


class _Pass:
    def __init__(self, context: Context, function: Function, handed_over: bool) -> None:
        self.context, self.function, self.body, self.handed_over = context, function, function.body, handed_over
        self.tapes: dict[Operand, _Tape] = {}
        self.outside = {var for s in self.body.statements for var in s.defined()}
        self.outside.update(param.var for param in function.params)
        self.outside.update(function.captures)
        self.before: dict[Statement, list[Statement]] = {}
        self.growing: dict[tuple[Loop, ...], list[_Tape]] = {}
        self.dropped: set[Statement] = set()

    def run(self) -> list[Statement]:
        self._collect(self.body, ())
        for tape in self.tapes.values():
            self._settle(tape)
        for tapes in self.growing.values():
            self._let_grow(tapes)
        if self.before:
            self._weave(self.body, {*self.before, *self.dropped})
        return [s for tape in self.tapes.values() for s in self.before.get(tape.made, [])]

    def _collect(self, block: Block, loops: tuple[Loop, ...]) -> None:
        for s in block.statements:
            if isinstance(s, Assign):
                if s.primitive == "s2sad.tape":
                    self.tapes[s.target] = _Tape(s)
                elif s.primitive == "s2sad.pop":
                    self.tapes[s.args[0]].pops.append(_Use(s, block, loops))
            elif isinstance(s, Effect) and s.primitive == "s2sad.push":
                self.tapes[s.args[0]].pushes.append(_Use(s, block, loops))
            elif not s.simple:
                for inner in s.blocks():
                    self._collect(inner, (*loops, s) if isinstance(s, Loop) else loops)

    def _settle(self, tape: _Tape) -> None:
        if len(tape.pushes) != 1 or len(tape.pops) != 1:
            return
        push, pop = _inside(tape.pushes[0], tape.pops[0])
        tape.pushes, tape.pops = [push], [pop]
        assert isinstance(push.statement, Effect)
        kind = push.statement.args[1].kind
        if [loop.of for loop in pop.loops] != [*push.loops]:
            return
        if isinstance(kind, Array) and self._wants_rows(push.statement.args[1], pop):
            self._settle_rows(tape, push, pop)
        if not isinstance(kind, Scalar) or kind.dtype not in DTYPES:
            return
        if self.context.array_tapes:
            self._settle_compiled(tape, kind.dtype, push, pop)
        elif _is_number_of_numpy(kind) and not self._singles and self._is_of_most_rounds(push):
            self._settle_run(tape, kind.dtype, push, pop)

    @functools.cached_property
    def _singles(self) -> bool:
        """Whether a number may be Python's own on some path: out of an array it would make single precision double."""
        return _has_singles(self.function)

    def _settle_compiled(self, tape: _Tape, dtype: str, push: _Use, pop: _Use) -> None:
        tape.made.extra = dtype
        if not self._fix(tape, push, pop):
            self.growing.setdefault(push.loops, []).append(tape)

    def _settle_run(self, tape: _Tape, dtype: str, push: _Use, pop: _Use) -> None:
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
        self._put_before(forward, run.made)
        self._put_before(reverse, run.taken)
        self._put_before(push.statement, run.let_push(push.statement, forward))
        self._put_before(pop.statement, run.let_pop(pop.statement, reverse))

    # -- loops of known length ---------------------------------------------------------------------

    def _fix(self, tape: _Tape, push: _Use, pop: _Use) -> bool:
        """One place for each round, if it is known before the first how many there may be."""
        if not all(map(_is_counted, (*push.loops[1:], *pop.loops))) or not _is_bounded(push.loops[0]):
            return False
        axes = self._axes(tape, push, True)
        if axes is None:
            return False
        tape.made.args = [axis.length for axis in axes]
        for use in (push, pop):
            replace_operands(use.statement, [*use.statement.args, *self._places(use, axes, use is pop)])
        return True

    def _axes(self, tape: _Tape, push: _Use, boxes: bool) -> list[_Axis] | None:
        """The places for each of the loops, how many there are computed in front of all."""
        steps = Block()
        b = Builder(self.context, steps)
        loops = [loop for loop in push.loops if isinstance(loop, For)]
        axes = [self._axis(b, loop, boxes) or (self._box(b, loop, loops[:number]) if boxes else None)
                for number, loop in enumerate(loops)]
        if any(axis is None for axis in axes):
            return None
        self._put_before(tape.made, steps)
        return [axis for axis in axes if axis is not None]

    def _places(self, use: _Use, axes: list[_Axis], adjoint: bool) -> list[Operand]:
        """Which place of each loop this is, computed in front of a use."""
        places = Block()
        builder = Builder(self.context, places, adjoint=adjoint)
        found = [place_of(builder, loop, axis.first) for loop, axis in zip(use.loops, axes, strict=True)
                 if isinstance(loop, For)]
        self._put_before(use.statement, places)
        return found

    # -- rows --------------------------------------------------------------------------------------

    def _wants_rows(self, value: Operand, pop: _Use) -> bool:
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

    def _settle_rows(self, tape: _Tape, push: _Use, pop: _Use) -> None:
        """An array that each round tapes, always as long, is written to the round's row of one array."""
        assert isinstance(push.statement, Effect) and isinstance(pop.statement, Assign)
        value, loops = push.statement.args[1], [*push.loops, *pop.loops]
        if not push.loops or not self._is_in_no_branch(push) or not all(map(_is_counted, loops)) or any(
                isinstance(loop, For) and loop.parallel for loop in loops):
            return
        kind = value.kind
        assert isinstance(kind, Array)
        steps = Block()
        shape = self._shape(Builder(self.context, steps), tape, value, pop.statement.target)
        axes = None if shape is None else self._axes(tape, push, False)
        if shape is None or axes is None:
            return
        self._put_before(tape.made, steps)
        rows = Array(kind.dtype, (*(self._extent(axis.length) for axis in axes), *(kind.dims or ())))
        self._make_rows(tape, rows, [*(axis.length for axis in axes), *shape])
        if not self.context.array_tapes:
            self._write_at_once(push, value)
        last = self._write_row(tape, rows, push, axes, value)
        reading = Block()
        place = _index(Builder(self.context, reading, adjoint=True), self._places(pop, axes, True))
        self._put_before(pop.statement, reading)
        pop.statement.primitive, pop.statement.args = "s2sad.getitem", [last, place]

    def _write_at_once(self, push: _Use, value: Operand) -> None:
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

    def _is_in_no_branch(self, push: _Use) -> bool:
        """Whether each loop around a push stands in the loop around it, and in no branch there."""
        blocks = [self.body, *(loop.body for loop in push.loops)]
        return push.block is blocks[-1] and all(
            loop in block.statements for loop, block in zip(push.loops, blocks, strict=False))

    def _shape(self, b: Builder, tape: _Tape, value: Operand, taken: Var) -> list[Operand] | None:
        """How long an array is in every round."""
        kind = value.kind
        if not isinstance(kind, Array) or not kind.dims or kind.dtype not in ROWS:
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

    def _make_rows(self, tape: _Tape, rows: Array, lengths: list[Operand]) -> None:
        steps = Block()
        b = Builder(self.context, steps)
        shape = b.emit("s2sad.tuple", *lengths)
        self._put_before(tape.made, steps)
        types = {"int64": (np.int64, "np.int64"), "bool": (np.bool_, "np.bool_")}
        tape.made.target.kind = rows
        tape.made.primitive = "numpy.empty"
        tape.made.args = [shape, *([constant(*types[rows.dtype])] if rows.dtype in types else [])]

    def _write_row(self, tape: _Tape, rows: Array, push: _Use, axes: list[_Axis], value: Operand) -> Var:
        """Write to a row in place of pushing; what the array is called after the loops is returned."""
        def version() -> Var:
            return Var(tape.made.target.name, rows, tape.made.target.varied)

        now, carries = tape.made.target, []
        for loop in push.loops:
            carries.append(Carry(now, version(), now, version()))
            loop.carries.append(carries[-1])
            now = carries[-1].param
        writing = Block()
        place = _index(Builder(self.context, writing), self._places(push, axes, False))
        kept = None if self.context.array_tapes else KEPT
        store = Assign(version(), "s2sad.put", [now, place, value], extra=kept, origin=push.statement.origin)
        self.context.definitions[store.target] = store
        now = store.target
        for carry in reversed(carries):
            carry.out, now = now, carry.result
        at = push.block.statements.index(push.statement)
        self.before[store] = self.before.pop(push.statement, [])
        self._put_before(store, writing)
        push.block.statements[at] = store
        return now

    def _axis(self, b: Builder, loop: For, spare: bool) -> _Axis | None:
        """A place for each round of a loop that has as many whenever it is run, or a few to ``spare``."""
        bounds = [self._outside(b, bound) for bound in (loop.start, loop.end, loop.step)]
        if any(bound is None for bound in bounds):
            return None
        start, end, step = (bound for bound in bounds if bound is not None)
        if spare and not self.context.array_tapes:
            return _Axis(*places_between(b, start, end, step))
        return _Axis(rounds_between(b, start, end, step))

    def _box(self, b: Builder, loop: For, around: list[For]) -> _Axis | None:
        """A place for each index that a loop has in some round of those around it, where it begins, or ends, at the
        index of one of them, of which about half are taken, or where the remainder of a division leaves it."""
        nest = [*around, loop]
        nested = all(self._holds_mostly(outer, inner) for outer, inner in zip(around, nest[1:], strict=True))
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
            return _Axis(rounds_between(b, first, end, loop.step), first)
        if is_literal(first, 0):
            return _Axis(rounds_up_to(b, end), first)
        return _Axis(b.emit("builtins.max", b.emit("operator.sub", end, first, kind=INT), constant(0), kind=INT), first)

    def _is_of_most_rounds(self, push: _Use) -> bool:
        """Whether a place is written in all rounds of a loop that is not broken off, or in most."""
        return bool(push.loops) and push.loops[-1].stop is None and (
            self._holds_mostly(push.loops[-1], push.statement))

    def _holds_mostly(self, loop: Loop, inner: Statement) -> bool:
        """Whether a statement is run in all rounds of a loop, or but for those in which two values happen to be equal
        or that are the first."""
        return inner in loop.body.statements or any(
            inner in s.blocks()[branch].statements for s in loop.body.statements if isinstance(s, If)
            for branch in self._usual_branch(loop, s))

    def _usual_branch(self, loop: Loop, s: If) -> list[int]:
        """The branch that most rounds of a loop take, where the test tells."""
        test = self.context.definitions.get(s.condition) if isinstance(s.condition, Var) else None
        if not isinstance(test, Assign):
            return []
        branch = {"operator.ne": 0, "operator.eq": 1}.get(test.primitive)
        if branch is None and isinstance(loop, For) and loop.index is test.args[0] and isinstance(test.args[1], Const):
            branch = {"operator.gt": 0, "operator.ge": 0, "operator.le": 1, "operator.lt": 1}.get(test.primitive)
        return [] if branch is None else [branch]

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

    # -- any other ---------------------------------------------------------------------------------

    def _let_grow(self, tapes: list[_Tape]) -> None:
        """Arrays of one length, and a cursor that every round moves."""
        name = tapes[0].made.target.name.removesuffix("_tape") + "_" if len(tapes) == 1 else ""
        top = Var(f"{name}top", INT)
        made = Assign(top, "s2sad.top", [])
        self.context.definitions[top] = made
        self.before.setdefault(tapes[0].made, []).append(made)
        arrays = []
        forward, reverse = tapes[0].pushes[0].loops[-1], tapes[0].pops[0].loops
        for group in [[tape] for tape in tapes] if _has_room(forward) else self._groups(tapes):
            arrays.append(group[0].made.target)
            for number, tape in enumerate(group):
                place = [constant(number)] if len(group) > 1 else []
                for use in (tape.pushes[0], tape.pops[0]):
                    _, *others = use.statement.args
                    replace_operands(use.statement, [arrays[-1], *others, top, *place])
        advance = Effect("s2sad.advance", [top, *arrays])
        if isinstance(forward, For) and _has_room(forward):
            steps = Block()
            b = Builder(self.context, steps)
            b.effect("s2sad.make_room", top, _rounds(b, forward), *arrays)
            self._put_before(forward, steps)
            advance.args = [top]
        forward.body.statements.insert(self._first(forward.body, tapes), advance)
        reverse[-1].body.statements.append(Effect("s2sad.go_back", [top], adjoint=True))
        if isinstance(reverse[-1], Drain) and any(reverse[-1].tape is tape.made.target for tape in tapes):
            reverse[-1].args = [top]

    def _groups(self, tapes: list[_Tape]) -> list[list[_Tape]]:
        """The tapes that are columns of one array: what grows in each round of a loop costs it dear, for each array."""
        parallel = any(isinstance(s, For) and s.parallel for s in structured(self.body))
        groups: dict[object, list[_Tape]] = {}
        for tape in tapes:
            groups.setdefault(tape.made if parallel else tape.made.extra, []).append(tape)
        for first, *others in groups.values():
            if others:
                first.made.args = [constant(FIRST_LENGTH), constant(len(others) + 1)]
                first.made.target.name = "tape"
                self.dropped.update(tape.made for tape in others)
                self.before.setdefault(first.made, []).extend(
                    s for tape in others for s in self.before.pop(tape.made, []))
        return list(groups.values())

    def _first(self, block: Block, tapes: list[_Tape]) -> int:
        """The first statement of a block that pushes to one of these, or holds one that does."""
        pushes = {tape.pushes[0].statement for tape in tapes}
        return next(n for n, s in enumerate(block.statements) if pushes.intersection(walk(Block([s]))))

    # -- the text ----------------------------------------------------------------------------------

    def _put_before(self, statement: Statement, steps: Block) -> None:
        self.before.setdefault(statement, []).extend(steps.statements)

    def _weave(self, block: Block, changed: set[Statement]) -> None:
        for s in block.statements:
            if not s.simple:
                for inner in s.blocks():
                    self._weave(inner, changed)
        if not changed.isdisjoint(block.statements):
            block.statements = [one for s in block.statements
                                for one in (*self.before.get(s, ()), *(() if s in self.dropped else (s,)))]


def _rises(loop: For) -> bool:
    """Whether a loop counts up, by a number that is written in the program."""
    return isinstance(loop.step, Const) and type(loop.step.value) is int and loop.step.value > 0


def _is_counted(loop: Loop) -> bool:
    return isinstance(loop, For) and loop.stop is None


def _is_bounded(loop: Loop) -> bool:
    """Whether a loop can be given places for all its rounds at once."""
    if not isinstance(loop, For):
        return False
    bounds = [bound.value for bound in (loop.start, loop.end, loop.step) if isinstance(bound, Const)]
    return loop.stop is None or len(bounds) < 3 or len(range(*bounds)) <= _MOST_PLACES


def _has_room(loop: Loop) -> bool:
    """Whether arrays that grow do so in front of a loop, of which is known there how many rounds it has."""
    return isinstance(loop, For) and loop.stop is None and not loop.parallel


def _rounds(b: Builder, loop: For) -> Operand:
    """How many rounds a loop has, or less than nothing where it has none."""
    bounds = [bound.value for bound in (loop.start, loop.end, loop.step) if isinstance(bound, Const)]
    if len(bounds) == 3:
        return constant(len(range(*bounds)))
    if not is_literal(loop.step, 1):
        return b.emit("builtins.len", b.emit("builtins.range", loop.start, loop.end, loop.step), kind=INT)
    return loop.end if is_literal(loop.start, 0) else b.emit("operator.sub", loop.end, loop.start, kind=INT)


def _index(b: Builder, places: list[Operand]) -> Operand:
    return places[0] if len(places) == 1 else b.emit("s2sad.tuple", *places)
