"""What decides anything: values of which a test, a place or a step comes.

Arithmetic in another order than the program's gives another last digit. A derivative may have that, but the way that
the program took, it has to take too.
"""
from __future__ import annotations

from s2sad.ir.kinds import UNKNOWN, Array, Scalar, is_inexact
from s2sad.ir.nodes import Assign, Function, If, Loop, Operand, Var, With, is_literal, walk

# Functions that jump.
_STEPS = {"operator.floordiv", "operator.mod", *(f"{module}.{name}" for module in ("math", "numpy") for name in (
    "floor", "ceil", "trunc", "fmod", "mod", "remainder", "round", "rint", "fix", "sign", "heaviside"))}
# What an array is asked whatever its elements are.
_OF_SHAPES = {"array.shape", "array.size", "array.ndim", "builtins.len"}


def deciding(function: Function) -> set[Operand]:
    """The values that something depends on which is no number of the same kind: a test, an integer, a step."""
    waiting: list[Operand] = []
    sources: dict[Operand, list[Operand]] = {}
    for s in walk(function.body):
        if isinstance(s, Assign):
            sources[s.target] = s.args if s.primitive not in _OF_SHAPES else []
            if (_is_exact(s.target) or s.primitive in _STEPS) and not _is_zero_test(s):
                waiting += sources[s.target]
        elif isinstance(s, (If, With)):
            waiting += s.args
            sources.update({merge.out: merge.values for merge in s.merges})
        elif isinstance(s, Loop):
            waiting += [*s.args, *([] if s.stop is None else [s.stop])]
            sources.update({var: [carry.init, carry.out] for carry in s.carries for var in (carry.param, carry.result)})
    found: set[Operand] = set()
    while waiting:
        operand = waiting.pop()
        if operand not in found and isinstance(operand, Var):
            found.add(operand)
            waiting += sources.get(operand, [])
    return found


def _is_exact(var: Var) -> bool:
    return var.kind == UNKNOWN or isinstance(var.kind, (Scalar, Array)) and not is_inexact(var.kind.dtype)


def _is_zero_test(s: Assign) -> bool:
    """Whether this asks if a number is zero: its quotients are then too."""
    return s.primitive in ("operator.ne", "operator.eq") and is_literal(s.args[1], 0)
