"""Arrays that a loop or a branch may leave unbound: what has their shape then.

    prev = np.empty(0)
    for j in range(n):
        if j == 0:
            prev = d.copy()
        d[j] = prev[j] * x[j]

The adjoint of what such an array is behind the loop begins as zeros of its shape, and where there are no rounds its
shape must be asked for all the same: of another array of that shape, or of what is bound before, see `placeholders`. So
it is where rounds end with other lengths than they begin with: the reverse of a round leaves an adjoint as long as what
the round before has left, which is asked for its shape in the first round, too.
"""
from __future__ import annotations

from s2sad.analyses.versions import raises
from s2sad.ir.kinds import Array, Kind, List, carries_derivative, present
from s2sad.ir.nodes import IN_PLACE, UNDEFINED, Assign, Carry, If, Loop, Merge, Operand, Var, walk
from s2sad.rules.adjoint_shapes import shape_source
from s2sad.rules.build import Builder, Context
from s2sad.transforms.reverse.items import part_kinds

_MOST_STEPS = 8


def changes_shape(carry: Carry) -> bool:
    """Whether the arrays and lists that a round begins with may be of other lengths than those that it ends with, or
    the arrays of another rank."""
    return carry.param.kind != carry.result.kind or holds(carry.param.kind, List) or _holds_unranked(carry.param.kind)


def holds(kind: Kind, of: type | tuple[type, ...]) -> bool:
    """Whether a value is, or a container of known items holds, an array or a list that carries a derivative."""
    if isinstance(kind, of):
        return carries_derivative(kind)
    return any(holds(present(item), of) for item in (part_kinds(kind) or {}).values())


def _holds_unranked(kind: Kind) -> bool:
    """Whether a value is, or a container of known items holds, an array of unknown rank that carries a derivative."""
    if isinstance(kind, Array):
        return kind.dims is None and carries_derivative(kind)
    return any(_holds_unranked(present(item)) for item in (part_kinds(kind) or {}).values())


def maybe_unbound(context: Context, var: Var) -> bool:
    """Whether a variable may be unbound at run time: then nothing can be asked of its shape."""
    made = context.definitions.get(var)
    if isinstance(made, If):
        return any(merge.out is var and is_unbound(made, merge) for merge in made.merges)
    if isinstance(made, Loop):
        return any(carry.result is var and carry.init is UNDEFINED for carry in made.carries)
    return False


def is_unbound(branch: If, merge: Merge) -> bool:
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
