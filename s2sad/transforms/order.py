"""Reverse loops whose iterations may run in any order run forwards.

    for j in range(len(w) - 1, -1, -1):            for j in range(len(w)):
        w_bar[j] += t_bar * x[i, j]          ─▶        w_bar[j] += t_bar * x[i, j]

That reads better, and a compiler that makes vectors of the elements of loops does so of these alone.
"""
from __future__ import annotations

from s2sad.analyses.independence import Independence
from s2sad.ir.kinds import INT
from s2sad.ir.nodes import Block, Const, For, Function, Operand, is_literal, structured
from s2sad.rules.build import Builder, Context, constant


def run_forwards(context: Context, function: Function) -> None:
    """Let the reverse loops of a function run forwards where that makes no difference but for rounding."""
    backwards = [s for s in structured(function.body) if isinstance(s, For) and s.reverse and not s.parallel]
    if backwards:
        independence = Independence(context, function)
        for loop in backwards:
            loop.reverse = not independence.any_order(loop)


def count_up(context: Context, function: Function) -> bool:
    """Count up in the reverse of a loop that counts down to zero, ``range(n)`` for ``reversed(range(n - 1, -1, -1))``;
    whether there is any."""
    down = {s for s in structured(function.body) if isinstance(s, For) and s.reverse and not s.parallel
            and is_literal(s.end, -1) and is_literal(s.step, -1)}
    if down:
        _count_up(context, function.body, down)
    return bool(down)


def _count_up(context: Context, block: Block, down: set[For]) -> None:
    statements, block.statements = block.statements, []
    for s in statements:
        for inner in s.blocks():
            _count_up(context, inner, down)
        if isinstance(s, For) and s in down:
            end = _one_more(Builder(context, block, s.origin, adjoint=True), s.start)
            s.args, s.reverse = [constant(0), end, constant(1)], False
        block.statements.append(s)


def _one_more(b: Builder, number: Operand) -> Operand:
    less = b.context.definition(number, "operator.sub")
    if less is not None and is_literal(less.args[1], 1):
        return less.args[0]
    if isinstance(number, Const) and not number.path:
        return constant(number.value + 1)
    return b.emit("operator.add", number, constant(1), kind=INT)
