"""Arrays of a few elements as numbers, for compiled code."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests import few

pytestmark = pytest.mark.usefixtures("numba_in_python")


@pytest.mark.parametrize("seed", range(120))
def test_random_programs(seed: int) -> None:
    outcome, text = few.check(seed)
    assert outcome in ("right", "rough", "refused", "fails"), f"{outcome}\n{text}"


def lorenz(s, p):
    x, y, z = s
    return np.array([p[0] * (y - x), x * (p[1] - z) - y, x * y - p[2] * z])


def attractor(s, p, dt, steps):
    total = 0.0
    for _ in range(steps):
        k1 = lorenz(s, p)
        k2 = lorenz(s + dt * k1, p)
        s = s + 0.5 * dt * (k1 + k2)
        total += np.dot(s, s)
    return total


def filled(z, th, dt, steps):
    """Elements are stored into two arrays that are there before the loop, rows of a third are kept."""
    z = z.copy()
    d = np.zeros(2)
    kept = np.empty((steps, 2))
    for i in range(steps):
        d[0] = th[0] * z[0] - th[1] * z[0] * z[1]
        d[1] = th[1] * z[0] * z[1] - z[1]
        z += dt * d
        kept[i] = z
    return np.sum(kept[:, 0] * kept[:, 1])


def by_components(p, s):
    """A loop over components inside of others."""
    total = 0.0
    d = np.zeros(3)
    for i in range(p.shape[0]):
        for j in range(i):
            r = 0.0
            for k in range(3):
                d[k] = p[i, k] - p[j, k]
                r += d[k] * d[k]
            total += math.exp(-s * r) * d[0]
    return total


def filtered(q, r, z):
    """A Kalman filter with two states: products of matrices, a transpose, a column."""
    x = np.zeros(2)
    P = np.eye(2)
    F = np.array([[1.0, 0.1], [0.0, 1.0]])
    total = 0.0
    for t in range(z.shape[0]):
        x = F @ x
        P = F @ P @ F.T + q * np.eye(2)
        e, s = z[t] - x[0], P[0, 0] + r
        gain = P[:, 0] / s
        x = x + gain * e
        P = P - np.outer(gain, P[0])
        total += math.log(s) + e * e / s
    return total


_NUMBERS = [
    (attractor, (np.array([1.0, 0.5, 0.8]), np.array([4.0, 3.0, 0.6]), 0.01, 5), (0, 1)),
    (attractor, (np.array([1.0, 0.5, 0.8]), np.array([4.0, 3.0, 0.6]), 0.01, 0), (0, 1)),
    (filled, (np.array([1.0, 0.5]), np.array([0.7, 0.4]), 0.1, 6), (0, 1)),
    (by_components, (np.random.default_rng(0).normal(size=(5, 3)), 0.4), (0, 1)),
    (filtered, (0.3, 0.5, np.sin(np.arange(6.0))), (0, 1, 2)),
]


@pytest.mark.parametrize(("program", "arguments", "wrt"), _NUMBERS)
def test_loops_make_no_small_arrays(program: Any, arguments: tuple[Any, ...], wrt: tuple[int, ...]) -> None:
    found = value_and_grad(program, wrt, backend="numba")
    value, gradients = found(*arguments)
    assert value == pytest.approx(program(*arguments), rel=1e-12)
    for number, gradient in zip(wrt, gradients, strict=True):
        slope = np.sum(np.sin(1 + _places(gradient)) * gradient)
        assert slope == pytest.approx(_difference(program, arguments, number), rel=1e-6, abs=1e-8)
    lines = (line.partition("#")[0] for line in found.source(*arguments).splitlines())
    loops = [line for line in lines if line.startswith("        ")]
    assert not any(made in line for line in loops for made in ("np.array(", "np.empty(", "np.zeros(", ".copy()"))


def _places(gradient: Any) -> Any:
    return np.arange(np.size(gradient)).reshape(np.shape(gradient))


def _difference(program: Any, arguments: tuple[Any, ...], number: int) -> float:
    def at(h: float) -> float:
        changed = list(arguments)
        changed[number] = arguments[number] + h * np.sin(1 + _places(arguments[number]))
        if np.ndim(changed[number]) == 0:
            changed[number] = float(changed[number])
        return float(program(*changed))

    return (at(1e-6) - at(-1e-6)) / 2e-6


# --- what has to stay an array ---------------------------------------------------------------------------


def seen_through_a_view(x, n):
    """A view that is updated, and read through what it is a view of."""
    a = np.zeros(3)
    for i in range(n):
        tail = a[1:]
        tail[0] += x[i] * x[0]
        a[2] += a[1] * 0.5
        tail *= 0.9
    return a[1] * tail[1]


def handed_on(x, n):
    """The memory of one round is what the next one writes to through another name."""
    a, b = np.array([x[0], x[1]]), np.zeros(2)
    for _ in range(n):
        b[0] = a[1] * 0.5
        b[1] = a[0] + b[0]
        a, b = b, a
    return a[0] * b[1] + a[1]


def by_an_index_of_the_round(x, n):
    a = np.array([x[0], x[1], 1.0])
    total = 0.0
    for i in range(n):
        a[i % 3] += 0.5 * a[(i + 1) % 3]
        total += a[0] * a[2]
    return total


def maybe_bound(x, n):
    """An array that only one branch binds, and a list that holds what others are."""
    total = 0.0
    held = [np.zeros(2)]
    for i in range(n):
        if i % 2 == 0:
            a = np.array([x[0] * i, x[1]])
        total += np.sum(a * a) + a[0]
        held.append(a * 0.5)
    return total + held[n][0] * held[1][1]


def divided_by_zero(x, n):
    """An array's division gives infinity, which a branch takes no notice of."""
    total = 0.0
    for i in range(n):
        a = np.array([x[0], x[1]]) / np.array([x[0] * i, 2.0])
        if i:
            total += a[0]
        total += a[1]
    return total


@pytest.mark.parametrize("program", [seen_through_a_view, handed_on, by_an_index_of_the_round, maybe_bound,
                                     divided_by_zero])
def test_memory_is_what_it_was(program: Any) -> None:
    x = np.array([0.7, -0.4, 1.1, 0.3])
    with np.errstate(all="ignore"):
        value, gradient = value_and_grad(program, backend="numba")(x, 4)
        assert value == pytest.approx(program(x, 4), rel=1e-12)
        assert np.sum(np.sin(1 + _places(x)) * gradient) == pytest.approx(_difference(program, (x, 4), 0), rel=1e-6)
