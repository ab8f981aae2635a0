"""Neighbours read by slices and by loops over elements; see `s2sad.transforms.elements.padded` and `scattered`."""
from __future__ import annotations

import numpy as np
import pytest

from s2sad import value_and_grad
from tests import stencils


@pytest.mark.parametrize("seed", range(50))
def test_random_stencils(seed: int) -> None:
    outcome, text = stencils.check(seed, "numpy")
    assert outcome in stencils.ACCEPTED, f"{outcome}\n{text}"


@pytest.mark.usefixtures("numba_in_python")
@pytest.mark.parametrize("seed", range(50, 130))
def test_random_stencils_for_numba(seed: int) -> None:
    outcome, text = stencils.check(seed, "numba")
    assert outcome in stencils.ACCEPTED, f"{outcome}\n{text}"


def heat(u0, k, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def jacobi(u, f, omega):
    n, m = u.shape
    new = u.copy()
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            around = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - f[i, j])
            new[i, j] = (1.0 - omega) * u[i, j] + omega * around
    return np.sum(new * new)


def periodic(u, k):
    total = 0.0
    for i in range(len(u)):
        bend = u[i - 1] - 2.0 * u[i] + u[(i + 1) % len(u)]
        total += k * bend * bend
    return total


def blocks(u, width):
    total = 0.0
    for b in range(len(u) // width):
        for i in range(b * width + 1, (b + 1) * width - 1):
            total += (u[i - 1] - 2.0 * u[i] + u[i + 1]) ** 2
    return total


def heat_in_turns(u0, k, steps):
    u = u0.copy()
    new = u0.copy()
    for _ in range(steps):
        new[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u, new = new, u
    return np.sum(u * u)


def heat_in_loops_in_turns(u0, k, steps):
    n = len(u0)
    u = u0.copy()
    new = u0.copy()
    for _ in range(steps):
        for i in range(1, n - 1):
            new[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1])
        u, new = new, u
    return np.sum(u * u)


def channel(h0, u, depth, dt):
    h = h0.copy()
    n = len(h)
    for i in range(n - 1):
        h[i] -= dt * (depth[i + 1] * u[i + 1] - depth[i] * u[i])
    return np.sum(h * h)


def one_array_twice(u0, k, steps):
    u = u0.copy()
    new = u
    for _ in range(steps):
        new[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u, new = new, u
    return np.sum(u * new)


def text_for_numba(function, *arguments):
    pytest.importorskip("numba")
    return value_and_grad(function, backend="numba").source(*arguments)


def test_the_adjoint_of_neighbours_reads_neighbours() -> None:
    text = text_for_numba(heat, np.ones(9), 0.1, 4)
    assert "u_bar[i] += padded[i + 2] + padded[i] - 2.0 * padded[i + 1]" in text
    assert text.index("padded = np.zeros(") < text.index("for _ in range(steps - 1, -1, -1)")  # zeros for all rounds


def test_what_a_loop_adds_to_neighbours_is_added_behind_it() -> None:
    text = text_for_numba(jacobi, np.ones((5, 6)), np.ones((5, 6)), 0.8)
    assert "padded = np.zeros((n + 2, m + 2))" in text
    assert "padded[i + 1, j] + padded[i + 1, j + 2] + padded[i, j + 1] + padded[i + 2, j + 1]" in text
    assert "if 1 <" not in text  # `n` is the length of `u`: no place lies outside


def test_what_is_multiplied_by_the_element_of_each_place_is_added_behind_the_loop() -> None:
    pytest.importorskip("numba")
    numbers = np.ones(9)
    text = value_and_grad(channel, (0, 1, 2), backend="numba").source(numbers, numbers, numbers, 0.1)
    assert text.count("padded = np.zeros(") == 1 and "depth[i] * (item - item2)" in text


def test_places_that_count_from_the_end_stay_where_they_are() -> None:
    text = text_for_numba(periodic, np.ones(7), 0.3)
    assert "padded" not in text
    numbers = np.array([0.9, -0.4, 1.3, 0.2])
    _, gradient = value_and_grad(periodic, backend="numba")(numbers, 0.3)
    bend = np.roll(numbers, 1) - 2.0 * numbers + np.roll(numbers, -1)
    np.testing.assert_allclose(gradient, 0.6 * (np.roll(bend, 1) - 2.0 * bend + np.roll(bend, -1)))


@pytest.mark.parametrize("function", [heat_in_turns, heat_in_loops_in_turns])
def test_arrays_that_take_turns_are_told_apart(function) -> None:
    u = np.array([0.9, -0.4, 1.3, 0.2, 0.7, -0.5])
    text = text_for_numba(function, u, 0.1, 4)
    assert "totals" not in text  # each round writes to the other array at once
    assert "u_bar[i] += padded[i" in text
    expected = value_and_grad(heat)(u, 0.1, 4)  # the ends of both arrays are the same
    found = value_and_grad(function, backend="numba")(u, 0.1, 4)
    np.testing.assert_allclose(found[0], expected[0])
    np.testing.assert_allclose(found[1], expected[1])


def test_one_array_of_two_names_is_no_two() -> None:
    pytest.importorskip("numba")
    u = np.array([0.9, -0.4, 1.3, 0.2, 0.7, -0.5])
    expected = value_and_grad(heat)(u, 0.1, 4)
    found = value_and_grad(one_array_twice, backend="numba")(u, 0.1, 4)
    np.testing.assert_allclose(found[1], expected[1])


@pytest.mark.parametrize("length", [0, 1, 2, 3, 17, 40])
def test_loops_without_rounds_touch_nothing(length: int) -> None:
    pytest.importorskip("numba")
    numbers = np.arange(1.0, length + 1.0) ** 2
    for function, *rest in ([blocks, 18], [heat, 0.1, 3]):
        value, gradient = value_and_grad(function, backend="numba")(numbers, *rest)
        expected, plain = value_and_grad(function)(numbers, *rest)
        np.testing.assert_allclose(value, expected)
        np.testing.assert_allclose(gradient, plain)
