"""Arithmetic that is the same in every round of a loop stands in front of it.

In the reverse sweep these are sums, products, negations and comparisons of numbers, which cannot fail, so that it does
no harm where the loop has no round (of what another loop leaves, if that is not there then, it would); in compiled
code, where a power of a number does not fail either, squares and the like too. What the user wrote stays where it was
written, but for what compiled code divides by:

    for i in range(1, n - 1):                                 power = dx ** 2
        new[i] = (u[i + 1] - u[i - 1]) / dx ** 2     ─▶       for i in range(1, n - 1):
                                                                  new[i] = (u[i + 1] - u[i - 1]) / power

Numba asks of each divisor whether it is zero, and LLVM carries out several rounds at once only if what is asked is
known to be the same in all of them.
"""
from __future__ import annotations

from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import Assign, Block, Const, Function, Loop, Operand, Statement, walk
from s2sad.rules.build import Context

# What cannot fail.
SAFE = {"operator.add", "operator.sub", "operator.mul", "operator.neg", "operator.ne"}
# What may be known not to fail.
_MOVABLE = SAFE | {"operator.truediv", "operator.pow"}
_QUOTIENTS = {"operator.truediv", "numpy.divide"}


def move_steady(context: Context, function: Function) -> list[Statement]:
    """Move it; what was moved of the forward sweep."""
    divisors = _divisors(function) if context.array_tapes else set()
    moving = _Moving(context.array_tapes, divisors, context.of_rounds)
    moving.block(function.body)
    return moving.forward


def _divisors(function: Function) -> set[Operand]:
    """What something in a loop of the program is divided by, and what that is computed of."""
    statements = [s for s in walk(function.body) if isinstance(s, Assign) and not s.adjoint]
    found: set[Operand] = {s.args[1] for s in statements if s.primitive in _QUOTIENTS and len(s.args) > 1}
    if found:
        for s in reversed(statements):
            if s.target in found and all(isinstance(operand.kind, Scalar) for operand in s.args):
                found.update(s.args)
    return found


class _Moving:
    def __init__(self, compiled: bool, divisors: set[Operand], of_rounds: set[Operand]) -> None:
        self.compiled, self.divisors, self.of_rounds = compiled, divisors, of_rounds
        self.forward: list[Statement] = []

    def block(self, block: Block) -> None:
        """Move what can be moved out of the loops of a block, the inner ones first."""
        moved: dict[Statement, list[Statement]] = {}
        for s in block.statements:
            if s.simple:
                continue
            for inner in s.blocks():
                self.block(inner)
            if isinstance(s, Loop) and (s.of is not None or self.divisors) and (found := self._moved(s)):
                moved[s] = found
        if moved:
            statements: list[Statement] = []
            for s in block.statements:
                place = len(statements)
                while place and s in moved and _is_tape(statements[place - 1]):
                    place -= 1  # how long the tapes of a loop are is computed in front of them
                statements[place:place] = moved.get(s, ())
                statements.append(s)
            block.statements = statements

    def _moved(self, loop: Loop) -> list[Statement]:
        """Take the steady arithmetic out of a loop."""
        safe = {s for s in loop.body.statements
                if isinstance(s, Assign) and s.primitive in _MOVABLE and self._is_safe(s, loop)}
        if not safe:
            return []
        moved: list[Statement] = []
        rest: list[Statement] = []
        inside = _defined(loop)
        for s in loop.body.statements:
            if s in safe and inside.isdisjoint(s.args) and self.of_rounds.isdisjoint(s.args):
                moved.append(s)
                inside.difference_update(s.defined())
            else:
                rest.append(s)
        loop.body.statements = rest
        self.forward += [s for s in moved if not s.adjoint and loop.of in (None, loop)]
        return moved

    def _is_safe(self, s: Assign, loop: Loop) -> bool:
        if s.adjoint and loop.of is None or not s.adjoint and s.target not in self.divisors:
            return False
        divides = s.primitive == "operator.truediv" and _is_nonzero(s.args[1])
        power = self.compiled and s.primitive == "operator.pow" and isinstance(s.args[1], Const)
        if not (s.primitive in SAFE or divides or power):
            return False
        return all([isinstance(operand.kind, Scalar) for operand in (s.target, *s.args)])


def _defined(loop: Loop) -> set[Operand]:
    """The variables that a round binds, but for those of blocks in it."""
    return {*loop.bound(), *[var for block in loop.blocks() for s in block.statements for var in s.defined()]}


def _is_tape(s: Statement) -> bool:
    return isinstance(s, Assign) and s.primitive == "s2sad.tape"


def _is_nonzero(operand: Operand) -> bool:
    return isinstance(operand, Const) and isinstance(operand.value, (int, float)) and operand.value != 0
