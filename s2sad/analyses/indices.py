"""Indices as polynomials: how the index of an array depends on the indices of the loops around it.

`x[i * n + j]` is indexed by the sum of two products, `i * n` and `j`: a polynomial maps each product of symbols to the
number in front of it. A symbol is the index of a loop, the length of an array, or any other variable.
"""
from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from s2sad.analyses.places import Places
from s2sad.ir.kinds import INT
from s2sad.ir.nodes import Assign, Const, For, Loop, Operand, Var

# A product of symbols, in some fixed order, and the number in front of each product; () is that of none.
Product = tuple[Hashable, ...]
Polynomial = dict[Product, int]
ONE: Product = ()


@dataclass(frozen=True)
class Length:
    """The length of an axis of a memory."""

    of: Var
    axis: int


def plus(one: Polynomial, two: Polynomial, sign: int = 1) -> Polynomial:
    total = dict(one)
    for product, number in two.items():
        total[product] = total.get(product, 0) + sign * number
    return {product: number for product, number in total.items() if number}


def times(one: Polynomial, two: Polynomial) -> Polynomial:
    total: Polynomial = {}
    for first, number in one.items():
        for second, other in two.items():
            product = tuple(sorted((*first, *second), key=id))
            total[product] = total.get(product, 0) + number * other
    return {product: number for product, number in total.items() if number}


def literal(number: int) -> Polynomial:
    return {ONE: number} if number else {}


def is_number(form: Polynomial) -> bool:
    return all(product == ONE for product in form)


def replaced(form: Polynomial, symbol: Hashable, by: Polynomial) -> Polynomial:
    """A polynomial with another in the place of a symbol."""
    total: Polynomial = {}
    for product, number in form.items():
        part = {tuple(one for one in product if one is not symbol): number}
        for one in product:
            if one is symbol:
                part = times(part, by)
        total = plus(total, part)
    return total


def split(form: Polynomial, symbol: Hashable) -> tuple[Polynomial, Polynomial] | None:
    """``c`` and ``r`` of ``c * symbol + r``; None where there is a power of the symbol."""
    factor: Polynomial = {}
    rest: Polynomial = {}
    for product, number in form.items():
        others = tuple(one for one in product if one is not symbol)
        if len(product) - len(others) > 1:
            return None
        (rest if len(others) == len(product) else factor)[others] = number
    return factor, rest


class Indices:
    """Polynomials of the operands of one function."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._lengths: dict[tuple[Var, int], Length] = {}

    def form(self, operand: Operand) -> Polynomial:
        """What an operand is a polynomial of; a variable of which nothing more is known is a symbol."""
        if isinstance(operand, Const):
            return literal(operand.value) if type(operand.value) is int else {(operand,): 1}
        made = self.places.made.get(operand)
        if isinstance(made, Assign):
            found = self._of(made)
            if found is not None:
                return found
        return {(operand,): 1}

    def _of(self, made: Assign) -> Polynomial | None:
        args = made.args
        match made.primitive:
            case "operator.add":
                return plus(self.form(args[0]), self.form(args[1]))
            case "operator.sub":
                return plus(self.form(args[0]), self.form(args[1]), -1)
            case "operator.mul":
                return times(self.form(args[0]), self.form(args[1]))
            case "operator.neg":
                return plus({}, self.form(args[0]), -1)
            case "s2sad.alias":
                return self.form(args[0])
            case "builtins.len":
                return self._length(args[0], 0)
            case "s2sad.getitem":
                shape = self.places.made.get(args[0]) if isinstance(args[0], Var) else None
                axis = args[1].value if isinstance(args[1], Const) else None
                if isinstance(shape, Assign) and shape.primitive == "array.shape" and type(axis) is int and axis >= 0:
                    return self._length(shape.args[0], axis)
        return None

    def _length(self, array: Operand, axis: int) -> Polynomial | None:
        source = self.places.source(array) if isinstance(array, Var) else None
        if source is None:
            return None
        return {(self._lengths.setdefault((source, axis), Length(source, axis)),): 1}

    def is_not_negative(self, form: Polynomial) -> bool:
        """Whether all of its terms are surely not negative."""
        return all(number >= 0 and all(map(self._symbol_is_not_negative, product)) for product, number in form.items())

    def _symbol_is_not_negative(self, symbol: Hashable) -> bool:
        if isinstance(symbol, Length):
            return True
        loop = self.loop_of(symbol)
        return loop is not None and isinstance(loop.start, Const) and loop.start.value >= 0 and _rises(loop)

    def loop_of(self, symbol: Hashable) -> For | None:
        """The loop whose index a symbol is."""
        made: object = self.places.made.get(symbol) if isinstance(symbol, Var) else None
        return made if isinstance(made, For) and made.index is symbol else None

    def loops_of(self, symbol: Hashable) -> tuple[Loop, ...]:
        """The loops in which a symbol is something else in each iteration."""
        return self.places.loops.get(symbol, ()) if isinstance(symbol, Var) else ()

    def are_whole(self, form: Polynomial) -> bool:
        """Whether it is made of whole numbers alone."""
        return all(isinstance(one, Length) or getattr(one, "kind", None) == INT for product in form for one in product)


def _rises(loop: For) -> bool:
    return isinstance(loop.step, Const) and loop.step.value > 0
