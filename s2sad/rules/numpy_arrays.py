"""NumPy functions that make arrays: of other arrays, of lists and tuples, of numbers; and take them apart.

A function that joins takes one tuple or list; its adjoint there is a tuple or list of the stretches of
the cotangent, and for a list of unknown length a call that makes such a list.
"""
from __future__ import annotations

from collections.abc import Callable

import numpy as np

from s2sad.ir.kinds import (
    UNKNOWN,
    Array,
    Dim,
    Kind,
    List,
    Scalar,
    Tuple,
    carries_derivative,
    is_integer,
    length_of,
    literal,
)
from s2sad.ir.meeting import promote
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.adjoint_shapes import match, shaped_as, unreshape
from s2sad.rules.axes import along, cut, literal_axis, rank
from s2sad.rules.build import Builder, constant
from s2sad.rules.kinds import (
    array_kind,
    dims_of,
    dtype_argument,
    equal_dim,
    extent,
    fresh_dims,
    is_none,
    items_of,
    joint_dtype,
    product_dim,
    same_as,
    shape_dims,
    shaped,
    sum_dim,
    with_dtype,
)
from s2sad.rules.numpy_shapes import dtype_of, lifted_kind
from s2sad.rules.pieces import operands, part, plus, refuse, with_keywords
from s2sad.rules.table import Call, KindRule, alias, flat, function

# -- joining --------------------------------------------------------------------------------------


def _joined_kind(call: Call, lift: int = 0, column: bool = False, axis: int | None = None) -> Kind:
    items = items_of(call.context, call.bound["x"])
    kind = call.bound["x"].kind
    if items is None:
        if not isinstance(kind, List):
            return UNKNOWN
        inner = lifted_kind(kind.item, lift, column)
        if inner is None or inner.dims is None:
            return Array(getattr(kind.item, "dtype", "any"), None)
        arrays, known = [inner], False
    else:
        lifted = [lifted_kind(array_kind(call.context, item), lift, column) for item in items]
        arrays, known = [item for item in lifted if item is not None], True
        if len(arrays) != len(lifted) or not arrays:
            return Array("any", None)
    dtype = joint_dtype(arrays)
    shapes = [array.dims for array in arrays if array.dims is not None]
    if axis is None:
        axis = _joining_axis(call, arrays)
    if axis is None and is_none(call.get("axis")) and "axis" in call.bound:
        sizes = [product_dim(dims) for dims in shapes]
        return Array(dtype, (sum_dim(sizes) if known else Dim(call.fresh()),))
    count = len(shapes[0])
    if len({len(dims) for dims in shapes}) != 1:
        return Array(dtype, None)
    dims = [equal_dim(list(column_)) for column_ in zip(*shapes, strict=True)]
    if axis is None:
        return Array(dtype, fresh_dims(call, count))
    axis %= count
    dims[axis] = sum_dim([shape[axis] for shape in shapes]) if known else Dim(call.fresh())
    return Array(dtype, tuple(dims))


def _joining_axis(call: Call, arrays: list[Array]) -> int | None:
    """The literal axis of a concatenation; that of hstack depends on the arrays."""
    if call.primitive.name == "numpy.hstack":
        return 0 if arrays[0].ndim == 1 else 1
    return literal_axis(call, 0)


def _concatenate(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    sequence = call.bound["x"]
    axis = call.get("axis") or constant(0)
    if call.primitive.name == "numpy.hstack":
        axis = constant(0 if rank(ans.kind) == 1 else 1)
    elif call.primitive.name == "numpy.column_stack":
        axis = constant(1)
    elif call.primitive.name == "numpy.vstack":
        axis = constant(0)
    items = _items(b, sequence)
    if items is None:
        return _split_list(b, g, sequence, axis, call.primitive.name)
    if call.primitive.name != "numpy.concatenate" and any(rank(array_kind(b.context, i)) is None for i in items):
        raise refuse(b, "the number of dimensions must be known here")
    return _sequence(b, sequence, [
        _back(b, piece, item) if carries_derivative(item.kind) else constant(None)
        for piece, item in zip(_pieces(b, g, items, axis, call.primitive.name), items, strict=True)
    ])


def _items(b: Builder, sequence: Operand) -> list[Operand] | None:
    """The items of a tuple, a list or a copy of one, as operands that exist; None where nobody knows how many.

    They are asked for their shapes. An array keeps the one it has, so that in place of a copy it is asked itself.
    """
    copied = b.context.definition(sequence, "s2sad.copy")
    whole = sequence if copied is None else copied.args[0]
    items, there = items_of(b.context, whole), _is_display(b, whole)
    return items if items is None or there and whole is sequence else [
        item if there and isinstance(item.kind, Array)
        else b.emit("s2sad.getitem", sequence, constant(number), kind=item.kind) for number, item in enumerate(items)]


def _is_display(b: Builder, sequence: Operand) -> bool:
    definition = b.context.definition
    return isinstance(sequence, Const) or (
        definition(sequence, "s2sad.tuple") or definition(sequence, "s2sad.list")) is not None


def _split_list(b: Builder, g: Operand, sequence: Operand, axis: Operand, name: str) -> Operand:
    """The same for a list of any length."""
    count = rank(sequence.kind.item) if isinstance(sequence.kind, List) else None
    if is_none(axis) or not count:
        raise refuse(b, "the number of arrays that are joined must be known here")
    if count == 1 and name in ("numpy.vstack", "numpy.column_stack"):
        return b.emit("s2sad.unstack", g if name == "numpy.vstack" else b.expression("g.T", {"g": g}))
    return b.emit("s2sad.split_like", g, sequence, axis)


def _back(b: Builder, piece: Operand, item: Operand) -> Operand:
    """A stretch of the cotangent in the shape of the item that was put there, which may be a list of its own."""
    count = rank(array_kind(b.context, item))
    same = count is not None and rank(piece.kind) == count
    if isinstance(item.kind, (Tuple, List)):
        whole = piece if same else b.expression("np.reshape(g, np.shape(like))", {"g": piece, "like": item})
        return _unmade(b, whole, item, ())
    return match(b, shaped_as(piece if same else unreshape(b, piece, item), item), item)


def _sequence(b: Builder, like: Operand, items: list[Operand]) -> Operand:
    return b.emit("s2sad.tuple" if isinstance(like.kind, Tuple) else "s2sad.list", *items)


def _pieces(b: Builder, g: Operand, items: list[Operand], axis: Operand, name: str) -> list[Operand]:
    """The stretches of ``g`` that the items were put into."""
    if is_none(axis):
        return _cut_up(b, g, [_size(b, item) for item in items], 0)
    if isinstance(axis, Const):
        lengths = [_length(b, item, axis.value, name) for item in items]
        return _cut_up(b, g, lengths, axis.value)
    ends: list[Operand] = [constant(0)]
    for item in items[:-1]:
        ends.append(plus(b, ends[-1], b.expression("np.shape(x)[axis]", {"x": item, "axis": axis})))
    split = b.emit("numpy.split", g, b.emit("s2sad.tuple", *ends[1:]), axis)
    return [b.emit("s2sad.getitem", split, constant(number)) for number in range(len(items))]


def _cut_up(b: Builder, g: Operand, lengths: list[Operand], axis: int) -> list[Operand]:
    pieces: list[Operand] = []
    lower: Operand = constant(0)
    for number, length in enumerate(lengths):
        upper = plus(b, lower, length)
        first, last = number == 0, number == len(lengths) - 1
        pieces.append(cut(b, g, axis, None if first else lower, None if last else upper))
        lower = upper
    return pieces


def _size(b: Builder, item: Operand) -> Operand:
    dims = dims_of(array_kind(b.context, item))
    known = None if dims is None else length_of(product_dim(dims))
    return constant(known) if known is not None else b.emit("numpy.size", item)


def _length(b: Builder, item: Operand, axis: int, name: str) -> Operand:
    """The length that an item takes of the axis along which it is joined."""
    lifts = {"numpy.hstack": (1, False), "numpy.vstack": (2, False), "numpy.column_stack": (2, True)}
    count, column = lifts.get(name, (0, False))
    lifted = lifted_kind(array_kind(b.context, item), count, column)
    if lifted is not None and lifted.dims is not None and -len(lifted.dims) <= axis < len(lifted.dims):
        known = length_of(lifted.dims[axis])
        if known is not None:
            return constant(known)
    text = "x.shape[axis]" if isinstance(item.kind, Array) else "np.shape(x)[axis]"
    return b.expression(text, {"x": item, "axis": constant(axis)})


def _stacked_kind(call: Call) -> Kind:
    made = array_kind(call.context, call.bound["x"])
    if not isinstance(made, Array):
        return UNKNOWN
    axis = literal_axis(call, 0)
    if made.dims is None or axis is None:
        return Array(made.dtype, None if made.dims is None else fresh_dims(call, len(made.dims)))
    rest = list(made.dims[1:])
    rest.insert(axis % len(made.dims), made.dims[0])
    return Array(made.dtype, tuple(rest))


def _stack(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    sequence, axis = call.bound["x"], call.get("axis") or constant(0)
    items = _items(b, sequence)
    if items is None or not isinstance(axis, Const):
        front = isinstance(axis, Const) and axis.value == 0
        g = g if front else b.expression("np.moveaxis(g, axis, 0)", {"g": g, "axis": axis})
        if items is None:
            return b.emit("s2sad.unstack", g)
        axis = constant(0)
    return _sequence(b, sequence, [
        _back(b, b.expression(f"g[{along(axis.value, str(number), g.kind)}]", {"g": g}), item)
        if carries_derivative(item.kind) else constant(None)
        for number, item in enumerate(items)
    ])


def _unstacked(call: Call) -> Kind:
    dims = dims_of(call.kind("g"))
    if not dims:
        return UNKNOWN
    return List(Array(dtype_of(call, "g"), dims[1:]) if dims[1:] else Scalar(dtype_of(call, "g"), weak=False))


def _appended(call: Call) -> Kind:
    kinds = [array_kind(call.context, call.bound[name]) for name in ("x", "values")]
    arrays = [kind for kind in kinds if isinstance(kind, Array) and kind.dims is not None]
    if len(arrays) != 2:
        return UNKNOWN
    dtype, shapes = joint_dtype(arrays), [array.dims or () for array in arrays]
    if is_none(call.get("axis")):
        return Array(dtype, (sum_dim([product_dim(dims) for dims in shapes]),))
    axis = literal_axis(call, 0)
    if axis is None or len(shapes[0]) != len(shapes[1]):
        return Array(dtype, fresh_dims(call, len(shapes[0])))
    dims = [equal_dim(list(pair)) for pair in zip(*shapes, strict=True)]
    dims[axis] = sum_dim([shape[axis] for shape in shapes])
    return Array(dtype, tuple(dims))


def _append(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    items = [call.bound["x"], call.bound["values"]]
    pieces = _pieces(b, g, items, call.get("axis") or constant(None), "numpy.append")
    number = 0 if name == "x" else 1
    return _back(b, pieces[number], items[number])


function("np.concatenate(x, axis=0)", _joined_kind, bounded=True, x=_concatenate)
function("np.hstack(x)", lambda call: _joined_kind(call, 1), bounded=True, x=_concatenate)
function("np.vstack(x)", lambda call: _joined_kind(call, 2, axis=0), bounded=True, x=_concatenate)
function("np.column_stack(x)", lambda call: _joined_kind(call, 2, True, axis=1), bounded=True, x=_concatenate)
function("np.stack(x, axis=0)", _stacked_kind, bounded=True, x=_stack)
function("np.append(x, values, axis=None)", _appended, bounded=True, x=_append, values=_append)
function("s2sad.split_like(g, like, axis)", same_as("like"), g="np.concatenate(g, axis=axis)", like=None)
function("s2sad.unstack(g)", _unstacked, g="np.stack(g)")
alias("np.concatenate", "np.concat")

# Functions whose first argument is a tuple or list of arrays and may carry derivatives as such; others
# want np.array(...) of it.
TAKES_SEQUENCES = frozenset({
    "numpy.concatenate", "numpy.hstack", "numpy.vstack", "numpy.column_stack", "numpy.stack",
    "numpy.array", "numpy.asarray", "numpy.ascontiguousarray",
})


# -- splitting ------------------------------------------------------------------------------------


def _split_kind(default: int | None) -> KindRule:
    def kind(call: Call) -> Kind:
        x = call.kind("x")
        dims = dims_of(x)
        if not dims:
            return UNKNOWN
        axis = literal_axis(call, 0) if default is None else (default if len(dims) > 1 else 0)
        if axis is None:
            return List(Array(dtype_of(call), fresh_dims(call, len(dims))))
        axis %= len(dims)
        return List(Array(dtype_of(call), (*dims[:axis], Dim(call.fresh()), *dims[axis + 1 :])))

    return kind


def _split(default: int | None) -> Callable[..., Operand]:
    def partial(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
        axis = call.get("axis")
        if default is not None:
            axis = constant(default if (rank(call.kind("x")) or 2) > 1 else 0)
        if isinstance(axis, Const) and axis.value == 0:
            axis = None
        return with_keywords(b, "numpy.concatenate", g, axis=axis)

    return partial


for _name, _axis in (("split", None), ("array_split", None), ("vsplit", 0), ("hsplit", 1)):
    function(f"np.{_name}(x, sections{', axis=0' if _axis is None else ''})", _split_kind(_axis),
             view=True, bounded=True, x=_split(_axis), sections=None)


# -- making arrays --------------------------------------------------------------------------------


def _made_contiguous(call: Call) -> Kind:
    """An array of no dimensions becomes a vector."""
    made = like(call)
    return Array(getattr(made, "dtype", "any"), (1,)) if dims_of(made) == () else made


def _make(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    return _unmade(b, g, call.bound["x"], ())


def _unmade(b: Builder, g: Operand, x: Operand, index: tuple[int, ...]) -> Operand:
    """The adjoint of what ``g[index]`` was made of, in the same structure of tuples and lists."""
    here = b.expression(f"g[{', '.join(map(str, index))}]", {"g": g}) if index else g
    if not isinstance(x.kind, (Tuple, List)):
        return match(b, here, x) if carries_derivative(x.kind) else constant(None)
    items = _items(b, x)
    if items is not None:
        return _sequence(b, x, [_unmade(b, g, item, (*index, number)) for number, item in enumerate(items)])
    item = x.kind.item if isinstance(x.kind, List) else UNKNOWN
    if isinstance(item, (Scalar, Array)):
        return b.emit("s2sad.unstack", here)
    while isinstance(item, List):
        item = item.item
    if isinstance(item, Scalar):
        return b.emit("array.tolist", here, style="method")
    raise refuse(b, "an array is made of a list whose structure is not known", "make it in steps")


def _to_list(call: Call) -> Kind:
    kind = call.kind("x")
    dims = dims_of(kind)
    if dims is None:
        return UNKNOWN
    made: Kind = Scalar("float64" if dtype_of(call).startswith("float") else dtype_of(call))
    for _ in dims:
        made = List(made)
    return made


def _filled(call: Call) -> Kind:
    kind = call.kind("fill_value")
    dtype = dtype_argument(call, getattr(kind, "dtype", "any"))
    return Array(dtype, shape_dims(call.context, call.bound["shape"]))


def like(call: Call) -> Kind:
    """An array of the shape of ``x``, and of its dtype if no other is given."""
    made = array_kind(call.context, call.bound["x"])
    return with_dtype(made, dtype_argument(call, made.dtype)) if isinstance(made, Array) else made


def _linspace_kind(call: Call) -> Kind:
    start, stop = call.kind("start"), call.kind("stop")
    dtype = promote(start, stop)
    ends = dims_of(start), dims_of(stop)
    count = literal(50) if "num" not in call.bound else extent(call.context, call.bound["num"])
    inexact = dtype if dtype == "any" or dtype.startswith(("float", "complex")) else "float64"
    if None in ends:
        return Array(inexact, None)
    return Array(inexact, (count, *max(ends, key=len)))  # type: ignore[arg-type, misc]


def _linspace(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Each point is ``start (1 - t) + stop t``."""
    names = operands(call, g, ans)
    count = rank(ans.kind)
    if count is None:
        raise refuse(b, "the number of dimensions of the ends must be known here")
    num = call.get("num") or constant(50)
    t = with_keywords(b, "numpy.linspace", constant(0.0), constant(1.0), num, endpoint=call.get("endpoint"))
    if count > 1:
        t = b.emit("numpy.expand_dims", t, constant(tuple(range(1, count))))
    return b.expression("g * t" if name == "stop" else "g * (1.0 - t)", {**names, "t": t})


def _arange_kind(call: Call) -> Kind:
    given = [call.bound[name] for name in ("start", "stop", "step") if not is_none(call.get(name))]
    whole = all(is_integer(operand.kind) or getattr(operand.kind, "dtype", "") == "bool" for operand in given)
    kinds = [operand.kind for operand in given if isinstance(operand.kind, Scalar)]
    dtype = "int64" if whole else "float64" if len(kinds) == len(given) else "any"
    if not whole and any(kind.dtype not in ("float64", "int64") for kind in kinds):
        dtype = "any"
    numbers = [operand.value for operand in given if isinstance(operand, Const)]
    if whole and len(numbers) == len(given) and (len(numbers) < 3 or numbers[2]):
        dim = literal(len(range(*numbers)))
    elif len(given) == 1 and whole:
        dim = extent(call.context, given[0])
    else:
        dim = Dim(("arange", tuple(o.value if isinstance(o, Const) else o for o in given)))
    return Array(dtype_argument(call, dtype), (dim,))


def _arange(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Point i is ``start + i step``; a single argument is the end, on which no point depends."""
    if name == "step":
        return b.expression("np.sum(g * np.arange(ans.size))", {"g": g, "ans": ans})
    return constant(0.0) if is_none(call.get("stop")) else b.emit("numpy.sum", g)


def _meshed(call: Call) -> Kind:
    vectors = [dims_of(operand.kind) for operand in call.rest()]
    if any(dims is None or len(dims) != 1 for dims in vectors):
        return UNKNOWN
    dims = [dims[0] for dims in vectors if dims]
    if call.constant("indexing", "xy") == "xy" and len(dims) > 1:
        dims[0], dims[1] = dims[1], dims[0]
    kinds = [Array(getattr(o.kind, "dtype", "any"), tuple(dims)) for o in call.rest()]
    arrays = [Array(kind.dtype, tuple(dims)) for kind in kinds]
    # a tuple since NumPy 2
    return List(arrays[0]) if np.lib.NumpyVersion(np.__version__) < "2.0.0" else Tuple(tuple(arrays))


def _mesh(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Each array varies along its own axis."""
    number, count = int(name[1:]), len(call.rest())
    if not isinstance(ans.kind, (List, Tuple)):
        raise refuse(b, "np.meshgrid needs vectors here")
    axis = 1 - number if call.constant("indexing", "xy") == "xy" and count > 1 and number < 2 else number
    others = tuple(n for n in range(count) if n != axis)
    whole = part(b, g, number)
    axes = constant(others if len(others) > 1 else others[0]) if others else None
    return with_keywords(b, "numpy.sum", whole, axis=axes) if others else whole


def _square(call: Call) -> Kind:
    rows = extent(call.context, call.bound["n"])
    columns = rows if is_none(call.get("m")) else extent(call.context, call.bound["m"])
    return Array(dtype_argument(call, "float64"), (rows, columns))


def _copied(call: Call) -> Kind:
    return array_kind(call.context, call.bound["x"])


function("np.array(x, dtype=None)", like, bounded=True, x=_make)
function("np.asarray(x, dtype=None)", like, view=True, bounded=True, x=_make)
function("np.ascontiguousarray(x, dtype=None)", _made_contiguous, view=True, bounded=True, x=_make)
function("np.copy(x)", _copied, bounded=True, x="g")
function("array.copy(x)", same_as("x"), bounded=True, x="g")
function("array.tolist(x)", _to_list, bounded=True, x="np.array(g)")
function("np.full(shape, fill_value, dtype=None)", _filled, bounded=True, fill_value="g")
function("np.full_like(x, fill_value, dtype=None)", like, bounded=True, x=None, fill_value="g")
function("np.linspace(start, stop, num=50, endpoint=True)", _linspace_kind, bounded=True,
         start=_linspace, stop=_linspace)
function("np.arange(start, stop=None, step=None, dtype=None)", _arange_kind,
         start=_arange, stop=None, step=_arange)
function("np.meshgrid(*xs, indexing='xy')", _meshed, bounded=True, **{"*": _mesh})  # type: ignore[arg-type]
flat(shaped(), "np.zeros(shape, dtype=None)", "np.ones(shape, dtype=None)", "np.empty(shape, dtype=None)")
flat(like, "np.zeros_like(x, dtype=None)", "np.ones_like(x, dtype=None)", "np.empty_like(x, dtype=None)")
flat(_square, "np.eye(n, m=None, k=0, dtype=None)", "np.tri(n, m=None, k=0, dtype=None)",
     "np.identity(n, dtype=None)")
