"""Displays: tuples, lists and dicts that are written out, and the elements that a star takes apart."""
from __future__ import annotations

from typing import Any

import gast

from s2sad.frontend.lower.containers import displayed, length, list_again, make_dict, make_list, make_tuple
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.opaque import opaque
from s2sad.frontend.lower.operators import operator
from s2sad.frontend.lower.state import Frame
from s2sad.frontend.lower.subscripts import subscript
from s2sad.ir.kinds import Dict, List
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant


def elements(f: Frame, nodes: list[Any]) -> list[Operand]:
    """The operands of a display, starred ones taken apart."""
    found: list[Operand] = []
    for node in nodes:
        if isinstance(node, gast.Starred):
            found += unpacked(f, node, expression(f, node.value))
        else:
            found.append(expression(f, node))
    return found


def unpacked(f: Frame, node: Any, value: Operand) -> list[Operand]:
    """The elements of a tuple or a display, one operand each."""
    known = displayed(f, value)
    if known is not None:
        return known
    count = length(value.kind)
    if count is None:
        f.fail(node, "how many elements `*` takes apart is known only at run time", "pass the elements one by one")
    return [subscript(f, node, value, constant(i)) for i in range(count)]


def lower_tuple(f: Frame, node: Any) -> Operand:
    items = elements(f, node.elts)
    f.at(node)
    return make_tuple(f, items)


def lower_list(f: Frame, node: Any) -> Operand:
    starred = [expression(f, item.value) if isinstance(item, gast.Starred) else None for item in node.elts]
    if any(value is not None and isinstance(value.kind, List) for value in starred):
        return _joined_list(f, node, starred)
    items = elements(f, node.elts)
    f.at(node)
    return make_list(f, items)


def _joined_list(f: Frame, node: Any, starred: list[Operand | None]) -> Operand:
    """`[*xs, a, *ys]` as a sum of lists."""
    parts = []
    for item, value in zip(node.elts, starred, strict=True):
        if value is None:
            value = make_list(f, [expression(f, item)])
        elif not isinstance(value.kind, List):
            value = f.builder.emit("s2sad.list", *unpacked(f, item, value))
        parts.append(value)
    whole = parts[0] if len(parts) > 1 else list_again(f, parts[0])
    for part in parts[1:]:
        whole = operator(f, node, "add", whole, part)
    return whole


def lower_dict(f: Frame, node: Any) -> Operand:
    entries: dict[Any, Operand] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = expression(f, value_node)
        if key_node is None:
            if not isinstance(value.kind, Dict):
                return opaque(f, node)
            entries.update({name: subscript(f, node, value, constant(name)) for name, _ in value.kind.items})
            continue
        key = expression(f, key_node)
        if not isinstance(key, Const) or not isinstance(key.value, (str, int, bool, tuple)):
            return opaque(f, node)
        entries[key.value] = value
    f.at(node)
    return make_dict(f, tuple(entries), list(entries.values()))
