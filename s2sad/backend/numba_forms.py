"""How a module is written that Numba compiles: where it lacks a form of NumPy's, one that it has.

Numba knows the type of everything and never asks at run time, so that helpers cannot either: what depends on
whether a value is a number, an array or a tuple is decided here, by kinds.
"""
from __future__ import annotations

import ast
from typing import Any

from s2sad.backend.dialect import Dialect
from s2sad.backend.express import Express
from s2sad.backend.numba_helpers import HELPERS, NEEDS
from s2sad.backend.trees import LOAD, call, constant, dotted, filled, item, name
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import Array, Extent, Kind, List, Scalar, Tuple, same_extent
from s2sad.ir.nodes import SHALLOW, Assign, Const, Effect, Operand
from s2sad.rules import table

# -- reading a call -------------------------------------------------------------------------------


def _bound(s: Assign) -> dict[str, Operand]:
    """The operands of a call by parameter; those that are None are not given."""
    entry = table.lookup(s.primitive)
    bound = None if entry is None else table.bind(entry, s.args, s.keywords)
    return {key: operand for key, operand in (bound or {}).items() if not _is_none(operand)}


def _is_none(operand: Operand) -> bool:
    return isinstance(operand, Const) and operand.value is None and not operand.path


def _dims(operand: Operand) -> tuple[Extent, ...] | None:
    if isinstance(operand.kind, Scalar):
        return ()
    return operand.kind.dims if isinstance(operand.kind, Array) else None


def _rank(operand: Operand) -> int | None:
    dims = _dims(operand)
    return None if dims is None else len(dims)


def _axes(operand: Operand, rank: int | None) -> list[int] | None:
    """Literal axes, counted from the front and in order; None too where an array has none."""
    if not isinstance(operand, Const) or not rank:
        return None
    values = operand.value if isinstance(operand.value, tuple) else (operand.value,)
    return sorted(value % rank for value in values)


def _refuse(s: Assign, what: str) -> UnsupportedError:
    return UnsupportedError(f'the derivative of this uses {what}, which backend="numba" does not have', s.origin,
                            'use backend="numpy" here')


# -- reductions -----------------------------------------------------------------------------------


def _sum(e: Express, s: Assign) -> Any:
    """One axis at a time; what is reduced comes back as an axis of length 1 where it is to be kept."""
    bound = _bound(s)
    keep = bound.get("keepdims")
    kept = isinstance(keep, Const) and keep.value is True
    axis, x = bound.get("axis"), bound.get("x")
    if x is None or keep is None and not isinstance(getattr(axis, "kind", None), Tuple):
        return None
    rank = _rank(x)
    axes = list(range(rank or 0)) if axis is None else _axes(axis, rank)
    if axes is None or rank is None or keep is not None and not isinstance(keep, Const):
        raise _refuse(s, "a sum over axes that are not literals")
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


def _extreme(e: Express, s: Assign) -> Any:
    """A maximum or minimum over axes: Numba has that over a whole array only."""
    bound = _bound(s)
    axis, x, keep = bound.get("axis"), bound.get("x"), bound.get("keepdims")
    kept = isinstance(keep, Const) and keep.value is True
    rank = None if x is None else _rank(x)
    axes = None if rank is None else list(range(rank)) if axis is None else _axes(axis, rank)
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


def _triangle(e: Express, s: Assign) -> Any:
    """A triangle of a matrix, by loops: Numba takes seconds to compile its own."""
    bound = _bound(s)
    x, k = bound.get("x"), bound.get("k")
    if x is None or _rank(x) != 2:
        return None
    e.require("numpy")
    helper = f"_{s.primitive.rpartition('.')[2]}"
    e.helper(helper)
    return call(helper, e.operand(x), constant(0) if k is None else e.operand(k))


def _without_axis(e: Express, s: Assign) -> Any:
    """A cumulative product of a vector, which has one axis."""
    bound = _bound(s)
    if "axis" not in bound or _rank(bound["x"]) != 1:
        return None
    e.require("numpy")
    return call(f"np.{s.primitive.rpartition('.')[2]}", e.operand(bound["x"]))


# -- shapes ---------------------------------------------------------------------------------------


def _ndim(e: Express, s: Assign) -> Any:
    rank = _rank(s.args[0])
    return None if rank is None else constant(rank)


def _expand_dims(e: Express, s: Assign) -> Any:
    bound = _bound(s)
    x, axis = bound.get("x"), bound.get("axis")
    if x is None or not isinstance(axis, Const) or not isinstance(axis.value, tuple):
        return None
    rank = _rank(x)
    if rank is None:
        raise _refuse(s, "axes of an array of unknown rank")
    e.require("numpy")
    tree = e.operand(x)
    for number in sorted(value % (rank + len(axis.value)) for value in axis.value):
        tree = call("np.expand_dims", tree, constant(number))
    return tree


def _diagonal(e: Express, s: Assign) -> Any:
    """A view of the diagonal of a matrix: Numba has the copy of it only, which will do for an adjoint."""
    bound = _bound(s)
    x, offset = bound.get("x"), bound.get("offset")
    if x is None or _rank(x) != 2 or "axis1" in bound or "axis2" in bound:
        raise _refuse(s, "np.diagonal of more than a matrix")
    e.require("numpy")
    place = [] if offset is None else [e.operand(offset)]
    if s.adjoint:
        return call("np.diag", e.operand(x), *place)
    e.helper("_diagonal")
    return call("_diagonal", e.operand(x), *(place or [constant(0)]))


def _reshape(e: Express, s: Assign) -> Any:
    """An adjoint may lie in memory in any order."""
    if not s.adjoint or s.primitive != "numpy.reshape" or len(s.args) != 2 or s.keywords:
        return None
    e.require("numpy")
    return call("np.reshape", call("np.ascontiguousarray", e.operand(s.args[0])), e.operand(s.args[1]))


def _flip(e: Express, s: Assign) -> Any:
    bound = _bound(s)
    x, axis = bound.get("x"), bound.get("axis")
    rank = None if x is None else _rank(x)
    axes = list(range(rank or 0)) if axis is None else _axes(axis, rank)
    if x is None or rank is None or axes is None:
        raise _refuse(s, "np.flip over an axis that is not a literal")
    index = ", ".join("::-1" if number in axes else ":" for number in range(rank))
    return filled(f"x[{index}]", x=e.operand(x))


def _pad(e: Express, s: Assign) -> Any:
    """Zeros around a vector, or along the last axis."""
    x, widths = s.args[0], s.args[1]
    rank = _rank(x)
    literal = widths.value if isinstance(widths, Const) else None
    if len(s.args) != 2 or rank is None or isinstance(literal, int) and rank > 1:
        raise _refuse(s, "np.pad")
    if isinstance(literal, int):
        pair: Any = filled(repr((literal, literal)))
    elif rank == 1:
        pair = e.operand(widths)
    elif literal is not None and all(one == (0, 0) for one in literal[:-1]):
        pair = filled(repr(literal[-1]))
    else:
        raise _refuse(s, "np.pad of an axis that is not the last")
    e.require("numpy")
    e.helper("_pad_last")
    return call("_pad_last", e.operand(x), pair)


def _take_along(e: Express, s: Assign) -> Any:
    x, indices = s.args[0], s.args[1]
    if _rank(x) != 1 or _rank(indices) != 1:
        raise _refuse(s, "np.take_along_axis")
    return filled("x[indices]", x=e.operand(x), indices=e.operand(indices))


def _unbroadcast(e: Express, s: Assign) -> Any:
    g, shape = s.args
    have, want = _rank(g), _rank(s.target)
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


def _squeeze(e: Express, s: Assign) -> Any:
    """Axes of length 1 taken away, by index."""
    bound = _bound(s)
    x, axis = bound.get("x"), bound.get("axis")
    rank = None if x is None else _rank(x)
    axes = None if axis is None else _axes(axis, rank)
    if x is None or rank is None or axes is None:
        raise _refuse(s, "np.squeeze without literal axes")
    index = ", ".join("0" if number in axes else ":" for number in range(rank))
    return filled(f"x[{index}]", x=e.operand(x))


# -- sums of products -----------------------------------------------------------------------------


def _einsum(e: Express, s: Assign) -> Any:
    """A loop over all indices, as a function of its own."""
    subscripts, *operands = s.args
    text = subscripts.value if isinstance(subscripts, Const) else None
    if not isinstance(text, str) or "->" not in text or "." in text or s.keywords:
        raise _refuse(s, "np.einsum without literal subscripts")
    inputs, output = text.replace(" ", "").split("->")
    return _sum_of_products(e, s, inputs.split(","), output, operands)


def _vdot(e: Express, s: Assign) -> Any:
    """Numba's own is for contiguous vectors."""
    rank = _rank(s.args[0])
    dtypes = {getattr(arg.kind, "dtype", "any") for arg in s.args}
    if not s.adjoint or rank is None or rank != _rank(s.args[1]) or not dtypes <= {"float64", "float32"}:
        return None
    letters = "ijklmnop"[:rank]
    return _sum_of_products(e, s, [letters, letters], "", s.args)


def _sum_of_products(e: Express, s: Assign, inputs: list[str], output: str, operands: list[Operand]) -> Any:
    dtype = getattr(s.target.kind, "dtype", "any")
    ranks = [_rank(operand) for operand in operands]
    if ranks != [len(letters) for letters in inputs] or dtype == "any":
        raise _refuse(s, "np.einsum of arrays of which too little is known")
    names = ["x", "y", "z", "u", "v", "w"][: len(operands)]
    if len(names) < len(operands):
        raise _refuse(s, "np.einsum of so many arrays")
    known = _extents(inputs, operands)
    marks = [_marked(letters, operand, known) for letters, operand in zip(inputs, operands, strict=True)]
    function = "_".join(["_sum", *["".join(m) for m in marks], *(["to", output] if output else [])]).replace("%", "n")
    function += "" if dtype == "float64" else f"_{dtype}"
    e.require("numpy")
    e.own_helpers[function] = _loops(function, names, marks, output, dtype)
    return call(function, *e.operands(operands))


def _marked(letters: str, operand: Operand, known: dict[str, list[Extent]]) -> list[str]:
    """The index of each axis; ``0`` of one that is broadcast, and where only the call tells ``i % length``."""
    dims = _dims(operand) or ()
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
        for letter, extent in zip(letters, _dims(operand) or (), strict=True):
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


def _tensordot(e: Express, s: Assign) -> Any:
    x, y, axes = s.args[0], s.args[1], s.args[2] if len(s.args) > 2 else None
    one, two = _rank(x), _rank(y)
    if one is None or two is None or not isinstance(axes, Const) or not isinstance(axes.value, tuple):
        raise _refuse(s, "np.tensordot without literal axes")
    of_x, of_y = ([number % rank for number in part] for part, rank in zip(axes.value, (one, two), strict=True))
    first = list("abcdefgh"[:one])
    second = list("ijklmnop"[:two])
    for place, other in zip(of_x, of_y, strict=True):
        second[other] = first[place]
    left = [letter for place, letter in enumerate(first) if place not in of_x]
    right = [letter for place, letter in enumerate(second) if place not in of_y]
    return _sum_of_products(e, s, ["".join(first), "".join(second)], "".join(left + right), [x, y])


# -- updates --------------------------------------------------------------------------------------


def scatter(e: Express, whole: Any, base: Kind, place: Operand, value: Operand, origin: Any) -> Any:
    """A call that adds at places of which some may be the same."""
    e.require("numpy")
    parts = _parts(e, place)
    arrays = [number for number, part in enumerate(parts) if isinstance(part.kind, (Array, List))]
    rank = len(base.dims) if isinstance(base, Array) and base.dims is not None else None
    added = e.operand(value)
    if len(parts) == 1:
        e.helper("_add_at")
        places = e.operand(parts[0])
        if isinstance(value.kind, Scalar):
            added = filled("np.broadcast_to(value, np.shape(places))", value=added, places=places)
        return call("_add_at", whole, places, added)
    if len(arrays) == 1 and rank is not None and all(_is_whole(e, p) for n, p in enumerate(parts) if n not in arrays):
        return _scatter_along(e, whole, parts[arrays[0]], arrays[0], value, origin)
    indexed = all(isinstance(part.kind, (Array, Scalar)) for part in parts)
    if indexed and len(parts) == rank and isinstance(value.kind, Array) and len(parts) in (2, 3):
        which = f"_add_at_{len(parts)}"
        e.helper(which)
        places = [_spread(e, part, value, added) for part in parts]
        return call(which, whole, *places, added)
    raise UnsupportedError('an index of several arrays and slices has no derivative with backend="numba"', origin,
                           "write the loop out, or use backend=\"numpy\"")


def _scatter_along(e: Express, whole: Any, places: Operand, axis: int, value: Operand, origin: Any) -> Any:
    if _rank(places) != 1 or isinstance(value.kind, Scalar):
        raise UnsupportedError('an index of slices and an array of several axes has no derivative with '
                               'backend="numba"', origin, 'use backend="numpy" here')
    e.helper("_add_at")
    moved, where = f"np.moveaxis(x, {axis}, 0)", e.operand(places)
    if isinstance(places.kind, Array) and places.kind.dtype == "bool":
        where = call("np.flatnonzero", where)
    return call("_add_at", filled(moved, x=whole), where, filled(moved, x=e.operand(value)))


def _spread(e: Express, part: Operand, value: Operand, added: Any) -> Any:
    """An index in the shape of what it selects."""
    dims = _dims(part)
    tree = e.operand(part)
    if dims is not None and len(dims) == _rank(value) and 1 not in dims:
        return tree
    return filled("np.broadcast_to(part, value.shape)", part=tree, value=added)


def _parts(e: Express, place: Operand) -> list[Operand]:
    made = e.folded.get(place) if not isinstance(place, Const) else None
    return made.args if isinstance(made, Assign) and made.primitive == "s2sad.tuple" else [place]


def _is_whole(e: Express, part: Operand) -> bool:
    made = e.folded.get(part) if not isinstance(part, Const) else None
    return isinstance(made, Assign) and made.primitive == "s2sad.slice" and all(map(_is_none, made.args))


def tuple_item(e: Express, whole: Any, place: Any, value: Any) -> Any:
    """A tuple with another item, where the index is known only at run time."""
    e.imports("from numba.cpython.unsafe.tuple import tuple_setitem")
    return call("tuple_setitem", whole, place, value)


# -- checks ---------------------------------------------------------------------------------------


def _check_apart(e: Express, s: Effect) -> list[Any]:
    """A check a pair of arrays."""
    updated, others = s.extra
    labels = [*updated, *others]
    checks = []
    for first in range(len(updated)):
        for second in range(first + 1, len(labels)):
            for tree in _arrays(e.operand(s.args[second]), s.args[second].kind):
                message = (f"`{labels[first]}` is updated and shares memory with `{labels[second]}`: "
                           "pass a copy of one of them")
                checks.append(call("_check_apart", e.operand(s.args[first]), tree, constant(message)))
    if checks:
        e.helper("_check_apart")
    return checks


def _arrays(tree: Any, kind: Kind) -> list[Any]:
    """The arrays that an argument holds."""
    if isinstance(kind, Array) and kind.dims != ():
        return [tree]
    if isinstance(kind, Tuple):
        return [array for n, k in enumerate(kind.items) for array in _arrays(item(tree, n), k)]
    return []


def _check_contiguous(e: Express, s: Effect) -> list[Any]:
    e.helper("_check_contiguous")
    message = f"`{s.extra}` must lie in memory in C order: pass np.ascontiguousarray({s.extra})"
    return [call("_check_contiguous", e.operand(s.args[0]), constant(message))]


def _check_lengths(e: Express, s: Effect) -> list[Any]:
    e.helper("_check_lengths")
    return [call("_check_lengths", *e.operands(s.args))]


def _numbered(name: str, number: int) -> str:
    """Numba itself calls a second version of `x` `x_1`, and takes it for another variable of that name."""
    return f"{name}_v{number + 1}" if name[-1:].isdigit() else f"{name}{number + 1}"


def _copy(e: Express, s: Assign) -> Any:
    if s.extra == SHALLOW:
        return call(ast.Attribute(e.operand(s.args[0]), "copy", LOAD))
    return copied(e, s.args[0].kind, e.operand(s.args[0]))


def copied(e: Express, kind: Kind, tree: Any) -> Any:
    """A value that shares no memory with another."""
    if isinstance(kind, Scalar):
        return tree
    if isinstance(kind, Tuple) and kind.cls is None:
        return ast.Tuple([copied(e, k, item(tree, n)) for n, k in enumerate(kind.items)], LOAD)
    if isinstance(kind, List) and not isinstance(kind.item, Scalar):
        loop = ast.comprehension(target=name("part", store=True), iter=tree, ifs=[], is_async=0)
        return ast.ListComp(elt=copied(e, kind.item, name("part")), generators=[loop])
    return call(ast.Attribute(tree, "copy", LOAD))


def _hand_over(e: Express, s: Assign) -> Any:
    """A list that Python code holds without its items becoming Python objects, and back."""
    return call("numba.typed.List", e.operand(s.args[0]))


def _threads(e: Express, s: Assign) -> Any:
    return call("numba.get_num_threads")


def _product(e: Express, s: Assign) -> Any:
    """A product with a matrix of which only running it shows how small it is."""
    kinds = [operand.kind for operand in s.args]
    if len(kinds) != 2 or s.keywords or not all(isinstance(kind, Array) for kind in kinds):
        return None
    if s.adjoint and all(kind.dtype == "float32" for kind in kinds if isinstance(kind, Array)):
        return _single_product(e, s)
    if any(isinstance(kind, Array) and kind.dtype != "float64" for kind in kinds):
        return None
    one, two = e.operands(s.args)
    ranks = tuple(map(_rank, s.args))
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


def _cross(e: Express, s: Assign) -> Any:
    return call("np.cross", *e.operands(s.args))


def _conjugate(e: Express, s: Assign) -> Any:
    """A complex number has one of the two methods."""
    if len(s.args) != 1 or s.style != "method":
        return None
    return call(ast.Attribute(e.operand(s.args[0]), "conjugate", LOAD))


FORMS = {
    "operator.matmul": _product,
    "numpy.matmul": _product,
    "numpy.dot": _product,
    "s2sad.threads": _threads,
    "s2sad.hand_over": _hand_over,
    "s2sad.copy": _copy,
    "numpy.sum": _sum,
    "numpy.max": _extreme,
    "numpy.min": _extreme,
    "numpy.tril": _triangle,
    "numpy.triu": _triangle,
    "numpy.cumprod": _without_axis,
    "numpy.cumsum": _without_axis,
    "numpy.ndim": _ndim,
    "numpy.conj": _conjugate,
    "numpy.diagonal": _diagonal,
    "numpy.expand_dims": _expand_dims,
    "numpy.reshape": _reshape,
    "numpy.flip": _flip,
    "numpy.pad": _pad,
    "numpy.take_along_axis": _take_along,
    "numpy.einsum": _einsum,
    "numpy.vdot": _vdot,
    "numpy.linalg.cross": _cross,
    "numpy.squeeze": _squeeze,
    "numpy.tensordot": _tensordot,
    "s2sad.unbroadcast": _unbroadcast,
}

NUMBA = Dialect(
    "numba",
    imports=("import numba",),
    decorator="numba.njit",
    reversed_ranges=False,
    keyword_only=False,
    fresh_globals=False,
    dynamic=False,
    buffers=False,
    weak_floats=False,
    fuses=True,
    bare_ellipsis=False,
    divisions_raise=True,
    numbered=_numbered,
    forms=FORMS,
    checks={"s2sad.check_apart": _check_apart, "s2sad.check_contiguous": _check_contiguous,
            "s2sad.check_lengths": _check_lengths},
    scatter=scatter,
    tuple_item=tuple_item,
    helpers=HELPERS,
    needs=NEEDS,
    helper_imports={},
)
