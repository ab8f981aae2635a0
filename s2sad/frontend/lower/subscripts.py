"""Subscripts: an element or a part of something, and what stands between the brackets."""
from __future__ import annotations

import types
from typing import Any

import gast

from s2sad.frontend.lower import iterators, memory, objects
from s2sad.frontend.lower.containers import make_list, make_tuple, spelled_memory
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.primitives import ready, unknown
from s2sad.frontend.lower.state import Bound, Frame
from s2sad.ir.kinds import NUMERIC, Array, Dict, List, Scalar, Tuple, is_mutable
from s2sad.ir.nodes import Assign, Const, Operand
from s2sad.rules.build import constant
from s2sad.rules.indexing import constant_slice


def lower_subscript(f: Frame, node: Any) -> Operand:
    base = expression(f, node.value)
    return iterators.read(f, node, subscript(f, node, base, index(f, node.slice)))


def subscript(f: Frame, node: Any, base: Operand, place: Operand) -> Operand:
    if node is not None:
        f.at(node)
    base = ready(f, node, base)
    element = _element(f, base, place)
    if element is not None:
        return memory.fresh(f, node, element)
    if objects.class_of(base) is not None:
        from s2sad.frontend.lower.calls import call

        function = getattr(objects.class_of(base), "__getitem__", None)
        if isinstance(function, types.FunctionType):
            return call(f, node, constant(Bound(function, base)), [place], {})
        return unknown(f, node, "s2sad.getitem", [base, place])
    if isinstance(base.kind, Dict) and isinstance(place, Const) and base.kind.get(place.value) is None:
        f.fail(node, f"the dict has no key {place.value!r}")
    if base.kind.__class__ not in NUMERIC:
        base = objects.value(f, node, base)
    item = f.builder.emit("s2sad.getitem", base, place)
    if base in f.state.flat and isinstance(item.kind, Array):
        return f.builder.emit("array.copy", item, style="method")
    if not isinstance(base.kind, Array) and memory.tracked(item):
        memory.memory_of(f.state, item)  # type: ignore[arg-type]
    return item


def _element(f: Frame, base: Operand, place: Operand) -> Operand | None:
    """The element of a tuple that is spelled out, or of a literal."""
    if not isinstance(place, Const):
        return _part_of_tuple(f, base, place)
    made = f.state.context.definition(base, "s2sad.dict")
    if made is not None and place.value in made.extra:
        entry: Operand = made.args[made.extra.index(place.value)]
        return entry
    all_of_it = isinstance(base.kind, Array) and base.kind.dims and base not in f.state.flat
    if (isinstance(base.kind, Scalar) or all_of_it) and place.value in ((), Ellipsis):
        return base
    if not isinstance(place.value, int) or isinstance(place.value, bool):
        return None
    if isinstance(base, Const) and isinstance(base.value, tuple):
        return constant(base.value[place.value])
    made = f.state.context.definition(base, "s2sad.tuple") or _unchanged_list(f, base)
    if made is not None and -len(made.args) <= place.value < len(made.args):
        return made.args[place.value]
    return None


def _unchanged_list(f: Frame, base: Operand) -> Assign | None:
    """The display that an operand still is: what comes after a write is another version."""
    holds_memory = isinstance(base.kind, List) and is_mutable(base.kind.item)
    return f.state.context.definition(base, "s2sad.list") if base.varied or holds_memory else None


def _part_of_tuple(f: Frame, base: Operand, place: Operand) -> Operand | None:
    """A slice of a tuple is a tuple of its items, and so it is of a list that is spelled out."""
    part = constant_slice(f.state.context, place) if isinstance(base.kind, (Tuple, List)) else None
    if part is None:
        return None
    if isinstance(base.kind, List):
        items = spelled_memory(f, base)
        return make_list(f, items[part]) if items else None
    assert isinstance(base.kind, Tuple)
    return make_tuple(f, [subscript(f, None, base, constant(i)) for i in range(len(base.kind.items))[part]])


def index(f: Frame, node: Any) -> Operand:
    """What stands between the brackets."""
    if isinstance(node, gast.Slice):
        bounds = (node.lower, node.upper, node.step)
        parts = [constant(None) if part is None else expression(f, part) for part in bounds]
        return f.builder.emit("s2sad.slice", *parts)
    if isinstance(node, gast.Tuple):
        return make_tuple(f, [index(f, element) for element in node.elts])
    return expression(f, node)
