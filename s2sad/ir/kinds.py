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

import functools
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any


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


def axes_of(dim: Extent) -> int:
    """How many axes of unknown length, or longer than one, a dimension stands for: of what a mask takes, all of it."""
    if isinstance(dim, int):
        return 0
    return dim.key[1] if isinstance(dim.key, tuple) and dim.key[0] == "masked" else 1


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
def numpy_number(dtype: str) -> Scalar:
    """What an element of an array is: a number of NumPy's own."""
    return Scalar(dtype, weak=False)


@functools.cache
def is_inexact(dtype: str) -> bool:
    return dtype.startswith(("float", "complex")) or dtype == "any"


def is_complex(dtype: str) -> bool:
    return dtype.startswith("complex")


def is_integer(kind: Kind) -> bool:
    """Whether a value is a number of an integer type."""
    return isinstance(kind, Scalar) and _is_integral(kind.dtype)


@functools.cache
def _is_integral(dtype: str) -> bool:
    return dtype.startswith(("int", "uint"))


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


def has_places(kind: Kind, index: Kind) -> bool:
    """Whether an index says places of an array, or the place of a number in a list."""
    return isinstance(kind, Array) or isinstance(kind, List) and all(isinstance(k, Scalar) for k in (kind.item, index))


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


# Integers that wrap around soon, and unsigned ones, of which no negative is one.
NARROW = frozenset({"int8", "int16", "int32", "uint8", "uint16", "uint32", "uint64"})


def is_narrow(kind: Kind) -> bool:
    """Whether values are integers of NumPy that may wrap around where Python's, and those of 64 bits, do not."""
    return isinstance(kind, NUMERIC) and kind.dtype in NARROW


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
