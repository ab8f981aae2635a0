"""Nests of loops over elements that update arrays in place."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests import nests


@pytest.mark.parametrize("seed", range(60))
def test_random_nests(seed: int) -> None:
    outcome, text = nests.check(seed, "numpy")
    assert outcome in ("right", "rough"), f"{outcome}\n{text}"


@pytest.mark.usefixtures("numba_in_python")
@pytest.mark.parametrize("seed", range(60, 100))
def test_random_nests_for_numba(seed: int) -> None:
    outcome, text = nests.check(seed, "numba")
    assert outcome in ("right", "rough"), f"{outcome}\n{text}"


# --- what was read for the last time as it is at the end need not be put back ----------------------------


def eliminated(a, b):
    u = a.copy()
    x = b.copy()
    n = x.shape[0]
    for k in range(n):
        for i in range(k + 1, n):
            f = u[i, k] / u[k, k]
            for j in range(k, n):
                u[i, j] -= f * u[k, j]
            x[i] -= f * x[k]
    s = 0.0
    for i in range(n):
        s += x[i] * x[i] * u[i, i]
    return s


def substituted(a, b):
    x = b.copy()
    for i in range(x.shape[0] - 1, -1, -1):
        s = x[i]
        for j in range(i + 1, x.shape[0]):
            s -= a[i, j] * x[j]
        x[i] = s / a[i, i]
    return np.sum(x * x)


def rising(a, b):
    """A row that is read is updated again later: it has to be put back."""
    u = a.copy()
    n = b.shape[0]
    s = 0.0
    for k in range(1, n):
        for i in range(k, n):
            for j in range(n):
                u[i, j] = math.sin(u[i, j] * u[k - 1, j]) + b[i]
    for i in range(n):
        s += u[i, i]
    return s


A = np.array([[4.0, 0.3, -0.7, 0.2], [0.5, 3.0, 0.4, -0.1], [0.2, -0.6, 5.0, 0.9], [0.1, 0.8, -0.3, 4.0]])
B = np.array([0.7, -0.4, 1.1, 0.3])


@pytest.mark.parametrize("program, kept", [(eliminated, False), (substituted, False), (rising, True)])
def test_what_is_put_back(program: Any, kept: bool) -> None:
    derivative = value_and_grad(program, (0, 1))
    assert ("_old" in derivative.source(A, B)) == kept
    value, (a_bar, b_bar) = derivative(A, B)
    assert value == pytest.approx(program(A, B), rel=1e-14)
    h = 1e-6
    for bar, change in ((a_bar, lambda step: (A + step, B)), (b_bar, lambda step: (A, B + step))):
        for place in np.ndindex(bar.shape):
            step = np.zeros(bar.shape)
            step[place] = h
            expected = (program(*change(step)) - program(*change(-step))) / (2 * h)
            assert bar[place] == pytest.approx(expected, rel=1e-6, abs=1e-8)
