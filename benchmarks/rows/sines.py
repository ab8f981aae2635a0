"""Elementwise functions of one large array."""
from __future__ import annotations

import math

import numpy as np

from benchmarks.row import Row


def sines(a):
    b = np.sin(a)
    c = 2.0 * b + 1.0
    return np.sum(c)


def by_hand(a):
    b = np.sin(a)
    c = 2.0 * b + 1.0
    value = np.sum(c)

    b_bar = 2.0
    a_bar = b_bar * np.cos(a)
    return value, a_bar


def numba_hand(a):
    value = 0.0
    a_bar = np.empty_like(a)
    for i in range(a.shape[0]):
        value += 2.0 * math.sin(a[i]) + 1.0
        a_bar[i] = 2.0 * math.cos(a[i])
    return value, a_bar


C = """
double value_and_grad(const double *a, long n, double *a_bar) {
    double value = 0.0;
    for (long i = 0; i < n; i++) {
        value += 2.0 * sin(a[i]) + 1.0;
        a_bar[i] = 2.0 * cos(a[i]);
    }
    return value;
}
"""


def in_jax(jax):
    np = jax.numpy

    def sines(a):
        return np.sum(2.0 * np.sin(a) + 1.0)

    return sines


def in_torch(torch):
    def sines(a):
        return torch.sum(2.0 * torch.sin(a) + 1.0)

    return sines


def arguments(n):
    return (np.random.default_rng(0).normal(size=n),)


ROW = Row(
    name="sines",
    title="`sum(2 sin a + 1)`",
    primal=sines,
    wrt=("a",),
    arguments=arguments,
    full={"n": 1_000_000},
    small={"n": 20},
    by_hand=by_hand,
    numba_hand=numba_hand,
    c_hand=C,
    jax=in_jax,
    torch=in_torch,
)
