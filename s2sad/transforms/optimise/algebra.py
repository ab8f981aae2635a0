"""Simplification of adjoint expressions while they are built.

Each rule keeps the value, the shape and the dtype. An adjoint that is one number broadcast to the shape
of an array (`s2sad.expand`) stays a number through products with values of that shape, so that
``sum(2 * sin(a))`` gives ``2.0 * cos(a)`` and allocates no array of ones.
"""
from __future__ import annotations

from collections.abc import Callable

from s2sad.ir.kinds import NARROW, Array, Kind, Scalar, is_complex, is_narrow
from s2sad.ir.meeting import promote
from s2sad.ir.nodes import Assign, Operand, Var
from s2sad.rules.axes import rank
from s2sad.rules.build import Builder, constant
from s2sad.rules.indexing import rearranged
from s2sad.rules.pieces import without_factor
from s2sad.transforms.optimise.fitting import covers, fits_into, is_broadcast, same_shape, spans
from s2sad.transforms.optimise.masks import joined, number_taken
from s2sad.transforms.optimise.numbers import leads_with_number, numbers_in_front, scaled, times_number
from s2sad.transforms.optimise.products import (
    adjoint_by,
    collected,
    is_float,
    is_integer,
    made_by,
    made_of,
    number_of,
    same_value,
    with_common_factor,
)
from s2sad.transforms.optimise.quotients import (
    common_divisor,
    divided,
    reciprocal_of_one_more,
    times_ratio,
    with_quotient,
)
from s2sad.transforms.optimise.sums import simplify_sum


def simplify(b: Builder, primitive: str, args: list[Operand], keywords: tuple[str, ...]) -> Operand | None:
    if primitive == "numpy.sum":
        return simplify_sum(b, args, keywords)
    rule = RULES.get(primitive)
    if rule is None or keywords:
        return None
    if primitive in _WRAPPING and b.adjoint and not is_float(args[0].kind) and _are_narrow(args):
        return b.emit(primitive, b.emit("operator.mul", constant(1.0), args[0]), *args[1:])
    widened = made_by(b, args[0], "s2sad.getitem") if primitive in _ELEMENTWISE else None
    narrow = None if widened is None else _before_new_axes(b, primitive, widened, args[1])
    return rule(b, *args) if narrow is None else narrow


_WRAPPING = {"operator.mul", "operator.add", "operator.sub", "operator.neg", "operator.pow"}
_ELEMENTWISE = {"operator.mul", "operator.truediv", "operator.add", "operator.sub"}


def _are_narrow(args: list[Operand]) -> bool:
    """Whether operands are integers that would wrap around among each other, as they do not one by one with floats."""
    for arg in args:
        if not is_integer(arg.kind):
            return False
    return any(map(is_narrow, [arg.kind for arg in args])) and promote(args[0].kind, args[-1].kind) in NARROW


def _before_new_axes(b: Builder, primitive: str, one: Assign, y: Operand) -> Operand | None:
    """`x[:, None] * y[:, None]` as `(x * y)[:, None]`: where the two are the same or cancel, that is seen."""
    two = made_by(b, y, "s2sad.getitem")
    if two is None or rank(one.target.kind) != rank(y.kind):
        return None
    orders = [rearranged(b.context, made.args[0].kind, made.args[1]) for made in (one, two)]
    if orders[0] is None or orders[0] != orders[1] or orders[0].dropped or not orders[0].added:
        return None
    return b.emit("s2sad.getitem", b.emit(primitive, one.args[0], two.args[0]), one.args[1])


# What a factor may be made by for a product to be simpler in another way.
_TAKEN_APART = {"operator.mul", "operator.truediv", "operator.neg", "s2sad.expand"}


def _mul(b: Builder, x: Operand, y: Operand) -> Operand | None:
    one, two = number_of(x), number_of(y)
    if one is not None and two is not None:
        return constant(one * two)
    if two is not None:
        return b.emit("operator.mul", y, x)
    if one is not None:
        return scaled(b, one, y)
    factors = []
    for first, second in ((x, y), (y, x)):
        made = made_of(b, first)
        if made is not None and made.primitive in _TAKEN_APART:
            factors.append((first, second, made))
    if not factors:
        return None
    for first, second, made in factors:
        if made.primitive == "s2sad.expand" and isinstance(made.args[0].kind, (Scalar, Array)):
            return _through_expand(b, "operator.mul", made.args[0], made.args[1], first.kind, second)
    for first, second, made in factors:
        if made.primitive == "operator.neg" and not is_broadcast(first.kind, second.kind):
            return b.emit("operator.neg", b.emit("operator.mul", made.args[0], second)
                          if first is x else b.emit("operator.mul", second, made.args[0]))
    for _, second, made in factors:
        if made.primitive == "operator.truediv" and made.adjoint:
            product = times_ratio(b, second, made)
            if product is not None:
                return product
    for first, second in ((x, y), (y, x)) if b.context.quotients else ():
        shared = with_quotient(b, first, second)
        if shared is not None:
            return shared
    for first, second, made in factors:
        reciprocal = reciprocal_of_one_more(b, first, made, second) if isinstance(second, Var) else None
        if reciprocal is not None:
            rest = without_factor(b, first, reciprocal)
            if rest is not None:
                return b.emit("operator.mul", rest, b.emit("operator.sub", constant(1.0), reciprocal))
    return numbers_in_front(b, x, y) or _without_one(b, x, y)


def _without_one(b: Builder, x: Operand, y: Operand) -> Operand | None:
    """`(1.0 * n) * x` as `n * x`, where the product makes floats of the integers as well."""
    for place, first, second in ((0, x, y), (1, y, x)):
        made = adjoint_by(b, first, "operator.mul")
        if made is not None and number_of(made.args[0]) == 1.0:
            plain = made.args[1]
            if promote(plain.kind, second.kind) == promote(first.kind, second.kind):
                return b.emit("operator.mul", *((plain, y) if place == 0 else (x, plain)))
    return None


def _through_expand(
    b: Builder, primitive: str, inner: Operand, like: Operand, whole: Kind, other: Operand
) -> Operand | None:
    """A product with a broadcast number or row needs no broadcast where the other factor has the shape."""
    if is_float(other.kind) and isinstance(other.kind, Array) and (
            promote(inner.kind, other.kind) != promote(whole, other.kind)):
        return None  # it is of single precision, and the broadcast makes it a double
    if same_shape(whole, other.kind) or spans(whole, inner.kind, other.kind):
        return b.emit(primitive, inner, other)
    if isinstance(other.kind, Scalar) or isinstance(inner.kind, Scalar) and fits_into(other.kind, whole):
        if _is_complex(other) and not _is_complex(like):
            return None  # an array like that one has no imaginary part
        return b.emit("s2sad.expand", b.emit(primitive, inner, other), like)
    return None


def _is_complex(operand: Operand) -> bool:
    return is_complex(getattr(operand.kind, "dtype", ""))


def _truediv(b: Builder, x: Operand, y: Operand) -> Operand | None:
    one, two = number_of(x), number_of(y)
    if two == 1 and is_float(x.kind):
        return x
    if one is not None and two:
        return constant(one / two)
    scaled = adjoint_by(b, x, "operator.mul") if two else None
    factor = None if scaled is None else number_of(scaled.args[0])
    if scaled is not None and factor is not None:
        short = times_number(b, factor, scaled.args[1], y)
        if short is not None:
            return short
    negated = made_by(b, x, "operator.neg")
    if negated is not None and not is_broadcast(x.kind, y.kind):
        return b.emit("operator.neg", b.emit("operator.truediv", negated.args[0], y))
    if x is y and isinstance(x.kind, Array) and is_float(x.kind):
        return b.emit("s2sad.expand", constant(1.0), x)
    expanded = made_by(b, x, "s2sad.expand")
    if expanded is not None:
        return _through_expand(b, "operator.truediv", expanded.args[0], expanded.args[1], x.kind, y)
    return None


# And a term, for a sum or a difference.
_TERMS = _TAKEN_APART | {"s2sad.getitem", "s2sad.zeros_like", "numpy.where"}


def _add(b: Builder, x: Operand, y: Operand) -> Operand | None:
    one, two = number_of(x), number_of(y)
    if one is not None and two is not None:
        return constant(one + two)
    if one == 0 and is_float(y.kind):
        return y
    if two == 0 and is_float(x.kind):
        return x
    pairs = [(first, second) for first, second in ((x, y), (y, x)) if _is_term(b, second)]
    if not pairs and x is not y:
        return None
    if is_float(x.kind) and same_value(b, x, y):
        for half in (x, y):
            made = b.context.definitions.get(half) if isinstance(half, Var) else None
            if isinstance(half, Var) and made is not None and made.adjoint:
                half.name = ""  # half of what the name stands for
        return b.emit("operator.mul", constant(2.0), y)  # of two products the later one knows more of its factors
    together = collected(b, x, y) or joined(b, "operator.add", x, y)
    if together is not None:
        return together
    for first, second in pairs:
        if _is_nothing(b, second) and covers(first.kind, second.kind):
            return first
    for first, second in pairs:
        together = with_common_factor(b, first, second)
        if together is not None:
            return together
    for first, second in pairs:
        positive = _opposite(b, second)
        if positive is not None:
            return b.emit("operator.sub", first, positive)
    for first, second in pairs if b.context.quotients else ():
        together = common_divisor(b, "operator.add", first, second)
        if together is not None:
            return together
    for first, second in ((x, y), (y, x)):
        expanded = made_by(b, first, "s2sad.expand")
        if expanded is not None and same_shape(first.kind, second.kind):
            inner = made_by(b, second, "s2sad.expand")
            if inner is None:
                return b.emit("operator.add", second, expanded.args[0])
    return None


def _is_term(b: Builder, x: Operand) -> bool:
    made = made_of(b, x)
    return made is not None and made.primitive in _TERMS


# What is zero if one of its operands is no adjoint at all.
_LINEAR = {"operator.mul": (0, 1), "operator.truediv": (0,), "operator.neg": (0,), "s2sad.getitem": (0,)}


def _is_nothing(b: Builder, x: Operand, depth: int = 6) -> bool:
    """Whether an adjoint is one that nothing contributed to, or that cancelled, or comes of such a one alone."""
    made = made_of(b, x) if depth and isinstance(x.kind, Array) else None
    if made is None or not made.adjoint:
        return False
    if made.primitive == "s2sad.zeros_like":
        return True
    places = _LINEAR.get(made.primitive, ())
    return (0 in places and _is_nothing(b, made.args[0], depth - 1)
            or 1 in places and _is_nothing(b, made.args[1], depth - 1))


def _opposite(b: Builder, x: Operand, depth: int = 6) -> Operand | None:
    """What an operand is the negative of, if it was written as such."""
    made = made_of(b, x)
    if made is None or not depth:
        return None
    if made.primitive == "operator.neg":
        return made.args[0]
    if not made.adjoint or made.primitive not in _LINEAR:
        return None
    first = made.args[0]
    factor = number_of(first)
    if made.primitive == "operator.mul" and factor is not None:
        wanted = isinstance(x.kind, Array) and (made.target.name or made.target.hint)  # by others, as it is
        return b.emit("operator.mul", constant(-factor), made.args[1]) if factor < 0 and not wanted else None
    for place in _LINEAR[made.primitive]:
        if made.primitive == "s2sad.getitem" and not isinstance(first.kind, Array):
            return None
        positive = _opposite(b, made.args[place], depth - 1)
        if positive is not None:
            args = [positive if n == place else arg for n, arg in enumerate(made.args)]
            return b.emit(made.primitive, *args)
    return None


def _sub(b: Builder, x: Operand, y: Operand) -> Operand | None:
    one, two = number_of(x), number_of(y)
    if one is not None and two is not None:
        return constant(one - two)
    if two == 0 and is_float(x.kind) or _is_nothing(b, y) and covers(x.kind, y.kind):
        return x
    first, second = (made_by(b, operand, "s2sad.expand") for operand in (x, y))
    if first is not None and second is not None and same_shape(x.kind, y.kind):
        if number_of(first.args[0]) is not None and number_of(first.args[0]) == number_of(second.args[0]):
            return b.emit("s2sad.zeros_like", first.args[1], kind=x.kind)
    negated = made_by(b, y, "operator.neg")
    if negated is not None:
        return b.emit("operator.add", x, negated.args[0])
    together = joined(b, "operator.sub", x, y)
    return together or (common_divisor(b, "operator.sub", x, y) if b.context.quotients else None)


def _neg(b: Builder, x: Operand) -> Operand | None:
    literal = number_of(x)
    if literal is not None:
        return constant(-literal)
    made = made_of(b, x)
    if made is None or not made.args:
        return None
    first, *others = made.args
    number = number_of(first)
    match made.primitive:
        case "operator.neg":
            return first
        case "operator.mul" if number is not None:
            return b.emit("operator.mul", constant(-number), *others)
        case "operator.mul" | "operator.truediv" if made.adjoint and (
                number is not None or leads_with_number(b, first) or is_float(first.kind) and is_broadcast(
                    first.kind, x.kind)):
            negative = b.emit("operator.neg", first)
            if made.primitive == "operator.truediv":
                return divided(b, negative, others[0], made)
            return b.emit("operator.mul", negative, others[0])
        case "operator.mul" if made.adjoint and is_float(others[0].kind) and is_broadcast(others[0].kind, x.kind):
            return b.emit("operator.mul", first, b.emit("operator.neg", *others))
        case "operator.sub" if made.adjoint:
            return b.emit("operator.sub", *others, first)
        case "s2sad.expand":
            return b.emit("s2sad.expand", b.emit("operator.neg", first), *others)
    return None


def _pow(b: Builder, x: Operand, y: Operand) -> Operand | None:
    exponent = number_of(y)
    if exponent == 1 and is_float(x.kind):
        return x
    return None


def _expand(b: Builder, x: Operand, like: Operand) -> Operand | None:
    if isinstance(like.kind, Scalar):
        return x
    if same_shape(x.kind, like.kind) and getattr(x.kind, "dtype", "") == getattr(like.kind, "dtype", ""):
        return x
    inner = made_by(b, x, "s2sad.expand")
    if inner is not None and isinstance(inner.args[0].kind, Scalar):
        return b.emit("s2sad.expand", inner.args[0], like)
    return None


def _transpose(b: Builder, x: Operand) -> Operand | None:
    """`(a @ b).T` is `b.T @ a.T`: the product as it is wanted, not a view of another; an outer product likewise."""
    inner = made_by(b, x, "array.T")
    if inner is not None:
        return inner.args[0]
    negated = adjoint_by(b, x, "operator.neg")
    if negated is not None:
        return b.emit("operator.neg", b.emit("array.T", negated.args[0], style="attribute"))
    outer = made_by(b, x, "numpy.outer")
    if outer is not None and outer.adjoint and not outer.keywords:
        return b.emit("numpy.outer", outer.args[1], outer.args[0])
    product = made_by(b, x, "operator.matmul")
    if product is None or not product.adjoint or any(rank(arg.kind) != 2 for arg in product.args):
        return None
    first, second = (b.emit("array.T", arg, style="attribute") for arg in product.args)
    return b.emit("operator.matmul", second, first)


def _where(b: Builder, condition: Operand, x: Operand, y: Operand) -> Operand | None:
    if x is y and b.adjoint and covers(x.kind, condition.kind):
        return x
    b.context.any_selection = True
    return _select(b, condition, x, y) or number_taken(b, condition, x, y)


def _select(b: Builder, condition: Operand, x: Operand, y: Operand) -> Operand | None:
    """A condition on literals is decided now."""
    made = made_by(b, condition, "operator.eq")
    if made is None or not all(number_of(arg) is not None for arg in made.args):
        return None
    return x if number_of(made.args[0]) == number_of(made.args[1]) else y


def _both(b: Builder, x: Operand, y: Operand) -> Operand | None:
    """A mask and itself."""
    return x if x is y else None


RULES: dict[str, Callable[..., Operand | None]] = {
    "operator.mul": _mul,
    "operator.truediv": _truediv,
    "operator.add": _add,
    "operator.sub": _sub,
    "operator.neg": _neg,
    "operator.pow": _pow,
    "s2sad.expand": _expand,
    "array.T": _transpose,
    "numpy.where": _where,
    **dict.fromkeys(("operator.and_", "operator.or_"), _both),
    "s2sad.select": _select,
}

# The primitives that `simplify` knows.
SIMPLIFIED = {*RULES, "numpy.sum"}
