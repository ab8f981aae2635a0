"""Products of vectors and matrices: kinds, and adjoints by the ranks of the operands."""
from __future__ import annotations

from s2sad.ir.kinds import UNKNOWN, Array, Kind, Scalar
from s2sad.ir.meeting import broadcast_dims, promote
from s2sad.ir.nodes import Operand
from s2sad.rules.axes import rank
from s2sad.rules.build import Builder
from s2sad.rules.table import Call


def matmul_kind(call: Call) -> Kind:
    one, two = call.kind("x"), call.kind("y")
    if not isinstance(one, Array) or not isinstance(two, Array):
        known = isinstance(one, Array) or isinstance(two, Array)
        return Array("any", None) if known and UNKNOWN in (one, two) else UNKNOWN
    dtype = promote(one, two)
    if not one.dims or not two.dims:
        return Array(dtype, None)
    rows = one.dims[:-1] if len(one.dims) == 1 else one.dims[-2:-1]
    columns = two.dims[-1:] if len(two.dims) > 1 else ()
    batch = broadcast_dims(one.dims[:-2], two.dims[:-2], call.fresh)
    dims = batch + rows + columns
    return Array(dtype, dims) if dims else Scalar(dtype, weak=False)


def matmul_left(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The adjoint of x in x @ y."""
    x, y = call.bound["x"], call.bound["y"]
    names = {"g": g, "x": x, "y": y}
    match rank(x.kind), rank(y.kind):
        case 1, 1:
            return b.expression("g * y", names)
        case 1, 2:
            return b.expression("y @ g", names)
        case 2, 1:
            return b.expression("np.outer(g, y)", names)
        case 2, 2:
            return b.expression("g @ y.T", names)
        case None, _:
            return b.emit("s2sad.matmul_left", g, x, y)
        case _, None:
            return b.emit("s2sad.matmul_left", g, x, y)
        case 1, _:
            return b.expression("np.sum(np.expand_dims(g, -2) * y, axis=-1)", names)
        case _, 1:
            return b.expression("np.expand_dims(g, -1) * y", names)
    return b.expression("g @ np.swapaxes(y, -1, -2)", names)


def matmul_right(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The adjoint of y in x @ y."""
    x, y = call.bound["x"], call.bound["y"]
    names = {"g": g, "x": x, "y": y}
    match rank(x.kind), rank(y.kind):
        case 1, 1:
            return b.expression("g * x", names)
        case 1, 2:
            return b.expression("np.outer(x, g)", names)
        case 2, 1:
            return b.expression("g @ x", names)
        case 2, 2:
            return b.expression("x.T @ g", names)
        case None, _:
            return b.emit("s2sad.matmul_right", g, x, y)
        case _, None:
            return b.emit("s2sad.matmul_right", g, x, y)
        case 1, _:
            return b.expression("np.expand_dims(x, -1) * np.expand_dims(g, -2)", names)
        case _, 1:
            return b.expression("np.expand_dims(g, -1) * x", names)
    return b.expression("np.swapaxes(x, -1, -2) @ g", names)
