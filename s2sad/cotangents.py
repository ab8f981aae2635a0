"""A cotangent that is passed in, made to fit the value that it belongs to."""
from __future__ import annotations

from typing import Any

import numpy as np

from s2sad.errors import SignatureError


def conform(cotangent: Any, out: Any) -> Any:
    """A cotangent as a value of the structure, shape and dtype of ``out``; `SignatureError` where it has another."""
    if isinstance(out, (tuple, list)):
        if not isinstance(cotangent, (tuple, list)) or len(cotangent) != len(out):
            raise SignatureError(f"the cotangent must be a {type(out).__name__} of {len(out)}, as the value is")
        items = [conform(c, o) for c, o in zip(cotangent, out, strict=True)]
        return type(out)(*items) if hasattr(out, "_fields") else type(out)(items)
    if isinstance(out, dict):
        if not isinstance(cotangent, dict) or cotangent.keys() != out.keys():
            raise SignatureError(f"the cotangent must be a dict with the keys {list(out)}, as the value is")
        return {key: conform(cotangent[key], value) for key, value in out.items()}
    if isinstance(out, np.ndarray):
        given = _as_array(cotangent)
        _check_real(given, out)
        array = _as_array(given, out.dtype)
        if array.shape != out.shape:
            raise SignatureError(f"the cotangent has shape {array.shape}, the value has shape {out.shape}")
        return array
    if isinstance(out, (float, complex, np.generic)):
        if np.ndim(cotangent) != 0:
            raise SignatureError(f"the cotangent has shape {np.shape(cotangent)}, the value is a number")
        _check_real(cotangent, out)
        return type(out)(cotangent)
    return cotangent


def _check_real(cotangent: Any, out: Any) -> None:
    if np.iscomplexobj(cotangent) and not np.iscomplexobj(out):
        raise SignatureError("the cotangent is complex, the value is real")


def _as_array(cotangent: Any, dtype: Any = None) -> Any:
    try:
        return np.asarray(cotangent, dtype)
    except (TypeError, ValueError) as error:
        raise SignatureError(f"the cotangent is not an array of numbers: {error}") from None
