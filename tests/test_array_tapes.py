"""Tapes as arrays: every program gives what it gives with lists, and the text is what compiled code does fast."""
from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from s2sad import check_grads, derivative, pipeline, value_and_grad, vjp
from s2sad.pipeline import Generated, Request, generate
from tests import support
from tests.test_programs import Case, every_case


@pytest.fixture
def arrays() -> Iterator[pytest.MonkeyPatch]:
    def with_arrays(request: Request) -> Generated:
        return generate(dataclasses.replace(request, array_tapes=True))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("S2SAD_CACHE", "off")
        patch.setattr(pipeline, "generate", with_arrays)
        patch.setattr(derivative, "_kept", derivative.Derivative)
        yield patch


@every_case
def test_programs_give_the_same(name: str, index: int, arrays: pytest.MonkeyPatch) -> None:
    case = Case(name, index)
    found = case.differentiate()
    arrays.undo()
    expected = dict(support.active_leaves(case.differentiate()))
    tolerance = 1e-5 if case.single else 1e-9
    for path, leaf in support.active_leaves(found):
        np.testing.assert_allclose(leaf, expected[path], rtol=tolerance, atol=1e-3 * tolerance, err_msg=f"at {path}")


def counted(x: float, n: int) -> float:
    for _ in range(n):
        x = math.sin(x)
    return x


def nested(x: float, a: np.ndarray) -> float:
    for i in range(a.shape[0]):
        for j in range(1, a.shape[1], 2):
            x = math.sin(x) * a[i, j]
    return x


def triangle(x: float, n: int) -> float:
    for i in range(n):
        for j in range(i):  # noqa: B007
            x = math.sin(x)
    return x


def triangle_from_above(x: float, n: int) -> float:
    for i in range(n):
        for j in range(i + 1, n):  # noqa: B007
            x = math.sin(x)
    return x


def triangle_backwards(x: float, n: int) -> float:
    for i in range(n - 1, -1, -1):
        for j in range(i, -1, -1):  # noqa: B007
            x = math.sin(x)
    return x


def band(x: float, n: int) -> float:
    for i in range(n):
        for j in range(i, i + 2):  # noqa: B007
            x = math.sin(x)
    return x


def now_and_then(x: float, n: int) -> float:
    for i in range(n):
        if i % 5 == 0:
            for j in range(i):  # noqa: B007
                x = math.sin(x)
    return x


def all_but_one(x: float, n: int) -> float:
    for i in range(n):
        if i != 3:
            for j in range(i, n):
                x = math.sin(x) + 0.01 * j
    return x


def but_for_equals(x: float, n: int) -> float:
    for i in range(n):
        if x == 0.5:
            continue
        y = x
        for j in range(i, n):
            y = math.sin(y) + 0.01 * j
        x = 0.5 * (x + y)
    return x


def open_ended(x: float, least: float) -> float:
    while x > least:
        x = math.sin(x)
    return x


def shrinking(x: float, n: int) -> float:
    while n > 0:
        for j in range(n, -n, -3):
            x = math.sin(x) + 0.01 * j
        for j in range(n, 3):  # none at all in most rounds
            x = math.cos(x) * j
        n -= 1
    return x


def several(x: float, least: float) -> float:
    y = 1.0
    while x > least:
        y = y * math.exp(x) + x
        x = math.sin(x * 0.99)
        if y > 5.0:
            y = y * 0.1
    return y


def broken_off(x: float, a: np.ndarray) -> float:
    y = 1.0
    for i in range(1, len(a), 2):
        if x > 0.8:
            x = math.sin(x * y) * a[i]
            if x < 0.6:
                break
        y = math.cos(x) * y
    return x * y


def converged(x: float, least: float) -> float:
    for _ in range(1_000_000_000):
        x = math.sin(x)
        if x < least:
            break
    return x


def broken_off_inside(x: float, n: int) -> float:
    for i in range(n):
        y = x
        for j in range(i, 9):
            y = math.sin(y) * (1.0 + 0.1 * j)
            if y < 0.5:
                break
        x = x * math.cos(y)
    return x


PROGRAMS: dict[str, tuple[Any, tuple[Any, ...], list[str]]] = {
    "counted": (counted, (0.9, 5), ["np.empty(max(n, 0))", "x_tape[i] = x", "x = x_tape[i]"]),
    "no rounds": (counted, (0.9, -5), ["np.empty(max(n, 0))"]),
    "nested": (nested, (0.9, np.ones((2, 5))), ["np.empty((a.shape[0], len(range(1, a.shape[1], 2))))",
                                               "x_tape[i, (j - 1) // 2] = x"]),
    "triangle": (triangle, (0.9, 20), ["np.empty((max(n, 0), max(n - 1, 0)))", "x_tape[i, j] = x", "x_tape[i, j]"]),
    "triangle of no rounds": (triangle, (0.9, 0), []),
    "triangle from above": (triangle_from_above, (0.9, 20), ["np.empty((max(n, 0), max(n - 1, 0)))",
                                                             "x_tape[i, j - 1] = x"]),
    "triangle backwards": (triangle_backwards, (0.9, 20), ["x_tape[i, j] = x", "max(difference + 1, 0)"]),
    "band": (band, (0.9, 40), ["np.empty(64)", "x_tape = _grown(x_tape)", "x_top -= 1"]),
    "all but one": (all_but_one, (0.9, 20), ["np.empty((max(n, 0), max(n, 0)))", "x_tape[i, j] = x"]),
    "but for equals": (but_for_equals, (0.9, 20), ["np.empty((max(n, 0), max(n, 0)))", "y_tape[i, j] = y"]),
    "shrinking": (shrinking, (0.9, 30), ["while x_top + len(range(n, negative, -3)) >= len(x_tape):",
                                         "while x_top_1 + (3 - n) >= len(x_tape_1):"]),
    "now and then": (now_and_then, (0.9, 20), ["np.empty(64)", "x_tape = _grown(x_tape)"]),
    "broken off": (broken_off, (0.9, np.linspace(1.0, 1.1, 12)), ["x_tape[(i - 1) // 2] = x", "trips += 1",
                                                                  "y = y_tape[k]", "i = 1 + k * 2"]),
    "early": (converged, (0.9, 0.05), ["np.empty(64)", "x_top += 1", "in reversed(range(trips))"]),
    "broken off inside": (broken_off_inside, (0.9, 30), ["np.empty(64)", "np.empty(max(n, 0))", "top -= 1"]),
    "several": (several, (0.9, 0.05), ["tape = np.empty((64, ", "tape = _grown(tape)", "tape[top, 1] = "]),
    "open-ended": (open_ended, (0.9, 0.05), ["np.empty(64)", "while x_top:"]),
}


@pytest.mark.parametrize("which", PROGRAMS)
def test_text(which: str, arrays: pytest.MonkeyPatch) -> None:
    program, arguments, lines = PROGRAMS[which]
    derivative = value_and_grad(program)
    text = derivative.source(*arguments)
    for line in lines:
        assert line in text, text
    value, gradient = derivative(*arguments)
    arrays.undo()
    assert (value, gradient) == pytest.approx(value_and_grad(program)(*arguments), rel=1e-14)


@pytest.mark.parametrize("which", PROGRAMS)
def test_numba_compiles_it(which: str, arrays: pytest.MonkeyPatch) -> None:
    numba = pytest.importorskip("numba")
    program, arguments, _ = PROGRAMS[which]
    text = value_and_grad(program).source(*arguments).replace("reversed(range(n))", "range(n - 1, -1, -1)")
    if "reversed" in text:
        pytest.skip("reversed ranges are written in another way for Numba")
    space: dict[str, Any] = {"numba": numba}
    exec(text.replace("\ndef ", "\n@numba.njit\ndef "), space)
    value, gradient = space[f"{program.__name__}_value_and_grad"](*arguments)
    arrays.undo()
    assert (value, gradient) == pytest.approx(value_and_grad(program)(*arguments))


def test_a_number_that_is_read_twice_is_kept_once() -> None:
    def program(y: Any, n: int) -> Any:
        for _ in range(n):
            y = np.array([y[0] * y[1] * y[0], math.sin(y[0]) * y[1]])
        return np.sum(y)

    y = np.array([0.9, 0.7])
    derivative = value_and_grad(program, backend="numba")
    np.testing.assert_allclose(derivative(y, 3)[1], value_and_grad(program)(y, 3)[1])
    assert "y = np.array([item * item2 * item, sin * item2])" in derivative.source(y, 3)


def _ranks(weights: Any, links: Any, starts: Any, sweeps: int) -> Any:
    """Each sweep reads the ranks of the one before once for each link."""
    ranks = np.ones(len(starts) - 1)
    for _ in range(sweeps):
        new = np.zeros(len(ranks))
        for i in range(len(ranks)):
            total = 0.0
            for k in range(starts[i], starts[i + 1]):
                total += weights[k] * ranks[links[k]]
            new[i] = math.tanh(total)
        ranks = new
    return np.sum(ranks * ranks)


def test_an_array_is_kept_whole_where_inner_loops_read_its_elements(arrays: pytest.MonkeyPatch) -> None:
    weights = np.linspace(-0.7, 0.9, 7)
    arguments = weights, np.array([1, 2, 0, 2, 2, 0, 1]), np.array([0, 2, 3, 7]), 3
    derivative = value_and_grad(_ranks)
    text = derivative.source(*arguments)
    assert text.count("_tape = ") == 1 and "ranks_tape" in text and "_grown" not in text, text
    gradient = derivative(*arguments)[1]
    arrays.undo()
    step = np.zeros(7)
    step[3] = 1e-6
    slope = (_ranks(weights + step, *arguments[1:]) - _ranks(weights - step, *arguments[1:])) / 2e-6
    assert gradient[3] == pytest.approx(slope, rel=1e-8)


def _rows_in_a_nest(u: Any, at: Any, n: int) -> Any:
    u = u.copy()
    for k in range(n - 1, -1, -1):
        for j in range(at.shape[0]):
            if u[at[j], 0] > 0.2:
                u[at[j]] = u[at[j]] * np.sin(u[at[k]]) + u[at[k]] * np.sum(u[at[j]])
            u[-1] *= u[at[k]]
    return np.sum(u * u)


def _matrices(u: Any, at: Any, n: int) -> Any:
    w = np.zeros((3, u.shape[0], u.shape[1]))
    for k in range(n):
        w[k] = np.sin(u + w[k - 1])
        w[at[k]] *= w[k - 1] + u
        w[at[k]] += w[at[k]] * w[k]
        if np.sum(w[k]) > 100.0:
            break
    return np.sum(w * w)


def _given_back(u: Any, at: Any, n: int) -> Any:
    v = u.copy()
    for k in range(n):
        old = v[at[k]].copy()
        v[at[k]] = np.exp(-v[at[k]]) * old
        v[0] += old * v[1]
    return np.sum(v**3)


@pytest.mark.parametrize("rounds", [0, 3])
@pytest.mark.parametrize("program, dtype", [
    (_rows_in_a_nest, "float64"), (_matrices, "float64"), (_matrices, "float32"), (_given_back, "float64"),
    (_given_back, "float32"),
])
def test_rows_that_are_overwritten_are_kept_in_an_array(program: Any, rounds: int, dtype: str) -> None:
    u, at = np.linspace(0.1, 0.9, 12).reshape(3, 4).astype(dtype), np.array([0, 2, 0])
    derivative = value_and_grad(program, backend="numba")
    value, gradient = derivative(u, at, rounds)
    expected_value, expected = value_and_grad(program)(u, at, rounds)
    tolerance = 1e-10 if dtype == "float64" else 1e-4
    np.testing.assert_allclose(value, expected_value, rtol=tolerance)
    np.testing.assert_allclose(gradient, expected, rtol=tolerance, atol=tolerance)
    if dtype == "float64" and program is not _rows_in_a_nest:
        text = derivative.source(u, at, rounds)
        assert "_old_tape = np.empty((" in text or "break" in text


def test_a_pullback_that_is_called_again_finds_its_rows() -> None:
    u, at = np.linspace(0.1, 0.9, 12).reshape(3, 4), np.array([0, 2, 0])
    _, pull = vjp(_given_back, u, at, 3, backend="numba")
    _, expected = vjp(_given_back, u, at, 3)
    for seed in (1.0, 2.0):
        np.testing.assert_allclose(pull(seed)[0], expected(seed)[0])


def test_what_a_round_swaps_is_put_back_without_a_copy_of_the_matrix(arrays: pytest.MonkeyPatch) -> None:
    module = support.load("programs", "eliminate_both_ways")
    text = value_and_grad(module.program, module.wrt).source(*module.inputs[0])
    assert "M_old_tape[k, j] = M[items]" in text, text
    assert "M_start" not in text, text


def test_a_loop_broken_off_is_reversed_by_number_where_the_index_is_wanted() -> None:
    """Its tapes stay lists: the loop may end long before all its rounds are done."""
    def program(x: Any, rate: Any) -> Any:
        level = 1.0
        for t in range(2, len(x)):
            level = level + rate * np.sin(level) * x[t]
            if level > 2.0:
                break
        return level * level

    x = np.array([0.5, 0.1, 0.7, 0.4, 0.6, 0.9, 3.0])
    text = value_and_grad(program, (0, 1)).source(x, 0.4)
    assert "t_tape" not in text and "in reversed(range(trips))" in text and "np.empty" not in text
    for rate in (0.4, 5.0):
        value, (x_bar, rate_bar) = value_and_grad(program, (0, 1))(x, rate)
        h = 1e-6
        assert value == program(x, rate)
        assert rate_bar == pytest.approx((program(x, rate + h) - program(x, rate - h)) / (2 * h), rel=1e-7)
        for place in range(len(x)):
            step = np.zeros(len(x))
            step[place] = h
            expected = (program(x + step, rate) - program(x - step, rate)) / (2 * h)
            assert x_bar[place] == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_what_a_round_ends_with_is_what_the_next_begins_with() -> None:
    """The state after a step is on the tape already: as the start of the next step, which is reversed before."""
    def program(x: Any, v: Any, k: Any, n: Any) -> Any:
        work = 0.0
        for _ in range(n):
            middle = v - 0.5 * k * math.sin(x)
            x = x + 0.1 * middle
            v = v - 0.1 * k * math.sin(x + 0.05 * middle)
            work += v * v * x
        return work

    derivative = value_and_grad(program, (0, 1, 2))
    text = derivative.source(0.3, 0.2, 1.5, 4)
    assert text.count("_tape = []") == 2 and "        v = v_1\n" in text
    value, bars = derivative(0.3, 0.2, 1.5, 4)
    assert value == program(0.3, 0.2, 1.5, 4)
    h = 1e-6
    for place, bar in enumerate(bars):
        high, low = ([*at, 4] for at in np.array([0.3, 0.2, 1.5]) + np.outer([h, -h], np.eye(3)[place]))
        assert bar == pytest.approx((program(*high[:3], 4) - program(*low[:3], 4)) / (2 * h), rel=1e-7)


def test_functions_of_pairs_are_computed_again_from_what_a_loop_carries() -> None:
    def program(theta: Any, k: Any, n: Any) -> Any:
        for _ in range(n):
            theta = theta + np.sum(k * np.sin(theta[None, :] - theta[:, None]), axis=1)
        return np.sum(np.sin(theta))

    theta, k = np.array([0.3, 1.1, -0.4]), np.array([[0.1, 0.3, 0.2], [0.4, 0.1, 0.5], [0.2, 0.2, 0.1]])
    text = value_and_grad(program, (0, 1)).source(theta, k, 2)
    assert text.count("_tape = []") == 1
    check_grads(lambda theta, k: program(theta, k, 2), (theta, k), order=1, modes=("rev",))


def test_the_stages_of_a_step_are_computed_again() -> None:
    def program(x: Any, v: Any, k: Any, n: Any) -> Any:
        for _ in range(n):
            a = -k * math.sin(x) - 0.1 * v
            middle = v + 0.05 * a
            b = -k * math.sin(x + 0.05 * v) - 0.1 * middle
            x, v = x + 0.1 * middle, v + 0.1 * b
        return x * v

    text = value_and_grad(program, (0, 1, 2)).source(0.3, 0.2, 1.5, 4)
    assert text.count("_tape = []") == 2
    check_grads(lambda x, v, k: program(x, v, k, 4), (0.3, 0.2, 1.5), order=1, modes=("rev",))
