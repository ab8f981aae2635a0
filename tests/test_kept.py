"""What an update in place overwrites is read as it was kept, where that is all that is read of the array."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad

U = np.array([0.7, -0.4, 1.1, 0.3, -0.8, 0.5])


def diffusion(u, k):
    u = u.copy()
    for _ in range(3):
        u[1:-1] += 0.16 * (u[:-2] + u[2:]) - k * u[1:-1] ** 2
    return np.sum(u * u)


def element(u, k):
    u = u.copy()
    for i in range(len(u)):
        u[i] = np.sin(k * u[i])
    return np.sum(u * u)


def masked(u, k):
    u = u.copy()
    positive = u > 0.0
    u[positive] = k * u[positive] ** 2
    u[positive] = np.sin(u[positive])
    return np.sum(u * u)


def neighbours_too(u, k):
    """Another place is read of the array, so that it has to be what it was."""
    u = u.copy()
    for _ in range(3):
        u[1:-1] += 0.16 * (u[:-2] * u[2:]) - k * u[1:-1] ** 2
    return np.sum(u * u)


def twice_in_a_round(u, k):
    """What one restore puts back is read after the other."""
    u = u.copy()
    for _ in range(3):
        u[1:-1] *= k * u[1:-1]
        u[:3] = np.sin(u[:3])
    return np.sum(u * u)


def chain(u, k):
    """Differences of neighbours, as a chain of masses has them, in loops over a number that was asked for in front."""
    u = u.copy()
    v = np.zeros_like(u)
    n = len(u)
    for _ in range(3):
        for i in range(1, n - 1):
            right = u[i + 1] - u[i]
            left = u[i] - u[i - 1]
            v[i] += 0.1 * (right - left + k * (right * right - left * left))
        for i in range(1, n - 1):
            u[i] += 0.1 * v[i]
    return np.sum(u * u)


@pytest.mark.parametrize("program", [diffusion, element, masked, neighbours_too, twice_in_a_round, chain])
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(program: Any, backend: str) -> None:
    if backend == "numba":
        pytest.importorskip("numba", reason="the extra `numba` is not installed")
    h = 1e-6
    u_bar, k_bar = value_and_grad(program, (0, 1), backend=backend)(U, 0.6)[1]
    expected = [(program(U + h * d, 0.6) - program(U - h * d, 0.6)) / (2 * h) for d in np.eye(len(U))]
    np.testing.assert_allclose(u_bar, expected, rtol=1e-7, atol=1e-9)
    assert k_bar == pytest.approx((program(U, 0.6 + h) - program(U, 0.6 - h)) / (2 * h), rel=1e-7)


@pytest.mark.parametrize(("program", "put_back"), [
    (diffusion, "u[1:-1] = u_old"), (element, "u[i] = "), (masked, "u[positive] = u_old"),
])
def test_is_not_put_back(program: Any, put_back: str) -> None:
    reverse = value_and_grad(program, (0, 1)).source(U, 0.6).partition("# return")[2]
    assert reverse and f"    {put_back}" not in reverse, reverse


def test_is_put_back_where_more_is_read() -> None:
    assert "    u[1:-1] = u_old" in value_and_grad(neighbours_too, (0, 1)).source(U, 0.6)


def reversed_parts(u, k):
    """The adjoint of what is copied and then reversed has a shape that the parameter has, too."""
    u = u.copy()
    v = k * u
    for _ in range(3):
        u[1:] += v[:-1].copy()[::-1]
        v *= np.sin(u)
    return np.sum(u * u)


def test_no_copy_is_kept_for_its_shape() -> None:
    assert "copy_tape" not in value_and_grad(reversed_parts).source(U, 0.6)


def test_compiled_code_keeps_the_state_alone_and_writes_it_to_its_tape() -> None:
    pytest.importorskip("numba", reason="the extra `numba` is not installed")
    text = value_and_grad(chain, (0, 1), backend="numba").source(U, 0.6)
    assert text.count("_tape = np.empty") == 1 and "u_start_tape[t, j] = u[j]" in text, text
