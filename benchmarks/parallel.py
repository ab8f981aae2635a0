"""What threads bring: parallel loops and their derivatives against the same without `parallel=True`.

    python -m benchmarks.parallel [THREADS]

Wall time, for processor time adds up what threads do at once: the figures say something on a machine with as many idle
processors as threads. The first row is a loop that shares nothing, which says what there was to gain; the column of
one thread, what the parallel form costs.
"""
from __future__ import annotations

import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from typing import Any

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
os.environ.update(NUMBA_NUM_THREADS=str(THREADS), OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numba  # noqa: E402
import numpy as np  # noqa: E402

from s2sad import value_and_grad  # noqa: E402
from tests import test_parallel as programs  # noqa: E402

ROUNDS = 21
draw = np.random.default_rng(0).random
CASES: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = (
    (programs.sum_of_numbers, (draw(300_000), 2.0)),
    (programs.rows_with_weights, (draw(50), draw((20_000, 50)))),
    (programs.product, (draw((200, 200)), draw((200, 200)))),
    (programs.while_loop_inside, (draw(100_000), 1.1)),
    (programs.rows_updated, (draw((5_000, 30)), draw(30))),
    (programs.network, (draw((4_000, 30)), draw((30, 20)), draw(20))),
    (programs.mixture, (draw((10_000, 20)), draw((10_000, 20)))),
    (programs.stencil, (draw(1_000_000), 0.1)),
    (programs.exchanged_in_time_steps, (draw(100_000), draw(100_000), 10)),
    (programs.bodies, (draw(500), draw(500), 2)),
)


def ratios(serial: Callable[..., Any], parallel: Callable[..., Any], arguments: tuple[Any, ...]) -> list[float]:
    """Parallel to serial, on one thread and on all: medians of ratios within interleaved rounds."""
    found: dict[int, list[float]] = {1: [], THREADS: []}
    for _ in range(ROUNDS):
        alone = seconds(serial, arguments)
        for threads, times in found.items():
            numba.set_num_threads(threads)
            times.append(seconds(parallel, arguments) / alone)
    return [statistics.median(times) for times in found.values()]


def seconds(function: Callable[..., Any], arguments: tuple[Any, ...]) -> float:
    given = [np.copy(one) if isinstance(one, np.ndarray) else one for one in arguments]
    start = time.perf_counter()
    function(*given)
    return time.perf_counter() - start


def main() -> None:
    warnings.simplefilter("ignore")
    print(f"{'parallel / serial, wall time':30}  {'program':>18}  {'value and gradient':>18}")
    print(f"{'':30}  {'1 thread':>9} {f'{THREADS}':>8}  {'1 thread':>9} {f'{THREADS}':>8}", flush=True)
    for program, arguments in CASES:
        compiled = numba.njit(program), numba.njit(parallel=True)(program)
        wrt = programs.places(arguments)
        derivatives = [value_and_grad(one, wrt, backend="numba") for one in compiled]
        for one in (*compiled, *derivatives):
            seconds(one, arguments)
        cells = [*ratios(*compiled, arguments), *ratios(*derivatives, arguments)]
        print(f"{program.__name__:30}  {cells[0]:9.2f} {cells[1]:8.2f}  {cells[2]:9.2f} {cells[3]:8.2f}", flush=True)


if __name__ == "__main__":
    main()
