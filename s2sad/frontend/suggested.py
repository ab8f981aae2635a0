"""What a parameter without a known type seems to be, for the hint that asks for it.

A suggestion only: the user reads it, and nothing is compiled by it. What is subscripted, walked through, or asked
for its shape is an array with as many dimensions as an index of it has parts; what is a bound of a range is an int;
everything else is a float.
"""
from __future__ import annotations

import types
from typing import Any

import gast

from s2sad.errors import SourceNotFoundError
from s2sad.frontend.source import find

_WALKED = {"enumerate", "zip", "len", "reversed"}
_ATTRIBUTES = {"T", "shape", "size", "ndim", "dtype", "copy", "sum", "mean", "dot", "ravel", "reshape"}


def suggested_types(function: types.FunctionType) -> dict[str, str]:
    """For each name that a function uses as an array or as an int: how its type is written, `f64[:]` or `int`."""
    try:
        source = find(function)
    except SourceNotFoundError:
        return {}
    dims: dict[str, int] = {}
    ints: set[str] = set()
    for node in source.inside(source.tree):
        for tree, count in _arrays(node):
            if isinstance(tree, gast.Name):
                dims[tree.id] = max(count, dims.get(tree.id, 0))
        if _called(node) == "range":
            ints |= {arg.id for arg in node.args if isinstance(arg, gast.Name)}
    arrays = {name: f"f64[{', '.join([':'] * count)}]" for name, count in dims.items()}
    return {**dict.fromkeys(ints, "int"), **arrays}


def _arrays(node: Any) -> list[tuple[Any, int]]:
    """What a node uses as an array, with the number of dimensions that the use needs."""
    match node:
        case gast.Subscript(slice=gast.Tuple(elts=parts)):
            return [(node.value, len(parts))]
        case gast.Subscript():
            return [(node.value, 1)]
        case gast.BinOp(op=gast.MatMult()):
            return [(node.left, 1), (node.right, 1)]
        case gast.Attribute(attr=attribute) if attribute in _ATTRIBUTES:
            return [(node.value, 1)]
        case gast.For() | gast.comprehension():
            return [(node.iter, 1)]
        case gast.Call() if _called(node) in _WALKED:
            return [(arg, 1) for arg in node.args]
    return []


def _called(node: Any) -> str | None:
    return node.func.id if isinstance(node, gast.Call) and isinstance(node.func, gast.Name) else None
