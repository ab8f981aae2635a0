"""Adjoints written in C: compiled with `cc -O3`, called through ctypes.

A source defines ``double value_and_grad(…)``. Each argument of the program is a parameter (double, long, or a pointer
followed by the lengths of the array's dimensions as longs); after them comes a pointer for each gradient.
"""
from __future__ import annotations

import ctypes
import functools
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")
PRELUDE = "#include <math.h>\n#include <stdlib.h>\n#include <string.h>\n"


def compiler() -> str | None:
    return shutil.which("cc")


@functools.lru_cache
def library(source: str) -> Any:
    """The compiled function; its folder is removed at once, the loaded library stays."""
    with tempfile.TemporaryDirectory() as folder:
        text, built = Path(folder, "adjoint.c"), Path(folder, "adjoint.so")
        text.write_text(PRELUDE + source)
        subprocess.run([compiler() or "cc", *FLAGS, str(text), "-o", str(built), "-lm"], check=True)
        function = ctypes.CDLL(str(built)).value_and_grad
    function.restype = ctypes.c_double
    return function


def adjoint(source: str, places: list[int]) -> Callable[..., Any]:
    """A Python function that calls the C one; ``places`` are the positions of the arguments differentiated."""
    function = library(source)

    def call(*arguments: Any) -> Any:
        bars = [np.zeros(np.shape(arguments[place])) for place in places]
        given = [piece for argument in arguments for piece in passed(argument)]
        value = function(*given, *(bar.ctypes.data_as(ctypes.c_void_p) for bar in bars))
        return value, tuple(bars) if len(bars) > 1 else bars[0]

    return call


def passed(argument: Any) -> list[Any]:
    """An argument as C sees it."""
    if isinstance(argument, np.ndarray):
        return [argument.ctypes.data_as(ctypes.c_void_p), *(ctypes.c_long(length) for length in argument.shape)]
    return [ctypes.c_long(argument) if isinstance(argument, int) else ctypes.c_double(argument)]
