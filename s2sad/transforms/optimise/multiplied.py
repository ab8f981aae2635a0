"""Powers of arrays as products, in the reverse sweep: NumPy's power takes ten times as long, but for the square.

    d_bar = 4.0 * g * d ** 3      ─▶      d_bar = 4.0 * g * (d ** 2 * d)

What the user wrote stays as it was written. So does what decides anything, which another last digit might change.
"""
from __future__ import annotations

from s2sad.analyses.costs import products_of
from s2sad.analyses.deciding import deciding
from s2sad.ir.kinds import Array, is_inexact
from s2sad.ir.nodes import Assign, Block, Const, Function, Statement, walk
from s2sad.rules.build import Builder, Context, constant


def multiply_out(context: Context, function: Function) -> bool:
    """Write such powers as products; whether there were any."""
    powers = {s for s in walk(function.body)
              if s.adjoint and isinstance(s, Assign) and s.primitive == "operator.pow" and _is_slow(s)}
    if powers:
        decisive = deciding(function)
        powers = {s for s in powers if s.target not in decisive}
        _block(context, function.body, powers)
    return bool(powers)


def _is_slow(s: Assign) -> bool:
    kind = s.target.kind
    return products_of(s) > 1 and isinstance(kind, Array) and is_inexact(kind.dtype) and s.args[0].kind == kind


def _block(context: Context, block: Block, powers: set[Assign]) -> None:
    statements: list[Statement] = []
    for s in block.statements:
        if s in powers:
            statements += _factors(context, s)
        for inner in s.blocks():
            _block(context, inner, powers)
        statements.append(s)
    block.statements = statements


def _factors(context: Context, power: Assign) -> list[Statement]:
    """What a power is the product, or the square, of; it becomes that."""
    block = Block()
    b = Builder(context, block, power.origin, adjoint=True)
    x, kind = power.args[0], power.target.kind
    exponent = power.args[1].value if isinstance(power.args[1], Const) else 0
    lower = b.emit("operator.pow", x, constant(2), kind=kind)
    if exponent > 4:
        lower = b.emit("operator.mul", lower, x, kind=kind) if exponent == 6 else (
            b.emit("operator.pow", lower, constant(2), kind=kind))
    odd = exponent % 2
    power.primitive, power.style = ("operator.mul" if odd else "operator.pow"), ""
    power.args = [lower, x if odd else constant(2)]
    return block.statements
