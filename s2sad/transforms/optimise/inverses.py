"""Divisions by one number as products with its inverse, for compiled code.

    p_bar = g / m                                  inverse = np.divide(1.0, m)
    q_bar = h / m                         ─▶       p_bar = g * inverse
                                                   q_bar = h * inverse

A division takes a compiled loop several times as long as a product, and an adjoint that is carried from round to round
waits for it. By a number that is the same in all rounds of a loop it is divided before the loop, and by a literal in
the text. NumPy's division gives infinity where Python's raises: it may stand where the program would not have come to
it.

So it is too where the adjoint of a function of NumPy's divides by what may be zero: the function does not raise there.

A product with an inverse may be another number than the quotient by its last digit. So what decides anything, a branch,
a place, is divided as the program divided it. What the program itself computes is divided by an inverse only in loops
that operations on arrays have become, whose sums are added up in another order than NumPy's anyhow, and only where it
divides by one number twice.
"""
from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from s2sad.analyses.deciding import deciding
from s2sad.ir.kinds import INT, Scalar
from s2sad.ir.nodes import (
    AS_NUMPY,
    Assign,
    Block,
    Const,
    Function,
    Loop,
    Operand,
    Statement,
    Var,
    is_literal,
    walk,
)
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Builder, Context, constant

_NUMBER = Scalar("float64", weak=False)
# So many divisions by a number that each round computes are worth its inverse.
_FEWEST = 2


def divide_once(context: Context, function: Function) -> None:
    """Multiply by inverses in the reverse sweep of a function, and divide as the functions of the primal do."""
    statements = walk(function.body)
    if any(isinstance(s, Assign) and _is_division(s) or _literal_divisor(s) for s in statements):
        made = _Pass(context, deciding(function))
        made.block(function.body, [])
        substitute_block(function.body, made.same)
        if isinstance(function.result, Var):
            function.result = made.same.get(function.result, function.result)
    for s in statements:
        if isinstance(s, Assign) and s.style == AS_NUMPY and s.primitive == "operator.truediv":
            s.primitive, s.style, s.target.hint = "numpy.divide", "", s.target.hint or "ratio"


@dataclass
class _Around:
    """A loop around a block, what is defined in it, and what is to be computed before it."""

    inside: set[Operand]
    before: Block = field(default_factory=Block)
    inverses: dict[Operand, Operand] = field(default_factory=dict)


class _Pass:
    def __init__(self, context: Context, deciding: set[Operand]) -> None:
        self.context, self.deciding = context, deciding
        self.same: dict[Var, Operand] = {}  # the inverses that were there

    def block(self, block: Block, around: list[_Around]) -> None:
        divisions: dict[Operand, list[Assign]] = {}
        for s in block.statements:
            if isinstance(s, Assign) and _is_division(s) and s.target not in self.deciding:
                divisions.setdefault(s.args[1], []).append(s)
            elif around and isinstance(s, Assign) and (number := _literal_divisor(s)) and s.target not in self.deciding:
                self._multiply([s], constant(1.0 / number))
        here: dict[Statement, list[Statement]] = {}
        for by, found in divisions.items():
            outermost = next((one for one in around if by not in one.inside), None)
            if outermost is not None:
                adjoints = [s for s in found if s.adjoint]
                if adjoints and by not in outermost.inverses:
                    outermost.inverses[by] = self._inverse(outermost.before, by, adjoints[0])
                self._multiply(adjoints, outermost.inverses.get(by, by))
            elif len(found) >= _FEWEST:
                made = Block()
                self._multiply(found, self._inverse(made, by, found[0]))
                here.setdefault(found[0], []).extend(made.statements)
        self._inner(block, around, here)

    def _inner(self, block: Block, around: list[_Around], here: dict[Statement, list[Statement]]) -> None:
        statements: list[Statement] = []
        for s in block.statements:
            before: list[Statement] = here.get(s, [])
            if isinstance(s, Loop):
                loop = _Around({*s.bound(), *(var for inner in s.blocks() for var in _defined(inner))})
                for inner in s.blocks():
                    self.block(inner, [*around, loop])
                before = [*before, *loop.before.statements]
            else:
                for inner in s.blocks():
                    self.block(inner, around)
            statements += [*before, *([] if isinstance(s, Assign) and s.target in self.same else [s])]
        block.statements = statements

    def _inverse(self, block: Block, by: Operand, first: Assign) -> Operand:
        b = Builder(self.context, block, first.origin, adjoint=first.adjoint)
        inverse = b.emit("numpy.divide", constant(1.0), by, kind=_NUMBER)
        assert isinstance(inverse, Var)
        inverse.hint = "inverse"
        return inverse

    def _multiply(self, divisions: list[Assign], inverse: Operand) -> None:
        for s in divisions:
            if is_literal(s.args[0], 1):
                self.same[s.target] = inverse
            else:
                s.primitive, s.args, s.style = "operator.mul", [s.args[0], inverse], ""


def _is_division(s: Assign) -> bool:
    """Whether a number is divided by what was computed."""
    if not (s.primitive == "operator.truediv" and s.adjoint or s.primitive == "numpy.divide"):
        return False
    if len(s.args) != 2 or s.keywords or isinstance(s.args[1], Const):
        return False
    return all(_is_double(operand) for operand in (s.target, *s.args))


def _literal_divisor(s: Statement) -> float | None:
    """The literal that an adjoint is divided by: of those the compiler has an inverse for powers of two alone."""
    if not (isinstance(s, Assign) and s.primitive == "operator.truediv" and s.adjoint and isinstance(s.args[1], Const)):
        return None
    number = s.args[1].value
    if type(number) not in (int, float) or not 1e-100 < abs(number) < 1e100 or abs(math.frexp(number)[0]) == 0.5:
        return None
    return float(number) if _is_double(s.target) and _is_double(s.args[0]) else None


def _is_double(operand: Operand) -> bool:
    return operand.kind == INT or isinstance(operand.kind, Scalar) and operand.kind.dtype == "float64"


def _defined(block: Block) -> Iterator[Var]:
    for s in block.statements:
        yield from s.defined()
        if isinstance(s, Loop):
            yield from s.bound()
        for inner in s.blocks():
            yield from _defined(inner)
