"""What is added to elements of an adjoint that are zero is assigned to them."""
from __future__ import annotations

import math
import re

import numpy as np
import pytest

from s2sad import check_grads, value_and_grad
from tests.support import check_every_element

X = np.array([0.7, -0.4, 1.1, 0.3])
A = np.arange(16.0).reshape(4, 4) / 9.0


def once(x, a):
    total = 0.0
    for i in range(len(x)):
        for j in range(1, len(x)):
            total += math.sin(a[i, j]) * 2.0
        total += x[i] * x[i]
    return total


def several_times(x, a):
    total = 0.0
    for k in range(3):
        for i in range(len(x)):
            total += x[i] * x[i] * k + math.sin(a[0, i])
    return total


def neighbours(x, a):
    total = 0.0
    for i in range(1, len(x)):
        total += x[i] * x[i - 1] + a[i, 0] * a[i, 0]
    return total


def around_the_end(x, a):
    total = 0.0
    for i in range(-2, len(x)):
        total += x[i] ** 3 + a[i, i]
    return total


def diagonal_or_not(x, a):
    total = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            total += math.sin(a[i, i]) * x[j]
    return total


def now_and_then(x, a):
    total = 0.0
    for k in range(2):
        for i in range(len(x)):
            if x[i] > 0.0 or k:
                total += x[i] * x[i] * a[k, i]
    return total


def parts(x, a):
    n = len(x)
    y = np.concatenate((x, x)) * np.sum(a)
    low = np.sin(y[:n])
    high = np.cos(y[n:2 * n])
    b = a * x[0]
    row = np.exp(b[:, 0])
    return np.sum(low * high) + row[1] * row[1] * row[2] + np.sum(np.sin(b[1:]))


def overlapping_parts(x, a):
    n = a.shape[1] - 1
    y = x * np.sum(a)
    b = a * x[0]
    return np.sum(np.sin(y[:n]) * np.cos(y[1:])) + np.sum(np.sin(b[:, 0])) + np.sum(np.sin(b[1]))


def one_of_three(x, a):
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0.5:
            total += a[i, 0] * a[i, 0]
        elif x[i] < 0.0:
            total += math.sin(a[i, 0])
    return total * np.sum(x)


def one_of_two_neighbours(x, a):
    total = 0.0
    for i in range(1, len(x)):
        if x[i] > 0.0:
            total += a[i, 0] * a[i, 0]
        else:
            total += math.sin(a[i - 1, 0])
    return total * np.sum(x)


TEXTS = {
    "parts": (parts, [r"y_bar\[:n\] = ", r"y_bar\[n:.*\] = ", r"row_bar\[1\] = ", r"row_bar\[2\] = "],
              [r"y_bar\[.*\] \+= ", r"row_bar\[.*\] \+= "]),
    "overlapping parts": (overlapping_parts, [r"y_bar\[.*\] = ", r"y_bar\[.*\] \+= ", r"b_bar\[.*\] \+= "], []),
    "once": (once, [r"x_bar\[i\] = ", r"a_bar(\[i, j\]|_row\[j\]) = "], []),
    "several times": (several_times, [r"x_bar\[i\] \+= ", r"a_bar\[0, i\] \+= "], []),
    "neighbours": (neighbours, [r"x_bar\[(i - 1|difference)\] \+= ", r"x_bar\[i\] \+= ", r"a_bar\[i, 0\] = "], []),
    "around the end": (around_the_end, [r"x_bar\[i\] \+= "], [r"x_bar\[i\] = "]),
    "diagonal or not": (diagonal_or_not, [r"a_bar\[i, i\] = "], [r"x_bar\[j\] = "]),
    "one of three": (one_of_three, [r"a_bar\[i, 0\] = .*(.|\n)*a_bar\[i, 0\] = "], [r"a_bar\[.*\] \+= "]),
    "one of two neighbours": (one_of_two_neighbours, [r"a_bar\[i, 0\] \+= "], [r"a_bar\[.*\] = "]),
    "now and then": (now_and_then, [r"x_bar\[i\] \+= ", r"a_bar(\[k, i\]|_row\[i\]) = "], []),
}


@pytest.mark.parametrize("which", TEXTS)
def test_text(which: str) -> None:
    program, lines, others = TEXTS[which]
    text = value_and_grad(program, (0, 1)).source(X, A)
    assert all(re.search(line, text) for line in lines), text
    assert not any(re.search(line, text) for line in others), text


@pytest.mark.parametrize("which", TEXTS)
def test_gradients(which: str) -> None:
    check_every_element(TEXTS[which][0], (X, A), "numpy")


def scaled(q, c):
    """Each entry of a list, of what stood there."""
    q = q.copy()
    for k in range(1, len(q)):
        q[k] = q[k] * c + q[k - 1]
    for k in range(len(q)):
        q[k] += c * c
    return q[0] * q[1] + q[2] * q[2]


def test_entries_of_lists_are_assigned_and_left_as_places_of_arrays_are() -> None:
    check_grads(scaled, ([0.3, -0.7, 1.1], 0.6))
    text = value_and_grad(scaled, (0, 1)).source([0.3, -0.7, 1.1], 0.6)
    assert "q_bar[k] = total_bar * c\n" in text and "] = 0.0" not in text
