"""Times, first calls and peaks of one row: everything interleaved in rounds, ratios within a round, medians.

A time is the processor time of this process, all of its threads together: what the rest of the machine does counts
as little as possible, and a second thread wins nothing.
"""
from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks import size
from benchmarks.checking import agree
from benchmarks.columns import Column, Skip, argnums, reason
from benchmarks.row import Row
from s2sad import value_and_grad

SECONDS_A_SAMPLE = 0.01
SECONDS_A_COLUMN = 2.0
TRACED = ("hand", "best", "s2sad")


@dataclass
class Measured:
    """What was found for one row. ``times`` holds seconds by column and round; ``why`` the reason of a gap."""

    row: Row
    times: dict[str, dict[int, float]] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)
    statements: dict[str, int] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)

    def ratio(self, one: str, two: str) -> float | None:
        """The median over the rounds of the ratio of two columns; None where one of them is missing."""
        if one not in self.times or two not in self.times:
            return None
        left, right = self.times[one], self.times[two]
        return statistics.median(left[at] / right[at] for at in left.keys() & right.keys())

    def memory(self, one: str, two: str) -> float | None:
        return self.peaks[one] / self.peaks[two] if one in self.peaks and two in self.peaks else None


def measure(row: Row, columns: Sequence[Column], rounds: int, sizes: dict[str, int] | None = None) -> Measured:
    """Check and time the columns on a row at its full size, or at other ones."""
    arguments = row.arguments(**(sizes or row.full))
    found = Measured(row)
    calls = {}
    expected = row.by_hand(*arguments)
    for column in columns:
        try:
            calls[column.name] = prepare(column, row, arguments, expected, found)
        except Skip as skip:
            found.why[column.name] = str(skip)
        except Exception as error:
            found.why[column.name] = reason(error)
    for name, call in calls.items():
        if name in TRACED:
            found.peaks[name] = peak(call)
    take(calls, rounds, {column.name for column in columns if column.compiles}, found)
    found.statements = statements(row, arguments)
    return found


def statements(row: Row, arguments: tuple[Any, ...]) -> dict[str, int]:
    """How long the program, its adjoint by hand and the generated one are."""
    text = value_and_grad(row.primal, argnums(row)).source(*arguments)
    return {
        "primal": size.in_function(row.primal),
        "hand": size.in_function(row.by_hand),
        "s2sad": size.in_text(text),
    }


def prepare(column: Column, row: Row, arguments: tuple[Any, ...], expected: Any, found: Measured) -> Callable[[], Any]:
    """The column's call, made once: its gradient is right before it is timed."""
    call = column.make(row, arguments)  # imports what the column needs; nobody compiles before the first call
    start = time.process_time()
    result = call()
    found.first[column.name] = time.process_time() - start
    if column.gradient:
        agree(result, expected)
    return call


def take(calls: dict[str, Callable[[], Any]], rounds: int, compiled: set[str], found: Measured) -> None:
    """Fill in the times. A slow column sits out the later rounds; of a very slow one the first call is enough."""
    repeats, spent = {}, {}
    for name, call in calls.items():
        first = found.first[name]
        once = first if first > SECONDS_A_COLUMN and name not in compiled else timed(call, 1)
        repeats[name] = max(1, int(SECONDS_A_SAMPLE / max(once, 1e-7)))
        spent[name] = once
        found.times[name] = {0: once}
    for number in range(rounds):
        for name, call in calls.items():
            if spent[name] < SECONDS_A_COLUMN:
                found.times[name][number] = timed(call, repeats[name])
                spent[name] += found.times[name][number] * repeats[name]


def timed(call: Callable[[], Any], repeat: int) -> float:
    """Seconds a call."""
    start = time.process_time()
    for _ in range(repeat):
        call()
    return (time.process_time() - start) / repeat


def peak(call: Callable[[], Any]) -> int:
    """The most memory that Python and NumPy held at one time, in bytes."""
    tracemalloc.start()
    result = call()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    del result
    return found
