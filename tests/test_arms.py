"""Work of the reverse sweep that only one outcome of a test has use for is done in that branch."""
from __future__ import annotations

import linecache
import math
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests.support import check_every_element, load

X = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
Y = np.array([0.2, 0.5, -0.8, 1.1, 0.6])


def put(x, y):
    """A maximum of two values that are computed, written in place."""
    v = y.copy()
    for i in range(3, 0, -1):
        for j in range(i):
            hold = x[0] * (0.4 * v[j] + 0.6 * v[j + 1])
            sell = x[1] + math.exp(x[2] * (i - j))
            v[j] = max(hold, sell)
    return v[0] + v[1]


def nearest(x, y):
    """A minimum of three, of which one is what stands there."""
    d = np.outer(x, y) ** 2 + 0.1
    for i in range(1, len(x)):
        for j in range(1, len(y)):
            d[i, j] = min(d[i, j], d[i - 1, j] + 0.3 * x[i], d[i, j - 1] * 0.9)
    return np.sum(d)


def chosen(x, y):
    """Branches that choose between values computed before."""
    total = 0.0
    for i in range(len(x)):
        a = math.sin(x[i]) * y[i]
        b = math.cos(y[i]) * x[i]
        if a > b:
            c = a
        else:
            c = 2.0 * b
        total += c * c if c > 0.1 else abs(c)
    return total


def twice(x, y):
    """Two branches on one test."""
    total, other = 0.0, 1.0
    for i in range(len(x)):
        up = x[i] > y[i]
        if up:
            s = x[i] * y[i]
        else:
            s = x[i] + y[i]
        if up:
            total += s * s
        else:
            other *= s
    return total + other


def cut_off(x, y):
    """Rounds that are left early, the rest of them under other tests."""
    total = 0.0
    for i in range(len(x)):
        r = x[i] - y[i]
        if r * r < 0.3:
            continue
        t = max(r, 0.0) + min(x[i], 0.5 * y[i])
        total += t * math.exp(-r)
    return total


PROGRAMS = [put, nearest, chosen, twice, cut_off]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(program: Any, backend: str) -> None:
    if backend == "numba":
        pytest.importorskip("numba")
    check_every_element(program, (X, Y), backend)


def _reverse(program: Any) -> str:
    """The text of the loops of the reverse sweep, without comments."""
    lines = value_and_grad(program, (0, 1)).source(X, Y).splitlines()
    first = next(number for number, line in enumerate(lines) if " in reversed(" in line)
    return "\n".join(line for line in lines[first:] if not line.strip().startswith("#"))


def test_each_side_of_a_maximum_is_reversed_where_it_was_taken() -> None:
    text = _reverse(put)
    assert text.count("if ") == text.count("else:") == 1
    sell, hold = text.split("if ")[1].split("else:")
    assert "x_bar[2] += " in sell and "x_bar[2]" not in hold
    assert "v_bar[total] += " in hold and "v_bar[total]" not in sell


def test_what_stands_there_is_left_alone() -> None:
    """Where a minimum left an element as it was, its adjoint is neither cleared nor written again."""
    text = _reverse(nearest)
    assert "else 0.0" not in text and "else:" not in text
    assert text.count("d_bar[i, j] = 0.0") == 2


def test_one_test_is_asked_once() -> None:
    assert _reverse(twice).count("if ") == 1


def test_an_element_that_was_put_back_is_at_hand() -> None:
    text = _reverse(put)
    assert "v[j] = v_old" in text and "0.4 * v_old" in text


def test_ties_go_to_the_first() -> None:
    def program(a, b):
        total = 0.0
        for _ in range(2):
            total += max(a * 2.0, b * 3.0) + 10.0 * min(a, b)
        return total

    _, (a_bar, b_bar) = value_and_grad(program, (0, 1))(0.0, 0.0)
    assert (a_bar, b_bar) == (24.0, 0.0)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_nan_beats_nothing(backend: str) -> None:
    """Python's maximum is its first argument unless the second one is larger."""
    if backend == "numba":
        pytest.importorskip("numba")

    def program(a, b):
        total = 0.0
        for _ in range(2):
            total += max(a, b)
        return total

    derivative = value_and_grad(program, (0, 1), backend=backend)
    value, gradient = derivative(1.0, math.nan)
    assert value == program(1.0, math.nan) == 2.0 and gradient == (2.0, 0.0)
    value, gradient = derivative(math.nan, 1.0)
    assert math.isnan(value) and gradient == (2.0, 0.0)


def test_an_infinite_slope_of_what_was_not_taken_stays_out() -> None:
    def program(a, b):
        total = 0.0
        for _ in range(2):
            total += max(math.sqrt(a), b)
        return total

    assert value_and_grad(program, (0, 1))(0.0, 1.0) == (2.0, (0.0, 2.0))


def test_many_branches_in_a_row_compile() -> None:
    """What a reverse loop adds up comes from one value through all of them: each is looked at once."""
    lines = ["def program(x, c):", "    s = c[0]", "    for i in range(len(x)):"]
    for k in range(40):
        lines += [f"        if s > {k}.0:", f"            s = s * x[{k % 3}]"]
    text = "\n".join([*lines, "    return s", ""])
    linecache.cache["<many branches>"] = (len(text), None, text.splitlines(True), "<many branches>")
    space: dict[str, Any] = {"__name__": __name__}
    exec(compile(text, "<many branches>", "exec"), space)
    check_every_element(space["program"], (X, Y[:1]), "numpy")


def test_what_is_kept_in_arrays_is_read_in_the_arm_that_has_work() -> None:
    """What is taken off a list is taken in every round; a place of an array is left unread where nothing was done."""
    pytest.importorskip("numba")
    module = load("programs", "sweep_keeps_the_least")
    text = value_and_grad(module.program, module.wrt, backend="numba").source(*module.inputs[0])
    assert "sqrt_tape[" in text and "f_bar = 0.0" not in text
