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
