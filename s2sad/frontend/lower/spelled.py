"""Text that is known while compiling: the keys that a program makes of literals and of the numbers of its rounds.

    for i in range(len(params) // 2):
        h = np.tanh(h @ params[f"W{i}"] + params[f"b{i}"])

A loop whose rounds are known and whose body makes keys of their numbers is lowered round by round, so that each key
is a literal; so is one over a list of literal keys that is written where it is used.
"""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import gast

from s2sad.frontend.lower.iteration import Counted, Iteration, Spelled
from s2sad.frontend.lower.known import Unknowable, value_of
from s2sad.frontend.lower.state import Frame
from s2sad.frontend.source import descend
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant

MAXIMUM_ROUNDS = 100  # a program of more entries than that keeps them in a list


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


def f_string(f: Frame, node: Any) -> Operand | None:
    """An f-string of literals, and of names that stand for them."""
    try:
        return constant("".join(_part(f, part) for part in node.values))
    except Unknowable:
        return None


def _part(f: Frame, node: Any) -> str:
    from s2sad.frontend.lower.expressions import expression

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


# -- loops ------------------------------------------------------------------------------------------------


def round_by_round(f: Frame, over: Iteration, target: Any, body: list[Any]) -> Iteration:
    """The items of a loop one by one, where they are numbered, known, and keys are made of their numbers."""
    numbers = _numbers(f, over) if isinstance(over, Counted) else None
    if numbers is None or len(numbers) > MAXIMUM_ROUNDS:
        return over
    if target not in f.state.makes_keys:
        f.state.makes_keys[target] = _holds_texts(f) and _makes_keys(target, body)
    assert isinstance(over, Counted)
    return Spelled([over.item(constant(number)) for number in numbers]) if f.state.makes_keys[target] else over


def _numbers(f: Frame, over: Counted) -> range | None:
    """The numbers of the rounds, if they are known."""
    try:
        return range(*[value_of(f.state.context, part) for part in (over.start, over.end, over.step)])
    except (Unknowable, TypeError, ValueError):
        return None


def _holds_texts(f: Frame) -> bool:
    """Whether there are texts in the source of a function, but for those that are statements, as its docstring is."""
    known, tree = f.state.holds_texts, f.source.tree
    if tree not in known:
        nodes = f.source.inside(tree)
        statements = {node.value for node in nodes if isinstance(node, gast.Expr)}
        known[tree] = any(node.__class__ in _TEXTS and node not in statements and _is_text(node) for node in nodes)
    return known[tree]


# The classes of texts that are not made of others.
_TEXTS = {gast.JoinedStr, gast.Constant, gast.Call}


def _makes_keys(target: Any, body: list[Any]) -> bool:
    """Whether a subscript in a loop's body is a text that is made of what its target names."""
    names = {node.id for node in descend(target) if isinstance(node, gast.Name)}
    nodes = [node for part in body for node in descend(part)]
    keys = [node.slice for node in nodes if isinstance(node, gast.Subscript)]
    used = {key.id for key in keys if isinstance(key, gast.Name)}
    assigned = [
        node.value for node in nodes if isinstance(node, gast.Assign)
        and any(isinstance(one, gast.Name) and one.id in used for one in node.targets)
    ]
    return any(_is_text(value) and names & {n.id for n in descend(value) if isinstance(n, gast.Name)}
               for value in [*keys, *assigned])


def _is_text(node: Any) -> bool:
    if isinstance(node, gast.JoinedStr):
        return True
    if isinstance(node, gast.BinOp):
        return isinstance(node.op, (gast.Add, gast.Mod)) and (_is_text(node.left) or _is_text(node.right))
    if isinstance(node, gast.Call):
        name = node.func.attr if isinstance(node.func, gast.Attribute) else getattr(node.func, "id", "")
        return name in ("format", "str")
    return isinstance(node, gast.Constant) and isinstance(node.value, str)
