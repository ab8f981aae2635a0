"""Fluxes between neighbours, taken from one and given to the next, times a coefficient of the place they come to."""
import numpy as np


def channel(h, u, depth, dt, steps):
    """Both the state and the coefficients of two places get the adjoint of one flux."""
    h, u = h.copy(), u.copy()
    n = h.shape[0]
    for _ in range(steps):
        for i in range(1, n):
            u[i] -= dt * (h[i] - h[i - 1]) * u[i]
        for i in range(n - 1):
            h[i] -= dt * (depth[i + 1] * u[i + 1] - depth[i] * u[i])
    return np.sum(h * h)


def ends_apart(x, a, b):
    """The loop has no round for short arrays, and the places that it adds to are further apart."""
    n = len(x)
    y = np.zeros(n)
    for i in range(2, n - 1):
        y[i] = np.sin(a[i + 1] * x[i + 1] - a[i - 2] * x[i - 2]) + b[i + 1] * (x[i + 1] + x[i])
    return np.sum(y * x)


def grid(x, k):
    """Along the second axis, with coefficients that are updated in other loops."""
    x, k = x.copy(), k.copy()
    n, m = x.shape
    y = np.zeros((n, m))
    for _ in range(2):
        for i in range(n):
            for j in range(m - 1):
                y[i, j] = (k[i, j + 1] * x[i, j + 1] - 0.5 * k[i, j] * x[i, j]) ** 2
        for i in range(n):
            for j in range(m):
                k[i, j] = np.cos(k[i, j]) + y[i, j]
    return np.sum(y) + np.sum(k * k)


def own_coefficients(x):
    """What is multiplied by is updated in the same loop: nothing is added behind it."""
    x = x.copy()
    for i in range(len(x) - 1):
        x[i] = x[i] * x[i + 1] + x[i + 1] ** 2
    return np.sum(x**3)


def program(h, u, depth, x, k, dt, steps):
    return channel(h, u, depth, dt, steps) + ends_apart(h, u, depth) + grid(x, k) + own_coefficients(u)


_R = np.random.default_rng(5)
inputs = [
    (*_R.uniform(0.5, 1.5, (3, 7)), *_R.uniform(0.2, 1.1, (2, 3, 4)), 0.1, 3),
    (*_R.uniform(0.5, 1.5, (3, 2)), *_R.uniform(0.2, 1.1, (2, 3, 1)), 0.1, 2),
]
wrt = (0, 1, 2, 3, 4, 5)
