"""Which results are views: they share the memory of an operand, surely or perhaps."""
from __future__ import annotations

import numpy as np

from s2sad.ir.kinds import Array, present
from s2sad.ir.nodes import Assign, If, Loop, Operand, Var, With
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import is_basic

# Always a view of the first argument, if the result is an array.
_VIEWS = {
    "s2sad.some", "s2sad.alias", "s2sad.seen", "array.T", "array.mT", "array.transpose",
    "numpy.transpose", "numpy.swapaxes", "numpy.moveaxis", "numpy.expand_dims", "numpy.squeeze", "numpy.flip",
    "numpy.fliplr", "numpy.flipud", "numpy.rot90", "numpy.matrix_transpose",
    "numpy.atleast_1d", "numpy.atleast_2d", "numpy.atleast_3d",
}
# Views that cannot be written through.
_READ_ONLY = {"numpy.diagonal", "numpy.broadcast_to"}
# A view if the memory of the argument is laid out so that it can be one.
_PERHAPS = {
    "numpy.reshape", "array.reshape", "numpy.ravel", "array.ravel", "numpy.asarray", "numpy.ascontiguousarray",
    "numpy.real", "numpy.imag", "array.real", "array.imag",
}
_MAY_BE = _PERHAPS | _READ_ONLY
# Of these, what changes nothing but the shape.
_RESHAPED = {"numpy.reshape", "array.reshape", "numpy.ravel", "array.ravel", "array.real", "array.imag"}
# The imaginary part of real numbers is zeros; parts of complex ones have another dtype.
_IMAGINARY = {"numpy.imag", "array.imag"}
_PARTS_OF_COMPLEX = {"numpy.real", "array.real", *_IMAGINARY}
# What is a view of arrays that lie in memory in C order, and a copy of others.
_IN_ORDER = _PERHAPS - _PARTS_OF_COMPLEX
# What allocates an array in C order.
_CONTIGUOUS = {
    "numpy.zeros", "numpy.ones", "numpy.empty", "numpy.full", "numpy.arange", "numpy.linspace", "numpy.eye",
    "numpy.identity", "array.copy", "array.flatten", "numpy.concatenate", "numpy.stack", "numpy.matmul",
    "operator.matmul", "numpy.outer", "numpy.ascontiguousarray",
}

# What keeps the layout of its first argument.
_SAME_LAYOUT = {
    "s2sad.store", "s2sad.add_at", "s2sad.index_add", "s2sad.put", "s2sad.clear", "s2sad.touched", "s2sad.seen",
    "s2sad.copy", "s2sad.alias", "s2sad.zeros_like", "numpy.zeros_like",
}


def is_exact_view(context: Context, made: Assign) -> bool:
    """Whether the result surely shares the memory of the first argument."""
    if not isinstance(made.target.kind, Array) or not made.args or not _is_of_its_memory(made):
        return False
    if made.primitive == "s2sad.getitem":
        return is_basic(context, made.args[1])
    if made.primitive in _PERHAPS:
        return is_contiguous(context, made.args[0])
    return made.primitive in _VIEWS


def is_imaginary_part(context: Context, view: Operand) -> bool:
    """Whether a view is of the imaginary parts of complex numbers, the negatives of which are the adjoints of these."""
    made = context.definitions.get(view) if isinstance(view, Var) else None
    while isinstance(made, Assign) and is_exact_view(context, made):
        if made.primitive in _IMAGINARY:
            return True
        made = context.definitions.get(made.args[0]) if isinstance(made.args[0], Var) else None
    return False


def _is_of_its_memory(made: Assign) -> bool:
    """Whether the first argument is an array, and nothing of it has to be converted or made up."""
    base, kind = present(made.args[0].kind), made.target.kind
    if not isinstance(base, Array) or not isinstance(kind, Array):
        return False
    if made.primitive in _PARTS_OF_COMPLEX and base.dtype.startswith("complex"):
        return True
    return kind.dtype == base.dtype and made.primitive not in _IMAGINARY


def asks_for_order(made: Assign) -> bool:
    """Whether this is a view of arrays that lie in memory in C order, and a copy of others."""
    return made.primitive in _IN_ORDER


def is_cheap_view(made: Assign) -> bool:
    """Whether an operation only looks at the memory of its array in another way, or nearly so."""
    known = made.primitive in _VIEWS or made.primitive in _RESHAPED
    return known and isinstance(made.target.kind, Array) and isinstance(made.args[0].kind, Array)


def is_read_only_view(made: Assign) -> bool:
    """Whether the result surely shares the memory of the first argument, and cannot be written."""
    return made.primitive in _READ_ONLY and isinstance(made.target.kind, Array)


def may_be_view(made: Assign) -> bool:
    return made.primitive in _MAY_BE and _is_of_its_memory(made)


def is_contiguous(context: Context, operand: Operand) -> bool:
    """Whether an array is known to lie in memory in C order."""
    return _is_contiguous(context, operand, set())


def _is_contiguous(context: Context, operand: Operand, seen: set[Operand]) -> bool:
    if not isinstance(operand, Var) or operand in seen:
        return isinstance(operand, Var)
    seen.add(operand)
    if operand in context.params:
        context.contiguous.add(operand)
        return True
    if operand in context.same_memory:
        return _is_contiguous(context, context.same_memory[operand], seen)
    made = context.definitions.get(operand)
    if isinstance(made, Assign) and made.primitive in _SAME_LAYOUT:
        return _is_contiguous(context, made.args[0], seen)
    if isinstance(made, Assign) and made.primitive == "s2sad.expand":
        return _is_contiguous(context, made.args[1], seen)
    if isinstance(made, (If, With)):
        merge = next((merge for merge in made.merges if merge.out is operand), None)
        return merge is not None and all(_is_contiguous(context, value, seen) for value in merge.values)
    if isinstance(made, Loop):
        carry = next((carry for carry in made.carries if operand in (carry.param, carry.result)), None)
        return carry is not None and all(_is_contiguous(context, value, seen) for value in (carry.init, carry.out))
    return isinstance(made, Assign) and (made.primitive in _CONTIGUOUS or _keeps_order(context, made, seen))


def _keeps_order(context: Context, made: Assign, seen: set[Operand]) -> bool:
    """Whether a result lies in C order because its operands do, or because it has one axis and memory of its own."""
    known = table.lookup(made.primitive)
    kind = made.target.kind
    if known is None or not isinstance(kind, Array) or kind.dims is None:
        return False
    if made.primitive in _PERHAPS:
        return _is_contiguous(context, made.args[0], seen)
    if known.view or not made.primitive.startswith(("operator.", "numpy.", "array.")):
        return False
    arrays = [arg for arg in made.args if isinstance(arg.kind, Array)]
    elementwise = made.primitive.startswith("operator.") or isinstance(getattr(np, made.primitive[6:], None), np.ufunc)
    return len(kind.dims) == 1 or elementwise and all(_is_contiguous(context, arg, seen) for arg in arrays)
