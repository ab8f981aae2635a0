"""``copy.copy`` and ``copy.deepcopy``."""
from __future__ import annotations

import copy
from typing import Any

from s2sad.frontend.lower import memory, objects
from s2sad.frontend.lower.containers import displayed, list_again, make_dict, make_list, make_tuple
from s2sad.frontend.lower.kept import kept_call
from s2sad.frontend.lower.state import Frame
from s2sad.frontend.lower.subscripts import subscript
from s2sad.ir.kinds import Array, Dict, Kind, List, Scalar, Tuple, is_mutable
from s2sad.ir.nodes import Assign, Operand, Var
from s2sad.rules.build import constant

_OWN_WAYS = ("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__")


def shallow(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """``copy.copy``: another array, or another container of the same items."""
    operand, kind = args[0], args[0].kind
    made = objects.instance_of(operand)
    if made is not None:
        return _object_of(f, node, made, _attributes(f, node, made))
    if isinstance(kind, Array):
        return f.builder.emit("array.copy", operand, style="method")
    if isinstance(kind, List) and kind.cls is not tuple:
        return list_again(f, operand)
    if isinstance(kind, Dict):
        keys = [key for key, _ in kind.items]
        return make_dict(f, tuple(keys), [subscript(f, node, operand, constant(key)) for key in keys])
    return operand if _is_value(kind) else kept_call(f, node, constant(copy.copy, "copy.copy"), args, keywords)


def deep(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """``copy.deepcopy`` of arrays, of lists, tuples and dicts of them, and of objects made here."""
    return _Deep(f, node).of(args[0])


def _attributes(f: Frame, node: Any, made: objects.Instance) -> dict[str, Operand]:
    return {name: objects.read(f, node, constant(made), made, name) for name in made.names}


def _object_of(f: Frame, node: Any, made: objects.Instance, values: dict[str, Operand]) -> Operand:
    if any(name in base.__dict__ for base in made.cls.__mro__[:-1] for name in _OWN_WAYS):
        f.fail(node, f"`{made.cls.__name__}` has a way of its own to be copied", "make a new object")
    return objects.instance_with(f.state, made.cls, made.path, values)


def _is_value(kind: Kind) -> bool:
    return isinstance(kind, Scalar) or not is_mutable(kind)


class _Deep:
    """One deep copy: what is in it twice is one thing in the copy as well."""

    def __init__(self, f: Frame, node: Any) -> None:
        self.f, self.node = f, node
        self.copies: dict[Any, Operand] = {}

    def of(self, operand: Operand) -> Operand:
        made = objects.instance_of(operand)
        if made is None and _is_value(operand.kind) and not objects.holds_instance(operand.kind):
            return operand
        key = made or memory.reference(self.f.state, _itself(self.f, operand))
        if key not in self.copies:
            copied = self._copy(operand) if made is None else self._object(made)
            if made is None:
                self._link(key, copied)
            self.copies[key] = copied
        return self.copies[key]

    def _object(self, made: objects.Instance) -> Operand:
        values = _attributes(self.f, self.node, made)
        return _object_of(self.f, self.node, made, {name: self.of(value) for name, value in values.items()})

    def _copy(self, operand: Operand) -> Operand:
        f, node, kind = self.f, self.node, operand.kind
        if isinstance(kind, Array):
            return f.builder.emit("array.copy", operand, style="method")
        if isinstance(kind, List) and kind.cls is not tuple:
            items = displayed(f, operand)
            return f.builder.emit("s2sad.copy", operand) if items is None else make_list(f, list(map(self.of, items)))
        if isinstance(kind, Tuple) and kind.cls is None:
            return make_tuple(f, [self.of(subscript(f, node, operand, constant(k))) for k in range(len(kind.items))])
        if isinstance(kind, Dict):
            keys = [key for key, _ in kind.items]
            return make_dict(f, tuple(keys), [self.of(subscript(f, node, operand, constant(key))) for key in keys])
        f.fail(node, "`copy.deepcopy` of an object is not supported", "make a new one of copies of what it holds")

    def _link(self, key: Any, copied: Operand) -> None:
        """The copies of what may be one array may be one array."""
        state = self.f.state
        for other, theirs in self.copies.items():
            if isinstance(theirs, Var) and isinstance(copied, Var) and isinstance(other, Var) and (
                    _may_be(self.f, key, other)):
                memory.link(memory.memory_of(state, copied), memory.memory_of(state, theirs))


def _itself(f: Frame, operand: Operand) -> Operand:
    """What is called by another name, or known not to be None."""
    made = f.state.context.definitions.get(operand) if isinstance(operand, Var) else None
    if isinstance(made, Assign) and made.primitive in ("s2sad.some", "s2sad.alias"):
        return _itself(f, made.args[0])
    return operand


def _may_be(f: Frame, one: Var, two: Var) -> bool:
    """Whether control flow may have given two names one array; two views are two arrays."""
    state = f.state
    if memory.root_of(state, one) is not one or memory.root_of(state, two) is not two:
        return False
    return memory.linked(memory.memory_of(state, one), memory.memory_of(state, two))
