"""What stands in a tape, or is handed on, where nothing reads it: on paths that have no value of a variable."""
from __future__ import annotations

from s2sad.analyses.versions import raises
from s2sad.ir.kinds import Kind, Scalar
from s2sad.ir.nodes import UNDEFINED, Const, If, Loop, Operand, Var, With
from s2sad.rules.build import Context, constant

_FILL = {"f": 0.0, "i": 0, "b": False, "c": 0j}


def always_bound(context: Context, var: Operand) -> None:
    """What goes into a tape is bound on every path: None where the reverse sweep does not read it."""
    made = context.definitions.get(var) if isinstance(var, Var) else None
    nothing = unread(context, var.kind)
    if isinstance(made, (If, With)):
        for merge in [merge for merge in made.merges if merge.out is var]:
            merge.values = [nothing if value is UNDEFINED and not raises(block) else value
                            for value, block in zip(merge.values, made.blocks(), strict=True)]
            for value in merge.values:
                always_bound(context, value)
    for carry in made.carries if isinstance(made, Loop) else []:
        if carry.result is var and carry.init is UNDEFINED:
            carry.init = nothing


def unread(context: Context, kind: Kind) -> Const:
    """None, or a number where a tape of these is an array."""
    numbers = context.array_tapes and isinstance(kind, Scalar)
    return constant(_FILL.get(kind.dtype[0]) if numbers and isinstance(kind, Scalar) else None)
