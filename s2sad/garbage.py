"""The collector of reference cycles rests while the compiler works.

What the compiler builds lives until it is done. The collector looks through it again and again and finds nothing,
which takes as long as all the rest where programs are large.
"""
from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_compiling = 0
_stopped = False


@contextmanager
def kept() -> Iterator[None]:
    """Collect no cycles in here; the last of several threads that leaves turns the collector on, if it was on."""
    global _compiling, _stopped
    with _lock:
        _compiling += 1
        if _compiling == 1:
            _stopped = gc.isenabled()
            gc.disable()
    try:
        yield
    finally:
        with _lock:
            _compiling -= 1
            if not _compiling and _stopped:
                gc.enable()
