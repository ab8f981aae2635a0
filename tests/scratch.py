"""Random programs over arrays that rounds of loops write and read, run as the text for Numba says it, by Python itself.

    python -m tests.scratch [COUNT] [SEED]     compares that many with differences

Rows and a table that are written in parts, from one end or the other, by one loop and by the next one, in branches,
before and behind the loop: what is a round's own, and what comes from the round before.
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

_SIZE = 5
_RANGES = [("0", "n"), ("0", "i + 1"), ("1", "n"), ("0", "n - 1"), ("i", "n"), ("1", "i + 1"), ("0", "i"), ("0", "k"),
           ("1", "n - 1"), ("i + 1", "n"), ("0", "m")]


class _Program:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines = [f"p = {self.rng.choice(['np.zeros(n)', 'np.empty(n)', 'np.ones(n)', 'np.zeros_like(x)'])}",
                      f"r = {self.rng.choice(['np.zeros(n)', 'np.full(n, 0.5)', 'np.zeros(x.shape[0])'])}",
                      f"w = {self.rng.choice(['np.zeros((n, m))', 'np.ones((m, n)).T', 'np.zeros(a.shape)'])}",
                      "k = n - 2", "t = 0.0"]
        if "empty" in self.lines[0] or self.rng.random() < 0.2:
            self.lines.append("p[:] = 0.3 * x")
        self.bare = self.rng.random() < 0.5
        for _ in range(self.rng.randint(1, 2)):
            self.loop()
        ends = ["t", "t * t", "np.sin(t)"]
        ends += [] if self.rng.random() < 0.6 else ["t + p[1]", "t + np.sum(r)", "t + w[1, 2]"]
        self.lines.append(f"return {self.rng.choice(ends)}")

    def text(self) -> str:
        body = "\n".join(f"    {line}" for line in self.lines)
        return f"def program(x, a, s, n, m):\n{body}\n"

    def add(self, indent: str, *lines: str) -> None:
        self.lines += [indent + line for line in lines]

    def loop(self) -> None:
        indent = ""
        if self.rng.random() < 0.3:
            self.add("", "for h in range(2):")
            indent = "    "
        self.add(indent, f"for i in range({self.rng.choice(['n', 'n', 'n - 1', '1, n'])}):")
        indent += "    "
        for name in self.rng.sample(["p", "r", "w"], self.rng.randint(1, 3)):
            self.written(indent, name)
        for _ in range(self.rng.randint(1, 4)):
            self.rng.choice([self.written, self.read, self.read, self.swept])(indent, self.rng.choice("pprw"))
        self.add(indent, f"t += 0.1 * {self.number('i')}")

    def written(self, indent: str, name: str) -> None:
        """Write most of an array."""
        kind = self.rng.randrange(10)
        if kind == 0:
            self.add(indent, f"{name}[:] = 0.2 * {'a[:, 1]' if name != 'w' else 'a'} * s")
            return
        if kind == 1 and name != "w":
            low, high = self.rng.choice(_RANGES)
            self.add(indent, f"{name}[{low}:{high}] = x[{low}:{high}] * s")
            return
        if kind == 2 and name != "w":
            self.add(indent, f"{name}[0] = {self.number('i')}", "for j in range(1, n):",
                     f"    {name}[j] = 0.4 * {name}[j - 1] + 0.3 * {self.number('j')}")
            return
        if kind == 3 and name != "w":
            self.add(indent, f"{name}[n - 1] = {self.number('i')}", "for j in range(n - 2, -1, -1):",
                     f"    {name}[j] = 0.4 * {name}[j + 1] * {self.number('j')} + 0.2")
            return
        low, high = self.rng.choice(_RANGES[:3] if kind < 8 else _RANGES)
        self.add(indent, f"for j in range({low}, {high}):")
        inner = indent + "    "
        if name == "w":
            self.add(inner, f"for l in range({self.rng.choice(['m', 'm', 'm', '1, m'])}):")
            self.add(inner + "    ", f"w[j, l] = 0.3 * {self.number('j')} + 0.1 * a[j, l]")
        elif kind == 9:
            self.add(inner, f"if {self.number('j')} > {self.rng.choice(['0.2', '0.5'])}:", f"    {name}[j] = 0.3 * s")
            if self.rng.random() < 0.6:
                self.add(inner, "else:", f"    {name}[j] = {self.number('j')}")
        else:
            place = self.rng.choice(["j", "j", "j", "n - 1 - j"])
            self.add(inner, f"{name}[{place}] = 0.5 * {self.number('j')}")
            if self.rng.random() < 0.3:
                self.add(inner, f"{name}[j] {self.rng.choice(['+=', '*='])} {self.number('j')}")

    def read(self, indent: str, name: str) -> None:
        """Read some of an array."""
        if self.rng.random() < 0.25:
            whole = ["np.sum(p * r)", "np.dot(p, x)", "np.sum(w[i])", "np.sum(p[1:])", "p[-1]", "r[0] * p[k]",
                     "np.sum(np.sin(w))", "w[i, 1]", "np.max(p)", "np.sum(w[:, 1] * r)"]
            self.add(indent, f"t += 0.1 * {self.rng.choice(whole)}")
            return
        low, high = self.rng.choice(_RANGES)
        index = self.rng.choice(["j", "j", "j", "n - 1 - j", "q[j]"])
        self.add(indent, f"for j in range({low}, {high}):")
        number = f"w[j, {self.rng.choice(['0', 'i % m', '-1'])}]" if name == "w" else f"{name}[{index}]"
        self.add(indent + "    ", f"t += 0.1 * {number} * {self.rng.choice([number, 's', self.number('j')])}")

    def swept(self, indent: str, name: str) -> None:
        """Write an array in the terms of what it is."""
        name = "p" if name == "w" else name
        low, high = self.rng.choice(_RANGES)
        self.add(indent, f"for j in range({low}, {high}):")
        self.add(indent + "    ", self.rng.choice([
            f"{name}[j] = math.sin({name}[j]) + 0.1 * s", f"{name}[j] *= 0.5 * {self.number('j')}",
            f"{name}[j] += 0.3 * r[j] * s", f"{name}[j] = 0.5 * p[j] * r[j]",
            f"{name}[j] = 0.4 * {name}[j - 1] + 0.2 * x[j]",
        ]))

    def number(self, index: str) -> str:
        return self.rng.choice([f"x[{index}]", "s", f"math.sin(x[{index}] * s)", f"a[{index}, 1]", f"x[{index}] * x[i]",
                                "a[i, 0]", f"a[{index}, 0] * x[i]"])


def check(seed: int) -> tuple[str, str]:
    """What comes of the program of a seed: "right", "rough" where differences tell nothing, "refused", "fails" where
    the program itself does, or what is wrong."""
    text = _Program(seed).text()
    name = f"<scratch {seed}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space: dict[str, Any] = {"np": np, "math": math, "q": np.array([2, 0, 1, 4, 3])}
    exec(compile(text, name, "exec"), space)
    program = space["program"]
    numbers = np.random.default_rng(seed)
    x, a, s = numbers.uniform(0.2, 1.2, _SIZE), numbers.uniform(-0.5, 0.9, (_SIZE, 3)), 0.8
    x_step, a_step = numbers.normal(size=_SIZE), numbers.normal(size=(_SIZE, 3))

    def difference(h: float) -> float:
        ahead, behind = (program(x + t * x_step, a + t * a_step, s + t, _SIZE, 3) for t in (h, -h))
        return float(ahead - behind) / (2 * h)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            expected = program(x, a, s, _SIZE, 3)
        except Exception:
            return "fails", text
        try:
            value, gradient = value_and_grad(program, (0, 1, 2), backend="numba")(x, a, s, _SIZE, 3)
        except Exception as error:
            return f"{type(error).__name__}: {error}", text
        fine, coarse = difference(1e-6), difference(1e-5)
    if not abs(fine - coarse) <= 1e-5 * (1 + abs(fine)) or not abs(expected) < 1e6:
        return "rough", text
    found = float(np.sum(gradient[0] * x_step) + np.sum(gradient[1] * a_step) + gradient[2])
    if not abs(value - expected) <= 1e-11 * (1 + abs(expected)):
        return f"the value is {value}, not {expected}", text
    if not abs(found - coarse) <= 1e-5 * (1 + abs(coarse)):
        return f"the derivative is {found}, differences say {coarse}", text
    return "right", text


if __name__ == "__main__":
    campaign.run(check, ("right", "rough", "refused", "fails"))
