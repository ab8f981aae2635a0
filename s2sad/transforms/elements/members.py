"""What one statement does to each element: reads views, and makes a value, updates a place or adds to a sum."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from s2sad.ir.kinds import Array, Extent, Scalar, length_of
from s2sad.ir.nodes import COPIES, Assign, Const, Operand
from s2sad.rules import table
from s2sad.rules.build import Context, constant
from s2sad.transforms.elements.views import Along, View, dims_of, gathered, indexed

DTYPES = {"float64", "int64", "bool"}
MAXIMUM_RANK = 4
# Of products with a matrix by the ranks of both, which indices they sum over; and the lengths of all axes, multiplied.
_PRODUCTS = {(2, 2): "ac,cb->ab", (2, 1): "ab,b->a", (1, 2): "b,ba->a"}
MAXIMUM_PRODUCT = 4 ** 4
_OPERATORS = {"add", "sub", "mul", "truediv", "pow", "neg", "pos", "lt", "le", "gt", "ge", "eq", "ne", "and_", "or_"}
_ARITHMETIC = {"add", "sub", "mul", "truediv", "pow", "neg", "pos"}
_QUICK = {"operator.add", "operator.sub", "operator.mul", "operator.neg"}
# Functions of NumPy that Numba applies to a number as to an array.
_FUNCTIONS = {
    "sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh",
    "arctanh", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "square", "abs", "absolute",
    "fabs", "sign",
    "maximum", "minimum", "fmax", "fmin", "logaddexp", "hypot", "isnan", "isfinite", "isinf", "floor", "ceil",
    "logical_and", "logical_or", "logical_not", "add", "subtract", "multiply", "divide", "true_divide", "negative",
    "power", "float_power",
}
# Which operands are read element by element, of the compiler's own.
_OWN = {"s2sad.guard": 2, "numpy.where": 3}


@dataclass
class Member:
    """``kind`` is "value", "update" or "sum".

    ``dims`` are the extents that it runs over, ``reads`` the views of its operands, aligned to them (those of numbers
    have no axes); ``write`` is what an update writes to, ``through`` the variable that it does so by where that is not
    the one which it updates; ``kept`` are the axes that a sum leaves.
    """

    statement: Assign
    kind: str
    dims: tuple[Extent, ...]
    reads: list[View]
    write: View | None = None
    kept: tuple[int, ...] = ()
    through: Operand | None = None


Resolve = Callable[[Operand], View | None]
Same = Callable[[View, tuple[Extent, ...]], bool]


def member(context: Context, s: Assign, resolve: Resolve, fits: Same) -> Member | None:
    """What a statement does to each element; None of one that is not written as a loop.

    ``fits`` says whether a view is as long as it must be, or of length 1, to be read along these extents.
    """
    if not _is_plain(s):
        return None
    if s.primitive in ("s2sad.getitem", "s2sad.read"):
        return _gather(context, s, resolve) or _copy(s, _place(context, s, resolve))
    if s.primitive in COPIES and len(s.args) == 1:
        return _copy(s, resolve(s.args[0]))
    if s.primitive in ("s2sad.index_add", "s2sad.store", "s2sad.put", "s2sad.add_at", "s2sad.clear"):
        return _update(context, s, resolve, fits)
    if s.primitive in ("numpy.sum", "array.sum"):
        return _over_many(_sum(s, resolve))
    if s.primitive in ("numpy.dot", "numpy.vdot", "operator.matmul", "numpy.matmul"):
        return _over_many(_dot(s, resolve, fits) or _small_product(s, resolve, fits))
    if s.primitive == "numpy.einsum":
        text = s.args[0].value if isinstance(s.args[0], Const) and not s.keywords else None
        return _over_many(_contraction(s, text, s.args[1:], resolve, fits))
    if s.primitive == "numpy.outer":
        return _outer(s, resolve)
    return _value(s, resolve, fits)


def _is_plain(s: Assign) -> bool:
    return all(_is_known(o) for o in [s.target, *s.args] if isinstance(o.kind, (Array, Scalar)))


def _is_known(operand: Operand) -> bool:
    kind = operand.kind
    assert isinstance(kind, (Array, Scalar))
    dims = dims_of(kind)
    return kind.dtype in DTYPES and dims is not None and len(dims) <= MAXIMUM_RANK and not (
        isinstance(kind, Array) and not dims)


def is_elementwise(s: Assign) -> bool:
    module, _, which = s.primitive.partition(".")
    if s.keywords or s.style == "method":
        return False
    if s.primitive in _OWN:
        return len(s.args) == _OWN[s.primitive]
    if module == "operator":
        # Of truth values NumPy has an arithmetic of its own.
        return which in _OPERATORS and not (which in _ARITHMETIC and all(_is_truth(arg) for arg in s.args))
    if s.primitive == "builtins.abs":
        return True
    entry = table.lookup(s.primitive)
    return module == "numpy" and which in _FUNCTIONS and entry is not None and len(s.args) == len(entry.params) - sum(
        1 for _, default in entry.params if default)


def _is_truth(operand: Operand) -> bool:
    return getattr(operand.kind, "dtype", "") == "bool"


def _value(s: Assign, resolve: Resolve, fits: Same) -> Member | None:
    dims = dims_of(s.target.kind)
    if not dims or not is_elementwise(s):
        return None
    reads = [resolve(arg) for arg in s.args]
    if any(view is None or not fits(view, dims) for view in reads):
        return None
    return Member(s, "value", dims, [view for view in reads if view is not None])


def _gather(context: Context, s: Assign, resolve: Resolve) -> Member | None:
    base = resolve(s.args[0]) if isinstance(s.args[0].kind, Array) else None
    read = None if base is None else gathered(context, base, s.args[1], resolve)
    return None if read is None else Member(s, "value", read.dims, [read])


def _copy(s: Assign, read: View | None) -> Member | None:
    """A copy of an array, or of what basic indexing gives of one."""
    return None if read is None or not read.dims or read.dims != dims_of(s.target.kind) else Member(
        s, "value", read.dims, [read])


def _place(context: Context, s: Assign, resolve: Resolve) -> View | None:
    if s.primitive != "s2sad.read" or not isinstance(s.args[0].kind, Array):
        return None
    base = resolve(s.args[0])
    return None if base is None else indexed(context, base, s.args[1])


def _update(context: Context, s: Assign, resolve: Resolve, fits: Same) -> Member | None:
    if s.primitive in ("s2sad.store", "s2sad.add_at"):
        held, through, index, value = s.args
    else:
        cleared = s.primitive == "s2sad.clear"
        held, index, value, *views = [*s.args[:2], constant(0.0), *s.args[2:]] if cleared else s.args
        through = views[0] if views else held
    if not isinstance(held.kind, Array):
        return None
    base = resolve(through)
    write = None if base is None else indexed(context, base, index)
    if write is None and base is not None and s.primitive in ("s2sad.index_add", "s2sad.add_at"):
        write = gathered(context, base, index, resolve)
    read = resolve(value)
    if write is None or read is None or not write.dims or any(
            isinstance(part, Along) and write.dims[part.axis] == 1 for part in write.index):
        return None
    along = {part.axis for part in write.index if isinstance(part, Along)}
    if not fits(read, write.dims) or not write.places() and len(along) < len(write.dims):
        return None
    return Member(s, "update", write.dims, [read], write)


def views_of(m: Member) -> list[View]:
    return [*m.reads, *([m.write] if m.write is not None else [])]


def all_views(m: Member) -> list[View]:
    """With those of the arrays that say where elements are."""
    views = views_of(m)
    return [*views, *(place for view in views for place in view.places())]


def replaces_all(m: Member) -> bool:
    """Whether an update writes every element of what it updates."""
    return m.write is not None and m.write.is_whole() and dims_of(m.write.base.kind) == m.write.dims


def accesses(m: Member) -> list[tuple[View, bool]]:
    """All that a member reads and writes, each with whether it is written."""
    found = [(view, False) for view in m.reads]
    if m.write is not None:
        found.append((m.write, True))
    found += [(place, False) for view, _ in found for place in view.places()]
    if m.kind != "update":
        axes = range(len(m.dims)) if m.kind == "value" else m.kept
        found.append((View(m.statement.target, tuple(Along(axis) for axis in axes), m.dims), True))
    return found


def is_quick(m: Member) -> bool:
    """Whether a value is better computed again than read from an array."""
    return m.kind == "value" and m.statement.extra is None and m.statement.primitive in _QUICK and not any(
        view.places() for view in m.reads)


def is_scatter(m: Member) -> bool:
    """Whether a member adds at places that an array names; such sums come out the same in any order."""
    return m.write is not None and bool(m.write.places()) and m.through is None


def owned_update(s: Assign, resolve: Resolve, fits: Same) -> Member | None:
    """An operation whose result takes the place of its first operand."""
    made = _value(s, resolve, fits)
    if made is None or not made.reads[0].is_whole() or made.reads[0].dims != made.dims:
        return None
    return Member(s, "update", made.dims, made.reads, made.reads[0])


# -- sums -----------------------------------------------------------------------------------------


def _over_many(m: Member | None) -> Member | None:
    """A sum, unless it is one over axes of length 1 alone."""
    return m if m is None or any(d != 1 for axis, d in enumerate(m.dims) if axis not in m.kept) else None


def _sum(s: Assign, resolve: Resolve) -> Member | None:
    read = resolve(s.args[0]) if s.args else None
    if read is None or not read.dims or _is_truth(s.args[0]):
        return None
    if len(s.args) == 1:
        return Member(s, "sum", read.dims, [read])
    axis = s.args[1]
    if len(s.args) > 2 or s.keywords not in ((), ("axis",)) or not isinstance(axis, Const):
        return None
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    if not all(type(number) is int for number in axes):
        return None
    gone = {number % len(read.dims) for number in axes}
    return Member(s, "sum", read.dims, [read], kept=tuple(n for n in range(len(read.dims)) if n not in gone))


def _dot(s: Assign, resolve: Resolve, fits: Same) -> Member | None:
    if len(s.args) != 2 or s.keywords or s.style == "method":
        return None
    one, two = resolve(s.args[0]), resolve(s.args[1])
    if one is None or two is None or len(one.dims) != 1 and s.primitive != "numpy.vdot" or not one.dims:
        return None
    if len(one.dims) != len(two.dims) or 1 in two.dims or not fits(two, one.dims):
        return None
    return Member(s, "sum", one.dims, [one, two])


def _outer(s: Assign, resolve: Resolve) -> Member | None:
    """The product of each element with each: of columns with a row."""
    one, two = (resolve(arg) for arg in s.args[:2])
    if len(s.args) != 2 or s.keywords or one is None or two is None or len(one.dims) != 1 or len(two.dims) != 1:
        return None
    dims = (*one.dims, *two.dims)
    return Member(s, "value", dims, [one.moved([0], (*one.dims, 1)), two])


def _small_product(s: Assign, resolve: Resolve, fits: Same) -> Member | None:
    """A product with a matrix that is known to be so small that the call of a library takes longer than it."""
    dims = [dims_of(arg.kind) for arg in s.args]
    if len(dims) != 2 or s.keywords or s.style == "method" or any(
            getattr(arg.kind, "dtype", "") != "float64" for arg in s.args):
        return None
    lengths = [length_of(extent) or 1 for axes in dims for extent in axes or ()]
    text = _PRODUCTS.get((len(dims[0] or ()), len(dims[1] or ())))
    if text is None or 1 in lengths or math.prod(lengths) > MAXIMUM_PRODUCT:
        return None  # of an axis of length 1 no loop is made
    return _contraction(s, text, s.args, resolve, fits)


def _contraction(s: Assign, text: object, operands: list[Operand], resolve: Resolve, fits: Same) -> Member | None:
    if not isinstance(text, str) or "->" not in text or "." in text:
        return None
    inputs, output = text.replace(" ", "").split("->")
    letters = "".join(sorted(set(inputs) - {","}))
    reads = [resolve(arg) for arg in operands]
    texts = inputs.split(",")
    if len(texts) != len(reads) or any(len(set(part)) < len(part) for part in texts) or len(letters) > MAXIMUM_RANK:
        return None
    extents: dict[str, Extent] = {}
    for view, part in zip(reads, texts, strict=True):
        if view is None or len(view.dims) != len(part):
            return None
        for letter, extent in zip(part, view.dims, strict=True):
            if extents.get(letter, 1) == 1:
                extents[letter] = extent
    dims = tuple(extents[letter] for letter in letters)
    spread: list[View] = []
    for view, part in zip(reads, texts, strict=True):
        assert view is not None
        axes = [letters.index(letter) for letter in part]
        own: list[Extent] = [1] * len(letters)
        for letter, extent in zip(part, view.dims, strict=True):
            own[letters.index(letter)] = extent
        spread.append(view.moved(axes, tuple(own)))
    if list(output) != sorted(output) or not all(fits(view, dims) for view in spread):
        return None
    return Member(s, "sum", dims, spread, kept=tuple(letters.index(letter) for letter in output))
