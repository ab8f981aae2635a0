"""Adjoints that are zero because a selection did not take the value stay zero through an infinite partial.

    root = np.where(x > 0, np.sqrt(x), 0.0)     x_bar = np.where(root_bar != 0.0, root_bar * 0.5 / root, 0.0)

While the reverse sweep is written, every contribution through a partial that may be infinite is marked by
``s2sad.guard(g, contribution)``. When it is complete, the marks stay where ``g`` comes out of a selection
(`np.where`, a mask, an index) and go everywhere else.
"""
from __future__ import annotations

from enum import IntEnum

from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Block, Const, If, Loop, Operand, Statement, Var, With, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules import table
from s2sad.rules.build import Builder, Context

MAXIMUM_ROUNDS = 6
# What gives infinity, or no number, for finite arguments.
_UNBOUNDED = {
    "truediv", "pow", "log", "log2", "log10", "log1p", "exp", "exp2", "expm1", "reciprocal", "divide", "power",
    "true_divide", "float_power", "tan", "arctanh", "atanh", "sinh", "cosh", "logaddexp", "gamma", "lgamma",
}
_SUMS = {"operator.add", "operator.sub"}


class Zeros(IntEnum):
    """What is known of the zeros of an adjoint, in the order in which control flow joins them."""

    ALL = 0  # nothing has contributed yet
    NONE = 1  # it is zero by chance only
    SOME = 2  # a selection left zeros


def guarded(
    b: Builder, primitive: table.Primitive, g: Operand, contribution: Operand, partners: list[Operand]
) -> Operand:
    """A contribution, marked if its partial may be infinite; ``partners`` are the primal operands."""
    if primitive.bounded or not (primitive.elementwise or isinstance(g.kind, Scalar)):
        return contribution
    is_product = primitive.name in ("operator.mul", "numpy.multiply")
    if is_product and not any(_may_be_infinite(b.context, partner) for partner in partners):
        return contribution
    if not isinstance(g, Var) or not isinstance(contribution, Var) or not isinstance(g.kind, (Scalar, Array)):
        return contribution
    return b.emit("s2sad.guard", g, contribution, kind=contribution.kind)


def _may_be_infinite(context: Context, operand: Operand, depth: int = 12) -> bool:
    """Whether the operations that made a value may give infinity; what comes from outside is taken as finite."""
    made = context.definitions.get(operand) if isinstance(operand, Var) else None
    if not isinstance(made, Assign) or not depth:
        return False
    if made.primitive.rpartition(".")[2] in _UNBOUNDED:
        return True
    return any(_may_be_infinite(context, arg, depth - 1) for arg in made.args)


def settle_guards(reverse: Block) -> dict[Var, Operand]:
    """Keep the marks where an adjoint has zeros by selection; what the others stood for is answered."""
    zeros = {var: Zeros.ALL for s in walk(reverse) for var in s.defined()}
    for _ in range(MAXIMUM_ROUNDS):
        before = dict(zeros)
        _block(reverse, zeros)
        if before == zeros:
            break
    mapping: dict[Var, Operand] = {}
    _drop(reverse, zeros, mapping)
    substitute_block(reverse, mapping)
    return mapping


def _block(block: Block, zeros: dict[Var, Zeros]) -> None:
    for s in block.statements:
        for _ in range(2 if isinstance(s, Loop) else 1):
            _carried(s, zeros)
            for inner in s.blocks():
                _block(inner, zeros)
        if isinstance(s, Assign):
            zeros[s.target] = _result(s, zeros)
        elif isinstance(s, (If, With)):
            for merge in s.merges:
                zeros[merge.out] = max(_of(value, zeros) for value in merge.values)
        _carried(s, zeros)


def _carried(s: Statement, zeros: dict[Var, Zeros]) -> None:
    for carry in s.carries if isinstance(s, Loop) else []:
        zeros[carry.param] = zeros[carry.result] = max(_of(carry.init, zeros), _of(carry.out, zeros))


def _of(operand: Operand, zeros: dict[Var, Zeros]) -> Zeros:
    if isinstance(operand, Const):
        return Zeros.ALL if operand.value == 0.0 else Zeros.NONE
    return zeros.get(operand, Zeros.NONE)


def _result(s: Assign, zeros: dict[Var, Zeros]) -> Zeros:
    operands = [_of(arg, zeros) for arg in s.args]
    if s.primitive == "numpy.where":
        return Zeros.SOME
    if s.primitive in ("s2sad.zeros_like", "numpy.zeros_like", "numpy.zeros"):
        return Zeros.ALL
    if s.primitive == "s2sad.index_add":
        return Zeros.NONE if operands[0] == Zeros.NONE else Zeros.SOME
    if s.primitive == "s2sad.guard":
        return operands[1]
    if s.primitive in _SUMS:
        if Zeros.NONE in operands:
            return Zeros.NONE
        return max(operands)
    if Zeros.SOME in operands or any(_is_mask(arg) for arg in s.args):
        return Zeros.SOME
    return Zeros.NONE


def _is_mask(operand: Operand) -> bool:
    return isinstance(operand.kind, Array) and operand.kind.dtype == "bool"


def _drop(block: Block, zeros: dict[Var, Zeros], mapping: dict[Var, Operand]) -> None:
    kept: list[Statement] = []
    for s in block.statements:
        if isinstance(s, Assign) and s.primitive == "s2sad.guard" and _of(s.args[0], zeros) != Zeros.SOME:
            mapping[s.target] = s.args[1]
            if isinstance(s.args[1], Var):
                s.args[1].name = s.args[1].name or s.target.name
                s.args[1].hint = s.args[1].hint or s.target.hint
            continue
        for inner in s.blocks():
            _drop(inner, zeros, mapping)
        kept.append(s)
    block.statements = kept
