"""Iterators that are kept: what they give is computed where they are made, not where they are read.

    pairs = zip(u, v)
    for a, b in pairs: …

That is the same as long as nothing is bound or updated in between, and they are read once, as iterators are: the views
of a dict, `d.keys()`, `d.values()` and `d.items()`, are read as often as one likes. All else is refused.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gast

from s2sad.frontend.lower.state import Cell, Frame, LocalFunction, State
from s2sad.ir.kinds import List, Tuple
from s2sad.ir.nodes import Const, Operand, Var

_MAKERS = (zip, map, filter, enumerate, reversed)
_VIEWS = {"keys", "values", "items"}


@dataclass
class _Before:
    """What was what where an iterator got its name."""

    store: dict[Cell, Operand]
    operands: list[Operand]
    frames: int


@dataclass
class _Kept:
    """An iterator: whether it is read once, the loops around where it was made, and who reads it; and what it may read
    was ``before`` an assignment gave it a name."""

    once: bool
    loops: Any
    before: _Before | None = None
    reader: Any = None


def mark(f: Frame, made: Operand) -> None:
    """Remember an iterator, wherever it will be kept: in a name, a container, a parameter or what a call gives."""
    if isinstance(made, Var) and isinstance(made.kind, (List, Tuple)):
        f.state.iterators[made] = _Kept(True, f.state.loops)


def is_maker(callee: Operand) -> bool:
    """Whether a call of this makes an iterator."""
    return isinstance(callee, Const) and isinstance(callee.value, type) and callee.value in _MAKERS


def merge(state: State, out: Operand, values: list[Operand]) -> None:
    """What a branch leaves is an iterator where one of its ends leaves one."""
    for value in values:
        if value in state.iterators:
            state.iterators[out] = _Kept(state.iterators[value].once, state.loops)


def note(f: Frame, node: Any, value: Operand) -> None:
    """Remember what an iterator may read where an assignment gives it a name."""
    if _is_call(node.value, _VIEWS) and isinstance(value, Var) and isinstance(value.kind, (List, Tuple)):
        f.state.iterators.setdefault(value, _Kept(False, f.state.loops))
    kept = f.state.iterators.get(value)
    if kept is not None and isinstance(node.value, (gast.Call, gast.GeneratorExp)):
        unread = _unread(f, node.value) | {target.id for target in node.targets if isinstance(target, gast.Name)}
        store = {cell: operand for cell, operand in f.state.store.items()
                 if cell[0] != f.number or cell[1] not in unread}
        kept.before = _Before(store, [*f.state.store.values()], f.state.frames)


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


def read(f: Frame, node: Any, operand: Operand) -> Operand:
    """What is read, which is no iterator that was read before, or of which something has changed."""
    kept = f.state.iterators.get(operand)
    if kept is None:
        return operand
    if kept.once and (kept.reader not in (None, node) or f.state.loops is not kept.loops):
        f.fail(node, "an iterator is read more than once", "make a list of it: list(…)")
    kept.reader = node
    if kept.before is not None and _has_changed(f, kept.before):
        f.fail(node, "an iterator is read after something was bound or updated that it may read",
               "make a list of it where it is made: list(…)")
    return operand


def _has_changed(f: Frame, before: _Before) -> bool:
    """Whether anything that was there has another value now, or memory that was there has been updated."""
    store = f.state.store
    if any(store.get(cell) is not operand for cell, operand in before.store.items()):
        return True
    new = [f.state.memories[cell] for cell in store.keys() - before.store.keys() if cell in f.state.memories]
    there = {*before.operands}
    return any(memory.number <= before.frames or memory.root in there for memory in new)
