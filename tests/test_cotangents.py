"""Cotangents that are passed in, and derivatives that are called where one is taken."""
from __future__ import annotations

import numpy as np
import pytest

from s2sad import grad, vjp
from s2sad.errors import SignatureError


def squares(x):
    return x * x


def energy(x):
    return np.sum(x * x)


def cube(x):
    return x**3


slope = grad(cube)
third = slope.generated(2.0)


def of_what_is_inactive(x, n):
    return x * x * slope(n + 0.5) + x * grad(cube)(n * 1.0)


def of_a_derivative(x):
    return third(x) * x


@pytest.mark.parametrize("fun, cotangent", [(squares, np.ones(3) * 1j), (energy, 1 + 2j), (squares, [1j, 0.0, 0.0])])
def test_a_real_value_has_no_complex_cotangent(fun, cotangent):
    _, pullback = vjp(fun, np.ones(3))
    with pytest.raises(SignatureError, match="the cotangent is complex"):
        pullback(cotangent)


def test_a_real_cotangent_of_a_complex_value_is_complex():
    _, pullback = vjp(squares, np.ones(3) * (1 + 1j))
    np.testing.assert_allclose(pullback(np.ones(3))[0], pullback(np.ones(3) * (1 + 0j))[0])


@pytest.mark.parametrize("cotangent", ["one", {"a": 1.0}, [1.0, [2.0], 3.0]])
def test_what_is_no_array_of_numbers_is_refused(cotangent):
    _, pullback = vjp(squares, np.ones(3))
    with pytest.raises(SignatureError, match="the cotangent"):
        pullback(cotangent)


def test_derivatives_may_be_called_for_what_no_derivative_flows_through():
    assert grad(of_what_is_inactive)(2.0, 1) == pytest.approx(4.0 * 3 * 1.5**2 + 3.0)


def test_generated_functions_have_a_derivative():
    assert grad(of_a_derivative)(2.0) == pytest.approx(36.0)
