"""The backends by name."""
from __future__ import annotations

from s2sad.backend.dialect import NUMPY, Dialect


def dialect_of(backend: str) -> Dialect:
    if backend == "numba":
        from s2sad.backend.numba_forms import NUMBA

        return NUMBA
    return NUMPY
