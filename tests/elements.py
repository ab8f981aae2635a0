"""Random programs over slices, rows and broadcasts, run as the text for Numba says it, by Python itself.

    python -m tests.elements [COUNT] [SEED]     compares that many with the text for NumPy

Numba compiles what Python can run as well, so that a program takes milliseconds here and not seconds.
"""
from __future__ import annotations

import linecache
import random
import warnings
from typing import Any

import numpy as np

from s2sad import value_and_grad
from tests import campaign

LENGTHS = (0, 1, 2, 3, 5)
# Parts of vectors of one length, and of matrices whose last axis has it.
_VECTORS = {
    0: ["x", "y", "w", "m[0]", "m[r]", "m[1, :]", "x[::-1]", "m.T[:, 0]"],
    1: ["x[1:]", "x[:-1]", "y[1:]", "y[:-1]", "w[1:]", "w[:-1]", "m[1, 1:]", "m[r, :-1]"],
    2: ["x[2:]", "x[1:-1]", "x[:-2]", "w[1:-1]", "w[2:]", "w[:-2]", "y[1:][:-1]", "m[0, 1:-1]"],
}
_MATRICES = ["m", "q", "x[None, :]", "q[:, :]", "np.exp(m)", "m[::1]", "m * x", "m - y[None]", "q[:, ::1]", "m[:, :1]"]
_BOUNDS = {0: ["[:]", "[...]"], 1: ["[1:]", "[:-1]"], 2: ["[1:-1]", "[2:]", "[:-2]"]}


class _Program:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines: list[str] = []
        self.names: dict[int, list[str]] = {0: [], 1: [], 2: []}
        self.count = 0

    def text(self) -> str:
        self.lines = ["w = x * y", "v = w[:]", "q = m * s", "total = 0.0"]
        for _ in range(self.rng.randint(2, 7)):
            self.statement("")
        if self.rng.random() < 0.5:
            self.lines.append(f"for k in range({self.rng.choice(['2', '1', '3'])}):")
            for _ in range(self.rng.randint(1, 5)):
                self.statement("    ")
                if self.rng.random() < 0.3:
                    self.of_the_round("    ")
        ends = ["np.sum(w * w)", "np.sum(q)", "np.sum(np.sin(v))", "total", "np.sum(q, axis=0) @ w", "np.dot(w, v)"]
        self.lines.append("return " + " + ".join(self.rng.sample(ends, self.rng.randint(2, 4))))
        body = "\n".join(f"    {line}" for line in self.lines)
        return f"def program(x, y, m, s, r):\n{body}\n"

    def vector(self, cut: int, depth: int = 0) -> str:
        choice = self.rng.random()
        if choice < 0.35 or depth > 2:
            return self.rng.choice(_VECTORS[cut] + 2 * self.names[cut])
        if choice < 0.75:
            sign = self.rng.choice(["+", "-", "*", "*"])
            return f"({self.vector(cut, depth + 1)} {sign} {self.vector(cut, depth + 1)})"
        if choice < 0.9:
            function = self.rng.choice(["np.sin", "np.tanh", "np.abs", "np.cos"])
            return f"{function}({self.vector(cut, depth + 1)})"
        if choice < 0.95:
            return f"np.where({self.vector(cut, depth + 1)} > 0.1, {self.vector(cut, depth + 1)}, s)"
        return f"({self.vector(cut, depth + 1)} / (2.0 + {self.vector(cut, depth + 1)} ** 2))"

    def statement(self, indent: str) -> None:
        kind, cut = self.rng.random(), self.rng.choice([0, 0, 1, 2])
        if self.rng.random() < 0.2:
            self.pairs(indent, cut)
        elif kind < 0.3 and not indent:
            self.count += 1
            name = f"t{self.count}"
            self.lines.append(f"{indent}{name} = {self.vector(cut)}")
            if self.lines[-1].split(" = ")[1] not in _VECTORS[cut]:
                self.names[cut].append(name)
        elif kind < 0.65:
            target = self.rng.choice(["w", "q[0]", "q[r]", "v", "q.T[:, 1]"])
            bounds = self.rng.choice(_BOUNDS[cut])
            operator = self.rng.choice(["+=", "-=", "*=", "="])
            scaled = f"0.5 * {self.vector(cut)}" if operator != "*=" else f"np.sin({self.vector(cut)})"
            self.lines.append(f"{indent}{target}{bounds} {operator} {scaled}")
        elif kind < 0.75:
            axis = self.rng.choice(["", ", axis=0", ", axis=1"])
            matrix = f"{self.rng.choice(_MATRICES)} * {self.rng.choice(['q', 'm', 's', 'q[:1]'])}"
            total = f"np.sum({matrix}{axis})"
            self.lines.append(f"{indent}total = total + 0.1 * " + (total if not axis else f"np.sum({total} ** 2)"))
        elif kind < 0.85:
            product = f"{self.rng.choice(_MATRICES)} * {self.rng.choice(['x', 'q', 's'])}"
            self.lines.append(f"{indent}q = q * 0.9 + {product}")
        elif kind < 0.93:
            self.lines.append(f"{indent}total = total + np.dot({self.vector(cut)}, {self.vector(cut)})")
        else:
            self.lines.append(f"{indent}w = w + 0.1 * np.sum(q, axis=0)")

    def of_the_round(self, indent: str) -> None:
        """An array that each round makes for itself alone, or hands on."""
        cut = self.rng.choice([0, 0, 1])
        made = self.rng.choice([
            "np.zeros(x.shape[0])", "np.zeros_like(w)", "np.ones(w.shape[0])", f"{self.vector(0)} * 1.5", "w.copy()",
            "np.array([w[0], s * total, w[-1]])", "np.full(x.shape[0], 0.5)", "np.zeros((2, x.shape[0]))[0]",
            "q[0] + w",
        ])
        lines = [f"b = {made}", f"b{self.rng.choice(['[1:]', '[0]', '', '[:-1]'])} += 0.3 * np.sin(w[{cut}])"]
        lines.append(f"total = total + 0.1 * np.sum(b * b){self.rng.choice(['', ' * b[0]', ' + np.sum(x * s)'])}")
        if self.rng.random() < 0.3:
            lines.append(f"c = b{self.rng.choice([' * 0.5', ' - total', '.copy()'])}")
            lines.append(f"total = total + np.sum({self.rng.choice(['c', 'c * b', 'np.sin(c)'])})")
        if self.rng.random() < 0.4:
            lines += self.products()
        if self.rng.random() < 0.3:
            lines = ["if k != 1:", *("    " + line for line in lines)]
        self.lines += [indent + line for line in lines]

    def products(self) -> list[str]:
        """Products with matrices of which it is known how small they are, or with others."""
        square = self.rng.choice(["e", "e.T", "e @ e", "(e * s)", "e @ e.T"])
        lines = ["e = np.ones((2, 2)) * s", "e[0, 1] += np.sin(w[0])", "a = np.array([w[-1], total])"]
        lines.append(f"a = {self.rng.choice([f'{square} @ a', f'a @ {square}', f'a + e @ ({square} @ a)'])}")
        ends = [f"{square} @ m", "a @ q", f"np.outer(a, a) @ {square}", f"np.dot(a, {square})", "m @ x", "q.T @ a"]
        lines.append(f"total = total + 0.01 * np.sum(np.sin({self.rng.choice(ends)}))")
        return lines

    def pairs(self, indent: str, cut: int) -> None:
        """Each element with each other, summed over one of both, and what is made of that."""
        axis = self.rng.choice([0, 1])
        spread = self.rng.choice(["", "[:, None]"])
        bounds = self.rng.choice(_BOUNDS[cut])
        lines = [f"d = {self.vector(cut)}[:, None] {self.rng.choice('+-*')} {self.vector(cut)}"]
        lines.append(f"p = {self.rng.choice(['np.tanh(d) * d', 'd * d', 'np.sin(d)', 'd'])} * "
                     f"{self.vector(cut)}{self.rng.choice(['', '[:, None]'])}")
        lines.append(f"a = np.sum(p, axis={axis})")
        if self.rng.random() < 0.5:
            again = self.rng.choice(["a", "np.cos(a)"])
            lines.append(f"a = np.sum(d * {again}{spread}, axis={self.rng.choice([0, 1])})")
        if self.rng.random() < 0.4:
            lines.append(f"total = total + 0.01 * np.sum(p * a{spread})")
        lines.append(f"{self.rng.choice(['w', 'q[0]', 'v', 'q[r]'])}{bounds} {self.rng.choice(['+=', '-=', '='])} "
                     f"0.1 * {self.rng.choice(['a', 'np.tanh(a)'])} * {self.vector(cut)}")
        self.lines += [indent + line for line in lines]


def arguments(length: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(length)
    return (rng.normal(size=length), rng.normal(size=length), rng.normal(size=(2, length)), 0.7, 1)


def compiled(text: str, number: int) -> Any:
    file = f"<elements {number}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space: dict[str, Any] = {"np": np}
    exec(compile(text, file, "exec"), space)
    return space["program"]


def check(number: int) -> tuple[str, str]:
    """What both texts give for a program, at every length: "same", "fails" or what is wrong; and the text."""
    text = _Program(number).text()
    program = compiled(text, number)
    right = 0
    for length in LENGTHS:
        found = [_result(program, backend, length) for backend in ("numpy", "numba")]
        if isinstance(found[0], Exception):
            continue
        if isinstance(found[1], Exception):
            return f"{type(found[1]).__name__} at length {length}: {found[1]}", text
        for one, two in zip(_flat(found[0]), _flat(found[1]), strict=True):
            if np.shape(one) != np.shape(two) or not np.allclose(one, two, rtol=1e-9, atol=1e-9, equal_nan=True):
                return f"other at length {length}: {one} and {two}", text
        right += 1
    return "same" if right else "fails", text


def _result(program: Any, backend: str, length: int) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return value_and_grad(program, argnums=(0, 1, 2, 3), backend=backend)(*arguments(length))
    except Exception as error:
        return error


def _flat(result: Any) -> list[Any]:
    value, gradients = result
    return [value, *gradients]


if __name__ == "__main__":
    campaign.run(check, ("same", "fails"))
