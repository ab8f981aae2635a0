"""The programs that are measured: what is written by hand is right, and what is generated agrees with it."""
from __future__ import annotations

import numpy as np
import pytest

from benchmarks import native
from benchmarks.checking import against_differences, agree
from benchmarks.columns import argnums, places
from benchmarks.measure import peak
from benchmarks.rows import ROWS
from s2sad import value_and_grad

rows = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@rows
def test_by_hand_against_differences(row):
    against_differences(row, row.by_hand, row.arguments(**row.small))


@rows
def test_hands_agree(row):
    arguments = row.arguments(**row.small)
    expected = row.by_hand(*arguments)
    np.testing.assert_allclose(row.primal(*arguments), expected[0], rtol=1e-10)
    for other in (row.best_hand, row.numba_hand):
        if callable(other):
            agree(other(*arguments), expected)


@pytest.mark.skipif(native.compiler() is None, reason="no C compiler")
@pytest.mark.parametrize("row", [row for row in ROWS if row.c_hand], ids=lambda row: row.name)
def test_c_agrees(row):
    arguments = row.arguments(**row.small)
    agree(native.adjoint(row.c_hand, places(row))(*arguments), row.by_hand(*arguments))


@rows
def test_peak_memory_is_that_of_the_hand(row):
    """The goal of `benchmarks.goals`: memory is counted, so that it is the same whatever else the machine does.

    There are more steps than Python keeps tuples, so that what ran before makes no difference.
    """
    sizes = {name: min(size, 6000) if name == "steps" else size for name, size in row.full.items()}
    arguments = row.arguments(**sizes)
    derivative = value_and_grad(row.primal, argnums(row))
    derivative(*arguments)
    assert peak(lambda: derivative(*arguments)) <= 1.1 * peak(lambda: row.by_hand(*arguments))


@rows
def test_generated_agrees(row):
    arguments = row.arguments(**row.small)
    agree(value_and_grad(row.primal, argnums(row))(*arguments), row.by_hand(*arguments))
