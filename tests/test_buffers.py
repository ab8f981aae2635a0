"""Arrays that a loop makes for each round are made once, where that cannot be noticed."""
from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from s2sad import source, value_and_grad

pytestmark = pytest.mark.usefixtures("numba_in_python")


def text_of(program: Any, *arguments: Any) -> str:
    return source(value_and_grad(program, backend="numba"), *arguments)


def agrees(program: Any, *arguments: Any) -> None:
    value, gradient = value_and_grad(program, backend="numba")(*arguments)
    expected_value, expected = value_and_grad(program)(*arguments)
    np.testing.assert_allclose(value, expected_value, rtol=1e-12)
    np.testing.assert_allclose(gradient, expected, rtol=1e-10, atol=1e-12)


def in_loops(text: str) -> str:
    """The code inside of loops."""
    return "\n".join(line for line in text.split("\n") if line.startswith(" " * 8) and line.strip()[0] != "#")


def rhs(y: Any) -> Any:
    return np.array([y[1], (1.0 - y[0] ** 2) * y[1] - y[0]])


def turned(y: Any) -> Any:
    return np.array([y[1], -y[0]])


def oscillator(y: Any, n: int) -> Any:
    total = 0.0
    for _ in range(n):
        k1 = turned(y)
        k2 = turned(y + 0.1 * k1)
        total += 3.0 * k2[0] + np.sum(k1 - k2)
    return total


def cleared(x: Any, n: int) -> Any:
    total = 0.0
    for k in range(n):
        z = np.zeros(x.shape[0])
        if k > 0:
            z[k % 2] = x[0] * k
        z[1:] += x[:-1]
        total += np.sum(z)
    return total


@pytest.mark.parametrize("rounds", [0, 1, 4])
@pytest.mark.parametrize("program", [oscillator, cleared])
def test_arrays_of_a_round_are_made_before_the_loop(program: Any, rounds: int) -> None:
    x = np.array([0.3, 0.8])
    agrees(program, x, rounds)
    text = in_loops(text_of(program, x, rounds))
    assert "np.empty" not in text
    assert "np.zeros" not in text
    assert "np.array" not in text


def of_other_lengths(x: Any, n: int) -> Any:
    total = 0.0
    before = x[:1] * 1.0
    for k in range(n):
        part = np.tanh(x[: k + 1])
        both = part * part
        total += np.sum(before) * np.sum(both)
        before = part * 2.0
    return total


def kept(x: Any, n: int) -> Any:
    before = x * 0.5
    oldest = before
    total = 0.0
    for k in range(n):
        new = np.sin(x * k) + before[::-1]
        total += np.sum(new * before * oldest)
        if k % 2:
            oldest = before
        before = new
    return total


def held(x: Any, n: int) -> Any:
    rows = []
    for k in range(n):
        row = np.zeros(x.shape[0])
        row[0] = x[0] * k
        rows.append(row + x)
    total = 0.0
    for row in rows:
        total += np.sum(row * row)
    return total


def seen_in_a_view(x: Any, n: int) -> Any:
    total, end = 0.0, x[:1]
    for k in range(n):
        w = np.zeros(x.shape[0])
        w[:] = x * (k + 1)
        total += np.sum(w * end)
        end = w[1:2]
    return total


def parts_are_kept(x: Any, n: int) -> Any:
    total, rows = 0.0, []
    for k in range(n):
        rows.append(x[:2])
        total += np.sum(x[:2] * x[-2:]) ** 2
        x = np.sin(x) * 0.5 + total * k
    for row in rows:
        total += np.sum(row * row * row)
    return total


def swapped(x: Any, n: int) -> Any:
    a, b = x * 1.0, x
    total = 0.0
    for k in range(n):
        new = a * np.cos(b) + 0.1 * k
        total += np.sum(new * b)
        if k == 1:
            a, b = b, new
        else:
            a, b = new, a
    return total + np.sum(a * b * x)


def rotated(x: Any, n: int) -> Any:
    a, b, c = x, x, x[::-1]
    total = 0.0
    for k in range(n):
        new = a * np.cos(b) + 0.1 * k * c

        total += np.sum(new * c)
        a, b, c = b, c, new
    return total + np.sum(a * b * c * x)


def written_to(x: Any, n: int) -> Any:
    y = x.copy()
    z = y * 1.0
    for k in range(n):
        z[0] += 0.5 * k
        z = np.sin(z) + y[1]
    z[1] *= 2.0
    return np.sum(z * z * y)


def begun_again(x: Any, n: int) -> Any:
    start = x * 0.5
    total = 0.0
    for k in range(n):
        z = start
        for _ in range(k):
            z = z * np.sin(z) + start
        total += np.sum(z * z)
    return total + np.sum(start)


def of_a_branch(x: Any, n: int) -> Any:
    total = 0.0
    for k in range(n):
        z = x
        if k % 2:
            z = np.ones(x.shape[0])
            z[0] = x[1] * k
        total += np.sum(z * z * x)
    return total


@pytest.mark.parametrize("rounds", [0, 1, 4])
@pytest.mark.parametrize("program", [
    of_other_lengths, kept, held, seen_in_a_view, of_a_branch, parts_are_kept, swapped, rotated, written_to,
    begun_again,
])
def test_what_outlives_a_round_is_made_in_it(program: Any, rounds: int) -> None:
    agrees(program, np.array([0.3, 0.8, -0.4, 1.1]), rounds)


def leapfrog(x: Any, n: int) -> Any:
    q, p = x, np.cos(x)
    for _ in range(n):
        p = p - 0.1 * np.sin(q)
        q = q + 0.2 * p * q[::-1]
    return np.sum(q * p)


def waves(x: Any, n: int) -> Any:
    u, before = x * 1.0, x * 0.9
    for _ in range(n):
        new = u.copy()
        new[1:-1] = 2.0 * u[1:-1] - before[1:-1] + np.sin(u[2:]) * u[:-2]
        before = u
        u = new
    return np.sum(u * before)


@pytest.mark.parametrize("rounds", [0, 1, 2, 5])
@pytest.mark.parametrize("program", [leapfrog, waves])
def test_what_is_carried_is_written_to_what_was_given_up(program: Any, rounds: int) -> None:
    x = np.array([0.3, 0.8, -0.4, 1.1, 0.6])
    before = x.copy()
    agrees(program, x, rounds)
    np.testing.assert_array_equal(x, before)
    forward = in_loops(text_of(program, x, rounds).partition("value = 0.0")[0])
    assert "np." not in re.sub(r"np\.(sin|cos)", "", forward)


def test_temporaries_that_are_not_asked_for_at_once_share_memory() -> None:
    def program(x: Any, n: int) -> Any:
        total = 0.0
        for _ in range(n):
            total = 0.5 * total + np.sum(rhs(rhs(x * 1.1)) * rhs(x * 0.9))
        return total

    x = np.array([0.3, 0.8])
    agrees(program, x, 3)
    first = text_of(program, x, 3).partition("for _ in")[0]
    assert first.count("np.empty(2)") <= 3


def test_lengths_that_differ_are_found_out_all_the_same() -> None:
    def program(x: Any, y: Any, n: int) -> Any:
        total = 0.0
        for _ in range(n):
            z = np.array([x[0], x[1]])
            total += np.sum(z * y)
        return total

    with pytest.raises(ValueError, match="broadcast"):
        value_and_grad(program, backend="numba")(np.ones(2), np.ones(3), 2)


def test_copies_and_clears_are_part_of_the_loops_over_elements() -> None:
    def program(u: Any, c: Any, n: int) -> Any:
        u = u.copy()
        for k in range(n):
            old = u[1:-1].copy()
            u[1:-1] = 0.5 * old * c[1:-1] + u[2:] * u[:-2]
            u[k % 2] = 0.5
        return np.sum(u * u)

    u, c = np.linspace(0.1, 0.9, 6), np.linspace(0.3, 1.0, 6)
    for lengths in (6, 3, 2):
        agrees(program, u[:lengths], c[:lengths], 3)
    text = in_loops(text_of(program, u, c, 3))
    assert "copy" not in text
    assert "[1:-1]" not in text
    with pytest.raises(ValueError):
        value_and_grad(program, backend="numba")(u, c[:5], 3)
