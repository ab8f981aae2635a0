"""The loops themselves: a `For` for each axis, and in the innermost a number for each value."""
from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from s2sad.ir.kinds import INT, Array, Extent, Scalar
from s2sad.ir.nodes import UNDEFINED, Assign, Block, Carry, Const, For, Operand, Var
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.pieces import index_of
from s2sad.transforms.elements.lengths import Lengths
from s2sad.transforms.elements.letters import LETTERS
from s2sad.transforms.elements.members import MAXIMUM_RANK, Member, accesses
from s2sad.transforms.elements.numbers import apply
from s2sad.transforms.elements.sources import Sources
from s2sad.transforms.elements.views import Fixed, Gathered, View
from s2sad.transforms.elements.writer import Writer, label


@dataclass(eq=False)
class _Kept:
    """Something that the loops carry: an array that they write, or a sum.

    ``writers`` are the numbers of the members that write it, ``now`` is what it is called at this point of the loops,
    ``result`` after them. Its first ``dropped`` axes are no axes of it: it is made anew for each round of those loops.
    """

    result: Var
    writers: set[int]
    now: Operand = UNDEFINED
    dropped: int = 0


class Nest:
    """Loops that share the outer ones: of each two members that follow each other it is known how many.

    What a member makes is a number to those inside all of its loops. To others it is an array, without the axes of the
    loops that all of its readers share; of what is quick to compute each computes it again.
    """

    def __init__(
        self, writer: Writer, members: list[Member], shared: list[int], outside: set[Operand], quick: set[Operand],
        lengths: Lengths,
    ) -> None:
        """``outside`` are the values and sums that something outside reads: they are put in arrays.

        ``shared[n]`` is the number of loops that member ``n`` shares with the one before it, ``quick`` are values that
        can be computed again wherever the loops are; ``key`` is the same of lengths that are.
        """
        self.writer, self.members, self.shared, self.lengths = writer, members, shared, lengths
        self.outside, self.quick = outside, quick
        self.made: dict[Operand, int] = {m.statement.target: number for number, m in enumerate(members)}
        self.values: dict[Operand, Operand] = {}
        self.named: set[Operand] = set()  # of the values
        self.kept: list[_Kept] = []
        self.arrays: dict[Operand, _Kept] = {}
        self.sums: dict[int, _Kept] = {}  # those that are numbers
        # Of each depth and member, the last one up to it that begins such loops anew: fewer are shared with it.
        self.begins = [[*accumulate((n if m < depth else 0 for n, m in enumerate(shared)), max)]
                       for depth in range(MAXIMUM_RANK + 1)]
        self.depth = {n: _sum_depth(m) for n, m in enumerate(members) if m.kind == "sum"}
        self.index: list[Operand] = []
        self.computed: dict[Hashable, Operand] = {}
        self.sources = Sources(members, self.made, writer.padded, lengths, self._now)
        self.dropped = self._dropped()

    def write(self, block: Block) -> None:
        """Append the loops to a block."""
        first = self.members[0].statement
        b = Builder(self.writer.context, block, first.origin, adjoint=first.adjoint)
        for number in range(len(self.members)):
            self._start(b, number)
        self._level(b, list(range(len(self.members))))

    # -- who reads what ----------------------------------------------------------------------------

    def _common(self, one: int, two: int) -> int:
        """How many loops two members share, the first of which comes before the second."""
        rank = len(self.members[one].dims)
        if one == two:
            return rank
        return next(depth for depth in range(MAXIMUM_RANK, -1, -1) if self.begins[depth][two] <= one)

    def _is_number_to(self, maker: int, reader: int) -> bool:
        made = self.members[maker]
        inside = self.depth[maker] if made.kind == "sum" else len(made.dims)
        return inside is not None and self._common(maker, reader) >= _effective_rank(made.dims[:inside])

    def _dropped(self) -> dict[Operand, int]:
        """What is put in an array, and how many of the outer loops that is made anew in each round of."""
        found: dict[Operand, int] = {}
        origin: dict[Operand, Operand] = {m.statement.target: m.statement.target for m in self.members}
        for reader, m in enumerate(self.members):
            target = m.statement.target
            if m.kind == "update":
                origin[target] = origin.get(m.statement.args[0], target)
            if target in self.outside and isinstance(target.kind, Array):
                found[origin[target]] = 0
            for view, written in accesses(m):
                base = origin.get(view.base, target)
                maker = self.made[base]
                if maker < reader and (written or view.base is not base or not (
                        self._is_number_to(maker, reader) or base in self.quick)):
                    found[base] = min(self._common(maker, reader), found.get(base, MAXIMUM_RANK))
        for number, depth in self.depth.items():
            if depth is None:
                found.setdefault(self.members[number].statement.target, 0)
        return found

    # -- what is carried ---------------------------------------------------------------------------

    def _start(self, b: Builder, number: int) -> None:
        """What stands in front of all loops for a member."""
        m = self.members[number]
        target = m.statement.target
        if m.kind == "update":
            self._start_update(m, number)
        elif target in self.dropped:
            adds = m.kind == "sum" and self.depth[number] is None
            if not adds or not self.dropped[target]:
                self._allocate(b, number, "numpy.zeros" if adds else "numpy.empty")

    def _start_update(self, m: Member, number: int) -> None:
        held, target = m.statement.args[0], m.statement.target
        kept = self.arrays.get(held)
        if kept is None:
            kept = _Kept(target, set(), held)
            self.kept.append(kept)
            self.arrays[held] = kept
        else:
            # The same memory, updated once more: the last variable is what it is called from here on.
            self.writer.mapping[kept.result] = target
            kept.result = target
        kept.writers.add(number)
        self.arrays[target] = kept

    def _allocate(self, b: Builder, number: int, primitive: str) -> None:
        m = self.members[number]
        target = m.statement.target
        axes = range(len(m.dims)) if m.kind == "value" else m.kept
        dims = [m.dims[axis] for axis in axes]
        dropped = sum(axis < self.dropped[target] for axis in axes)
        kind = target.kind
        assert isinstance(kind, Array)
        if dropped:
            kind = Array(kind.dtype, tuple(dims[dropped:]))
        start = Var(self.writer.array_name(target), kind, target.varied, target.location)
        types = {"int64": (np.int64, "np.int64"), "bool": (np.bool_, "np.bool_")}
        extra = [constant(*types[kind.dtype])] if kind.dtype in types else []
        shape = self.sources.shape(b, dims[dropped:])
        b.append(Assign(start, primitive, [shape, *extra]))
        result = target if not dropped else Var(start.name, start.kind, start.varied, start.location)
        kept = _Kept(result, {number}, start, dropped)
        self.kept.append(kept)
        self.arrays[target] = kept

    def _now(self, array: Var) -> Var:
        kept = self.arrays.get(array)
        return kept.now if kept is not None and isinstance(kept.now, Var) else array

    # -- loops -------------------------------------------------------------------------------------

    def _level(self, b: Builder, numbers: list[int]) -> None:
        """Write members inside the loops that are open."""
        depth = len(self.index)
        waiting = [*numbers]
        while waiting:
            m = self.members[waiting[0]]
            if len(m.dims) == depth:
                b.origin, b.adjoint = m.statement.origin, m.statement.adjoint
                self._element(b, waiting.pop(0))
                continue
            run = [waiting.pop(0)]
            while waiting and self.shared[waiting[0]] > depth:
                run.append(waiting.pop(0))
            sums = [n for n in run if self.members[n].kind == "sum" and self._begins_here(n, depth)]
            for number in sums:
                self._begin(b, number)
            if m.dims[depth] == 1:
                self.index.append(constant(0))
                self._level(b, run)
                self.index.pop()
            else:
                self._loop(b, run)
            for number in sums:
                self._end(b, number)

    def _loop(self, b: Builder, numbers: list[int]) -> None:
        extent = self.members[numbers[0]].dims[len(self.index)]
        around = sum(isinstance(index, Var) for index in self.index)
        loop = For(Var(self.writer.letters[around], INT), [constant(0), self.sources.length(b, extent), constant(1)])
        written = [kept for kept in self.kept if not kept.writers.isdisjoint(numbers)]
        carries = [self._carry(kept, outermost=not around) for kept in written]
        self.index.append(loop.index)
        self._level(Builder(b.context, loop.body, b.origin, adjoint=b.adjoint), numbers)
        self.index.pop()
        for kept, carry in zip(written, carries, strict=True):
            carry.out, kept.now = kept.now, carry.result
        loop.carries = carries
        b.append(loop)

    def _carry(self, kept: _Kept, outermost: bool) -> Carry:
        outer = kept.result
        name = kept.now.name if isinstance(kept.now, Var) else outer.name
        param = Var(name, outer.kind, outer.varied, outer.location)
        result = outer if outermost else Var(name, outer.kind, outer.varied, outer.location)
        carry = Carry(kept.now, param, param, result)
        kept.now = param
        return carry

    def _begins_here(self, number: int, depth: int) -> bool:
        if self.depth[number] is not None:
            return self.depth[number] == depth
        return self.dropped[self.members[number].statement.target] == depth > 0

    def _begin(self, b: Builder, number: int) -> None:
        """What a sum starts from: the lengths of the loops are read after it."""
        m = self.members[number]
        target = m.statement.target
        if self.depth[number] is None:
            self._allocate(b, number, "numpy.zeros")
            return
        name, kind, result = label(target, b.context), target.kind, target
        if m.kept:
            name = f"{name}_{''.join(LETTERS[axis] for axis in m.kept)}"
            kind = Scalar(getattr(target.kind, "dtype", "float64"), weak=False)
            result = Var(name, kind, target.varied)
        start = Var(name, kind, target.varied, target.location)
        b.append(Assign(start, "s2sad.alias", [constant(0 if getattr(kind, "dtype", "") == "int64" else 0.0)]))
        self.sums[number] = _Kept(result, {number}, start)
        self.kept.append(self.sums[number])

    def _end(self, b: Builder, number: int) -> None:
        """What comes after the loops of a sum."""
        if self.depth[number] is None:
            return
        target = self.members[number].statement.target
        kept = self.sums.pop(number)
        self.kept.remove(kept)
        self.values[target] = kept.now
        self.named.add(kept.now)
        if target in self.arrays:
            axes = self.members[number].kept
            self._put(b, "s2sad.put", self.arrays[target], [self.index[axis] for axis in axes], kept.now)

    # -- elements ----------------------------------------------------------------------------------

    def _element(self, b: Builder, number: int) -> None:
        m = self.members[number]
        s = m.statement
        if m.kind == "sum":
            self._add_to_sum(b, number)
        elif m.kind == "update":
            self._update(b, number)
        else:
            value = apply(b, s, self._read_all(b, number))
            if isinstance(value, Var) and value not in self.named:
                value.hint = f"{label(s.target, b.context)}_{self._spelled()}"
            self.named.add(value)
            self.values[s.target] = value
            if s.target in self.arrays:
                self._put(b, "s2sad.put", self.arrays[s.target], self.index, value)

    def _spelled(self) -> str:
        return "".join(index.name for index in self.index if isinstance(index, Var))

    def _read_all(self, b: Builder, number: int) -> list[Operand]:
        return [self._read(b, number, view) for view in self.members[number].reads]

    def _read(self, b: Builder, reader: int, view: View) -> Operand:
        maker = self.made.get(view.base, reader)
        if maker < reader and self.members[maker].kind != "update":
            if self._is_number_to(maker, reader):
                return self.values[view.base]
            if view.base not in self.arrays:
                return self._again(b, reader, view)
        if not view.index:
            return view.base
        kept = self.arrays.get(view.base)
        kind = view.base.kind
        assert isinstance(kind, Array)
        places = self._places(b, reader, view)
        place = index_of(b, places[kept.dropped if kept is not None else 0:])
        base = view.base if kept is None else kept.now
        return b.emit("s2sad.getitem", base, place, kind=Scalar(kind.dtype, weak=False))

    def _again(self, b: Builder, reader: int, view: View) -> Operand:
        """Compute a value that is quick to compute, at the place of a view of it."""
        maker = self.made[view.base]
        made = self.members[maker].statement
        places = self._places(b, reader, view)
        key = (b.block, view.base, *places)
        if key not in self.computed:
            index, self.index = self.index, places
            value = apply(b, made, self._read_all(b, maker))
            if isinstance(value, Var):
                value.hint = f"{label(made.target, b.context)}_{self._spelled()}"
            self.index = index
            self.computed[key] = value
        return self.computed[key]

    def _places(self, b: Builder, number: int, view: View) -> list[Operand]:
        shift = len(self.members[number].dims) - len(view.dims)
        places: list[Operand] = []
        for part in view.index:
            if isinstance(part, Fixed):
                places.append(part.place)
                continue
            if isinstance(part, Gathered):
                places.append(self._read(b, number, part.of))
                continue
            index = constant(0) if view.dims[part.axis] == 1 else self.index[part.axis + shift]
            if part.offset and isinstance(index, Const):
                index = constant(index.value + part.offset)
            elif part.offset:
                index = b.emit("operator.add", index, constant(part.offset), kind=INT)
            places.append(index)
        return places

    def _update(self, b: Builder, number: int) -> None:
        m = self.members[number]
        s = m.statement
        assert m.write is not None
        kept = self.arrays[s.target]
        through = [] if m.through is None else [m.through]
        places = self._places(b, number, m.write)
        if s.extra == "owned":
            value = apply(b, s, self._read_all(b, number))
            style = "augmented" if isinstance(value, Var) and _is_binary(value, b.context) else ""
            self._put(b, "s2sad.store", kept, places, value, style)
            return
        (value,) = self._read_all(b, number)
        primitive = "s2sad.index_add" if s.primitive in ("s2sad.index_add", "s2sad.add_at") else "s2sad.store"
        self._put(b, primitive, kept, places, value, s.style, through)

    def _put(self, b: Builder, primitive: str, kept: _Kept, places: list[Operand], value: Operand, style: str = "",
             through: list[Operand] | None = None) -> None:
        now = kept.now
        assert isinstance(now, Var)
        target = Var(now.name, now.kind, now.varied, now.location)
        target.hint = now.hint
        view: list[Operand] = through or []
        place = index_of(b, places[kept.dropped:])
        args = [now, *(view or [now]), place, value] if primitive == "s2sad.store" else [now, place, value, *view]
        b.append(Assign(target, primitive, args, style=style))
        kept.now = target

    def _add_to_sum(self, b: Builder, number: int) -> None:
        m = self.members[number]
        args = self._read_all(b, number)
        dtype = getattr(m.statement.target.kind, "dtype", "float64")
        total = args[0]
        for factor in args[1:]:
            total = b.emit("operator.mul", total, factor, kind=Scalar(dtype, weak=False))
        kept = self.sums.get(number)
        if kept is None:
            kept = self.arrays[m.statement.target]
            self._put(b, "s2sad.index_add", kept, [self.index[axis] for axis in m.kept], total)
            return
        assert isinstance(kept.now, Var)
        target = Var(kept.now.name, kept.result.kind, kept.result.varied)
        b.append(Assign(target, "operator.add", [kept.now, total], style="augmented"))
        kept.now = target


def _sum_depth(m: Member) -> int | None:
    """How many loops a sum is a number inside of: those that it keeps, if they are the outer ones; None if not."""
    outermost = m.kept == tuple(range(len(m.kept)))
    return len(m.kept) if outermost and (not m.kept or any(m.dims[axis] != 1 for axis in m.kept)) else None


def _effective_rank(dims: tuple[Extent, ...]) -> int:
    """How many loops it takes to run over all elements: the last axes may be of length 1."""
    return max((axis + 1 for axis, extent in enumerate(dims) if extent != 1), default=0)


def _is_binary(value: Var, context: Context) -> bool:
    made = context.definitions.get(value)
    return isinstance(made, Assign) and made.primitive in (
        "operator.add", "operator.sub", "operator.mul", "operator.truediv", "operator.pow")
