"""Loops of the forward sweep and their reverse in one: where that is the same, and where it is not."""
from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad

Program = Callable[..., Any]
X = np.array([0.7, -0.4, 1.1, 0.3])
POINTS = np.array([[0.2, 0.9, -0.6], [1.2, -0.3, 0.8], [0.4, 0.1, -1.1], [-0.5, 0.6, 0.2]])


def pairs(x, s):
    total = 0.0
    for i in range(x.shape[0]):
        for j in range(i + 1, x.shape[0]):
            r = s
            for k in range(x.shape[1]):
                d = x[i, k] - x[j, k]
                r += d * d
            total += s / math.sqrt(r)
    return total


def paths(z, s):
    total = 0.0
    for p in range(z.shape[0]):
        y = s
        for t in range(z.shape[1]):
            y = y * math.exp(0.1 * z[p, t] * y)
        if y > 0.75:
            total += y
    return math.exp(-s) * total


def open_ended_inside(x, s):
    total = 0.0
    for i in range(len(x)):
        y = x[i] * x[i] + 1.0
        while y > 0.4:
            y = math.sin(s * y)
        total += y
    return total


def regularised(x, s):
    total = 0.0
    for i in range(len(x)):
        total += s * x[i] ** 3
    return total / len(x) + s * np.sum(x * x) + x[1]


def with_an_index(x, s):
    where = np.array([2, 0, 2, 1])
    total = 0.0
    t = 0.0
    for k in range(1, len(where)):
        t = t + 0.25
        total += x[where[k]] * math.sin(s * t) * x[k]
    return total


def own_array(x, s):
    total = 0.0
    for i in range(len(x)):
        h = np.zeros(3)
        for k in range(3):
            h[k] = x[i] * s + k
        h[1] = h[1] * h[0]
        total += np.sum(h * h)
    return total


def buffer(x, s):
    h = np.zeros(2)
    total = 0.0
    for i in range(len(x)):
        h[0] = x[i] * s
        h[1] = h[0] * h[0]
        total += h[1] * h[0]
    return total


FUSED = {"pairs": (pairs, POINTS), "paths": (paths, POINTS), "open-ended inside": (open_ended_inside, X),
         "regularised": (regularised, X), "with an index": (with_an_index, X), "own array": (own_array, X),
         "buffer": (buffer, X)}


def of_the_sum(x, s):
    total = s
    for i in range(len(x)):
        total += x[i] * x[i]
    return math.sqrt(total)


def chain(x, s):
    y = s
    for i in range(len(x)):
        y = math.sin(y) + x[i]
    return y


def sum_of_what_is_carried(x, s):
    y = s
    total = 0.0
    for i in range(len(x)):
        y = math.sin(y * x[i])
        total += y
    return total


def neighbours(x, s):
    y = x.copy()
    total = 0.0
    for i in range(1, len(y)):
        y[i] = y[i] * y[i - 1] * s
        total += y[i] * y[i]
    return total


def written_later(x, s):
    y = x.copy()
    total = 0.0
    for i in range(len(y) - 1):
        total += y[i] * y[i + 1] * y[i + 1]
        y[i + 1] = s
    return total


def items_of_a_list(x, s):
    y = [s * a for a in x]
    total = 0.0
    for i in range(len(y)):
        total += y[i] * y[i]
    return total


def neighbours_in_a_list(x, s):
    y = [a * a for a in x]
    total = 0.0
    for i in range(1, len(y)):
        y[i] = y[i] * y[i - 1] * s
        total += y[i] * y[i]
    return total


def buffer_in_a_list(x, s):
    h = [0.0, 0.0]
    total = 0.0
    for i in range(len(x)):
        h[0] = x[i] * s
        h[1] = h[0] * h[0]
        total += h[1] * h[-2]
    return total


def two_loops(x, s):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * s
    other = 0.0
    for i in range(len(x)):
        other += x[i] * x[i] * total
    return other


def broken_off(x, s):
    total = 0.0
    for i in range(len(x)):
        total += x[i] * x[i] * s
        if total > 0.5:
            break
    return total


SEPARATE = {
    "of the sum": of_the_sum, "chain": chain, "sum of what is carried": sum_of_what_is_carried,
    "neighbours": neighbours, "written later": written_later, "neighbours in a list": neighbours_in_a_list,
}
MIXED = {
    "buffer in a list": buffer_in_a_list, "items of a list": items_of_a_list,
    "two loops": two_loops, "broken off": broken_off,
}


def springs_and_charges(x, s):
    total = 0.0
    for i in range(len(x) - 1):
        total += s * (x[i + 1] - x[i]) ** 2
    for i in range(len(x)):
        for j in range(i):
            total += x[i] * x[j] / math.sqrt(s + (x[i] - x[j]) ** 2)
    for a in x:
        total -= math.sin(s * a)
    return total * s


def before_one_that_is_not(x, s):
    total = 0.0
    for i in range(len(x)):
        total += s * x[i] ** 3
    y = s
    for i in range(len(x)):
        y = math.sin(y) + x[i]
    return total + y


SEVERAL = {"springs and charges": (springs_and_charges, 3), "before one that is not": (before_one_that_is_not, 3)}


def scaled_in_between(x, s):
    y = [s * a for a in x]
    total = 0.0
    for i in range(len(y)):
        total += y[i] ** 2
    y[1] *= total
    for i in range(len(y)):
        total += y[i] ** 3
    y[0] = s
    for i in range(len(x)):
        total += y[i] * x[i]
    return total


def clipped_in_between(x, s):
    y = x * s
    total = 0.0
    for i in range(len(y)):
        total += y[i] ** 2
    y[y > 0.5] = 0.1
    for i in range(len(y)):
        total += y[i] ** 3
    return total


def used_in_between(x, s):
    total = 0.0
    for i in range(len(x)):
        total += x[i] ** 2
    x[1] = total * x[0]
    other = 0.0
    for i in range(len(x)):
        other += x[i] ** 2 * s
    return other + total


BETWEEN = {"scaled": scaled_in_between, "clipped": clipped_in_between, "used": used_in_between}


def loops(text: str) -> list[ast.For]:
    return [node for node in ast.parse(text).body[-1].body if isinstance(node, ast.For)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("which", FUSED)
def test_one_loop(which: str) -> None:
    program, x = FUSED[which]
    text = value_and_grad(program, (0, 1)).source(x, 0.8)
    (loop,) = loops(text)
    assert "_bar" in ast.unparse(loop)
    check(program, x)


@pytest.mark.parametrize("which", SEPARATE)
def test_two_loops(which: str) -> None:
    text = value_and_grad(SEPARATE[which], (0, 1)).source(X, 0.8)
    first, *others = loops(text)
    assert others and "_bar" not in ast.unparse(first), text
    check(SEPARATE[which], X)


@pytest.mark.parametrize("which", SEVERAL)
def test_several_loops(which: str) -> None:
    program, count = SEVERAL[which]
    text = value_and_grad(program, (0, 1)).source(X, 0.8)
    first, *others = loops(text)
    assert "_bar" in ast.unparse(first) and 1 + len(others) == count, text
    check(program, X)


@pytest.mark.parametrize("which", BETWEEN)
def test_what_changes_between_loops(which: str) -> None:
    check(BETWEEN[which], X)


@pytest.mark.parametrize("which", MIXED)
def test_right_either_way(which: str) -> None:
    check(MIXED[which], X)


def test_tapes_are_as_long_as_an_inner_loop() -> None:
    many = np.zeros((1000, 5))
    with_tape = value_and_grad(paths, (0, 1)).source(many, 0.8)
    assert with_tape.index("y_tape = []") < with_tape.index("for p in")
    assert "y_tape.pop()" in with_tape


def test_the_value_is_summed_in_the_order_of_the_program() -> None:
    x = np.random.default_rng(0).normal(size=(40, 3))
    assert value_and_grad(pairs)(x, 0.3)[0] == pairs(x, 0.3)


@pytest.mark.parametrize("which", [*FUSED, *SEPARATE, *MIXED, *SEVERAL])
def test_numba(which: str) -> None:
    pytest.importorskip("numba")
    alone = {**SEPARATE, **MIXED, **{name: program for name, (program, _) in SEVERAL.items()}}
    program, x = FUSED.get(which) or (alone[which], X)
    value, gradient = value_and_grad(program, (0, 1), backend="numba")(x, 0.8)
    expected, other = value_and_grad(program, (0, 1))(x, 0.8)
    assert value == pytest.approx(expected, rel=1e-13)
    for one, two in zip(gradient, other, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-10, atol=1e-13)


def check(program: Program, x: np.ndarray) -> None:
    """Against central differences, in every direction of the arguments."""
    value, (x_bar, s_bar) = value_and_grad(program, (0, 1))(x, 0.8)
    assert value == program(x.copy(), 0.8)
    h = 1e-6
    slope = (program(x.copy(), 0.8 + h) - program(x.copy(), 0.8 - h)) / (2 * h)
    assert s_bar == pytest.approx(slope, rel=1e-6, abs=1e-8)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        assert x_bar[place] == pytest.approx((program(x + step, 0.8) - program(x - step, 0.8)) / (2 * h), rel=1e-6,
                                             abs=1e-8)


def test_a_penalty_behind_a_fused_loop_is_computed_in_front_of_the_adjoints() -> None:
    """Its squares are as large as the adjoint, and would be in memory beside it."""
    def program(rows: Any, places: Any) -> Any:
        total = 0.0
        for place in places:
            total += np.dot(rows[place], rows[place]) ** 2
        return total + 0.1 * np.sum(rows**2)

    places = np.array([1, 0, 1])
    text = value_and_grad(program).source(POINTS, places)
    assert text.index("np.sum(rows ** 2)") < text.index("rows_bar = ") and "reversed(" not in text
    value, rows_bar = value_and_grad(program)(POINTS, places)
    assert value == program(POINTS, places)
    h = 1e-6
    for place in np.ndindex(POINTS.shape):
        step = np.zeros(POINTS.shape)
        step[place] = h
        expected = (program(POINTS + step, places) - program(POINTS - step, places)) / (2 * h)
        assert rows_bar[place] == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_a_sum_of_what_the_fused_loop_writes_stays_behind_it() -> None:
    def program(x: Any, s: Any) -> Any:
        y = np.zeros(len(x))
        total = 0.0
        for i in range(len(x)):
            y[i] = 2.0
            total += s * x[i] ** 2
        return total + np.sum(y**2)

    check(program, POINTS[0])


def fluxes(u, k, dt, steps):
    u = u.copy()
    for _ in range(steps):
        flow = k * (u[1:] - u[:-1])
        u[1:-1] += dt * (flow[1:] - flow[:-1])
    return np.sum(u**2)


def test_zeros_that_all_neighbours_are_added_to_are_not_written() -> None:
    text = value_and_grad(fluxes, (0, 1), backend="numba").source(X, X[1:], 0.2, 3)
    loop = text.partition("for i in range(steps - 1, -1, -1)")[2]
    assert "padded[j] - padded[j + 1]" in loop and "= 0.0" not in loop
    u, k = X, X[1:] * 0.3
    value, gradients = value_and_grad(fluxes, (0, 1), backend="numba")(u, k, 0.2, 3)
    expected, others = value_and_grad(fluxes, (0, 1))(u, k, 0.2, 3)
    assert value == pytest.approx(expected)
    for one, two in zip(gradients, others, strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-12)


def powers(u, m, steps):
    for _ in range(steps):
        u = 0.1 * u**m + np.tanh(u) ** 3
    return np.sum(u)


def test_powers_of_elements_are_kept_but_for_those_that_are_products() -> None:
    text = value_and_grad(powers, (0, 1), backend="numba").source(X, 1.3, 3)
    assert "power_tape" in text and "power_tape2" not in text


def likelihoods(beta, x, nodes):
    """What each round keeps is gone at its end."""
    total = 0.0
    for i in range(len(x)):
        like = 0.0
        for k in range(len(nodes)):
            p = 1.0
            for t in range(x.shape[1]):
                p = p / (1.0 + math.exp(-beta * x[i, t] - nodes[k]))
            like += p
        total += math.log(like)
    return total


def test_what_is_kept_for_the_rest_of_a_round_is_on_lists_and_is_kept_sooner() -> None:
    x, nodes = np.outer(X, X), np.linspace(-1.0, 1.0, 12)
    text = value_and_grad(likelihoods).source(0.3, x, nodes)
    assert len(loops(text)) == 1 and "np.empty" not in text
    assert text.count("= math.exp(") == 1, text
    step = 1e-6
    value, slope = value_and_grad(likelihoods)(0.3, x, nodes)
    assert value == likelihoods(0.3, x, nodes)
    assert slope == pytest.approx(
        (likelihoods(0.3 + step, x, nodes) - likelihoods(0.3 - step, x, nodes)) / (2.0 * step), rel=1e-6)


def ranked(x, order):
    """The likelihood of a ranking: each place is chosen among those that are left."""
    total = 0.0
    for i in range(len(order)):
        left = 0.0
        if i != 1:
            for j in range(i, len(order)):
                left += math.exp(x[order[j]])
        for j in range(len(order) - 1, i, -2):
            left += math.cosh(x[order[j]]) ** 2.5
        total += x[order[i]] - math.log(left + 1.0)
    return total


def test_what_a_round_fills_and_empties_has_the_places_of_the_inner_loop() -> None:
    pytest.importorskip("numba", reason="the extra `numba` is not installed")
    rng = np.random.default_rng(0)
    x, order = rng.normal(size=150), rng.permutation(150)
    text = value_and_grad(ranked, backend="numba").source(x, order)
    assert "_top" not in text and "exp_tape[j - i] = exp" in text, text
    value, x_bar = value_and_grad(ranked, backend="numba")(x, order)
    expected, x_bar2 = value_and_grad(ranked)(x, order)
    assert value == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(x_bar, x_bar2, rtol=1e-11, atol=1e-13)
    step, h = rng.normal(size=150), 1e-6
    difference = (ranked(x + h * step, order) - ranked(x - h * step, order)) / (2 * h)
    assert x_bar @ step == pytest.approx(difference, rel=1e-6)
