"""Powers of arrays in the reverse sweep: products, but for those that decide anything."""
from __future__ import annotations

import re
from typing import Any

import numpy as np

from s2sad import value_and_grad

Q = np.array([0.9, 0.4, 1.3, 0.6, 1.1])


def chain(q: Any, steps: int) -> Any:
    for _ in range(steps):
        d = q[1:] - q[:-1]
        q = q + 0.1 * np.sum(d**3)
        q = np.sin(q)
    return np.sum(q**5)


def choosing(q: Any, steps: int) -> Any:
    for _ in range(steps):
        cube = q**3
        q = 0.9 * q + np.where(cube > 0.1, 0.1 * cube, 0.0) * np.sum(cube)
        q = q / (1.0 + np.sum(q))
    return np.sum(q)


def powers(function: Any, *args: Any) -> tuple[set[str], set[str]]:
    """The exponents in the forward sweep and in the reverse sweep."""
    forward, _, reverse = value_and_grad(function).source(*args).partition("    # return")
    statements = "\n".join(line for line in reverse.splitlines() if not line.strip().startswith("#"))
    return set(re.findall(r"\*\* (\d)", forward)), set(re.findall(r"\*\* (\d)", statements))


def test_powers_are_products_in_the_reverse_sweep() -> None:
    assert powers(chain, Q, 3) == ({"3", "5"}, {"2"})
    assert "_tape" not in "".join(re.findall(r"power\w*_tape", value_and_grad(chain).source(Q, 3)))


def test_a_power_that_decides_is_taken_as_the_program_takes_it() -> None:
    source = value_and_grad(choosing).source(Q, 3)
    assert "** 2 * " not in source.partition("    # return")[2], source
