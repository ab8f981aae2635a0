"""Programs whose loops record much, each with its adjoint as it is written by hand, statement by statement."""
from __future__ import annotations

import numpy as np


def implicit_steps(u, k, steps):
    """Diffusion by Crank and Nicolson, each step solved by elimination in loops over the elements."""
    n = len(u)
    for _ in range(steps):
        d = np.zeros(n)
        d[1:-1] = u[1:-1] + 0.5 * k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        d[0] = u[0]
        d[-1] = u[-1]
        c = np.zeros(n)
        for i in range(1, n - 1):
            m = 1.0 + k + 0.5 * k * c[i - 1]
            c[i] = -0.5 * k / m
            d[i] = (d[i] + 0.5 * k * d[i - 1]) / m
        for i in range(n - 2, 0, -1):
            d[i] = d[i] - c[i] * d[i + 1]
        u = d
    return np.sum(u**2)


def implicit_steps_by_hand(u, k, steps):
    n, tape = len(u), []
    for _ in range(steps):
        d = np.zeros(n)
        d[1:-1] = u[1:-1] + 0.5 * k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        d[0], d[-1] = u[0], u[-1]
        c, ms = np.zeros(n), np.zeros(n)
        for i in range(1, n - 1):
            m = 1.0 + k + 0.5 * k * c[i - 1]
            ms[i] = m
            c[i] = -0.5 * k / m
            d[i] = (d[i] + 0.5 * k * d[i - 1]) / m
        eliminated = d.copy()
        for i in range(n - 2, 0, -1):
            d[i] = d[i] - c[i] * d[i + 1]
        tape.append((u, c, ms, eliminated))
        u = d
    value = np.sum(u**2)
    u_bar, k_bar = 2.0 * u, 0.0
    while tape:
        d, d_bar, c_bar = u, u_bar, np.zeros(n)
        u, c, ms, eliminated = tape.pop()
        for i in range(1, n - 1):
            c_bar[i] -= d_bar[i] * d[i + 1]
            d_bar[i + 1] -= c[i] * d_bar[i]
        for i in range(n - 2, 0, -1):
            m = ms[i]
            ratio = d_bar[i] / m
            m_bar = -ratio * eliminated[i] + 0.5 * k * c_bar[i] / m**2
            k_bar += 0.5 * ratio * eliminated[i - 1] - 0.5 * c_bar[i] / m + m_bar * (1.0 + 0.5 * c[i - 1])
            d_bar[i - 1] += 0.5 * k * ratio
            d_bar[i] = ratio
            c_bar[i - 1] += 0.5 * k * m_bar
        u_bar = np.zeros(n)
        u_bar[0], u_bar[-1] = d_bar[0], d_bar[-1]
        inner_bar = d_bar[1:-1]
        k_bar += 0.5 * inner_bar @ (u[2:] - 2.0 * u[1:-1] + u[:-2])
        half_bar = 0.5 * k * inner_bar
        u_bar[1:-1] += inner_bar - 2.0 * half_bar
        u_bar[2:] += half_bar
        u_bar[:-2] += half_bar
    return value, (u_bar, k_bar)
