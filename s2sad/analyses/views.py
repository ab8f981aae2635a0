"""Which results are views: they share the memory of an operand, surely or perhaps."""
from __future__ import annotations

from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Operand, Var
from s2sad.rules.build import Context
from s2sad.rules.indexing import is_basic

# Always a view of the first argument, if the result is an array.
_VIEWS = {
    "s2sad.some", "s2sad.alias", "s2sad.seen", "array.T", "array.mT", "array.transpose", "array.swapaxes",
    "numpy.transpose", "numpy.swapaxes", "numpy.moveaxis", "numpy.expand_dims", "numpy.squeeze", "numpy.flip",
    "numpy.fliplr", "numpy.flipud", "numpy.rot90", "numpy.matrix_transpose",
    "numpy.atleast_1d", "numpy.atleast_2d", "numpy.atleast_3d",
}
# Views that cannot be written through.
_READ_ONLY = {"numpy.diagonal", "numpy.broadcast_to"}
# A view if the memory of the argument is laid out so that it can be one.
_PERHAPS = {
    "numpy.reshape", "array.reshape", "numpy.ravel", "array.ravel", "numpy.asarray", "numpy.ascontiguousarray",
    "numpy.real", "numpy.imag", "array.real", "array.imag", "numpy.nan_to_num",
}
# What allocates an array in C order.
_CONTIGUOUS = {
    "numpy.zeros", "numpy.ones", "numpy.empty", "numpy.full", "numpy.arange", "numpy.linspace", "numpy.eye",
    "numpy.identity", "array.copy", "array.flatten", "numpy.concatenate", "numpy.stack", "numpy.matmul",
    "operator.matmul", "numpy.outer",
}


def is_exact_view(context: Context, made: Assign) -> bool:
    """Whether the result surely shares the memory of the first argument."""
    if not isinstance(made.target.kind, Array):
        return False
    if made.primitive == "s2sad.getitem":
        return isinstance(made.args[0].kind, Array) and is_basic(context, made.args[1])
    if made.primitive in _PERHAPS:
        return is_contiguous(context, made.args[0])
    return made.primitive in _VIEWS


def is_read_only_view(made: Assign) -> bool:
    """Whether the result surely shares the memory of the first argument, and cannot be written."""
    return made.primitive in _READ_ONLY and isinstance(made.target.kind, Array)


def may_be_view(made: Assign) -> bool:
    return made.primitive in _PERHAPS | _READ_ONLY and isinstance(made.target.kind, Array) and not isinstance(
        made.args[0].kind, Scalar
    )


def is_contiguous(context: Context, operand: Operand) -> bool:
    """Whether an array is known to lie in memory in C order."""
    made = context.definitions.get(operand) if isinstance(operand, Var) else None
    while isinstance(made, Assign) and made.primitive in ("s2sad.store", "s2sad.copy"):
        operand = made.args[0]
        made = context.definitions.get(operand) if isinstance(operand, Var) else None
    if operand in context.params:
        context.contiguous.add(operand)
        return True
    return isinstance(made, Assign) and made.primitive in _CONTIGUOUS
