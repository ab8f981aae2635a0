"""How often each variable is read."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from s2sad.ir.nodes import Function, Operand, Statement, Var, reads, walk


def count_uses(function: Function, statements: Iterable[Statement] | None = None) -> Counter[Operand]:
    """How often everything is read in a function, whose ``statements`` may be at hand; its result is read once more."""
    uses = count_reads(walk(function.body) if statements is None else statements)
    uses[function.result] += 1
    return uses


def count_reads(statements: Iterable[Statement]) -> Counter[Operand]:
    """How often everything is read by statements, what stands in their blocks not included."""
    found: list[Operand] = []
    for s in statements:
        found += s.args if s.simple else reads(s)
    return Counter(found)


def count_of(operand: Operand, counts: Counter[Operand]) -> int:
    """How often an operand is read; a literal never is."""
    return counts[operand] if isinstance(operand, Var) else 0
