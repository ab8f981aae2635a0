"""Random loops, one behind another, that update arrays by elements, rows, slices and whole, and compute with them.

    python -m tests.mixes [COUNT] [SEED]     checks that many, as the text for NumPy and as that for Numba

Both run in Python itself, so that a program takes milliseconds; programs are checked against differences.
"""
from __future__ import annotations

import random

from s2sad.errors import UnsupportedError
from tests import campaign
from tests.nests import SIDE, check_lines

_INDICES = ("i", "j", "k")
_RANGES = ("n", "n", "1, n", "n - 1", "n - 1, -1, -1", "2", "3")
_ELEMENTS = ("{}", "{}", "{} - 1", "({} + 1) % n", "n - 1 - {}", "0", "-1")
_REFUSED = ("may share memory", "NumPy may read there what it has just written")
# A function that updates what it is given.
_CALLEE = ("def damp(v, k, s):", "    v[k] *= s", "    v[1:] += 0.2 * np.sin(v[:-1])", "    return v[k] * v[0]", "")
_SLICES = (":", "1:", ":-1", "1:-1", "::2", "::-1")


class _Program:
    """A matrix `a`, vectors `b` and such that are computed on the way, and a number `e`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.lines = [*_CALLEE, "def program(a, b, s):", "    n = len(b)", "    a = a.copy()", "    b = b.copy()",
                      "    e = 0.0", "    kept = [b * 0.5]"]
        self.vectors = ["b"]
        for _ in range(self.random.randint(2, 4)):
            self.loop(4, [])
        self.lines.append(f"    return e + {self.number([])}")

    def choose(self, *options: str) -> str:
        return self.random.choice(options)

    def line(self, indent: int, text: str) -> None:
        self.lines.append(" " * indent + text)

    def loop(self, indent: int, around: list[str]) -> None:
        index, bounds = _INDICES[len(around)], self.choose(*_RANGES)
        if self.random.random() < 0.85:
            self.line(indent, f"for {index} in range({bounds}):")
        else:
            self.line(indent, f"{index} = 0")
            self.line(indent, f"while {index} < n - 1:")
            self.line(indent + 4, f"{index} += 1")
        known, inside = [*self.vectors], [*around, index]
        for _ in range(self.random.randint(1, 3)):
            self.statement(indent + 4, inside)
        if len(inside) < len(_INDICES) and self.random.random() < 0.5:
            self.loop(indent + 4, inside)
            self.statement(indent + 4, inside)
        if self.random.random() < 0.1:
            self.line(indent + 4, f"if e > {self.choose('0.5', '2.0', '5.0')}:")
            self.line(indent + 8, "break")
        self.vectors = known

    def statement(self, indent: int, around: list[str]) -> None:
        match self.random.randrange(18):
            case 0 | 1:
                self.line(indent, f"{self.element(around)} = math.sin({self.number(around)})")
            case 2:
                self.line(indent, f"{self.element(around)} {self.choose('+=', '-=')} 0.3 * {self.number(around)}")
            case 3 | 4:
                self.line(indent, f"e += {self.number(around)}")
            case 5:
                self.line(indent, f"a[{self.index(around)}] {self.choose('=', '+=', '*=')} {self.vector(around)}")
            case 6:
                part = self.choose(*_SLICES)
                changed = f"{self.choose(*self.vectors)}[{part}]"
                self.line(indent, f"{changed} {self.choose('=', '+=', '-=', '*=')} {self.short(around, part)}")
            case 7:
                self.line(indent, f"{self.choose('a', *self.vectors)} *= {self.choose('0.7', 's', 'math.cos(b[0])')}")
            case 8 | 9:
                name = self.choose("c", "d")
                self.line(indent, f"{name} = {self.vector(around)}")
                self.vectors = [*dict.fromkeys([*self.vectors, name])]
            case 10:
                self.line(indent, f"b = {self.choose('b * s', 'b + 0.1 * a[0]', 'np.sin(b)')}")
            case 11:
                known = [*self.vectors]
                self.line(indent, f"if {self.choose(*around)} {self.choose('==', '<', '>')} {self.choose('1', '2')}:")
                self.statement(indent + 4, around)
                self.vectors = known
            case 12:
                mask = f"{self.vector(around)} > 0.6"
                self.line(indent, f"{self.choose('a[i]', 'b')}[{mask}] {self.choose('*= 0.5', '= s')}")
            case 13:
                self.line(indent, f"row = a[{self.choose('0', '1', *around)}]")
                self.line(indent, self.choose("row *= s", "row[0] = e * 0.1", "row[1:] += b[:-1]", "row += b"))
            case 14:
                self.line(indent, f"kept.append(({self.vector(around)}){self.choose('.copy()', ' * s')})")
            case 15:
                self.line(indent, f"e += kept[{self.choose('-1', '0', 'len(kept) // 2')}][{self.index(around)}]")
            case 16:
                changed, place = self.choose("b", "a[1]", *self.vectors), self.choose("0", "1", *around)
                self.line(indent, f"e += 0.1 * damp({changed}, {place}, {self.choose('s', '0.9')})")
            case 17:
                where = self.choose("np.array([0, 2, 2])", "np.array([3, 0, 1])")
                self.line(indent, self.choose(
                    f"e += np.sum(b[{where}] ** 2)", f"np.add.at(b, {where}, a[0, 1:] * 0.3)",
                    f"b[{where}] = 0.5 * b[1:]", f"b[{where}] += s"))

    def index(self, around: list[str]) -> str:
        index = self.choose(*around) if around else "1"
        return self.choose(*_ELEMENTS).format(index)

    def element(self, around: list[str]) -> str:
        if self.random.random() < 0.4:
            return f"a[{self.index(around)}, {self.index(around)}]"
        return f"{self.choose(*self.vectors)}[{self.index(around)}]"

    def number(self, around: list[str], depth: int = 0) -> str:
        kind = self.random.randrange(9) if depth < 2 else 0
        if kind < 3:
            return self.element(around)
        if kind == 3:
            return f"np.sum({self.vector(around, depth + 1)})"
        if kind == 4:
            return f"np.dot({self.vector(around, depth + 1)}, {self.choose(*self.vectors)})"
        if kind == 5:
            return f"math.sin({self.number(around, depth + 1)})"
        return f"{self.number(around, depth + 1)} * {self.choose('s', self.element(around))}"

    def vector(self, around: list[str], depth: int = 0) -> str:
        kind = self.random.randrange(8) if depth < 2 else 0
        if kind < 2:
            return self.choose(*self.vectors)
        if kind == 2:
            return f"a[{self.index(around)}]"
        if kind == 3:
            return f"a[:, {self.index(around)}]"
        if kind == 4:
            return f"np.sin({self.vector(around, depth + 1)})"
        if kind == 5:
            return f"{self.vector(around, depth + 1)} * {self.element(around)}"
        return f"{self.vector(around, depth + 1)} {self.choose('*', '-')} {self.choose(*self.vectors)}"

    def short(self, around: list[str], part: str) -> str:
        """What may be stored into a slice of a vector."""
        if self.random.random() < 0.2:
            return f"0.5 * {self.element(around)}"
        return f"0.5 * np.cos({self.choose(*self.vectors)}[{part}]) * {self.choose('s', self.element(around))}"


def check(seed: int, backend: str) -> tuple[str, str]:
    """What comes of the program of a seed, and its text; some that may read what was updated since are refused."""
    lines = _Program(seed).lines
    try:
        outcome = check_lines(lines, seed, backend, (SIDE, SIDE))
    except ValueError as error:
        if str(error) != "math domain error":
            raise
        outcome = "rough"  # the numbers have grown beyond all bounds
    except UnsupportedError as error:
        if not any(reason in str(error) for reason in _REFUSED):
            raise
        outcome = "refused"
    return outcome, "\n".join(lines)


if __name__ == "__main__":
    campaign.run(check, ("right", "rough", "refused"), ("numpy", "numba"))
