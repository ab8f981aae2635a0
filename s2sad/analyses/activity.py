"""Which variables are useful: their value reaches the result through values that vary smoothly.

Variables that depend on an input are marked while lowering (`Var.varied`); a variable is *active* if it is
both. Reverse mode propagates adjoints through active variables only.
"""
from __future__ import annotations

from s2sad.ir.nodes import Assign, Effect, Function, If, Loop, Operand, Store, Var, With, walk


def useful(function: Function) -> set[Var]:
    """The varied variables from which the result may be reached."""
    reads: dict[Var, list[Operand]] = {}
    found: set[Var] = set()
    waiting: list[Operand] = [function.result]
    for s in walk(function.body):
        if isinstance(s, Assign):
            reads[s.target] = s.args
        elif isinstance(s, Effect):
            reads.update(dict.fromkeys(s.targets, s.args))
        elif isinstance(s, Store):
            waiting += s.args
        elif isinstance(s, (If, With)):
            reads.update((merge.out, merge.values) for merge in s.merges)
        elif isinstance(s, Loop):
            for carry in s.carries:
                reads[carry.result] = reads[carry.param] = [carry.out, carry.init]
    while waiting:
        operand = waiting.pop()
        if isinstance(operand, Var) and operand.varied and operand not in found:
            found.add(operand)
            waiting += reads.get(operand, [])
    return found
