"""What the rounds of a reverse loop add to one element is added up as a number."""
from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests.support import check_every_element

X = np.array([0.7, -0.4, 1.1, 0.3])
A = np.arange(12.0).reshape(4, 3) / 7.0


def rows(x, a):
    total = 0.0
    for i in range(len(x)):
        s = 1.0
        for j in range(a.shape[1]):
            s += math.sin(x[i] * a[i, j]) * x[0]
        total += s * s
    return total


def of_a_place_beyond(x, a):
    """Where the inner loop has no round its index is beyond the end."""
    total = 0.0
    for i in range(len(x) + 1):
        s = 1.0
        for j in range(min(len(x) - i, a.shape[1])):
            s = s * math.cos(x[i] * a[0, j])
        total += s
    return total


def twice_beyond(x, a):
    """Additions to three places of one array, in two depths of loops that may have no round."""
    total = 0.0
    for i in range(len(x) + 1):
        s = 1.0
        for j in range(min(len(x) - i, a.shape[1])):
            s = s * math.cos(x[i] * a[0, j]) + x[2] * x[1]
            for k in range(j, 2):
                s = s + x[i] * a[k, j]
        total += s
    return total


def between_two(x, a):
    """What an outer loop adds to one place stands in front of what an inner one adds to another, if it has a round."""
    total = 0.0
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            for k in range(i):
                total += 0.3 * a[j - 1, j - 1] * x[k]
            total += a[i, 1]
    return total


def read_in_between(x, a):
    y = x.copy()
    for i in range(len(x)):
        for j in range(a.shape[1]):
            y[i] = math.sin(y[i] * a[i, j]) + y[0] * a[i, j]
    return np.sum(y)


def other_elements_are_read(x, a):
    """The rounds that add to one element read and overwrite others, behind it."""
    y = x.copy()
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            y[j] = math.sin(y[j] * a[j, 0]) + y[i] * y[j] / y[i - 1]
    return np.sum(y)


def the_same_may_be_read(x, a):
    """The first round reads the element that all rounds add to."""
    y = x.copy()
    for i in range(len(x)):
        for j in range(i, len(x)):
            y[j] = math.sin(y[j] * a[j, 0]) + y[i] * y[j]
    return np.sum(y)


def test_elements_are_added_up_first() -> None:
    text = value_and_grad(rows, (0, 1)).source(X, A)
    assert "x_bar_i += " in text and "x_bar[i] += x_bar_i" in text
    assert text.count("x_bar[0] += ") == 1


def test_what_is_not_surely_there_is_touched_only_where_there_was_a_round() -> None:
    text = value_and_grad(of_a_place_beyond, (0, 1)).source(X, A)
    assert "        if 0 < smallest:\n" in text and "            x_bar[i] = x_bar_i" in text


def test_what_asks_for_a_round_is_part_of_what_outer_rounds_add_up() -> None:
    text = value_and_grad(twice_beyond, (0, 1)).source(X, A)
    assert text.count("if ") == 2, text
    assert "            if j < 2:" in text and "        if 0 < smallest:" in text, text
    assert "x_bar_2 += s_bar * x[1]" in text and re.search(r"x_bar_i -= product\w* \* item_1", text), text


def test_other_elements_may_be_read_and_changed() -> None:
    text = value_and_grad(other_elements_are_read).source(X, A)
    assert "y_bar_i += " in text and "y_bar[difference] -= " in text, text
    assert "y_bar_i" not in value_and_grad(the_same_may_be_read).source(X, A)


@pytest.mark.parametrize("program", [rows, of_a_place_beyond, twice_beyond, between_two, read_in_between,
                                     other_elements_are_read, the_same_may_be_read])
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(program: Any, backend: str) -> None:
    check_every_element(program, (X, A), backend)
