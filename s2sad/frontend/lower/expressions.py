"""Expressions: each gives an operand, emitting what it needs on the way; `syntax` says which function lowers which."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.lower.known import Unknowable, value_of
from s2sad.frontend.lower.state import Frame
from s2sad.ir.nodes import Operand
from s2sad.rules.build import constant

# How an expression is lowered, by its class; that of `gast.AST` is for all that have none of their own.
EXPRESSIONS: dict[type, Callable[[Frame, Any], Operand]] = {}


def expression(f: Frame, node: Any) -> Operand:
    cls = node.__class__
    lower = EXPRESSIONS.get(cls)
    if lower is None:
        return EXPRESSIONS[gast.AST](f, node)
    if cls not in _LEAVES:
        f.at(node)
    return lower(f, node)


# What emits nothing, as a rule, or says itself where it stands.
_LEAVES = {gast.Constant, gast.Name, gast.BinOp, gast.UnaryOp, gast.Attribute}


def condition(f: Frame, node: Any) -> Operand:
    """A test; where literals and kinds decide it, a literal."""
    test = expression(f, node)
    try:
        return constant(bool(value_of(f.state.context, test)))
    except (Unknowable, TypeError, ValueError):
        return test


def literal(f: Frame, node: Any) -> Operand:
    return constant(node.value)
