"""The marginal likelihood of a Gaussian process, by a Cholesky factor."""
from __future__ import annotations

import numpy as np

from benchmarks.row import Row


def log_marginal(length, scale, noise, x, y):
    n = y.shape[0]
    d = (x[:, None] - x) / length
    k = scale**2 * np.exp(-0.5 * d**2) + noise**2 * np.eye(n)
    factor = np.linalg.cholesky(k)
    half = np.linalg.solve(factor, y)
    return -0.5 * np.sum(half**2) - np.sum(np.log(np.diag(factor))) - 0.5 * n * np.log(2.0 * np.pi)


def by_hand(length, scale, noise, x, y):
    n = y.shape[0]
    d = (x[:, None] - x) / length
    shape = np.exp(-0.5 * d**2)
    eye = np.eye(n)
    k = scale**2 * shape + noise**2 * eye
    factor = np.linalg.cholesky(k)
    half = np.linalg.solve(factor, y)
    diagonal = np.diag(factor)
    value = -0.5 * np.sum(half**2) - np.sum(np.log(diagonal)) - 0.5 * n * np.log(2.0 * np.pi)

    right = np.linalg.solve(factor.T, -half)
    factor_bar = -np.outer(right, half)
    factor_bar[np.arange(n), np.arange(n)] -= 1.0 / diagonal
    k_bar = cholesky_rev(factor, factor_bar)
    noise_bar = 2.0 * noise * np.sum(k_bar * eye)
    scale_bar = 2.0 * scale * np.sum(k_bar * shape)
    shape_bar = scale**2 * k_bar
    d_bar = -shape_bar * shape * d
    length_bar = -np.sum(d_bar * d) / length
    return value, (length_bar, scale_bar, noise_bar)


def cholesky_rev(factor, factor_bar):
    inner = np.tril(factor.T @ factor_bar)
    inner[np.diag_indices_from(inner)] *= 0.5
    left = np.linalg.solve(factor.T, inner)
    k_bar = np.linalg.solve(factor.T, left.T).T
    return 0.5 * (k_bar + k_bar.T)


def best_hand(length, scale, noise, x, y):
    """The derivative of the logarithm of a determinant is the inverse: no adjoint of the factor."""
    n = y.shape[0]
    d = x[:, None] - x
    d *= d
    d *= -0.5 / length**2
    shape = np.exp(d)
    k = scale**2 * shape
    k[np.diag_indices(n)] += noise**2
    factor = np.linalg.cholesky(k)
    inverse = np.linalg.inv(k)
    alpha = inverse @ y
    value = -0.5 * (y @ alpha) - np.sum(np.log(np.diag(factor))) - 0.5 * n * np.log(2.0 * np.pi)

    k_bar = np.multiply.outer(0.5 * alpha, alpha)
    k_bar -= np.multiply(inverse, 0.5, out=inverse)
    noise_bar = 2.0 * noise * np.trace(k_bar)
    k_bar *= shape
    scale_bar = 2.0 * scale * np.sum(k_bar)
    length_bar = -2.0 * scale**2 / length * np.vdot(k_bar, d)
    return value, (length_bar, scale_bar, noise_bar)


def in_jax(jax):
    np = jax.numpy

    def log_marginal(length, scale, noise, x, y):
        d = (x[:, None] - x) / length
        k = scale**2 * np.exp(-0.5 * d**2) + noise**2 * np.eye(len(y))
        factor = np.linalg.cholesky(k)
        half = jax.scipy.linalg.solve_triangular(factor, y, lower=True)
        return -0.5 * np.sum(half**2) - np.sum(np.log(np.diag(factor))) - 0.5 * len(y) * np.log(2.0 * np.pi)

    return log_marginal


def in_torch(torch):
    def log_marginal(length, scale, noise, x, y):
        d = (x[:, None] - x) / length
        k = scale**2 * torch.exp(-0.5 * d**2) + noise**2 * torch.eye(len(y), dtype=x.dtype)
        factor = torch.linalg.cholesky(k)
        half = torch.linalg.solve_triangular(factor, y[:, None], upper=False)
        logs = torch.sum(torch.log(torch.diagonal(factor)))
        return -0.5 * torch.sum(half**2) - logs - 0.5 * len(y) * np.log(2.0 * np.pi)

    return log_marginal


def arguments(n):
    rng = np.random.default_rng(0)
    x = np.sort(rng.uniform(0.0, 10.0, size=n))
    return 0.8, 1.3, 0.4, x, np.sin(x) + 0.3 * rng.normal(size=n)


ROW = Row(
    name="gaussian_process",
    title="Gaussian process, Cholesky",
    primal=log_marginal,
    wrt=("length", "scale", "noise"),
    arguments=arguments,
    full={"n": 200},
    small={"n": 6},
    by_hand=by_hand,
    best_hand=best_hand,
    jax=in_jax,
    torch=in_torch,
)
