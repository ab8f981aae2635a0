"""Assignment: names, unpacking, subscripts and attributes."""
from __future__ import annotations

import copy
from typing import Any

import gast

from s2sad.analyses.provenance import not_understood
from s2sad.frontend.lower import boxes, iterators, memory, objects, updates
from s2sad.frontend.lower.attributes import attribute, mangled
from s2sad.frontend.lower.containers import displayed, length
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.iteration import of_value
from s2sad.frontend.lower.names import cell_of
from s2sad.frontend.lower.opaque import slot
from s2sad.frontend.lower.operators import OPERATORS, operator
from s2sad.frontend.lower.primitives import solid
from s2sad.frontend.lower.state import Frame
from s2sad.frontend.lower.subscripts import index, subscript
from s2sad.ir.kinds import NEVER, UNKNOWN, Array, Dict, Kind, List, Object, Tuple, is_mutable
from s2sad.ir.nodes import Assign, Const, Effect, Operand, Store, Var
from s2sad.rules.build import constant


def lower_assign(f: Frame, node: Any) -> None:
    if len(node.targets) == 1 and _is_one_each(node.targets[0], node.value):
        # No tuple is made, which would hold arrays together with lists of them.
        values = [expression(f, item) for item in node.value.elts]
        for target, one in zip(node.targets[0].elts, values, strict=True):
            assign(f, target, one)
        return
    value = expression(f, node.value)
    iterators.note(f, node, value)
    for target in node.targets:
        assign(f, target, value)


def _is_one_each(target: Any, value: Any) -> bool:
    """Whether as many values are written as there are targets: `u, v = v, u + v`."""
    if not isinstance(target, (gast.Tuple, gast.List)) or not isinstance(value, gast.Tuple):
        return False
    return len(target.elts) == len(value.elts) and not any(
        isinstance(part, gast.Starred) for part in (*target.elts, *value.elts))


def walrus(f: Frame, node: Any) -> Operand:
    value = expression(f, node.value)
    assign(f, node.target, value)
    return value


def assign(f: Frame, target: Any, value: Operand) -> None:
    if isinstance(target, gast.Name):
        assign_name(f, target, value)
    elif isinstance(target, (gast.Tuple, gast.List)):
        _unpack(f, target, value)
    elif isinstance(target, gast.Starred):
        assign(f, target.value, value)
    elif isinstance(target, gast.Subscript):
        _store_item(f, target, value)
    elif isinstance(target, gast.Attribute):
        _store_attribute(f, target, value)
    else:
        f.fail(target, f"assignment to a {type(target).__name__} is not supported")


def assign_name(f: Frame, target: Any, value: Operand) -> None:
    cell = cell_of(f, target.id)
    if cell is None:
        if value.varied:
            f.fail(target, f"the global `{target.id}` would carry a derivative out of the function", "return it")
        _opaque_write(f, target, value)
        return
    if isinstance(value, Var) and not value.name and value in f.state.context.definitions:
        value.name = target.id
    f.state.write(cell, value)


def _opaque_write(f: Frame, target: Any, value: Operand) -> None:
    template = gast.Assign(targets=[copy.deepcopy(target)], value=slot(target, "value"), type_comment=None)
    f.builder.append(Effect("s2sad.statement", [value], extra=(template, ("value",), ())))


def _unpack(f: Frame, target: Any, value: Operand) -> None:
    from s2sad.frontend.lower.builtins import collected

    parts = _parts(f, target, value, len(target.elts))
    starred = [i for i, element in enumerate(target.elts) if isinstance(element, gast.Starred)]
    if starred:
        place = starred[0]
        after = len(target.elts) - place - 1
        middle = parts[place : len(parts) - after]
        if isinstance(value.kind, (List, Array)):
            middle_value = _slice(f, target, value, place, -after or None)
            if isinstance(value.kind, Array):
                middle_value = collected(f, target, of_value(f, target, middle_value))
        else:
            middle_value = f.builder.emit("s2sad.list", *middle)
        parts = [*parts[:place], middle_value, *(parts[len(parts) - after :] if after else [])]
    if len(parts) != len(target.elts):
        f.fail(target, f"{len(target.elts)} names for {len(parts)} values")
    for element, part in zip(target.elts, parts, strict=True):
        assign(f, element, part)


def _slice(f: Frame, node: Any, value: Operand, start: int, stop: int | None) -> Operand:
    place = f.builder.emit("s2sad.slice", constant(start), constant(stop), constant(None))
    return subscript(f, node, value, place)


def _parts(f: Frame, target: Any, value: Operand, count: int) -> list[Operand]:
    """The elements of what is unpacked; for arrays and lists of unknown length, as many as are named."""
    value = solid(f, value)
    spelled = displayed(f, value)
    if spelled is not None:
        return spelled
    if isinstance(value, Const) and isinstance(value.value, (tuple, str)):
        return [constant(item) for item in value.value]
    known = length(value.kind)
    if known is not None:
        return [subscript(f, target, value, constant(i)) for i in range(known)]
    starred = next((i for i, e in enumerate(target.elts) if isinstance(e, gast.Starred)), None)
    places = range(count) if starred is None else [*range(starred), *range(starred + 1 - count, 0)]
    if isinstance(value.kind, (Array, List)) or value.kind == NEVER or value.kind == UNKNOWN and not value.varied:
        if value.kind == UNKNOWN and starred is None:
            return _opaque_parts(f, target, value)
        parts = [subscript(f, target, value, constant(i)) for i in places]
        return parts if starred is None else [*parts[:starred], constant(None), *parts[starred:]]
    if value.varied and value.kind == UNKNOWN:
        raise not_understood(f.state.context, value, f.location(target))
    if objects.class_of(value) is not None:
        f.fail(target, "an object is unpacked here", "read its attributes by name")
    f.fail(target, "what is unpacked here is not known to be a tuple, list or array", "annotate it")


def _opaque_parts(f: Frame, target: Any, value: Operand) -> list[Operand]:
    made: list[Operand] = []
    tuple_kind = Tuple((UNKNOWN,) * len(target.elts))
    whole = f.builder.emit("builtins.tuple", value, kind=tuple_kind, varied=False)
    for place in range(len(target.elts)):
        made.append(f.builder.emit("s2sad.getitem", whole, constant(place)))
    return made


# -- writes into containers and objects -----------------------------------------------------------


def _store_item(f: Frame, target: Any, value: Operand) -> None:
    base = expression(f, target.value)
    place = index(f, target.slice)
    store(f, target, base, place, value)


def store(f: Frame, node: Any, base: Operand, place: Operand, value: Operand, style: str = "") -> None:
    base = solid(f, base)
    dynamic = isinstance(base.kind, Dict) and not isinstance(place, Const) and not (base.varied or value.varied)
    if updates.is_followed(f, base) and not dynamic:
        updates.store(f, node, base, place, value, style)
        return
    if base.varied or value.varied:
        f.fail(node, *updates.why_not(f, base))
    f.at(node)
    f.builder.append(Store([base, place, value]))
    if dynamic:
        updates.lose(f, node, base)


def _store_attribute(f: Frame, target: Any, value: Operand) -> None:
    made = objects.instance_of(base := expression(f, target.value))
    if made is not None:
        objects.write(f, target, made, mangled(f, target.attr), value)
        return
    if not value.varied and not base.varied and not isinstance(base.kind, Object):
        slots = gast.Attribute(value=slot(target, "base"), attr=mangled(f, target.attr), ctx=gast.Store())
        template = gast.Assign(targets=[slots], value=slot(target, "value"), type_comment=None)
        f.builder.append(Effect("s2sad.statement", [base, value], extra=(template, ("base", "value"), ())))
        return
    memory.take_apart(f.state, base)
    f.fail(target, f"the attribute `{target.attr}` of an object that s2sad does not follow is assigned",
           "pass the object as an argument, or return the value instead")


def lower_augmented(f: Frame, node: Any) -> None:
    name = OPERATORS[type(node.op)]
    target = node.target
    if isinstance(target, gast.Name):
        load = copy.copy(target)
        load.ctx = gast.Load()
        current = expression(f, load)
        value = expression(f, node.value)
        _augment_name(f, node, name, current, value)
    elif isinstance(target, gast.Subscript):
        base = expression(f, target.value)
        place = index(f, target.slice)
        current, version = subscript(f, target, base, place), memory.latest(f.state, base)
        value = expression(f, node.value)
        kept = memory.latest(f.state, base) is version
        if not kept and memory.is_view(f.state, current):
            current, kept = subscript(f, target, base, place), True
        if is_mutable(current.kind) and not isinstance(base.kind, Array) and updates.is_followed(f, current):
            updates.update(f, node, current, name, value)
            return
        if not isinstance(base.kind, Array):
            _refuse_unclear(f, node, current, value)
        new = updates.styled(f, operator(f, node, name, current, value), name)
        if not isinstance(base.kind, Array):
            boxes.augmented(f, node, current, new)
        store(f, node, base, place, new, "augmented" if kept else "")
    else:
        _augment_attribute(f, node, name)


def _augment_attribute(f: Frame, node: Any, name: str) -> None:
    target = node.target
    base = expression(f, target.value)
    made = objects.instance_of(base)
    current = attribute(f, target, base, mangled(f, target.attr)) if made is not None else None
    if current is not None and updates.is_followed(f, current):
        updates.update(f, node, current, name, expression(f, node.value))
        return
    if made is None or current is None or is_mutable(current.kind):
        memory.take_apart(f.state, base)
        f.fail(node, f"the attribute `{target.attr}` of an object that s2sad does not follow is updated",
               "pass the object as an argument, or return the value instead")
    result = operator(f, node, name, current, expression(f, node.value))
    boxes.augmented(f, node, current, result)
    objects.write(f, target, made, mangled(f, target.attr), result)


def kind_is_unclear(kind: Kind) -> bool:
    """Whether a value may be a number or an array."""
    return kind == UNKNOWN or isinstance(kind, Array) and kind.dims is None


def _refuse_unclear(f: Frame, node: Any, current: Operand, value: Operand) -> None:
    if kind_is_unclear(current.kind) and (current.varied or value.varied):
        f.fail(node, f"whether `{gast.unparse(node.target)}` is updated in place or rebound depends "
               "on its type, which is not known", "annotate it, or write `x = x + …`")


def _augment_name(f: Frame, node: Any, name: str, current: Operand, value: Operand) -> None:
    current = solid(f, current)
    kind = current.kind
    if updates.is_followed(f, current):
        updates.update(f, node, current, name, value)
        return
    if is_mutable(kind):
        _refuse_unclear(f, node, current, value)
        if current.varied or value.varied:
            f.fail(node, *updates.why_not(f, current))
        f.at(node)
        if kind_is_unclear(kind):
            target = Var(node.target.id, kind, False, f.location(node))
            f.builder.append(Effect("s2sad.inplace", [current, value], [target], extra=name))
            assign_name(f, node.target, target)
        else:
            f.builder.append(Effect("s2sad.inplace", [current, value], extra=name))
        return
    result = operator(f, node, name, current, value)
    boxes.augmented(f, node, current, result)
    if isinstance(result, Var):
        made = f.state.context.definitions.get(result)
        if isinstance(made, Assign) and made.primitive == f"operator.{name}":
            made.style = "augmented"
    assign_name(f, node.target, result)
