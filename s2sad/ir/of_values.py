"""The kinds of values at run time."""
from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Hashable
from typing import Any

import numpy as np

from s2sad.dispatchers import is_numba_function
from s2sad.ir.kinds import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    SLICE,
    STR,
    UNKNOWN,
    Array,
    Dict,
    Dim,
    Extent,
    Kind,
    List,
    Object,
    Scalar,
    Static,
    Tuple,
    literal,
)
from s2sad.ir.meeting import join

_STATIC_TYPES = (
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    type,
    np.ufunc,
    np.dtype,
)
_MAXIMUM_DEPTH = 8
# The longest axis whose length is part of the kind.
SHORT_AXIS = 4


def kind_of(value: Any, path: Hashable = (), depth: int = 0, short: bool = False) -> Kind:
    """The kind of a run-time value; ``path`` names it, so that its dimensions have names.

    ``short``: how long the last axes of matrices are is known where that is next to nothing, as of points in space.
    """
    kind = type(value)
    if kind in _PYTHON_NUMBERS:
        return _PYTHON_NUMBERS[kind]
    if isinstance(value, np.ndarray) and kind is not np.matrix and not isinstance(value, np.ma.MaskedArray):
        if value.dtype.kind not in "bifcu":
            return UNKNOWN
        dims: list[Extent] = [1 if n == 1 else Dim((path, i), True) for i, n in enumerate(value.shape)]
        if short and len(dims) > 1 and 1 < value.shape[-1] <= SHORT_AXIS:
            dims[-1] = literal(value.shape[-1])
        return Array(_name_of(value.dtype), tuple(dims))
    if isinstance(value, np.generic):
        return Scalar(_name_of(value.dtype), weak=False) if value.dtype.kind in "bifcu" else UNKNOWN
    if value is None or isinstance(value, _STATIC_TYPES) or is_numba_function(value):
        return Static(value)
    if isinstance(value, str):
        return STR
    if isinstance(value, slice):
        return SLICE
    if depth > _MAXIMUM_DEPTH:
        return UNKNOWN
    return _container_kind(value, path, depth + 1, short)


@functools.cache
def _name_of(dtype: np.dtype[Any]) -> str:
    return str(dtype)


_PYTHON_NUMBERS: dict[type, Kind] = {float: FLOAT, int: INT, bool: BOOL, complex: COMPLEX}


def _container_kind(value: Any, path: Hashable, depth: int, short: bool) -> Kind:
    def item(key: Hashable, element: Any) -> Kind:
        return kind_of(element, (path, key), depth, short)

    if isinstance(value, tuple):
        cls = type(value) if type(value) is not tuple else None
        if cls is not None and not hasattr(cls, "_fields"):
            return UNKNOWN
        return Tuple(tuple(item(i, element) for i, element in enumerate(value)), cls)
    if type(value) is list:
        return _list_kind([kind_of(element, (path, "[]"), depth) for element in value], path)
    if type(value) is dict:
        return Dict(tuple((key, item(key, element)) for key, element in value.items()))
    if callable(value) and (not hasattr(value, "__dict__") or isinstance(value, functools.partial)):
        return Static(value)
    attributes = _attributes(value)
    if attributes is None:
        return UNKNOWN
    return Object(type(value), tuple((name, item(name, element)) for name, element in attributes))


def _list_kind(kinds: list[Kind], path: Hashable) -> Kind:
    joined: Kind = NEVER
    for number, kind in enumerate(kinds):
        joined = join(joined, kind, lambda n=number: (path, "[]", "joined", n))  # type: ignore[misc]
    return List(joined)


def _attributes(value: Any) -> list[tuple[str, Any]] | None:
    """The attributes of a plain object or dataclass; None for what is neither."""
    if dataclasses.is_dataclass(value):
        return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    module = type(value).__module__
    if module == "builtins" or module.split(".")[0] in ("numpy", "scipy"):
        return None
    held = getattr(value, "__dict__", None)
    return list(held.items()) if isinstance(held, dict) else None
