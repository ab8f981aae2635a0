"""Instances of named tuples and of dataclasses that do not change: values, made of their fields."""
from __future__ import annotations

import dataclasses
from typing import Any

from s2sad.frontend.lower import objects
from s2sad.frontend.lower.attributes import attribute
from s2sad.frontend.lower.kept import kept_call
from s2sad.frontend.lower.state import Frame
from s2sad.ir.kinds import Object, Tuple
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant


def construct(
    f: Frame, node: Any, callee: Const, cls: type, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """An instance of a named tuple or dataclass; other classes are made as they stand."""
    fields = _fields(cls)
    if fields is None and objects.is_plain(cls) and _is_worth_following(f, cls, [*args, *keywords.values()]):
        return objects.construct(f, node, cls, callee.path, args, keywords)
    if fields is None:
        if any(operand.varied for operand in [*args, *keywords.values()]):
            f.fail(node, f"an instance of `{cls.__name__}` is made from values that carry derivatives",
                   "use a tuple, a dict, a named tuple or a dataclass without __post_init__")
        return kept_call(f, node, callee, args, keywords)
    bound = {**dict(zip(fields, args, strict=False)), **keywords}
    for name, default in fields.items():
        if name not in bound:
            if default is dataclasses.MISSING:
                f.fail(node, f"`{cls.__name__}` needs a value for `{name}`")
            bound[name] = constant(default)
    values = [bound[name] for name in fields]
    kinds = tuple(value.kind for value in values)
    varied = any(value.varied for value in values)
    if issubclass(cls, tuple):
        return f.builder.emit("s2sad.new", *values, extra=(cls, callee.path, tuple(fields)),
                              kind=Tuple(kinds, cls), varied=varied)
    kind = Object(cls, tuple(zip(fields, kinds, strict=True)))
    return f.builder.emit("s2sad.new", *values, extra=(cls, callee.path, tuple(fields)), kind=kind, varied=varied)


def _is_worth_following(f: Frame, cls: type, operands: list[Operand]) -> bool:
    """Objects of the user's own classes are followed, and those of others where they carry derivatives."""
    own = str((f.function.__globals__ if f.function else {}).get("__name__")).split(".")[0]
    return cls.__module__.split(".")[0] == own or any(o.varied or objects.is_made_here(o) for o in operands)


def _fields(cls: type) -> dict[str, Any] | None:
    """The fields of a named tuple or plain dataclass with their defaults."""
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        defaults = getattr(cls, "_field_defaults", {})
        return {name: defaults.get(name, dataclasses.MISSING) for name in cls._fields}
    if dataclasses.is_dataclass(cls) and _is_frozen(cls) and not hasattr(cls, "__post_init__"):
        if all(field.init and field.default_factory is dataclasses.MISSING for field in dataclasses.fields(cls)):
            return {field.name: field.default for field in dataclasses.fields(cls)}
    return None


def _is_frozen(cls: type) -> bool:
    return bool(getattr(cls, "__dataclass_params__").frozen)  # noqa: B009


def replaced(f: Frame, node: Any, receiver: Operand, kind: Tuple, keywords: dict[str, Operand]) -> Operand:
    assert kind.cls is not None
    fields = tuple(kind.cls._fields)  # type: ignore[attr-defined]
    values = [keywords[name] if name in keywords else attribute(f, node, receiver, name) for name in fields]
    return f.builder.emit("s2sad.new", *values, extra=(kind.cls, "", fields), varied=any(v.varied for v in values),
                          kind=Tuple(tuple(value.kind for value in values), kind.cls))
