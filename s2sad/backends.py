"""What derivatives can be generated for."""
from __future__ import annotations

from s2sad.errors import SignatureError

BACKENDS = ("numpy", "numba")


def check_backend(backend: str) -> None:
    if backend not in BACKENDS:
        raise SignatureError(f"there is no backend {backend!r}", hint=f"there are {' and '.join(map(repr, BACKENDS))}")
