"""Reverse loops whose iterations may run in any order run forwards.

    for j in range(len(w) - 1, -1, -1):            for j in range(len(w)):
        w_bar[j] += t_bar * x[i, j]          ─▶        w_bar[j] += t_bar * x[i, j]

That reads better, and a compiler that makes vectors of the elements of loops does so of these alone.
"""
from __future__ import annotations

from s2sad.analyses.independence import Independence
from s2sad.ir.nodes import For, Function, structured
from s2sad.rules.build import Context


def run_forwards(context: Context, function: Function) -> None:
    """Let the reverse loops of a function run forwards where that makes no difference but for rounding."""
    backwards = [s for s in structured(function.body) if isinstance(s, For) and s.reverse and not s.parallel]
    if backwards:
        independence = Independence(context, function)
        for loop in backwards:
            loop.reverse = not independence.any_order(loop)
