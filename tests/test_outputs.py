"""Functions that return nothing: their value is what they leave in their parameters."""
from __future__ import annotations

import numpy as np
import pytest

from s2sad import check_grads, differentiate, grad, value_and_grad, vjp
from s2sad.errors import SignatureError, UnsupportedError

U = np.array([0.1, 0.5, 0.3, 0.7])
V = np.array([1.0, 2.0, 3.0, 4.0])
STEP = 1e-6


def step(u, v, dt):
    for _ in range(3):
        u[1:-1] += dt * (u[2:] - 2 * u[1:-1] + u[:-2]) * v[1:-1]
        v -= dt * u


def left(u, v, dt):
    u, v = u.copy(), v.copy()
    step(u, v, dt)
    return u, v


def rebinds(u):
    u[0] *= 2.0
    u = u + 1.0
    u[1] = 0.0


def scales(state, w):
    state["a"] *= w
    state["n"] = state["n"] * w


def adds(total, x):
    for e in x:
        total[...] += e**2


def test_value_and_purity():
    u, v = U.copy(), V.copy()
    out, _ = vjp(step, u, v, 0.1, outputs="u")
    np.testing.assert_array_equal(out, left(U, V, 0.1)[0])
    np.testing.assert_array_equal(u, U)
    np.testing.assert_array_equal(v, V)


def test_pullback_agrees_with_differences():
    _, pullback = vjp(step, U, V, 0.1, outputs="u")
    cotangent = np.array([1.0, -2.0, 0.5, 3.0])
    u_bar, v_bar, dt_bar = pullback(cotangent)

    def value(t, du, dv, ddt):
        return cotangent @ left(U + t * du, V + t * dv, 0.1 + t * ddt)[0]

    rng = np.random.default_rng(5)
    du, dv, ddt = rng.normal(size=4), rng.normal(size=4), rng.normal()
    expected = (value(STEP, du, dv, ddt) - value(-STEP, du, dv, ddt)) / (2 * STEP)
    assert u_bar @ du + v_bar @ dv + dt_bar * ddt == pytest.approx(expected, rel=1e-8)


def test_pullback_may_be_called_again():
    _, pullback = vjp(step, U, V, 0.1, outputs="u")
    for one, two in zip(pullback(np.ones(4)), pullback(np.ones(4)), strict=True):
        np.testing.assert_array_equal(one, two)


def test_several_outputs_are_a_tuple():
    (u, v), pullback = vjp(step, U, V, 0.1, outputs=("u", 1))
    np.testing.assert_array_equal(u, left(U, V, 0.1)[0])
    np.testing.assert_array_equal(v, left(U, V, 0.1)[1])
    both = pullback((np.ones(4), np.ones(4)))
    _, first = vjp(step, U, V, 0.1, outputs="u")
    _, second = vjp(step, U, V, 0.1, outputs="v")
    for whole, one, two in zip(both, first(np.ones(4)), second(np.ones(4)), strict=True):
        np.testing.assert_allclose(whole, one + two, rtol=1e-13)


def test_what_is_rebound_is_no_output():
    out, pullback = vjp(rebinds, U, outputs="u")
    np.testing.assert_array_equal(out, [0.2, 0.5, 0.3, 0.7])
    np.testing.assert_array_equal(pullback(np.ones(4))[0], [2.0, 1.0, 1.0, 1.0])


def test_dict():
    out, pullback = vjp(scales, {"a": U, "n": 2.0}, 3.0, outputs=0)
    np.testing.assert_allclose(out["a"], 3.0 * U)
    assert out["n"] == 6.0
    state, w = pullback({"a": np.ones(4), "n": 1.0})
    np.testing.assert_allclose(state["a"], np.full(4, 3.0))
    assert state["n"] == 3.0
    assert w == pytest.approx(np.sum(U) + 2.0)


def test_grad_of_an_array_without_axes():
    np.testing.assert_allclose(grad(adds, 1, outputs="total")(np.array(0.0), U), 2 * U)
    value, _ = value_and_grad(adds, "x", outputs="total")(np.array(0.5), U)
    assert value == pytest.approx(0.5 + np.sum(U**2))


def test_decorator():
    decorated = differentiate(outputs="total", argnums="x")(adds)
    np.testing.assert_allclose(decorated.grad(np.array(0.0), U), 2 * U)


@pytest.mark.parametrize("outputs", ["q", 3, ()])
def test_no_such_parameter(outputs):
    with pytest.raises(SignatureError):
        vjp(step, U, V, 0.1, outputs=outputs)


def test_number_is_no_output():
    with pytest.raises(UnsupportedError, match="nothing can be written into `dt`"):
        vjp(step, U, V, 0.1, outputs="dt")


def test_function_that_returns_nothing_says_how():
    with pytest.raises(SignatureError, match="outputs="):
        grad(step)(U, V, 0.1)
    with pytest.raises(SignatureError, match="outputs="):
        vjp(step, U, V, 0.1)


def drop(x, v):
    for _ in range(3):
        v -= 0.1 * x
        x += 0.1 * v
    return np.sum(x * x)


def test_check_grads_of_a_function_that_updates_its_arguments():
    before = U.copy()
    check_grads(drop, (U, V))
    np.testing.assert_array_equal(U, before)


def test_check_grads_of_a_wrapper():
    check_grads(lambda u, v: left(u, v, 0.1)[0], (U, V))
