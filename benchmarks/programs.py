"""Programs and their adjoints as a careful colleague writes them, statement by statement."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Program:
    """A program, its arguments, the positions differentiated, and the adjoint written by hand."""

    primal: Callable[..., Any]
    by_hand: Callable[..., Any]
    arguments: tuple[Any, ...]
    wrt: tuple[int, ...]


# -- elementwise chain ----------------------------------------------------------------------------


def chain(a):
    b = np.sin(a)
    c = 2.0 * b
    return np.sum(c + 1.0)


def chain_by_hand(a):
    b = np.sin(a)
    c = 2.0 * b
    value = np.sum(c + 1.0)
    a_bar = 2.0 * np.cos(a)
    return value, a_bar


# -- a loop with a branch -------------------------------------------------------------------------


def settle(x, n):
    y = x
    for _ in range(n):
        if y > 1.0:
            y = 0.5 * y
        else:
            y = math.sin(y) + x
    return y


def settle_by_hand(x, n):
    y_tape = []
    y = x
    for _ in range(n):
        y_tape.append(y)
        if y > 1.0:
            y = 0.5 * y
        else:
            y = math.sin(y) + x
    value = y
    y_bar = 1.0
    x_bar = 0.0
    for _ in range(n):
        y = y_tape.pop()
        if y > 1.0:
            y_bar = 0.5 * y_bar
        else:
            x_bar += y_bar
            y_bar = y_bar * math.cos(y)
    return value, x_bar + y_bar


# -- a data-dependent loop ------------------------------------------------------------------------


def cube_root(a):
    x = a
    while abs(x * x * x - a) > 1e-12:
        x = x - (x * x * x - a) / (3.0 * x * x)
    return x


def cube_root_by_hand(a):
    x_tape = []
    x = a
    while abs(x * x * x - a) > 1e-12:
        x_tape.append(x)
        x = x - (x * x * x - a) / (3.0 * x * x)
    value = x
    x_bar = 1.0
    a_bar = 0.0
    while x_tape:
        x = x_tape.pop()
        bottom = 3.0 * x * x
        quotient = (x * x * x - a) / bottom
        top_bar = -x_bar / bottom
        a_bar -= top_bar
        x_bar = x_bar + top_bar * 3.0 * x * x - quotient * top_bar * 6.0 * x
    return value, a_bar + x_bar


# -- a network ------------------------------------------------------------------------------------


def network(w1, b1, w2, b2, x, target):
    hidden = np.tanh(x @ w1 + b1)
    error = hidden @ w2 + b2 - target
    return np.sum(error * error) / len(x)


def network_by_hand(w1, b1, w2, b2, x, target):
    hidden = np.tanh(x @ w1 + b1)
    error = hidden @ w2 + b2 - target
    value = np.sum(error * error) / len(x)
    error_bar = 2.0 / len(x) * error
    b2_bar = np.sum(error_bar, axis=0)
    w2_bar = hidden.T @ error_bar
    z_bar = error_bar @ w2.T * (1.0 - hidden * hidden)
    b1_bar = np.sum(z_bar, axis=0)
    w1_bar = x.T @ z_bar
    return value, (w1_bar, b1_bar, w2_bar, b2_bar)


# -- slices updated in place ----------------------------------------------------------------------


def heat(u0, k, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def heat_by_hand(u0, k, steps):
    u = u0.copy()
    tape = []
    for _ in range(steps):
        tape.append(u[1:-1].copy())
        u[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    value = np.sum(u * u)
    u_bar = 2.0 * u
    k_bar = 0.0
    for _ in range(steps):
        u[1:-1] = tape.pop()
        new_bar = u_bar[1:-1].copy()
        u_bar[1:-1] = 0.0
        k_bar += np.sum(new_bar * (u[2:] - 2.0 * u[1:-1] + u[:-2]))
        lap_bar = k * new_bar
        u_bar[1:-1] += new_bar - 2.0 * lap_bar
        u_bar[2:] += lap_bar
        u_bar[:-2] += lap_bar
    return value, (u_bar, k_bar)


# -- elements updated in place --------------------------------------------------------------------


def relaxation(a0, w, sweeps):
    a = a0.copy()
    n = a.shape[0]
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                a[i, j] = 0.25 * (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1])
    return np.sum(w * a)


def relaxation_by_hand(a0, w, sweeps):
    a = a0.copy()
    n = a.shape[0]
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                a[i, j] = 0.25 * (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1])
    value = np.sum(w * a)
    a_bar = 1.0 * w
    for _ in range(sweeps):
        for i in reversed(range(1, n - 1)):
            for j in reversed(range(1, n - 1)):
                new_bar = 0.25 * a_bar[i, j]
                a_bar[i, j] = 0.0
                a_bar[i - 1, j] += new_bar
                a_bar[i + 1, j] += new_bar
                a_bar[i, j - 1] += new_bar
                a_bar[i, j + 1] += new_bar
    return value, a_bar


def programs() -> dict[str, Program]:
    rng = np.random.default_rng(0)
    weights = (rng.normal(size=(64, 32)) / 8.0, np.zeros(32), rng.normal(size=(32, 10)) / 6.0, np.zeros(10))
    batch = (rng.normal(size=(128, 64)), rng.normal(size=(128, 10)))
    return {
        "chain, 1e5 elements": Program(chain, chain_by_hand, (rng.normal(size=100_000),), (0,)),
        "loop with a branch, 2000 rounds": Program(settle, settle_by_hand, (0.8, 2000), (0,)),
        "data-dependent while loop": Program(cube_root, cube_root_by_hand, (27.5,), (0,)),
        "network, batch 128": Program(network, network_by_hand, (*weights, *batch), (0, 1, 2, 3)),
        "heat, slices in place": Program(heat, heat_by_hand, (np.sin(np.arange(1000.0)), 0.2, 50), (0, 1)),
        "relaxation, elements in place": Program(
            relaxation, relaxation_by_hand, (rng.normal(size=(20, 20)), rng.normal(size=(20, 20)), 4), (0,)),
    }
