"""How often each variable is read."""
from __future__ import annotations

from collections import Counter

from s2sad.ir.nodes import Function, Operand, Var, reads, walk


def count_uses(function: Function) -> Counter[Operand]:
    found: list[Operand] = [function.result]
    for s in walk(function.body):
        found += s.operands() if s.simple else reads(s)
    return Counter(found)


def count_of(operand: Operand, counts: Counter[Operand]) -> int:
    """How often an operand is read; a literal never is."""
    return counts[operand] if isinstance(operand, Var) else 0
