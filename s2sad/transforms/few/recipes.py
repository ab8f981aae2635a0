"""What each element of a small array is, in terms of the elements that a statement reads.

    k = np.array([y, -x])        k[0] is y, k[1] is -x
    z = s + h * k                z[0] is s[0] + (h * k)[0], …
    r = np.dot(z, z)             r is z[0] * z[0] + z[1] * z[1]

A recipe is found from kinds alone, and nothing is written while it is: whether it is used depends on all others. Sums
are added up from the front, as NumPy does with so few.
"""
from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from s2sad.analyses.ranges import is_away_from_zero
from s2sad.ir.kinds import SLICE, Array, Scalar, length_of
from s2sad.ir.nodes import COPIES, Assign, Const, Operand, Var
from s2sad.rules.build import Context, constant
from s2sad.rules.indexing import constant_slice, index_parts
from s2sad.rules.kinds import is_none
from s2sad.rules.lengths import form_of
from s2sad.transforms.elements.members import is_elementwise

MAXIMUM_ITEMS = 9
_DTYPES = {"float64", "int64", "bool"}


@dataclass(frozen=True, slots=True)
class Item:
    """An element of an array of a few, by its place in C order."""

    array: Operand
    place: int


@dataclass(frozen=True, slots=True)
class At:
    """An element of any other array."""

    array: Operand
    index: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    primitive: str
    terms: tuple[Term, ...]


_Grid = npt.NDArray[np.object_]
Term = Operand | Item | At | Apply
Recipe = list[Term]


def shape_of(operand: Operand) -> tuple[int, ...] | None:
    """The shape of an array of a few elements; None of anything else."""
    kind = operand.kind
    if not isinstance(kind, Array) or not kind.dims or kind.dtype not in _DTYPES:
        return None
    lengths = [length_of(dim) for dim in kind.dims]
    known = tuple(length for length in lengths if length is not None)
    return known if len(known) == len(lengths) and 0 < math.prod(known) <= MAXIMUM_ITEMS else None


def is_small(operand: Operand) -> bool:
    """Whether this is an array of a few doubles."""
    return isinstance(operand.kind, Array) and operand.kind.dtype == "float64" and shape_of(operand) is not None


def recipe(context: Context, s: Assign) -> Recipe | None:
    """The elements of what a statement gives, of which there are a few; None where they are not known one by one."""
    kind = s.target.kind
    if isinstance(kind, Array):
        shape = shape_of(s.target) if kind.dtype == "float64" else None
    else:
        shape = () if isinstance(kind, Scalar) and kind.dtype == "float64" else None
    if shape is None or s.extra is not None:
        return None
    form = _FORMS.get(s.primitive)
    if form is not None:
        found = form(context, s, shape)
    else:
        found = _elementwise(context, s, shape) if shape and is_elementwise(s) else None
    return found if found is not None and len(found) == math.prod(shape) else None


def is_asked_for_its_shape(s: Assign) -> bool:
    return s.primitive in _SHAPES and len(s.args) == 1


def shape_answer(s: Assign) -> Const | None:
    """What an array of a few elements answers that is asked for its shape."""
    shape = shape_of(s.args[0])
    return None if shape is None else constant(_SHAPES[s.primitive](shape))


_SHAPES: dict[str, Callable[[tuple[int, ...]], object]] = {
    "array.shape": tuple, "builtins.len": lambda shape: shape[0], "array.ndim": len, "array.size": math.prod,
}


# -- reading --------------------------------------------------------------------------------------


def _items(operand: Operand) -> list[Term] | None:
    """The elements of an array of a few, or a number."""
    if isinstance(operand.kind, Scalar):
        return [operand] if operand.kind.dtype in _DTYPES else None
    shape = shape_of(operand)
    return None if shape is None else [Item(operand, place) for place in range(math.prod(shape))]


def _grid(operand: Operand) -> _Grid | None:
    """The elements of an operand in its shape."""
    found = _items(operand)
    return None if found is None else _shaped(found, shape_of(operand) or ())


def _shaped(terms: list[Term], shape: tuple[int, ...]) -> _Grid:
    grid = np.empty(len(terms), dtype=object)
    for place, term in enumerate(terms):
        grid[place] = term
    return grid.reshape(shape)


def _flat(grid: _Grid) -> Recipe:
    return grid.reshape(-1).tolist()


def _index(context: Context, index: Operand) -> tuple[object, ...] | None:
    """An index as NumPy takes it, where it is known while compiling."""
    parts = index_parts(context, index)
    if parts is None:
        return None
    found: list[object] = []
    for part in parts:
        if part.kind == SLICE:
            found.append(constant_slice(context, part))
        elif isinstance(part, Const) and (part.value is None or part.value is Ellipsis):
            found.append(part.value)
        else:
            found.append(_number(context, part))
        if found[-1] is None and not is_none(part):
            return None
    return tuple(found)


def _number(context: Context, part: Operand) -> int | None:
    form = form_of(context, part) if isinstance(part.kind, Scalar) and part.kind.dtype == "int64" else None
    return form.get(None, 0) if form is not None and form.keys() <= {None} else None


def places(context: Context, shape: tuple[int, ...], index: Operand) -> npt.NDArray[np.int64] | None:
    """The places that an index names, in C order, in the shape of what it gives."""
    found = _index(context, index)
    if found is None:
        return None
    try:
        return np.asarray(np.arange(math.prod(shape)).reshape(shape)[found])  # type: ignore[index]
    except IndexError:
        return None


def _taken(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    array, index = s.args
    if not isinstance(array.kind, Array):
        return None
    own = shape_of(array)
    if own is None:
        return _row(context, array, index, shape) if shape else None
    named = places(context, own, index)
    return None if named is None or named.shape != shape else [Item(array, int(place)) for place in named.flat]


def _row(context: Context, array: Operand, index: Operand, shape: tuple[int, ...]) -> Recipe | None:
    """A few elements of a large array."""
    indices = row_indices(context, array, index)
    return None if indices is None or len(indices) != math.prod(shape) else [At(array, one) for one in indices]


def row_indices(context: Context, array: Operand, index: Operand) -> list[tuple[Operand, ...]] | None:
    """The indices of the few elements that numbers and whole axes name in an array."""
    parts = index_parts(context, index)
    dims = array.kind.dims if isinstance(array.kind, Array) else None
    if parts is None or dims is None or len(parts) > len(dims):
        return None
    axes: list[list[Operand]] = []
    for number, dim in enumerate(dims):
        part = parts[number] if number < len(parts) else None
        if part is not None and isinstance(part.kind, Scalar) and part.kind.dtype == "int64":
            axes.append([part])
            continue
        length = length_of(dim)
        taken = slice(None) if part is None else constant_slice(context, part) if part.kind == SLICE else None
        if length is None or taken is None or length > MAXIMUM_ITEMS:
            return None
        axes.append([constant(place) for place in range(length)[taken]])
    found: list[tuple[Operand, ...]] = [()]
    for axis in axes:
        found = [(*before, place) for before in found for place in axis]
    return found


# -- making ---------------------------------------------------------------------------------------


def _made(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    """``np.array`` of a display of numbers or of other arrays, or of an array."""
    if s.keywords or len(s.args) != 1:
        return None
    found = _displayed(context, s.args[0])
    return found if found is not None and len(found) == math.prod(shape) else None


def _displayed(context: Context, operand: Operand) -> Recipe | None:
    if isinstance(operand, Const) and isinstance(operand.value, tuple):
        return _joined([_displayed(context, constant(item)) for item in operand.value])
    made = context.definition(operand, "s2sad.list") or context.definition(operand, "s2sad.tuple")
    if made is not None:
        return _joined([_displayed(context, item) for item in made.args])
    if isinstance(operand.kind, Scalar):
        double = _double(operand)
        return None if double is None else [double]
    return _items(operand) if is_small(operand) else None


def _joined(parts: list[Recipe | None]) -> Recipe | None:
    found = [part for part in parts if part is not None]
    return [term for part in found for term in part] if len(found) == len(parts) else None


def _double(operand: Operand) -> Operand | None:
    """A number as an array of doubles holds it; None of what would have to be converted when the program runs."""
    if isinstance(operand, Const) and type(operand.value) in (int, float):
        return operand if type(operand.value) is float else constant(float(operand.value))
    return operand if isinstance(operand.kind, Scalar) and operand.kind.dtype == "float64" else None


def _filled(number: float) -> Callable[[Context, Assign, tuple[int, ...]], Recipe | None]:
    return lambda context, s, shape: [constant(number)] * math.prod(shape)


def _full(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    number = _double(s.args[1]) if len(s.args) == 2 and isinstance(s.args[1].kind, Scalar) else None
    return None if number is None else [number] * math.prod(shape)


def _eye(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    square = len(s.args) == 1 and len(shape) == 2
    return [constant(float(number)) for number in np.eye(shape[0]).flat] if square else None


def _same(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    """A copy, or another name."""
    return None if s.keywords or shape_of(s.args[0]) != shape or not is_small(s.args[0]) else _items(s.args[0])


def _seen(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    """A view as it is after an update of what it is a view of."""
    view, base = s.args
    made = context.definitions.get(view) if isinstance(view, Var) else None
    if not isinstance(made, Assign) or shape_of(base) is None:
        return None
    read = _items(base) if made.primitive == "s2sad.seen" else recipe(context, made)
    if read is None or len(read) != math.prod(shape):
        return None
    return [Item(base, term.place) for term in read if isinstance(term, Item)]


def view_places(context: Context, view: Operand) -> list[int] | None:
    """The places of a view in the memory that it was taken of."""
    shape = shape_of(view)
    if shape is None:
        return None
    found = list(range(math.prod(shape)))
    made = context.definitions.get(view) if isinstance(view, Var) else None
    while isinstance(made, Assign) and made.primitive in _VIEWS:
        read = recipe(context, made)
        items = [term for term in read or () if isinstance(term, Item)]
        if read is None or len(items) < len(read) or not items:
            return None
        found = [items[place].place for place in found]
        below = items[0].array
        made = context.definitions.get(below) if isinstance(below, Var) else None
    return found


def _stored(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    """The array with other elements at some places."""
    base, view, index, value = s.args
    seen = shape_of(view)
    inside = view_places(context, view)
    named = None if seen is None else places(context, seen, index)
    before, put = _items(base), _grid(value)
    if named is None or inside is None or before is None or put is None or len(before) != math.prod(shape):
        return None
    if isinstance(value.kind, Scalar):
        double = _double(value)
        if double is None:
            return None
        put = _shaped([double], ())
    elif not is_small(value):
        return None
    try:
        put = np.broadcast_to(put, named.shape)
    except ValueError:
        return None
    adds = s.primitive == "s2sad.add_at"
    for place, term in zip(named.reshape(-1).tolist(), _flat(put), strict=True):
        root = inside[place]
        before[root] = Apply("operator.add", (before[root], term)) if adds else term
    return before


def _transposed(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    grid = _grid(s.args[0])
    if len(s.args) != 1 or s.keywords or grid is None or not is_small(s.args[0]) or grid.T.shape != shape:
        return None
    return _flat(grid.T)


def _reshaped(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    """Another shape of the same elements in the same order."""
    found = _items(s.args[0]) if is_small(s.args[0]) and not s.keywords else None
    return found if found is not None and len(found) == math.prod(shape) else None


def _concatenated(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    """Arrays one behind the other, along their first axis."""
    return _made(context, s, shape)


# -- computing ------------------------------------------------------------------------------------


def _elementwise(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    if s.primitive == "numpy.where":
        return None  # Numba makes an array of a choice between numbers
    grids = [_grid(arg) for arg in s.args]
    known = [grid for grid in grids if grid is not None]
    if len(known) < len(grids):
        return None
    try:
        columns = [_flat(np.broadcast_to(grid, shape)) for grid in known]
    except ValueError:
        return None
    primitive = s.primitive
    if primitive == "operator.truediv" and context.divisions_raise and not is_away_from_zero(context, s.args[1]):
        primitive = "numpy.divide"  # arrays give infinity
    return [Apply(primitive, tuple(column)) for column in zip(*columns, strict=True)]


def _added(terms: list[Term]) -> Term:
    return reduce(lambda total, term: Apply("operator.add", (total, term)), terms)


def _products(one: _Grid, two: _Grid) -> Term:
    return _added([Apply("operator.mul", pair) for pair in zip(_flat(one), _flat(two), strict=True)])


def _sum(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    lines = _lines(s, shape)
    return None if lines is None else [_added(line) for line in lines]


def _mean(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    lines = _lines(s, shape)
    if lines is None:
        return None
    return [Apply("operator.truediv", (_added(line), constant(float(len(line))))) for line in lines]


def _lines(s: Assign, shape: tuple[int, ...]) -> list[list[Term]] | None:
    """What is added up, for each of the results."""
    grid = _grid(s.args[0]) if is_small(s.args[0]) else None
    if grid is None or len(s.args) > 2 or s.keywords not in ((), ("axis",)):
        return None
    if len(s.args) == 1 or is_none(s.args[1]):
        return [_flat(grid)] if shape == () else None
    axis = s.args[1].value if isinstance(s.args[1], Const) else None
    if type(axis) is not int or not -grid.ndim <= axis < grid.ndim:
        return None
    moved = np.moveaxis(grid, axis, -1)
    return None if moved.shape[:-1] != shape else [list(line) for line in moved.reshape(-1, grid.shape[axis])]


def _product(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    """``@`` and ``np.dot`` of vectors and matrices."""
    grids = [_grid(arg) for arg in s.args if is_small(arg)]
    if len(grids) != 2 or len(s.args) != 2 or s.keywords or any(grid is None or grid.ndim > 2 for grid in grids):
        return None
    one, two = grids
    assert one is not None and two is not None
    if one.shape[-1] != two.shape[0]:
        return None
    rows, columns = one.reshape(-1, one.shape[-1]), two.reshape(two.shape[0], -1).T
    found: Recipe = [_products(row, column) for row in rows for column in columns]
    return found if len(found) == math.prod(shape) else None


def _flat_product(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    """``np.vdot``, and ``np.inner`` of vectors."""
    grids = [_grid(arg) for arg in s.args if is_small(arg)]
    if len(grids) != 2 or len(s.args) != 2 or s.keywords or shape != ():
        return None
    one, two = grids
    assert one is not None and two is not None
    return [_products(one, two)] if one.shape == two.shape else None


def _outer(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    if len(s.args) != 2 or s.keywords or not all(map(is_small, s.args)):
        return None
    one, two = _items(s.args[0]), _items(s.args[1])
    assert one is not None and two is not None
    return [Apply("operator.mul", (x, y)) for x in one for y in two]


def _norm(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    grid = _grid(s.args[0]) if is_small(s.args[0]) and len(s.args) == 1 and shape == () else None
    return None if grid is None else [Apply("numpy.sqrt", (_products(grid, grid),))]


def _cross(context: Context, s: Assign, shape: tuple[int, ...]) -> Recipe | None:
    if len(s.args) != 2 or s.keywords or shape != (3,) or not all(
            is_small(arg) and shape_of(arg) == (3,) for arg in s.args):
        return None
    x, y = s.args

    def minor(i: int, j: int) -> Term:
        one, two = (Apply("operator.mul", (Item(x, a), Item(y, b))) for a, b in ((i, j), (j, i)))
        return Apply("operator.sub", (one, two))

    return [minor(1, 2), minor(2, 0), minor(0, 1)]


Form = Callable[[Context, Assign, tuple[int, ...]], Recipe | None]
_VIEWS = {
    "s2sad.getitem", "s2sad.seen", "s2sad.alias", "s2sad.some", "array.T", "numpy.transpose", "array.transpose",
    "numpy.reshape", "array.reshape", "numpy.ravel", "array.ravel",
}
_FORMS: dict[str, Form] = {
    "s2sad.getitem": _taken, "s2sad.seen": _seen, "s2sad.store": _stored, "s2sad.add_at": _stored,
    "numpy.array": _made, "numpy.asarray": _made, "numpy.stack": _made, "numpy.concatenate": _concatenated,
    "numpy.zeros": _filled(0.0), "numpy.zeros_like": _filled(0.0), "numpy.empty": _filled(0.0),
    "numpy.empty_like": _filled(0.0), "numpy.ones": _filled(1.0), "numpy.ones_like": _filled(1.0),
    "numpy.full": _full, "numpy.eye": _eye, "numpy.identity": _eye,
    **dict.fromkeys([*COPIES, "s2sad.alias", "s2sad.some"], _same),
    "array.T": _transposed, "numpy.transpose": _transposed, "array.transpose": _transposed,
    **dict.fromkeys(["numpy.reshape", "array.reshape", "numpy.ravel", "array.ravel", "array.flatten"], _reshaped),
    "numpy.sum": _sum, "array.sum": _sum, "numpy.mean": _mean, "array.mean": _mean,
    **dict.fromkeys(["operator.matmul", "numpy.matmul", "numpy.dot", "array.dot"], _product),
    "numpy.vdot": _flat_product, "numpy.inner": _flat_product, "numpy.outer": _outer, "numpy.linalg.norm": _norm,
    "numpy.cross": _cross,
}


def terms(found: Recipe) -> Iterator[Term]:
    """All terms of a recipe, those in others too."""
    for term in found:
        yield term
        if isinstance(term, Apply):
            yield from terms(list(term.terms))
