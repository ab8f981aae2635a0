"""Tuples, lists and dicts as operands: made of their items, and the items that are known of them."""
from __future__ import annotations

from typing import Any

from s2sad.frontend.lower import memory, objects
from s2sad.frontend.lower.state import Frame
from s2sad.ir.kinds import Dict, Kind, Static, Tuple, is_mutable
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant


def make_tuple(f: Frame, items: list[Operand]) -> Operand:
    if all(isinstance(item, Const) and not item.path and not isinstance(item.kind, Static) for item in items):
        return constant(tuple(item.value for item in items if isinstance(item, Const)))
    return f.builder.emit("s2sad.tuple", *items)


def make_list(f: Frame, items: list[Operand]) -> Operand:
    made = f.builder.emit("s2sad.list", *items)
    memory.hold(f.state, made, items)
    return made


def make_dict(f: Frame, names: tuple[Any, ...], values: list[Operand]) -> Operand:
    kind = Dict(tuple((name, value.kind) for name, value in zip(names, values, strict=True)))
    varied = any(value.varied for value in values)
    return f.builder.emit("s2sad.dict", *values, extra=names, kind=kind, varied=varied)


def displayed(f: Frame, value: Operand) -> list[Operand] | None:
    """The elements of a tuple or list that was just spelled out.

    A list of inactive values may have been changed since; one of active values, or of objects made here, may not.
    """
    made = f.state.context.definition(value, "s2sad.tuple")
    if made is None:
        made = f.state.context.definition(value, "s2sad.list")
        if made is not None and not value.varied and not any(map(objects.instance_of, made.args)):
            return None
    return None if made is None else list(made.args)


def length(kind: Kind) -> int | None:
    return len(kind.items) if isinstance(kind, Tuple) else None


def spelled_memory(f: Frame, operand: Operand) -> list[Operand] | None:
    """The items of a list that is spelled out, if they are what can be updated: they go by their names."""
    made = f.state.context.definition(operand, "s2sad.list")
    return None if made is None or not all(is_mutable(item.kind) for item in made.args) else list(made.args)


def list_again(f: Frame, operand: Operand) -> Operand:
    """Another list of the same items."""
    items = spelled_memory(f, operand)
    if items:
        return make_list(f, items)
    made = f.builder.emit("s2sad.copy", operand)
    memory.gather(f.state, made, [operand])
    return made
