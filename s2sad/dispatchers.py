"""The Python function behind a callable that somebody has wrapped: `differentiate`, or Numba's `njit`."""
from __future__ import annotations

import sys
from typing import Any

# The module of the functions that make derivatives.
DERIVATIVES = "s2sad.api"


class CompiledLater:
    """A callable whose code is generated when it is called: before that there is nothing to differentiate."""


def is_dispatcher(value: Any) -> bool:
    """Whether this is a function that Numba compiles; Numba is not imported to find out."""
    dispatchers = sys.modules.get("numba.core.dispatcher")
    return dispatchers is not None and isinstance(value, dispatchers.Dispatcher)


def is_numba_ufunc(value: Any) -> bool:
    """Whether this is what Numba's ``vectorize`` or ``guvectorize`` has made of a function."""
    ufuncs = sys.modules.get("numba.np.ufunc.ufunc_base")
    return ufuncs is not None and isinstance(value, ufuncs.UfuncBase)


def is_prange(value: Any) -> bool:
    """Whether this is Numba's range of independent iterations."""
    special = sys.modules.get("numba.misc.special")
    return special is not None and value is special.prange


def is_numba_function(value: Any) -> bool:
    return is_dispatcher(value) or is_numba_ufunc(value)


def unwrapped(value: Any) -> Any:
    """What is differentiated where this is called: the value itself, unless it wraps a Python function."""
    while True:
        inner = getattr(value, "__s2sad_primal__", value)
        inner = inner.py_func if is_dispatcher(inner) else inner
        if inner is value:
            return value
        value = inner


def is_serial(value: Any) -> bool:
    """Whether Numba compiles a function without `parallel=True`: its `prange` loops are loops like others."""
    while hasattr(value, "__s2sad_primal__"):
        value = value.__s2sad_primal__
    return is_dispatcher(value) and not value.targetoptions.get("parallel", False)


def options_of(value: Any) -> tuple[tuple[str, Any], ...]:
    """The options that a function was given to Numba with, where they are not Numba's own."""
    while hasattr(value, "__s2sad_primal__"):
        value = value.__s2sad_primal__
    given = value.targetoptions if is_dispatcher(value) else {}
    return tuple(sorted((key, option) for key, option in given.items() if key in _CARRIED and option != _CARRIED[key]))


# The options that decide what the compiled code computes, or how fast, and what they are if not given.
_CARRIED: dict[str, Any] = {
    "boundscheck": None, "error_model": "python", "fastmath": False, "nogil": False, "parallel": False,
}
