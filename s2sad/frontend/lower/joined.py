"""`a and b`, `a or b` and `a < b < c` of tests of numbers that cannot fail: a value, not a branch.

Whether the second test is looked at makes no difference then, so that it may be computed again, or in front of the
first. A test that reads an element, divides, or asks for what may not be bound yet stays under the first, which may
have been written to protect it.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.known import truth
from s2sad.frontend.lower.state import Frame
from s2sad.ir.kinds import Scalar
from s2sad.ir.meeting import join
from s2sad.ir.nodes import Assign, Block, Const, Operand, Statement

_PLAIN = (
    gast.Name, gast.Constant, gast.Compare, gast.BoolOp, gast.And, gast.Or, gast.UnaryOp, gast.Not, gast.USub,
    gast.BinOp, gast.Add, gast.Sub, gast.Mult, gast.Mod, gast.FloorDiv, gast.Load,
    gast.Lt, gast.LtE, gast.Gt, gast.GtE, gast.Eq, gast.NotEq,
)
_SAFE = {
    *(f"operator.{name}" for name in ("lt", "le", "gt", "ge", "eq", "ne", "not_", "add", "sub", "mul", "neg")),
    "builtins.abs", "s2sad.both", "s2sad.one_of",
}
_DIVISIONS = {"operator.mod", "operator.floordiv"}


def joined(
    f: Frame, conjunction: bool, first: Operand, node: Any, second: Callable[[], Operand]
) -> Operand | None:
    """``first and node``, or ``or``; None where ``node``, which ``second`` lowers, is no such test."""
    if not _is_truth(first) or truth(f.state.context, first) is not None:
        return None
    if not _is_plain(f, node):
        return None
    outer, block = f.state.builder, Block()
    f.state.builder = outer.inside(block)
    found = second()
    f.state.builder = outer
    if not _is_truth(found) or isinstance(found, Const) or not all(map(_cannot_fail, block.statements)):
        return None
    read = {found, *(operand for s in block.statements for operand in s.args)}
    if not f.state.perhaps_unbound.isdisjoint(read):
        return None
    outer.block.statements += block.statements
    kind = join(first.kind, found.kind, outer.context.fresh)
    return outer.emit("s2sad.both" if conjunction else "s2sad.one_of", first, found, kind=kind)


def _is_plain(f: Frame, node: Any) -> bool:
    """Whether a test is written as arithmetic on names and numbers."""
    if isinstance(node, gast.Call):
        plain = isinstance(node.func, gast.Name) and node.func.id == "abs" and len(node.args) == 1 and not node.keywords
        function = expression(f, node.func) if plain else None
        return isinstance(function, Const) and function.value is abs and _is_plain(f, node.args[0])
    return isinstance(node, _PLAIN) and all(_is_plain(f, part) for part in gast.iter_child_nodes(node))


def _is_truth(operand: Operand) -> bool:
    return isinstance(operand.kind, Scalar) and operand.kind.dtype == "bool"


def _is_real(operand: Operand) -> bool:
    return isinstance(operand.kind, Scalar) and not operand.kind.dtype.startswith("complex")


def _cannot_fail(s: Statement) -> bool:
    if not isinstance(s, Assign) or not all(_is_real(operand) for operand in (s.target, *s.args)):
        return False
    return s.primitive in _SAFE or s.primitive in _DIVISIONS and isinstance(s.args[1], Const) and bool(s.args[1].value)
