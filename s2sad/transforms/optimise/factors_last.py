"""Of the factors of a product that one round of a loop leaves to the next, what it waits for is multiplied last.

    x_bar -= 3.0 * (f_bar * eps) * x ** 2      ─▶      x_bar -= 3.0 * eps * x ** 2 * f_bar

Compiled code computes what does not depend on the round before while it waits for what does: of a product of numbers
that are there but for one, that one waits for a single multiplication then, and for no division.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field

from s2sad.analyses.uses import count_uses
from s2sad.ir.kinds import Scalar, is_inexact
from s2sad.ir.nodes import Assign, Block, Const, Function, If, Loop, Operand, Statement, holds_loop, walk
from s2sad.rules.build import Builder, Context

_PRODUCTS = {"operator.mul", "operator.truediv"}


def multiply_last(context: Context, function: Function) -> bool:
    """Order the products in the innermost reverse loops of a function; whether any was."""
    loops = [s for s in walk(function.body) if isinstance(s, Loop) and s.carries and s.adjoint and not holds_loop(s)]
    if not loops:
        return False
    uses = count_uses(function)
    return any([_Pass(context, loop, uses).run() for loop in loops])


@dataclass
class _Product:
    """A product: its factors and what it is divided by, from left to right, and what computes it."""

    factors: list[Operand] = field(default_factory=list)
    divisors: list[Operand] = field(default_factory=list)
    steps: list[Assign] = field(default_factory=list)


class _Pass:
    def __init__(self, context: Context, loop: Loop, uses: Counter[Operand]) -> None:
        self.context, self.loop, self.uses = context, loop, uses
        self.waiting = _depending(loop)

    def run(self) -> bool:
        found = [self._block(block) for block in self.loop.blocks()] if self.waiting else []
        return any(found)

    def _block(self, block: Block) -> bool:
        changed = False
        inner: dict[Operand, Assign] = {
            s.target: s for s in block.statements if isinstance(s, Assign) and _is_product(s)}
        parts: set[Operand] = {arg for s in inner.values() for arg in s.args if arg in inner and self.uses[arg] == 1}
        before: dict[Statement, list[Statement]] = {}
        dropped: set[Statement] = set()
        made: dict[Hashable, Operand] = {}
        for s in block.statements:
            if isinstance(s, Assign) and s.target in inner and s.target in self.waiting and s.target not in parts:
                product = self._product(s, inner, parts)
                if self._is_late(product):
                    before[s] = self._reordered(s, product, made)
                    dropped.update(product.steps[1:])
            for one in s.blocks():
                changed |= self._block(one)
        if before:
            block.statements = [one for s in block.statements if s not in dropped for one in (*before.get(s, ()), s)]
        return changed or bool(before)

    def _product(self, s: Assign, inner: dict[Operand, Assign], parts: set[Operand]) -> _Product:
        """A product with those of its factors that are products themselves, and nothing else's, taken apart."""
        found = _Product(steps=[s])
        for place, arg in enumerate(s.args):
            if place and s.primitive == "operator.truediv":
                found.divisors.append(arg)
            elif arg in parts:
                more = self._product(inner[arg], inner, parts)
                found.factors += more.factors
                found.divisors += more.divisors
                found.steps += more.steps
            else:
                found.factors.append(arg)
        return found

    def _is_late(self, product: _Product) -> bool:
        """Whether one factor alone is waited for, and not multiplied last."""
        late = [one for one in product.factors if one in self.waiting]
        if len(late) != 1 or not self.waiting.isdisjoint(product.divisors) or len(product.factors) == 1:
            return False
        last = product.steps[0]
        return len(product.steps) > 1 and not (last.primitive == "operator.mul" and late[0] in last.args)

    def _reordered(self, s: Assign, product: _Product, made: dict[Hashable, Operand]) -> list[Statement]:
        """Multiply what is there, and then by what is waited for; what is to stand in front of that.

        ``made`` are the products that were written in front of others in the block.
        """
        late = next(one for one in product.factors if one in self.waiting)
        ready = [one for one in product.factors if one is not late]
        total, *factors = sorted(ready, key=lambda one: not isinstance(one, Const))
        block = Block()
        b = Builder(self.context, block, s.origin, adjoint=True)
        steps = [*(("operator.mul", one) for one in factors), *(("operator.truediv", one) for one in product.divisors)]
        for primitive, one in steps:
            key = (primitive, *(arg.value if isinstance(arg, Const) else arg for arg in (total, one)))
            if key not in made:
                made[key] = b.emit(primitive, total, one)
            total = made[key]
        s.primitive, s.args = "operator.mul", [total, late]
        return [*block.statements]


def _is_product(s: Assign) -> bool:
    return s.adjoint and s.primitive in _PRODUCTS and not s.style and s.extra is None and _is_number(s.target) and (
        all(map(_is_number, s.args)))


def _is_number(operand: Operand) -> bool:
    return isinstance(operand.kind, Scalar) and is_inexact(operand.kind.dtype) and operand.kind.dtype != "complex128"


def _depending(loop: Loop) -> set[Operand]:
    """What depends on adjoints that the round before left."""
    statements = [s for block in loop.blocks() for s in _statements(block)]
    adjoints = {var for s in statements if s.adjoint for var in s.defined()}
    found: set[Operand] = {carry.param for carry in loop.carries if carry.out in adjoints and _is_number(carry.param)}
    if found:
        for s in statements:
            if isinstance(s, If):
                found.update(merge.out for merge in s.merges if not found.isdisjoint(merge.values))
            elif isinstance(s, Assign) and isinstance(s.target.kind, Scalar) and not found.isdisjoint(s.args):
                found.add(s.target)
    return found


def _statements(block: Block) -> Iterator[Statement]:
    """The statements of a block, those of branches before the branch."""
    for s in block.statements:
        for inner in s.blocks():
            yield from _statements(inner)
        yield s
