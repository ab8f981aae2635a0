"""Flow through the edges of a graph: values gathered by index, fluxes added to their nodes."""
from __future__ import annotations

import numpy as np

from benchmarks.row import Row


def residual(u, conductance, left, right):
    jump = u[right] - u[left]
    flux = conductance * jump * np.abs(jump)
    out = np.zeros_like(u)
    np.add.at(out, left, flux)
    np.add.at(out, right, -flux)
    return np.sum(out**2)


def by_hand(u, conductance, left, right):
    jump = u[right] - u[left]
    size = np.abs(jump)
    flux = conductance * jump * size
    out = np.zeros_like(u)
    np.add.at(out, left, flux)
    np.add.at(out, right, -flux)
    value = np.sum(out**2)

    out_bar = 2.0 * out
    flux_bar = out_bar[left] - out_bar[right]
    conductance_bar = flux_bar * jump * size
    jump_bar = 2.0 * flux_bar * conductance * size
    u_bar = np.zeros_like(u)
    np.add.at(u_bar, right, jump_bar)
    np.subtract.at(u_bar, left, jump_bar)
    return value, (u_bar, conductance_bar)


def best_hand(u, conductance, left, right):
    """`np.bincount` adds faster than `np.add.at`."""
    n = len(u)
    jump = u[right]
    jump -= u[left]
    square = np.abs(jump)
    by_flow = 2.0 * conductance * square
    square *= jump
    flux = conductance * square
    out = np.bincount(left, flux, n)
    out -= np.bincount(right, flux, n)
    value = out @ out

    out *= 2.0
    flux_bar = out[left]
    flux_bar -= out[right]
    square *= flux_bar
    by_flow *= flux_bar
    u_bar = np.bincount(right, by_flow, n)
    u_bar -= np.bincount(left, by_flow, n)
    return value, (u_bar, square)


def numba_hand(u, conductance, left, right):
    out = np.zeros_like(u)
    for e in range(left.shape[0]):
        jump = u[right[e]] - u[left[e]]
        flux = conductance[e] * jump * abs(jump)
        out[left[e]] += flux
        out[right[e]] -= flux
    value = 0.0
    for i in range(out.shape[0]):
        value += out[i] * out[i]

    u_bar = np.zeros_like(u)
    conductance_bar = np.empty_like(conductance)
    for e in range(left.shape[0]):
        jump = u[right[e]] - u[left[e]]
        flux_bar = 2.0 * (out[left[e]] - out[right[e]])
        conductance_bar[e] = flux_bar * jump * abs(jump)
        jump_bar = 2.0 * flux_bar * conductance[e] * abs(jump)
        u_bar[right[e]] += jump_bar
        u_bar[left[e]] -= jump_bar
    return value, (u_bar, conductance_bar)


C = """
double value_and_grad(const double *u, long n, const double *conductance, long edges, const long *left, long ln,
                      const long *right, long rn, double *u_bar, double *conductance_bar) {
    double *out = calloc(n, sizeof *out), value = 0.0;
    for (long e = 0; e < edges; e++) {
        double jump = u[right[e]] - u[left[e]], flux = conductance[e] * jump * fabs(jump);
        out[left[e]] += flux;
        out[right[e]] -= flux;
    }
    for (long i = 0; i < n; i++) {
        value += out[i] * out[i];
        u_bar[i] = 0.0;
    }
    for (long e = 0; e < edges; e++) {
        double jump = u[right[e]] - u[left[e]], size = fabs(jump), flux_bar = 2.0 * (out[left[e]] - out[right[e]]);
        conductance_bar[e] = flux_bar * jump * size;
        double jump_bar = 2.0 * flux_bar * conductance[e] * size;
        u_bar[right[e]] += jump_bar;
        u_bar[left[e]] -= jump_bar;
    }
    free(out);
    return value;
}
"""


def with_own_rule(np):
    """autograd has no `np.add.at`: a function with a rule of the user's own."""
    from autograd.extend import defvjp, primitive

    def residual(u, conductance, left, right):
        jump = u[right] - u[left]
        flux = conductance * jump * np.abs(jump)
        out = added(flux, left, len(u)) - added(flux, right, len(u))
        return np.sum(out**2)

    added = primitive(scatter)
    defvjp(added, lambda out, values, index, n: lambda bar: bar[index], None, None)
    return residual


def scatter(values, index, n):
    out = np.zeros(n)
    np.add.at(out, index, values)
    return out


def in_jax(jax):
    np = jax.numpy

    def residual(u, conductance, left, right):
        jump = u[right] - u[left]
        flux = conductance * jump * np.abs(jump)
        out = np.zeros_like(u).at[left].add(flux).at[right].add(-flux)
        return np.sum(out**2)

    return residual


def in_torch(torch):
    def residual(u, conductance, left, right):
        jump = u[right] - u[left]
        flux = conductance * jump * torch.abs(jump)
        out = torch.zeros_like(u).index_add(0, left, flux).index_add(0, right, -flux)
        return torch.sum(out**2)

    return residual


def arguments(nodes, edges):
    rng = np.random.default_rng(0)
    ends = rng.integers(nodes, size=(2, edges))
    return rng.normal(size=nodes), rng.uniform(0.5, 1.5, size=edges), ends[0].copy(), ends[1].copy()


ROW = Row(
    name="gather",
    title="gather, scatter-add",
    primal=residual,
    wrt=("u", "conductance"),
    arguments=arguments,
    full={"nodes": 20_000, "edges": 100_000},
    small={"nodes": 6, "edges": 15},
    by_hand=by_hand,
    best_hand=best_hand,
    numba_hand=numba_hand,
    c_hand=C,
    autograd=with_own_rule,
    jax=in_jax,
    torch=in_torch,
    loops=True,
)
