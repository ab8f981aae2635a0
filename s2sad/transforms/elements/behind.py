"""Sums of neighbours behind a loop over elements, in the place of what it adds to neighbours; see `scattered`."""
from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from s2sad.analyses.terms import Term, least_of
from s2sad.ir.copies import version_of
from s2sad.ir.kinds import INT, Array, Dim, Extent, Scalar
from s2sad.ir.nodes import Assign, Block, Carry, Const, For, If, Merge, Operand, Statement, Var
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.pieces import index_of
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
class Target:
    """An array and the updates that add to several places of it.

    ``parts`` is the index of one of them; the others differ from it by their offsets.
    """

    parts: list[Term]
    updates: list[Shifted]

    @property
    def held(self) -> Operand:
        return self.updates[0].statement.args[0]

    def part_of(self, axis: Axis) -> int:
        """Which part of the index runs along a loop."""
        return next(n for n, part in enumerate(self.parts) if part.symbol is axis.loop.index)


@dataclass
class Scatter:
    """Updates in the innermost of ``axes`` that add one number to several places, of one array or of several."""

    axes: list[Axis]
    targets: list[Target]

    @property
    def added(self) -> Var:
        return self.targets[0].updates[0].added

    def ends(self) -> list[tuple[int, int]]:
        """How far ahead the updates are along each loop, at the least and at most."""
        first = self.targets[0]
        ends = ends_of(first.updates)
        return [ends[first.part_of(axis)] for axis in self.axes]

    def takes_in(self, other: Scatter, memory: Memory) -> bool:
        """Whether another one adds the same number to other arrays, as far ahead."""
        return (self.axes == other.axes and self.added is other.added and self.ends() == other.ends()
                and not {memory.of(one.held) for one in self.targets} & {memory.of(one.held) for one in other.targets})


class _Added(NamedTuple):
    """What an array is called before what is added to it, and after."""

    target: Target
    before: Var
    after: Var


def add_behind(context: Context, memory: Memory, outer: Block, scatter: Scatter) -> None:
    """Add behind the outermost of the loops, which stands in ``outer``, what the innermost adds in each round."""
    _Rewriting(context, memory, outer, scatter).run()


class _Rewriting:
    def __init__(self, context: Context, memory: Memory, outer: Block, scatter: Scatter) -> None:
        self.context, self.memory, self.outer, self.scatter = context, memory, outer, scatter
        self.ends = scatter.ends()
        self.updates = [update.statement for target in scatter.targets for update in target.updates]
        self.first = self.updates[0]

    def run(self) -> None:
        axes, place = self.scatter.axes, self.outer.statements.index(self.scatter.axes[0].loop)
        before, behind = Block(), Block()
        zeros = self._zeros(self._builder(before))
        padded = self._fill(zeros)
        added: list[_Added] = []
        for target in self.scatter.targets:
            held = self.memory.of(target.held)
            carry = next(c for c in axes[0].loop.carries if self.memory.of(c.param) is held)
            after, carry.result = carry.result, version_of(carry.result)
            added.append(_Added(target, carry.result, after))
        self._gather(self._builder(behind), padded, added)
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
            carries.append(Carry(now, version_of(zeros), zeros, version_of(zeros)))
            now = carries[-1].param
            loop.carries = [*loop.carries, carries[-1]]
        new = Block()
        b = self._builder(new)
        places = [_operand(b, Term(loop.index, high - low - start))
                  for (loop, start, _), (low, high) in zip(self.scatter.axes, self.ends, strict=True)]
        filled = b.emit("s2sad.put", now, index_of(b, places), self.scatter.added, kind=zeros.kind, name="padded")
        gone = set(self.updates)
        last = [s for s in block.statements if s in gone][-1]
        kept: list[Statement] = []
        for s in block.statements:
            kept += new.statements if s is last else []
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

    def _gather(self, b: Builder, padded: Var, added: list[_Added]) -> None:
        """Add to each place all that goes there, if the loops have had a round."""
        tests = [_has_rounds(b, axis) for axis in self.scatter.axes
                 if not all(self._is_inside(axis, one) for one in added)]
        if not tests:
            self._loops(b, padded, added, [])
            return
        test = tests[0]
        for other in tests[1:]:
            test = b.emit("s2sad.both", test, other, kind=BOOL)
        branch = If([test], Block(), Block(), origin=b.origin, adjoint=b.adjoint)
        then = [one._replace(after=version_of(one.after)) for one in added]
        self._loops(self._builder(branch.then), padded, then, [])
        branch.merges = [Merge(one.after, [inner.after, one.before]) for one, inner in zip(added, then, strict=True)]
        b.append(branch)

    def _is_inside(self, axis: Axis, added: _Added) -> bool:
        """Whether all places are in the array even if the loops have no rounds."""
        number = added.target.part_of(axis)
        low, high = self.ends[self.scatter.axes.index(axis)]
        if axis.end.symbol is None or axis.end.offset + high > 0 or axis.start + low < 0:
            return False
        kind = added.before.kind
        assert isinstance(kind, Array) and kind.dims is not None
        return _extent_of(self.context, axis.end.symbol) == kind.dims[number]

    def _loops(self, b: Builder, padded: Var, added: list[_Added], indices: list[Var]) -> None:
        depth = len(indices)
        if depth == len(self.scatter.axes):
            self._add(b, padded, added, indices)
            return
        (loop, start, end), (low, high) = self.scatter.axes[depth], self.ends[depth]
        index = Var(loop.index.name, INT)
        stop = _operand(b, Term(end.symbol, end.offset + high))
        new = For(index, [constant(start + low), stop, constant(1)], origin=b.origin, adjoint=b.adjoint)
        new.carries = [Carry(one.before, version_of(one.before), version_of(one.before), one.after) for one in added]
        inside = [one._replace(before=carry.param, after=carry.out)  # type: ignore[arg-type]  # variables, as made here
                  for one, carry in zip(added, new.carries, strict=True)]
        self._loops(self._builder(new.body), padded, inside, [*indices, index])
        b.append(new)

    def _add(self, b: Builder, padded: Var, added: list[_Added], indices: list[Var]) -> None:
        kind = Scalar("float64", weak=False)
        here = {axis.loop.index: Term(index, 0) for axis, index in zip(self.scatter.axes, indices, strict=True)}
        known: dict[tuple[int, ...], Operand] = {}
        for target, before, after in added:
            terms = []
            for offsets, factor in factors_of(target.updates).items():
                ahead = tuple(high - offsets[target.part_of(axis)] - axis.start - low
                              for axis, (low, high) in zip(self.scatter.axes, self.ends, strict=True))
                if ahead not in known:
                    places = [_operand(b, Term(index, by)) for index, by in zip(indices, ahead, strict=True)]
                    known[ahead] = b.emit("s2sad.getitem", padded, index_of(b, places), kind=kind)
                terms.append((factor, known[ahead]))
            total = signed_sum(b, terms, kind)
            parts = [here.get(part.symbol, part) for part in target.parts]  # type: ignore[arg-type]
            place = index_of(b, [_operand(b, part) for part in parts])
            along = target.updates[0].along
            if along is not None:
                total = b.emit("operator.mul", b.emit("s2sad.getitem", along, place, kind=kind), total, kind=kind)
            b.append(Assign(after, "s2sad.index_add", [before, place, total]))


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


def _operand(b: Builder, term: Term) -> Operand:
    if term.symbol is None or not term.offset:
        return term.symbol or constant(term.offset)
    primitive = "operator.add" if term.offset > 0 else "operator.sub"
    return b.emit(primitive, term.symbol, constant(abs(term.offset)), kind=INT)


def _has_rounds(b: Builder, axis: Axis) -> Operand:
    return b.emit("operator.lt", constant(axis.start), _operand(b, axis.end), kind=BOOL)
