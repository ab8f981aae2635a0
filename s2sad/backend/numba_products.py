"""Products and sums of products for Numba: calls of what it has, and functions that loop over all indices."""
from __future__ import annotations

import ast
from typing import Any

from s2sad.backend.express import Express
from s2sad.backend.numba_calls import rank_of, refusal
from s2sad.backend.trees import LOAD, call, dotted
from s2sad.ir.kinds import Array, Extent
from s2sad.ir.meeting import same_extent
from s2sad.ir.nodes import Assign, Const, Operand
from s2sad.rules.kinds import dims_of


def product(e: Express, s: Assign) -> Any:
    """A product with a matrix of which only running it shows how small it is."""
    kinds = [operand.kind for operand in s.args]
    if len(kinds) != 2 or s.keywords or not all(isinstance(kind, Array) for kind in kinds):
        return None
    if s.adjoint and all(kind.dtype == "float32" for kind in kinds if isinstance(kind, Array)):
        return _single_product(e, s)
    if any(isinstance(kind, Array) and kind.dtype != "float64" for kind in kinds):
        return None
    one, two = e.operands(s.args)
    ranks = tuple(map(rank_of, s.args))
    if ranks not in ((2, 2), (2, 1), (1, 2)):
        return None
    function = "_matrix_product" if ranks == (2, 2) else "_matrix_times_vector"
    e.helper(function)
    if ranks == (1, 2):
        one, two = ast.Attribute(two, "T", LOAD), one
    return call(function, one, two)


def _single_product(e: Express, s: Assign) -> Any:
    """Numba multiplies arrays of one type alone, and a number from Python makes doubles of an array of singles."""
    e.require("numpy")
    one, two = (call("np.asarray", tree, dotted("np.float32")) for tree in e.operands(s.args))
    return ast.BinOp(one, ast.MatMult(), two) if s.primitive != "numpy.dot" else call("np.dot", one, two)


def cross(e: Express, s: Assign) -> Any:
    return call("np.cross", *e.operands(s.args))


def einsum(e: Express, s: Assign) -> Any:
    """A loop over all indices, as a function of its own."""
    subscripts, *operands = s.args
    text = subscripts.value if isinstance(subscripts, Const) else None
    if not isinstance(text, str) or "->" not in text or "." in text or s.keywords:
        raise refusal(s, "np.einsum without literal subscripts")
    inputs, output = text.replace(" ", "").split("->")
    return _sum_of_products(e, s, inputs.split(","), output, operands)


def vdot(e: Express, s: Assign) -> Any:
    """Numba's own is for contiguous vectors."""
    rank = rank_of(s.args[0])
    dtypes = {getattr(arg.kind, "dtype", "any") for arg in s.args}
    if not s.adjoint or rank is None or rank != rank_of(s.args[1]) or not dtypes <= {"float64", "float32"}:
        return None
    letters = "ijklmnop"[:rank]
    return _sum_of_products(e, s, [letters, letters], "", s.args)


def tensordot(e: Express, s: Assign) -> Any:
    x, y, axes = s.args[0], s.args[1], s.args[2] if len(s.args) > 2 else None
    one, two = rank_of(x), rank_of(y)
    if one is None or two is None or not isinstance(axes, Const) or not isinstance(axes.value, tuple):
        raise refusal(s, "np.tensordot without literal axes")
    of_x, of_y = ([number % rank for number in part] for part, rank in zip(axes.value, (one, two), strict=True))
    first = list("abcdefgh"[:one])
    second = list("ijklmnop"[:two])
    for place, other in zip(of_x, of_y, strict=True):
        second[other] = first[place]
    left = [letter for place, letter in enumerate(first) if place not in of_x]
    right = [letter for place, letter in enumerate(second) if place not in of_y]
    return _sum_of_products(e, s, ["".join(first), "".join(second)], "".join(left + right), [x, y])


def _sum_of_products(e: Express, s: Assign, inputs: list[str], output: str, operands: list[Operand]) -> Any:
    dtype = getattr(s.target.kind, "dtype", "any")
    ranks = [rank_of(operand) for operand in operands]
    if ranks != [len(letters) for letters in inputs] or dtype == "any":
        raise refusal(s, "np.einsum of arrays of which too little is known")
    names = ["x", "y", "z", "u", "v", "w"][: len(operands)]
    if len(names) < len(operands):
        raise refusal(s, "np.einsum of so many arrays")
    known = _extents(inputs, operands)
    marks = [_marked(letters, operand, known) for letters, operand in zip(inputs, operands, strict=True)]
    function = "_".join(["_sum", *["".join(m) for m in marks], *(["to", output] if output else [])]).replace("%", "n")
    function += "" if dtype == "float64" else f"_{dtype}"
    e.require("numpy")
    e.own_helpers[function] = _loops(function, names, marks, output, dtype)
    return call(function, *e.operands(operands))


def _marked(letters: str, operand: Operand, known: dict[str, list[Extent]]) -> list[str]:
    """The index of each axis; ``0`` of one that is broadcast, and where only the call tells ``i % length``."""
    dims = dims_of(operand.kind) or ()
    return [
        "0" if extent == 1 else letter if _are_same(known[letter]) else f"{letter}%"
        for letter, extent in zip(letters, dims, strict=True)
    ]


def _are_same(extents: list[Extent]) -> bool:
    return all(same_extent(extents[0], extent) for extent in extents)


def _extents(inputs: list[str], operands: list[Operand]) -> dict[str, list[Extent]]:
    """What is known of the length of each axis, where it is not one."""
    found: dict[str, list[Extent]] = {}
    for letters, operand in zip(inputs, operands, strict=True):
        for letter, extent in zip(letters, dims_of(operand.kind) or (), strict=True):
            if extent != 1:
                found.setdefault(letter, []).append(extent)
    return found


def _loops(function: str, names: list[str], marks: list[list[str]], output: str, dtype: str) -> str:
    lengths: dict[str, str] = {}
    places: list[list[str]] = []
    for name_, indices in zip(names, marks, strict=True):
        places.append([])
        for axis, mark in enumerate(indices):
            letter, length = mark[0], f"{name_}.shape[{axis}]"
            places[-1].append(f"{letter} % {length}" if mark.endswith("%") else letter)
            if letter != "0" and letter in lengths and mark.endswith("%"):
                lengths[letter] = f"({length} if {lengths[letter]} == 1 else {lengths[letter]})"
            elif letter != "0":
                lengths.setdefault(letter, length)
    inner = [letter for letter in lengths if letter not in output]
    order = [letter for letter in output if letter in lengths] + inner
    product = " * ".join(f"{n}[{', '.join(i)}]" if i else n for n, i in zip(names, places, strict=True))
    quoted = ", ".join("".join(i).replace("%", "") for i in marks)
    lines = [
        f"def {function}({', '.join(names)}):",
        f'    """The sum of the products {quoted}{" for each " + output if output else ""}."""',
    ]
    if output:
        shape = ", ".join(lengths.get(letter, "1") for letter in output)
        lines.append(f"    total = np.zeros(({shape},), np.{dtype})")
        place = ", ".join(letter if letter in lengths else "0" for letter in output)
        target = f"total[{place}]"
    else:
        lines.append("    total = 0.0")
        target = "total"
    for depth, letter in enumerate(order, 1):
        lines.append(f"{'    ' * depth}for {letter} in range({lengths[letter]}):")
    lines.append(f"{'    ' * (len(order) + 1)}{target} += {product}")
    lines.append("    return total")
    return "\n".join(["", *lines, ""])
