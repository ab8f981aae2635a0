"""Reverse loops that do nothing where a selection did not take the value: they are not run then.

    s_bar = d if s >= 0.0 else 0.0              s_bar = d if s >= 0.0 else 0.0
    for k in reversed(range(m)):         ─▶     if s_bar != 0.0:
        w_bar[k] += s_bar * x[k]                    for k in reversed(range(m)):
                                                        w_bar[k] += s_bar * x[k]

A loop does nothing if all that it adds anywhere is a multiple of an adjoint that is zero. That is told from its text;
what is taken off a tape has to be found by its number, so that nothing is left lying for another loop.
"""
from __future__ import annotations

from typing import TypeGuard

from s2sad.analyses.nothing import Nothing, is_zero
from s2sad.ir.kinds import Scalar, is_inexact
from s2sad.ir.nodes import (
    Assign,
    Block,
    For,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    inits,
    reads,
    structured,
    walk,
)
from s2sad.rules.build import Builder, Context, constant

_PRODUCTS = {"operator.mul"}
# Of numbers, multiples of the first operand.
_SCALED = {"operator.truediv", "numpy.divide", "operator.neg", "operator.pos", "s2sad.alias", "builtins.float"}
_MAXIMUM_DEPTH = 8


def skip_zeros(context: Context, function: Function) -> None:
    """Put the reverse loops of a function that a selection may have no work for under a test of that."""
    outer = [s for s in structured(function.body) if isinstance(s, Loop)]
    if not any(_is_reverse(s) for loop in outer for s in structured(loop.body)):
        return  # only what is run many times is worth a test
    if any(isinstance(s, If) or isinstance(s, Assign) and s.primitive == "s2sad.select" for s in walk(function.body)):
        _block(context, function.body, False)


def _is_reverse(s: Statement) -> TypeGuard[For]:
    return isinstance(s, For) and isinstance(s.of, For) and s.of is not s


def _block(context: Context, block: Block, in_loop: bool) -> None:
    statements: list[Statement] = []
    for s in block.statements:
        if in_loop and _is_reverse(s):
            zero = _zero(context, s)
            if zero is not None:
                statements += _tested(context, s, zero)
                continue
        if not s.simple:
            for inner in s.blocks():
                _block(context, inner, in_loop or isinstance(s, Loop))
        statements.append(s)
    block.statements = statements


def _zero(context: Context, loop: For) -> Var | None:
    """A number that a selection may have made zero, and without which the loop does nothing."""
    body = walk(loop.body)
    asked = dict.fromkeys([*inits(loop), *(operand for s in body for operand in reads(s))])
    zeros = [operand for operand in asked if isinstance(operand, Var) and _may_be_none_of_it(context, operand)]
    if not zeros:
        return None
    inside = {*loop.bound(), *(var for s in body for var in s.defined())}
    inside.update(var for s in body if isinstance(s, Loop) for var in s.bound())
    outside = (operand for operand in zeros if operand not in inside)
    return next((operand for operand in outside if Nothing(context, {operand}).loop(loop)), None)


def _may_be_none_of_it(context: Context, operand: Operand, depth: int = _MAXIMUM_DEPTH) -> bool:
    """Whether a number is a multiple of what a selection made zero or not."""
    if not isinstance(operand, Var) or not isinstance(operand.kind, Scalar) or not is_inexact(operand.kind.dtype):
        return False
    made = context.definitions.get(operand)
    if isinstance(made, If):
        return any(is_zero(value) for merge in made.merges if merge.out is operand for value in merge.values)
    if not isinstance(made, Assign) or not depth or not made.adjoint:
        return False
    if made.primitive == "s2sad.select":
        return any(map(is_zero, made.args[1:]))
    if made.primitive in _PRODUCTS:
        return any(_may_be_none_of_it(context, arg, depth - 1) for arg in made.args)
    return made.primitive in _SCALED and _may_be_none_of_it(context, made.args[0], depth - 1)


def _tested(context: Context, loop: For, zero: Var) -> list[Statement]:
    before = Block()
    test = Builder(context, before, loop.origin, adjoint=True).emit("operator.ne", zero, constant(0.0))
    merges = []
    for carry in loop.carries:
        whole = carry.result
        carry.result = Var(whole.name, whole.kind)
        merges.append(Merge(whole, [carry.result, carry.init]))
    tested = If([test], Block([loop]), Block(), merges, origin=loop.origin, adjoint=True)
    for merge in merges:
        context.definitions[merge.out] = tested
        context.definitions[merge.values[0]] = loop  # type: ignore[index]
    return [*before.statements, tested]
