"""Sums of products that are seen to be of the same factors after the recording only."""
from __future__ import annotations

import numpy as np
import pytest

from s2sad import check_grads, value_and_grad
from tests.programs import inplace_what_is_made_of_it_keeps_its_name, sum_of_a_negative
from tests.support import check_every_element

U = np.array([0.7, -0.4, 1.1, 0.3])
C = np.array([0.3])


def burgers(u, c):
    """The flux is computed from what the round writes over."""
    u = u.copy()
    for _ in range(3):
        f = 0.5 * u * u + c[0] * u
        u[1:] -= 0.2 * (f[1:] - f[:-1])
    return np.sum(u ** 2)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(backend: str) -> None:
    if backend == "numba":
        pytest.importorskip("numba")
    check_every_element(burgers, (U, C), backend)


def test_the_halves_of_a_slope_are_one_product() -> None:
    text = value_and_grad(burgers, (0, 1)).source(U, C)
    reverse = [line for line in text.split("in reversed(")[1].splitlines() if not line.strip().startswith("#")]
    assert "0.5" not in "".join(reverse)


def porous(u, c):
    """A power, which its own adjoint asks for, and differences of it."""
    u = u.copy()
    for _ in range(3):
        p = u ** c[0]
        u[1:] -= 0.2 * u[1:] * (p[1:] - p[:-1])
    return np.sum(u ** 2)


def test_of_a_state_and_its_power_the_state_is_kept() -> None:
    u = np.abs(U)
    check_every_element(porous, (u, C), "numpy")
    text = value_and_grad(porous, (0, 1)).source(u, C)
    assert text.count("_tape = []") == 1 and "p_tape" not in text


def test_sum_of_the_negative_of_a_named_adjoint_is_the_negative_of_its_sum() -> None:
    text = value_and_grad(sum_of_a_negative.program, (0, 1)).source(*sum_of_a_negative.inputs[0])
    assert text.count("np.sum(logp_bar, axis=0)") == 1 and "-logp_bar" not in text


def test_what_is_computed_again_of_overwritten_memory_has_its_name() -> None:
    """That of the last round is then let go of, before the first that is computed again."""
    program = inplace_what_is_made_of_it_keeps_its_name
    text = value_and_grad(program.program).source(*program.inputs[0]).partition("    # return")[2]
    assert "        d = x_old[:, None] - x_old[None, :]\n        s = d * d + 0.5\n" in text


def ranks(w, d):
    """What is made of an updated array in front of a loop is read in its rounds."""
    out = np.zeros(len(w))
    out[1:] += w[:-1]
    p = w / (2.0 + out)
    r = np.ones(len(w))
    for _ in range(3):
        r = d * p * np.sin(r)
    return np.sum(r)


def test_what_stands_in_front_of_a_loop_is_not_computed_again_in_it() -> None:
    check_grads(ranks, (U, 0.3))
    reverse = value_and_grad(ranks, (0, 1)).source(U, 0.3).split("in reversed(")[1].split("\n    #")[0]
    assert "w /" not in reverse and "* product" in reverse


def slopes(x, dx):
    """Zeros of a selection, behind quotients by one number."""
    for _ in range(3):
        d = (x[1:] - x[:-1]) / dx
        x = np.concatenate([d, d[:1]])
    return np.sum(x[:2] ** 2)


def test_a_test_in_front_of_a_loop_is_asked_by_its_name() -> None:
    check_grads(slopes, (U, 0.3))
    text = value_and_grad(slopes, (0, 1)).source(U, 0.3)
    assert "test = dx != 0.0\n" in text and text.count("if test else") == 2


def images(b, y):
    """What the rounds of the reverse loop all read is made in front of them."""
    x = y
    for k in range(len(b)):
        x = x - b[k] * np.arctan(y * (k + 1))
    return 0.5 * np.sum((np.exp(-x ** 2 / 0.02) - y) ** 2) / 0.01


def test_factors_of_what_stands_in_front_of_a_loop_stay_there() -> None:
    check_grads(images, (U, np.outer(U, U)))
    reverse = value_and_grad(images).source(U, np.outer(U, U)).split("in reversed(")[1]
    assert "np.vdot(x_bar, np.arctan(y * (k + 1)))" in reverse


def smoothed(f, kappa, x):
    """Weights of distances, which are there whatever the width."""
    d = (x[:, None] - x) ** 2
    w = np.exp(-d / kappa)
    v = np.exp(-d / (2.0 * kappa))
    return np.sum((w @ f / w.sum(axis=1)) ** 2) + np.sum((v @ f) ** 2)


def test_an_exponent_is_not_kept_for_the_sum_that_tells_of_its_divisor() -> None:
    check_grads(smoothed, (U, 0.7, C * np.arange(4)))
    text = value_and_grad(smoothed, (0, 1)).source(U, 0.7, U)
    assert "w = np.exp(-d / kappa)\n" in text and text.count("np.vdot(d, ") == 2
