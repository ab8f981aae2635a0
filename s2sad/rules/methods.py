"""Methods and attributes of arrays.

A method is the primitive of the same parameters, with the array as the first. Methods that change the
array are not here.
"""
from __future__ import annotations

METHODS: dict[str, str] = {
    **{name: f"numpy.{name}" for name in (
        "all", "any", "argmax", "argmin", "argsort", "cumprod", "cumsum", "diagonal", "dot", "max", "mean",
        "min", "nonzero", "prod", "ptp", "repeat", "round", "searchsorted", "squeeze", "std", "sum",
        "swapaxes", "take", "trace", "var",
    )},
    **{name: f"array.{name}" for name in (
        "astype", "clip", "copy", "flatten", "item", "ravel", "reshape", "tolist", "transpose",
    )},
    "conj": "numpy.conj",
    "conjugate": "numpy.conj",
}

ATTRIBUTES: frozenset[str] = frozenset({
    "T", "mT", "real", "imag", "shape", "ndim", "size", "dtype", "itemsize", "nbytes", "strides", "flags",
})

# Methods of any object that leave it as it is.
PURE_METHODS = frozenset({
    "index", "count", "join", "split", "startswith", "endswith", "format", "upper", "lower", "strip",
    "keys", "values", "items", "get", "tolist", "item", "astype", "is_integer", "hex", "bit_length",
})

# Builtins that read their arguments and no more.
_HARMLESS = frozenset({
    print, len, repr, str, type, isinstance, issubclass, hasattr, callable, id, hash, format, bool, int,
    sorted, set, frozenset, list, tuple, dict, range, zip, enumerate, reversed, any, all, iter, vars, dir,
})


def is_harmless(function: object) -> bool:
    """Whether calling this leaves its arguments as they are, and keeps none of them."""
    try:
        return function in _HARMLESS
    except TypeError:
        return False
