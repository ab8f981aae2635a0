"""What a reverse sweep needs of lists is read in them, where they are complete, and is in no tape of its own."""
from __future__ import annotations

import math

import pytest

from s2sad import value_and_grad


def recurrent(w, xs):
    h = [0.1] * len(w)
    for x in xs:
        new = []
        for i in range(len(w)):
            z = x
            for j in range(len(h)):
                z += w[i][j] * h[j]
            new.append(math.tanh(z))
        h = new
    return sum(v * v for v in h)


def trajectory(x, rate, n):
    xs = [x]
    for _ in range(n):
        x = xs[-1]
        xs.append(x + rate * math.sin(x))
    return xs[-1] ** 2


def grows_on(x, n):
    """`new` is not complete when it is read."""
    h = [x]
    for _ in range(n):
        new = []
        for j in range(3):
            new.append(math.sin(h[0] * j))
        x += new[1] * new[-1]
        new.append(x)
        h = new
    return x * h[-1]


def of_one_list(w, xs):
    made = []
    for k in range(len(xs)):
        made.append(w[0] * xs[k] + w[1])
    total = 0.0
    for k in range(len(made)):
        total += made[k] * made[k] * w[0]
    return total


def products(rows, ys):
    table = [[y * a for a in row] for row, y in zip(rows, ys)]  # noqa: B905
    return sum(sum(row) ** 2 for row in table)


def network(w, xs):
    loss = 0.0
    for x in xs:
        h = [math.tanh(sum(a * b for a, b in zip(row, x))) for row in w]  # noqa: B905
        loss += sum(h) ** 2
    return loss


def test_lists_that_rounds_make_are_kept_whole() -> None:
    text = value_and_grad(recurrent, argnums=(0, 1)).source([[0.3, 0.1], [0.2, 0.4]], [0.5, 0.7])
    assert text.count("_tape = []") == 1
    assert "h_tape.append(h)" in text


def test_adjoints_of_what_rounds_append_are_read_by_the_number_of_the_round() -> None:
    pytest.importorskip("numba", reason="the extra `numba` is not installed")
    text = value_and_grad(of_one_list, argnums=(0, 1), backend="numba").source([0.3, 0.1], [0.5, 0.7])
    assert "pop" not in text and ".copy()" not in text
    assert "range(len(xs) - 1" not in text, "the rounds may run in any order"


def test_what_a_round_found_at_the_end_of_a_list_is_at_its_place() -> None:
    text = value_and_grad(trajectory, argnums=(0, 1)).source(0.3, 0.1, 5)
    assert "tape" not in text
    assert "x = xs[i]" in text


def test_a_list_that_grows_on_is_not_kept_as_it_is() -> None:
    derivative = value_and_grad(grows_on)
    assert "new_tape.append(new)" not in derivative.source(0.7, 3)
    eps = 1e-6
    slope = (grows_on(0.7 + eps, 3) - grows_on(0.7 - eps, 3)) / (2 * eps)
    assert abs(derivative(0.7, 3)[1] - slope) < 1e-8


def test_adjoints_of_lists_in_a_list_are_taken_off_it_and_added_to_in_place() -> None:
    text = value_and_grad(products, argnums=(0, 1)).source([[0.3, 0.1], [0.2]], [0.5, 0.7])
    assert "deepcopy" not in text
    assert "for a, b in zip" not in text


def test_rows_that_several_rounds_add_to_are_added_to_in_place() -> None:
    derivative = value_and_grad(network)
    w, xs = [[0.3, 0.1], [-0.2, 0.4]], [[0.5, 0.7], [1.1, -0.3], [0.2, 0.9]]
    text = derivative.source(w, xs)
    assert "row_bar = w_bar[k_1]\n" in text and "for a, b in zip(w_bar" not in text
    eps = 1e-6
    slope = (network([[0.3 + eps, 0.1], w[1]], xs) - network([[0.3 - eps, 0.1], w[1]], xs)) / (2 * eps)
    assert abs(derivative(w, xs)[1][0][0] - slope) < 1e-8
