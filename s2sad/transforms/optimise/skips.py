"""Reverse loops that do nothing where a selection did not take the value: they are not run then.

    s_bar = d if s >= 0.0 else 0.0              s_bar = d if s >= 0.0 else 0.0
    for k in reversed(range(m)):         ─▶     if s_bar != 0.0:
        w_bar[k] += s_bar * x[k]                    for k in reversed(range(m)):
                                                        w_bar[k] += s_bar * x[k]

A loop does nothing if all that it adds anywhere is a multiple of an adjoint that is zero. That is told from its text;
what is taken off a tape has to be found by its number, so that nothing is left lying for another loop.
"""
from __future__ import annotations

from s2sad.analyses.record import is_pure
from s2sad.ir.kinds import Scalar, is_inexact
from s2sad.ir.nodes import (
    FIRST,
    Assign,
    Block,
    Carry,
    Const,
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
    walk,
)
from s2sad.rules.build import Builder, Context, constant

_PRODUCTS = {"operator.mul"}
_QUOTIENTS = {"operator.truediv", "numpy.divide"}
_SUMS = {"operator.add", "operator.sub"}
_SAME = {"operator.neg", "operator.pos", "s2sad.alias", "builtins.float"}
_MAXIMUM_DEPTH = 8


def skip_zeros(context: Context, function: Function) -> None:
    """Put the reverse loops of a function that a selection may have no work for under a test of that."""
    if any(isinstance(s, If) or isinstance(s, Assign) and s.primitive == "s2sad.select" for s in walk(function.body)):
        _block(context, function.body, False)


def _block(context: Context, block: Block, in_loop: bool) -> None:
    """Only what is run many times is worth a test."""
    statements: list[Statement] = []
    for s in block.statements:
        zero = _zero(context, s) if in_loop and isinstance(s, For) and isinstance(s.of, For) and s.of is not s else None
        if isinstance(s, For) and zero is not None:
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
    return next((operand for operand in outside if _Nothing(context, {operand}).loop(loop)), None)


def _may_be_none_of_it(context: Context, operand: Operand, depth: int = _MAXIMUM_DEPTH) -> bool:
    """Whether a number is a multiple of what a selection made zero or not."""
    if not isinstance(operand, Var) or not isinstance(operand.kind, Scalar) or not is_inexact(operand.kind.dtype):
        return False
    made = context.definitions.get(operand)
    if isinstance(made, If):
        return any(_is_zero(value) for merge in made.merges if merge.out is operand for value in merge.values)
    if not isinstance(made, Assign) or not depth or not made.adjoint:
        return False
    if made.primitive == "s2sad.select":
        return any(map(_is_zero, made.args[1:]))
    if made.primitive in _PRODUCTS:
        return any(_may_be_none_of_it(context, arg, depth - 1) for arg in made.args)
    return made.primitive in _QUOTIENTS | _SAME and _may_be_none_of_it(context, made.args[0], depth - 1)


def _is_zero(operand: Operand) -> bool:
    return isinstance(operand, Const) and type(operand.value) is float and operand.value == 0.0


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


class _Nothing:
    """Follows what a loop does if some numbers are zero: ``zero`` are those that are zero then, and ``same`` says of
    which value another one is no more than another version."""

    def __init__(self, context: Context, zero: set[Operand]) -> None:
        self.context, self.zero = context, zero
        self.same: dict[Operand, Operand] = {}

    def loop(self, loop: Loop) -> bool:
        """Whether a loop leaves everything as it is; what it carries is zero, or what it was."""
        if not isinstance(loop, For) or loop.stop is not None:
            return False
        none = [carry for carry in loop.carries if self._is_zero(carry.init)]
        self.zero.update(carry.param for carry in none)
        if not self.block(loop.body):
            return False
        return all(self._ends(carry, carry in none) for carry in loop.carries)

    def _ends(self, carry: Carry, none: bool) -> bool:
        if none:
            self.zero.add(carry.result)
            return self._is_zero(carry.out)
        self.same[carry.result] = self._root(carry.init)
        return self._root(carry.out) is carry.param

    def block(self, block: Block) -> bool:
        for s in block.statements:
            if isinstance(s, Assign):
                done = self._assign(s)
            elif isinstance(s, If):
                done = self._if(s)
            else:
                done = isinstance(s, Loop) and self.loop(s)
            if not done:
                return False
        return True

    def _if(self, s: If) -> bool:
        if not all(map(self.block, s.blocks())):
            return False
        for merge in s.merges:
            roots = {self._root(value) for value in merge.values}
            if all(map(self._is_zero, merge.values)):
                self.zero.add(merge.out)
            elif len(roots) == 1:
                self.same[merge.out] = roots.pop()
        return True

    def _assign(self, s: Assign) -> bool:
        if s.adjoint and (s.primitive == "s2sad.index_add" or s.primitive == "s2sad.put" and s.extra == FIRST):
            self.same[s.target] = self._root(s.args[0])
            return self._is_zero(s.args[2])
        if s.primitive == "s2sad.pop":
            return len(s.args) > 1 and not any(self.context.definition(arg, "s2sad.top") for arg in s.args[1:])
        if not is_pure(s.primitive) or s.extra == "owned":
            return False
        zeros = [self._is_zero(arg) for arg in s.args]
        if s.primitive in _PRODUCTS and any(zeros) or s.primitive in _QUOTIENTS | _SAME and zeros[0]:
            self.zero.add(s.target)
        elif s.primitive in _SUMS and any(zeros):
            if all(zeros):
                self.zero.add(s.target)
            elif zeros[1] or s.primitive == "operator.add":
                self.same[s.target] = self._root(s.args[0 if zeros[1] else 1])
        elif s.primitive == "s2sad.guard" and zeros[1] or s.primitive == "s2sad.select" and all(zeros[1:]):
            self.zero.add(s.target)
        return True

    def _is_zero(self, operand: Operand) -> bool:
        return operand in self.zero or _is_zero(operand)

    def _root(self, operand: Operand) -> Operand:
        return self.same.get(operand, operand)
