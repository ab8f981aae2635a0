"""What generating costs, and what a call costs beyond the generated function.

These are absolute: processor times, the least of several, which say least about what else the machine does.
"""
from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sad import differentiate
from s2sad.backend import load
from s2sad.derivative import Derivative

ROUNDS = 25
IN_TURN = 10
CALLS = 2000


def twenty_lines(x, y, w, n):
    a = np.sin(x) * y
    b = np.tanh(a @ w)
    total = 0.0
    for i in range(n):
        c = b * i + np.exp(-a)
        d = np.sum(c * c)
        if d > 10.0:
            total = total + np.log(d)
            a = a * 0.5
        else:
            total = total - d
            a = a + x
        e = np.maximum(a, 0.0)
        total = total + np.mean(e)
    f = np.where(x > 0.0, np.sqrt(np.abs(x) + 1.0), x)
    g = np.stack([a, f])
    h = g.reshape(-1) ** 2
    k = np.dot(h[: len(x)], x)
    return total * k + np.sum(b)


def floats(x, y):
    return x * y


def arrays(x, y, w, n):
    return np.dot(x, y)


def report() -> list[tuple[str, float, float, str]]:
    """What was measured, its value, the bound that it has to keep, and the unit.

    All is measured in turns, some seconds long: what slows the machine down meanwhile does so to a part of the rounds.
    """
    two_floats, three_arrays = Call(floats, (1.5, 2.5)), Call(arrays, arguments())
    rounds = [(from_source(), from_disk(), *two_floats.times(), *three_arrays.times(), import_time())
              for _ in range(ROUNDS)]
    source, disk, floats_in_all, floats_alone, arrays_in_all, arrays_alone, start = map(min, zip(*rounds, strict=True))
    return [
        ("20 lines from source, without the disk cache", 1e3 * source, 10.0, "ms"),
        ("20 lines from the disk cache", 1e3 * disk, 1.0, "ms"),
        ("decorated call, beyond the generated function: two floats", 1e6 * (floats_in_all - floats_alone), 2.0, "µs"),
        ("decorated call, beyond the generated function: three arrays and an int",
         1e6 * (arrays_in_all - arrays_alone), 2.0, "µs"),
        ("`import s2sad` beyond NumPy", 1e3 * start, 60.0, "ms"),
    ]


def arguments() -> tuple[Any, ...]:
    rng = np.random.default_rng(0)
    return rng.normal(size=8), rng.normal(size=8), rng.normal(size=(8, 8)), 3


def from_source() -> float:
    """Seconds until a new derivative has its code, nothing being kept on disk."""
    os.environ["S2SAD_CACHE"] = "off"
    found = min(first_call() for _ in range(IN_TURN))
    del os.environ["S2SAD_CACHE"]
    return found


def from_disk() -> float:
    return min(first_call() for _ in range(IN_TURN))


def first_call() -> float:
    """Seconds that a derivative takes to have its code that no call of `value_and_grad` has made before."""
    load._code.cache_clear()  # what Python compiled of the same text the last time
    derivative = Derivative(twenty_lines, "value_and_grad", (0, 1, 2), False)
    start = time.process_time()
    derivative.generated(*arguments())
    return time.process_time() - start


class Call:
    """What a call of a decorated function's derivative takes, and one of the generated function."""

    def __init__(self, program: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self.derivative, self.given = differentiate(program).value_and_grad, given
        self.function = self.derivative.generated(*given)

    def times(self) -> tuple[float, float]:
        return timed(self.derivative, self.given), timed(self.function, self.given)


def timed(function: Callable[..., Any], given: tuple[Any, ...]) -> float:
    start = time.process_time()
    for _ in range(CALLS):
        function(*given)
    return (time.process_time() - start) / CALLS


IMPORT = """
import time, numpy
start = time.process_time()
import s2sad
print(time.process_time() - start)
"""


def import_time() -> float:
    """Seconds that importing takes in a new process that has NumPy already."""
    return float(subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True).stdout)


def lines() -> list[str]:
    return [
        f"{'pass' if value <= bound else 'miss'}  {says}: {value:.2f} {unit}, at most {bound:g}"
        for says, value, bound, unit in report()
    ]
