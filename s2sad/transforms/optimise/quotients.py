"""Quotients in adjoints: what cancels, and what the primal has computed already."""
from __future__ import annotations

from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Operand, Var
from s2sad.rules.build import Builder
from s2sad.rules.indexing import rearranged
from s2sad.transforms.optimise.fitting import covers
from s2sad.transforms.optimise.products import adjoint_by, made_by, made_of, number_of


def times_ratio(b: Builder, x: Operand, ratio: Assign) -> Operand | None:
    """The product with a quotient that `x` cancels, or whose numerator is one."""
    top, bottom = ratio.args
    if bottom is x and covers(top.kind, x.kind):
        return top
    one = number_of(top)
    if one in (1, -1) and covers(x.kind, bottom.kind) and (
            isinstance(x.kind, Scalar) or not isinstance(bottom.kind, Scalar)):
        short = divided(b, x, bottom, ratio)
        return short if one == 1 else b.emit("operator.neg", short)
    return None


def divided(b: Builder, x: Operand, y: Operand, as_in: Assign) -> Operand:
    """A quotient that does at zero what the one does in whose place it stands."""
    quotient = b.emit("operator.truediv", x, y)
    negated = made_by(b, quotient, "operator.neg")
    made = adjoint_by(b, quotient if negated is None else negated.args[0], "operator.truediv")
    if made is not None and made.args[1] is y:
        made.style = as_in.style
    return quotient


def with_quotient(b: Builder, ratio: Operand, numerator: Operand) -> Operand | None:
    """`(g / t) * e` as `g * (e / t)` where the primal has `e / t`: a softmax has its slope from its result."""
    made = adjoint_by(b, ratio, "operator.truediv") if isinstance(ratio.kind, Array) else None
    quotient = None if made is None else b.context.quotients.get((numerator, made.args[1]))
    if made is None or quotient is None or made.args[0].kind != ratio.kind or quotient.kind != numerator.kind:
        return None
    return b.emit("operator.mul", made.args[0], quotient)


def common_divisor(b: Builder, primitive: str, x: Operand, y: Operand) -> Operand | None:
    """`g / t - (s / t[:, 0])[:, None]` as `(g - s[:, None]) / t`."""
    one = adjoint_by(b, x, "operator.truediv")
    view = None if one is None else made_by(b, y, "s2sad.getitem")
    two = None if view is None else adjoint_by(b, view.args[0], "operator.truediv")
    if one is None or two is None or view is None or one.args[0].kind != x.kind:
        return None
    divisor, order = one.args[1], rearranged(b.context, view.args[0].kind, view.args[1])
    if order is None or order.dropped or not order.added or not _is_squeezed(b, two.args[1], divisor, order.added):
        return None
    widened = b.emit("s2sad.getitem", two.args[0], view.args[1])
    return b.emit("operator.truediv", b.emit(primitive, one.args[0], widened), divisor)


def _is_squeezed(b: Builder, x: Operand, whole: Operand, axes: tuple[int, ...]) -> bool:
    """Whether an operand is another without axes of length 1."""
    made = made_by(b, x, "s2sad.getitem")
    order = None if made is None or made.args[0] is not whole else rearranged(b.context, whole.kind, made.args[1])
    return order is not None and order.dropped == axes and not order.added


def reciprocal_of_one_more(b: Builder, product: Operand, made: Assign, e: Var, depth: int = 4) -> Operand | None:
    """A factor `s = 1 / (1 + e)` of a product: `s * e`, as in the slope of a sigmoid, is `1 - s`, also where `e`
    overflows."""
    if made.primitive == "operator.truediv" and number_of(made.args[0]) == 1:
        bottom = made_by(b, made.args[1], "operator.add")
        if bottom is None:
            return None
        one, two = bottom.args if bottom.args[1] is e else bottom.args[::-1]
        return product if two is e and number_of(one) == 1 else None
    if made.primitive != "operator.mul" or not made.adjoint or depth == 1:
        return None
    for arg in made.args:
        inner = made_of(b, arg) if isinstance(arg, Var) else None
        found = None if inner is None else reciprocal_of_one_more(b, arg, inner, e, depth - 1)
        if found is not None:
            return found
    return None
