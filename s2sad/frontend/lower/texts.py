"""Text that is known while compiling, of literals and of names that stand for them: keys, as a rule."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gast

from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.known import Unknowable, value_of
from s2sad.frontend.lower.opaque import opaque
from s2sad.frontend.lower.state import Frame
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant


def literals(operands: Iterable[Operand]) -> list[Any] | None:
    """The integers and texts that operands are, if all of them are."""
    values = [operand.value if isinstance(operand, Const) and not operand.path else None for operand in operands]
    return values if all(type(value) in (int, str) for value in values) else None


def text_of(args: list[Operand], keywords: dict[str, Operand]) -> Operand | None:
    """What `str` makes of a literal."""
    values = literals(args)
    if keywords or values is None or len(values) != 1:
        return None
    return constant(str(values[0]))


def formatted(receiver: Operand, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Operand | None:
    """What the method `format` of a literal makes of literals."""
    if name != "format" or not (isinstance(receiver, Const) and isinstance(receiver.value, str)):
        return None
    values, named = literals(args), literals(keywords.values())
    if values is None or named is None:
        return None
    return constant(receiver.value.format(*values, **dict(zip(keywords, named, strict=True))))


def sum_of_texts(name: str, values: list[Any]) -> Operand | None:
    """`+` and `%` of a literal text."""
    if not isinstance(values[0], str) or len(values) != 2:
        return None
    if name == "add" and isinstance(values[1], str):
        return constant(values[0] + values[1])
    if name == "mod" and type(values[1]) in (int, str):
        return constant(values[0] % values[1])
    return None


def lower_f_string(f: Frame, node: Any) -> Operand:
    return _f_string(f, node) or opaque(f, node)


def _f_string(f: Frame, node: Any) -> Operand | None:
    """An f-string of literals, and of names that stand for them."""
    try:
        return constant("".join(_part(f, part) for part in node.values))
    except Unknowable:
        return None


def _part(f: Frame, node: Any) -> str:
    if isinstance(node, gast.Constant):
        return str(node.value)
    arithmetic = (gast.BinOp, gast.Name, gast.Constant, gast.operator, gast.expr_context)
    if node.conversion != -1 or node.format_spec is not None or not all(
            isinstance(inner, arithmetic) for inner in gast.walk(node.value)):
        raise Unknowable
    value = value_of(f.state.context, expression(f, node.value))
    if type(value) not in (int, str):
        raise Unknowable
    return str(value)
