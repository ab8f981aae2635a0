"""What a loop will carry, read off its text before it is lowered for the first time.

A loop is lowered until what it carries settles: once to find out what that is, and once more with it. What the text
says of it mostly holds, so that once is enough: an array that is assigned to is bound anew or updated in place, and a
sum of what depends on an input depends on it. The loop begins with that as with what was found of it before
(`rounds.Found`); if a round does not bear it out, it begins again without. So what is carried is what would have been
found, whatever is guessed here.
"""
from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import gast
import numpy as np

from s2sad.frontend.lower import memory
from s2sad.frontend.lower.names import cell_of
from s2sad.frontend.lower.rounds import Found
from s2sad.frontend.lower.state import Cell, Frame, State
from s2sad.frontend.source import children
from s2sad.ir.kinds import Array, Dict, Kind, List, Scalar, may_vary
from s2sad.ir.nodes import UNDEFINED, Assign, Effect, If, Loop, Operand, Var, With

LOOPS = (gast.For, gast.While)
MAXIMUM_ROUNDS = 4
# What is read through these tells nothing of the values.
_FORM = {"shape", "size", "ndim", "dtype"}
_SILENT = {gast.Constant, gast.Compare, gast.Lambda}
_COUNTING = {"len", "range", "int", "bool", "isinstance"}


class Flow(NamedTuple):
    """An assignment: the names that it binds anew, those whose contents it changes, and those that it reads."""

    names: list[str]
    places: list[str]
    sources: list[str]


def expect(f: Frame, node: Any, found: Found) -> bool:
    """Note what the text of a loop says of what it will carry, as if it had been found; whether it says anything."""
    state, flows = f.state, _flows_of(f.state, node)
    read = {name for flow in flows for name in flow.sources}
    bound = {name for flow in flows for name in flow.names}
    updated = {name: None for flow in flows for name in flow.places if name not in bound}
    now = {name: _now(f, name) for name in (*updated, *bound, *(read - bound - updated.keys()))}
    varied = _reached(flows, {name for name, operand in now.items() if operand.varied})
    strong = _reached(flows, {name for name, operand in now.items() if _is_strong(operand)})
    numbers, memories, anew = {}, {}, {}
    for name in (*updated, *bound):
        cell, kind = cell_of(f, name), now[name].kind
        if cell is None:
            continue
        if isinstance(kind, Scalar):
            numbers[cell] = name
        elif isinstance(kind, (Array, List, Dict)) and name in bound:
            anew[cell] = name
        elif isinstance(kind, (Array, List)):
            whole = memory.reference(state, state.store[cell])
            memories[memory.memory_of(state, whole).cell] = name  # type: ignore[arg-type]
    found.changed = [*sorted(memories), *sorted(anew)]
    arrays = memories | anew
    for cell, name in ({cell: arrays[cell] for cell in found.changed} | numbers).items():
        kind, was_varied = now[name].kind, now[name].varied
        shape = _strong(kind) if name in strong else kind, was_varied or name in varied and may_vary(kind)
        if shape != (kind, was_varied) or cell not in numbers:
            found.starts[cell], found.shapes[cell] = (kind, was_varied), shape
    return bool(found.starts)


def _now(f: Frame, name: str) -> Operand:
    """What a name stands for before the loop, after what was written to it; a module for one from outside."""
    state, cell = f.state, cell_of(f, name)
    if cell is None:
        outside = f.function.__globals__.get(name) if f.function is not None else None
        return _NUMPY if outside is np else UNDEFINED
    operand = state.store.get(cell, UNDEFINED)
    held = state.memory.get(memory.reference(state, operand))  # type: ignore[arg-type]
    return operand if held is None else state.store.get(held.cell, held.root)


# What NumPy computes of a number is a number of NumPy's own.
_NUMPY = Var("np", Scalar("float64", weak=False))


def _reached(flows: list[Flow], names: set[str]) -> set[str]:
    """The names whose values are computed from those of others; what takes more rounds to get there is not expected."""
    for _ in range(MAXIMUM_ROUNDS):
        before = len(names)
        for flow in flows:
            if not names.isdisjoint(flow.sources):
                names.update(flow.names, flow.places)
        if len(names) == before:
            break
    return names


def _is_strong(operand: Operand) -> bool:
    """Whether what is computed from an operand is no number of Python's."""
    kind = operand.kind
    return isinstance(kind, Array) or isinstance(kind, Scalar) and not kind.weak


def _varies(operand: Operand) -> bool:
    return operand.varied


def _strong(kind: Kind) -> Kind:
    return Scalar(kind.dtype, weak=False) if isinstance(kind, Scalar) and kind.dtype == "float64" else kind


# -- the text -------------------------------------------------------------------------------------


def _flows_of(state: State, node: Any) -> list[Flow]:
    if not state.expects:
        return []
    if node not in state.trees.flows:
        state.trees.flows[node] = _flows(state, [node]) if isinstance(node, LOOPS) else []
    return state.trees.flows[node]


def _flows(state: State, statements: list[Any]) -> list[Flow]:
    found: list[Flow] = []
    for node in statements:
        if isinstance(node, gast.Assign):
            found.append(_flow(node.targets, node.value))
        elif isinstance(node, gast.AugAssign):
            flow = _flow([node.target], node.value)
            found.append(Flow([], flow.names + flow.places, flow.sources))
        elif isinstance(node, LOOPS):
            if isinstance(node, gast.For):
                found.append(_flow([node.target], node.iter))
            for inner in node.body:
                found += _flows_of(state, inner) if isinstance(inner, LOOPS) else _flows(state, [inner])
        elif not isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.Expr)):
            found += _flows(state, [child for child in children(node) if isinstance(child, gast.stmt)])
    return found


def _flow(targets: list[Any], value: Any) -> Flow:
    names: list[str] = []
    places: list[str] = []
    waiting = list(targets)
    while waiting:
        target = waiting.pop()
        if isinstance(target, gast.Name):
            names.append(target.id)
        elif isinstance(target, gast.Subscript):
            place = _whole(target)
            if isinstance(place, gast.Name):
                places.append(place.id)
        elif not isinstance(target, gast.Attribute):
            waiting += children(target)
    return Flow(names, places, _sources(value))


def _whole(node: Any) -> Any:
    """What an item or a view is of, however it is taken."""
    while isinstance(node, (gast.Subscript, gast.Attribute, gast.Call)):
        node = node.func if isinstance(node, gast.Call) else node.value
    return node


def _sources(value: Any) -> list[str]:
    """The names whose values a value depends on."""
    found: list[str] = []
    waiting = [value]
    while waiting:
        node = waiting.pop()
        cls = node.__class__
        if cls is gast.Name:
            found.append(node.id)
        elif cls is gast.BinOp:
            waiting += (node.left, node.right)
        elif cls is gast.Subscript:
            waiting.append(node.value)
        elif cls is gast.Attribute:
            if node.attr not in _FORM:
                waiting.append(node.value)
        elif cls is gast.Call:
            if not (isinstance(node.func, gast.Name) and node.func.id in _COUNTING):
                waiting += (node.func, *node.args, *node.keywords)
        elif cls not in _SILENT:
            waiting += children(node)
    return found


# -- what a round says ----------------------------------------------------------------------------


def is_borne_out(
    state: State, found: Found, inits: dict[Cell, Operand], params: dict[Cell, Var], inside: set[Var]
) -> bool:
    """Whether a round that began with what was expected shows all of it."""
    for cell in found.changed:
        if cell in state.memories:
            if cell not in state.written:
                return False
        elif memory.reference(state, state.store[cell]) is params[cell]:
            return False
    expected = {params[cell]: cell for cell in found.shapes}
    return all(_is_grounded(state, has, inits, expected, inside) for has in (_varies, _is_strong))


def _is_grounded(
    state: State, has: Callable[[Operand], bool], inits: dict[Cell, Operand], params: dict[Var, Cell], inside: set[Var]
) -> bool:
    """Whether what parameters were given beyond what they begin with comes from elsewhere, not from themselves alone.

    A value has it if one of those has it that it is computed from.
    """
    given = {param: state.store[cell] for param, cell in params.items() if has(param) and not has(inits[cell])}

    def comes_from_elsewhere(out: Operand) -> bool:
        waiting, seen = [out], {out}
        while waiting:
            operand = waiting.pop()
            sources = [given[operand]] if operand in given else _made_of(state, operand)  # type: ignore[arg-type]
            if operand not in inside or not sources:
                return True
            new = [source for source in sources if has(source) and source not in seen]
            waiting += new
            seen.update(new)
        return False

    return all(has(out) and comes_from_elsewhere(out) for out in given.values())


def _made_of(state: State, var: Var) -> list[Operand]:
    """What a variable is computed from, or may be; of what a loop that is not done yet carries nothing is known."""
    made = state.context.definitions.get(var)
    if isinstance(made, (Assign, Effect)):
        return made.args
    if isinstance(made, (If, With)):
        return [value for merge in made.merges if merge.out is var for value in merge.values]
    if isinstance(made, Loop):
        return [value for carry in made.carries if var in (carry.param, carry.result)
                for value in (carry.init, carry.out)]
    return []
