"""Sums of neighbours behind a loop over elements, in the place of what it adds to neighbours; see `scattered`."""
from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from s2sad.analyses.terms import Term, least_of
from s2sad.ir.kinds import INT, Array, Dim, Extent, Scalar
from s2sad.ir.nodes import Assign, Block, Carry, Const, For, If, Merge, Operand, Statement, Var
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.elements.memory import Memory
from s2sad.transforms.elements.shifted import Shifted, ends_of, factors_of, signed_sum
from s2sad.transforms.fresh_arrays import Padding

BOOL = Scalar("bool")


class Axis(NamedTuple):
    """An axis that runs along a loop from a literal to ``end``."""

    loop: For
    start: int
    end: Term


@dataclass
class Scatter:
    """Updates in the innermost of ``axes`` that add one number to several places of an array.

    ``parts`` is the index of one of them; the others differ from it by their offsets.
    """

    axes: list[Axis]
    parts: list[Term]
    updates: list[Shifted]

    def ends(self) -> list[tuple[int, int]]:
        """How far ahead the updates are along each loop, at the least and at most."""
        ends = ends_of(self.updates)
        return [ends[self.part_of(axis)] for axis in self.axes]

    def part_of(self, axis: Axis) -> int:
        """Which part of the index runs along a loop."""
        return next(n for n, part in enumerate(self.parts) if part.symbol is axis.loop.index)


def add_behind(context: Context, memory: Memory, outer: Block, scatter: Scatter) -> None:
    """Add behind the outermost of the loops, which stands in ``outer``, what the innermost adds in each round."""
    _Rewriting(context, memory, outer, scatter).run()


class _Rewriting:
    def __init__(self, context: Context, memory: Memory, outer: Block, scatter: Scatter) -> None:
        self.context, self.memory, self.outer, self.scatter = context, memory, outer, scatter
        self.ends = scatter.ends()
        self.first = scatter.updates[0].statement

    def run(self) -> None:
        axes, place = self.scatter.axes, self.outer.statements.index(self.scatter.axes[0].loop)
        before, behind = Block(), Block()
        zeros = self._zeros(self._builder(before))
        padded = self._fill(zeros)
        held = self.memory.of(self.first.args[0])
        carry = next(c for c in axes[0].loop.carries if self.memory.of(c.param) is held)
        after, carry.result = carry.result, _version(carry.result)
        self._gather(self._builder(behind), padded, carry.result, after)
        self.outer.statements[place + 1:place + 1] = behind.statements
        self.outer.statements[place:place] = before.statements

    def _builder(self, block: Block) -> Builder:
        return Builder(self.context, block, self.first.origin, adjoint=self.first.adjoint)

    def _zeros(self, b: Builder) -> Var:
        """An array that is longer than the loops by all shifts, at both ends."""
        lengths: list[Operand] = []
        for (_, start, end), (low, high) in zip(self.scatter.axes, self.ends, strict=True):
            found = _operand(b, Term(end.symbol, end.offset - start + 2 * (high - low)))
            least = least_of(self.context, found)
            short = least is None or least < 0
            lengths.append(b.emit("builtins.max", found, constant(0), kind=INT) if short else found)
        shape = lengths[0] if len(lengths) == 1 else b.emit("s2sad.tuple", *lengths)
        kind = Array("float64", tuple(Dim(self.context.fresh()) for _ in lengths))
        pads = tuple(high - low for low, high in self.ends)
        zeros = b.emit("numpy.zeros", shape, kind=kind, name="padded", extra=Padding(pads))
        assert isinstance(zeros, Var)
        return zeros

    def _fill(self, zeros: Var) -> Var:
        """Put what is added between the zeros, in the place of the updates; what they are called after the loops."""
        loops = [axis.loop for axis in self.scatter.axes]
        block = loops[-1].body
        now = zeros
        carries = []
        for loop in loops:
            carries.append(Carry(now, _version(zeros), zeros, _version(zeros)))
            now = carries[-1].param
            loop.carries = [*loop.carries, carries[-1]]
        new = Block()
        b = self._builder(new)
        places = [_operand(b, Term(loop.index, high - low - start))
                  for (loop, start, _), (low, high) in zip(self.scatter.axes, self.ends, strict=True)]
        added = self.scatter.updates[0].added
        filled = b.emit("s2sad.put", now, _index(b, places), added, kind=zeros.kind, name="padded")
        gone = {update.statement for update in self.scatter.updates}
        kept: list[Statement] = []
        for s in block.statements:
            kept += new.statements if s is self.scatter.updates[-1].statement else []
            kept += [] if s in gone else [s]
        block.statements = kept
        substitute_block(block, {s.target: s.args[0] for s in gone})
        mapping: dict[Var, Operand] = {s.target: s.args[0] for s in gone}
        for carry in loops[-1].carries:
            while carry.out in mapping:
                carry.out = mapping[carry.out]
        out = filled
        for carry in reversed(carries):
            carry.out, out = out, carry.result
        return carries[0].result

    # -- behind the loops --------------------------------------------------------------------------

    def _gather(self, b: Builder, padded: Var, held: Var, after: Var) -> None:
        """Add to each place all that goes there, if the loops have had a round."""
        tests = [_has_rounds(b, axis) for axis in self.scatter.axes if not self._is_inside(axis, held)]
        if not tests:
            self._loops(b, padded, held, after, [])
            return
        test = tests[0]
        for other in tests[1:]:
            test = b.emit("s2sad.both", test, other, kind=BOOL)
        then, branch = _version(after), If([test], Block(), Block(), origin=b.origin, adjoint=b.adjoint)
        self._loops(self._builder(branch.then), padded, held, then, [])
        branch.merges = [Merge(after, [then, held])]
        b.append(branch)

    def _is_inside(self, axis: Axis, held: Var) -> bool:
        """Whether all places are in the array even if the loops have no rounds."""
        number = self.scatter.part_of(axis)
        low, high = self.ends[self.scatter.axes.index(axis)]
        if axis.end.symbol is None or axis.end.offset + high > 0 or axis.start + low < 0:
            return False
        assert isinstance(held.kind, Array) and held.kind.dims is not None
        return _extent_of(self.context, axis.end.symbol) == held.kind.dims[number]

    def _loops(self, b: Builder, padded: Var, held: Var, after: Var, indices: list[Var]) -> None:
        depth = len(indices)
        if depth == len(self.scatter.axes):
            self._add(b, padded, held, after, indices)
            return
        (loop, start, end), (low, high) = self.scatter.axes[depth], self.ends[depth]
        index = Var(loop.index.name, INT)
        stop = _operand(b, Term(end.symbol, end.offset + high))
        new = For(index, [constant(start + low), stop, constant(1)], origin=b.origin, adjoint=b.adjoint)
        carry = Carry(held, _version(held), held, after)
        out = _version(held)
        carry.out = out
        new.carries = [carry]
        self._loops(self._builder(new.body), padded, carry.param, out, [*indices, index])
        b.append(new)

    def _add(self, b: Builder, padded: Var, held: Var, after: Var, indices: list[Var]) -> None:
        terms = []
        kind = Scalar("float64", weak=False)
        for offsets, factor in factors_of(self.scatter.updates).items():
            places = []
            for index, axis, (low, high) in zip(indices, self.scatter.axes, self.ends, strict=True):
                ahead = high - offsets[self.scatter.part_of(axis)] - axis.start - low
                places.append(_operand(b, Term(index, ahead)))
            terms.append((factor, b.emit("s2sad.getitem", padded, _index(b, places), kind=kind)))
        total = signed_sum(b, terms, kind)
        here = {axis.loop.index: Term(index, 0) for axis, index in zip(self.scatter.axes, indices, strict=True)}
        parts = [_operand(b, here.get(part.symbol, part)) for part in self.scatter.parts]  # type: ignore[arg-type]
        b.append(Assign(after, "s2sad.index_add", [held, _index(b, parts), total]))


def _extent_of(context: Context, number: Var) -> Extent | None:
    """The axis of an array that an integer is the length of."""
    made = context.definitions.get(number)
    if not isinstance(made, Assign):
        return None
    if made.primitive == "builtins.len":
        array, axis = made.args[0], 0
    else:
        shape = context.definition(made.args[0], "array.shape") if made.primitive == "s2sad.getitem" else None
        if shape is None or not isinstance(made.args[1], Const):
            return None
        array, axis = shape.args[0], made.args[1].value
    return array.kind.dims[axis] if isinstance(array.kind, Array) and array.kind.dims else None


def _version(var: Var) -> Var:
    new = Var(var.name, var.kind, var.varied, var.location)
    new.hint = var.hint
    return new


def _operand(b: Builder, term: Term) -> Operand:
    if term.symbol is None or not term.offset:
        return term.symbol or constant(term.offset)
    primitive = "operator.add" if term.offset > 0 else "operator.sub"
    return b.emit(primitive, term.symbol, constant(abs(term.offset)), kind=INT)


def _index(b: Builder, places: list[Operand]) -> Operand:
    return places[0] if len(places) == 1 else b.emit("s2sad.tuple", *places)


def _has_rounds(b: Builder, axis: Axis) -> Operand:
    return b.emit("operator.lt", constant(axis.start), _operand(b, axis.end), kind=BOOL)
