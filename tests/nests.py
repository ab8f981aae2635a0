"""Random nests of loops over elements, triangular ones too, that update arrays in place: against differences.

    python -m tests.nests [COUNT] [SEED]     checks that many, as the text for NumPy and as that for Numba

Both run in Python itself, so that a program takes milliseconds.
"""
from __future__ import annotations

import linecache
import math
import random
import warnings
from typing import Any

import numpy as np

from s2sad import value_and_grad
from tests import campaign

SIDE = 4
_INDICES = ("i", "j", "k")
_RANGES = ("n", "1, n", "n - 1", "1, n - 1", "n - 1, -1, -1", "n - 2, -1, -1", "n - 1, 0, -1", "0, n, 2", "2")
_RANGES_FROM = ("{}", "{} + 1", "{}, n", "{} + 1, n", "{} - 1, -1, -1", "n - 1, {}, -1", "{}, -1, -1",
                "max({} - 1, 0), min({} + 2, n)")
_PLACES = ("{}", "{}", "{}", "{} - 1", "({} + 1) % n", "n - 1 - {}")
_FIXED = ("0", "1", "-1", "n - 1", "n - 2")
_ENDS = (
    ["    for i in range(n):", "        e += b[i] ** 2", "        for j in range(n):", "            e += a[i, j] * s"],
    ["    e += np.sum(a * a) + np.sum(b)"],
    [],
)


class _Program:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines = ["def program(a, b, s):", "    n = len(b)", "    a = a.copy()", "    b = b.copy()", "    e = 0.0"]
        for _ in range(self.random.randint(1, 3)):
            self.loop(4, [])
        self.lines += self.random.choice(_ENDS)
        self.lines.append(self.random.choice(["    return e", "    return e", "    return math.log(1.0 + e * e)"]))

    def line(self, indent: int, text: str) -> None:
        self.lines.append(" " * indent + text)

    def loop(self, indent: int, around: list[str]) -> None:
        index = _INDICES[len(around)]
        bounds = self.random.choice(_RANGES)
        if around and self.random.random() < 0.7:
            bounds = self.random.choice(_RANGES_FROM).replace("{}", self.random.choice(around))
        self.line(indent, f"for {index} in range({bounds}):")
        inside = [*around, index]
        for _ in range(self.random.randint(1, 2)):
            self.statement(indent + 4, inside)
        if len(inside) < len(_INDICES) and self.random.random() < 0.7:
            self.loop(indent + 4, inside)
            self.statement(indent + 4, inside)

    def statement(self, indent: int, around: list[str]) -> None:
        match self.random.randrange(7):
            case 0 | 1:
                self.line(indent, f"{self.place(around)} = math.sin({self.term(around)})")
            case 2:
                self.line(indent, f"{self.place(around)} {self.random.choice(['+=', '-='])} 0.3 * {self.term(around)}")
            case 3:
                self.line(indent, f"{self.place(around)} *= {self.random.choice(['0.7', 's', 'math.cos(b[0])'])}")
            case 4:
                self.line(indent, f"e += {self.term(around)}")
            case 5:
                test = self.random.choice(["==", "!=", "<", ">="])
                self.line(indent, f"if {self.random.choice(around)} {test} {self.random.choice([*around, '1', '0'])}:")
                self.statement(indent + 4, around)
                if self.random.random() < 0.5:
                    self.line(indent, "else:")
                    self.statement(indent + 4, around)
            case 6:
                self.line(indent, f"t = {self.term(around)}")
                self.line(indent, self.random.choice([f"{self.place(around)} = 0.5 * t", "e += t * t"]))

    def place(self, around: list[str]) -> str:
        if self.random.random() < 0.55:
            return f"a[{self.index(around)}, {self.index(around)}]"
        return f"b[{self.index(around)}]"

    def index(self, around: list[str]) -> str:
        if self.random.random() < 0.1:
            return self.random.choice(_FIXED)
        return self.random.choice(_PLACES).format(self.random.choice(around))

    def term(self, around: list[str], depth: int = 0) -> str:
        kind = 0 if depth > 2 else self.random.randrange(9)
        if kind < 4:
            return self.place(around)
        if kind == 4:
            return "s"
        inner = self.term(around, depth + 1)
        if kind < 7:
            return f"{inner} * {self.place(around)}"
        if kind == 7:
            return f"math.sin({inner})"
        return f"({inner} - {self.term(around, depth + 1)}) / (1.5 + {self.place(around)} ** 2)"


def check(seed: int, backend: str) -> tuple[str, str]:
    """What comes of the program of a seed, and its text."""
    lines = _Program(seed).lines
    return check_lines(lines, seed, backend, (SIDE, SIDE)), "\n".join(lines)


def check_lines(lines: list[str], seed: int, backend: str, shape: tuple[int, int]) -> str:
    """What comes of a ``program`` of an array of a shape, one as long as its rows are many, and a number.

    It is "right", "rough" where differences tell nothing, or what is wrong.
    """
    text = "\n".join(lines) + "\n"
    name = f"<program {seed}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space: dict[str, Any] = {"np": np, "math": math}
    exec(compile(text, name, "exec"), space)
    program = space["program"]
    numbers = np.random.default_rng(seed)
    a, b, s = numbers.uniform(0.2, 1.2, shape), numbers.uniform(0.2, 1.2, shape[0]), 0.8
    a_step, b_step = numbers.normal(size=a.shape), numbers.normal(size=b.shape)

    def difference(h: float) -> float:
        ahead, behind = (program(a + t * a_step, b + t * b_step, s + t) for t in (h, -h))
        return float(ahead - behind) / (2 * h)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = program(a, b, s)
        value, gradient = value_and_grad(program, (0, 1, 2), backend=backend)(a, b, s)
        fine, coarse = difference(1e-6), difference(1e-5)
    if not abs(fine - coarse) <= 1e-5 * (1 + abs(fine)):
        return "rough"
    found = float(np.sum(gradient[0] * a_step) + np.sum(gradient[1] * b_step) + gradient[2])
    if not abs(value - expected) <= 1e-12 * (1 + abs(expected)):
        return f"the value is {value}, not {expected}"
    if not abs(found - coarse) <= 1e-5 * (1 + abs(coarse)):
        return f"the derivative is {found}, differences say {coarse}"
    return "right"


if __name__ == "__main__":
    campaign.run(check, ("right", "rough"), ("numpy", "numba"))
