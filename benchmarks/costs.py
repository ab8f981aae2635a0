"""The prices of taping and of computing again, measured beside those in use: `python -m benchmarks.costs`."""
from __future__ import annotations

import math
import timeit

import numpy as np

from s2sad.analyses import costs

NAMES = {"np": np, "math": math, "x": 1.5, "z": np.float64(1.5), "i": 7, "pair": (1.5, 2.5), "row": [1.5, 2.5]}
NUMBERS = {
    "x + x": costs.OPERATIONS["operator.add"][0], "z + z": costs.OPERATIONS["operator.add"][1],
    "x / 3.0": costs.OPERATIONS["operator.truediv"][0], "x ** 1.7": costs.OPERATIONS["operator.pow"][0],
    "x < 2.0": costs.OPERATIONS["operator.lt"][0], "math.sin(x)": costs.MATH[0], "math.exp(z)": costs.MATH[1],
    "math.log(x)": costs.NUMBERS["math.log"][0], "max(x, 2.0)": costs.NUMBERS["builtins.max"][0],
    "np.sqrt(x)": costs.FUNCTIONS["sqrt"][0], "pair[0]": costs.TUPLE_ITEM, "(x, x)": costs.PARTS["s2sad.tuple"],
    "a[i]": costs.ELEMENT, "a[2:5]": costs.VIEW, "a.shape": costs.PARTS["array.shape"],
    "len(a)": costs.PARTS["builtins.len"], "row[0]": costs.ENTRY,
}
ARRAYS = {
    "a + b": costs.OPERATIONS["operator.add"][2:], "a / b": costs.OPERATIONS["operator.truediv"][2:],
    "a ** 1.7": costs.OPERATIONS["operator.pow"][2:], "a < b": costs.OPERATIONS["operator.lt"][2:],
    "np.sqrt(a)": costs.FUNCTIONS["sqrt"], "np.where(a < b, a, b)": costs.FUNCTIONS["where"],
    "np.sum(a)": costs.FUNCTIONS["sum"], "a.astype(np.float32)": costs.ASTYPE,
    "a.__setitem__(slice(0, -1), b[:-1])": costs.STORED,
}
SIZES = (8, 100, 1000, 8000, 64000)
BYTES = 30_000_000


def main() -> None:
    print(f"{'numbers, ns':24} {'measured':>9} {'price':>7}")
    array = np.random.default_rng(0).random(1000)
    for text, price in NUMBERS.items():
        print(f"{text:24} {nanoseconds(text, 100_000, a=array):9.0f} {price:7}")
    print(f"{'tape.append, tape.pop':24} {taped_number():9.0f} {costs.NUMBER:7}")
    print(f"\n{'arrays, ns: measured / price':30}" + "".join(f"{size:>18}" for size in SIZES))
    for text, (fixed, each) in ARRAYS.items():
        print(f"{text:30}" + "".join(_beside(operation(text, size), fixed + each * size) for size in SIZES))
    row = (_beside(taped_array(size), costs.APPEND + costs.KEPT * size) for size in SIZES)
    print(f"{'kept on a tape':30}" + "".join(row))


def _beside(measured: float, price: float) -> str:
    return f"{measured:9.0f} /{price:7.0f}"


def nanoseconds(text: str, number: int, **names: object) -> float:
    nothing = min(timeit.repeat("y = x", number=number, repeat=5, globals=NAMES))
    found = min(timeit.repeat(f"y = {text}", number=number, repeat=5, globals={**NAMES, **names}))
    return (found - nothing) / number * 1e9


def operation(text: str, size: int) -> float:
    rng = np.random.default_rng(0)
    return nanoseconds(text, max(5, 2_000_000 // size), a=rng.random(size) + 0.5, b=rng.random(size) + 0.5)


def taped_number(rounds: int = 10_000) -> float:
    def run() -> None:
        tape: list[float] = []
        x = 0.0
        for _ in range(rounds):
            x = x + 1.0
            tape.append(x)
        while tape:
            x = tape.pop()

    def without() -> None:
        x = 0.0
        for _ in range(rounds):
            x = x + 1.0
        for _ in range(rounds):
            pass

    return difference(run, without) / rounds


def taped_array(size: int) -> float:
    a, b = np.random.default_rng(0).random((2, size))
    rounds = max(3, min(3000, BYTES // size // 8))

    def run() -> None:
        tape = []
        for _ in range(rounds):
            tape.append(a * b)
        while tape:
            tape.pop()

    def without() -> None:
        for _ in range(rounds):
            a * b

    return difference(run, without) / rounds


def difference(one: object, two: object) -> float:
    return (min(timeit.repeat(one, number=1, repeat=9)) - min(timeit.repeat(two, number=1, repeat=9))) * 1e9  # type: ignore[call-overload, no-any-return]


if __name__ == "__main__":
    main()
