"""Checks of arguments in a module that Numba compiles: calls of helpers, one for each array or pair of them."""
from __future__ import annotations

from typing import Any

from s2sad.backend.express import Express
from s2sad.backend.trees import call, constant, item
from s2sad.ir.kinds import Array, Kind, Tuple
from s2sad.ir.nodes import Effect


def check_apart(e: Express, s: Effect) -> list[Any]:
    """A check a pair of arrays."""
    updated, others = s.extra
    labels = [*updated, *others]
    checks = []
    for first in range(len(updated)):
        for second in range(first + 1, len(labels)):
            for tree in _arrays(e.operand(s.args[second]), s.args[second].kind):
                message = (f"`{labels[first]}` is updated and shares memory with `{labels[second]}`: "
                           "pass a copy of one of them")
                checks.append(call("_check_apart", e.operand(s.args[first]), tree, constant(message)))
    if checks:
        e.helper("_check_apart")
    return checks


def _arrays(tree: Any, kind: Kind) -> list[Any]:
    """The arrays that an argument holds."""
    if isinstance(kind, Array) and kind.dims != ():
        return [tree]
    if isinstance(kind, Tuple):
        return [array for n, k in enumerate(kind.items) for array in _arrays(item(tree, n), k)]
    return []


def check_contiguous(e: Express, s: Effect) -> list[Any]:
    e.helper("_check_contiguous")
    message = f"`{s.extra}` must lie in memory in C order: pass np.ascontiguousarray({s.extra})"
    return [call("_check_contiguous", e.operand(s.args[0]), constant(message))]


def check_lengths(e: Express, s: Effect) -> list[Any]:
    e.helper("_check_lengths")
    return [call("_check_lengths", *e.operands(s.args))]
