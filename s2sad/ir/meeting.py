"""What kinds come to that meet: in an elementwise operation, and where control flow joins."""
from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence

import numpy as np

from s2sad.ir.kinds import (
    NEVER,
    NONE,
    NUMERIC,
    UNKNOWN,
    Array,
    Dict,
    Dim,
    Extent,
    Kind,
    List,
    Maybe,
    Object,
    Scalar,
    Static,
    Tuple,
    present,
)


def promote(first: Kind, second: Kind) -> str:
    """The dtype of an elementwise result, as NumPy 2 decides it (Python's numbers are weak)."""
    one, two = _dtype(first), _dtype(second)
    if "any" in (one, two):
        return "any"
    if one == two:
        return one
    weak_one, weak_two = _weak(first), _weak(second)
    if weak_one != weak_two:
        weak, strong = (one, two) if weak_one else (two, one)
        if _rank(weak) <= _rank(strong):
            return strong
        if weak == "complex128" and strong in ("float32", "complex64"):
            return "complex64"
        return weak
    return common_dtype(one, two)


@functools.cache
def common_dtype(*dtypes: str) -> str:
    """The dtype of an array made of arrays of several."""
    return "any" if "any" in dtypes else str(np.result_type(*dtypes))


def _dtype(kind: Kind) -> str:
    return kind.dtype if isinstance(kind, NUMERIC) else "any"


def _weak(kind: Kind) -> bool:
    return isinstance(kind, Scalar) and kind.weak


@functools.cache
def _rank(dtype: str) -> int:
    return {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}.get(np.dtype(dtype).kind, 4)


def broadcast(kinds: Sequence[Kind], dtype: str, fresh: Callable[[], Hashable]) -> Kind:
    """The kind of an elementwise result of operands of these kinds."""
    arrays = [kind for kind in kinds if not isinstance(kind, Scalar)]
    if not arrays:
        return Scalar(dtype, all(map(_weak, kinds)))
    dims: tuple[Extent, ...] = ()
    for kind in arrays:
        if not isinstance(kind, Array) or kind.dims is None:
            return Array(dtype, None)
        dims = broadcast_dims(dims, kind.dims, fresh) if dims else kind.dims
    first = arrays[0]
    return first if isinstance(first, Array) and first.dims is dims and first.dtype == dtype else Array(dtype, dims)


def broadcast_dims(
    one: tuple[Extent, ...], two: tuple[Extent, ...], fresh: Callable[[], Hashable]
) -> tuple[Extent, ...]:
    if one is two or one == two:
        return one
    if len(one) < len(two):
        one, two = two, one
    head = one[: len(one) - len(two)]
    return head + tuple(_meet(a, b, fresh) for a, b in zip(one[len(head) :], two, strict=True))


def _meet(a: Extent, b: Extent, fresh: Callable[[], Hashable]) -> Extent:
    if a is b or isinstance(b, int) or a == b:
        return a
    if isinstance(a, int):
        return b
    assert isinstance(a, Dim) and isinstance(b, Dim)
    if a.not_one and not (b.not_one and _is_slice(a)):
        return a
    return b if b.not_one else Dim(fresh())


def _is_slice(dim: Dim) -> bool:
    """Whether all that is known of a length is what it is cut from: another that is equal says more."""
    return isinstance(dim.key, tuple) and dim.key[0] == "slice"


def same_extent(a: Extent, b: Extent) -> bool:
    """Whether two dimensions that met in one elementwise operation are surely equal."""
    if a is b or a == b:
        return True
    return isinstance(a, Dim) and isinstance(b, Dim) and (a.not_one and b.not_one or a.key == b.key)


def join(a: Kind, b: Kind, fresh: Callable[[], Hashable]) -> Kind:
    """The least kind that covers both, where control flow meets."""
    if a is b or b is NEVER or a == b:
        return a
    if a is NEVER:
        return b
    if NONE in (a, b) or isinstance(a, Maybe) or isinstance(b, Maybe):
        return _join_none(a, b, fresh)
    match a, b:
        case Scalar(), Scalar():
            return Scalar(_join_dtypes(a.dtype, b.dtype), a.weak and b.weak)
        case (Scalar() | Array()), (Scalar() | Array()):
            return Array(_join_dtypes(a.dtype, b.dtype), _join_dims(a, b, fresh))
        case Tuple(), Tuple() if len(a.items) == len(b.items) and a.cls is b.cls:
            pairs = zip(a.items, b.items, strict=True)
            return Tuple(tuple(join(x, y, fresh) for x, y in pairs), a.cls)
        case List(), List() if a.cls is b.cls:
            return List(join(a.item, b.item, fresh), a.cls)
        case Dict(), Dict() if [key for key, _ in a.items] == [key for key, _ in b.items]:
            return Dict(tuple((k, join(x, dict(b.items)[k], fresh)) for k, x in a.items))
        case Object(), Object() if a.cls is b.cls and len(a.attributes) == len(b.attributes):
            other = dict(b.attributes)
            if all(name in other for name, _ in a.attributes):
                return Object(a.cls, tuple((n, join(k, other[n], fresh)) for n, k in a.attributes))
    return UNKNOWN


def _join_none(a: Kind, b: Kind, fresh: Callable[[], Hashable]) -> Kind:
    """What is None on one path; code and values of which nothing is known are as unknown as before."""
    kinds = [present(kind) for kind in (a, b) if kind != NONE]
    joined = kinds[0] if len(kinds) == 1 else join(kinds[0], kinds[1], fresh)
    return UNKNOWN if joined is UNKNOWN or isinstance(joined, Static) else Maybe(joined)


def _join_dtypes(a: str, b: str) -> str:
    if a == b:
        return a
    return common_dtype(a, b)


def _join_dims(a: Kind, b: Kind, fresh: Callable[[], Hashable]) -> tuple[Extent, ...] | None:
    if not (isinstance(a, Array) and isinstance(b, Array)):
        return None
    if a.dims is None or b.dims is None or len(a.dims) != len(b.dims):
        return None
    return tuple(x if x == y else _join_extent(x, y, fresh) for x, y in zip(a.dims, b.dims, strict=True))


def _join_extent(a: Extent, b: Extent, fresh: Callable[[], Hashable]) -> Dim:
    both = isinstance(a, Dim) and isinstance(b, Dim) and a.not_one and b.not_one
    least = min(a.least, b.least) if isinstance(a, Dim) and isinstance(b, Dim) else 0
    return Dim(fresh(), both, least)
