"""A recurrent network with gates: many small products, one after the other."""
from __future__ import annotations

import math

import numpy as np

from benchmarks.row import Row


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def lstm(w, v, b, xs, target):
    n = target.shape[0]
    h = np.zeros(n)
    c = np.zeros(n)
    for t in range(xs.shape[0]):
        z = w @ xs[t] + v @ h + b
        keep = sigmoid(z[:n])
        write = sigmoid(z[n : 2 * n])
        emit = sigmoid(z[2 * n : 3 * n])
        new = np.tanh(z[3 * n :])
        c = keep * c + write * new
        h = emit * np.tanh(c)
    return np.sum((h - target) ** 2)


def by_hand(w, v, b, xs, target):
    n = target.shape[0]
    h = np.zeros(n)
    c = np.zeros(n)
    tape = []
    for t in range(xs.shape[0]):
        z = w @ xs[t] + v @ h + b
        keep = sigmoid(z[:n])
        write = sigmoid(z[n : 2 * n])
        emit = sigmoid(z[2 * n : 3 * n])
        new = np.tanh(z[3 * n :])
        tape.append((h, c, keep, write, emit, new))
        c = keep * c + write * new
        h = emit * np.tanh(c)
    value = np.sum((h - target) ** 2)

    h_bar = 2.0 * (h - target)
    c_bar = np.zeros(n)
    w_bar = np.zeros_like(w)
    v_bar = np.zeros_like(v)
    b_bar = np.zeros_like(b)
    for t in reversed(range(xs.shape[0])):
        h, c_old, keep, write, emit, new = tape.pop()
        squashed = np.tanh(c)
        emit_bar = h_bar * squashed
        c_bar = c_bar + h_bar * emit * (1.0 - squashed * squashed)
        keep_bar = c_bar * c_old
        write_bar = c_bar * new
        new_bar = c_bar * write
        c_bar = c_bar * keep
        z_bar = np.empty_like(b)
        z_bar[:n] = keep_bar * keep * (1.0 - keep)
        z_bar[n : 2 * n] = write_bar * write * (1.0 - write)
        z_bar[2 * n : 3 * n] = emit_bar * emit * (1.0 - emit)
        z_bar[3 * n :] = new_bar * (1.0 - new * new)
        w_bar += np.outer(z_bar, xs[t])
        v_bar += np.outer(z_bar, h)
        b_bar += z_bar
        h_bar = v.T @ z_bar
        c = c_old
    return value, (w_bar, v_bar, b_bar)


def best_hand(w, v, b, xs, target):
    """Products with all inputs before the loop and with all adjoints after it; three gates at once."""
    steps, n = xs.shape[0], target.shape[0]
    zs = xs @ w.T
    zs += b
    hs = np.zeros((steps + 1, n))
    cs = np.zeros((steps + 1, n))
    squashed = np.empty((steps, n))
    for t in range(steps):
        z = zs[t]
        z += v @ hs[t]
        z[: 3 * n] *= 0.5
        np.tanh(z, out=z)
        z[: 3 * n] *= 0.5
        z[: 3 * n] += 0.5
        c = np.multiply(z[:n], cs[t], out=cs[t + 1])
        c += z[n : 2 * n] * z[3 * n :]
        np.tanh(c, out=squashed[t])
        np.multiply(z[2 * n : 3 * n], squashed[t], out=hs[t + 1])
    error = hs[steps] - target
    value = error @ error

    slopes = zs * (1.0 - zs)
    slopes[:, 3 * n :] = 1.0 - zs[:, 3 * n :] ** 2
    slopes[:, :n] *= cs[:-1]
    slopes[:, n : 2 * n] *= zs[:, 3 * n :]
    slopes[:, 2 * n : 3 * n] *= squashed
    slopes[:, 3 * n :] *= zs[:, n : 2 * n]
    squashed *= squashed
    through = zs[:, 2 * n : 3 * n] * (1.0 - squashed)
    by_gate = slopes.reshape(steps, 4, n)
    h_bar = 2.0 * error
    c_bar = np.zeros(n)
    for t in range(steps - 1, -1, -1):
        c_bar += h_bar * through[t]
        z_bar = by_gate[t]
        z_bar[:2] *= c_bar
        z_bar[2] *= h_bar
        z_bar[3] *= c_bar
        h_bar = slopes[t] @ v
        c_bar *= zs[t, :n]
    return value, (slopes.T @ xs, slopes.T @ hs[:-1], np.sum(slopes, axis=0))


def numba_hand(w, v, b, xs, target):
    steps, inputs = xs.shape
    n = target.shape[0]
    zs = np.empty((steps, 4 * n))
    hs = np.zeros((steps + 1, n))
    cs = np.zeros((steps + 1, n))
    for t in range(steps):
        z = zs[t]
        z[:] = b
        for i in range(4 * n):
            for j in range(inputs):
                z[i] += w[i, j] * xs[t, j]
            for j in range(n):
                z[i] += v[i, j] * hs[t, j]
        for i in range(n):
            for gate in range(3):
                z[gate * n + i] = 1.0 / (1.0 + math.exp(-z[gate * n + i]))
            z[3 * n + i] = math.tanh(z[3 * n + i])
            cs[t + 1, i] = z[i] * cs[t, i] + z[n + i] * z[3 * n + i]
            hs[t + 1, i] = z[2 * n + i] * math.tanh(cs[t + 1, i])
    value = 0.0
    h_bar = np.empty(n)
    for i in range(n):
        value += (hs[steps, i] - target[i]) ** 2
        h_bar[i] = 2.0 * (hs[steps, i] - target[i])

    c_bar = np.zeros(n)
    w_bar = np.zeros_like(w)
    v_bar = np.zeros_like(v)
    b_bar = np.zeros_like(b)
    z_bar = np.empty(4 * n)
    for t in range(steps - 1, -1, -1):
        z = zs[t]
        for i in range(n):
            keep, write, emit, new = z[i], z[n + i], z[2 * n + i], z[3 * n + i]
            squashed = math.tanh(cs[t + 1, i])
            c_bar[i] += h_bar[i] * emit * (1.0 - squashed * squashed)
            z_bar[i] = c_bar[i] * cs[t, i] * keep * (1.0 - keep)
            z_bar[n + i] = c_bar[i] * new * write * (1.0 - write)
            z_bar[2 * n + i] = h_bar[i] * squashed * emit * (1.0 - emit)
            z_bar[3 * n + i] = c_bar[i] * write * (1.0 - new * new)
            c_bar[i] *= keep
        h_bar[:] = 0.0
        for i in range(4 * n):
            b_bar[i] += z_bar[i]
            for j in range(inputs):
                w_bar[i, j] += z_bar[i] * xs[t, j]
            for j in range(n):
                v_bar[i, j] += z_bar[i] * hs[t, j]
                h_bar[j] += z_bar[i] * v[i, j]
    return value, (w_bar, v_bar, b_bar)


def in_jax(jax):
    np = jax.numpy

    def lstm(w, v, b, xs, target):
        n = len(target)
        zs = xs @ w.T + b

        def cell(state, given):
            h, c = state
            z = given + v @ h
            gates = jax.nn.sigmoid(z[: 3 * n])
            c = gates[:n] * c + gates[n : 2 * n] * np.tanh(z[3 * n :])
            return (gates[2 * n :] * np.tanh(c), c), None

        (h, _), _ = jax.lax.scan(cell, (np.zeros(n), np.zeros(n)), zs)
        return np.sum((h - target) ** 2)

    return lstm


def in_torch(torch):
    def lstm(w, v, b, xs, target):
        n = len(target)
        h = c = torch.zeros(n, dtype=torch.float64)
        for given in (xs @ w.T + b).unbind():
            z = given + v @ h
            keep, write, emit = torch.sigmoid(z[: 3 * n]).chunk(3)
            c = keep * c + write * torch.tanh(z[3 * n :])
            h = emit * torch.tanh(c)
        return torch.sum((h - target) ** 2)

    return lstm


def arguments(steps, inputs, n):
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(4 * n, inputs)) / inputs**0.5,
        rng.normal(size=(4 * n, n)) / n**0.5,
        0.1 * rng.normal(size=4 * n),
        rng.normal(size=(steps, inputs)),
        rng.normal(size=n),
    )


ROW = Row(
    name="lstm",
    title="LSTM, 100 steps of small products",
    primal=lstm,
    wrt=("w", "v", "b"),
    arguments=arguments,
    full={"steps": 100, "inputs": 12, "n": 24},
    small={"steps": 4, "inputs": 2, "n": 3},
    by_hand=by_hand,
    best_hand=best_hand,
    numba_hand=numba_hand,
    jax=in_jax,
    torch=in_torch,
)
