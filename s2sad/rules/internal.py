"""The compiler's own primitives, and the attributes of arrays.

``s2sad.getitem``, ``s2sad.tuple`` and the other makers and readers of containers have their adjoints
in `transforms.reverse.structures`, for an adjoint there is a container as well.
"""
from __future__ import annotations

from s2sad.ir.kinds import INT, NEVER, SLICE, TAPE, UNKNOWN, Array, Kind, List, Scalar, Tuple, present
from s2sad.ir.meeting import join
from s2sad.ir.nodes import Operand
from s2sad.rules import indexing
from s2sad.rules.build import Builder, macro
from s2sad.rules.kinds import always, integer, real_part, same_as, unknown
from s2sad.rules.table import Call, flat, function


def _tuple(call: Call) -> Kind:
    return Tuple(tuple(operand.kind for operand in call.rest()))


def _list(call: Call) -> Kind:
    items = call.rest()
    kind: Kind = items[0].kind if items else NEVER
    for operand in items[1:]:
        kind = join(kind, operand.kind, call.fresh)
    return List(kind)


def _getitem(call: Call) -> Kind:
    return indexing.getitem_kind(call.context, call.bound["x"], call.bound["index"])


def _append(call: Call) -> Kind:
    have = call.kind("x")
    item = call.kind("item")
    if isinstance(have, List):
        return List(join(have.item, item, call.fresh))
    return UNKNOWN


def _some(call: Call) -> Kind:
    """What a value is that is not None here, or its use would fail."""
    return present(call.kind("x"))


def _list_kind(call: Call) -> Kind:
    return next((kind for kind in (call.kind("x"), call.kind("count")) if isinstance(kind, List)), UNKNOWN)


@macro
def fold_repeats(b: Builder, g: Operand, x: Operand) -> Operand:
    """The adjoint of a list that was repeated: the sum over its copies."""
    numbers = isinstance(x.kind, List) and isinstance(x.kind.item, Scalar)
    return b.emit("s2sad.fold_repeats", g, b.emit("builtins.len", x), *([] if numbers else [x]), kind=x.kind)


def _shape(call: Call) -> Kind:
    kind = call.kind("x")
    if isinstance(kind, Array) and kind.dims is not None:
        return Tuple((INT,) * len(kind.dims))
    return UNKNOWN


def _transposed(call: Call) -> Kind:
    kind = call.kind("x")
    if isinstance(kind, Array):
        return Array(kind.dtype, None if kind.dims is None else kind.dims[::-1])
    return kind


def _scalar_item(call: Call) -> Kind:
    kind = call.kind("x")
    return Scalar(kind.dtype) if isinstance(kind, (Array, Scalar)) else UNKNOWN


# containers
function("s2sad.tuple(*items)", _tuple)
function("s2sad.list(*items)", _list)
function("s2sad.getitem(x, index)", _getitem, view=True)
function("s2sad.append(x, item)", _append)
flat(always(SLICE), "s2sad.slice(lower, upper, step)")

# adjoints
function("s2sad.expand(x, like)", same_as("like"), view=True, x="match(g, x)", like=None)
function("s2sad.unbroadcast(x, shape)", same_as("x"), view=True, x="expand(g, x)", shape=None)
flat(unknown, "s2sad.shape(x)")
function("s2sad.guard(g, x)", same_as("x"))
flat(unknown, "s2sad.select(condition, x, y)")
# `x and y` and `x or y` of tests that may be evaluated in any order
flat(same_as("x"), "s2sad.both(x, y)", "s2sad.one_of(x, y)")
# updates in place, and what their adjoints are made of
function("s2sad.store(x, view, index, value)", same_as("x"))
function("s2sad.add_at(x, view, index, value)", same_as("x"))
function("s2sad.touched(x)", same_as("x"), view=True, x="g")
function("s2sad.seen(view, base)", same_as("view"), view=True)
function("s2sad.read(x, index)", _getitem)
function("s2sad.either(x, again)", same_as("x"))
function("s2sad.last_writes(g, x, index)", same_as("g"))
function("s2sad.put(x, index, value, view=None)", same_as("x"))
function("s2sad.clear(x, index, view=None)", same_as("x"))
function("s2sad.zeros_like(x)", same_as("x"), x=None)
flat(unknown, "s2sad.zeros_of(shape)")
function("s2sad.cast(x, like)", same_as("like"), x="g", like=None)
function("s2sad.copy(x)", same_as("x"), x="g")
function("s2sad.some(x)", _some, view=True, x="g")
function("s2sad.repeat(x, count)", _list_kind, x="fold_repeats(g, x)", count=None)
function("s2sad.fold_repeats(g, count, like=None)", same_as("g"))
function("s2sad.chosen(value, x, y, second)", same_as("value"), bounded=True, value=None, second=None,
         x="unbeaten(g, second)", y="taken(g, second)")
function("s2sad.alias(x)", same_as("x"), view=True, x="g")
function("s2sad.index_add(x, index, value, view=None)", same_as("x"), x="g", index=None, value="g[index]")

# tapes
flat(always(TAPE), "s2sad.tape(*lengths)", "s2sad.hand_over(tape)")
flat(integer, "s2sad.top()", "s2sad.threads()")
flat(unknown, "s2sad.push(tape, value)", "s2sad.pop(tape)", "s2sad.rows(tape, count)")
flat(unknown, "s2sad.advance(top, *tapes)", "s2sad.go_back(top)", "s2sad.make_room(top, count, *tapes)")

# attributes of arrays
function("array.T(x)", _transposed, view=True, bounded=True, x="g.T")
function("array.real(x)", real_part, view=True, bounded=True, x="g")
function("array.imag(x)", real_part, view=True, bounded=True, x="g * -1j")
function("array.item(x)", _scalar_item, bounded=True, x="expand(g, x)")
flat(_shape, "array.shape(x)")
flat(integer, "array.ndim(x)", "array.size(x)", "array.itemsize(x)", "array.nbytes(x)")
flat(unknown, "array.dtype(x)", "array.strides(x)", "array.flags(x)")

# products of operands whose ranks are known only at run time
function("s2sad.matmul_left(g, x, y)", same_as("x"))
function("s2sad.matmul_right(g, x, y)", same_as("y"))

function("s2sad.inverse_of_lower(x)", same_as("x"))

# adjoints of lists
function("s2sad.add_lists(x, y)", same_as("x"))
function("s2sad.tuple_add(x, index, value)", same_as("x"))
function("s2sad.drop_last(x)", same_as("x"))
