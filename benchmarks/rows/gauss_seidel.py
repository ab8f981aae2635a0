"""Gauss-Seidel sweeps over a grid: elements of an array updated in place, one after the other."""
from __future__ import annotations

import numpy as np

from benchmarks.row import Row


def relax(u0, f, w, sweeps):
    u = u0.copy()
    n, m = u.shape
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + f[i, j])
    return np.sum(w * u)


def by_hand(u0, f, w, sweeps):
    u = u0.copy()
    n, m = u.shape
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + f[i, j])
    value = np.sum(w * u)

    u_bar = w.copy()
    f_bar = np.zeros_like(f)
    for _ in range(sweeps):
        for i in reversed(range(1, n - 1)):
            for j in reversed(range(1, m - 1)):
                sum_bar = 0.25 * u_bar[i, j]
                u_bar[i, j] = 0.0
                u_bar[i - 1, j] += sum_bar
                u_bar[i + 1, j] += sum_bar
                u_bar[i, j - 1] += sum_bar
                u_bar[i, j + 1] += sum_bar
                f_bar[i, j] += sum_bar
    return value, (u_bar, f_bar)


def numba_hand(u0, f, w, sweeps):
    u = u0.copy()
    n, m = u.shape
    for _ in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + f[i, j])
    value = np.sum(w * u)

    u_bar = w.copy()
    f_bar = np.zeros_like(f)
    for _ in range(sweeps):
        for i in range(n - 2, 0, -1):
            for j in range(m - 2, 0, -1):
                sum_bar = 0.25 * u_bar[i, j]
                u_bar[i, j] = 0.0
                u_bar[i - 1, j] += sum_bar
                u_bar[i + 1, j] += sum_bar
                u_bar[i, j - 1] += sum_bar
                u_bar[i, j + 1] += sum_bar
                f_bar[i, j] += sum_bar
    return value, (u_bar, f_bar)


C = """
double value_and_grad(const double *u0, long n, long m, const double *f, long fn, long fm, const double *w, long wn,
                      long wm, long sweeps, double *u_bar, double *f_bar) {
    double *u = malloc(n * m * sizeof *u), value = 0.0;
    memcpy(u, u0, n * m * sizeof *u);
    for (long s = 0; s < sweeps; s++)
        for (long i = 1; i < n - 1; i++)
            for (long j = 1; j < m - 1; j++) {
                double *at = u + i * m + j;
                at[0] = 0.25 * (at[-m] + at[m] + at[-1] + at[1] + f[i * m + j]);
            }
    for (long i = 0; i < n * m; i++) {
        value += w[i] * u[i];
        u_bar[i] = w[i];
        f_bar[i] = 0.0;
    }
    for (long s = 0; s < sweeps; s++)
        for (long i = n - 2; i > 0; i--)
            for (long j = m - 2; j > 0; j--) {
                double *at = u_bar + i * m + j, bar = 0.25 * at[0];
                at[0] = 0.0;
                at[-m] += bar;
                at[m] += bar;
                at[-1] += bar;
                at[1] += bar;
                f_bar[i * m + j] += bar;
            }
    free(u);
    return value;
}
"""


def with_lists(np):
    """Numbers in lists of lists: an array of autograd's cannot be written."""
    def relax(u0, f, w, sweeps):
        n, m = u0.shape
        u = [[u0[i, j] for j in range(m)] for i in range(n)]
        fs = [[f[i, j] for j in range(m)] for i in range(n)]
        for _ in range(sweeps):
            for i in range(1, n - 1):
                for j in range(1, m - 1):
                    u[i][j] = 0.25 * (u[i - 1][j] + u[i + 1][j] + u[i][j - 1] + u[i][j + 1] + fs[i][j])
        total = 0.0
        for i in range(n):
            for j in range(m):
                total = total + w[i, j] * u[i][j]
        return total

    return relax


def in_jax(jax):
    """A scan over the sweeps, over the rows and over the elements of a row: the carried value is the left one."""
    np = jax.numpy

    def relax(u0, f, w, sweeps):
        def along(left, given):
            new = 0.25 * (left + given)
            return new, new

        def down(above, rows):
            row, below, load = rows
            given = above[1:-1] + below[1:-1] + row[2:] + load[1:-1]
            _, inner = jax.lax.scan(along, row[0], given)
            row = np.concatenate([row[:1], inner, row[-1:]])
            return row, row

        def sweep(u, _):
            _, rows = jax.lax.scan(down, u[0], (u[1:-1], u[2:], f[1:-1]))
            return np.concatenate([u[:1], rows, u[-1:]]), None

        u, _ = jax.lax.scan(sweep, u0, None, length=sweeps)
        return np.sum(w * u)

    return relax


def in_torch(torch):
    def relax(u0, f, w, sweeps):
        u = u0.clone()
        n, m = u.shape
        for _ in range(sweeps):
            for i in range(1, n - 1):
                for j in range(1, m - 1):
                    u[i, j] = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] + f[i, j])
        return torch.sum(w * u)

    return relax


def arguments(n, sweeps):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, n)), rng.normal(size=(n, n)), rng.normal(size=(n, n)), sweeps


ROW = Row(
    name="gauss_seidel",
    title="Gauss-Seidel, element loops in place",
    primal=relax,
    wrt=("u0", "f"),
    arguments=arguments,
    full={"n": 100, "sweeps": 2},
    small={"n": 5, "sweeps": 2},
    by_hand=by_hand,
    numba_hand=numba_hand,
    c_hand=C,
    autograd=with_lists,
    jax=in_jax,
    torch=in_torch,
    static=("sweeps",),
    loops=True,
    scalars=True,
)
