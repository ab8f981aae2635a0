"""The loops themselves: a `For` for each axis, and in the innermost a number for each value."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from s2sad.ir.kinds import INT, Array, Scalar, Tuple
from s2sad.ir.nodes import Assign, Block, Carry, Const, For, Function, Operand, Var, walk
from s2sad.ir.spoken import spoken
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.elements.members import Member
from s2sad.transforms.elements.views import Along, Fixed, Gathered, View, dims_of

_LETTERS = "ijklmnpqr"
# Exponents for which there is something faster than a power.
_ROOTS = {0.5, -0.5, 1.5, -1.5}


class Writer:
    """What the loops of a function share: the names of indices, and what variables have become."""

    def __init__(self, context: Context, function: Function) -> None:
        self.context = context
        self.mapping: dict[Var, Operand] = {}
        taken = {param.var.name for param in function.params} | {var.name for var in function.captures}
        for s in walk(function.body):
            taken.update(var.name for var in s.defined())
            taken.update(var.name for var in getattr(s, "bound", list)())
        free = [letter for letter in _LETTERS if letter not in taken]
        self.letters = [*free, *(f"{letter}{letter}" for letter in _LETTERS)]


class _Source(NamedTuple):
    """An array and the axis of it that is as long, if ``trim`` is taken off."""

    trim: int
    base: Var
    axis: int


@dataclass
class _Kept:
    """Something that the loops carry: an array that they write, or a sum.

    The loops from number ``first`` on, and before ``last``, carry it. ``total`` is the sum of an inner loop that is
    put in an array after it.
    """

    start: Operand
    result: Var
    now: Operand
    first: int = 0
    last: int = 99
    total: _Kept | None = None
    levels: list[tuple[Var, Var]] = field(default_factory=list)


class Nest:
    def __init__(self, writer: Writer, members: list[Member], kept: set[Var]) -> None:
        """``kept`` are the values that something outside reads: they are put in arrays."""
        self.writer, self.members = writer, members
        self.outside = kept
        self.dims = members[0].dims
        self.values: dict[Operand, Operand] = {}
        self.carried: dict[Operand, _Kept] = {}
        self.same: dict[Operand, Operand] = {}
        self.made_here = {m.statement.target for m in members}

    def write(self, block: Block) -> None:
        """Append the loops to a block."""
        first = self.members[0].statement
        b = Builder(self.writer.context, block, first.origin, adjoint=first.adjoint)
        self.sources = [self._source(axis) for axis in range(len(self.dims))]
        self._start(b)
        self.index: list[Operand] = []
        loops: list[For] = []
        for axis, source in enumerate(self.sources):
            if source is None:
                self.index.append(constant(0))
                continue
            loop = For(Var(self.writer.letters[len(loops)], INT), constant(0), self._length(b, axis), constant(1))
            loops.append(loop)
            self.index.append(loop.index)
        self._bind(loops)
        inner = Block()
        body = Builder(self.writer.context, inner, first.origin, adjoint=first.adjoint)
        for m in self.members:
            body.origin, body.adjoint = m.statement.origin, m.statement.adjoint
            self._element(body, m)
        self._close(b, loops, inner)

    # -- extents -----------------------------------------------------------------------------------

    def _source(self, axis: int) -> _Source | None:
        """What is as long as an axis of the loops; None of one of length 1."""
        if self.dims[axis] == 1:
            return None
        found: list[_Source] = []
        for m in self.members:
            views = [*m.reads, *([m.write] if m.write is not None else [])]
            for view in [*views, *(place for one in views for place in one.places())]:
                if view.base in self.made_here:
                    continue
                shift = len(self.dims) - len(view.dims)
                for place, part in enumerate(view.index):
                    if isinstance(part, Along) and part.axis + shift == axis and view.dims[part.axis] != 1:
                        assert isinstance(view.base, Var)
                        found.append(_Source(part.trim, view.base, place))
        return min(found, key=lambda one: one.trim)

    def _length(self, b: Builder, axis: int) -> Operand:
        source = self.sources[axis]
        return constant(1) if source is None else length(b, source.base, source.axis, source.trim)

    def _shape(self, b: Builder, axes: list[int]) -> Operand:
        lengths = []
        for axis in axes:
            one = self._length(b, axis)
            source = self.sources[axis]
            if source is not None and source.trim:
                one = b.emit("builtins.max", one, constant(0), kind=INT)
            lengths.append(one)
        return lengths[0] if len(lengths) == 1 else b.emit("s2sad.tuple", *lengths)

    # -- what is carried ---------------------------------------------------------------------------

    def _start(self, b: Builder) -> None:
        for m in self.members:
            target = m.statement.target
            if m.kind == "value":
                if target in self.outside:
                    self._carry(target, self._allocated(b, "numpy.empty", target, list(range(len(self.dims)))), target)
            elif m.kind == "sum":
                self._start_sum(b, m)
            else:
                held = m.statement.args[0]
                before = self.same.get(held)
                if before is None:
                    self._carry(target, held, target)
                    self.same[held] = target
                else:
                    # The same memory, updated once more: the last variable is what it is called from here on.
                    kept = self.carried.pop(before)
                    self.writer.mapping[kept.result] = target
                    kept.result = target
                    self.carried[target] = kept
                    for one, now in list(self.same.items()):
                        if now is before:
                            self.same[one] = target
                self.same[target] = target

    def _carry(self, key: Operand, start: Operand, result: Var) -> None:
        self.carried[key] = _Kept(start, result, start)

    def _start_sum(self, b: Builder, m: Member) -> None:
        target = m.statement.target
        depth = sum(1 for axis in m.kept if self.sources[axis] is not None)
        outermost = m.kept == tuple(range(len(m.kept)))
        inner = sum(source is not None for source in self.sources) - depth
        if not depth or not inner or not outermost:
            start = self._allocated(b, "numpy.zeros", target, list(m.kept)) if m.kept else self._zero(b, target)
            self._carry(target, start, target)
            return
        # The loops over what it sums are the inner ones: it is a number there.
        self._carry(target, self._allocated(b, "numpy.empty", target, list(m.kept)), target)
        name = f"{label(target, self.writer.context)}_{''.join(_LETTERS[axis] for axis in m.kept)}"
        kind = Scalar(getattr(target.kind, "dtype", "float64"), weak=False)
        start, result = Var(name, kind, target.varied), Var(name, kind, target.varied)
        kept = self.carried[target]
        kept.last, kept.total = depth, _Kept(start, result, start, first=depth)

    def _everything(self) -> list[_Kept]:
        return [one for kept in self.carried.values() for one in (kept, kept.total) if one is not None]

    def _zero(self, b: Builder, target: Var) -> Operand:
        """What a sum starts from, as a statement: the lengths of the loops are read after it."""
        made = Var(label(target, self.writer.context), target.kind, target.varied, target.location)
        zero = 0 if getattr(target.kind, "dtype", "") == "int64" else 0.0
        b.append(Assign(made, "s2sad.alias", [constant(zero)]))
        return made

    def _allocated(self, b: Builder, primitive: str, target: Var, axes: list[int]) -> Operand:
        dtype = target.kind.dtype if isinstance(target.kind, Array) else "float64"
        types = {"int64": (np.int64, "np.int64"), "bool": (np.bool_, "np.bool_")}
        extra = [constant(*types[dtype])] if dtype in types else []
        shape = self._shape(b, axes)
        made = Var(array_label(target, self.writer.context), target.kind, target.varied, target.location)
        b.append(Assign(made, primitive, [shape, *extra]))
        return made

    def _bind(self, loops: list[For]) -> None:
        for kept in self._everything():
            outer = kept.result
            name = kept.start.name if isinstance(kept.start, Var) else outer.name
            for number in range(kept.first, min(kept.last, len(loops))):
                param = Var(name, outer.kind, outer.varied, outer.location)
                result = outer if number == kept.first else Var(name, outer.kind, outer.varied, outer.location)
                kept.levels.append((param, result))
            kept.now = kept.levels[-1][0]

    def _close(self, b: Builder, loops: list[For], inner: Block) -> None:
        block = inner
        for number in reversed(range(len(loops))):
            loop = loops[number]
            loop.body = block
            around = b if number == 0 else Builder(b.context, Block(), b.origin, adjoint=b.adjoint)
            for kept in self._everything():
                if kept.first <= number < min(kept.last, len(loops)):
                    param, result = kept.levels[number - kept.first]
                    init = kept.start if number == kept.first else kept.levels[number - kept.first - 1][0]
                    loop.carries.append(Carry(init, param, kept.now, result))
                    kept.now = result
            sums = [kept for kept in self._everything() if kept.total is not None and kept.total.first == number]
            for kept in sums:
                self._begin(around, kept)
            around.append(loop)
            for kept in sums:
                assert kept.total is not None
                place = self._place(around, [self.index[axis] for axis in range(len(dims_of(kept.result.kind) or ()))])
                kept.now = self._put(around, "s2sad.put", kept, place, kept.total.now)
            block = around.block

    def _begin(self, b: Builder, kept: _Kept) -> None:
        assert kept.total is not None and isinstance(kept.total.start, Var)
        zero = 0 if getattr(kept.result.kind, "dtype", "") == "int64" else 0.0
        b.append(Assign(kept.total.start, "s2sad.alias", [constant(zero)]))

    # -- elements ----------------------------------------------------------------------------------

    def _element(self, b: Builder, m: Member) -> None:
        s = m.statement
        if m.kind == "sum":
            self._add_to_sum(b, m)
        elif m.kind == "update":
            self._update(b, m)
        else:
            value = self._apply(b, s, self._read_all(b, m))
            if isinstance(value, Var) and value not in self.values.values():
                value.hint = f"{label(s.target, b.context)}_{''.join(self._spelled())}"
            self.values[s.target] = value
            if s.target in self.outside:
                kept = self.carried[s.target]
                kept.now = self._put(b, "s2sad.put", kept, self._place(b, self.index), value)

    def _spelled(self) -> list[str]:
        return [index.name for index in self.index if isinstance(index, Var)]

    def _read_all(self, b: Builder, m: Member) -> list[Operand]:
        return [self._read(b, view) for view in m.reads]

    def _read(self, b: Builder, view: View) -> Operand:
        if view.base in self.values:
            return self.values[view.base]
        if not view.index:
            return view.base
        base = self._current(view.base)
        kind = view.base.kind
        assert isinstance(kind, Array)
        place = self._place(b, self._places(b, view))
        return b.emit("s2sad.getitem", base, place, kind=Scalar(kind.dtype, weak=False))

    def _current(self, base: Operand) -> Operand:
        key = self.same.get(base, base)
        return self.carried[key].now if key in self.carried else base

    def _places(self, b: Builder, view: View) -> list[Operand]:
        shift = len(self.dims) - len(view.dims)
        places: list[Operand] = []
        for part in view.index:
            if isinstance(part, Fixed):
                places.append(part.place)
                continue
            if isinstance(part, Gathered):
                places.append(self._read(b, part.of))
                continue
            index = constant(0) if view.dims[part.axis] == 1 else self.index[part.axis + shift]
            if part.offset and isinstance(index, Const):
                index = constant(index.value + part.offset)
            elif part.offset:
                index = b.emit("operator.add", index, constant(part.offset), kind=INT)
            places.append(index)
        return places

    def _place(self, b: Builder, places: list[Operand]) -> Operand:
        return places[0] if len(places) == 1 else b.emit("s2sad.tuple", *places)

    def _apply(self, b: Builder, s: Assign, args: list[Operand]) -> Operand:
        """The operation of a statement on numbers, as NumPy has it on arrays."""
        kind = s.target.kind
        dtype = kind.dtype if isinstance(kind, Array) else "float64"
        primitive = s.primitive
        if primitive in ("s2sad.getitem", "s2sad.read"):
            return args[0]
        if primitive in ("s2sad.store", "s2sad.put"):
            return args[1]
        if primitive in ("s2sad.index_add", "s2sad.add_at"):
            args, primitive = args[:2], "operator.add"
        power = args[1].value if primitive == "operator.pow" and isinstance(args[1], Const) else None
        if power in _ROOTS and dtype == "float64":
            return self._root(b, args[0], power)
        if primitive == "operator.truediv" and not (isinstance(args[1], Const) and args[1].value):
            primitive = "numpy.divide"
        elif primitive == "numpy.where":
            primitive = "s2sad.select"
        return b.emit(primitive, *args, kind=Scalar(dtype, weak=False))

    def _root(self, b: Builder, x: Operand, power: float) -> Operand:
        """A power that is a product of a number and its root: that takes a tenth of the time."""
        kind = Scalar("float64", weak=False)
        found = b.emit("numpy.sqrt", x, kind=kind)
        if abs(power) == 1.5:
            found = b.emit("operator.mul", x, found, kind=kind)
        return found if power > 0 else b.emit("numpy.divide", constant(1.0), found, kind=kind)

    def _update(self, b: Builder, m: Member) -> None:
        s = m.statement
        assert m.write is not None
        kept = self.carried[self.same[s.target]]
        through = [] if m.through is None else [m.through]
        place = self._place(b, self._places(b, m.write))
        if s.extra == "owned":
            value = self._apply(b, s, self._read_all(b, m))
            style = "augmented" if isinstance(value, Var) and _is_binary(value, b.context) else ""
            kept.now = self._put(b, "s2sad.store", kept, place, value, style)
            return
        (value,) = self._read_all(b, m)
        if s.primitive in ("s2sad.index_add", "s2sad.add_at"):
            kept.now = self._put(b, "s2sad.index_add", kept, place, value, through=through)
        else:
            kept.now = self._put(b, "s2sad.store", kept, place, value, through=through)

    def _put(self, b: Builder, primitive: str, kept: _Kept, place: Operand, value: Operand, style: str = "",
             through: list[Operand] | None = None) -> Operand:
        now = kept.now
        assert isinstance(now, Var)
        target = Var(now.name, now.kind, now.varied, now.location)
        target.hint = now.hint
        view: list[Operand] = through or []
        args = [now, *(view or [now]), place, value] if primitive == "s2sad.store" else [now, place, value, *view]
        b.append(Assign(target, primitive, args, style=style))
        return target

    def _add_to_sum(self, b: Builder, m: Member) -> None:
        args = self._read_all(b, m)
        dtype = getattr(m.statement.target.kind, "dtype", "float64")
        total = args[0]
        for factor in args[1:]:
            total = b.emit("operator.mul", total, factor, kind=Scalar(dtype, weak=False))
        kept = self.carried[m.statement.target]
        if m.kept and kept.total is not None:
            kept = kept.total
        elif m.kept:
            place = self._place(b, [self.index[axis] for axis in m.kept])
            kept.now = self._put(b, "s2sad.index_add", kept, place, total)
            return
        assert isinstance(kept.now, Var)
        target = Var(kept.now.name, kept.result.kind, kept.result.varied)
        b.append(Assign(target, "operator.add", [kept.now, total], style="augmented"))
        kept.now = target


def length(b: Builder, base: Var, place: int, trim: int) -> Operand:
    """How long an axis of an array is, less ``trim``."""
    dims = dims_of(base.kind)
    assert dims is not None
    shape = b.emit("array.shape", base, style="attribute", kind=Tuple((INT,) * len(dims)))
    found = b.emit("s2sad.getitem", shape, constant(place), kind=INT)
    return b.emit("operator.sub", found, constant(trim), kind=INT) if trim else found


def _is_binary(value: Var, context: Context) -> bool:
    made = context.definitions.get(value)
    return isinstance(made, Assign) and made.primitive in (
        "operator.add", "operator.sub", "operator.mul", "operator.truediv", "operator.pow")


def array_label(var: Var, context: Context) -> str:
    """What an array is called that has no name: not as the number that it may be elsewhere."""
    return var.name or var.hint or f"{label(var, context)}s"


def label(var: Var, context: Context) -> str:
    made = context.definitions.get(var)
    return var.name or var.hint or (spoken(made.primitive) if isinstance(made, Assign) else "t")
