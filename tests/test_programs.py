"""Every program of ``tests/programs``: value, gradient, purity, repeatability and structure."""
from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from s2sad import grad, value_and_grad, vjp
from tests import support

SEED = 20240
TOLERANCE = 1e-6
STEP = 1e-3  # relative to the size of each leaf; a program that is steep names its own

# The differences of a float32 program are taken on its arguments in float64, where it computes almost the
# same function; what is left is the rounding of its own gradient.
SINGLE_TOLERANCE = 1e-3
SINGLE_VALUE_TOLERANCE = 1e-5

CASES = [
    pytest.param(name, index, id=f"{name}-{index}")
    for name in support.names("programs")
    for index in range(len(support.load("programs", name).inputs))
]
every_case = pytest.mark.parametrize("name, index", CASES)


class Case:
    """One program at one of its inputs."""

    def __init__(self, name: str, index: int) -> None:
        self.module = support.load("programs", name)
        self.program, self.wrt = self.module.program, self.module.wrt
        self.step = getattr(self.module, "step", STEP)
        self.arguments = self.module.inputs[index]
        self.parameters = tuple(self.arguments[position] for position in self.wrt)
        self.single = support.is_single(self.parameters)
        self.rng = np.random.default_rng([SEED, index])
        self.value = self.program(*copy.deepcopy(self.arguments))
        self.cotangent = 1.0 if self.is_scalar else support.random_like(self.value, self.rng)

    @property
    def is_scalar(self) -> bool:
        """Whether ``grad`` applies; otherwise ``vjp`` is used with a fixed random cotangent."""
        return support.is_active(self.value) and np.ndim(self.value) == 0

    @property
    def argnums(self) -> int | tuple[int, ...]:
        return self.wrt[0] if len(self.wrt) == 1 else self.wrt

    def differentiate(self) -> tuple[Any, tuple[Any, ...]]:
        """The value, and a gradient for each position in ``wrt``."""
        if self.is_scalar:
            value, gradient = value_and_grad(self.program, argnums=self.argnums)(*self.arguments)
            return value, (gradient,) if len(self.wrt) == 1 else gradient
        value, pullback = vjp(self.program, *self.arguments)
        gradients = pullback(self.cotangent)
        assert len(gradients) == len(self.arguments)
        return value, tuple(gradients[position] for position in self.wrt)


@every_case
def test_value(name: str, index: int) -> None:
    case = Case(name, index)
    value, _ = case.differentiate()
    tolerance = SINGLE_VALUE_TOLERANCE if case.single else 1e-12
    assert support.structure(value) == support.structure(case.value)
    expected = dict(support.active_leaves(case.value))
    for path, leaf in support.active_leaves(value):
        np.testing.assert_allclose(leaf, expected[path], rtol=tolerance, err_msg=f"at {path}")


@every_case
def test_gradient_agrees_with_differences(name: str, index: int) -> None:
    case = Case(name, index)
    _, gradients = case.differentiate()
    arguments = support.in_double(case.arguments) if case.single else case.arguments
    tolerance = SINGLE_TOLERANCE if case.single else TOLERANCE
    scale = 1.0 + abs(support.inner(case.value, case.cotangent))
    for _ in range(2):
        directions = {position: support.random_like(arguments[position], case.rng) for position in case.wrt}
        expected = support.directional_derivative(
            case.program, arguments, directions, case.cotangent, case.step)
        found = sum(support.inner(directions[position], gradient)
                    for position, gradient in zip(case.wrt, gradients, strict=True))
        assert found == pytest.approx(expected, rel=tolerance, abs=1e-3 * tolerance * scale), (
            f"seed {SEED}: {found} by s2sad, {expected} by differences, along {directions}")


@every_case
def test_gradient_has_the_structure_of_the_parameter(name: str, index: int) -> None:
    case = Case(name, index)
    _, gradients = case.differentiate()
    for parameter, gradient in zip(case.parameters, gradients, strict=True):
        assert support.structure(gradient) == support.structure(parameter)
        found = support.dtypes(gradient)
        for path, dtype in support.dtypes(parameter).items():
            assert found.get(path, np.dtype(np.float64)) == dtype, f"at {path}"


@every_case
def test_arguments_stay_as_they_were(name: str, index: int) -> None:
    case = Case(name, index)
    before = support.fingerprint(case.arguments)
    case.differentiate()
    assert support.fingerprint(case.arguments) == before


@every_case
def test_second_call_gives_the_same(name: str, index: int) -> None:
    case = Case(name, index)
    assert support.fingerprint(case.differentiate()) == support.fingerprint(case.differentiate())


@every_case
def test_pullback_that_is_called_again_gives_the_same(name: str, index: int) -> None:
    case = Case(name, index)
    _, pullback = vjp(case.program, *case.arguments)
    cotangent = 1.0 if case.is_scalar else case.cotangent
    first = support.fingerprint(pullback(cotangent))
    assert support.fingerprint(pullback(cotangent)) == first


@every_case
def test_grad_agrees_with_value_and_grad(name: str, index: int) -> None:
    case = Case(name, index)
    if not case.is_scalar:
        pytest.skip("not a scalar result")
    _, gradients = case.differentiate()
    gradient = grad(case.program, argnums=case.argnums)(*case.arguments)
    expected = gradients[0] if len(case.wrt) == 1 else gradients
    assert support.structure(gradient) == support.structure(expected)
    others = dict(support.active_leaves(expected))
    for path, leaf in support.active_leaves(gradient):
        np.testing.assert_allclose(leaf, others[path], rtol=1e-12, atol=1e-15, err_msg=f"at {path}")


@every_case
def test_gradients_share_no_memory(name: str, index: int) -> None:
    """Not with one another, not with an argument, not with the gradients of another call of the pullback."""
    case = Case(name, index)
    if case.is_scalar:
        _, gradients = case.differentiate()
        leaves = [*_arrays(gradients), *_arrays(case.arguments)]
        own = len(_arrays(gradients))
    else:
        _, pullback = vjp(case.program, *case.arguments)
        first, second = _arrays(pullback(case.cotangent)), _arrays(pullback(case.cotangent))
        leaves, own = [*first, *second, *_arrays(case.cotangent), *_arrays(case.arguments)], len(first)
    for number, leaf in enumerate(leaves[:own]):
        assert not any(np.shares_memory(leaf, other) for other in leaves[number + 1 :]), f"leaf {number}"


def _arrays(tree: Any) -> list[Any]:
    return [leaf for _, leaf in support.active_leaves(tree) if isinstance(leaf, np.ndarray)]
