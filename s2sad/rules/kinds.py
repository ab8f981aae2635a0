"""Kind rules that many primitives share."""
from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from s2sad.ir.kinds import (
    BOOL,
    INT,
    NUMERIC,
    STR,
    UNKNOWN,
    Array,
    Dim,
    Extent,
    Kind,
    List,
    Scalar,
    Static,
    Tuple,
    is_inexact,
    is_integer,
    is_numeric,
    length_of,
    literal,
)
from s2sad.ir.meeting import broadcast, common_dtype, promote
from s2sad.ir.nodes import Const, Operand, Var
from s2sad.rules.build import Context, constant, covering
from s2sad.rules.lengths import extent_of, form_of
from s2sad.rules.table import Call, KindRule, NotConstant, keeping


def _numeric(call: Call) -> list[Scalar | Array] | None:
    kinds = []
    for operand in call.bound.values():
        kind = operand.kind
        if not isinstance(kind, NUMERIC):
            return None
        kinds.append(kind)
    return kinds


def _promoted(kinds: list[Scalar | Array]) -> str:
    *before, last = kinds
    if not before:
        return last.dtype
    found, *rest = before
    for kind in rest:
        python = isinstance(found, Scalar) and found.weak and isinstance(kind, Scalar) and kind.weak
        found = Scalar(promote(found, kind), python)
    return promote(found, last)


@keeping
def arithmetic(call: Call, otherwise: KindRule | None = None) -> Kind:
    """An elementwise result of the operands' common dtype; ``otherwise`` is the rule for what is no number."""
    whole = covering(call.bound.values())
    if whole is not None and whole.dtype != "bool":
        return settled(whole)
    kinds = _numeric(call)
    if kinds is None:
        return generic(call) if otherwise is None else otherwise(call)
    dtype = _promoted(kinds)
    python = dtype == "bool" and all(isinstance(kind, Scalar) and kind.weak for kind in kinds)
    return settled(broadcast(kinds, "int64" if python else dtype, call.fresh))


def generic(call: Call) -> Kind:
    """Arithmetic with a number of unknown kind is an array of unknown rank."""
    kinds = [operand.kind for operand in call.bound.values()]
    known = [kind for kind in kinds if is_numeric(kind)]
    if known and all(is_numeric(kind) or kind == UNKNOWN for kind in kinds):
        return Array("any", None)
    return UNKNOWN


@keeping
def inexact(call: Call) -> Kind:
    """An elementwise result that is never an integer: division, exponential, …"""
    return _inexact(call, {})


def _inexact(call: Call, narrow: dict[str, str]) -> Kind:
    """``narrow`` says which types of integers become another than double precision."""
    whole = covering(call.bound.values())
    if whole is not None and is_inexact(whole.dtype):
        return settled(whole)
    kinds = _numeric(call)
    if kinds is None:
        return generic(call)
    dtype = _promoted(kinds)
    return settled(broadcast(kinds, dtype if is_inexact(dtype) else narrow.get(dtype, "float64"), call.fresh))


# What a function that is only defined for floats makes of a narrow integer.
_FLOAT_OF = {"bool": "float16", "int8": "float16", "uint8": "float16",
             "int16": "float32", "uint16": "float32"}


@keeping
def numpy_inexact(call: Call) -> Kind:
    """As `inexact`, and a scalar result is NumPy's own."""
    return strong(_inexact(call, _FLOAT_OF))


@keeping
def numpy_arithmetic(call: Call) -> Kind:
    return strong(arithmetic(call))


def strong(kind: Kind) -> Kind:
    return Scalar(kind.dtype, weak=False) if isinstance(kind, Scalar) and kind.weak else kind


def settled(kind: Kind) -> Kind:
    """An elementwise result: NumPy makes a scalar of an array without dimensions."""
    return Scalar(kind.dtype, weak=False) if isinstance(kind, Array) and kind.dims == () else kind


def with_dtype(kind: Kind, dtype: str) -> Kind:
    if isinstance(kind, Scalar):
        return Scalar(dtype, weak=False)
    return Array(dtype, kind.dims) if isinstance(kind, Array) else kind


def over(*names: str, rule: KindRule = numpy_arithmetic) -> KindRule:
    """The rule applied to some of the parameters, those left out or None not counted."""

    def kind(call: Call) -> Kind:
        chosen = {name: call.bound[name] for name in names if not is_none(call.get(name))}
        return rule(Call(call.primitive, chosen, call.context))

    return kind


def is_none(operand: Operand | None) -> bool:
    return operand is None or (isinstance(operand.kind, Static) and operand.kind.value is None)


_REAL_OF = {"complex128": "float64", "complex64": "float32"}


def real_part(call: Call) -> Kind:
    """The kind of x, or of the parts of it where it is complex."""
    return real_of(call.kind("x"))


def real_of(kind: Kind) -> Kind:
    """The kind of the magnitude of a possibly complex value."""
    if not isinstance(kind, (Scalar, Array)) or kind.dtype not in _REAL_OF:
        return kind
    dtype = _REAL_OF[kind.dtype]
    return Scalar(dtype, kind.weak) if isinstance(kind, Scalar) else Array(dtype, kind.dims)


def boolean(call: Call) -> Kind:
    kinds = _numeric(call)
    return UNKNOWN if kinds is None else settled(broadcast(kinds, "bool", call.fresh))


def numpy_boolean(call: Call) -> Kind:
    return strong(boolean(call))


def floating(_: Call) -> Kind:
    """A Python float."""
    return Scalar("float64")


def always(kind: Kind) -> KindRule:
    return lambda _: kind


def unknown(_: Call) -> Kind:
    return UNKNOWN


integer, truth = always(INT), always(BOOL)


def same_as(name: str) -> KindRule:
    """The kind of a parameter."""
    return lambda call: call.kind(name)


def axes_of(call: Call, ndim: int, name: str = "axis") -> tuple[int, ...]:
    """The axes that a reduction runs over, as non-negative integers; all of them for None, and of none no axis."""
    operand = call.get(name)
    if operand is None or is_none(operand) or not ndim:
        return tuple(range(ndim))
    if not isinstance(operand, Const):
        raise NotConstant(name)
    value: Any = operand.value
    axes = value if isinstance(value, tuple) else (value,)
    return tuple(operator.index(axis) % ndim for axis in axes)


def reduced(call: Call, dtype: str | None = None) -> Kind:
    """The kind of a reduction of ``x`` over ``axis`` with ``keepdims``."""
    kind = call.kind("x")
    if isinstance(kind, Scalar):
        return Scalar(dtype or kind.dtype, weak=False)
    if not isinstance(kind, Array):
        return UNKNOWN
    dtype = dtype or kind.dtype
    axis = call.get("axis")
    try:
        keep = bool(call.constant("keepdims", False))
        if kind.dims is None:
            return Scalar(dtype, weak=False) if is_none(axis) and not keep else Array(dtype, None)
        axes = axes_of(call, len(kind.dims))
    except NotConstant as missing:
        if missing.args[0] == "axis" and kind.dims is not None and axis is not None and is_integer(axis.kind):
            count = len(kind.dims) - (0 if keep else 1)
            return settled(Array(dtype, fresh_dims(call, count)))
        return Array(dtype, None)
    dims: list[Extent] = []
    for number, dim in enumerate(kind.dims):
        if number not in axes:
            dims.append(dim)
        elif keep:
            dims.append(1)
    return Array(dtype, tuple(dims)) if dims else Scalar(dtype, weak=False)


def reduced_inexact(call: Call) -> Kind:
    dtype = dtype_argument(call, getattr(call.kind("x"), "dtype", "any"))
    return reduced(call, dtype if is_inexact(dtype) else "float64")


def reduced_sum(call: Call) -> Kind:
    """A sum or product: narrow integers are widened."""
    return reduced(call, dtype_argument(call, widened(getattr(call.kind("x"), "dtype", "any"))))


def reduced_to(dtype: str) -> KindRule:
    return lambda call: reduced(call, dtype)


def widened(dtype: str) -> str:
    """The dtype in which NumPy sums numbers of a dtype."""
    if dtype == "bool" or dtype.startswith("int"):
        return "int64"
    return "uint64" if dtype.startswith("uint") else dtype


def fresh_dims(call: Call, count: int) -> tuple[Extent, ...]:
    return tuple(Dim(call.fresh()) for _ in range(count))


# -- dtypes that are arguments --------------------------------------------------------------------


def dtype_argument(call: Call, default: str, name: str = "dtype") -> str:
    """The dtype that an argument names, "any" where only the run knows it, or where its elements may be anything."""
    operand = call.get(name)
    if operand is None or is_none(operand):
        return default
    if isinstance(operand, Const):
        try:
            dtype = str(np.dtype(operand.value))
            return "any" if dtype == "object" else dtype
        except TypeError:
            return "any"
    made = call.context.definition(operand, "array.dtype")
    return "any" if made is None else getattr(made.args[0].kind, "dtype", "any")


# -- shapes that are arguments --------------------------------------------------------------------


def extent(context: Context, operand: Operand) -> Extent:
    """The dimension that a run-time or literal length makes; equal lengths make equal dimensions."""
    form = form_of(context, operand)
    if form is None:
        return Dim(("length", operand))
    context.lengths.add(frozenset(form.items()))
    return extent_of(form)


def dims_read(context: Context, shape: Operand) -> tuple[Extent, ...] | None:
    made = context.definition(shape, "array.shape") or context.definition(shape, "numpy.shape")
    return None if made is None else dims_of(made.args[0].kind)


def dims_of(kind: Kind) -> tuple[Extent, ...] | None:
    if isinstance(kind, Scalar):
        return ()
    return kind.dims if isinstance(kind, Array) else None


def shape_parts(context: Context, operand: Operand) -> list[Operand | Extent] | None:
    """The lengths that a shape holds: operands, or dimensions already known; None where even their
    number is not known."""
    if isinstance(operand, Const):
        value = operand.value
        if isinstance(value, int):
            return [operand]
        return [constant(item) for item in value] if isinstance(value, tuple) else None
    dims = dims_read(context, operand)
    if dims is not None:
        return list(dims)
    made = context.definition(operand, "s2sad.tuple") or context.definition(operand, "s2sad.list")
    if made is not None:
        return list(made.args)
    if is_integer(operand.kind):
        return [operand]
    if isinstance(operand.kind, Tuple):
        return [Dim(("item", operand, number)) for number in range(len(operand.kind.items))]
    return None


def shape_dims(context: Context, operand: Operand) -> tuple[Extent, ...] | None:
    """The dimensions of an array that is made with this shape."""
    parts = shape_parts(context, operand)
    if parts is None:
        return None
    return tuple(extent(context, part) if isinstance(part, (Const, Var)) else part for part in parts)


def shaped(default: str = "float64", name: str = "shape") -> KindRule:
    """An array of a given shape and dtype."""

    def kind(call: Call) -> Kind:
        operand = call.get(name)
        dims = None if operand is None else shape_dims(call.context, operand)
        return Array(dtype_argument(call, default), dims)

    return kind


def product_dim(dims: tuple[Extent, ...]) -> Extent:
    """The dimension of an array with these dimensions made flat."""
    factors = [dim for dim in dims if isinstance(dim, Dim)]
    lengths = [length_of(dim) for dim in factors]
    if all(length is not None for length in lengths):
        return literal(math.prod(length for length in lengths if length is not None))
    if len(factors) == 1:
        return factors[0]
    return Dim(("product", tuple(factors)), not_one=any(dim.not_one for dim in factors))


def sum_dim(dims: list[Extent]) -> Extent:
    """The dimension of arrays put one after the other."""
    lengths = [length_of(dim) for dim in dims]
    known = [length for length in lengths if length is not None]
    if len(known) == len(dims):
        return literal(sum(known))
    return Dim(("sum", tuple(dims)), not_one=sum(known) > 1)


def equal_dim(dims: list[Extent]) -> Extent:
    """One dimension for several that are equal, or the program fails."""
    if 1 in dims:
        return 1
    surely = [dim for dim in dims if isinstance(dim, Dim) and dim.not_one]
    return surely[0] if surely else dims[0]


# -- sequences of arrays --------------------------------------------------------------------------


def items_of(context: Context, operand: Operand) -> list[Operand] | None:
    """The items of a tuple or list as operands that have their kinds (for kind rules: not all of them
    can be emitted); None where their number is not known."""
    if isinstance(operand, Const):
        return [constant(item) for item in operand.value] if isinstance(operand.value, tuple) else None
    made = context.definition(operand, "s2sad.tuple") or context.definition(operand, "s2sad.list")
    if made is not None:
        return list(made.args)
    return [Var("", item) for item in operand.kind.items] if isinstance(operand.kind, Tuple) else None


def array_kind(context: Context, operand: Operand) -> Kind:
    """The kind of ``np.array(operand)``."""
    kind = operand.kind
    if isinstance(kind, Scalar):
        return Array(kind.dtype, ())
    if isinstance(kind, Array):
        return kind
    items = items_of(context, operand)
    if items is None and isinstance(kind, List):
        inner = array_kind(context, Var("", kind.item))
        if not isinstance(inner, Array) or isinstance(kind.item, Array) and kind.item.dims is None:
            return UNKNOWN
        return Array(inner.dtype, None if inner.dims is None else (Dim(context.fresh()), *inner.dims))
    if not items:
        return Array("float64", (literal(0),)) if items is not None else UNKNOWN
    kinds = [array_kind(context, item) for item in items]
    arrays = [item for item in kinds if isinstance(item, Array)]
    if len(arrays) != len(kinds):
        return UNKNOWN
    return Array(joint_dtype(arrays), _stacked(literal(len(kinds)), arrays))


def joint_dtype(kinds: list[Array]) -> str:
    """The dtype of an array made of several."""
    return common_dtype(*dict.fromkeys(kind.dtype for kind in kinds))


def _stacked(count: Extent, kinds: list[Array]) -> tuple[Extent, ...] | None:
    dims = equal_dims(kinds)
    return None if dims is None else (count, *dims)


def equal_dims(kinds: list[Array]) -> tuple[Extent, ...] | None:
    """The shape of arrays that all have the same."""
    known = [kind.dims for kind in kinds if kind.dims is not None]
    if len(known) != len(kinds) or len({len(dims) for dims in known}) != 1:
        return None
    return tuple(equal_dim(list(column)) for column in zip(*known, strict=True))


def text_argument(call: Call, name: str) -> str | None:
    """A literal string argument."""
    operand = call.get(name)
    return operand.value if isinstance(operand, Const) and operand.kind == STR else None
