"""Iterators that have a name: what they give is computed where they are made, not where they are read.

    pairs = zip(u, v)
    for a, b in pairs: …

That is the same as long as nothing is bound or updated in between, and they are read once, as iterators are: the views
of a dict, `d.keys()`, `d.values()` and `d.items()`, are read as often as one likes. All else is refused.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gast

from s2sad.frontend.lower.state import Cell, Frame, LocalFunction
from s2sad.ir.kinds import List, Tuple
from s2sad.ir.nodes import Operand, Var

_MAKERS = {"zip", "map", "filter", "enumerate", "reversed"}
_VIEWS = {"keys", "values", "items"}


@dataclass
class _Named:
    """An iterator where it got its name: whether it is read once, the loops around, what was what, and who reads it."""

    once: bool
    loops: Any
    store: dict[Cell, Operand]
    operands: list[Operand]
    frames: int
    reader: Any = None


def note(f: Frame, node: Any, value: Operand) -> None:
    """Remember an iterator that an assignment gives a name."""
    view = _is_call(node.value, _VIEWS)
    if not (view or isinstance(node.value, gast.GeneratorExp) or _is_call(node.value, _MAKERS)):
        return
    if isinstance(value, Var) and isinstance(value.kind, (List, Tuple)):
        unread = _unread(f, node.value) | {target.id for target in node.targets if isinstance(target, gast.Name)}
        store = {cell: operand for cell, operand in f.state.store.items()
                 if cell[0] != f.number or cell[1] not in unread}
        f.state.iterators.setdefault(value, _Named(not view, f.state.loops, store,
                                                   [*f.state.store.values()], f.state.frames))


def _unread(f: Frame, node: Any) -> set[str]:
    """The names of the function that an iterator does not read where it is read itself."""
    late = isinstance(node, gast.GeneratorExp) or _is_call(node, {"map", "filter"})
    read = {inner.id for inner in gast.walk(node) if isinstance(inner, gast.Name)} if late else set()
    if any(isinstance(getattr(f.state.store.get((f.number, name)), "value", None), LocalFunction) for name in read):
        return set()
    return f.names - read


def _is_call(node: Any, names: set[str]) -> bool:
    if not isinstance(node, gast.Call):
        return False
    return (node.func.attr if isinstance(node.func, gast.Attribute) else getattr(node.func, "id", "")) in names


def check(f: Frame, node: Any, operand: Operand) -> None:
    """Refuse to read an iterator twice, or after something has changed."""
    named = f.state.iterators[operand]
    if named.once and (named.reader not in (None, node) or f.state.loops is not named.loops):
        f.fail(node, "an iterator is read more than once", "make a list of it: list(…)")
    named.reader = node
    if _has_changed(f, named):
        f.fail(node, "an iterator is read after something was bound or updated that it may read",
               "make a list of it where it is made: list(…)")


def _has_changed(f: Frame, named: _Named) -> bool:
    """Whether anything that was there has another value now, or memory that was there has been updated."""
    store = f.state.store
    if any(store.get(cell) is not operand for cell, operand in named.store.items()):
        return True
    new = [f.state.memories[cell] for cell in store.keys() - named.store.keys() if cell in f.state.memories]
    there = {*named.operands}
    return any(memory.number <= named.frames or memory.root in there for memory in new)
