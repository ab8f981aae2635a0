"""Measure: `python -m benchmarks`. One thread; ratios in one run, interleaved, medians."""
from __future__ import annotations

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import ast  # noqa: E402
import inspect  # noqa: E402
import statistics  # noqa: E402
import tempfile  # noqa: E402
import textwrap  # noqa: E402
import time  # noqa: E402
import tracemalloc  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

from benchmarks.programs import Program, programs  # noqa: E402
from s2sad import value_and_grad  # noqa: E402

ROUNDS = 41
SECONDS_A_ROUND = 0.01


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["S2SAD_CACHE_DIR"] = folder
        against_hand()
        compile_time()
        size()


# -- generated against written by hand ------------------------------------------------------------


def against_hand() -> None:
    print(f"{'value and gradient':34} {'statements':>14} {'time':>6} {'memory':>7}   generated / by hand")
    for name, program in programs().items():
        derivative = value_and_grad(program.primal, program.wrt if len(program.wrt) > 1 else program.wrt[0])
        generated = derivative.generated(*program.arguments)
        check(program, generated)
        counts = statements(derivative.source(*program.arguments)), statements(inspect.getsource(program.by_hand))
        ratio = interleaved(generated, program.by_hand, program.arguments)
        memory = peak(generated, program.arguments) / peak(program.by_hand, program.arguments)
        print(f"{name:34} {counts[0]:5} / {counts[1]:5}  {ratio:6.2f} {memory:7.2f}")


def check(program: Program, generated: Callable[..., Any]) -> None:
    """The gradient is right before it is timed."""
    value, found = generated(*program.arguments)
    expected_value, expected = program.by_hand(*program.arguments)
    np.testing.assert_allclose(value, expected_value, rtol=1e-10)
    pairs = zip(found, expected, strict=True) if isinstance(expected, tuple) else [(found, expected)]
    for one, two in pairs:
        np.testing.assert_allclose(one, two, rtol=1e-8, atol=1e-10)


def statements(text: str) -> int:
    """The statements of a module's functions, docstrings and helpers not counted."""
    tree = ast.parse(textwrap.dedent(text))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    nodes = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return sum(not (isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)) for n in nodes)


def interleaved(one: Callable[..., Any], two: Callable[..., Any], arguments: tuple[Any, ...]) -> float:
    """The median over rounds of the ratio of two times, each round one after the other."""
    repeat = max(1, int(SECONDS_A_ROUND / max(timed(one, arguments, 1), 1e-7)))
    return statistics.median(timed(one, arguments, repeat) / timed(two, arguments, repeat) for _ in range(ROUNDS))


def timed(function: Callable[..., Any], arguments: tuple[Any, ...], repeat: int) -> float:
    start = time.perf_counter()
    for _ in range(repeat):
        function(*arguments)
    return time.perf_counter() - start


def peak(function: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
    tracemalloc.start()
    function(*arguments)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


# -- what generating costs ------------------------------------------------------------------------


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


def compile_time() -> None:
    rng = np.random.default_rng(0)
    arguments = (rng.normal(size=8), rng.normal(size=8), rng.normal(size=(8, 8)), 3)
    os.environ["S2SAD_CACHE"] = "off"
    first_call(arguments)
    from_source = statistics.median(first_call(arguments) for _ in range(15))
    del os.environ["S2SAD_CACHE"]
    first_call(arguments)
    from_disk = statistics.median(first_call(arguments) for _ in range(15))
    print(f"\n20 lines: {1000 * from_source:.1f} ms from source, {1000 * from_disk:.2f} ms from the disk cache")


def first_call(arguments: tuple[Any, ...]) -> float:
    """The time that a new derivative takes to have its code."""
    derivative = value_and_grad(twenty_lines, (0, 1, 2))
    start = time.perf_counter()
    derivative.generated(*arguments)
    return time.perf_counter() - start


def size() -> None:
    program = programs()["loop with a branch, 2000 rounds"]
    sizes = {n: len(value_and_grad(program.primal).source(0.8, n)) for n in (1, 100, 10_000)}
    print(f"characters generated for 1, 100 and 10000 rounds: {', '.join(map(str, sizes.values()))}")


if __name__ == "__main__":
    main()
