"""The heat equation by explicit steps: slices of an array updated in place."""
from __future__ import annotations

import numpy as np

from benchmarks.row import Row


def heat(u0, k, steps):
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u * u)


def by_hand(u0, k, steps):
    u = u0.copy()
    tape = []
    for _ in range(steps):
        tape.append(u[1:-1].copy())
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    value = np.sum(u * u)

    u_bar = 2.0 * u
    k_bar = 0.0
    for _ in range(steps):
        u[1:-1] = tape.pop()
        new_bar = u_bar[1:-1]
        k_bar += np.sum(new_bar * (u[2:] - 2.0 * u[1:-1] + u[:-2]))
        bend_bar = k * new_bar
        u_bar[2:] += bend_bar
        u_bar[1:-1] -= 2.0 * bend_bar
        u_bar[:-2] += bend_bar
    return value, (u_bar, k_bar)


def best_hand(u0, k, steps):
    """Every state kept whole, sums of products as products of vectors, buffers instead of temporaries."""
    tape = np.empty((steps + 1, u0.shape[0]))
    tape[0] = u0
    bend = np.empty(u0.shape[0] - 2)
    for t in range(steps):
        bent(tape[t], bend)
        bend *= k
        new = tape[t + 1]
        new[0] = u0[0]
        new[-1] = u0[-1]
        np.add(tape[t, 1:-1], bend, out=new[1:-1])
    u = tape[steps]
    value = u @ u

    u_bar = 2.0 * u
    left, middle, right = u_bar[:-2], u_bar[1:-1], u_bar[2:]
    k_bar = 0.0
    for t in range(steps - 1, -1, -1):
        k_bar += middle @ bent(tape[t], bend)
        np.multiply(middle, k, out=bend)
        left += bend
        right += bend
        bend *= 2.0
        middle -= bend
    return value, (u_bar, k_bar)


def bent(u, out):
    np.add(u[2:], u[:-2], out=out)
    out -= u[1:-1]
    out -= u[1:-1]
    return out


def numba_hand(u0, k, steps):
    n = u0.shape[0]
    tape = np.empty((steps + 1, n))
    tape[0] = u0
    for t in range(steps):
        for i in range(1, n - 1):
            tape[t + 1, i] = tape[t, i] + k * (tape[t, i + 1] - 2.0 * tape[t, i] + tape[t, i - 1])
        tape[t + 1, 0] = tape[t, 0]
        tape[t + 1, n - 1] = tape[t, n - 1]
    u_bar = np.empty(n)
    value = 0.0
    for i in range(n):
        value += tape[steps, i] * tape[steps, i]
        u_bar[i] = 2.0 * tape[steps, i]
    k_bar = 0.0
    old = np.empty(n)
    for t in range(steps - 1, -1, -1):
        old[:] = u_bar
        for i in range(1, n - 1):
            k_bar += old[i] * (tape[t, i + 1] - 2.0 * tape[t, i] + tape[t, i - 1])
        for i in range(2, n - 2):
            u_bar[i] = old[i] + k * (old[i + 1] - 2.0 * old[i] + old[i - 1])
        u_bar[0] = old[0] + k * old[1]
        u_bar[n - 1] = old[n - 1] + k * old[n - 2]
        u_bar[1] = old[1] + k * (old[2] - 2.0 * old[1])
        u_bar[n - 2] = old[n - 2] + k * (old[n - 3] - 2.0 * old[n - 2])
    return value, (u_bar, k_bar)


C = """
double value_and_grad(const double *u0, long n, double k, long steps, double *u_bar, double *k_out) {
    double *tape = malloc((steps + 1) * n * sizeof *tape), *old = malloc(n * sizeof *old);
    memcpy(tape, u0, n * sizeof *tape);
    for (long t = 0; t < steps; t++) {
        const double *restrict u = tape + t * n;
        double *restrict v = tape + (t + 1) * n;
        for (long i = 1; i < n - 1; i++)
            v[i] = u[i] + k * (u[i + 1] - 2.0 * u[i] + u[i - 1]);
        v[0] = u[0], v[n - 1] = u[n - 1];
    }
    double value = 0.0, k_bar = 0.0;
    for (long i = 0; i < n; i++) {
        double u = tape[steps * n + i];
        value += u * u;
        u_bar[i] = 2.0 * u;
    }
    for (long t = steps; t--;) {
        const double *restrict u = tape + t * n;
        memcpy(old, u_bar, n * sizeof *old);
        for (long i = 1; i < n - 1; i++)
            k_bar += old[i] * (u[i + 1] - 2.0 * u[i] + u[i - 1]);
        for (long i = 2; i < n - 2; i++)
            u_bar[i] = old[i] + k * (old[i + 1] - 2.0 * old[i] + old[i - 1]);
        u_bar[0] = old[0] + k * old[1];
        u_bar[n - 1] = old[n - 1] + k * old[n - 2];
        u_bar[1] = old[1] + k * (old[2] - 2.0 * old[1]);
        u_bar[n - 2] = old[n - 2] + k * (old[n - 3] - 2.0 * old[n - 2]);
    }
    free(tape), free(old);
    *k_out = k_bar;
    return value;
}
"""


def with_concatenate(np):
    def heat(u0, k, steps):
        u = u0
        for _ in range(steps):
            middle = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
            u = np.concatenate([u[:1], middle, u[-1:]])
        return np.sum(u * u)

    return heat


def in_jax(jax):
    np = jax.numpy

    def heat(u0, k, steps):
        def advance(u, _):
            return u.at[1:-1].add(k * (u[2:] - 2.0 * u[1:-1] + u[:-2])), None

        u, _ = jax.lax.scan(advance, u0, None, length=steps)
        return np.sum(u * u)

    return heat


def in_torch(torch):
    def heat(u0, k, steps):
        u = u0.clone()
        for _ in range(steps):
            u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        return torch.sum(u * u)

    return heat


def arguments(n, steps):
    return np.sin(np.linspace(0.0, 9.0, n)), 0.2, steps


ROW = Row(
    name="heat",
    title="heat equation, slices in place",
    primal=heat,
    wrt=("u0", "k"),
    arguments=arguments,
    full={"n": 2000, "steps": 400},
    small={"n": 9, "steps": 5},
    by_hand=by_hand,
    best_hand=best_hand,
    numba_hand=numba_hand,
    c_hand=C,
    autograd=with_concatenate,
    jax=in_jax,
    torch=in_torch,
    static=("steps",),
    loops=True,
)
