"""The shape and dtype of an adjoint: a broadcast summed back, a reduction broadcast back.

Each takes the builder and operands, and emits what the kinds at hand need: often nothing.
"""
from __future__ import annotations

from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import Array, Extent, List, Scalar, Tuple, is_complex, is_inexact
from s2sad.ir.meeting import same_extent
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.axes import literal_axes, rank, squeeze, unsqueeze
from s2sad.rules.build import Builder, constant, macro
from s2sad.rules.kinds import is_none
from s2sad.rules.table import lookup


@macro
def match(b: Builder, g: Operand, like: Operand) -> Operand:
    """A contribution to the adjoint of ``like``, with the shape and dtype of ``like``.

    This is the one place where a broadcast is summed back.
    """
    if g.kind is like.kind and not (isinstance(g.kind, Array) and g.kind.dims is None):
        return g
    return match_dtype(b, _match_shape(b, g, like), like)


def match_dtype(b: Builder, g: Operand, like: Operand) -> Operand:
    """A contribution of the shape of ``like``, with its dtype."""
    have, want = getattr(g.kind, "dtype", "any"), getattr(like.kind, "dtype", "any")
    if have == want:
        return b.emit("builtins.float", g, kind=like.kind) if _makes_double(b, g, like) else g
    if have == "any" and want == "float32" and isinstance(g.kind, Array):
        return b.emit("s2sad.cast", g, like)
    if "any" in (have, want):
        return g
    if is_complex(have) and not is_complex(want):
        g = b.emit("array.real" if isinstance(g.kind, (Array, Scalar)) else "numpy.real", g)
        have = getattr(g.kind, "dtype", "any")
        if have == want and isinstance(g.kind, Scalar):
            return g
    weak = isinstance(g.kind, Scalar) and g.kind.weak or isinstance(like.kind, Scalar) and like.kind.weak
    if is_inexact(have) and is_inexact(want) and not weak:
        return b.emit("s2sad.cast", g, like)
    return g


def _makes_double(b: Builder, g: Operand, like: Operand) -> bool:
    """Whether a number of NumPy is the adjoint of one of Python's, in a program with arrays of single precision: these
    would become arrays of double precision by it."""
    if not b.context.single or not (isinstance(g.kind, Scalar) and isinstance(like.kind, Scalar)):
        return False
    return g.kind.dtype == "float64" and like.kind.weak and not g.kind.weak


def _match_shape(b: Builder, g: Operand, like: Operand) -> Operand:
    have, want = g.kind, like.kind
    if isinstance(have, Array) and isinstance(want, Array) and have.dims is not None and want.dims is not None:
        return _sum_to(b, g, have.dims, like, want.dims)
    if isinstance(want, Scalar):
        if isinstance(have, Scalar):
            return g
        if isinstance(have, Array) and have.dims is not None:
            return b.emit("numpy.sum", g) if have.dims else b.emit("s2sad.getitem", g, constant(()))
        return b.emit("numpy.sum", g)
    if isinstance(want, (Tuple, List)) and isinstance(have, Array):
        raise UnsupportedError(
            "a list or tuple that carries derivatives is used as an array here",
            b.origin,
            "make an array of it first: np.array(...)",
        )
    if not isinstance(want, Array):
        return g
    if isinstance(have, Scalar) and want.dims is not None:
        return b.emit("s2sad.expand", g, like)
    return _sum_at_run_time(b, g, like)


def _sum_at_run_time(b: Builder, g: Operand, like: Operand) -> Operand:
    """Where the kinds do not tell what was broadcast: by the shape, which costs nothing to keep."""
    kind = Array(getattr(g.kind, "dtype", "any"), like.kind.dims if isinstance(like.kind, Array) else None)
    return b.emit("s2sad.unbroadcast", g, b.emit("s2sad.shape", shape_source(b, like)), kind=kind)


def _sum_to(
    b: Builder, g: Operand, have: tuple[Extent, ...], like: Operand, want: tuple[Extent, ...]
) -> Operand:
    if have == want:
        return g
    extra = len(have) - len(want)
    pairs = list(zip(have[max(extra, 0) :], want[max(-extra, 0) :], strict=True))
    squeezed = tuple(i for i, (h, w) in enumerate(pairs) if w == 1 and h != 1)
    if extra < 0 and any(h != 1 and (w == 1 or not same_extent(h, w)) for h, w in pairs):
        lifted = unsqueeze(b, g, tuple(range(-extra)))  # what was assigned has more axes than where it went
        return _sum_to(b, lifted, (*(1 for _ in range(-extra)), *have), like, want)
    if extra < 0 or any(h == 1 and w != 1 for h, w in pairs):
        together = extra > 0 or squeezed  # some axes are summed, and others have the length 1 at run time
        return _sum_at_run_time(b, g, like) if together else b.emit("s2sad.expand", g, like)
    if any(w != 1 and not same_extent(h, w) for h, w in pairs):
        return _sum_at_run_time(b, g, like)
    axes = (*range(extra), *(extra + i for i in squeezed))
    if not axes:
        return g
    axis = constant(axes[0] if len(axes) == 1 else axes)
    if not extra:
        return b.emit("numpy.sum", g, axis, constant(True), keywords=("axis", "keepdims"))
    total = b.emit("numpy.sum", g, axis, keywords=("axis",))
    return b.emit("s2sad.expand", total, like) if len(axes) == len(have) > extra else unsqueeze(b, total, squeezed)


@macro
def expand(b: Builder, g: Operand, like: Operand) -> Operand:
    """``g`` broadcast to the shape of ``like``."""
    if isinstance(like.kind, Scalar):
        return g
    return b.emit("s2sad.expand", g, shape_source(b, like))


def shape_source(b: Builder, like: Operand) -> Operand:
    """A value of the shape and dtype of ``like`` that it was computed from, so that asking for the shape
    keeps no intermediate value alive."""
    known, passed = b.context.shape_sources, []
    made = b.context.definitions.get(like) if isinstance(like, Var) else None
    while isinstance(made, Assign) and like not in known:
        primitive = lookup(made.primitive)
        same = [arg for arg in made.args if isinstance(arg, Var) and arg.kind == like.kind]
        if primitive is None or not primitive.elementwise or not same or not _has_dims(like):
            break
        passed.append(like)
        like = same[0]
        made = b.context.definitions.get(same[0])
    source = known.get(like, like)
    known.update(dict.fromkeys(passed, source))
    return source


def _has_dims(operand: Operand) -> bool:
    return isinstance(operand.kind, Array) and operand.kind.dims is not None


@macro
def spread(
    b: Builder, g: Operand, like: Operand, axis: Operand | None = None, keepdims: Operand | None = None
) -> Operand:
    """What a reduction of ``like`` over ``axis`` gave, broadcast back to the shape of ``like``."""
    return expand(b, restore(b, g, like, axis, keepdims), like)


@macro
def restore(
    b: Builder, g: Operand, like: Operand, axis: Operand | None = None, keepdims: Operand | None = None
) -> Operand:
    """The result of a reduction of ``like`` with the reduced axes put back as axes of length 1."""
    if axis is None or isinstance(like.kind, Scalar) or isinstance(g.kind, Scalar) or is_none(axis):
        return g
    spread_out = b.context.definition(g, "s2sad.expand")
    if spread_out is not None and isinstance(spread_out.args[0].kind, Scalar):
        return spread_out.args[0]
    if keepdims is not None:
        if not isinstance(keepdims, Const):
            raise UnsupportedError("keepdims must be a literal True or False here", b.origin)
        if keepdims.value:
            return g
    count = rank(like.kind)
    if isinstance(axis, Const) and count is not None:
        axes = literal_axes(axis, count)
        if axes == tuple(range(len(axes))):
            return g  # axes in front come back by broadcasting
        return unsqueeze(b, g, axes)
    return b.emit("numpy.expand_dims", g, axis)


@macro
def unreshape(b: Builder, g: Operand, like: Operand) -> Operand:
    """``g``, of as many elements as ``like``, in the shape of ``like``."""
    have, want = g.kind, like.kind
    if isinstance(want, Scalar):
        return g if isinstance(have, Scalar) else b.emit("numpy.sum", g)
    if isinstance(have, Array) and isinstance(want, Array):
        vectors = have.ndim == want.ndim == 1
        if vectors or have.dims is not None and have.dims == want.dims:
            return g
        if have.dims is not None and want.dims is not None:
            more, fewer = _ones_between(have.dims, want.dims), _ones_between(want.dims, have.dims)
            if more is not None:
                return squeeze(b, g, more)
            if fewer is not None:
                return unsqueeze(b, g, fewer)
    return b.expression("np.reshape(g, like.shape)", {"g": g, "like": shape_source(b, like)})


def _ones_between(have: tuple[Extent, ...], want: tuple[Extent, ...]) -> tuple[int, ...] | None:
    """The axes of length 1 that must go for ``have`` to become ``want``; None where that is not all."""
    gone: list[int] = []
    rest = list(want)
    for axis, extent in enumerate(have):
        if rest and rest[0] == extent:
            rest.pop(0)
        elif extent == 1:
            gone.append(axis)
        else:
            return None
    return None if rest else tuple(gone)


def shaped_as(g: Operand, like: Operand) -> Operand:
    """``g``, of which the rule knows that it has the shape of ``like``."""
    have, want = g.kind, like.kind
    if isinstance(g, Var) and isinstance(have, Array) and isinstance(want, Array) and want.dims is not None:
        g.kind = Array(have.dtype, want.dims)
    return g


@macro
def zeros_like(b: Builder, like: Operand) -> Operand:
    """The zero adjoint of a number or array."""
    if isinstance(like.kind, Scalar):
        return constant(0.0)
    return b.emit("s2sad.zeros_like", like)


@macro
def size(b: Builder, like: Operand, axis: Operand | None = None) -> Operand:
    """The number of elements that a reduction of ``like`` over ``axis`` runs over."""
    if isinstance(like.kind, Scalar):
        return constant(1)
    like = shape_source(b, like)
    if axis is None or is_none(axis):
        return b.emit("array.size", like, style="attribute")
    if isinstance(axis, Const) and isinstance(axis.value, tuple):
        count: Operand = constant(1)
        for number in axis.value:
            count = b.emit("operator.mul", count, size(b, like, constant(number)))
        return count
    if not isinstance(axis.kind, Scalar):
        raise UnsupportedError("the axis must be a number or a literal here", b.origin)
    shape = b.emit("array.shape", like, style="attribute")
    return b.emit("s2sad.getitem", shape, axis)
