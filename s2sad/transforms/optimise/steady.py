"""Arithmetic of the reverse sweep that is the same in every round of a loop stands in front of it.

Only sums, products, negations and comparisons of numbers move: they cannot fail, so that it does no harm where the
loop has no round. What the user wrote stays where it was written.
"""
from __future__ import annotations

from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import Assign, Block, Const, Function, Loop, Operand, Statement, Var

_SAFE = {"operator.add", "operator.sub", "operator.mul", "operator.neg", "operator.ne"}


def move_steady(function: Function) -> None:
    _block(function.body)


def _block(block: Block) -> set[Var]:
    """Move what can be moved out of the loops of a block; the variables that are defined in it."""
    defined: set[Var] = set()
    statements: list[Statement] = []
    for s in block.statements:
        if s.simple:
            statements.append(s)
            defined.update(s.defined())
            continue
        inside: set[Var] = set()
        for inner in s.blocks():
            inside |= _block(inner)
        if isinstance(s, Loop):
            inside.update(s.bound())
            for moved in _moved(s, inside) if s.of is not None else []:
                statements.append(moved)
                defined.update(moved.defined())
        statements.append(s)
        defined |= inside
        defined.update(s.defined())
    block.statements = statements
    return defined


def _moved(loop: Loop, inside: set[Var]) -> list[Statement]:
    """Take the steady arithmetic out of a loop; ``inside`` are the variables that it defines."""
    moved: list[Statement] = []
    rest: list[Statement] = []
    for s in loop.body.statements:
        if isinstance(s, Assign) and _is_safe(s) and not any(arg in inside for arg in s.args):
            moved.append(s)
            inside.discard(s.target)
        else:
            rest.append(s)
    loop.body.statements = rest
    return moved


def _is_safe(s: Assign) -> bool:
    divides = s.primitive == "operator.truediv" and _is_nonzero(s.args[1])
    numbers = all(isinstance(operand.kind, Scalar) for operand in [s.target, *s.args])
    return s.adjoint and numbers and (s.primitive in _SAFE or divides)


def _is_nonzero(operand: Operand) -> bool:
    return isinstance(operand, Const) and isinstance(operand.value, (int, float)) and operand.value != 0
