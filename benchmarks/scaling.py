"""How the cost grows: of a call with trip count and array size, of compiling with the size and shape of a program."""
from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import shapes, table
from benchmarks.columns import Column, reason
from benchmarks.measure import measure
from benchmarks.rows import ROWS
from s2sad import value_and_grad
from s2sad.derivative import Derivative

SECONDS_A_SIZE = 20.0


@dataclass(frozen=True)
class Running:
    """A row of the main table at other sizes; the columns that would take hours are left out."""

    title: str
    row: str
    size: str
    sizes: tuple[int, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Compiling:
    """Programs of growing size, their arguments, and the seconds that a size may take."""

    title: str
    make: Callable[[int], shapes.Program]
    arguments: tuple[Any, ...]
    wrt: tuple[int, ...]
    sizes: tuple[int, ...]
    bounds: dict[int, float]
    backend: str = "numpy"


QUICK = ("numpy", "numba", "c", "jax")
ALL = (*QUICK, "autograd", "torch")
VECTORS = tuple(np.random.default_rng(0).normal(size=(2, 8)))
MATRICES = tuple(np.random.default_rng(0).normal(size=(3, 4, 4)))
ELEMENTS = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)

RUNS = (
    Running("trip count: RK4 on an ODE, steps", "rk4", "steps", (10, 100, 1000, 10_000, 100_000), QUICK),
    Running("trip count: heat equation, steps", "heat", "steps", (10, 100, 1000), QUICK),
    Running("array size: `sum(2 sin a + 1)`, elements", "sines", "n", ELEMENTS, ALL),
    Running("array size: heat equation, elements", "heat", "n", ELEMENTS[1:5], ALL[:-2]),
    Running("array size: network, hidden units", "network", "hidden", (1, 8, 64, 512), ALL),
)
COMPILES = (
    Compiling("program size: scalar statements", shapes.straight, (0.3, 0.4), (0,),
              (10, 30, 100, 300, 1000, 3000, 10_000), {1000: 1.0, 10_000: 15.0}),
    Compiling("program size: array statements", shapes.array_statements, MATRICES, (0, 2),
              (10, 30, 100, 300, 1000, 3000, 10_000), {1000: 1.0, 10_000: 15.0}),
    Compiling("program size: statements in loops over elements", shapes.element_loops, VECTORS, (0, 1),
              (30, 100, 300, 1000, 3000, 10_000), {1000: 1.0, 10_000: 15.0}),
    Compiling("program size: array statements, to be compiled by Numba", shapes.array_statements, MATRICES, (0, 2),
              (10, 30, 100, 300, 1000, 3000), {}, "numba"),
    Compiling("nesting depth: loops", shapes.nested_loops, (0.3, 1), (0,), (1, 2, 4, 8, 12, 16), {16: 1.0}),
    Compiling("nesting depth: branches", shapes.nested_branches, (0.3, 1), (0,), (1, 2, 4, 8, 16, 32, 64), {64: 1.0}),
    Compiling("call depth: each function calls the next", shapes.called_once, (0.3, 0.4), (0,),
              (1, 3, 10, 30, 100), {100: 1.0}),
    Compiling("call depth: each function calls the next twice", shapes.called_twice, (0.3, 0.4), (0,),
              (1, 2, 4, 6, 8, 10, 12), {12: 1.0}),
)


# -- running --------------------------------------------------------------------------------------


def run(series: Running, columns: Sequence[Column], rounds: int) -> table.Cells:
    """Milliseconds of the adjoint by hand, and the other columns as multiples of it; last the code's size."""
    row = next(row for row in ROWS if row.name == series.row)
    columns = [column for column in columns if column.group in series.groups]
    cells = [["size", "hand, ms", *(column.title for column in columns[1:]), "characters"]]
    for size in series.sizes:
        sizes = {**row.full, series.size: size}
        found = measure(row, columns, rounds, sizes)
        length = len(value_and_grad(row.primal, row.wrt).source(*row.arguments(**sizes)))
        ratios = (table.number(found.ratio(column.name, "hand")) for column in columns[1:])
        cells.append([f"{size:,}", table.milliseconds(min(found.times["hand"].values())), *ratios, str(length)])
    return cells


# -- compiling ------------------------------------------------------------------------------------


def compile_series(series: Compiling) -> tuple[table.Cells, list[str]]:
    """Milliseconds from source by size, the power with which they grow, the code's size; and the bounds."""
    cells = [["size", "ms", "ms a unit", "growth", "characters"]]
    goals = []
    last: tuple[int, float] | None = None
    expected = 0.0
    for size in series.sizes:
        if expected > SECONDS_A_SIZE:
            cells.append([f"{size:,}", f"left out: {expected:.0f} s foreseen", "", "", ""])
            goals += bound(series, size, expected)
            break
        try:
            seconds, length = compiled(series, size)
        except Exception as error:
            cells.append([f"{size:,}", reason(error)[:60], "", "", ""])
            goals += [f"miss  {series.title}: {size:,} is refused"] if size in series.bounds else []
            break
        growth = math.log(seconds / last[1]) / math.log(size / last[0]) if last else None
        cells.append([f"{size:,}", table.milliseconds(seconds), table.milliseconds(seconds / size),
                      table.number(growth), str(length)])
        goals += bound(series, size, seconds)
        expected = seconds * (seconds / last[1] if last else 1.0)
        last = size, seconds
    return cells, goals


def bound(series: Compiling, size: int, seconds: float) -> list[str]:
    if size not in series.bounds:
        return []
    word = "pass" if seconds <= series.bounds[size] else "miss"
    return [f"{word}  {series.title}: {size:,} in {seconds:.2f} s, at most {series.bounds[size]:g}"]


def compiled(series: Compiling, size: int) -> tuple[float, int]:
    """The seconds that a derivative takes to be there, and the length of its text; the least of some."""
    program = series.make(size)
    times = []
    while len(times) < 5 and sum(times) < 0.5:
        wrt = series.wrt if len(series.wrt) > 1 else series.wrt[0]
        # `value_and_grad` would keep what it made.
        derivative = Derivative(program, "value_and_grad", wrt, False, backend=series.backend)
        start = time.process_time()
        derivative.generated(*series.arguments)
        times.append(time.process_time() - start)
    return min(times), len(derivative.source(*series.arguments))


def report(columns: Sequence[Column], rounds: int) -> tuple[dict[str, table.Cells], list[str]]:
    """Print every series; return their tables by title, and the bounds on compile time."""
    columns = [column for column in columns if column.name != "best"]
    tables, goals = {}, []
    os.environ["S2SAD_CACHE"] = "off"
    compiled(COMPILES[0], 10)  # what the first of all compilations does once
    for compiling in COMPILES:
        tables[compiling.title], more = compile_series(compiling)
        goals += more
        print(f"\n{compiling.title}\n{table.text(tables[compiling.title])}", flush=True)
    del os.environ["S2SAD_CACHE"]
    for running in RUNS:
        tables[running.title] = run(running, columns, rounds)
        print(f"\n{running.title}\n{table.text(tables[running.title])}", flush=True)
    print("\n" + "\n".join(goals))
    return tables, goals
