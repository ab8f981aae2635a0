"""Attributes: of modules and classes, of objects, and of arrays and numbers."""
from __future__ import annotations

import functools
import types
from typing import Any

from s2sad.frontend.lower import iterators, memory, objects
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.names import external, watch
from s2sad.frontend.lower.primitives import primitive, solid
from s2sad.frontend.lower.state import Bound, Frame, LocalFunction
from s2sad.ir.kinds import UNKNOWN, Array, Object, Scalar, Static, Tuple, may_vary
from s2sad.ir.nodes import Const, Operand
from s2sad.ir.of_values import kind_of
from s2sad.rules.build import constant
from s2sad.rules.methods import ATTRIBUTES


def lower_attribute(f: Frame, node: Any) -> Operand:
    base = expression(f, node.value)
    f.at(node)
    return iterators.read(f, node, attribute(f, node, base, mangled(f, node.attr)))


def mangled(f: Frame, name: str) -> str:
    """The name that Python gives to a private attribute inside a class."""
    if not name.startswith("__") or name.endswith("__") or f.function is None:
        return name
    owner = f.function.__qualname__.rpartition(".<locals>.")[2].split(".")
    return f"_{owner[-2].lstrip('_')}{name}" if len(owner) > 1 else name


def attribute(f: Frame, node: Any, base: Operand, name: str) -> Operand:
    if isinstance(base, Const) and isinstance(base.value, types.ModuleType):
        return _static_attribute(f, node, base, name)
    base = solid(f, base)
    made = objects.instance_of(base)
    if made is not None:
        assert isinstance(base, Const)
        return objects.read(f, node, base, made, name)
    if isinstance(base, Const) and isinstance(base.value, objects.Super):
        return objects.super_attribute(f, node, base.value, name)
    if isinstance(base, Const) and isinstance(base.kind, Static) and not isinstance(base.value, (Bound, LocalFunction)):
        return _static_attribute(f, node, base, name)
    kind = base.kind
    if isinstance(kind, Object):
        return _field(f, node, base, kind, name)
    if isinstance(kind, Array):
        if name == "ndim" and kind.ndim is not None:
            return constant(kind.ndim)
        if name in ATTRIBUTES:
            return f.builder.emit(f"array.{name}", base, style="attribute")
        if name == "flat":
            flat = primitive(f, node, "array.reshape", [base, constant(-1)], {}, style="method")
            f.state.flat.add(flat)
            return flat
    if isinstance(kind, Scalar):
        if name in ("real", "T") and not kind.dtype.startswith("complex"):
            return base
        if name in ("real", "imag"):
            return f.builder.emit(f"array.{name}", base, style="attribute")
        if name == "ndim":
            return constant(0)
    if isinstance(kind, Tuple) and kind.cls is not None and name in kind.cls._fields:  # type: ignore[attr-defined]
        place = kind.cls._fields.index(name)  # type: ignore[attr-defined]
        return f.builder.emit("s2sad.getitem", base, constant(place), style=f".{name}")
    return f.builder.emit("s2sad.getattr", base, extra=name, kind=UNKNOWN, varied=base.varied)


def _static_attribute(f: Frame, node: Any, base: Const, name: str) -> Operand:
    try:
        value = getattr(base.value, name)
    except AttributeError:
        f.fail(node, f"{base.path.rpartition(':')[2] or repr(base.value)} has no attribute `{name}`")
    path = f"{base.path}.{name}" if base.path else ""
    if not isinstance(base.value, (types.ModuleType, type)) and not callable(value):
        return f.builder.emit("s2sad.getattr", base, extra=name, kind=UNKNOWN)
    owner = base.value
    if _is_of_library(owner):
        return constant(value, path)
    kind = kind_of(value, (base.path, name))
    if isinstance(owner, (types.ModuleType, type)):
        watch(f.state, owner, name, value)
    if isinstance(kind, Static) or callable(value) and kind == UNKNOWN:
        return constant(value, path)
    if isinstance(owner, types.ModuleType):
        return external(f, value, path, lambda: getattr(owner, name), owner.__name__, (id(vars(owner)), name))
    return f.builder.emit("s2sad.getattr", base, extra=name, kind=kind)


def _is_of_library(owner: Any) -> bool:
    """Whether what an object holds never changes: the constants of NumPy are as good as literals."""
    return getattr(owner, "__name__", "").split(".")[0] in ("numpy", "math", "scipy", "sys")


def _field(f: Frame, node: Any, base: Operand, kind: Object, name: str) -> Operand:
    found = kind.get(name)
    if found is not None:
        if isinstance(found, Static):
            return Const(found.value, found, "")
        item = f.builder.emit("s2sad.getattr", base, extra=name, kind=found, varied=base.varied and may_vary(found))
        if memory.tracked(item):
            memory.memory_of(f.state, item)  # type: ignore[arg-type]
        return item
    owner = next((cls for cls in kind.cls.__mro__ if name in cls.__dict__), None)
    value = owner.__dict__[name] if owner is not None else None
    if owner is None:
        f.fail(node, f"`{kind.cls.__name__}` has no attribute `{name}`")
    if isinstance(value, (int, float, str, bool)):
        f.state.outside.data[None, f"{id(owner)} {name}"] = lambda: owner.__dict__[name]
        return f.builder.emit("s2sad.getattr", base, extra=name, kind=constant(value).kind, varied=False)
    if callable(value) or isinstance(value, _DESCRIPTORS) or value is None:
        return objects.class_attribute(f, node, base, kind.cls.__mro__, name)
    return f.builder.emit("s2sad.getattr", base, extra=name, kind=UNKNOWN, varied=base.varied)


_DESCRIPTORS = (property, functools.cached_property, staticmethod, classmethod)
