"""What subscripting gives: the kind of ``x[index]`` for every kind of container and index."""
from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from s2sad.ir.kinds import (
    SLICE,
    STR,
    UNKNOWN,
    Array,
    Dict,
    Dim,
    Extent,
    Kind,
    List,
    Maybe,
    Scalar,
    Static,
    Tuple,
    is_integer,
    literal,
    numpy_number,
)
from s2sad.ir.meeting import broadcast_dims, join
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.kinds import extent as made_extent
from s2sad.rules.lengths import between, trimmed


def refresh(kind: Kind, call_fresh: object) -> Kind:
    """The kind of one element of a list: its dimensions are its own."""
    fresh = call_fresh
    if isinstance(kind, Array) and kind.dims is not None:
        dims = tuple(d if isinstance(d, int) else Dim(fresh(), d.not_one, d.least) for d in kind.dims)  # type: ignore[operator]
        return Array(kind.dtype, dims)
    if isinstance(kind, Maybe):
        return Maybe(refresh(kind.kind, fresh))
    if isinstance(kind, Tuple):
        return Tuple(tuple(refresh(item, fresh) for item in kind.items), kind.cls)
    return kind


def getitem_kind(context: Context, base: Operand, index: Operand) -> Kind:
    kind = base.kind
    if isinstance(kind, Array):
        return _array_item(context, kind, index)
    if isinstance(kind, List):
        if index.kind == SLICE:
            return kind
        return refresh(kind.item, context.fresh)
    if isinstance(kind, Tuple):
        if isinstance(index, Const) and isinstance(index.value, int):
            inside = -len(kind.items) <= index.value < len(kind.items)
            return kind.items[index.value] if inside else UNKNOWN
        if index.kind == SLICE:
            part = constant_slice(context, index)
            return UNKNOWN if part is None else Tuple(kind.items[part])
        return _joined(context, kind.items)
    if isinstance(kind, Dict):
        if isinstance(index, Const):
            return kind.get(index.value) or UNKNOWN
        return _joined(context, tuple(item for _, item in kind.items))
    return STR if kind == STR else UNKNOWN


def _joined(context: Context, kinds: tuple[Kind, ...]) -> Kind:
    if not kinds:
        return UNKNOWN
    result = kinds[0]
    for kind in kinds[1:]:
        result = join(result, kind, context.fresh)
    return refresh(result, context.fresh)


def constant_slice(context: Context, index: Operand) -> slice | None:
    """The slice that an operand stands for, where all its parts are literals."""
    made = context.definition(index, "s2sad.slice")
    if made is None or not all(isinstance(part, Const) for part in made.args):
        return None
    return slice(*(part.value for part in made.args if isinstance(part, Const)))


def index_parts(context: Context, index: Operand) -> list[Operand] | None:
    """The parts of an index, one a dimension; None where only Python knows them."""
    if isinstance(index.kind, Tuple):
        if isinstance(index, Const):
            from s2sad.rules.build import constant

            return [constant(value) for value in index.value]
        made = context.definition(index, "s2sad.tuple")
        if made is not None:
            return made.args
        if isinstance(index, Var) and all(isinstance(item, Scalar) for item in index.kind.items):
            return [Var("", item) for item in index.kind.items]
        return None
    return [index]


def _is_none(part: Operand) -> bool:
    return isinstance(part.kind, Static) and part.kind.value is None


def is_basic(context: Context, index: Operand) -> bool:
    """Whether indexing an array this way gives a view or an element: no integer or boolean arrays."""
    if is_integer(index.kind):
        return True
    parts = index_parts(context, index)
    return parts is not None and all(
        is_integer(part.kind) or part.kind in (SLICE, ELLIPSIS) or _is_none(part) for part in parts
    )


def copies(index: Kind) -> bool:
    """Whether indexing an array by this surely gives memory of its own: by a list, or an array of some axes."""
    if isinstance(index, Tuple):
        return any(map(copies, index.items))
    return isinstance(index, List) or isinstance(index, Array) and bool(index.dims)


def is_mask(context: Context, index: Operand) -> bool:
    """Whether an index is one boolean array, or a list of tests: it names each element at most once."""
    kind = index.kind
    return isinstance(kind, Array) and kind.dtype == "bool" or isinstance(kind, List) and kind.item == Scalar("bool")


def is_numbering(context: Context, part: Operand) -> bool:
    """Whether a part of an index is `np.arange(n)`: each number once, from the front."""
    made = context.definition(part, "numpy.arange")
    return made is not None and len(made.args) == 1 and not made.keywords


def names_each_once(context: Context, index: Operand) -> bool:
    """Whether an index of arrays or lists surely names each place at most once, since one part of it does."""
    parts = index_parts(context, index)
    return parts is not None and all(map(_is_row_of_numbers, parts)) and any(
        is_numbering(context, part) or _is_all_different(context, part) for part in parts)


def _is_row_of_numbers(part: Operand) -> bool:
    kind = part.kind
    return isinstance(kind, Scalar) or isinstance(kind, Array) and kind.ndim == 1 or isinstance(kind, List)


def _is_all_different(context: Context, part: Operand) -> bool:
    """Whether an index is a list of literals that name different places."""
    made = context.definition(part, "s2sad.list")
    if made is None:
        return False
    places = [arg.value for arg in made.args if isinstance(arg, Const) and type(arg.value) is int and arg.value >= 0]
    return len(made.args) == len(places) == len(set(places))


def index_key(context: Context, index: Operand) -> Hashable:
    """Equal for two indices that surely name the same places."""
    if isinstance(index, Const):
        return ("const", repr(index.value), index.path)
    made = context.definitions.get(index)
    if isinstance(made, Assign) and made.primitive in ("s2sad.slice", "s2sad.tuple"):
        return (made.primitive, tuple(index_key(context, arg) for arg in made.args))
    return id(index)


def same_index(context: Context, one: Operand, two: Operand) -> bool:
    return one is two or index_key(context, one) == index_key(context, two)


@dataclass(frozen=True)
class Rearranged:
    """An index that takes each element of an array once: ``added`` are the axes of the result that ``None`` puts
    in, ``dropped`` the axes of the array that are of length 1 and go."""

    added: tuple[int, ...]
    dropped: tuple[int, ...]


def rearranged(context: Context, kind: Kind, index: Operand) -> Rearranged | None:
    """What an index does that takes all of an array in its order; None for one that does not."""
    if isinstance(index, Var) and isinstance(index.kind, Scalar):
        return None
    parts = index_parts(context, index)
    if parts is None or not isinstance(kind, Array) or kind.dims is None:
        return None
    missing = len(kind.dims) - sum(part.kind == SLICE or is_integer(part.kind) for part in parts)
    added: list[int] = []
    dropped: list[int] = []
    axis = place = 0
    for part in parts:
        if part.kind == ELLIPSIS:
            axis, place = axis + missing, place + missing
        elif _is_none(part):
            added.append(place)
            place += 1
        elif part.kind == SLICE and takes_all(context, part):
            axis, place = axis + 1, place + 1
        elif isinstance(part, Const) and is_integer(part.kind) and axis < len(kind.dims) and kind.dims[axis] == 1:
            dropped.append(axis)
            axis += 1
        else:
            return None
    return Rearranged(tuple(added), tuple(dropped))


def is_whole(context: Context, kind: Kind, index: Operand) -> bool:
    """Whether an index names all of an array, in its shape."""
    found = rearranged(context, kind, index)
    return found is not None and not found.added and not found.dropped


def is_reversal(context: Context, kind: Kind, index: Operand) -> bool:
    """Whether an index takes all of an array, along some of its axes from the end: taken twice it changes nothing."""
    parts = None if is_integer(index.kind) else index_parts(context, index)
    if parts is None or not isinstance(kind, Array) or kind.dims is None:
        return False
    reverses = False
    for part in parts:
        taken = constant_slice(context, part) if part.kind == SLICE else None
        if taken is not None and taken.start is None and taken.stop is None and taken.step == -1:
            reverses = True
        elif part.kind != ELLIPSIS and not (part.kind == SLICE and takes_all(context, part)):
            return False
    return reverses


def takes_all(context: Context, part: Operand) -> bool:
    found = constant_slice(context, part)
    return found is not None and found.start is None and found.stop is None and found.step is None


def _consumed(part: Operand) -> int | None:
    if _is_none(part) or part.kind == ELLIPSIS:
        return 0
    if isinstance(part.kind, Array) and part.kind.dtype == "bool":
        return part.kind.ndim
    return 1


def _array_item(context: Context, kind: Array, index: Operand) -> Kind:
    if kind.dims is not None and is_integer(index.kind):
        return _below(kind, 1)
    parts = index_parts(context, index)
    if parts is None or kind.dims is None:
        return Array(kind.dtype, None)
    if all([is_integer(part.kind) for part in parts]):
        return _below(kind, len(parts))
    known = [_consumed(part) for part in parts]
    if None in known or any(_unclear(part.kind) for part in parts):
        return Array(kind.dtype, None)
    missing = len(kind.dims) - sum(count or 0 for count in known)
    if missing < 0:
        return UNKNOWN
    return _select(context, kind, parts, missing)


def _below(kind: Array, axes: int) -> Kind:
    """What an array has at a place that numbers name, on its first axes."""
    assert kind.dims is not None
    if len(kind.dims) > axes:
        return Array(kind.dtype, kind.dims[axes:])
    return numpy_number(kind.dtype) if len(kind.dims) == axes else UNKNOWN


def _unclear(kind: Kind) -> bool:
    if isinstance(kind, Array):
        return kind.dims is None
    if isinstance(kind, List):
        return _nesting(kind) is None
    return not (is_integer(kind) or isinstance(kind, Static) or kind in (SLICE, ELLIPSIS))


def _nesting(kind: Kind) -> int | None:
    """How many axes the array has that NumPy makes of a list used as an index; None where that is not clear."""
    depth = 0
    while isinstance(kind, List):
        kind, depth = kind.item, depth + 1
    clear = is_integer(kind) or depth == 1 and isinstance(kind, Scalar) and kind.dtype == "bool"
    return depth if clear else None


def _select(context: Context, kind: Array, parts: list[Operand], missing: int) -> Kind:
    assert kind.dims is not None
    dims: list[Extent] = []
    advanced: list[tuple[Extent, ...]] = []
    places: list[int] = []
    axis, last, split = 0, -2, False
    has_arrays = any(isinstance(part.kind, (Array, List)) for part in parts)
    for number, part in enumerate(parts):
        if part.kind == ELLIPSIS:
            dims += kind.dims[axis : axis + missing]
            axis, missing = axis + missing, 0
        elif _is_none(part):
            dims.append(1)
        elif part.kind == SLICE:
            dims.append(sliced(context, kind.dims[axis], part))
            axis += 1
        elif isinstance(part.kind, Scalar) and not has_arrays:
            axis += 1
        else:
            split = split or (bool(places) and number != last + 1)
            last = number
            places.append(len(dims))
            advanced.append(_advanced_dims(context, part))
            axis += _consumed(part) or 0
    dims += kind.dims[axis:]
    if advanced:
        shape: tuple[Extent, ...] = ()
        for one in advanced:
            shape = broadcast_dims(shape, one, context.fresh)
        place = 0 if split else places[0]
        dims[place:place] = shape
    if dims or not advanced and any(part.kind == ELLIPSIS for part in parts):
        return Array(kind.dtype, tuple(dims))
    return Scalar(kind.dtype, weak=False)


def _advanced_dims(context: Context, part: Operand) -> tuple[Extent, ...]:
    kind = part.kind
    if isinstance(kind, Scalar):
        return ()
    if isinstance(kind, Array) and kind.dtype != "bool":
        return kind.dims or ()
    if isinstance(kind, List) and kind.item != Scalar("bool"):
        made = context.definition(part, "s2sad.list")
        first: Extent = Dim(context.fresh()) if made is None else literal(len(made.args))
        return (first, *(Dim(context.fresh()) for _ in range((_nesting(kind) or 1) - 1)))
    return (Dim(("masked", kind.ndim or 1, context.fresh())) if isinstance(kind, Array) else Dim(context.fresh()),)


def sliced(context: Context, extent: Extent, index: Operand) -> Extent:
    """The length of a slice: what is cut off an extent names it, so that equal cuts are equal lengths."""
    made = context.definition(index, "s2sad.slice")
    if made is None or not isinstance(extent, Dim):
        return Dim(context.fresh()) if made is None else _sliced_one(context, made)
    lower, upper, step = (_part(operand) for operand in made.args)
    if step not in (None, 1, -1):
        return Dim(("slice", extent.key, lower, upper, step))
    if step == -1:
        whole = lower is None and upper is None
        return extent if whole else Dim(("slice", extent.key, lower, upper, step))
    if lower in (None, 0) and upper is None:
        return extent
    if isinstance(lower, int | None) and isinstance(upper, int | None) and _trims(lower, upper):
        return trimmed(extent, (lower or 0) - (upper or 0))
    known = _known_length(context, extent, made.args[0], made.args[1])
    if known is not None:
        return known
    # The first n of many, where neither number is 1, are not 1.
    first = lower in (None, 0) and extent.not_one and _is_length_not_one(context, made.args[1])
    return Dim(("slice", extent.key, lower, upper), not_one=first)


def _known_length(context: Context, extent: Dim, lower: Operand, upper: Operand) -> Extent | None:
    """How many elements a slice takes that surely begins and ends inside, or the last ones by a literal number."""
    if isinstance(lower, Const) and isinstance(lower.value, int) and lower.value < 0:
        return literal(-lower.value) if _is_none(upper) and -lower.value <= extent.least else None
    return between(context, extent, None if _is_none(lower) else lower, None if _is_none(upper) else upper)


def _is_length_not_one(context: Context, bound: Operand) -> bool:
    if isinstance(bound, Const):
        return isinstance(bound.value, int) and bound.value > 1
    length = made_extent(context, bound)
    return isinstance(length, Dim) and length.not_one


def _sliced_one(context: Context, made: Assign) -> Extent:
    whole = all(_part(operand) is None for operand in made.args)
    return 1 if whole else Dim(context.fresh())


def _trims(lower: int | None, upper: int | None) -> bool:
    return (lower is None or lower >= 0) and (upper is None or upper < 0)


def _part(operand: Operand) -> object:
    return operand.value if isinstance(operand, Const) else operand
