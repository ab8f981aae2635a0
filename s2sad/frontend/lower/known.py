"""What is known of a value while compiling: whether a test is decided by kinds and literals alone."""
from __future__ import annotations

import operator
from typing import Any

from s2sad.ir.kinds import STR, Array, Dict, List, Object, Scalar, Static, Tuple
from s2sad.ir.nodes import Assign, Const, Operand
from s2sad.rules.build import Context


class Unknowable(Exception):
    """The value depends on the run."""


def truth(context: Context, operand: Operand) -> bool | None:
    try:
        return bool(value_of(context, operand))
    except (Unknowable, TypeError, ValueError):
        return None


def value_of(context: Context, operand: Operand) -> Any:
    """The value of an operand made of literals, ranks, lengths of tuples, and identity with None."""
    if isinstance(operand, Const):
        return operand.value
    if isinstance(operand.kind, Static):
        return operand.kind.value
    made = context.definitions.get(operand)
    if not isinstance(made, Assign):
        raise Unknowable
    if made.primitive in ("operator.is_", "operator.is_not"):
        return _identity(made)
    if made.primitive == "builtins.isinstance":
        return _isinstance(context, made.args)
    if made.primitive == "builtins.len" and isinstance(made.args[0].kind, (Tuple, Dict)):
        return len(made.args[0].kind.items)
    if made.primitive == "operator.not_":
        return not value_of(context, made.args[0])
    module, _, name = made.primitive.partition(".")
    if module == "operator" and hasattr(operator, name):
        return getattr(operator, name)(*[_plain(value_of(context, arg)) for arg in made.args])
    raise Unknowable


def _plain(value: Any) -> Any:
    """Arithmetic is decided for small literals only: floats keep their expressions."""
    if isinstance(value, (int, str, bool, tuple)):
        return value
    raise Unknowable


def _identity(made: Assign) -> bool:
    left, right = made.args
    negated = made.primitive == "operator.is_not"
    for one, other in ((left, right), (right, left)):
        if isinstance(one.kind, Static):
            if isinstance(other.kind, Static):
                return (one.kind.value is other.kind.value) is not negated
            if isinstance(other.kind, (Scalar, Array, Tuple, List, Dict, Object)) or other.kind == STR:
                return negated
    raise Unknowable


def _isinstance(context: Context, args: list[Operand]) -> bool:
    import numpy as np

    kind, wanted = args[0].kind, value_of(context, args[1])
    classes = wanted if isinstance(wanted, tuple) else (wanted,)
    if not all(isinstance(cls, type) for cls in classes):
        raise Unknowable
    match kind:
        case Array(_, dims) if dims:
            return issubclass(np.ndarray, classes)
        case Tuple(_, cls):
            return issubclass(cls or tuple, classes)
        case List(_, cls):
            return issubclass(cls, classes)
        case Dict():
            return issubclass(dict, classes)
        case Object(cls):
            return issubclass(cls, classes)
        case Static(value) if value is None:
            return issubclass(type(None), classes)
        case Static(value) if isinstance(getattr(value, "cls", None), type):
            return issubclass(value.cls, classes)
        case Scalar(dtype, weak):
            python = {"float64": float, "int64": int, "bool": bool, "complex128": complex}.get(dtype)
            cls = python if weak and python else np.dtype(dtype).type
            return issubclass(cls, classes)
    if kind == STR:
        return issubclass(str, classes)
    raise Unknowable
