"""Peak memory of value and gradient, beside that of adjoints as they are written by hand, statement by statement."""
from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests import memory_programs as programs
from tests.support import active_leaves

MOST = 1.1


def butterfly(theta, x):
    n = x.shape[0]
    h = x
    size = 1
    stage = 0
    while size < n:
        z = np.reshape(h, (n // (2 * size), 2, size))
        c = np.cos(theta[stage])
        s = np.sin(theta[stage])
        top = c * z[:, 0, :] + s * z[:, 1, :]
        bottom = c * z[:, 1, :] - s * z[:, 0, :]
        h = np.tanh(np.reshape(np.stack((top, bottom), axis=1), n))
        size *= 2
        stage += 1
    return np.sum(h**2)


def butterfly_by_hand(theta, x):
    n, h, size, stage, tape = x.shape[0], x, 1, 0, []
    while size < n:
        z = np.reshape(h, (n // (2 * size), 2, size))
        c, s = np.cos(theta[stage]), np.sin(theta[stage])
        top = c * z[:, 0, :] + s * z[:, 1, :]
        bottom = c * z[:, 1, :] - s * z[:, 0, :]
        tape.append((z, c, s))
        h = np.tanh(np.reshape(np.stack((top, bottom), axis=1), n))
        size *= 2
        stage += 1
    value = np.sum(h**2)
    h_bar = 2.0 * h
    theta_bar = np.zeros_like(theta)
    while tape:
        z, c, s = tape.pop()
        stage -= 1
        stack_bar = np.reshape(h_bar * (1.0 - h * h), z.shape)
        top_bar, bottom_bar = stack_bar[:, 0, :], stack_bar[:, 1, :]
        c_bar = np.sum(top_bar * z[:, 0, :]) + np.sum(bottom_bar * z[:, 1, :])
        s_bar = np.sum(top_bar * z[:, 1, :]) - np.sum(bottom_bar * z[:, 0, :])
        z_bar = np.empty_like(z)
        z_bar[:, 0, :] = c * top_bar - s * bottom_bar
        z_bar[:, 1, :] = s * top_bar + c * bottom_bar
        theta_bar[stage] += s_bar * c - c_bar * s
        h, h_bar = np.reshape(z, n), np.reshape(z_bar, n)
    return value, (theta_bar, h_bar)


def sparse_steps(values, rows, columns, b):
    x = np.zeros(len(b))
    for _ in range(20):
        y = np.zeros(len(b))
        np.add.at(y, rows, values * x[columns])
        x = np.tanh(b - 0.3 * y)
    return np.sum(x**2)


def sparse_steps_by_hand(values, rows, columns, b):
    x, tape = np.zeros(len(b)), []
    for _ in range(20):
        tape.append(x)
        y = np.zeros(len(b))
        np.add.at(y, rows, values * x[columns])
        x = np.tanh(b - 0.3 * y)
    value = np.sum(x**2)
    x_bar, values_bar, b_bar = 2.0 * x, np.zeros_like(values), np.zeros_like(b)
    while tape:
        total_bar = x_bar * (1.0 - x * x)
        b_bar += total_bar
        y_bar = -0.3 * total_bar
        x = tape.pop()
        product_bar = y_bar[rows]
        values_bar += product_bar * x[columns]
        x_bar = np.zeros_like(x)
        np.add.at(x_bar, columns, product_bar * values)
    return value, (values_bar, b_bar)


def variances(alpha, beta, returns):
    var = 1.0
    before = 0.0
    total = 0.0
    for i, r in enumerate(returns):
        if i > 0:
            var = 0.05 + alpha * before**2 + beta * var
        total += np.log(var) + r**2 / var
        before = r
    return total


def variances_by_hand(alpha, beta, returns):
    var, total, tape = 1.0, 0.0, []
    for i, r in enumerate(returns):
        tape.append(var)
        if i > 0:
            var = 0.05 + alpha * returns[i - 1] ** 2 + beta * var
        total += np.log(var) + r**2 / var
    alpha_bar = beta_bar = var_bar = 0.0
    for i in reversed(range(len(returns))):
        var_bar += 1.0 / var - returns[i] ** 2 / var**2
        var = tape.pop()
        if i > 0:
            alpha_bar += var_bar * returns[i - 1] ** 2
            beta_bar += var_bar * var
            var_bar *= beta
    return total, (alpha_bar, beta_bar)


def filtered(a, start, emissions):
    alpha = start * emissions[0]
    total = np.log(np.sum(alpha))
    for t in range(1, len(emissions)):
        alpha = (alpha @ a) * emissions[t]
        scale = np.sum(alpha)
        alpha = alpha / scale
        total += np.log(scale)
    return total


def filtered_by_hand(a, start, emissions):
    alpha = start * emissions[0]
    first = np.sum(alpha)
    total, tape = np.log(first), []
    for t in range(1, len(emissions)):
        before = alpha
        alpha = (alpha @ a) * emissions[t]
        scale = np.sum(alpha)
        alpha = alpha / scale
        tape.append((before, alpha, scale))
        total += np.log(scale)
    a_bar, alpha_bar = np.zeros_like(a), np.zeros_like(start)
    for t in reversed(range(1, len(emissions))):
        before, alpha, scale = tape.pop()
        scale_bar = 1.0 / scale - alpha_bar @ alpha / scale
        product_bar = (alpha_bar / scale + scale_bar) * emissions[t]
        a_bar += np.outer(before, product_bar)
        alpha_bar = a @ product_bar
    return total, (a_bar, (alpha_bar + 1.0 / first) * emissions[0])


def kernel_regression(log_ell, log_noise, x, y):
    ell = np.exp(log_ell)
    d2 = np.sum((x[:, None, :] - x[None, :, :]) ** 2, axis=-1)
    k = np.exp(-0.5 * d2 / ell**2) + np.exp(log_noise) * np.eye(len(y))
    return y @ np.linalg.solve(k, y) + np.linalg.slogdet(k)[1]


def kernel_regression_by_hand(log_ell, log_noise, x, y):
    ell, noise = np.exp(log_ell), np.exp(log_noise)
    d2 = np.sum((x[:, None, :] - x[None, :, :]) ** 2, axis=-1)
    e = np.exp(-0.5 * d2 / ell**2)
    k = e + noise * np.eye(len(y))
    alpha = np.linalg.solve(k, y)
    value = y @ alpha + np.linalg.slogdet(k)[1]
    k_bar = np.linalg.inv(k).T - np.outer(np.linalg.solve(k.T, y), alpha)
    return value, (np.sum(k_bar * e * d2) / ell**2, np.trace(k_bar) * noise)


def activated(x, w):
    u = x @ w
    a = 0.5 * u * (1.0 + np.tanh(0.8 * (u + 0.045 * u**3)))
    return np.sum(a * np.arange(a.shape[1]))


def activated_by_hand(x, w):
    u = x @ w
    t = np.tanh(0.8 * (u + 0.045 * u**3))
    a = 0.5 * u * (1.0 + t)
    weights = np.arange(a.shape[1])
    value = np.sum(a * weights)
    t_bar = 0.5 * u * weights
    u_bar = 0.5 * (1.0 + t) * weights
    u_bar += t_bar * (1.0 - t * t) * (0.8 + 0.8 * 3 * 0.045 * u**2)
    return value, (u_bar @ w.T, x.T @ u_bar)


def predators(y0, p, n):
    def f(y):
        return np.array([p[0] * y[0] - p[1] * y[0] * y[1], p[2] * y[0] * y[1] - p[3] * y[1]])

    ys = np.zeros((n + 1, 2))
    ys[0] = y0
    for i in range(n):
        ys[i + 1] = ys[i] + 0.01 * f(ys[i] + 0.005 * f(ys[i]))
    return np.sum(ys**2)


def predators_by_hand(y0, p, n):
    def f(y):
        return np.array([p[0] * y[0] - p[1] * y[0] * y[1], p[2] * y[0] * y[1] - p[3] * y[1]])

    def f_rev(y, g, p_bar):
        p_bar += np.array([g[0] * y[0], -g[0] * y[0] * y[1], g[1] * y[0] * y[1], -g[1] * y[1]])
        return np.array([g[0] * (p[0] - p[1] * y[1]) + g[1] * p[2] * y[1],
                         g[1] * (p[2] * y[0] - p[3]) - g[0] * p[1] * y[0]])

    ys, halves = np.zeros((n + 1, 2)), np.zeros((n, 2))
    ys[0] = y0
    for i in range(n):
        halves[i] = ys[i] + 0.005 * f(ys[i])
        ys[i + 1] = ys[i] + 0.01 * f(halves[i])
    ys_bar, p_bar = 2.0 * ys, np.zeros_like(p)
    for i in reversed(range(n)):
        half_bar = f_rev(halves[i], 0.01 * ys_bar[i + 1], p_bar)
        ys_bar[i] += ys_bar[i + 1] + half_bar + f_rev(ys[i], 0.005 * half_bar, p_bar)
    return np.sum(ys**2), (ys_bar[0].copy(), p_bar)


def pull(x):
    d = x[None, :, :] - x[:, None, :]
    r2 = np.sum(d**2, axis=2) + 0.1
    return np.sum(d * (r2**-1.5)[:, :, None], axis=1)


def pull_back(x, a_bar):
    d = x[None, :, :] - x[:, None, :]
    r2 = np.sum(d**2, axis=2) + 0.1
    inverse = r2**-1.5
    d_bar = a_bar[:, None, :] * inverse[:, :, None]
    r2_bar = -1.5 * np.sum(a_bar[:, None, :] * d, axis=2) * inverse / r2
    d_bar += 2.0 * d * r2_bar[:, :, None]
    return np.sum(d_bar, axis=0) - np.sum(d_bar, axis=1)


def leapfrog(x, v):
    a = pull(x)
    for _ in range(4):
        v = v + 0.005 * a
        x = x + 0.01 * v
        a = pull(x)
        v = v + 0.005 * a
    return np.sum(v**2) + np.sum(x[0])


def leapfrog_by_hand(x, v):
    states, a = [x], pull(x)
    for _ in range(4):
        v = v + 0.005 * a
        x = x + 0.01 * v
        states.append(x)
        a = pull(x)
        v = v + 0.005 * a
    v_bar, x_bar, a_bar = 2.0 * v, np.zeros_like(x), np.zeros_like(a)
    x_bar[0] = 1.0
    for _ in range(4):
        a_bar = a_bar + 0.005 * v_bar
        x_bar = x_bar + pull_back(states.pop(), a_bar)
        v_bar = v_bar + 0.01 * x_bar
        a_bar = 0.005 * v_bar
    return np.sum(v**2) + np.sum(x[0]), (x_bar + pull_back(states.pop(), a_bar), v_bar)


RNG = np.random.default_rng(0)
EDGES = RNG.integers(0, 200, (2, 1500))
CASES: dict[str, tuple[Callable[..., Any], Callable[..., Any], tuple[int, ...], tuple[Any, ...]]] = {
    "the shape of what is restacked": (
        butterfly, butterfly_by_hand, (0, 1), (RNG.normal(size=13), RNG.normal(size=8192))),
    "what is gathered from a state": (
        sparse_steps, sparse_steps_by_hand, (0, 3), (RNG.normal(size=1500), *EDGES, RNG.normal(size=200))),
    "numbers of all rounds but the first": (
        variances, variances_by_hand, (0, 1), (0.1, 0.8, RNG.normal(size=1000))),
    "rows that a product needs": (
        filtered, filtered_by_hand, (0, 1),
        (RNG.uniform(0.1, 1.0, (10, 10)), np.full(10, 0.1), RNG.uniform(0.1, 1.0, (300, 10)))),
    "a number times what is there": (
        kernel_regression, kernel_regression_by_hand, (0, 1),
        (0.1, -1.0, RNG.normal(size=(80, 1)), RNG.normal(size=80))),
    "the slope of a polynomial": (
        activated, activated_by_hand, (0, 1), (RNG.normal(size=(60, 20)), RNG.normal(size=(20, 80)))),
    "elements that are read several times": (
        predators, predators_by_hand, (0, 1), (np.array([1.0, 0.5]), np.array([1.1, 0.4, 0.1, 0.4]), 300)),
    "what stands in front of a loop and in it": (
        leapfrog, leapfrog_by_hand, (0, 1), tuple(RNG.normal(size=(2, 40, 3)))),
    "numbers of loops in a loop": (
        programs.implicit_steps, programs.implicit_steps_by_hand, (0, 1), (RNG.uniform(size=60), 0.4, 25)),
    "what neighbours on a ring give": (
        programs.ring, programs.ring_by_hand, (0, 1, 2), (RNG.uniform(size=300), 0.2, 1.5, 90)),
    "what is gathered for more edges than nodes": (
        programs.on_a_mesh, programs.on_a_mesh_by_hand, (0, 1), (
            RNG.normal(size=200), RNG.uniform(size=1500), *EDGES, 25)),
    "parts of what is made in each round": (
        programs.gated, programs.gated_by_hand, (0, 1, 2), (
            0.3 * RNG.normal(size=(20, 36)), 0.3 * RNG.normal(size=(12, 36)), 0.1 * RNG.normal(size=36),
            RNG.normal(size=(30, 16, 20)))),
    "the shape of what is gathered": (
        programs.bags_of_words, programs.bags_of_words_by_hand, (0, 1), (
            RNG.normal(size=(300, 12)), RNG.normal(size=(12, 5)), RNG.integers(0, 300, (90, 10)),
            RNG.integers(0, 5, 90))),
    "the length of a list": (
        programs.cheapest_edits, programs.cheapest_edits_by_hand, (0, 1), (RNG.uniform(size=(30, 25)), 0.6)),
    "what the value alone is made of": (
        programs.convolved, programs.convolved_by_hand, (0, 1, 2), (
            RNG.normal(size=(60, 80)), RNG.normal(size=3), 0.2)),
    "what is dead in front of a loop": (
        programs.smoothed, programs.smoothed_by_hand, (0, 1), (
            np.array([0.1, 0.5]), RNG.normal(size=(90, 90)), RNG.normal(size=(86, 86)))),
    "what is dead within the reverse sweep": (
        programs.pooled, programs.pooled_by_hand, (0, 1, 2, 3, 4), (
            0.3 * RNG.normal(size=(6, 32)), RNG.normal(size=32), 0.3 * RNG.normal(size=(32, 24)),
            RNG.normal(size=24), RNG.normal(size=24), RNG.normal(size=(60, 40, 6)))),
    "powers of what is made of a state": (
        programs.oscillators, programs.oscillators_by_hand, (0, 1, 2), (RNG.normal(size=500), 0.25, 0.3, 60)),
    "sums of products of a state": (
        programs.bonds, programs.bonds_by_hand, (0, 1, 2), (*RNG.normal(size=(2, 30, 3)), 1.2, 30)),
    "what is rounded": (
        programs.boxed, programs.boxed_by_hand, (0, 1, 2), (*RNG.normal(size=(2, 20, 2)), 0.3, 3.0, 20)),
    "fluxes built by stores": (
        programs.limited, programs.limited_by_hand, (0, 1), (1.0 + 0.1 * RNG.normal(size=1500), 0.05, 40)),
    "fluxes of a state in place": (
        programs.advected, programs.advected_by_hand, (0, 1), (1.0 + 0.1 * RNG.normal(size=1500), 0.2, 40)),
    "slopes of a state in place": (
        programs.steepened, programs.steepened_by_hand, (0, 1, 2), (RNG.uniform(size=1500), 0.1, 0.05, 40)),
    "parts of a state in place": (
        programs.porous, programs.porous_by_hand, (0, 1), (RNG.uniform(size=(40, 40)), 0.5, 40)),
    "a state that is copied": (
        programs.convected, programs.convected_by_hand, (0, 1), (RNG.uniform(size=1500), 0.1, 40)),
    "the ends of springs": (
        programs.springs, programs.springs_by_hand, (0, 2, 3), (
            RNG.normal(size=(150, 2)), np.zeros((150, 2)), RNG.uniform(1.0, 2.0, 300), RNG.uniform(0.8, 1.0, 300),
            RNG.integers(0, 75, 300), RNG.integers(75, 150, 300), 60)),
    "sines of a state in place": (
        programs.swung, programs.swung_by_hand, (0, 1), (RNG.normal(size=1500), 0.1, 40)),
    "columns of a state": (
        programs.mean_field, programs.mean_field_by_hand, (0, 1), (
            0.1 * RNG.normal(size=(20, 20)), RNG.normal(size=(200, 20)), 8)),
    "sines of all pairs": (
        programs.synchronised, programs.synchronised_by_hand, (0, 1, 2), (
            RNG.uniform(0, 6, 50), RNG.normal(size=50), 1.5, 50)),
}


def peak(function: Callable[..., Any], arguments: tuple[Any, ...]) -> int:
    function(*arguments)
    gc.collect()
    tracemalloc.start()
    try:
        function(*arguments)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", CASES)
def test_peak_is_that_of_the_adjoint_by_hand(name: str) -> None:
    program, by_hand, wrt, arguments = CASES[name]
    derivative = value_and_grad(program, wrt)
    found, expected = derivative(*arguments), by_hand(*arguments)
    for (path, one), (_, other) in zip(active_leaves(list(found)), active_leaves(list(expected)), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, err_msg=path)
    assert peak(derivative, arguments) <= MOST * peak(by_hand, arguments)


def test_arrays_of_a_list_that_grows_are_not_all_kept() -> None:
    """Twice as many rounds take twice as much, not four times."""
    derivative = value_and_grad(programs.looking_back, (0, 1))
    w, x = 0.1 * RNG.normal(size=(20, 20)), RNG.normal(size=20)
    assert peak(derivative, (w, x, 160)) < 2.2 * peak(derivative, (w, x, 80))
