"""Arrays of which each round of a loop writes all, part by part, before it reads any: nothing of them is carried."""
from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from s2sad import value_and_grad
from tests.support import check_every_element

U = np.array([0.7, -0.4, 1.1, 0.3, 0.6])
K = np.array([0.3])


def both_ends(u: Any, k: Any) -> Any:
    new = np.empty_like(u)
    for _ in range(3):
        new[1:-1] = u[1:-1] + k[0] * u[2:]
        new[0] = u[-1] * k[0]
        new[-1] = new[0] * u[1]
        u = np.sin(new)
    return np.sum(u)


def one_end_and_a_gap(u: Any, k: Any) -> Any:
    new = u * 2.0
    for _ in range(3):
        new[2:] = u[2:] + k[0] * u[1:-1]
        new[0] = u[-1] * k[0]
        u = np.sin(new)
    return np.sum(u)


def short_of_two(u: Any, k: Any) -> Any:
    """Of an array of two neither slice names any."""
    new = u * 2.0
    for _ in range(3):
        new[:-2] = u[:-2] * k[0]
        new[3:] = u[:-3] + k[0]
        u = np.sin(new)
    return np.sum(u)


def read_before(u: Any, k: Any) -> Any:
    new = u * 1.5
    for _ in range(3):
        new[1:] = u[1:] + k[0] * u[:-1]
        last = new[0] * new[1]
        new[0] = u[0] * last
        u = np.sin(new)
    return np.sum(u)


def read_after_the_loop(u: Any, k: Any) -> Any:
    new = u * 1.5
    for _ in range(3):
        new[1:] = u[1:] + k[0] * u[:-1]
        new[0] = u[0] * k[0]
        u = np.sin(new)
    return np.sum(new * u)


ANEW = {both_ends}
PROGRAMS = [both_ends, one_end_and_a_gap, short_of_two, read_before, read_after_the_loop]


@pytest.mark.parametrize("program", PROGRAMS)
def test_text(program: Any) -> None:
    """What is written anew has no adjoint from round to round: none is made in front of the reverse loop."""
    text = value_and_grad(program, (0, 1)).source(U, K)
    carried = re.search(r"^    new_bar = np.zeros_like\(", text, re.MULTILINE)
    assert (carried is None) == (program in ANEW or program is read_after_the_loop), text


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("count", [5, 4, 3, 2])
def test_gradients(program: Any, count: int) -> None:
    if count > 2 or program is not both_ends:
        check_every_element(program, (U[:count].copy(), K), "numpy")
