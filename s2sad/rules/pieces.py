"""Small pieces that the rules of several libraries are put together from."""
from __future__ import annotations

import numpy as np

from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import is_narrow
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import Builder, constant, macro
from s2sad.rules.kinds import is_none
from s2sad.rules.table import Call

_NOTHING = constant(None)


def operands(call: Call, g: Operand, ans: Operand) -> dict[str, Operand]:
    """The names of a rule's expression; a parameter that was not given is None."""
    return {**dict.fromkeys(call.primitive.names, _NOTHING), **call.bound, "g": g, "ans": ans}


def refuse(b: Builder, message: str, hint: str = "") -> UnsupportedError:
    return UnsupportedError(message, b.origin, hint)


def part(b: Builder, whole: Operand, number: int) -> Operand:
    """An item of a tuple or list, of which the items are often at hand."""
    made = b.context.definition(whole, "s2sad.tuple")
    return b.emit("s2sad.getitem", whole, constant(number)) if made is None else made.args[number]


def with_keywords(b: Builder, primitive: str, *args: Operand, **keywords: Operand | None) -> Operand:
    """A call whose keywords are left out where they are None."""
    given = {name: value for name, value in keywords.items() if value is not None and not is_none(value)}
    return b.emit(primitive, *args, *given.values(), keywords=tuple(given))


@macro
def conj(b: Builder, x: Operand) -> Operand:
    """The complex conjugate; of a real value, the value."""
    return b.emit("numpy.conj", x) if getattr(x.kind, "dtype", "any").startswith(("complex", "any")) else x


def without_factor(b: Builder, product: Operand, x: Operand, depth: int = 4) -> Operand | None:
    """What a product is without one of its factors; None if that is none of them."""
    made = b.context.definition(product, "operator.mul")
    if made is None or not depth or any(map(b.context.is_overwritten, made.args)):
        return None
    one, two = made.args
    if one is x or two is x:
        other = two if one is x else one
        return other if product.kind == other.kind else None
    for place, factor in enumerate(made.args):
        rest = without_factor(b, factor, x, depth - 1)
        if rest is not None:
            return b.emit("operator.mul", *((rest, two) if place == 0 else (one, rest)))
    return None


def numpy_dtype(dtype: str) -> Const:
    return constant(getattr(np, dtype), f"np.{dtype}")


@macro
def eye_like(b: Builder, rows: Operand, columns: Operand, offset: Operand, like: Operand) -> Operand:
    """Ones on a diagonal, in the dtype of ``like``."""
    dtype = getattr(like.kind, "dtype", "any")
    exact = None if dtype in ("float64", "any") else numpy_dtype(dtype)
    return with_keywords(b, "numpy.eye", rows, columns, k=offset, dtype=exact)


def index_of(b: Builder, places: list[Operand]) -> Operand:
    """The index of an element, of its places along the axes."""
    return places[0] if len(places) == 1 else b.emit("s2sad.tuple", *places)


def plus(b: Builder, one: Operand, two: Operand) -> Operand:
    """The sum of two lengths, now where both are literals."""
    if isinstance(one, Const) and isinstance(two, Const):
        return constant(one.value + two.value)
    if isinstance(one, Const) and one.value == 0:
        return two
    return b.emit("operator.add", one, two)


def plain_integer(b: Builder, number: Operand) -> Operand:
    """A number of places as Python's own integer, where sums and negatives of its own type may wrap around."""
    return b.emit("builtins.int", number) if is_narrow(number.kind) else number
