"""How often each variable is read."""
from __future__ import annotations

from s2sad.ir.nodes import Function, Operand, Var, reads, walk


def count_uses(function: Function) -> dict[Var, int]:
    counts: dict[Var, int] = {}
    for s in walk(function.body):
        for operand in reads(s):
            if isinstance(operand, Var):
                counts[operand] = counts.get(operand, 0) + 1
    if isinstance(function.result, Var):
        counts[function.result] = counts.get(function.result, 0) + 1
    return counts


def count_of(operand: Operand, counts: dict[Var, int]) -> int:
    """How often an operand is read; a literal never is."""
    return counts.get(operand, 0) if isinstance(operand, Var) else 0
