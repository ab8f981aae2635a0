"""Reverse loops that a selection may have no work for are under a test of that."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests.support import check_every_element

A = np.sin(np.arange(15.0)).reshape(5, 3)
W = np.array([0.6, -0.8, 0.3])


def rectified(a, w):
    total = 0.0
    for i in range(a.shape[0]):
        s = w[0]
        for j in range(a.shape[1]):
            s += a[i, j] * w[j]
        total += max(s, 0.0) ** 2
    return total


def pay_off(a, w):
    total = 0.0
    for i in range(a.shape[0]):
        s = 1.0
        for j in range(a.shape[1]):
            s = s * math.exp(a[i, j] * w[j])
        if s > 1.0:
            total += (s - 1.0) / a.shape[0]
    return total


def partly(a, w):
    """The loop has something to do for the product even where the maximum is not taken."""
    total = 0.0
    for i in range(a.shape[0]):
        s = w[0]
        r = 1.0
        for j in range(a.shape[1]):
            s += a[i, j] * w[j]
            r = r * math.cos(a[i, j] * w[j])
        total += max(s, 0.0) ** 2 + r
    return total


def outermost(a, w):
    s = 0.0
    for j in range(a.shape[1]):
        s += math.sin(a[0, j] * w[j])
    return max(s, 0.1)


PROGRAMS = {"rectified": (rectified, True), "partly": (partly, False), "outermost": (outermost, False)}


@pytest.mark.parametrize("which", PROGRAMS)
def test_text(which: str) -> None:
    """With NumPy all that is left goes under the test itself."""
    program, skipped = PROGRAMS[which]
    assert ("if not s < 0.0:\n" in value_and_grad(program, (0, 1)).source(A, W)) == skipped


@pytest.mark.parametrize("which", PROGRAMS)
def test_compiled_text(which: str) -> None:
    pytest.importorskip("numba")
    program, skipped = PROGRAMS[which]
    assert ("_bar != 0.0:\n" in value_and_grad(program, (0, 1), backend="numba").source(A, W)) == skipped


def test_what_lies_on_a_tape_is_taken_off() -> None:
    assert "_bar != 0.0:\n" not in value_and_grad(pay_off, (0, 1)).source(A, W)
    pytest.importorskip("numba")
    compiled = value_and_grad(pay_off, (0, 1), backend="numba").source(A, W)
    assert "_bar != 0.0:\n" not in compiled
    arm = compiled.split("        if test:\n")[-1]  # a place of an array may be left unread: the loop goes there
    assert "            for j in range(a.shape[1] - 1, -1, -1):\n                s = s_tape[j]\n" in arm


@pytest.mark.parametrize("program", [rectified, pay_off, partly, outermost])
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(program: Any, backend: str) -> None:
    check_every_element(program, (A, W), backend)
