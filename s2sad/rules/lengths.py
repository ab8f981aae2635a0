"""Lengths as affine forms of the lengths of other arrays and of integers of the program.

    y = np.zeros(len(x) - k + 1)
    for i in range(k):
        y += x[i:i + len(y)]          # as long as y, since i <= k - 1

Two lengths with one form are one `Dim`, so that what is as long as what else, and what is broadcast, is known here.
What a slice takes has the form of the difference of its bounds where they are proved to be inside: by the ranges of
the loops that they count with, and since a length is not negative. A slice that ends before it begins is empty: a
form is read as the larger of itself and zero, unless an array was made by it.
"""
from __future__ import annotations

import math
from collections.abc import Callable

from s2sad.ir.kinds import Dim, Extent, literal
from s2sad.ir.nodes import Assign, Const, For, Loop, Operand, Var
from s2sad.rules.build import Context

# A sum of lengths and integers times numbers; ``None`` stands for one.
Form = dict[Dim | Var | None, int]

_MAXIMUM_DEPTH = 6
_MAXIMUM_ROUNDS = 8


def form_of(context: Context, operand: Operand, depth: int = _MAXIMUM_DEPTH) -> Form | None:
    """The form of an integer; None for a literal that is none."""
    if isinstance(operand, Const):
        return {None: operand.value} if type(operand.value) is int else None
    made = context.definitions.get(operand)
    if isinstance(made, Assign) and depth:
        parts = [form_of(context, arg, depth - 1) for arg in made.args] if made.primitive in _AFFINE else [None]
        if None not in parts:
            found = _AFFINE[made.primitive](*parts)
            if found is not None:
                return found
        length = read_length(context, operand)
        if length is not None:
            return form_of_extent(context, length)
    return {operand: 1}


def _sum(one: Form, two: Form, sign: int = 1) -> Form:
    total = dict(one)
    for atom, factor in two.items():
        total[atom] = total.get(atom, 0) + sign * factor
    return {atom: factor for atom, factor in total.items() if factor}


def moved(form: Form, number: int) -> Form:
    """A form and a number."""
    return _sum(form, {None: number})


def difference(one: Form, two: Form) -> Form:
    return _sum(one, two, -1)


def _product(one: Form, two: Form) -> Form | None:
    """Of a form and a number."""
    number, form = (one, two) if one.keys() <= {None} else (two, one)
    if not number.keys() <= {None}:
        return None
    factor = number.get(None, 0)
    return {atom: factor * times for atom, times in form.items() if factor}


_AFFINE: dict[str, Callable[..., Form | None]] = {
    "operator.add": _sum, "operator.sub": difference, "operator.mul": _product,
    "operator.neg": lambda form: difference({}, form), "s2sad.alias": lambda form: form,
}


def read_length(context: Context, operand: Operand) -> Extent | None:
    """The dimension that an operand is the length of: ``x.shape[0]``, ``len(x)``, ``x.size`` of a vector."""
    from s2sad.rules.kinds import dims_of, dims_read

    read = context.definition(operand, "s2sad.getitem")
    if read is not None and isinstance(read.args[1], Const):
        dims = dims_read(context, read.args[0])
        number = read.args[1].value
        inside = dims is not None and isinstance(number, int) and -len(dims) <= number < len(dims)
        return dims[number] if dims is not None and inside else None
    counted = context.definition(operand, "builtins.len") or context.definition(operand, "array.size")
    dims = None if counted is None else dims_of(counted.args[0].kind)
    first = counted is not None and counted.primitive == "builtins.len"
    return dims[0] if dims and (first or len(dims) == 1) else None


def form_of_extent(context: Context, extent: Extent) -> Form:
    """The form of a length that is surely not negative; any other stands for itself."""
    if isinstance(extent, int):
        return {None: extent}
    match extent.key:
        case ("literal", int(number)):
            return {None: number}
        case ("length", Var() as var):
            return {var: 1}
        case ("trim", key, int(count)) if extent.least:
            return _sum({Dim(key, True, extent.least + count): 1}, {None: -count})
        case ("affine", frozenset() as items) if items in context.lengths or is_not_negative(context, dict(items)):
            return dict(items)
    return {extent: 1}


def extent_of(form: Form) -> Extent:
    """The one dimension of this form."""
    atoms = [atom for atom in form if atom is not None]
    constant = form.get(None, 0)
    if not atoms and constant >= 0:
        return literal(constant)
    if len(atoms) == 1 and form[atoms[0]] == 1:
        atom = atoms[0]
        if isinstance(atom, Dim):
            return trimmed(atom, -constant) if constant else atom
        if not constant:
            return Dim(("length", atom))
    least = _least(form)
    multiple = math.gcd(*form.values()) > 1
    return Dim(("affine", frozenset(form.items())), multiple or least is not None and least > 1, max(least or 0, 0))


def trimmed(extent: Dim, count: int) -> Dim:
    """A dimension with so many elements fewer."""
    key = extent.key
    least = max(extent.least - count, 0)
    if isinstance(key, tuple) and len(key) == 3 and key[0] == "trim":
        key, count = key[1], key[2] + count
    return Dim(("trim", key, count), least > 1, least)


def between(context: Context, whole: Extent, lower: Operand | None, upper: Operand | None) -> Extent | None:
    """How long a slice is from ``lower`` to ``upper``, where these surely are places of an axis, or its end."""
    end = form_of_extent(context, whole)
    first = {} if lower is None else form_of(context, lower)
    last = end if upper is None else form_of(context, upper)
    if first is None or last is None:
        return None
    inside = is_not_negative(context, first) and is_not_negative(context, difference(end, last))
    return extent_of(difference(last, first)) if inside else None


def is_not_negative(context: Context, form: Form) -> bool:
    """Whether a form is surely zero or more, whatever the rounds of the loops that its indices count."""
    for _ in range(_MAXIMUM_ROUNDS):
        indices = [atom for atom in form if isinstance(atom, Var)]
        if not indices:
            least = _least(form)
            return least is not None and least >= 0
        bounds = {index: _bound_of(context, index, form[index] > 0) for index in indices}
        # Where one begins or ends is told by another: that one is asked for its own bounds after it.
        index = next((one for one in indices if not any(
            bound is not None and one in bound for other, bound in bounds.items() if other is not one)), indices[0])
        bound = bounds[index]
        if bound is None:
            return False
        times = form[index]
        form = _sum({atom: n for atom, n in form.items() if atom is not index}, _product({None: times}, bound) or {})
    return False


def _bound_of(context: Context, index: Var, below: bool) -> Form | None:
    """The least or the greatest that an integer of a loop is."""
    loop = context.definitions.get(index)
    if isinstance(loop, For) and loop.index is index:
        return _bound(context, loop, below)
    return _least_count(context, loop, index) if isinstance(loop, Loop) and below else None


def _least_count(context: Context, loop: Loop, count: Var) -> Form | None:
    """What a loop begins to count from, if it hands on what it counts up."""
    carry = next((carry for carry in loop.carries if carry.result is count), None)
    made = None if carry is None else context.definition(carry.out, "operator.add")
    if carry is None or made is None or made.args[0] is not carry.param or not isinstance(made.args[1], Const):
        return None
    step = made.args[1].value
    return form_of(context, carry.init) if type(step) is int and step >= 0 else None


def _bound(context: Context, loop: For, below: bool) -> Form | None:
    """The least or the greatest index of a loop, which has a round where that is asked."""
    step = loop.step.value if isinstance(loop.step, Const) else None
    if type(step) is not int or not step:
        return None
    if below == (step > 0):
        return form_of(context, loop.start)
    end = form_of(context, loop.end)
    return None if end is None else _sum(end, {None: -1 if step > 0 else 1})


def _least(form: Form) -> int | None:
    """The least that a form of lengths can be; None where nothing is known."""
    total = form.get(None, 0)
    for atom, factor in form.items():
        if atom is None:
            continue
        if not isinstance(atom, Dim) or factor < 0:
            return None
        total += factor * atom.least
    return total


def is_place(context: Context, dim: Extent, operand: Operand) -> bool:
    """Whether an integer surely names an element along a dimension, counted from the front."""
    place = form_of(context, operand)
    if place is None or not is_not_negative(context, place):
        return False
    left = difference(form_of_extent(context, dim), _sum(place, {None: 1}))
    return is_not_negative(context, left)


def has_a_round(context: Context, loop: Loop) -> bool:
    """Whether a loop surely runs at least once."""
    step = loop.step.value if isinstance(loop, For) and isinstance(loop.step, Const) else None
    if not isinstance(loop, For) or type(step) is not int or not step:
        return False
    start, end = form_of(context, loop.start), form_of(context, loop.end)
    if start is None or end is None:
        return False
    distance = difference(end, start) if step > 0 else difference(start, end)
    return is_not_negative(context, difference(distance, {None: 1}))
