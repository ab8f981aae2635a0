"""A cheap key for the kinds of arguments, so that a call for a known signature costs next to nothing.

Two values with equal keys have equal kinds (`ir.of_values.kind_of`), for every backend.
"""
from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np

from s2sad.ir.of_values import SHORT_AXIS

_PLAIN = frozenset({float, int, bool, complex, str, np.float64, np.float32, np.int64, np.bool_})
_ARRAY = np.ndarray
_LISTS, _TUPLES = frozenset({list}), frozenset({tuple})


def look_of(values: tuple[Any, ...]) -> Hashable:
    """A key that takes less to make than those of the kinds: values that look the same have equal keys.

    One loop, for a call for each value would cost as much as a small derivative.
    """
    look: list[Hashable] = []
    for value in values:
        kind: Any = type(value)
        if kind is _ARRAY:
            look.append((value.dtype, value.shape))
        else:
            look.append(kind if kind in _PLAIN else key_of(value))
    return tuple(look)


def key_of(value: Any) -> Hashable:
    kind: Any = type(value)
    if kind in _PLAIN:
        plain: Hashable = kind
        return plain
    if kind is _ARRAY:
        shape = value.shape
        if 1 in shape:
            return value.dtype.char, tuple([n == 1 for n in shape]), shape[-1] if shape[-1] <= SHORT_AXIS else None
        if len(shape) < 2 or shape[-1] > SHORT_AXIS:
            return value.dtype.char, len(shape)
        return value.dtype.char, len(shape), shape[-1]
    if kind is dict:
        return (dict, *value, *map(key_of, value.values()))
    if kind is tuple:
        return (tuple, *map(key_of, value))
    if kind is list:
        return list, _items_key(value)
    return _other(value, kind)


def _items_key(items: Sequence[Any]) -> Hashable:
    """The keys that occur, of which there are few where there are many items; lists in a list are of one kind."""
    types = _types(items)
    if types <= _PLAIN:
        return types
    if types == _LISTS:
        inside = _types(chain.from_iterable(items))
        return list, inside if inside <= _PLAIN else _items_key([*chain.from_iterable(items)])
    one = _tuple_key(items) if types == _TUPLES else None
    return frozenset(map(key_of, items)) if one is None else frozenset({one})


def _types(items: Iterable[Any]) -> frozenset[Hashable]:
    return frozenset(map(type, items))


def _tuple_key(items: Sequence[tuple[Any, ...]]) -> Hashable | None:
    """The key that all of these tuples have, place by place; None where they have several."""
    count, *others = set(map(len, items))
    if others:
        return None
    keys: list[Hashable] = [tuple]
    for item in map(itemgetter, range(count)):
        types = _types(map(item, items))
        key = types if types <= _PLAIN else _items_key([*map(item, items)])
        if not isinstance(key, frozenset) or len(key) > 1:
            return None
        keys += key
    return tuple(keys)


def _other(value: Any, kind: type) -> Hashable:
    if isinstance(value, tuple):
        return (kind, *map(key_of, value))
    held = getattr(value, "__dict__", None)
    if isinstance(held, dict) and not callable(value) and not isinstance(value, type):
        return (kind, *held, *map(key_of, held.values()))
    try:
        hash(value)
    except TypeError:
        return kind
    # What is known while compiling (a function, None, a class) is its own key.
    return kind, value if value is None or callable(value) else None
