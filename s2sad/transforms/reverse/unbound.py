"""Arrays that a loop or a branch may leave unbound: what has their shape then.

    prev = np.empty(0)
    for j in range(n):
        if j == 0:
            prev = d.copy()
        d[j] = prev[j] * x[j]

The adjoint of what such an array is behind the loop begins as zeros of its shape, and where there are no rounds its
shape must be asked for all the same: of another array of that shape, or an empty one is bound before. So it is where
rounds end with other lengths than they begin with: the reverse of a round leaves an adjoint as long as what the round
before has left, which is asked for its shape in the first round, too.
"""
from __future__ import annotations

import numpy as np

from s2sad.analyses.versions import raises
from s2sad.ir.kinds import Array, Kind, Object, Scalar
from s2sad.ir.nodes import IN_PLACE, UNDEFINED, Assign, Block, Carry, Function, If, Loop, Merge, Operand, Var, walk
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.macros import shape_source
from s2sad.transforms.reverse.items import assemble, part_kinds

_MOST_STEPS = 8


def bind_arrays(context: Context, function: Function, felt: set[Var]) -> list[tuple[Var, Operand]]:
    """Bind the arrays of which the result may feel what an earlier round left, and those that nothing else has the
    shape of; what may be of the memory of which new array now."""
    bound: list[tuple[Var, Operand]] = []
    _block(context, function.body, felt, bound)
    return bound


def _block(context: Context, block: Block, felt: set[Var], bound: list[tuple[Var, Operand]]) -> None:
    statements = []
    for statement in block.statements:
        if not statement.simple:
            for inner in statement.blocks():
                _block(context, inner, felt, bound)
        before = Block()
        b = Builder(context, before, statement.origin)
        if isinstance(statement, Loop):
            for carry in statement.carries:
                if carry.init is UNDEFINED and _is_asked_for_shape(b, carry, felt):
                    carry.init = _empty(b, carry.result.kind, carry.result.name)
                    bound.append((carry.param, carry.init))
        elif isinstance(statement, If):
            for merge in statement.merges:
                if _is_unbound(statement, merge) and _needs_shape(b, merge.out, felt):
                    empty = _empty(b, merge.out.kind, merge.out.name)
                    merge.values = [empty if value is UNDEFINED else value for value in merge.values]
                    bound.append((merge.out, empty))
        statements += [*before.statements, statement]
    block.statements = statements


def _needs_shape(b: Builder, var: Var, felt: set[Var]) -> bool:
    return var in felt and isinstance(var.kind, Array) and shaped_alike(b, var) is None


def changes_shape(carry: Carry) -> bool:
    """Whether the arrays that a round begins with may be of other shapes than those that it ends with."""
    return carry.param.kind != carry.result.kind


def _is_asked_for_shape(b: Builder, carry: Carry, felt: set[Var]) -> bool:
    if changes_shape(carry):
        return not felt.isdisjoint((carry.param, carry.result))
    return isinstance(carry.param.kind, Array) and carry.param in felt or _needs_shape(b, carry.result, felt)


def _empty(b: Builder, kind: Kind, name: str = "") -> Operand:
    """An empty array, or a container of such."""
    items = part_kinds(kind)
    if items is not None and not isinstance(kind, Object):
        empty = assemble(b, kind, [_nothing(b, item) for item in items.values()])
        assert isinstance(empty, Var)
        empty.name = name
        return empty
    if not isinstance(kind, Array) or not kind.dims or kind.dtype == "any":
        return UNDEFINED
    dtype = () if kind.dtype == "float64" else (constant(getattr(np, kind.dtype), f"np.{kind.dtype}"),)
    lengths = constant((0,) * len(kind.dims)) if len(kind.dims) > 1 else constant(0)
    return b.emit("numpy.empty", lengths, *dtype, kind=kind, name=name, varied=False)


def _nothing(b: Builder, kind: Kind) -> Operand:
    """What stands for an item of a container that is not there."""
    empty = _empty(b, kind)
    return empty if empty is not UNDEFINED else constant(0.0 if isinstance(kind, Scalar) else None)


def maybe_unbound(context: Context, var: Var) -> bool:
    """Whether a variable may be unbound at run time: then nothing can be asked of its shape."""
    made = context.definitions.get(var)
    if isinstance(made, If):
        return any(merge.out is var and _is_unbound(made, merge) for merge in made.merges)
    if isinstance(made, Loop):
        return any(carry.result is var and carry.init is UNDEFINED for carry in made.carries)
    return False


def _is_unbound(branch: If, merge: Merge) -> bool:
    """Whether one block of a branch leaves a variable unbound, and does not raise."""
    return any(value is UNDEFINED and not raises(block)
               for value, block in zip(merge.values, branch.blocks(), strict=True))


def shaped_alike(b: Builder, var: Var) -> Operand | None:
    """What has the shape of a variable that a loop or branch may leave unbound, and is there whether it does or not."""
    made = b.context.definitions.get(var)
    values: list[Operand] = []
    starts: dict[Operand, Operand] = {}
    if isinstance(made, Loop):
        values = [carry.out for carry in made.carries if carry.result is var]
        starts = {carry.param: carry.init for carry in made.carries}
    elif isinstance(made, If):
        values = [value for merge in made.merges if merge.out is var for value in merge.values]
    inside: set[Operand] = set()
    for s in [s for block in made.blocks() for s in walk(block)] if made is not None else []:
        inside.update([*s.defined(), *(s.bound() if isinstance(s, Loop) else ())])
    for value in values:
        source = _shape_before(b, value, starts)
        if isinstance(source, Var) and source not in inside and source.kind == var.kind and source is not var:
            return None if maybe_unbound(b.context, source) else source
    return None


def _shape_before(b: Builder, value: Operand, starts: dict[Operand, Operand]) -> Operand:
    """What a value has its shape from, through updates in place, to what is carried into the loop around it."""
    for _ in range(_MOST_STEPS):
        if value in starts:
            return starts[value]
        made = b.context.definitions.get(value) if isinstance(value, Var) else None
        updated = made.args[0] if isinstance(made, Assign) and made.primitive in IN_PLACE else None
        source = updated or b.context.same_memory.get(value) or shape_source(b, value)
        if source is value:
            break
        value = source
    return value
