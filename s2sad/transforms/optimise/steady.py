"""Arithmetic of the reverse sweep that is the same in every round of a loop stands in front of it.

Only sums, products, negations and comparisons of numbers move: they cannot fail, so that it does no harm where the
loop has no round. What the user wrote stays where it was written.
"""
from __future__ import annotations

from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import Assign, Block, Const, Function, Loop, Operand, Statement, walk

_SAFE = {"operator.add", "operator.sub", "operator.mul", "operator.neg", "operator.ne"}


def move_steady(function: Function) -> None:
    _block(function.body)


def _block(block: Block) -> None:
    """Move what can be moved out of the loops of a block, the inner ones first."""
    moved: dict[Statement, list[Statement]] = {}
    for s in block.statements:
        if s.simple:
            continue
        for inner in s.blocks():
            _block(inner)
        if isinstance(s, Loop) and s.of is not None and (found := _moved(s)):
            moved[s] = found
    if moved:
        block.statements = [one for s in block.statements for one in (*moved.get(s, ()), s)]


def _moved(loop: Loop) -> list[Statement]:
    """Take the steady arithmetic out of a loop."""
    safe = {s for s in loop.body.statements if isinstance(s, Assign) and _is_safe(s)}
    if not safe:
        return []
    moved: list[Statement] = []
    rest: list[Statement] = []
    inside = _defined(loop)
    for s in loop.body.statements:
        if s in safe and inside.isdisjoint(s.args):
            moved.append(s)
            inside.difference_update(s.defined())
        else:
            rest.append(s)
    loop.body.statements = rest
    return moved


def _defined(loop: Loop) -> set[Operand]:
    """The variables that a round binds."""
    found: set[Operand] = {*loop.bound()}
    for s in (s for block in loop.blocks() for s in walk(block)):
        found.update(s.defined())
        if isinstance(s, Loop):
            found.update(s.bound())
    return found


def _is_safe(s: Assign) -> bool:
    if not s.adjoint or not isinstance(s.target.kind, Scalar):
        return False
    divides = s.primitive == "operator.truediv" and _is_nonzero(s.args[1])
    return (s.primitive in _SAFE or divides) and all(isinstance(operand.kind, Scalar) for operand in s.args)


def _is_nonzero(operand: Operand) -> bool:
    return isinstance(operand, Const) and isinstance(operand.value, (int, float)) and operand.value != 0
