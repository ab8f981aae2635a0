"""Functions that are compiled on their own, not in line: those that call themselves, or would be copied too often.

Such a function is lowered once for each combination of argument kinds. Its derivative is a pair: `f_fwd`
returns the value and a tape, `f_rev` takes the tape and the cotangent of the value. What the function reads
from frames around it becomes a parameter of its own.

Of one that calls itself every length is any length, and literals are data: they change from call to call. Of another
it is known which lengths are the same, and literals that are no floats are as they are written in the call.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from s2sad.frontend.lower import memory
from s2sad.frontend.lower.copies import is_setting, is_setting_value
from s2sad.frontend.lower.state import Cell, Frame, LocalFunction, State
from s2sad.ir.kinds import (
    NEVER,
    UNKNOWN,
    Array,
    Dict,
    Dim,
    Extent,
    Kind,
    List,
    Object,
    Scalar,
    Static,
    Tuple,
    length_of,
    may_vary,
)
from s2sad.ir.meeting import join
from s2sad.ir.nodes import UNDEFINED, Block, Const, Effect, Function, Operand, Param, Var

MAXIMUM_ROUNDS = 6
MAXIMUM_VARIANTS = 12


@dataclass(eq=False)
class Callee:
    """A function compiled on its own: ``home`` is the Python function, or the frame that a local one was defined in.

    ``captured`` are the cells that its last parameters stand for, ``taken`` those whose contents are written into it.
    """

    name: str
    key: Any
    home: Any
    kinds: tuple[tuple[Kind, bool], ...]
    params: dict[str, Var] = field(default_factory=dict)
    captured: dict[Cell, Var] = field(default_factory=dict)
    taken: dict[Cell, Const] = field(default_factory=dict)
    function: Function | None = None
    result: Kind = NEVER
    varied: bool = False
    called: bool = False
    # The names of the parameters whose memory the result may share.
    handed_on: set[str] = field(default_factory=set)

    def own(self, dim: Extent) -> Extent:
        """The length of a parameter, which is not that of another function's."""
        if _is_literal(dim):
            return dim
        assert isinstance(dim, Dim)
        return Dim(("parameter", self.name, dim.key), dim.not_one)

    def variables(self) -> list[Var]:
        return [*self.params.values(), *self.captured.values()]

    def active(self) -> list[Var]:
        """The parameters that adjoints are computed for, in order."""
        return [var for var in self.variables() if var.varied]


def call(f: Frame, node: Any, callee: Any, key: Any, bound: dict[str, Operand]) -> Operand:
    """A call of a function that is compiled on its own."""
    state = f.state
    recursive = key in state.alone.recursive
    fixed = {name: operand for name, operand in bound.items()
             if _is_fixed(operand) or not recursive and is_setting(operand)}
    given = {name: operand for name, operand in bound.items() if name not in fixed}
    lengths = Lengths()
    shapes = tuple((general(o.kind, name) if recursive else lengths.inside(o.kind), o.varied)
                   for name, o in given.items())
    found = _find(f, node, callee, key, shapes, given, fixed)
    found.called = True
    outer = [memory.fresh(f, node, _captured_value(f, node, state, cell, var)) for cell, var in found.captured.items()]
    f.at(node)
    kind = fresh_dims(found.result, state) if recursive else lengths.outside(found, state.context.fresh)
    result = Var("", kind, found.varied and may_vary(kind), f.location(node))
    tape = Var(f"{found.name}_tape", TAPE_VALUE)
    f.builder.append(Effect("s2sad.call", [*given.values(), *outer], [result, tape], extra=found))
    _may_be_given(state, result, found, [*given.values(), *outer])
    return result


def _may_be_given(state: State, result: Var, found: Callee, operands: list[Operand]) -> None:
    """The result may share memory with what the function hands on of its arguments."""
    handed = [operand for operand, var in zip(operands, found.variables(), strict=True) if var.name in found.handed_on]
    for memory_given in [one for operand in handed for one in memory.contents(state, operand)]:
        for own in memory.contents(state, result):
            memory.may_be(own, memory_given)


def _handed_on(state: State, made: Callee, result: Operand) -> set[str]:
    held = memory.contents(state, result)
    return {var.name for var in made.variables()
            if any(memory.linked(one, two) for one in held for two in memory.contents(state, var))}


TAPE_VALUE = UNKNOWN


def _is_fixed(operand: Operand) -> bool:
    return isinstance(operand, Const) and isinstance(operand.kind, Static)


def _captured_value(f: Frame, node: Any, state: State, cell: Cell, var: Var) -> Operand:
    value = state.read(cell)
    if value is UNDEFINED:
        f.fail(node, f"`{cell[1]}`, which `{var.name}` stands for, is not bound here")
    return value


def _find(
    f: Frame, node: Any, callee: Any, key: Any, shapes: tuple[tuple[Kind, bool], ...],
    given: dict[str, Operand], fixed: dict[str, Operand],
) -> Callee:
    state = f.state
    statics = tuple((name, getattr(operand, "value", None)) for name, operand in fixed.items())
    home = callee.frame if isinstance(callee, LocalFunction) else callee
    variants = state.alone.callees.setdefault(key, [])
    for candidate, known in variants:
        if candidate.home is home and candidate.kinds == shapes and _same_statics(known, statics):
            if _captures_the_same(state, candidate):
                same: Callee = candidate
                return same
    if len(variants) >= MAXIMUM_VARIANTS:
        f.fail(node, "the kinds of the arguments of this recursive function do not settle", "annotate them")
    number = sum(len(others) for others in state.alone.callees.values())
    name = getattr(callee, "name", None) or callee.__name__
    taken = {other.name for others in state.alone.callees.values() for other, _ in others}
    unique = name if name not in taken else f"{name}_{number}"
    made = Callee(unique, key, home, shapes)
    variants.append((made, statics))
    _lower(f, node, callee, made, given, fixed)
    return made


def _same_statics(one: tuple[tuple[str, Any], ...], two: tuple[tuple[str, Any], ...]) -> bool:
    return len(one) == len(two) and all(
        a == b and (v is w or is_setting_value(v) and type(v) is type(w) and v == w)
        for (a, v), (b, w) in zip(one, two, strict=True))


def _captures_the_same(state: State, callee: Callee) -> bool:
    """Whether what a function reads of the frames around it is now what it was made for."""
    from s2sad.frontend.lower.branches import same

    now = [(state.read(cell), var) for cell, var in callee.captured.items()]
    return all(value.kind == var.kind and value.varied == var.varied for value, var in now) and all(
        same(state.read(cell), value) for cell, value in callee.taken.items())


def _lower(
    f: Frame, node: Any, callee: Any, made: Callee, given: dict[str, Operand], fixed: dict[str, Operand]
) -> None:
    from s2sad.frontend.lower import functions, objects

    state = f.state
    outer = (state.builder, state.store, state.dead, state.stack, state.alone.enclosing)
    local = isinstance(callee, LocalFunction)
    found = callee.frame.source if local else functions.source_of(state, callee)
    tree, parent = (callee.tree, callee.frame) if local else (found.tree, None)
    callees = state.alone.callees
    for _ in range(MAXIMUM_ROUNDS):
        made.called, before, captured = False, _known(made), len(made.captured)
        # What was made for it in the round before is for what was known of it then.
        state.alone.callees = {one: list(variants) for one, variants in callees.items()}
        made.params = {
            name: Var(name, with_lengths(kind, made.own), varied)
            for name, (kind, varied) in zip(given, made.kinds, strict=True)
        }
        state.alone.given.update(made.params.values())
        state.builder = outer[0].inside(Block())
        state.store, state.dead, state.stack = {}, False, [made.key]
        state.alone.enclosing = (outer[1], made, outer[4])
        for cell, var in made.captured.items():
            state.store[cell] = var
        inner = functions.enter(state, found, tree, parent, callee)
        result = objects.value(inner, tree, functions.run_body(inner, tree, {**fixed, **made.params}))
        if made.key in state.alone.recursive:
            path = made.name, "result"
            made.result = join(made.result, general(result.kind, path), state.context.fresh)
            made.result = general(made.result, path)
        else:
            made.result = result.kind
        made.varied = made.varied or result.varied
        params = [Param(var) for var in made.variables()]
        made.function = Function(made.name, params, state.builder.block, result, location=found.location(tree))
        made.handed_on |= _handed_on(state, made, result)
        # A branch in which nothing was captured does not know of what was captured in the other one.
        if before == _known(made) or not made.called and captured == len(made.captured):
            break
    _refuse_rebinding(f, node, made, inner)
    state.builder, state.store, state.dead, state.stack, state.alone.enclosing = outer
    if made.result == NEVER:
        f.fail(node, "this recursion never ends")


def _refuse_rebinding(f: Frame, node: Any, made: Callee, inner: Frame) -> None:
    """The frames around the function would not see what it binds in them."""
    for cell, operand in f.state.store.items():
        if cell[0] < inner.number and operand is not made.captured.get(cell) and cell not in f.state.memories:
            f.fail(node, f"a function that calls itself binds `{cell[1]}` of the function around it",
                   "return the value, or write the recursion as a loop")


def _known(made: Callee) -> tuple[Any, ...]:
    return made.result, made.varied, len(made.captured), len(made.taken), len(made.handed_on)


class Lengths:
    """The lengths of a call's arguments as those of parameters: what is equal here is equal there."""

    def __init__(self) -> None:
        self._inside: dict[Extent, Extent] = {}

    def inside(self, kind: Kind) -> Kind:
        return with_lengths(kind, self._parameter)

    def outside(self, callee: Callee, fresh: Callable[[], int]) -> Kind:
        """The kind of a function's result, as the caller knows it."""
        known = {callee.own(inner): outer for outer, inner in self._inside.items()}

        def length(dim: Extent) -> Extent:
            if dim not in known:
                known[dim] = dim if _is_literal(dim) else Dim(("call", fresh()), isinstance(dim, Dim) and dim.not_one)
            return known[dim]

        return with_lengths(callee.result, length)

    def _parameter(self, dim: Extent) -> Extent:
        if _is_literal(dim):
            return dim
        assert isinstance(dim, Dim)
        return self._inside.setdefault(dim, Dim(len(self._inside), dim.not_one))


def _is_literal(dim: Extent) -> bool:
    return length_of(dim) is not None


def with_lengths(kind: Kind, length: Callable[[Extent], Extent]) -> Kind:
    """A kind with other lengths of dimensions."""
    match kind:
        case Array(dtype, dims) if dims is not None:
            return Array(dtype, tuple(map(length, dims)))
        case Tuple(items, cls):
            return Tuple(tuple(with_lengths(item, length) for item in items), cls)
        case List(item, cls):
            return List(with_lengths(item, length), cls)
        case Dict(items):
            return Dict(tuple((key, with_lengths(item, length)) for key, item in items))
        case Object(cls, items):
            return Object(cls, tuple((name, with_lengths(item, length)) for name, item in items))
    return kind


def general(kind: Kind, path: Any) -> Kind:
    """A kind without what is true of one call only: the lengths of dimensions."""
    match kind:
        case Array(dtype, dims) if dims is not None:
            return Array(dtype, tuple(Dim(("parameter", path, axis)) for axis in range(len(dims))))
        case Tuple(items, cls):
            return Tuple(tuple(general(item, (path, i)) for i, item in enumerate(items)), cls)
        case List(item):
            return List(general(item, (path, "[]")))
        case Dict(items):
            return Dict(tuple((key, general(item, (path, key))) for key, item in items))
        case Object(cls, items):
            return Object(cls, tuple((name, general(item, (path, name))) for name, item in items))
        case Scalar(dtype, _):
            return Scalar(dtype)
    return kind


def fresh_dims(kind: Kind, state: State) -> Kind:
    return general(kind, ("call", state.context.fresh()))
