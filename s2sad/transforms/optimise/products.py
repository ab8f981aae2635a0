"""What adjoint expressions are made of, and products as a number and factors: what sums of them come to."""
from __future__ import annotations

from s2sad.ir.kinds import NUMERIC, Array, Kind, is_inexact, is_narrow
from s2sad.ir.nodes import Assign, Operand, Var
from s2sad.rules.build import Builder, constant


def made_of(b: Builder, operand: Operand) -> Assign | None:
    """The assignment that an operand comes from, if its operands still are what they were then; but not of integers
    that wrap around: among floats they do not."""
    made = b.context.definitions.get(operand)  # type: ignore[arg-type]
    if not isinstance(made, Assign) or is_narrow(made.target.kind):
        return None
    return made if made.adjoint or _is_current(b, made) else None


def made_by(b: Builder, operand: Operand, primitive: str) -> Assign | None:
    made = b.context.definitions.get(operand)  # type: ignore[arg-type]
    if not isinstance(made, Assign) or made.primitive != primitive or is_narrow(made.target.kind):
        return None
    return made if made.adjoint or _is_current(b, made) else None


def adjoint_by(b: Builder, operand: Operand, primitive: str) -> Assign | None:
    """The assignment of the reverse sweep that an operand comes from, if it applies this primitive."""
    made = made_by(b, operand, primitive)
    return made if made is not None and made.adjoint else None


def _is_current(b: Builder, made: Assign) -> bool:
    """Whether what the primal computes something from is in memory still."""
    return not b.context.any_overwritten or not any(map(b.context.is_overwritten, made.args))


def number_of(operand: Operand) -> int | float | None:
    if isinstance(operand, Var) or operand.path or type(operand.value) not in (int, float):
        return None
    value: int | float = operand.value
    return value


def is_float(kind: Kind) -> bool:
    return isinstance(kind, NUMERIC) and is_inexact(kind.dtype)


def is_integer(kind: Kind) -> bool:
    return isinstance(kind, NUMERIC) and kind.dtype.startswith(("int", "uint"))


def same_value(b: Builder, x: Operand, y: Operand) -> bool:
    """Whether two operands are one variable, the product of the same factors, the same quotient, or a negative of
    one value."""
    if x is y:
        return True
    one, two = made_of(b, x), made_of(b, y)
    if one is None or two is None or one.primitive != two.primitive:
        return False
    if one.primitive == "operator.mul":
        return sorted(_factors(b, x)) == sorted(_factors(b, y))
    if one.primitive == "operator.neg":
        return same_value(b, one.args[0], two.args[0])
    return one.primitive == "operator.truediv" and all(a is b for a, b in zip(one.args, two.args, strict=True))


def collected(b: Builder, x: Operand, y: Operand) -> Operand | None:
    """`x + g * (0.5 * u) + 0.5 * (g * u)` as `x + g * u`, as the slope of `0.5 * u * u` comes to be."""
    if not _is_product(b, y):
        return None
    whole = adjoint_by(b, x, "operator.add")
    terms = [(x, None)] if whole is None else [(x, None), (whole.args[1], whole.args[0])]
    terms = [(term, rest) for term, rest in terms if _is_product(b, term) and term.kind == y.kind]
    if not terms:
        return None
    two, second = _monomial(b, y)
    for term, rest in terms:
        one, first = _monomial(b, term)
        if first != second or not one or not two or not one + two:
            continue
        plain = [(product, (one + two) / _monomial(b, product)[0]) for product in _without_number(b, (y, term))]
        product, factor = min(plain, key=lambda pair: pair[1] != 1.0)
        total = b.emit("operator.mul", constant(factor), product)
        return total if rest is None else b.emit("operator.add", rest, total)
    return None


def with_common_factor(b: Builder, x: Operand, y: Operand) -> Operand | None:
    """`0.8 * g + 0.1 * g * w` as `g * (0.8 + 0.1 * w)`, as the slope of a polynomial comes to be."""
    scaled = adjoint_by(b, x, "operator.mul")
    number = None if scaled is None else number_of(scaled.args[0])
    if scaled is None or number is None or scaled.args[1].kind != y.kind or not isinstance(y.kind, Array):
        return None
    common = scaled.args[1]
    factor, others = _number_and_factors(b, y, common)
    if common not in others:
        return None
    others.remove(common)
    if len(others) != 1 or not isinstance(others[0].kind, Array) or others[0].kind.dtype != y.kind.dtype:
        return None
    other = others[0] if factor == 1.0 else b.emit("operator.mul", constant(factor), others[0])
    return b.emit("operator.mul", common, b.emit("operator.add", constant(number), other))


def _number_and_factors(b: Builder, x: Operand, whole: Operand, depth: int = 4) -> tuple[float, list[Operand]]:
    """A product of the adjoint as a number and its other factors, of which one may be the ``whole`` of a product."""
    number = number_of(x)
    if number is not None:
        return float(number), []
    made = adjoint_by(b, x, "operator.mul") if depth and x is not whole else None
    if made is None:
        return 1.0, [x]
    (one, first), (two, second) = (_number_and_factors(b, arg, whole, depth - 1) for arg in made.args)
    return one * two, first + second


def _is_product(b: Builder, x: Operand) -> bool:
    return adjoint_by(b, x, "operator.mul") is not None and is_float(x.kind)


def _without_number(b: Builder, products: tuple[Operand, Operand]) -> list[Operand]:
    """Products, each without the number that it begins with."""
    made = [made_by(b, product, "operator.mul") for product in products]
    return [one.args[1] if one is not None and number_of(one.args[0]) is not None else product
            for one, product in zip(made, products, strict=True)]


def _monomial(b: Builder, x: Operand, depth: int = 4) -> tuple[float, list[int]]:
    """A product as a number and its other factors by identity, in order, whether of the adjoint or of the primal."""
    number = number_of(x)
    if number is not None:
        return float(number), []
    made = made_by(b, x, "operator.mul") if depth else None
    if made is None:
        return 1.0, [id(x)]
    x, y = made.args
    (one, first), (two, second) = _monomial(b, x, depth - 1), _monomial(b, y, depth - 1)
    return one * two, sorted(first + second)


def _factors(b: Builder, x: Operand, depth: int = 4) -> list[int]:
    """The factors of a product of the adjoint, by identity."""
    made = adjoint_by(b, x, "operator.mul") if depth else None
    if made is None:
        return [id(x)]
    return _factors(b, made.args[0], depth - 1) + _factors(b, made.args[1], depth - 1)
