"""Arguments that are containers: taken apart where the function changes what they hold.

A dict, tuple or object that is passed in is one value, until the function updates an array in it or assigns an
attribute. Then lowering begins again with the argument spelled out of its items: each array in it has one name.
"""
from __future__ import annotations

from typing import Any

from s2sad.frontend.lower import memory, objects
from s2sad.frontend.lower.state import Frame, State
from s2sad.ir.kinds import Array, Dict, Kind, Object, Tuple, is_mutable
from s2sad.ir.nodes import Operand, Var
from s2sad.rules.build import constant


def left_in(f: Frame, node: Any, name: str, operand: Operand) -> Operand:
    """What a function leaves in an argument."""
    if objects.instance_of(operand) is None and not is_mutable(operand.kind):
        f.fail(node, f"nothing can be written into `{name}`, which is a {operand.kind}", "name an array as output")
    return objects.value(f, node, memory.fresh(f, node, operand))


def spelled_out(state: State, operand: Operand, label: str) -> Operand:
    """An argument as its items; ``label`` is how source code names it."""
    kind = operand.kind
    match kind:
        case Dict(items):
            parts = [_part(state, operand, key, item, f"{label}[{key!r}]") for key, item in items]
            return state.builder.emit("s2sad.dict", *parts, extra=tuple(key for key, _ in items), kind=kind,
                                      varied=operand.varied)
        case Tuple(items, None):
            parts = [_part(state, operand, key, item, f"{label}[{key}]") for key, item in enumerate(items)]
            return state.builder.emit("s2sad.tuple", *parts, kind=kind, varied=operand.varied)
        case Object(cls, attributes) if objects.is_plain(cls):
            values = {
                name: spelled_out(state, state.builder.emit("s2sad.getattr", operand, extra=name, kind=item,
                                                            varied=operand.varied), f"{label}.{name}")
                for name, item in attributes
            }
            return objects.instance_with(state, cls, f"{cls.__module__}:{cls.__qualname__}", values)
        case Array() if isinstance(operand, Var):
            state.parameters.parts[operand] = label
    return operand


def _part(state: State, operand: Operand, key: object, kind: Kind, label: str) -> Operand:
    item = state.builder.emit("s2sad.getitem", operand, constant(key), kind=kind)
    return spelled_out(state, item, label)
