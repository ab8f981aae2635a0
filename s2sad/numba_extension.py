"""What Numba makes of a function that `differentiate` decorates: a function that it compiles.

Numba itself imports this, by the entry point ``numba_extensions``, before it compiles anything.
"""
from __future__ import annotations

from typing import Any

import numba
from numba.core import types
from numba.extending import typeof_impl

from s2sad.api import Differentiated
from s2sad.dispatchers import is_dispatcher, unwrapped


def register() -> None:
    """Called by Numba; what there is to register is registered by the import."""


@typeof_impl.register(Differentiated)
def _typeof(value: Differentiated, context: Any) -> Any:
    return types.Dispatcher(_dispatcher(value))


def _dispatcher(value: Differentiated) -> Any:
    """The function as Numba calls it: made once, so that it is compiled once."""
    if not hasattr(value, "_s2sad_dispatcher"):
        primal: Any = value
        while isinstance(primal, Differentiated):
            primal = primal.__s2sad_primal__
        compiled = primal if is_dispatcher(primal) else numba.njit(unwrapped(primal))
        value._s2sad_dispatcher = compiled  # type: ignore[attr-defined]
    return value._s2sad_dispatcher  # type: ignore[attr-defined]
