"""Where the elements of a view lie in the array that it looks at: `u[1:-1]` at `i` is `u` at `i + 1`."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from s2sad.ir.kinds import SLICE, Array, Dim, Extent, Kind, Scalar, length_of, literal
from s2sad.ir.nodes import Assign, Const, Operand, is_literal_none
from s2sad.rules.build import ELLIPSIS, Context, constant
from s2sad.rules.indexing import constant_slice, index_parts

# Views that are the array itself.
_SAME = {"s2sad.alias", "s2sad.seen", "s2sad.touched", "s2sad.some"}


@dataclass(frozen=True)
class Fixed:
    """An axis of the base at one place."""

    place: Operand

    def key(self) -> object:
        return self.place.value if isinstance(self.place, Const) else self.place


@dataclass(frozen=True)
class Along:
    """An axis of the base that runs along an axis of the view, ``offset`` ahead of it; the base is ``trim`` longer."""

    axis: int
    offset: int = 0
    trim: int = 0

    def key(self) -> object:
        return ("along", self.axis, self.offset)


@dataclass(frozen=True)
class Gathered:
    """An axis of the base at the places that an array of integers holds."""

    of: View

    def key(self) -> object:
        return object()  # it may name one place twice


@dataclass(frozen=True)
class View:
    """``index`` has a part for each axis of ``base``; a number is a view of no axes."""

    base: Operand
    index: tuple[Part, ...]
    dims: tuple[Extent, ...]

    def same_places(self, other: View) -> bool:
        """Whether both name the same element at the same place, if their base is the same."""
        return [part.key() for part in self.index] == [part.key() for part in other.index]

    def is_whole(self) -> bool:
        return all(part == Along(axis) for axis, part in enumerate(self.index)) and len(self.index) == len(self.dims)

    def operands(self) -> list[Operand]:
        fixed = [part.place for part in self.index if isinstance(part, Fixed)]
        return [self.base, *fixed, *(o for view in self.places() for o in view.operands())]

    def places(self) -> list[View]:
        """The arrays of integers that say where the elements are."""
        return [part.of for part in self.index if isinstance(part, Gathered)]

    def moved(self, axes: list[int], dims: tuple[Extent, ...]) -> View:
        """The view whose axis ``k`` becomes ``axes[k]`` of one with these extents."""
        index = tuple(replace(part, axis=axes[part.axis]) if isinstance(part, Along) else part for part in self.index)
        return View(self.base, index, dims)


Part = Fixed | Along | Gathered


def dims_of(kind: Kind) -> tuple[Extent, ...] | None:
    """The dimensions of a kind, those of parts as `trimmed` gives them."""
    if isinstance(kind, Scalar):
        return ()
    if not isinstance(kind, Array) or kind.dims is None:
        return None
    return tuple([trimmed(dim, 0) if isinstance(dim, Dim) and _is_part(dim) else dim for dim in kind.dims])


def _is_part(dim: Dim) -> bool:
    return isinstance(dim.key, tuple) and dim.key[0] == "trim"


def whole(operand: Operand) -> View:
    dims = dims_of(operand.kind)
    assert dims is not None
    return View(operand, tuple(Along(axis) for axis in range(len(dims))), dims)


def looks(made: Assign) -> bool:
    """Whether an assignment may make a view of its first operand."""
    return made.primitive in _SAME or made.primitive in ("s2sad.getitem", "s2sad.expand", "array.T")


def resolved(context: Context, made: Assign, of: View) -> View | None:
    """The view that an assignment makes of its first operand, which is ``of`` itself; None where it is no such view."""
    kind = made.target.kind
    if not isinstance(kind, Array) or kind.dims is None or made.keywords:
        return None
    if made.primitive in _SAME:
        return of
    if made.primitive == "s2sad.getitem":
        return indexed(context, of, made.args[1])
    if made.primitive == "s2sad.expand":
        return _spread(of, kind.dims)
    if made.primitive == "array.T":
        rank = len(of.dims)
        return of.moved(list(range(rank))[::-1], of.dims[::-1])
    return None


def _spread(of: View, dims: tuple[Extent, ...]) -> View | None:
    """Broadcast to these extents."""
    before = len(dims) - len(of.dims)
    if before < 0:
        return None
    parts: list[Part] = []
    for part in of.index:
        if isinstance(part, Along) and of.dims[part.axis] == 1 and dims[part.axis + before] != 1:
            parts.append(Fixed(constant(part.offset)))
        elif isinstance(part, Along):
            if of.dims[part.axis] != dims[part.axis + before]:
                return None
            parts.append(replace(part, axis=part.axis + before))
        else:
            parts.append(part)
    return View(of.base, tuple(parts), dims)


def indexed(context: Context, of: View, index: Operand) -> View | None:
    """The view that basic indexing gives, with integers, new axes, and slices whose bounds cut off literal lengths."""
    parts = index_parts(context, index)
    if parts is None:
        return None
    taken = sum(1 for part in parts if not is_literal_none(part) and part.kind != ELLIPSIS)
    missing = len(of.dims) - taken
    if missing < 0:
        return None
    if not any(part.kind == ELLIPSIS for part in parts):
        parts = [*parts, *([_ELLIPSIS] if missing else [])]
    axes: list[Fixed | Along] = []
    dims: list[Extent] = []
    for part in parts:
        axis = len(axes)
        if part.kind == ELLIPSIS:
            for other in range(axis, axis + missing):
                axes.append(Along(len(dims)))
                dims.append(of.dims[other])
        elif is_literal_none(part):
            dims.append(1)
        elif part.kind == SLICE:
            trimmed = _trimmed(context, of.dims[axis], part)
            if trimmed is None:
                return None
            lower, cut, extent = trimmed
            axes.append(Along(len(dims), lower, cut))
            dims.append(extent)
        elif isinstance(part.kind, Scalar) and part.kind.dtype == "int64":
            axes.append(Fixed(part))
        else:
            return None
    if not _fits(of, axes):
        return None
    return View(of.base, tuple(_composed(part, axes) for part in of.index), tuple(dims))


_ELLIPSIS = Const(Ellipsis, ELLIPSIS)


def _fits(of: View, axes: list[Fixed | Along]) -> bool:
    """Whether an integer counts in the base as it does in the view: from the front of one that begins earlier."""
    return all(
        not isinstance(axes[part.axis], Fixed) or part.offset == part.trim == 0
        for part in of.index if isinstance(part, Along)
    )


def _composed(part: Part, axes: list[Fixed | Along]) -> Part:
    if not isinstance(part, Along):
        return part
    outer = axes[part.axis]
    if isinstance(outer, Fixed):
        return outer
    return Along(outer.axis, part.offset + outer.offset, part.trim + outer.trim)


def _trimmed(context: Context, extent: Extent, part: Operand) -> tuple[int, int, Extent] | None:
    """The first place of a slice, how many places it leaves out, and its length."""
    found = constant_slice(context, part)
    if found is None or found.step not in (None, 1):
        return None
    lower, upper = found.start or 0, found.stop
    if not isinstance(lower, int) or lower < 0 or upper is not None and upper >= 0:
        return None
    if lower == 0 and upper is None:
        return 0, 0, extent
    if not isinstance(extent, Dim):
        return None
    cut = lower - (upper or 0)
    return lower, cut, trimmed(extent, cut)


def trimmed(extent: Extent, cut: int) -> Extent:
    """The length of an axis without so many places of it; with more where ``cut`` is less than zero."""
    if isinstance(extent, Dim) and isinstance(extent.key, tuple) and len(extent.key) == 3 and extent.key[0] == "trim":
        _, key, before = extent.key
        extent, cut = Dim(key), cut + before
    number = length_of(extent)
    if number is not None and number >= cut:
        return literal(number - cut)
    assert isinstance(extent, Dim)
    return Dim(("trim", extent.key, cut)) if cut else Dim(extent.key)


def gathered(context: Context, of: View, index: Operand, resolve: Callable[[Operand], View | None]) -> View | None:
    """The elements at arrays of integers of one shape, which stand for the first axes of an array."""
    parts = index_parts(context, index)
    if parts is None or not of.is_whole() or len(parts) > len(of.dims):
        return None
    places = [resolve(part) for part in parts if isinstance(part.kind, Array) and part.kind.dtype == "int64"]
    if len(places) < len(parts) or any(view is None or not view.dims or view.dims != places[0].dims  # type: ignore
                                       for view in places):
        return None
    assert places[0] is not None
    shape, rest = places[0].dims, of.dims[len(parts):]
    spread = [Gathered(View(v.base, v.index, (*v.dims, *(1 for _ in rest)))) for v in places if v is not None]
    return View(of.base, (*spread, *(Along(len(shape) + n) for n in range(len(rest)))), (*shape, *rest))
