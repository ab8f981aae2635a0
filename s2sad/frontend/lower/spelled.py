"""Loops that are lowered round by round, because their bodies make keys of the numbers of the rounds:

    for i in range(len(params) // 2):
        h = np.tanh(h @ params[f"W{i}"] + params[f"b{i}"])

Where the rounds are known, each key is a literal then (see `texts`). A loop over a list of literal keys that is written
where it is used is lowered so in any case.
"""
from __future__ import annotations

from typing import Any

import gast

from s2sad.frontend.lower.iteration import Counted, Iteration, Spelled
from s2sad.frontend.lower.known import Unknowable, value_of
from s2sad.frontend.lower.state import Frame
from s2sad.frontend.source import descend
from s2sad.rules.build import constant

MAXIMUM_ROUNDS = 100  # a program of more entries than that keeps them in a list


def round_by_round(f: Frame, over: Iteration, target: Any, body: list[Any]) -> Iteration:
    """The items of a loop one by one, where they are numbered, known, and keys are made of their numbers."""
    numbers = _numbers(f, over) if isinstance(over, Counted) else None
    if numbers is None or len(numbers) > MAXIMUM_ROUNDS:
        return over
    if target not in f.state.trees.makes_keys:
        f.state.trees.makes_keys[target] = _holds_texts(f) and _makes_keys(target, body)
    assert isinstance(over, Counted)
    return Spelled([over.item(constant(number)) for number in numbers]) if f.state.trees.makes_keys[target] else over


def _numbers(f: Frame, over: Counted) -> range | None:
    """The numbers of the rounds, if they are known."""
    try:
        return range(*[value_of(f.state.context, part) for part in (over.start, over.end, over.step)])
    except (Unknowable, TypeError, ValueError):
        return None


def _holds_texts(f: Frame) -> bool:
    """Whether there are texts in the source of a function, but for those that are statements, as its docstring is."""
    known, tree = f.state.trees.holds_texts, f.source.tree
    if tree not in known:
        nodes = f.source.inside(tree)
        texts = [node for node in nodes if node.__class__ in _TEXTS and _is_text(node)]
        statements = {node.value for node in nodes if node.__class__ is gast.Expr} if texts else set()
        known[tree] = any(text not in statements for text in texts)
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
    if isinstance(node, gast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, gast.JoinedStr):
        return True
    if isinstance(node, gast.BinOp):
        return isinstance(node.op, (gast.Add, gast.Mod)) and (_is_text(node.left) or _is_text(node.right))
    if not isinstance(node, gast.Call):
        return False
    name = node.func.attr if isinstance(node.func, gast.Attribute) else getattr(node.func, "id", "")
    return name in ("format", "str")
