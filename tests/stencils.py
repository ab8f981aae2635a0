"""Random programs that read neighbours, by slices and by loops over elements: against differences.

    python -m tests.stencils [COUNT] [SEED]     checks that many, as the text for NumPy and as that for Numba

The arrays are short, or empty, so that what is at the ends is all there is. Both run in Python itself.
"""
from __future__ import annotations

import random

from s2sad.errors import UnsupportedError
from tests import campaign
from tests.nests import check_lines

ACCEPTED = ("right", "rough", "refused")
_SIDES = (0, 1, 2, 2, 3, 4, 5, 7)
# How arrays take turns, are made anew or become one in each round.
_TURNS = (
    "", "", "u, new = new, u", "v, w = w, v", "u, new = new, u; v, w = w, v", "v, w, q = w, q, v", "w = v",
    "q = w; w = v; v = q", "w = v.copy()", "if t < 1:;     v, w = w, v", "for r in range(t):;     v, w = w, v",
    "new = u", "w = v[:]; v = q",
)
_FACTORS = ("", "", "-", "2.0 * ", "0.5 * ", "s * ", "(1.0 - s) * ")


class _Program:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.shape = self.random.choice(_SIDES), self.random.choice(_SIDES)
        self.lines = ["def program(a, b, s):", "    n, m = a.shape", "    u = a.copy()", "    new = a.copy()",
                      "    v = b.copy()", "    w = b.copy()", "    q = 0.5 * b", "    e = 0.0"]
        indent, turn = 4, ""
        if self.random.random() < 0.7:
            self.lines.append(f"    for t in range({self.random.choice(['1', '2', '3'])}):")
            indent = 8
            turn = self.random.choice(_TURNS)
        for _ in range(self.random.randint(1, 3)):
            step = self.random.choice([self.slices_1d, self.slices_2d, self.loops_1d, self.loops_2d])
            self.lines += [" " * indent + line for line in step()]
            if turn and self.random.random() < 0.6:
                self.lines += [" " * indent + line for line in turn.split("; ")]
        self.lines.append("    return e + np.sum(u * u) + np.sum(v * v) + np.sum(new * u) + np.sum(w * v * q)")

    def cut(self) -> tuple[int, int]:
        """How many places are left out at both ends."""
        return self.random.choice([(1, 1), (1, 1), (0, 1), (1, 0), (2, 1), (0, 2), (2, 2)])

    def shifts(self, low: int, high: int) -> list[int]:
        places = range(-low, high + 1)
        return [self.random.choice(places) for _ in range(self.random.randint(2, 4))]

    def factor(self) -> str:
        return self.random.choice(_FACTORS)

    def whole(self, terms: list[str]) -> str:
        """A sum of terms, perhaps with something around it."""
        text = " + ".join(f"{self.factor()}{term}" for term in terms)
        return self.random.choice(["{}", "0.3 * ({})", "s * ({})", "np.sin({})"]).format(text)

    def slices_1d(self) -> list[str]:
        low, high = self.cut()
        terms = [f"v[{_sliced(low + k, high - k)}]" for k in self.shifts(low, high)]
        here = _sliced(low, high)
        return [self.random.choice([f"v[{here}] += {{}}", f"w[{here}] = {{}}", f"v[{here}] = {{}}", "e += np.sum({})"])
                .format(self.whole(terms))]

    def slices_2d(self) -> list[str]:
        rows, columns = self.cut(), self.cut()
        terms = [
            f"u[{_sliced(rows[0] + row, rows[1] - row)}, {_sliced(columns[0] + column, columns[1] - column)}]"
            for row, column in zip(self.shifts(*rows), self.shifts(*columns), strict=False)
        ]
        here = f"{_sliced(*rows)}, {_sliced(*columns)}"
        return [self.random.choice([f"u[{here}] += {{}}", f"new[{here}] = {{}}", f"u[{here}] -= {{}}"])
                .format(self.whole(terms))]

    def loops_1d(self) -> list[str]:
        (low, high), wraps = self.cut(), self.random.random() < 0.2
        start = 0 if wraps else low
        terms = [f"v[{_ahead('i', k)}]" for k in self.shifts(low, high)]
        change = self.random.choice(["w[i] = {}", "w[i] += {}", "e += {}", "v[i] = {}"])
        lines = [f"for i in range({start}, {_ahead('n', -high)}):", f"    {change.format(self.whole(terms))}"]
        return lines if not wraps else ["if n > 1:", *("    " + line for line in lines)]

    def loops_2d(self) -> list[str]:
        rows, columns = self.cut(), self.cut()
        terms = [
            f"u[{_ahead('i', row)}, {_ahead('j', column)}]"
            for row, column in zip(self.shifts(*rows), self.shifts(*columns), strict=False)
        ]
        change = self.random.choice(["new[i, j] = {}", "new[i, j] += {}", "e += {}", "u[i, j] = {}"])
        return [f"for i in range({rows[0]}, {_ahead('n', -rows[1])}):",
                f"    for j in range({columns[0]}, {_ahead('m', -columns[1])}):",
                f"        {change.format(self.whole(terms))}"]


def _sliced(low: int, high: int) -> str:
    return f"{low or ''}:{-high or ''}"


def _ahead(name: str, count: int) -> str:
    return name if not count else f"{name} {'+' if count > 0 else '-'} {abs(count)}"


def check(seed: int, backend: str) -> tuple[str, str]:
    """What comes of the program of a seed, "refused" where arrays become one that are updated, and its text."""
    program = _Program(seed)
    text = "\n".join([*program.lines, f"# with an array of shape {program.shape}"])
    try:
        return check_lines(program.lines, seed, backend, program.shape), text
    except UnsupportedError:
        return "refused", text


if __name__ == "__main__":
    campaign.run(check, ACCEPTED, ("numpy", "numba"))
