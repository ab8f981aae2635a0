"""NumPy functions and methods that write into an argument, as the updates that they are."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2sad.frontend.lower import updates
from s2sad.frontend.lower.containers import displayed, make_tuple
from s2sad.frontend.lower.memory import fresh
from s2sad.frontend.lower.operators import operator
from s2sad.frontend.lower.primitives import primitive
from s2sad.frontend.lower.state import Frame
from s2sad.ir.kinds import Array, Scalar, is_inexact
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant

Writer = Callable[[Frame, Any, list[Operand], dict[str, Operand]], None]


def writer(function: Any) -> Writer | None:
    """What a function that writes into its first argument does to it."""
    if getattr(function, "__name__", "") == "at" and isinstance(getattr(function, "__self__", None), np.ufunc):
        return _AT.get(function.__self__)
    try:
        return _WRITERS.get(function)
    except TypeError:
        return None


def target_of(function: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand | None:
    """The array that a call writes its result into: ``out=``, or the argument of a ufunc after its inputs."""
    out = keywords.get("out")
    if out is None and isinstance(function, np.ufunc) and len(args) == function.nin + 1:
        out = args[-1]
    return None if isinstance(out, Const) and out.value is None else out


def written_out(
    f: Frame, node: Any, out: Operand, keywords: dict[str, Operand], make: Callable[[dict[str, Operand]], Operand]
) -> Operand:
    """The result of a call with ``out=``, written there."""
    spelled = displayed(f, out)
    out = spelled[0] if spelled is not None and len(spelled) == 1 else out
    if not updates.is_followed(f, out):
        f.fail(node, "`out=` is an array that s2sad does not follow", "assign the result")
    if "where" in keywords:
        f.fail(node, "`where=` beside `out=` is not supported", "use np.where, or a boolean index")
    value = make({name: operand for name, operand in keywords.items() if name != "out"})
    updates.store(f, node, out, updates.WHOLE, value)
    return fresh(f, node, out)


# -- functions ------------------------------------------------------------------------------------


def _copyto(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> None:
    value = _argument(f, node, args, keywords, 1, "src")
    where = keywords.get("where")
    if where is not None:
        value = primitive(f, node, "numpy.where", [where, value, args[0]], {})
    updates.store(f, node, args[0], updates.WHOLE, value)


def _putmask(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> None:
    mask, values = _argument(f, node, args, keywords, 1, "mask"), _argument(f, node, args, keywords, 2, "values")
    _refuse_repeated(f, node, values, args[0])
    updates.store(f, node, args[0], updates.WHOLE, primitive(f, node, "numpy.where", [mask, values, args[0]], {}))


def _place(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> None:
    mask, values = _argument(f, node, args, keywords, 1, "mask"), _argument(f, node, args, keywords, 2, "vals")
    _refuse_repeated(f, node, values, None)
    updates.store(f, node, args[0], mask, values)


def _put(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> None:
    places, values = _argument(f, node, args, keywords, 1, "ind"), _argument(f, node, args, keywords, 2, "v")
    if "mode" in keywords or len(args) > 3:
        f.fail(node, "`mode=` of np.put is not supported", "index the array")
    _refuse_repeated(f, node, values, places)
    flat = primitive(f, node, "array.reshape", [args[0], constant(-1)], {}, style="method")
    updates.store(f, node, flat, places, values)


def _fill_diagonal(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> None:
    array, value = args[0], _argument(f, node, args, keywords, 1, "val")
    kind = array.kind
    if not (isinstance(kind, Array) and kind.ndim == 2 and isinstance(value.kind, Scalar)) or len(args) > 2:
        f.fail(node, "np.fill_diagonal is supported for a matrix and a number", "index the array with np.arange")
    places = f.builder.expression("np.arange(min(a.shape[0], a.shape[1]))", {"a": array})
    updates.store(f, node, array, make_tuple(f, [places, places]), value)


def _fill(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> None:
    updates.store(f, node, args[0], updates.WHOLE, _argument(f, node, args, keywords, 1, "value"))


def _by(name: str) -> Writer:
    """`a.sort()`: the array is what `np.sort` gives."""

    def write(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> None:
        updates.store(f, node, args[0], updates.WHOLE, primitive(f, node, name, args, keywords))

    return write


def _at(sign: int) -> Writer:
    def write(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> None:
        if len(args) != 3 or keywords:
            f.fail(node, "`ufunc.at` takes an array, an index and values")
        value = args[2]
        if sign < 0:
            kind = value.kind
            plain = isinstance(kind, (Scalar, Array)) and is_inexact(kind.dtype) and kind.dtype != "any"
            value = operator(f, node, "neg", value) if plain else operator(f, node, "mul", constant(-1.0), value)
        updates.add_at(f, node, args[0], args[1], value)

    return write


def _argument(
    f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand], place: int, name: str
) -> Operand:
    if len(args) > place:
        return args[place]
    if name not in keywords:
        f.fail(node, f"the argument `{name}` is missing")
    return keywords[name]


def _refuse_repeated(f: Frame, node: Any, values: Operand, like: Operand | None) -> None:
    """NumPy repeats values that are too few; that their number is right must be plain."""
    if isinstance(values.kind, Scalar):
        return
    same = like is not None and isinstance(values.kind, Array) and isinstance(like.kind, Array) and (
        values.kind.dims is not None and values.kind.dims == like.kind.dims
    )
    if not same:
        f.fail(node, "these values may be repeated or cut off", "assign them to an index: a[mask] = values")


_WRITERS: dict[Any, Writer] = {
    np.copyto: _copyto,
    np.putmask: _putmask,
    np.place: _place,
    np.put: _put,
    np.fill_diagonal: _fill_diagonal,
}
_AT: dict[Any, Writer] = {np.add: _at(1), np.subtract: _at(-1)}
METHODS: dict[str, Writer] = {
    "fill": _fill,
    "sort": _by("numpy.sort"),
    "partition": _by("numpy.partition"),
    "put": _put,
}
