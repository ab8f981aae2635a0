"""Kinds from what is written: the text of ``--types``, and annotations of parameters.

The same small language serves both: ``float``, ``f64[:, :]``, ``(float, int)``, ``list[float]``,
``{'W': f64[:, :]}``, and in ``--types`` also ``Params(W=f64[:, :])`` for an object. A parameter's kind is
built as `of_values.kind_of` would build it from a value whose path is the parameter's name, so that a
signature is the same whichever way it was found.
"""
from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import sys
import typing
from collections import ChainMap
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NoReturn

import numpy as np

from s2sad.errors import SignatureError
from s2sad.ir import kinds
from s2sad.ir.kinds import Array, Dict, Dim, Extent, Kind, List, Object, Scalar, Tuple

ACCEPTED = (
    "float, int, complex, bool, str, None, f64, f64[:, :], f32[3, 1], f64[...], "
    "(float, int), list[float], {'W': f64[:, :]}"
)

_PYTHON: dict[str, Kind] = {
    "float": kinds.FLOAT,
    "int": kinds.INT,
    "complex": kinds.COMPLEX,
    "bool": kinds.BOOL,
    "str": kinds.STR,
    "slice": kinds.SLICE,
}
_SIZES = {"float": (16, 32, 64), "complex": (64, 128), "int": (16, 32, 64), "uint": (16, 32, 64)}
_DTYPES = {
    **{f"{name}{bits}": f"{name}{bits}" for name, sizes in _SIZES.items() for bits in sizes},
    **{f"{name[0]}{bits}": f"{name}{bits}" for name, sizes in _SIZES.items() for bits in sizes},
    # not as i8 and u8: to Numba and NumPy these have 64 bits, to a reader of i32 they have 8
    **{"int8": "int8", "uint8": "uint8"},
    **{"b1": "bool", "bool": "bool", "bool_": "bool", "boolean": "bool"},
    **{"float": "float64", "int": "int64", "complex": "complex128"},
}
_LOOKS_LIKE_ARRAY = re.compile(rf"\s*((np|numpy)\.)?({'|'.join(_DTYPES)})\s*\[")
_DEEPEST = 8

Namespace = Mapping[str, Any]


def parse_types(text: str, namespace: Namespace | None = None) -> dict[str, Kind]:
    """The kinds in ``w: f64[:, :], n: int``; ``namespace`` holds the classes that it may name."""
    try:
        tree = ast.parse(f"{{{text.strip()}\n}}", mode="eval").body
    except (SyntaxError, ValueError):
        _refuse_pairs(text)
    if not isinstance(tree, ast.Dict):
        _refuse_pairs(text)
    found: dict[str, Kind] = {}
    for key, value in zip(tree.keys, tree.values, strict=True):
        if not isinstance(key, ast.Name):
            _refuse_pairs(text if key is None else ast.unparse(key))
        if key.id in found:
            raise SignatureError(f"`{key.id}` is given two types in `{text.strip()}`")
        found[key.id] = _Reader(namespace or {}).read(value, key.id)
    return found


def parse_type(text: str, path: Hashable, namespace: Namespace | None = None) -> Kind:
    """The kind that one type means for a value called ``path``."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        _refuse(" ".join(text.split()))
    return _Reader(namespace or {}).read(tree, path)


def kind_of_annotation(annotation: Any, name: Hashable, namespace: Namespace | None = None) -> Kind | None:
    """The kind of a parameter so annotated; None where the annotation does not tell it.

    A string is taken as a type of the language above, or else is evaluated in ``namespace``.
    """
    return _Annotations(namespace or {}).kind(annotation, name)


def _refuse(shown: str, why: str = "is not a type") -> NoReturn:
    raise SignatureError(f"`{shown}` {why}; accepted are {ACCEPTED}")


def _refuse_pairs(shown: str) -> NoReturn:
    _refuse(" ".join(shown.split()), "does not read as `name: type, name: type`")


# -- the language of types ------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Reader:
    """Reads the syntax tree of a type."""

    namespace: Namespace

    def read(self, node: ast.expr, path: Hashable) -> Kind:
        match node:
            case ast.Constant(value=None):
                return kinds.NONE
            case ast.Name() | ast.Attribute():
                return self.named(node, path)
            case ast.Subscript(value, inside):
                return self.subscript(node, _plain(value), inside, path)
            case ast.Tuple(items):
                return self.tuple(items, path)
            case ast.Dict(keys, values):
                return self.dict(node, keys, values, path)
            case ast.Call(function, [], keywords):
                return self.object(node, function, keywords, path)
        _refuse(ast.unparse(node))

    def named(self, node: ast.expr, path: Hashable) -> Kind:
        name = _plain(node)
        if isinstance(node, ast.Name) and name in _PYTHON:
            return _PYTHON[name]
        if name in _DTYPES:
            return Scalar(_DTYPES[name], weak=False)
        cls = self.namespace.get(name)
        kind = kind_of_annotation(cls, path, self.namespace) if isinstance(cls, type) else None
        if kind is None:
            _refuse(ast.unparse(node))
        return kind

    def subscript(self, node: ast.expr, name: str, inside: ast.expr, path: Hashable) -> Kind:
        if name in ("list", "List"):
            return List(self.read(inside, (path, "[]")))
        if name in ("tuple", "Tuple"):
            return self.tuple(inside.elts if isinstance(inside, ast.Tuple) else [inside], path)
        if name in _DTYPES:
            return Array(_DTYPES[name], _dims(node, inside, path))
        _refuse(ast.unparse(node))

    def tuple(self, items: list[ast.expr], path: Hashable) -> Kind:
        return Tuple(tuple(self.read(item, (path, i)) for i, item in enumerate(items)))

    def dict(
        self, node: ast.expr, keys: list[ast.expr | None], values: list[ast.expr], path: Hashable
    ) -> Kind:
        names = [_literal(node, key) for key in keys]
        pairs = zip(names, values, strict=True)
        return Dict(tuple((name, self.read(value, (path, name))) for name, value in pairs))

    def object(
        self, node: ast.expr, function: ast.expr, keywords: list[ast.keyword], path: Hashable
    ) -> Kind:
        cls = self.namespace.get(_plain(function))
        given = {keyword.arg: keyword.value for keyword in keywords if keyword.arg is not None}
        if not isinstance(cls, type):
            _refuse(ast.unparse(node), f"names `{ast.unparse(function)}`, which is no class that can be seen")
        fields = _fields(cls) or tuple(given)
        if set(fields) != set(given):
            raise SignatureError(f"`{ast.unparse(node)}` should give the types of {', '.join(fields)}")
        if issubclass(cls, tuple):
            return Tuple(tuple(self.read(given[one], (path, i)) for i, one in enumerate(fields)), cls)
        return Object(cls, tuple((one, self.read(given[one], (path, one))) for one in fields))


def _plain(node: ast.expr) -> str:
    """The name in `name` or `np.name`; of anything else, what no type is called."""
    match node:
        case ast.Name(name) | ast.Attribute(ast.Name("np" | "numpy" | "typing"), name):
            return name
    return ""


def _literal(node: ast.expr, key: ast.expr | None) -> Hashable:
    match key:
        case ast.Constant(value):
            return value
        case ast.Tuple(items):
            return tuple(_literal(node, item) for item in items)
        case ast.UnaryOp(ast.USub(), ast.Constant(int() | float() as number)):
            return -number
    _refuse(ast.unparse(node), "has a key that is no string or number")


def _dims(node: ast.expr, inside: ast.expr, path: Hashable) -> tuple[Extent, ...] | None:
    match inside:
        case ast.Constant(value) if value is ...:
            return None
        case ast.Tuple(items):
            return tuple(_extent(node, item, (path, axis)) for axis, item in enumerate(items))
    return (_extent(node, inside, (path, 0)),)


def _extent(node: ast.expr, item: ast.expr, key: Hashable) -> Extent:
    match item:
        case ast.Slice(None, None, None | ast.Constant(1)) | ast.Name():
            return Dim(key, not_one=True)
        case ast.Constant(int(length)) if not isinstance(length, bool):
            return 1 if length == 1 else Dim(key, not_one=True)
    _refuse(ast.unparse(node), f"has the dimension `{ast.unparse(item)}`, not `:`, a name or a length")


# -- annotations ----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Annotations:
    """Reads annotations, whose strings are evaluated in ``namespace``."""

    namespace: Namespace
    depth: int = 0

    def kind(self, annotation: Any, path: Hashable) -> Kind | None:
        if self.depth > _DEEPEST:  # a class that holds itself
            return None
        if isinstance(annotation, typing.ForwardRef):
            annotation = annotation.__forward_arg__
        if isinstance(annotation, str):
            return self.string(annotation, path)
        if annotation is None or annotation is type(None):
            return kinds.NONE
        if isinstance(annotation, type) and typing.get_origin(annotation) is None:
            return self.of_class(annotation, path)
        return self.generic(annotation, path)

    def deeper(self) -> _Annotations:
        return _Annotations(self.namespace, self.depth + 1)

    def string(self, text: str, path: Hashable) -> Kind | None:
        if _LOOKS_LIKE_ARRAY.match(text):
            return parse_type(text, path)
        try:
            return parse_type(text, path)
        except SignatureError:
            pass
        try:
            value = eval(text, dict(self.namespace))
        except Exception:  # whatever the annotation of another tool may raise
            return None
        return self.deeper().kind(value, path)

    def of_class(self, cls: type, path: Hashable) -> Kind | None:
        if cls.__module__ == "builtins":
            return _PYTHON.get(cls.__name__)
        if issubclass(cls, np.generic):
            known = cls in np.sctypeDict.values() and np.dtype(cls).kind in "bifcu"
            return Scalar(str(np.dtype(cls)), weak=False) if known else None
        written = _written(cls) or _annotated_attributes(cls)
        if not written:
            return None
        inside = _Annotations(ChainMap(_class_namespace(cls), dict(self.namespace)), self.depth + 1)
        is_tuple = issubclass(cls, tuple)
        keys: Iterable[Hashable] = range(len(written)) if is_tuple else written
        found = [inside.kind(one, (path, key)) for key, one in zip(keys, written.values(), strict=True)]
        known_kinds = tuple(kind for kind in found if kind is not None)
        if len(known_kinds) < len(found):
            return None
        if is_tuple:
            return Tuple(known_kinds, cls)
        pairs = tuple(zip(written, known_kinds, strict=True))
        return Dict(pairs) if typing.is_typeddict(cls) else Object(cls, pairs)

    def generic(self, annotation: Any, path: Hashable) -> Kind | None:
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if origin is typing.Annotated:
            return self.annotated(arguments[0], arguments[1:], path)
        if origin is list:
            item = self.deeper().kind(arguments[0], (path, "[]"))
            return None if item is None else List(item)
        if origin is tuple and ... not in arguments:
            items = [self.deeper().kind(one, (path, i)) for i, one in enumerate(arguments)]
            known = tuple(kind for kind in items if kind is not None)
            return Tuple(known) if len(known) == len(items) else None
        if origin is np.ndarray and len(arguments) == 2:
            return _shaped_array(*arguments, path)
        return None

    def annotated(self, base: Any, notes: tuple[Any, ...], path: Hashable) -> Kind | None:
        """Notes may be for anybody; one that reads as a type is for us."""
        for note in notes:
            kind = self.deeper().kind(note, path) if isinstance(note, str) else None
            if kind is not None:
                return kind
        return self.deeper().kind(base, path)


def _shaped_array(shape: Any, dtype: Any, path: Hashable) -> Kind | None:
    """``np.ndarray[tuple[int, int], np.dtype[np.float64]]`` tells the rank; ``NDArray`` does not."""
    scalars, lengths = typing.get_args(dtype), typing.get_args(shape)
    if typing.get_origin(shape) is not tuple or ... in lengths or len(scalars) != 1:
        return None
    scalar = _Annotations({}).kind(scalars[0], path)
    if not isinstance(scalar, Scalar):
        return None
    return Array(scalar.dtype, tuple(Dim((path, axis), not_one=True) for axis in range(len(lengths))))


def _written(cls: type) -> dict[str, Any]:
    """The fields of a dataclass, named tuple or typed dict with their annotations; else nothing."""
    if dataclasses.is_dataclass(cls):
        return {field.name: field.type for field in dataclasses.fields(cls)}
    if typing.is_typeddict(cls) or (issubclass(cls, tuple) and hasattr(cls, "_fields")):
        return dict(getattr(cls, "__annotations__", {}))
    return {}


def _annotated_attributes(cls: type) -> dict[str, Any]:
    """What the body of a plain class says of its instances' attributes; nothing for library classes."""
    if cls.__module__.partition(".")[0] in ("numpy", "scipy", "typing"):
        return {}
    written: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        written.update(inspect.get_annotations(base))
    return {name: one for name, one in written.items() if not _is_of_the_class(one)}


def _is_of_the_class(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation.removeprefix("typing.").startswith("ClassVar")
    return annotation is typing.ClassVar or typing.get_origin(annotation) is typing.ClassVar


def _fields(cls: type) -> tuple[str, ...]:
    return tuple(getattr(cls, "_fields", ()) or _written(cls))


def _class_namespace(cls: type) -> ChainMap[str, Any]:
    """Where the strings in a class and in its bases are evaluated."""
    modules = [sys.modules.get(one.__module__) for one in cls.__mro__]
    return ChainMap(*({**vars(module)} for module in modules if module is not None))
