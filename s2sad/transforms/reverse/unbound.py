"""Arrays that a loop carries but that nothing binds before it: an empty one is bound there.

    prev = np.empty(0)
    for j in range(n):
        if j == 0:
            prev = d.copy()
        d[j] = prev[j] * x[j]

The adjoint of what such an array is behind the loop begins as zeros of its shape, and where there are no rounds its
shape must be asked for all the same.
"""
from __future__ import annotations

import numpy as np

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import UNDEFINED, Block, Carry, Function, Loop, Operand, Var
from s2sad.rules.build import Builder, Context, constant


def bind_arrays(context: Context, function: Function, felt: set[Var]) -> list[Carry]:
    """Bind the arrays of which the result may feel what an earlier round left; what begins with another one now."""
    bound: list[Carry] = []
    _block(context, function.body, felt, bound)
    return bound


def _block(context: Context, block: Block, felt: set[Var], bound: list[Carry]) -> None:
    statements = []
    for statement in block.statements:
        if not statement.simple:
            for inner in statement.blocks():
                _block(context, inner, felt, bound)
        if isinstance(statement, Loop):
            before = Block()
            for carry in statement.carries:
                if carry.init is UNDEFINED and carry.param in felt:
                    carry.init = _empty(Builder(context, before, statement.origin), carry)
                    bound.append(carry)
            statements += before.statements
        statements.append(statement)
    block.statements = statements


def _empty(b: Builder, carry: Carry) -> Operand:
    kind = carry.result.kind
    if not isinstance(kind, Array) or not kind.dims or kind.dtype == "any":
        return UNDEFINED
    dtype = () if kind.dtype == "float64" else (constant(getattr(np, kind.dtype), f"np.{kind.dtype}"),)
    lengths = constant((0,) * len(kind.dims)) if len(kind.dims) > 1 else constant(0)
    return b.emit("numpy.empty", lengths, *dtype, kind=kind, name=carry.result.name, varied=False)
