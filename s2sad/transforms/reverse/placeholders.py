"""What is bound in front of a loop or a branch that may leave an array unbound, or a list, or what holds such.

    prev = np.zeros_like(x)
    for i in range(n):
        z = np.sin(x * i)
        for j in range(i):
            total += np.sum(z * prev)
        prev = z

The reverse sweep asks for the shape of `prev` before the first round, too, and computes with it where Python does not
run the statement: an adjoint that is the same in all rounds of the inner loop is computed once. So it has the shape
that its kind says wherever that can be told before, and is empty along the axes of which nothing else has the length.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from s2sad.analyses.unbound import perhaps_unbound
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import INT, Array, Dim, Extent, Kind, List, Object, Scalar, is_inexact, length_of, present
from s2sad.ir.nodes import IN_PLACE, UNDEFINED, Assign, Block, Carry, If, Loop, Operand, Statement, Var, structured
from s2sad.rules.build import Builder, Context, Fresh, constant
from s2sad.rules.lengths import is_not_negative
from s2sad.transforms.reverse.items import assemble, part_kinds
from s2sad.transforms.reverse.unbound import changes_shape, holds, is_unbound, shaped_alike


def bind_arrays(context: Context, body: Block, given: list[Var], felt: set[Var]) -> list[tuple[Var, Operand]]:
    """Bind the arrays of which the result may feel what an earlier round left, and those that nothing else has the
    shape of; what may be of the memory of which new array now. ``given`` is what the body is given."""
    if not any(_may_leave_unbound(s, felt) for s in structured(body)):
        return []
    binder = _Binder(context, felt, perhaps_unbound(body))
    binder.block(body, _Before(dict.fromkeys(given)))
    return binder.bound


def _may_leave_unbound(s: Statement, felt: set[Var]) -> bool:
    """Whether a loop or a branch may leave something unbound that is felt."""
    if isinstance(s, Loop):
        return any(c.init is UNDEFINED and not felt.isdisjoint((c.param, c.result)) for c in s.carries)
    return isinstance(s, If) and any(merge.out in felt and UNDEFINED in merge.values for merge in s.merges)


@dataclass
class _Before:
    """The variables that are bound before a place, in order, but for versions of memory that are older ones by then."""

    variables: dict[Operand, None]

    def inside(self, statement: Statement) -> _Before:
        own = _Before(dict(self.variables))
        if isinstance(statement, Loop):
            own._replace([carry.init for carry in statement.carries], statement.bound())
        return own

    def behind(self, statement: Statement) -> None:
        older: list[Operand] = []
        if isinstance(statement, Loop):
            older = [carry.init for carry in statement.carries]
        elif isinstance(statement, If):
            older = [value for merge in statement.merges for value in merge.values]
        elif isinstance(statement, Assign) and statement.primitive in IN_PLACE:
            older = [statement.args[0]]
        self._replace(older, statement.defined())

    def _replace(self, older: list[Operand], new: list[Var]) -> None:
        for operand in older:
            self.variables.pop(operand, None)
        self.variables.update(dict.fromkeys(new))


class _Binder:
    def __init__(self, context: Context, felt: set[Var], unbound: set[Operand]) -> None:
        self.context, self.felt, self.unbound = context, felt, unbound
        self.bound: list[tuple[Var, Operand]] = []

    def block(self, block: Block, before: _Before) -> None:
        statements: list[Statement] = []
        for s in block.statements:
            new = Block()
            if not s.simple:
                self._bind(s, Builder(self.context, new, s.origin), before)
                for inner in s.blocks():
                    self.block(inner, before.inside(s))
            statements += [*new.statements, s]
            before.behind(s)
        block.statements = statements

    def _bind(self, s: Statement, b: Builder, before: _Before) -> None:
        if isinstance(s, Loop):
            for carry in s.carries:
                if carry.init is UNDEFINED and self._is_asked_for_shape(b, carry):
                    carry.init = self._placeholder(b, carry.param, before)
                    self.bound.append((carry.param, carry.init))
        elif isinstance(s, If):
            for merge in s.merges:
                if is_unbound(s, merge) and self._needs_shape(b, merge.out):
                    new = self._placeholder(b, merge.out, before)
                    merge.values = [new if value is UNDEFINED else value for value in merge.values]
                    self.bound.append((merge.out, new))

    def _is_asked_for_shape(self, b: Builder, carry: Carry) -> bool:
        if changes_shape(carry):
            return not self.felt.isdisjoint((carry.param, carry.result))
        felt = carry.param in self.felt and holds(carry.param.kind, (Array, List))
        return felt or self._needs_shape(b, carry.result)

    def _needs_shape(self, b: Builder, var: Var) -> bool:
        if var not in self.felt or not holds(var.kind, (Array, List)):
            return False
        return not isinstance(var.kind, Array) or shaped_alike(b, var) is None

    def _placeholder(self, b: Builder, var: Var, before: _Before) -> Operand:
        lengths = _Lengths(b, [v for v in before.variables if isinstance(v, Var) and v not in self.unbound])
        made = _nothing(b, var.kind, lengths)
        if isinstance(made, Var):
            made.name, made.varied = var.name, False
        return made


def empty_of(b: Builder, kind: Kind) -> Operand:
    """A value of a kind of which nothing is ever read: arrays are empty but along axes of a length that is known."""
    return _nothing(b, kind, _NoLengths())


def _nothing(b: Builder, kind: Kind, lengths: _Lengths | _NoLengths) -> Operand:
    """A value of a kind, of which nothing is ever read but its shape."""
    items = part_kinds(kind)
    if items is not None:
        parts = [_nothing(b, present(item), lengths) for item in items.values()]
        if UNDEFINED in parts:
            return UNDEFINED
        if isinstance(kind, Object):
            return b.emit("s2sad.new", *parts, extra=(kind.cls, "", tuple(items)), kind=kind, style="attributes")
        return assemble(b, kind, parts)
    if isinstance(kind, List):
        # Compiled code knows the type of a list by what is in it.
        held = [_nothing(b, kind.item, lengths)] if b.context.array_tapes else []
        return UNDEFINED if UNDEFINED in held else b.emit("s2sad.list", *held, kind=kind)
    if isinstance(kind, Scalar):
        return constant(0.0 if is_inexact(kind.dtype) else 0)
    if not isinstance(kind, Array):
        return constant(None)
    if not kind.dims or kind.dtype == "any":
        return UNDEFINED
    alike = lengths.alike.get(kind)
    if alike is not None:
        return b.emit("numpy.zeros_like", alike, kind=kind, varied=False)
    found = [lengths.of(extent) for extent in kind.dims]
    called = "bool_" if kind.dtype == "bool" else kind.dtype
    dtype = () if kind.dtype == "float64" else (constant(getattr(np, called), f"np.{called}"),)
    shape = found[0] if len(found) == 1 else b.emit("s2sad.tuple", *found)
    made = "numpy.empty" if any(not isinstance(one, Var) and one.value == 0 for one in found) else "numpy.zeros"
    return b.emit(made, shape, *dtype, kind=kind, varied=False)


class _NoLengths:
    """Lengths where nothing is bound before that has any."""

    alike: Mapping[Kind, Var] = {}

    def of(self, extent: Extent) -> Operand:
        return constant(length_of(extent) or 0)


class _Lengths:
    """Lengths in terms of variables that are bound before."""

    def __init__(self, b: Builder, known: list[Var]) -> None:
        self.b, self.known = b, set(known)
        self.alike = {var.kind: var for var in reversed(known)}
        self.axes: dict[object, tuple[Var, int]] = {}
        self.order: dict[object, int] = {}  # of variables and lengths, as they are met
        for number, var in enumerate(known):
            self.order[var] = number
            for axis, extent in enumerate(var.kind.dims or () if isinstance(var.kind, Array) else ()):
                if isinstance(extent, Dim):
                    self.axes.setdefault(extent.key, (var, axis))
                    self.order.setdefault(extent.key, number)

    def of(self, extent: Extent) -> Operand:
        """A length; zero where nothing that is bound before has to do with it, so that nothing else is as long."""
        found = self._computed(extent)
        if found is None and self.b.context.array_tapes and isinstance(extent, Dim) and self._is_known(extent.key):
            raise UnsupportedError("how long this is where it may not be bound yet is not known", self.b.origin,
                                   "bind an array of this shape before")
        return constant(0) if found is None else found

    def _is_known(self, key: object) -> bool:
        """Whether the name of a length is made of what is known before alone."""
        if isinstance(key, Dim):
            return self._is_known(key.key)
        if isinstance(key, (tuple, frozenset)) and key not in self.axes:
            return all(map(self._is_known, key))
        return key in self.known or key in self.axes or isinstance(key, (str, int)) and not isinstance(key, Fresh)

    def _computed(self, extent: Extent | Var | None) -> Operand | None:
        if extent is None:
            return constant(1)
        if isinstance(extent, Var):
            return extent if extent in self.known else None
        number = length_of(extent)
        if number is not None:
            return constant(number)
        assert isinstance(extent, Dim)
        if extent.key in self.axes:
            return self._read(*self.axes[extent.key])
        match extent.key:
            case ("length", Var() as var):
                return self._computed(var)
            case ("trim", key, int(count)):
                return self._clipped(self._sum([(Dim(key), 1), (None, -count)]))
            case ("affine", frozenset() as items):
                total = self._sum(sorted(items, key=self._rank))
                return total if is_not_negative(self.b.context, dict(items)) else self._clipped(total)
            case ("sum", tuple() as parts):
                return self._sum([(part, 1) for part in parts])
            case ("product", tuple() as factors):
                return self._product([self._computed(factor) for factor in factors])
            case ("slice", key, lower, upper, *step) if key in self.axes and self.axes[key][1] == 0:
                return self._of_slice(self.axes[key][0], [lower, upper, *step])
        return None

    def _read(self, var: Var, axis: int) -> Operand:
        if axis == 0:
            return self.b.emit("builtins.len", var, kind=INT)
        return self.b.emit("s2sad.getitem", self.b.emit("array.shape", var), constant(axis), kind=INT)

    def _rank(self, term: tuple[Extent | Var | None, int]) -> tuple[bool, bool, int]:
        """Where a term stands in a sum: what is subtracted is the last, a number comes behind what has a name."""
        atom, factor = term
        key = atom.key if isinstance(atom, Dim) else atom
        return factor < 0, atom is None, self.order.get(key, len(self.order))

    def _sum(self, terms: list[tuple[Extent | Var | None, int]]) -> Operand | None:
        total: Operand | None = None
        for extent, factor in terms:
            part = constant(abs(factor)) if extent is None else self._computed(extent)
            if part is None:
                return None
            if extent is not None and abs(factor) != 1:
                part = self.b.emit("operator.mul", constant(abs(factor)), part, kind=INT)
            if total is None:
                total = part if factor > 0 else self.b.emit("operator.neg", part, kind=INT)
            else:
                total = self.b.emit("operator.add" if factor > 0 else "operator.sub", total, part, kind=INT)
        return total

    def _product(self, factors: list[Operand | None]) -> Operand | None:
        total: Operand | None = constant(1)
        for factor in factors:
            if factor is None or total is None:
                return None
            total = factor if total.kind == INT and getattr(total, "value", None) == 1 else self.b.emit(
                "operator.mul", total, factor, kind=INT)
        return total

    def _clipped(self, length: Operand | None) -> Operand | None:
        return None if length is None else self.b.emit("builtins.max", length, constant(0), kind=INT)

    def _of_slice(self, whole: Var, parts: list[object]) -> Operand | None:
        if any(isinstance(part, Var) and part not in self.known for part in parts):
            return None
        bounds = [part if isinstance(part, Var) else constant(part) for part in (*parts, None)[:3]]
        part = self.b.emit("s2sad.getitem", whole, self.b.emit("s2sad.slice", *bounds))
        return self.b.emit("builtins.len", part, kind=INT)
