"""A network of two layers on a batch, mean square error."""
from __future__ import annotations

import numpy as np

from benchmarks.row import Row


def network(w1, b1, w2, b2, x, target):
    hidden = np.tanh(x @ w1 + b1)
    error = hidden @ w2 + b2 - target
    return np.sum(error * error) / x.shape[0]


def by_hand(w1, b1, w2, b2, x, target):
    hidden = np.tanh(x @ w1 + b1)
    error = hidden @ w2 + b2 - target
    value = np.sum(error * error) / x.shape[0]

    error_bar = 2.0 / x.shape[0] * error
    b2_bar = np.sum(error_bar, axis=0)
    w2_bar = hidden.T @ error_bar
    hidden_bar = error_bar @ w2.T
    z_bar = hidden_bar * (1.0 - hidden * hidden)
    b1_bar = np.sum(z_bar, axis=0)
    w1_bar = x.T @ z_bar
    return value, (w1_bar, b1_bar, w2_bar, b2_bar)


def in_jax(jax):
    np = jax.numpy

    def network(w1, b1, w2, b2, x, target):
        hidden = np.tanh(x @ w1 + b1)
        error = hidden @ w2 + b2 - target
        return np.sum(error * error) / len(x)

    return network


def in_torch(torch):
    def network(w1, b1, w2, b2, x, target):
        hidden = torch.tanh(x @ w1 + b1)
        error = hidden @ w2 + b2 - target
        return torch.sum(error * error) / len(x)

    return network


def arguments(batch, inputs, hidden, outputs):
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(inputs, hidden)) / inputs**0.5,
        0.1 * rng.normal(size=hidden),
        rng.normal(size=(hidden, outputs)) / hidden**0.5,
        0.1 * rng.normal(size=outputs),
        rng.normal(size=(batch, inputs)),
        rng.normal(size=(batch, outputs)),
    )


ROW = Row(
    name="network",
    title="two-layer network, batch 128",
    primal=network,
    wrt=("w1", "b1", "w2", "b2"),
    arguments=arguments,
    full={"batch": 128, "inputs": 256, "hidden": 128, "outputs": 10},
    small={"batch": 5, "inputs": 4, "hidden": 3, "outputs": 2},
    by_hand=by_hand,
    jax=in_jax,
    torch=in_torch,
)
