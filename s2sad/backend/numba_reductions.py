"""Reductions where Numba lacks NumPy's form: one axis at a time, or by loops over all elements."""
from __future__ import annotations

from typing import Any

from s2sad.backend.express import Express
from s2sad.backend.numba_calls import given, literal_axes, rank_of, refusal
from s2sad.backend.trees import call, constant, filled
from s2sad.ir.kinds import Tuple
from s2sad.ir.nodes import Assign, Const


def summed(e: Express, s: Assign) -> Any:
    """One axis at a time; what is reduced comes back as an axis of length 1 where it is to be kept."""
    bound = given(s)
    keep = bound.get("keepdims")
    kept = isinstance(keep, Const) and keep.value is True
    axis, x = bound.get("axis"), bound.get("x")
    if x is None or keep is None and not isinstance(getattr(axis, "kind", None), Tuple):
        return None
    rank = rank_of(x)
    axes = list(range(rank or 0)) if axis is None else literal_axes(axis, rank)
    if axes is None or rank is None or keep is not None and not isinstance(keep, Const):
        raise refusal(s, "a sum over axes that are not literals")
    e.require("numpy")
    tree = e.operand(x)
    if not axes:
        return call("np.copy", tree) if rank else None
    for number in reversed(axes):
        tree = call("np.sum", tree, axis=constant(number))
    if len(axes) == rank and not kept:
        return tree
    if len(axes) == rank:
        return filled(f"np.full({(1,) * rank}, total)", total=tree)
    for number in axes if kept else []:
        tree = call("np.expand_dims", tree, constant(number))
    return tree


def extreme(e: Express, s: Assign) -> Any:
    """A maximum or minimum over axes: Numba has that over a whole array only."""
    bound = given(s)
    axis, x, keep = bound.get("axis"), bound.get("x"), bound.get("keepdims")
    kept = isinstance(keep, Const) and keep.value is True
    rank = None if x is None else rank_of(x)
    axes = None if rank is None else list(range(rank)) if axis is None else literal_axes(axis, rank)
    if x is None or rank is None or axes is None or len(axes) == rank and not kept:
        return None
    word = s.primitive.rpartition(".")[2]
    if not axes:
        e.require("numpy")
        return call("np.copy", e.operand(x))
    if len(axes) == rank:
        e.require("numpy")
        return filled(f"np.full({(1,) * rank}, np.{word}(x))", x=e.operand(x))
    name_of = {"max": "_largest", "min": "_smallest"}[word]
    function = f"{name_of}_{rank}_of_{''.join(map(str, axes))}{'_kept' if kept else ''}"
    e.own_helpers[function] = _extreme_loops(function, word, rank, axes, kept)
    return call(function, e.operand(x))


def _extreme_loops(function: str, word: str, rank: int, axes: list[int], kept: bool) -> str:
    letters = "ijklmnop"[:rank]
    over = " and ".join(map(str, axes))
    found = {"max": "largest", "min": "smallest"}[word]
    first = ", ".join("0" if axis in axes else ":" for axis in range(rank))
    place = ", ".join(letter for axis, letter in enumerate(letters) if axis not in axes)
    empty = " or ".join(f"x.shape[{axis}] == 0" for axis in axes)
    result = ", ".join("None" if axis in axes else ":" for axis in range(rank))
    lines = [
        f"def {function}(x):",
        f'    """The {word}imum over {"axis" if len(axes) == 1 else "axes"} {over}."""',
        f"    if {empty}:",
        f'        raise ValueError("the {word}imum of no elements")',
        f"    {found} = x[{first}].copy()",
        *(f"{'    ' * depth}for {letter} in range(x.shape[{depth - 1}]):" for depth, letter in enumerate(letters, 1)),
        f"{'    ' * (rank + 1)}{found}[{place}] = np.{word}imum({found}[{place}], x[{', '.join(letters)}])",
        f"    return {found}" + (f"[{result}]" if kept else ""),
    ]
    return "\n".join(["", *lines, ""])


def without_axis(e: Express, s: Assign) -> Any:
    """A cumulative product of a vector, which has one axis."""
    bound = given(s)
    if "axis" not in bound or rank_of(bound["x"]) != 1:
        return None
    e.require("numpy")
    return call(f"np.{s.primitive.rpartition('.')[2]}", e.operand(bound["x"]))


def unbroadcast(e: Express, s: Assign) -> Any:
    g, shape = s.args
    have, want = rank_of(g), rank_of(s.target)
    e.require("numpy")
    if want == 0:
        return call("np.sum", e.operand(g))
    if have is None or want is None:
        return None
    if have < want:
        return call("np.broadcast_to", e.operand(g), e.operand(shape))
    function = f"_unbroadcast_{have}" + (f"_{want}" if want < have else "")
    e.own_helpers[function] = _summed_back(function, have, want)
    return call(function, *e.operands(s.args))


def _summed_back(function: str, have: int, want: int) -> str:
    """A function that sums an array over the axes along which a value was broadcast: loops over both."""
    letters = "ijklmnop"[:have]
    kept = letters[have - want:]
    place = ", ".join(f"{letter} if shape[{axis}] != 1 else 0" for axis, letter in enumerate(kept))
    lines = [
        f"def {function}(g, shape):",
        '    """Sum ``g`` over the axes along which a value of this shape was broadcast."""',
        *(["    if g.shape == shape:", "        return g"] if have == want else []),
        "    total = np.zeros(shape, g.dtype)",
        *(f"{'    ' * depth}for {letter} in range(g.shape[{depth - 1}]):" for depth, letter in enumerate(letters, 1)),
        f"{'    ' * (have + 1)}total[{place}] += g[{', '.join(letters)}]",
        "    return total",
    ]
    return "\n".join(["", *lines, ""])
