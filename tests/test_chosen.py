"""What a loop chooses among its rounds is computed again in the round that it was chosen in."""
from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests.support import check_every_element

X = np.array([0.7, -1.2, 0.4, 1.9, -0.3])
Y = np.array([0.2, 0.5, -0.8, 1.1, 0.6, -1.7])


def nearest(x, y):
    """The nearest of several, with a clipped number on the way and another that is chosen with it."""
    total = 0.0
    for i in range(len(x)):
        best = 1e30
        weight = 1.0
        for j in range(len(y) - 1):
            t = (x[i] - y[j]) / (y[j + 1] * y[j + 1] + 0.5)
            if t < 0.0:
                t = 0.0
            elif t > 1.0:
                t = 0.5 + 0.5 * t
            d = (x[i] - y[j] - t) ** 2
            if d < best:
                best = d
                weight = y[j] * t
        total += math.sqrt(best + 0.1) * weight
    return total


def farthest(x, y):
    """A maximum, of what an inner loop adds up, from what depends on the inputs too."""
    best = 0.3 * x[0]
    for k in range(len(y) - 2):
        d = 0.0
        for c in range(3):
            d += x[c] * y[k + c]
        best = max(best, d)
    return best * best + x[1]


def least_first(x, y):
    """A minimum whose operands stand the other way round, counted from somewhere, and taken at that number."""
    low = 5.0
    at = 0
    for k in range(len(x) // 2, len(y)):
        v = x[1] * y[k] + math.sin(y[k])
        low = min(v, low)
        if v == low:
            at = k
    return low * y[at] + at


def pooled(x, y):
    """The greatest of a window of two loops."""
    table = np.outer(x, y)
    total = 0.0
    for i in range(0, 4, 2):
        for j in range(0, 6, 3):
            best = table[i, j]
            for p in range(2):
                for q in range(3):
                    if table[i + p, j + q] > best:
                        best = table[i + p, j + q]
            total += best * best * x[i]
    return total


def path(x, y):
    """The best of the states before, at each step."""
    score = np.zeros(len(x))
    new = np.zeros(len(x))
    for t in range(len(y)):
        for j in range(len(x)):
            best = -1e30
            for i in range(len(x)):
                candidate = score[i] - (x[i] - x[j]) ** 2
                if candidate > best:
                    best = candidate
            new[j] = best + x[j] * y[t]
        for j in range(len(x)):
            score[j] = new[j]
    return score[0] + 2.0 * score[3]


def own_element(x, y):
    """The greatest of what the loop writes."""
    p = np.zeros(len(y))
    for i in range(len(x)):
        top = -1e30
        for j in range(len(y)):
            p[j] = x[i] * y[j]
            p[j] += 0.1 * y[j]
            if p[j] > top:
                top = p[j]
        p[0] += top * top
    return np.sum(p)


def written_elsewhere(x, y):
    """The greatest of what a later round changes again."""
    p = y.copy()
    top = -1e30
    for j in range(len(y) - 1):
        if p[j] > top:
            top = p[j]
        p[j] = 0.0
        p[j + 1] += 0.3 * x[0] * p[j] + x[1]
    return top * top + np.sum(p)


def never(x, y):
    """No round, or none that chooses."""
    best = x[0] * x[0]
    for j in range(0):
        best = max(best, y[j])
    low = x[1]
    for j in range(len(y)):
        if y[j] * x[0] < -50.0:
            low = y[j] * x[0]
    return best + 3.0 * low


def so_far(x, y):
    """What is chosen so far is read in each round."""
    best = x[0]
    total = 0.0
    for j in range(len(y)):
        best = max(best, y[j] * x[2])
        total += best * y[j]
    return total + best


def two_best(x, y):
    """The second best was the best."""
    first = -10.0
    second = -10.0
    for j in range(len(y)):
        v = y[j] * x[0] + x[1]
        if v > first:
            second = first
            first = v
        elif v > second:
            second = v
    return first * second


def from_the_round_before(x, y):
    """What is chosen follows from what the rounds before left."""
    state = x[0]
    best = 0.0
    for j in range(len(y)):
        state = math.sin(state) + y[j]
        if state > best:
            best = state
    return best * best


def left_early(x, y):
    """The round in which the loop is left chooses as well."""
    best = 0.0
    for j in range(len(y)):
        v = x[0] * y[j] * x[3]
        if v > best:
            best = v
        if best > 1.0:
            break
    return best * x[1]


def downwards(x, y):
    """Counted downwards, at the number that a count of its own gives."""
    best = -1e30
    place = 1
    for j in range(len(y) - 1, -1, -1):
        place = (3 * place + j) % len(x)
        v = x[place] * y[j]
        if v > best:
            best = v
    return best * best * best


PROGRAMS = [nearest, farthest, least_first, pooled, path, own_element, written_elsewhere, never, so_far, two_best,
            from_the_round_before, left_early, downwards]
CHOSEN = {"nearest", "farthest", "least_first", "pooled", "path", "own_element", "never", "downwards", "left_early"}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_gradients(program: Any, backend: str) -> None:
    if backend == "numba":
        pytest.importorskip("numba")
    check_every_element(program, (X, Y), backend)


@pytest.mark.parametrize("program", PROGRAMS)
def test_whether_it_is_computed_again(program: Any) -> None:
    text = value_and_grad(program, (0, 1)).source(X, Y)
    names = {f"{name}_{kept}" for name in ("best", "low", "top") for kept in ("j", "k", "p", "found", "i")}
    assert (not names.isdisjoint(text.replace(",", " ").split())) == (program.__name__ in CHOSEN)


def test_nothing_but_the_number_is_kept() -> None:
    text = value_and_grad(path, (0, 1)).source(X, Y)
    assert "best_i_tape" in text and "test_tape" not in text and "candidate_tape" not in text


def test_the_reverse_sweep_has_no_loop_over_what_was_not_chosen() -> None:
    lines = value_and_grad(farthest, (0, 1)).source(X, Y).splitlines()
    loops = [line.split()[1] for line in lines if line.strip().startswith("for ")]
    assert sorted(loops) == ["c", "c", "c", "k"]


def test_of_equals_the_first_is_chosen() -> None:
    def program(a, b):
        best = a
        for k in range(2):
            best = max(best, b) if k else max(b, best)
        top = a
        for k in range(2):
            top = max(top, b * (k + 1.0))
        low = a
        for k in range(2):
            low = min(b * (k + 1.0), low)
        return best + 10.0 * top + 100.0 * low

    _, (a_bar, b_bar) = value_and_grad(program, (0, 1))(0.0, 0.0)
    assert (a_bar, b_bar) == (10.0, 201.0)
