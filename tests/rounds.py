"""Random programs whose loops carry vectors, matrices and numbers, as models do: against differences.

    python -m tests.rounds [COUNT] [SEED]     checks that many, as the text for NumPy and as that for Numba

Products of matrices, rows that are filled or read, buffers that are swapped, arrays that are the same in every round,
lists, helpers, numbers that are chosen by tests, masks and whole numbers as factors. Each program runs for several
lengths, nought and one among them, and in single precision. Both texts run in Python itself, so that a program takes
milliseconds.
"""
from __future__ import annotations

import linecache
import math
import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from s2sad import value_and_grad
from s2sad.errors import UnsupportedError
from tests import campaign

LENGTHS = (3, 1, 0, 2)
_HELPERS = '''\
def cell(w, h, x):
    z = w @ h + x
    return np.tanh(z)


def scaled(h, a):
    r = 1.0 + np.sum(h * h)
    return h * a / r, r


def damped(h, k):
    for _ in range(k):
        h = h - 0.1 * np.sin(h)
    return h


def nudged(h, x):
    h[1:] += 0.3 * x[:-1]
    return h


'''


class _Program:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines = ["def program(w, xs, h, a, k):", "    n = len(h)", "    near = h > 0.1",
                      "    counts = np.arange(n) - 1", "    small = (np.arange(n) % 2 * 3).astype(np.uint8)"]
        self.vectors, self.matrices, self.numbers = ["h"], ["w"], ["a"]
        self.lists: list[str] = []
        self.indices: list[str] = []
        self.fixed = {"xs"}
        self.indent = 1
        self.loops = 0
        self.count = 0

    def text(self) -> str:
        for line in ("w = w.copy()", "h = h.copy()", "g = h * 0.5", "out = np.zeros((4, n))", "t = 0.0", "u = 1.0"):
            if line.startswith(("g", "t", "out")) or self.chance(0.5):
                self.line(line)
                name = line.split()[0]
                {"g": self.vectors, "t": self.numbers, "u": self.numbers}.get(name, [""] * 0).append(name)
        for _ in range(self.rng.randint(0, 3)):
            self.statement()
        for _ in range(self.rng.randint(1, 2)):
            self.loop()
            for _ in range(self.rng.randint(0, 2)):
                self.statement()
        ends = [f"np.sum({v} * {v})" for v in self.vectors] + [f"np.sum(np.sin({m}))" for m in self.matrices]
        ends += [f"-np.sum({v} * {self.whole(2)})" for v in self.vectors] + ["-np.sum(np.maximum(h, xs[0]))"]
        ends += [*self.numbers, "np.sum(out * out)", "np.sum(out[0] * h)"]
        ends += [f"sum([np.sum(np.sin(one)) for one in {name}])" for name in self.lists]
        self.line("return " + " + ".join(self.rng.sample(ends, min(len(ends), self.rng.randint(2, 5)))))
        return _HELPERS + "\n".join(self.lines) + "\n"

    # -- small choices ----------------------------------------------------------------------------

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def line(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        kept = [list(names) for names in (self.vectors, self.matrices, self.numbers, self.lists, self.indices)]
        self.line(head)
        self.indent += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.line("pass")
        self.indent -= 1
        self.vectors, self.matrices, self.numbers, self.lists, self.indices = kept

    # -- expressions ------------------------------------------------------------------------------

    def place(self) -> str:
        """A row of what has four of them."""
        return self.rng.choice([*self.indices, *self.indices, "0", "-1", "2"])

    def vector(self, depth: int = 0) -> str:
        kind = 0 if depth > 2 else self.rng.randrange(13)
        if kind < 4:
            return self.rng.choice([*self.vectors, *self.vectors, f"xs[{self.place()}]", f"out[{self.place()}]"])
        one = self.vector(depth + 1)
        if kind == 4:
            return f"{self.rng.choice(['np.tanh', 'np.sin', 'np.exp'])}({'-0.5 * ' if self.chance(0.3) else ''}{one})"
        if kind == 5:
            return f"{self.number(depth + 1)} * {one}"
        if kind == 6:
            return f"{self.matrix(depth + 1)} @ {self.rng.choice(self.vectors)}"
        if kind == 7:
            return f"{self.rng.choice(self.vectors)} @ {self.matrix(depth + 1)}"
        if kind == 8:
            return f"np.sum({self.matrix(depth + 1)}, axis={self.rng.choice('01')})"
        if kind == 9:
            return f"np.where({one} > 0.1, {self.vector(depth + 1)}, {self.rng.choice(['0.0', one])})"
        if kind == 10:
            return f"({one} / (2.0 + {self.vector(depth + 1)} ** 2))"
        if kind == 11:
            return f"{self.rng.choice(['', '-'])}({one} * {self.whole(depth)})"
        return f"({one} {self.rng.choice('+-*')} {self.vector(depth + 1)})"

    def whole(self, depth: int) -> str:
        """A vector of whole numbers, or a mask."""
        test = f"({self.vector(depth + 1)} {self.rng.choice('<>')} {self.rng.choice(['0.0', '0.3', self.vector(3)])})"
        return self.rng.choice(["counts", "counts", "small", "small", test, test, "~near", "near"])

    def matrix(self, depth: int = 0) -> str:
        kind = 0 if depth > 2 else self.rng.randrange(11)
        if kind < 5:
            return self.rng.choice(self.matrices)
        if kind == 5:
            return f"{self.rng.choice(self.matrices)}.T"
        if kind == 6:
            return f"np.outer({self.vector(depth + 1)}, {self.vector(depth + 1)})"
        if kind == 7:
            return f"({self.matrix(depth + 1)} * {self.rng.choice([*self.vectors, *self.numbers, 'near', 'small'])})"
        if kind == 8:
            return f"({self.matrix(depth + 1)} - {self.rng.choice(self.vectors)}[:, None])"
        if kind == 9:
            return f"np.tanh({self.matrix(depth + 1)})"
        return f"({self.matrix(depth + 1)} + {self.matrix(depth + 1)})"

    def number(self, depth: int = 0) -> str:
        kind = 0 if depth > 2 else self.rng.randrange(11)
        if kind < 4:
            return self.rng.choice([*self.numbers, *self.numbers, "0.7", "a"])
        if kind == 4:
            return f"np.sum({self.vector(depth + 1)})"
        if kind == 5:
            return f"({self.vector(depth + 1)}) @ {self.rng.choice(self.vectors)}"
        if kind == 6:
            return f"math.sin({self.number(depth + 1)})"
        if kind == 7:
            function = self.rng.choice(["max", "min"])
            return f"{function}({self.number(depth + 1)}, {self.rng.choice(['0.0', self.number(depth + 1)])})"
        if kind == 8:
            return f"({self.number(depth + 1)} if {self.test()} else {self.number(depth + 1)})"
        if kind == 9:
            return f"np.sum({self.matrix(depth + 1)} * {self.rng.choice(self.matrices)})"
        return f"({self.number(depth + 1)} {self.rng.choice('+-*')} {self.number(depth + 1)})"

    def test(self) -> str:
        options = [f"{self.rng.choice(self.numbers)} > {self.rng.choice(['0.3', '-0.2', '0.9'])}"]
        options += [f"{i} {self.rng.choice(['== 1', '< 2', '!= 0', '% 2 == 0'])}" for i in self.indices]
        return self.rng.choice(options)

    def small(self, text: str, is_number: bool = False) -> str:
        """What stays small however often it is computed."""
        if not self.loops and self.chance(0.5):
            return text
        if is_number:
            return f"math.sin({text})"
        return f"{self.rng.choice(['np.tanh', 'np.sin', 'np.tanh', 'np.cos'])}({text})"

    # -- statements -------------------------------------------------------------------------------

    def statement(self) -> None:
        options = [
            self.bind_vector, self.bind_vector, self.update_vector, self.update_vector, self.bind_matrix,
            self.update_matrix, self.number_statement, self.number_statement, self.fill, self.alias, self.swap,
            self.call, self.steady, self.if_statement, self.append, self.element,
        ]
        self.rng.choice(options)()

    def target(self, names: list[str], prefix: str) -> str:
        if self.chance(0.6):
            return self.rng.choice(names)
        name = self.name(prefix)
        names.append(name)
        return name

    def bind_vector(self) -> None:
        text = self.small(self.vector())
        self.line(f"{self.target(self.vectors, 'v')} = {text}")

    def update_vector(self) -> None:
        name, text = self.rng.choice(self.vectors), self.small(self.vector())
        sign = self.rng.choice(["+=", "-=", "*=", "=", "/="])
        if sign == "/=":
            text = f"1.5 + {text} ** 2"
        part = self.rng.choice(["", "", "[:]", "[1:]", "[:-1]", "[::-1]"])
        if part in ("[1:]", "[:-1]"):
            text = f"({text}){self.rng.choice(['[1:]', '[:-1]'])}"
        if part or sign != "=":
            self.line(f"{name}{part} {sign} {text}")

    def element(self) -> None:
        if not self.indices:
            self.number_statement()
            return
        i, name = self.rng.choice(self.indices), self.rng.choice(self.vectors)
        with self.block(f"if {i} < n:"):
            choice = self.rng.randrange(4)
            if choice == 0:
                self.line(f"{name}[{i}] {self.rng.choice(['=', '+=', '*='])} {self.small(self.number(), True)}")
            elif choice == 1:
                self.line(f"{self.rng.choice(self.numbers)} += {name}[{i}] * {self.rng.choice(self.vectors)}[{i} - 1]")
            elif choice == 2:
                m = self.rng.choice(self.matrices)
                where = self.rng.choice([f"[{i}]", f"[:, {i}]", f"[{i}, :]"])
                self.line(f"{m}{where} {self.rng.choice(['=', '+=', '*='])} {self.small(self.vector())}")
            else:
                m = self.rng.choice(self.matrices)
                self.line(f"{self.rng.choice(self.numbers)} += {m}[{i}] @ {name}")

    def bind_matrix(self) -> None:
        text = self.small(self.matrix())
        self.line(f"{self.target(self.matrices, 'm')} = {text}")

    def update_matrix(self) -> None:
        name = self.rng.choice(self.matrices)
        self.line(f"{name} {self.rng.choice(['+=', '-=', '*='])} 0.3 * {self.small(self.matrix())}")

    def number_statement(self) -> None:
        if self.chance(0.4):
            name = self.rng.choice(self.numbers)
            self.line(f"{name} {self.rng.choice(['+=', '-=', '*='])} {self.small(self.number(), True)}")
            return
        text = self.small(self.number(), True)
        self.line(f"{self.target(self.numbers, 's')} = {text}")

    def fill(self) -> None:
        self.line(f"out[{self.place()}] {self.rng.choice(['=', '=', '+=', '*='])} {self.small(self.vector())}")

    def alias(self) -> None:
        sources = [*self.vectors, f"out[{self.place()}]", f"{self.rng.choice(self.vectors)}[:]"]
        text = self.rng.choice(sources)
        if self.chance(0.3):
            text = f"{text}.copy()"
        name = self.name("v")
        self.line(f"{name} = {text}")
        self.vectors.append(name)

    def swap(self) -> None:
        names = self.vectors if self.chance(0.7) else self.numbers
        one, two = self.rng.choice(names), self.rng.choice(names)
        if one != two:
            self.line(f"{one}, {two} = {two}, {self.rng.choice([one, one, one + ' * 0.9'])}")

    def call(self) -> None:
        kind, h = self.rng.randrange(4), self.rng.choice(self.vectors)
        if kind == 0:
            text = f"cell({self.rng.choice(self.matrices)}, {h}, {self.vector()})"
            self.line(f"{self.target(self.vectors, 'v')} = {text}")
        elif kind == 1:
            text = f"scaled({h}, {self.small(self.number(), True)})"
            r = self.target(self.numbers, "s")
            self.line(f"{self.target(self.vectors, 'v')}, {r} = {text}")
            self.line(f"{r} = 1.0 / {r}")
        elif kind == 2:
            self.line(f"{self.rng.choice(self.vectors)} = damped({h}, {self.rng.choice(['2', 'k', '0'])})")
        else:
            text = f"nudged({h}, {self.small(self.vector())})"
            self.line(f"{self.target(self.vectors, 'v')} = {text}")

    def steady(self) -> None:
        """What a loop may compute once, and what makes it differ from round to round after all."""
        name, matrix = self.name("c"), self.chance(0.4)
        self.line(f"{name} = " + self.rng.choice(
            ["np.exp(-w)", "w * 0.5", "w + w.T", "np.outer(h, h)"] if matrix else
            ["np.sin(h) * 0.5", "xs[0] * xs[1]", "h * a", "np.tanh(xs[1])", "w @ xs[0]", "h[::-1] * 0.7"]))
        (self.matrices if matrix else self.vectors).append(name)
        if self.chance(0.4):
            changed = self.small(self.matrix() if matrix else self.vector())
            self.line(f"{name} {self.rng.choice(['+=', '*='])} {changed}")

    def append(self) -> None:
        if not self.lists or self.chance(0.3):
            name = self.name("l")
            self.line(f"{name} = [{self.rng.choice(['', self.vector() + ' * 1.0'])}]")
            self.lists.append(name)
        for _ in range(self.rng.randint(0, 2)):
            self.line(f"{self.rng.choice(self.lists)}.append({self.small(self.vector())})")

    def if_statement(self) -> None:
        with self.block(f"if {self.test()}:"):
            for _ in range(self.rng.randint(1, 2)):
                self.statement()
        if self.chance(0.4):
            with self.block("else:"):
                for _ in range(self.rng.randint(1, 2)):
                    self.statement()

    def loop(self) -> None:
        index = self.name("i")
        heads = [(f"for {index} in range(k):", True), (f"for {index} in range(3):", True),
                 (f"for {index} in range(3, 0, -1):", True), ("for x in xs:", False),
                 (f"for {index}, x in enumerate(xs):", True), (f"for {index} in range(1, k):", True)]
        if self.lists:
            heads.append((f"for x in {self.rng.choice(self.lists)}:", False))
        head, counted = self.rng.choice(heads)
        self.loops += 1
        with self.block(head):
            if counted:
                self.indices.append(index)
            self.lists = [name for name in self.lists if name not in head]  # it would never end
            if "x" in head.split(" in ")[0]:
                self.vectors.append("x") if self.chance(0.2) else None
                if "x" not in self.vectors:
                    self.line(f"{self.name('v')} = x * {self.rng.choice(self.numbers)}")
                    self.vectors.append(f"v{self.count}")
            for _ in range(self.rng.randint(2, 5)):
                self.statement()
            if self.chance(0.2):
                with self.block(f"if {self.test()}:"):
                    self.line(self.rng.choice(["break", "continue"]))
                self.statement()
            if self.loops < 2 and self.chance(0.3):
                self.loop()
                self.statement()
        self.loops -= 1


def arguments(length: int, rounds: int, dtype: str = "float64") -> tuple[Any, ...]:
    numbers = np.random.default_rng(length)
    shapes = ((length, length), (4, length), (length,))
    return (*(numbers.normal(size=shape).astype(dtype) for shape in shapes), 0.6, rounds)


def check(seed: int, backend: str) -> tuple[str, str]:
    """What comes of the program of a seed: "right", "rough", "refused", or what is wrong; and its text."""
    text = _Program(seed).text()
    name = f"<rounds {seed}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space: dict[str, Any] = {"np": np, "math": math}
    exec(compile(text, name, "exec"), space)
    derivative = value_and_grad(space["program"], (0, 1, 2, 3), backend=backend)
    outcomes: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for length in LENGTHS:
            outcome = _one(space["program"], derivative, length, 3 if length != 2 else 0)
            if outcome not in ("right", "rough", "refused", "fails"):
                return f"length {length}: {outcome}", text
            outcomes.append(outcome)
    return next((one for one in ("right", "refused", "rough") if one in outcomes), "fails"), text


def _one(program: Any, derivative: Any, length: int, rounds: int) -> str:
    given = arguments(length, rounds)
    steps = [*(np.random.default_rng(7).normal(size=np.shape(one)) for one in given[:3]), 0.4]

    def difference(width: float) -> float:
        ends = []
        for sign in (width, -width):
            moved = [one + sign * step for one, step in zip(given[:4], steps, strict=True)]
            ends.append(float(program(*moved, rounds)))
        return (ends[0] - ends[1]) / (2 * width)

    try:
        expected = program(*arguments(length, rounds))
        fine, coarse = difference(1e-6), difference(1e-5)
    except (ValueError, IndexError, ZeroDivisionError, FloatingPointError, UnboundLocalError, TypeError):
        return "fails"
    try:
        value, gradient = derivative(*given)
        again = derivative(*given)
    except UnsupportedError:
        return "refused"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    for one, other in zip(given[:3], arguments(length, rounds), strict=False):
        if not np.array_equal(one, other):
            return "an argument was changed"
    for one, part in zip(given[:4], gradient, strict=True):
        if np.shape(part) != np.shape(one):
            return f"the shape {np.shape(part)} for {np.shape(one)}"
    if not all(np.array_equal(one, two, equal_nan=True) for one, two in zip(gradient, again[1], strict=True)):
        return "another gradient the second time"
    arrays = [*gradient[:3], *again[1][:3], *given[:3]]
    if any(np.shares_memory(one, two) for k, one in enumerate(arrays) for two in arrays[:k]):
        return "shared memory"
    if not np.allclose(value, expected, rtol=1e-9, equal_nan=True):
        return f"the value {value} for {expected}"
    if not abs(fine - coarse) <= 1e-5 * (1 + abs(fine)):
        return "rough"
    found = float(sum(np.sum(part * step) for part, step in zip(gradient, steps, strict=True)))
    if not abs(found - fine) <= 1e-4 * (1 + abs(fine)):
        return f"{found} for {fine}"
    return _single(derivative, length, rounds, gradient)


def _single(derivative: Any, length: int, rounds: int, gradient: Any) -> str:
    """Single precision gives single precision, and much the same numbers."""
    _, single = derivative(*arguments(length, rounds, "float32"))
    for one, part in zip(gradient[:3], single[:3], strict=True):
        if part.dtype != np.float32 or part.shape != one.shape:
            return f"{part.dtype} {part.shape} in single precision"
    return "right"


if __name__ == "__main__":
    campaign.run(check, ("right", "rough", "refused", "fails"), ("numpy", "numba"))
