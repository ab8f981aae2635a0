"""The classic introduction to automatic differentiation, end to end."""
from __future__ import annotations

import copy
import itertools

import numpy as np
import pytest

from s2sad import grad, value_and_grad, vjp
from s2sad.errors import S2sadError
from tests import support

SEED = 7


# --- 25 points on a sine ------------------------------------------------------------------------------

def sine(a):
    b = np.sin(a)
    c = 2 * b
    d = c + 1
    return np.sum(d)


def test_sine_at_25_points():
    a = np.linspace(0.0, 2.0 * np.pi, 25)
    value, gradient = value_and_grad(sine)(a)
    assert value == pytest.approx(25.0)
    np.testing.assert_allclose(gradient, 2 * np.cos(a), rtol=1e-14, atol=1e-15)


def test_pullback_of_sine_points():
    a = np.linspace(0.0, 2.0 * np.pi, 25)
    value, pullback = vjp(sine, a)
    assert value == pytest.approx(25.0)
    (gradient,) = pullback(0.5)
    np.testing.assert_allclose(gradient, np.cos(a), rtol=1e-14, atol=1e-15)


# --- a small network trained by gradient descent ------------------------------------------------------

BATCH, IN, HIDDEN, OUT = 16, 1000, 100, 10


class Network:
    """Two layers with a ReLU between them; the attributes are the parameters."""

    def __init__(self, rng):
        self.w1 = rng.normal(size=(IN, HIDDEN)) / np.sqrt(IN)
        self.b1 = np.zeros(HIDDEN)
        self.w2 = rng.normal(size=(HIDDEN, OUT)) / np.sqrt(HIDDEN)
        self.b2 = np.zeros(OUT)

    def __call__(self, x):
        hidden = np.maximum(x @ self.w1 + self.b1, 0.0)
        return hidden @ self.w2 + self.b2


def squared_error(network, x, target):
    return np.sum((network(x) - target) ** 2) / len(x)


def descend(network, gradient, rate):
    """Move every parameter of ``network`` against its gradient."""
    for name, parameter in vars(network).items():
        parameter -= rate * getattr(gradient, name)


@pytest.fixture
def task():
    rng = np.random.default_rng(SEED)
    return Network(rng), rng.normal(size=(BATCH, IN)), rng.normal(size=(BATCH, OUT))


def gradient_by_hand(network, x, target):
    """The gradient of ``squared_error`` as the textbook writes it."""
    before = x @ network.w1 + network.b1
    hidden = np.maximum(before, 0.0)
    error = 2.0 / len(x) * (hidden @ network.w2 + network.b2 - target)
    back = (error @ network.w2.T) * (before > 0)
    return {"w1": x.T @ back, "b1": back.sum(axis=0), "w2": hidden.T @ error, "b2": error.sum(axis=0)}


def test_network_gradient_agrees_with_the_textbook(task):
    gradient = grad(squared_error)(*task)
    assert isinstance(gradient, Network)
    for name, expected in gradient_by_hand(*task).items():
        np.testing.assert_allclose(getattr(gradient, name), expected, rtol=1e-9, atol=1e-12, err_msg=name)


def test_network_gradient_agrees_with_differences(task):
    gradient = grad(squared_error)(*task)
    rng = np.random.default_rng(SEED)
    for _ in range(3):
        direction = support.tree_map(lambda leaf: rng.normal(size=leaf.shape), task[0])
        expected = support.directional_derivative(squared_error, task, {0: direction}, 1.0, step=1e-6)
        assert support.inner(gradient, direction) == pytest.approx(expected, rel=1e-6), f"seed {SEED}"


def test_network_is_trained(task):
    network, x, target = task
    untouched = copy.deepcopy(x), copy.deepcopy(target)
    step = value_and_grad(squared_error)
    losses = []
    for _ in range(30):
        loss, gradient = step(network, x, target)
        losses.append(loss)
        descend(network, gradient, rate=0.005)
    assert all(after < before for before, after in itertools.pairwise(losses)), losses
    assert losses[-1] < 0.1 * losses[0]
    np.testing.assert_array_equal(x, untouched[0])
    np.testing.assert_array_equal(target, untouched[1])


# --- a loop whose length depends on the data ----------------------------------------------------------

def doubled_until_large(x):
    y = x * 2
    while np.linalg.norm(y) < 1000:
        y = y * 2
    return y


@pytest.mark.parametrize("x", [[0.4, -1.2, 0.7], [300.0, 100.0, -5.0], [2000.0, 0.0, 1.0]])
def test_pullback_of_a_vector_result(x):
    x = np.array(x)
    cotangent = np.array([0.1, 1.0, 0.0001])
    value, pullback = vjp(doubled_until_large, x)
    np.testing.assert_array_equal(value, doubled_until_large(x))
    factor = value[0] / x[0]
    np.testing.assert_allclose(pullback(cotangent)[0], factor * cotangent, rtol=1e-14)


def test_grad_of_a_vector_result_is_refused():
    with pytest.raises(S2sadError, match=r"(?i)scalar|vjp") as caught:
        grad(doubled_until_large)(np.array([0.4, -1.2, 0.7]))
    assert isinstance(caught.value, TypeError)
