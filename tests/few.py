"""Random programs over arrays of two or three elements, run as the text for Numba says it, by Python itself.

    python -m tests.few [COUNT] [SEED]     compares that many with differences

States that loops carry, arrays spelled out and filled by element, rows of a larger array, views of what is updated,
branches and copies: what may become numbers, and what must not.
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

_HEAD = ["x = x0.copy()", "v = np.array([s, x0[1], 0.3])", "d = np.zeros(3)", "rows = np.zeros((4, 3))",
         "R = np.array([[1.0, s], [-s, 0.5]])", "c = np.array([0.4, 1.0, -0.2])", "t = 0.0"]
_FUNCTIONS = '''
def turned(a, s):
    return np.array([a[1], -s * math.sin(a[0]), a[2] * a[0]])


def pushed(a, b):
    a[1] += 0.1 * b[0]
    return a * 0.9


def crossed(a, b):
    p, q, r = a
    out = np.empty(3)
    out[0] = q * b[2] - r * b[1]
    out[1] = r * b[0] - p * b[2]
    out[2] = p * b[1] - q * b[0]
    return out
'''


class _Program:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.vectors = ["x", "v", "d", "c"]
        self.count = 0
        self.lines = list(_HEAD)
        for _ in range(self.rng.randint(0, 3)):
            self.statement("", 1)
        self.lines.append(self.rng.choice(["for i in range(3):", "for i in range(n):", "for i in range(1, 4):"]))
        before = list(self.vectors)
        for _ in range(self.rng.randint(2, 7)):
            self.statement("    ", 1)
        self.vectors = before
        for _ in range(self.rng.randint(0, 2)):
            self.statement("", 1)
        ends = ["np.sum(x * x)", "x[0] * v[1]", "t", "np.sum(rows[1:3] ** 2)", "np.dot(d, v)", "R[0, 1] * x[2]",
                "np.sum(np.sin(R))", "np.linalg.norm(x + 2.0)", "np.sum(v)"]
        self.lines.append("return " + " + ".join(self.rng.sample(ends, self.rng.randint(2, 5))))

    def text(self) -> str:
        body = "\n".join(f"    {line}" for line in self.lines)
        return f"{_FUNCTIONS}\n\ndef program(x0, m, s, n):\n{body}\n"

    def add(self, indent: str, *lines: str) -> None:
        self.lines += [indent + line for line in lines]

    def statement(self, indent: str, depth: int) -> None:
        kind = self.rng.randrange(16)
        name = self.rng.choice(["x", "v", "d"])
        if kind < 3:
            self.add(indent, f"{name} = {self.vector()}")
        elif kind == 3:
            self.count += 1
            self.add(indent, f"k{self.count} = {self.vector()}")
            self.vectors.append(f"k{self.count}")
        elif kind < 6:
            self.add(indent, f"{name}[{self.place()}] {self.rng.choice(['=', '+=', '*='])} 0.4 * {self.number()}")
        elif kind == 6:
            self.add(indent, f"{name} {self.rng.choice(['+=', '*=', '-='])} 0.3 * {self.vector()}")
        elif kind == 7:
            self.add(indent, f"{name}[{self.rng.choice(['1:', ':2', ':', '::2'])}] = "
                             f"{self.rng.choice(['0.5', 's', self.number()])}")
        elif kind == 8:
            self.add(indent, f"rows[{self.rng.choice(['1', '2', 'n'])}] {self.rng.choice(['=', '+='])} {self.vector()}")
        elif kind == 9:
            self.add(indent, f"t = t + 0.2 * {self.scalar()}")
        elif kind == 10:
            self.add(indent, f"w = {name}{self.rng.choice(['', '[1:]', '[:2]', '[::-1]'])}",
                     f"{self.rng.choice([name, 'w'])}[0] += 0.2 * {self.number()}",
                     f"t = t + w[1] * {self.rng.choice(['w[0]', 's', name + '[0]'])}")
        elif kind == 11:
            self.add(indent, f"R = {self.matrix()}")
        elif kind == 12:
            self.add(indent, f"R[{self.rng.choice(['0, 1', '1', '1, :', ':, 0'])}] = 0.3 * {self.number()}")
        elif kind == 13 and depth < 3:
            self.add(indent, f"if {self.number()} > {self.rng.choice(['0.1', 'x[0]', 's'])}:")
            self.inside(indent, depth)
            if self.rng.random() < 0.5:
                self.add(indent, "else:")
                self.inside(indent, depth)
        elif kind == 14 and depth < 3:
            self.add(indent, f"for j{depth} in range({self.rng.choice(['2', 'n', '3'])}):")
            self.inside(indent, depth)
        else:
            one, two = self.rng.sample(["x", "v", "d"], 2)
            self.add(indent, self.rng.choice([
                f"{one}, {two} = {two}, {one}", f"{one} = pushed({two}, {one})", f"{one} = {two}",
                f"{one} = crossed({one}, {two})", f"{one} = {two}.copy()",
            ]))

    def inside(self, indent: str, depth: int) -> None:
        before = list(self.vectors)
        for _ in range(self.rng.randint(1, 3)):
            self.statement(indent + "    ", depth + 1)
        self.vectors = before

    def place(self) -> str:
        return self.rng.choice(["0", "1", "2", "-1"] * 4 + ["n"])

    def vector(self, depth: int = 0) -> str:
        kind = self.rng.randrange(16)
        if kind < 5 or depth > 2:
            return self.rng.choice(self.vectors)
        one = self.vector(depth + 1)
        if kind < 9:
            return f"({one} {self.rng.choice('+-*')} {self.vector(depth + 1)})"
        if kind == 9:
            return f"{self.number()} * {one}"
        return self.rng.choice([
            f"np.array([{self.number()}, {self.number()}, 0.5])", f"turned({one}, s)", f"np.sin({one})",
            f"{one} / (2.0 + {one} ** 2)", f"crossed({one}, c)", "rows[1]", "m[0]", f"m @ {one}",
            f"np.where({one} > 0.2, {one}, s)", f"np.concatenate((R @ {one}[:2], {one}[2:]))", f"np.cross({one}, c)",
        ])

    def matrix(self) -> str:
        one = self.vector(1)
        return self.rng.choice([
            f"np.array([[math.cos({self.number()}), s], [0.1, {self.number()}]])", "0.5 * R @ R", "R.T * s",
            f"np.outer({one}[:2], {one}[1:])", "R + 0.1 * np.eye(2)", f"np.array([{one}[:2], [s, 0.2]])",
            "np.tanh(R)",
        ])

    def number(self) -> str:
        one = self.vector(2)
        name = one if one.isidentifier() else "x"
        return self.rng.choice([f"{name}[{self.place()}]", "s", f"math.sin({name}[1])", "R[1, 0]", "rows[1, 0]",
                                f"{name}[0] * {name}[2]", "0.7", "t * 0.1"])

    def scalar(self) -> str:
        one, two = self.vector(1), self.vector(1)
        return self.rng.choice([f"np.dot({one}, {two})", f"np.sum({one} * {two})", f"({one}) @ ({two})", self.number(),
                                f"np.sin(np.sum({one}))", f"np.linalg.norm({one} + 2.0)", f"np.mean({one})"])


def check(seed: int) -> tuple[str, str]:
    """What comes of the program of a seed: "right", "rough" where differences tell nothing, "refused", "fails" where
    the program itself does, or what is wrong."""
    text = _Program(seed).text()
    name = f"<few {seed}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space: dict[str, Any] = {"np": np, "math": math}
    exec(compile(text, name, "exec"), space)
    program = space["program"]
    numbers = np.random.default_rng(seed)
    x, m, s = numbers.uniform(0.2, 1.2, 3), numbers.uniform(-0.5, 0.7, (3, 3)), 0.8
    x_step, m_step = numbers.normal(size=3), numbers.normal(size=(3, 3))

    def difference(h: float) -> float:
        ahead, behind = (program(x + t * x_step, m + t * m_step, s + t, 1) for t in (h, -h))
        return float(ahead - behind) / (2 * h)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = program(x, m.copy(), s, 1)
        except Exception:
            return "fails", text
        try:
            value, gradient = value_and_grad(program, (0, 1, 2), backend="numba")(x, m, s, 1)
        except Exception as error:
            return _failed(program, error, (x, m, s, 1)), text
        fine, coarse = difference(1e-6), difference(1e-5)
    if not abs(fine - coarse) <= 1e-5 * (1 + abs(fine)) or not abs(expected) < 1e6:
        return "rough", text
    found = float(np.sum(gradient[0] * x_step) + np.sum(gradient[1] * m_step) + gradient[2])
    if not abs(value - expected) <= 1e-11 * (1 + abs(expected)):
        return f"the value is {value}, not {expected}", text
    if not abs(found - coarse) <= 1e-5 * (1 + abs(coarse)):
        return f"the derivative is {found}, differences say {coarse}", text
    return "right", text


def _failed(program: Any, error: Exception, arguments: tuple[Any, ...]) -> str:
    """What is refused is refused for NumPy as well."""
    try:
        value_and_grad(program, (0, 1, 2))(*arguments)
    except Exception:
        return "refused"
    return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    campaign.run(check, ("right", "rough", "refused", "fails"))
