"""Kinds: what the compiler knows of a value before the program runs.

A kind is part of a function's signature, flows through the IR, and decides meaning. The lattice has
`NEVER` at the bottom (no value yet) and `UNKNOWN` at the top (any Python value).

Array dimensions are symbolic. A dimension is the integer 1, or a `Dim`: two equal `Dim`s are the same
length at run time, and one that is `not_one` is known to differ from 1; it is at least ``least``, so that what is
left of a long array without its edges is known to differ from 1 as well. Two dimensions that are both
`not_one` and meet in an elementwise operation are therefore equal, or the program fails; so whether
an operand was broadcast is mostly known here, and costs nothing at run time.
"""
from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2sad.dispatchers import is_numba_function


@dataclass(frozen=True, slots=True)
class Dim:
    key: Hashable
    not_one: bool = False
    least: int = 0


Extent = int | Dim  # an int is always 1


def literal(length: int) -> Extent:
    """A length that is known while compiling."""
    return 1 if length == 1 else Dim(("literal", length), True, length)


def length_of(dim: Extent) -> int | None:
    """The length of a dimension where it is known while compiling."""
    if isinstance(dim, int):
        return dim
    named = isinstance(dim.key, tuple) and len(dim.key) == 2 and dim.key[0] == "literal"
    return dim.key[1] if named else None  # type: ignore[index]


class Kind:
    """Base of all kinds; each is an immutable value."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Scalar(Kind):
    """A number. ``weak`` marks Python's own, whose type yields to a NumPy operand's."""

    dtype: str
    weak: bool = True

    def __str__(self) -> str:
        return f"{SHORT.get(self.dtype, self.dtype)}{'' if self.weak else '()'}"


@dataclass(frozen=True, slots=True)
class Array(Kind):
    """A NumPy array; ``dims`` is None where the rank is unknown (then it may be a scalar too)."""

    dtype: str
    dims: tuple[Extent, ...] | None

    @property
    def ndim(self) -> int | None:
        return None if self.dims is None else len(self.dims)

    def __str__(self) -> str:
        if self.dims is None:
            return f"{SHORT.get(self.dtype, self.dtype)}[...]"
        inside = ", ".join(":" if length_of(dim) is None else str(length_of(dim)) for dim in self.dims)
        return f"{SHORT.get(self.dtype, self.dtype)}[{inside}]"


@dataclass(frozen=True, slots=True)
class Tuple(Kind):
    """A tuple, or a named tuple of class ``cls``."""

    items: tuple[Kind, ...]
    cls: type | None = None

    def __str__(self) -> str:
        inside = ", ".join(map(str, self.items))
        return f"{self.cls.__name__ if self.cls else ''}({inside}{',' if len(self.items) == 1 else ''})"


@dataclass(frozen=True, slots=True)
class List(Kind):
    """A list, or a tuple, of any length whose elements are all of kind ``item``."""

    item: Kind
    cls: type = list

    def __str__(self) -> str:
        return f"{self.cls.__name__}[{self.item}]"


@dataclass(frozen=True, slots=True)
class Dict(Kind):
    """A dict with known keys."""

    items: tuple[tuple[Hashable, Kind], ...]

    def get(self, key: Hashable) -> Kind | None:
        return dict(self.items).get(key)

    def __str__(self) -> str:
        return "{" + ", ".join(f"{key!r}: {kind}" for key, kind in self.items) + "}"


@dataclass(frozen=True, slots=True)
class Object(Kind):
    """An instance of a Python class, with the kinds of its attributes."""

    cls: type
    attributes: tuple[tuple[str, Kind], ...]

    def get(self, name: str) -> Kind | None:
        return dict(self.attributes).get(name)

    def __str__(self) -> str:
        return f"{self.cls.__name__}({', '.join(f'{name}: {kind}' for name, kind in self.attributes)})"


@dataclass(frozen=True, slots=True)
class Maybe(Kind):
    """A value of kind ``kind``, or None."""

    kind: Kind

    def __str__(self) -> str:
        return f"{self.kind} | None"


@dataclass(frozen=True, slots=True)
class Static(Kind):
    """A value known while compiling that is no number: a module, a class, a function, None."""

    value: Any

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and other.value is self.value

    def __str__(self) -> str:
        return "None" if self.value is None else getattr(self.value, "__name__", type(self.value).__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Named(Kind):
    """A kind of which nothing but its name matters: str, slice, range, tape, unknown, never. There is one of each."""

    name: str

    def __str__(self) -> str:
        return self.name


NEVER, UNKNOWN = Named("never"), Named("unknown")
STR, SLICE, TAPE = Named("str"), Named("slice"), Named("tape")
# How many places a tape has first that is an array and grows.
FIRST_LENGTH = 64
FLOAT, INT, BOOL, COMPLEX = Scalar("float64"), Scalar("int64"), Scalar("bool"), Scalar("complex128")
# One of Python's whole numbers that is known to fit into a byte.
SMALL = Scalar("uint8")
NONE = Static(None)

SHORT = {
    "float64": "float",
    "float32": "f32",
    "float16": "f16",
    "int64": "int",
    "complex128": "complex",
    "complex64": "c64",
}


# The kinds of numbers and of arrays of them.
NUMERIC = (Scalar, Array)


def is_numeric(kind: Kind) -> bool:
    return isinstance(kind, NUMERIC)


@functools.cache
def is_inexact(dtype: str) -> bool:
    return dtype.startswith(("float", "complex")) or dtype == "any"


def is_complex(dtype: str) -> bool:
    return dtype.startswith("complex")


def carries_derivative(kind: Kind) -> bool:
    """Whether a value of this kind can depend smoothly on anything."""
    if isinstance(kind, NUMERIC):
        return is_inexact(kind.dtype)
    match kind:
        case Tuple(items):
            return any(map(carries_derivative, items))
        case List(item) | Maybe(item):
            return carries_derivative(item)
        case Dict(items) | Object(_, items):
            return any(carries_derivative(item) for _, item in items)
    return kind is UNKNOWN


def is_differentiable(kind: Kind) -> bool:
    """Whether a value is known to be of a kind that carries a derivative."""
    return carries_derivative(kind) and kind != UNKNOWN


def opened(kind: Kind) -> Kind:
    """What a value may be after code that is not understood had it: a list that was empty may hold anything."""
    match kind:
        case List(item, cls):
            return List(UNKNOWN if item is NEVER else opened(item), cls)
        case Tuple(items, cls):
            return Tuple(tuple(map(opened, items)), cls)
        case Maybe(inner):
            return Maybe(opened(inner))
        case Dict(items):
            return Dict(tuple((key, opened(item)) for key, item in items))
        case Object(cls, attributes):
            return Object(cls, tuple((name, opened(item)) for name, item in attributes))
    return kind


def present(kind: Kind) -> Kind:
    """What a value is where it is not None."""
    return kind.kind if isinstance(kind, Maybe) else kind


def may_vary(kind: Kind) -> bool:
    """Whether a value of this kind can tell anything of an input: text can, an integer does not."""
    return carries_derivative(kind) or kind is STR


def is_mutable(kind: Kind) -> bool:
    """Whether a value of this kind can be changed in place through another name."""
    if isinstance(kind, Array):
        return True
    if isinstance(kind, Scalar):
        return False
    match kind:
        case List() | Dict() | Object():
            return True
        case Tuple(items):
            return any(map(is_mutable, items))
        case Maybe(inner):
            return is_mutable(inner)
    return kind is UNKNOWN


# -- dtypes and broadcasting ----------------------------------------------------------------------


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


# Integers that wrap around soon, and unsigned ones, of which no negative is one.
NARROW = frozenset({"int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64"})


def is_narrow(kind: Kind) -> bool:
    """Whether values are integers of NumPy that may wrap around where Python's, and those of 64 bits, do not."""
    return isinstance(kind, NUMERIC) and kind.dtype in NARROW


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


def renamed(kind: Kind, names: Mapping[Hashable, Dim]) -> Kind:
    """A kind whose dimensions have other names, given by their keys."""
    if isinstance(kind, Array):
        dims = kind.dims and tuple([names.get(dim.key, dim) if isinstance(dim, Dim) else dim for dim in kind.dims])
        return kind if dims == kind.dims else Array(kind.dtype, dims)
    match kind:
        case Tuple(items, cls):
            return Tuple(tuple(renamed(item, names) for item in items), cls)
        case List(item, cls):
            return List(renamed(item, names), cls)
        case Maybe(inner):
            return Maybe(renamed(inner, names))
        case Dict(items):
            return Dict(tuple((key, renamed(item, names)) for key, item in items))
        case Object(cls, attributes):
            return Object(cls, tuple((name, renamed(item, names)) for name, item in attributes))
    return kind


def _is_slice(dim: Dim) -> bool:
    """Whether all that is known of a length is what it is cut from: another that is equal says more."""
    return isinstance(dim.key, tuple) and dim.key[0] == "slice"


def same_extent(a: Extent, b: Extent) -> bool:
    """Whether two dimensions that met in one elementwise operation are surely equal."""
    if a is b or a == b:
        return True
    return isinstance(a, Dim) and isinstance(b, Dim) and a.not_one and b.not_one


# -- joining --------------------------------------------------------------------------------------


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


# -- from values ----------------------------------------------------------------------------------

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
