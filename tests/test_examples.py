"""The files in ``generated_examples`` compute derivatives, as they stand, without s2sad."""
from __future__ import annotations

import copy
import itertools
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from s2sad import grad, value_and_grad
from tests import support
from tools import update

SEED = 7


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import a file of the folder by its name, as a user who stands in it does."""
    monkeypatch.syspath_prepend(str(update.EXAMPLES))
    before = set(sys.modules)

    def load(name: str) -> Any:
        return __import__(name)

    yield load
    for name in set(sys.modules) - before:
        if not name.startswith(("numpy", "s2sad")):
            del sys.modules[name]


def slope(function: Any, arguments: tuple[Any, ...], place: int, direction: Any, step: float = 1e-6) -> float:
    return support.directional_derivative(function, arguments, {place: direction}, 1.0, step=step)


def test_gradient_of_sines_is_a_cosine(example: Any) -> None:
    sines = example("sines")
    gradient = example("sines_grad").total_grad(sines.points)
    np.testing.assert_allclose(gradient, 2.0 * np.cos(sines.points), rtol=1e-14, atol=1e-15)
    value, same = example("sines_value_and_grad").total_value_and_grad(sines.points)
    assert value == pytest.approx(sines.total(sines.points))
    np.testing.assert_array_equal(same, gradient)


def batch(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=(16, 1000)), rng.normal(size=(16, 10))


def test_network_gradient_agrees_with_differences(example: Any) -> None:
    network = example("network")
    rng = np.random.default_rng(SEED)
    arguments = (network.Network(rng), *batch(rng))
    _, gradient = example("network_value_and_grad").loss_value_and_grad(*arguments)
    assert type(gradient) is network.Network
    for _ in range(3):
        direction = support.tree_map(lambda leaf: rng.normal(size=leaf.shape), arguments[0])
        expected = slope(network.loss, arguments, 0, direction)
        assert support.inner(gradient, direction) == pytest.approx(expected, rel=1e-6), f"seed {SEED}"


def test_network_is_trained(example: Any) -> None:
    network = example("network")
    rng = np.random.default_rng(SEED)
    model, (x, target) = network.Network(rng), batch(rng)
    other = copy.deepcopy(model)
    generated = example("network_value_and_grad").loss_value_and_grad
    losses = network.train(model, x, target, generated, steps=30, rate=0.005)
    assert all(after < before for before, after in itertools.pairwise(losses)), losses
    assert losses[-1] < 0.1 * losses[0]
    assert network.train(other, x, target, value_and_grad(network.loss), steps=30, rate=0.005) == losses


def test_pullback_of_doubling(example: Any) -> None:
    doubling = example("doubling")
    x, cotangent = np.array([0.4, -1.2, 0.7]), np.array([0.1, 1.0, 0.0001])
    value, pullback = example("doubling_vjp").doubled_vjp(x)
    np.testing.assert_array_equal(value, doubling.doubled(x))
    for _ in range(2):
        np.testing.assert_allclose(pullback(cotangent)[0], value[0] / x[0] * cotangent, rtol=1e-14)
    with pytest.raises(TypeError, match=r"scalar.*\n(.*\n)*.*vjp"):
        grad(doubling.doubled)(x)


@pytest.mark.parametrize(
    ("source", "file", "arguments", "wrt"),
    [
        ("relax.relax", "relax_value_and_grad.relax_value_and_grad", (0.8, 12), (0,)),
        ("kepler.position", "kepler_value_and_grad.position_value_and_grad", (0.9, 0.4), (0, 1)),
        ("heat.energy", "heat_value_and_grad.energy_value_and_grad", (np.sin(np.arange(7.0)), 0.2, 5), (0, 1)),
    ],
)
def test_agrees_with_differences(example: Any, source: str, file: str, arguments: Any, wrt: Any) -> None:
    function, derivative = (getattr(example(m), n) for m, n in (source.split("."), file.split(".")))
    untouched = copy.deepcopy(arguments)
    value, gradient = derivative(*arguments)
    assert value == pytest.approx(function(*copy.deepcopy(arguments)))
    rng = np.random.default_rng(SEED)
    for place, found in zip(wrt, gradient if len(wrt) > 1 else (gradient,), strict=True):
        direction = rng.normal(size=np.shape(arguments[place]))
        expected = slope(function, arguments, place, direction)
        assert np.sum(found * direction) == pytest.approx(expected, rel=1e-6), f"seed {SEED}"
    assert repr(arguments) == repr(untouched)


def test_heat_alone_needs_no_tape(example: Any) -> None:
    arguments = (np.sin(np.arange(7.0)), 0.2, 5)
    _, (expected, _) = example("heat_value_and_grad").energy_value_and_grad(*arguments)
    np.testing.assert_allclose(example("heat_grad").energy_grad(*arguments), expected, rtol=1e-13)
    assert "tape" not in (update.EXAMPLES / "heat_grad.py").read_text()
