"""Lengths that are taken to be equal where they meet: checked once, and given up where they are not."""
from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from s2sad import grad, value_and_grad, vjp
from tests.support import central_difference

V = np.array([0.9, -0.4, 1.3, 0.2])


def gate(z, n):
    return np.sum(np.tanh(z[:n]) * z[n : 2 * n])


def two_stencils(u, c, n):
    for _ in range(n):
        u[1:-1] += c[1:-1] * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def inside(u, v, n):
    u = u.copy()
    for _ in range(n):
        u[1:-1] += v * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def interleaved(s):
    out = np.empty_like(s)
    out[::2] = s[::2] * (1.0 - s[1::2])
    out[1::2] = s[1::2] * 2.0
    return np.sum(np.sin(out))


def only_in_a_branch(x, y, flag):
    total = np.sum(x**2) * np.sum(y)
    if flag:
        total = total + np.sum(x[:2] * y[1:3])
    return total


def windows(x, w, n):
    total = 0.0
    for i in range(n):
        total = total + np.sum(np.sin(x[i : i + len(w)]) * w)
    return total


def growing(x, y, n):
    total = 0.0
    for i in range(n):
        total = total + np.sum(x[:i] * y[:i] ** 2)
    return total


def lengthened(x, n):
    y = x[:2]
    for _ in range(n):
        y = np.concatenate([y[:2] * x[1:3], x[:1]])
    return np.sum(y**2)


CALLS: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {
    "equal": (gate, 0, (V, 2)),
    "one": (gate, 0, (V, 1)),
    "one meets three": (gate, 0, (V, 3)),
    "stencils": (two_stencils, (0, 1), (V, np.array([0.1, 0.2, 0.3, 0.4]), 3)),
    "stencil and one": (two_stencils, (0, 1), (V, np.array([0.1, 0.2, 0.3]), 3)),
    "inside": (inside, (0, 1), (V, np.array([0.1, 0.2]), 3)),
    "inside and one": (inside, (0, 1), (V, np.array([0.1]), 3)),
    "nothing inside": (inside, (0, 1), (V[:1], np.array([]), 2)),
    "inside of nothing and one": (inside, (0, 1), (V[:1], np.array([0.1]), 2)),
    "inside without rounds": (inside, (0, 1), (V, V, 0)),
    "even": (interleaved, 0, (V,)),
    "three": (interleaved, 0, (V[:3],)),
    "branch taken": (only_in_a_branch, (0, 1), (V, V[:3] * 2.0, True)),
    "branch not taken": (only_in_a_branch, (0, 1), (V, V[:2] * 2.0, False)),
    "windows": (windows, (0, 1), (V, np.array([0.3, 0.5]), 3)),
    "windows past the end": (windows, (0, 1), (V, np.array([0.3, 0.5]), 4)),
    "growing": (growing, (0, 1), (V, V * 2.0, 4)),
    "growing against one": (growing, (0, 1), (V[:1], V * 2.0, 4)),
    "lengthened": (lengthened, 0, (V, 3)),
    "not lengthened": (lengthened, 0, (V, 0)),
}


def by_differences(function: Any, args: tuple[Any, ...], place: int) -> np.ndarray:
    found = np.zeros_like(args[place])
    for index in np.ndindex(found.shape):
        def along(step: float, index: tuple[int, ...] = index) -> float:
            moved = [np.copy(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
            moved[place][index] += step
            return float(function(*moved))

        found[index] = central_difference(along, 1e-4)
    return found


@pytest.mark.parametrize("function, argnums, args", CALLS.values(), ids=list(CALLS))
def test_right_whatever_the_lengths_are(function: Any, argnums: Any, args: tuple[Any, ...]) -> None:
    places = argnums if isinstance(argnums, tuple) else (argnums,)
    derivative = value_and_grad(function, places)
    for _ in range(2):
        kept = [np.copy(arg) for arg in args]
        value, gradients = derivative(*args)
        assert value == pytest.approx(function(*[np.copy(a) if isinstance(a, np.ndarray) else a for a in args]))
        assert all(np.array_equal(one, two) for one, two in zip(args, kept, strict=True))
        for place, found in zip(places, gradients, strict=True):
            np.testing.assert_allclose(found, by_differences(function, args, place), rtol=1e-6, atol=1e-8)


def test_pullback_of_a_broadcast_slice() -> None:
    def function(z, n):
        return z[:n] * z[n:]

    out, pullback = vjp(function, V[:3], 1)
    (found, none) = pullback(np.array([1.0, 10.0]))
    assert none is None and out.shape == (2,)
    np.testing.assert_allclose(found, [V[1] + 10.0 * V[2], V[0], 10.0 * V[0]])


def test_nothing_is_asked_in_the_reverse_sweep() -> None:
    text = grad(two_stencils, (0, 1)).source(V, V, 3)
    assert "_unbroadcast" not in text and "shape_tape" not in text
    head, _, loop = text.partition("for _ in range(n)")
    assert head.count("_same_length(") == 1 and "_same_length(" not in loop.partition("def _same_length")[0]


def test_what_is_as_long_as_the_inside_of_an_argument_is_compared_before_the_loop() -> None:
    text = grad(inside, (0, 1)).source(V, V[1:-1], 3)
    head, _, loop = text.partition("for _ in range(n)")
    assert "_same_length(len(v), max(len(u) - 2, 0))" in head
    assert "_same_length(" not in loop.partition("def _same_length")[0]


def test_each_length_is_compared_once() -> None:
    text = grad(interleaved).source(V)
    body = text.partition("\ndef _same_length")[0]
    assert len(re.findall(r"_same_length\(", body)) == 1


def test_an_error_of_the_program_is_its_own() -> None:
    with pytest.raises(ValueError, match="could not be broadcast"):
        grad(gate)(np.arange(5.0), 3)


# -- what NumPy compares and compiled loops do not -------------------------------------------------


def products_of_two(x, y, n):
    z = x[:n] * y[1 : n + 1]
    return np.sum(z * z) + np.sum(x * y)


def in_a_branch(x, y, n):
    if n > 3:
        return np.sum(x * y)
    return np.sum(x * x) + np.sum(y * y)


def with_a_literal(x, y, n):
    total = np.sum(x) + np.sum(y)
    h = np.array([1.0, 0.5])
    for _ in range(n):
        total += h @ x + np.dot(y, x)
    return total


@pytest.mark.parametrize("program, lengths, n", [
    (products_of_two, (5, 6), 3), (products_of_two, (6, 6), 3), (in_a_branch, (4, 6), 2), (in_a_branch, (6, 4), 2),
    (in_a_branch, (6, 4), 4), (in_a_branch, (4, 4), 4), (with_a_literal, (2, 2), 2), (with_a_literal, (3, 3), 2),
    (with_a_literal, (3, 3), 0), (with_a_literal, (0, 0), 1), (with_a_literal, (2, 3), 1), (with_a_literal, (2, 3), 0),
])
def test_compiled_loops_fail_where_numpy_does(
    program: Any, lengths: tuple[int, int], n: int, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    numba = pytest.importorskip("numba")
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    args = (*(np.linspace(0.1, 1.0, length) for length in lengths), n)
    compiled = value_and_grad(program, (0, 1), backend="numba")
    try:
        program(*args)
    except ValueError:
        with pytest.raises(ValueError):
            compiled(*args)
        return
    value, gradients = compiled(*args)
    expected_value, expected = value_and_grad(program, (0, 1))(*args)
    assert value == pytest.approx(expected_value)
    for one, two in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(one, two)
