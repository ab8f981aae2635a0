"""NumPy functions that no derivative flows through, with the kinds of what they return.

Draws of random numbers are not among them: they are no functions of their arguments.
"""
from __future__ import annotations

from s2sad.ir.kinds import BOOL, INT, STR, UNKNOWN, Array, Dim, Kind, Tuple
from s2sad.rules.kinds import (
    always,
    array_kind,
    dims_of,
    is_none,
    numpy_arithmetic,
    numpy_boolean,
    over,
    product_dim,
    reduced_to,
    settled,
    strong,
    unknown,
    with_dtype,
)
from s2sad.rules.numpy_arrays import like
from s2sad.rules.table import Call, KindRule, flat, function


def _rounded(call: Call) -> Kind:
    """Floats keep their dtype; what becomes of an integer depends on the version of NumPy."""
    kind = call.kind("x")
    dtype = getattr(kind, "dtype", "any")
    if dtype.startswith(("float", "complex")):
        return settled(strong(kind))
    return Array("any", dims_of(kind)) if isinstance(kind, Array) else UNKNOWN


def _round(call: Call) -> Kind:
    return settled(strong(call.kind("x")))


def _order(call: Call) -> Kind:
    made = array_kind(call.context, call.bound["x"])
    if is_none(call.get("axis")) and "axis" in call.bound:
        dims = dims_of(made)
        return Array("int64", None if dims is None else (product_dim(dims),))
    return Array("int64", (1,)) if dims_of(made) == () else with_dtype(made, "int64")


def _shape(call: Call) -> Kind:
    made = array_kind(call.context, call.bound["x"])
    dims = dims_of(made)
    return UNKNOWN if dims is None else Tuple((INT,) * len(dims))


def _found(name: str) -> KindRule:
    """Places as many as the values of a parameter."""

    def kind(call: Call) -> Kind:
        return settled(with_dtype(strong(call.kind(name)), "int64"))

    return kind


def places(kind: Kind, call: Call) -> Kind:
    """Where an array is true: an array of places for each dimension."""
    dims = dims_of(kind)
    return UNKNOWN if dims is None else Tuple((Array("int64", (Dim(call.fresh()),)),) * max(len(dims), 1))


def _nonzero(call: Call) -> Kind:
    return places(call.kind("x"), call)


def _line(call: Call) -> Kind:
    return Array("int64", (Dim(call.fresh()),))


def _close(call: Call) -> Kind:
    return over("x", "y", rule=numpy_boolean)(call)


def _type(dtype: str) -> KindRule:
    return lambda call: settled(with_dtype(strong(call.kind("x")), dtype))


def _counted(call: Call) -> Kind:
    weights = call.get("weights")
    return Array("int64" if is_none(weights) else "float64", (Dim(call.fresh()),))


def _corners(call: Call) -> Kind:
    length = Dim(call.fresh())
    return Tuple((Array("int64", (length,)),) * 2)


def _mask_of(call: Call) -> Kind:
    return with_dtype(like(call), "bool")


flat(reduced_to("int64"), "np.argmax(x, axis=None, out=None, keepdims=False)",
     "np.argmin(x, axis=None, out=None, keepdims=False)", "np.count_nonzero(x, axis=None, keepdims=False)",
     "np.nanargmax(x, axis=None)", "np.nanargmin(x, axis=None)")
flat(reduced_to("bool"), "np.any(x, axis=None, out=None, keepdims=False)",
     "np.all(x, axis=None, out=None, keepdims=False)")
flat(_rounded, "np.floor(x)", "np.ceil(x)", "np.trunc(x)", "np.rint(x)")
flat(_round, "np.round(x, decimals=0)", "np.around(x, decimals=0)")
flat(numpy_boolean, *(f"np.{name}(x, y)" for name in (
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
    "logical_and", "logical_or", "logical_xor",
)), "np.logical_not(x)")
flat(numpy_arithmetic, "np.bitwise_and(x, y)", "np.bitwise_or(x, y)", "np.bitwise_xor(x, y)", "np.invert(x)",
     "np.left_shift(x, y)", "np.right_shift(x, y)", "np.gcd(x, y)", "np.lcm(x, y)")
flat(_close, "np.isclose(x, y, rtol=0, atol=0, equal_nan=False)")
flat(always(BOOL), "np.allclose(x, y, rtol=0, atol=0, equal_nan=False)",
     "np.array_equal(x, y, equal_nan=False)", "np.array_equiv", "np.isscalar", "np.iterable",
     "np.iscomplexobj", "np.isrealobj", "np.issubdtype", "np.shares_memory", "np.may_share_memory",
     "np.can_cast")
flat(always(STR), "np.array2string", "np.array_str", "np.array_repr")
flat(_order, "np.argsort(x, axis=-1, kind=None)")
flat(_found("v"), "np.searchsorted(a, v, side=None, sorter=None)")
flat(_found("x"), "np.digitize(x, bins, right=False)")
flat(_nonzero, "np.nonzero(x)")
flat(_line, "np.flatnonzero(x)")
flat(_mask_of, "np.isin(x, values)")
flat(_shape, "np.shape(x)")
flat(always(INT), "np.ndim(x)", "np.size(x, axis=None)")
flat(_corners, "np.triu_indices(n, k=0, m=None)", "np.tril_indices(n, k=0, m=None)", "np.diag_indices(n)")
flat(_type("int64"), "np.int64(x)", "np.intp(x)")
flat(_type("int32"), "np.int32(x)")
flat(_type("bool"), "np.bool_(x)")
flat(unknown, "np.argwhere", "np.argpartition", "np.lexsort", "np.unravel_index", "np.ravel_multi_index",
     "np.indices", "np.ix_", "np.result_type", "np.promote_types", "np.min_scalar_type", "np.finfo",
     "np.iinfo", "np.dtype", "np.broadcast_shapes", "np.common_type")
# the bins are counts; only the weights are added up
function("np.bincount(x, weights=None, minlength=0)", _counted, bounded=True, x=None, weights="g[x]")
