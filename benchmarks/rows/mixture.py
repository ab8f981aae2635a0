"""The log-likelihood of a mixture of Gaussians, by log-sum-exp over broadcast arrays."""
from __future__ import annotations

import math

import numpy as np

from benchmarks.row import Row


def log_likelihood(weights, means, log_scales, x):
    z = (x[:, None, :] - means) / np.exp(log_scales)
    logs = weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z**2, axis=2)
    top = np.max(logs, axis=1, keepdims=True)
    terms = np.log(np.sum(np.exp(logs - top), axis=1)) + top[:, 0]
    norm = np.log(np.sum(np.exp(weights)))
    return np.sum(terms) - x.shape[0] * norm


def by_hand(weights, means, log_scales, x):
    scales = np.exp(log_scales)
    z = (x[:, None, :] - means) / scales
    logs = weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z**2, axis=2)
    top = np.max(logs, axis=1, keepdims=True)
    exps = np.exp(logs - top)
    sums = np.sum(exps, axis=1)
    terms = np.log(sums) + top[:, 0]
    exp_weights = np.exp(weights)
    total = np.sum(exp_weights)
    value = np.sum(terms) - x.shape[0] * np.log(total)

    weights_bar = -x.shape[0] / total * exp_weights
    logs_bar = exps / sums[:, None]
    logs_sum = np.sum(logs_bar, axis=0)
    weights_bar += logs_sum
    log_scales_bar = np.zeros_like(log_scales)
    log_scales_bar -= logs_sum[:, None]
    z_bar = -z * logs_bar[:, :, None]
    difference_bar = z_bar / scales
    scales_bar = -np.sum(z_bar * z, axis=0) / scales
    log_scales_bar += scales_bar * scales
    means_bar = -np.sum(difference_bar, axis=0)
    return value, (weights_bar, means_bar, log_scales_bar)


def best_hand(weights, means, log_scales, x):
    """The squares multiplied out, so that matrix products of the responsibilities say everything."""
    inverse = np.exp(-2.0 * log_scales)
    scaled = means * inverse
    squares = x * x
    constant = weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(means * scaled, axis=1)
    logs = squares @ (-0.5 * inverse.T)
    logs += x @ scaled.T
    logs += constant
    top = np.max(logs, axis=1, keepdims=True)
    logs -= top
    np.exp(logs, out=logs)
    sums = np.sum(logs, axis=1, keepdims=True)
    exp_weights = np.exp(weights)
    total = np.sum(exp_weights)
    value = np.sum(np.log(sums)) + np.sum(top) - x.shape[0] * np.log(total)

    logs /= sums
    counts = np.sum(logs, axis=0)
    first = logs.T @ x
    second = logs.T @ squares
    weights_bar = counts - x.shape[0] / total * exp_weights
    means_bar = inverse * (first - counts[:, None] * means)
    spread = second - 2.0 * means * first + counts[:, None] * means * means
    return value, (weights_bar, means_bar, inverse * spread - counts[:, None])


def numba_hand(weights, means, log_scales, x):
    points, dimensions = x.shape
    components = weights.shape[0]
    inverse = np.exp(-log_scales)
    constant = np.empty(components)
    total = 0.0
    for k in range(components):
        total += math.exp(weights[k])
        constant[k] = weights[k]
        for d in range(dimensions):
            constant[k] -= log_scales[k, d]
    value = -points * math.log(total)
    weights_bar = -points / total * np.exp(weights)
    means_bar = np.zeros_like(means)
    log_scales_bar = np.zeros_like(log_scales)
    logs = np.empty(components)
    for i in range(points):
        top = -np.inf
        for k in range(components):
            square = 0.0
            for d in range(dimensions):
                z = (x[i, d] - means[k, d]) * inverse[k, d]
                square += z * z
            logs[k] = constant[k] - 0.5 * square
            top = max(top, logs[k])
        terms = 0.0
        for k in range(components):
            logs[k] = math.exp(logs[k] - top)
            terms += logs[k]
        value += math.log(terms) + top
        for k in range(components):
            share = logs[k] / terms
            weights_bar[k] += share
            for d in range(dimensions):
                z = (x[i, d] - means[k, d]) * inverse[k, d]
                means_bar[k, d] += share * z * inverse[k, d]
                log_scales_bar[k, d] += share * (z * z - 1.0)
    return value, (weights_bar, means_bar, log_scales_bar)


def in_jax(jax):
    np = jax.numpy

    def log_likelihood(weights, means, log_scales, x):
        z = (x[:, None, :] - means) / np.exp(log_scales)
        logs = weights - np.sum(log_scales, axis=1) - 0.5 * np.sum(z**2, axis=2)
        terms = jax.nn.logsumexp(logs, axis=1)
        return np.sum(terms) - len(x) * jax.nn.logsumexp(weights)

    return log_likelihood


def in_torch(torch):
    def log_likelihood(weights, means, log_scales, x):
        z = (x[:, None, :] - means) / torch.exp(log_scales)
        logs = weights - torch.sum(log_scales, dim=1) - 0.5 * torch.sum(z**2, dim=2)
        terms = torch.logsumexp(logs, dim=1)
        return torch.sum(terms) - len(x) * torch.logsumexp(weights, dim=0)

    return log_likelihood


def arguments(points, components, dimensions):
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=components),
        rng.normal(size=(components, dimensions)),
        0.3 * rng.normal(size=(components, dimensions)),
        rng.normal(size=(points, dimensions)),
    )


ROW = Row(
    name="mixture",
    title="Gaussian mixture, log-sum-exp",
    primal=log_likelihood,
    wrt=("weights", "means", "log_scales"),
    arguments=arguments,
    full={"points": 2000, "components": 10, "dimensions": 6},
    small={"points": 7, "components": 3, "dimensions": 2},
    by_hand=by_hand,
    best_hand=best_hand,
    numba_hand=numba_hand,
    jax=in_jax,
    torch=in_torch,
)
