"""One rule at a time, without the compiler: the IR that a rule emits, run statement by statement.

`Trial` builds a call of a primitive and the contribution to the adjoint of one argument as the reverse sweep
does, runs both, and checks on the way that every kind inferred is the kind of the value computed.
"""
from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sad.ir.kinds import UNKNOWN, Array, Dim, Kind, List, Scalar, Tuple, carries_derivative
from s2sad.ir.nodes import Assign, Block, Const, Operand, Var
from s2sad.ir.of_values import kind_of
from s2sad.rules.adjoint_shapes import match
from s2sad.rules.build import Builder, Context, bind, constant
from s2sad.rules.pieces import operands
from s2sad.rules.table import lookup
from s2sad.transforms.optimise.algebra import simplify


class Run:
    """An argument that only the run knows: an index, an axis, a list of any length."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Run({self.value!r})"


class Literal:
    """A float or array that the source spells out, and is not differentiated."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)


# --- running IR ---------------------------------------------------------------------------------------

METHODS = {"reshape", "transpose", "clip", "astype", "copy", "tolist", "ravel", "flatten", "item"}


def expand(x: Any, like: Any) -> Any:
    return np.broadcast_to(np.asarray(x, dtype=np.asarray(like).dtype), np.shape(like))


def unbroadcast(x: Any, shape: tuple[int, ...]) -> Any:
    x = np.asarray(x)
    if x.ndim < len(shape):
        return np.broadcast_to(x, shape)
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(x)[i] != 1)
    return np.broadcast_to(np.sum(x, axis=axes, keepdims=True) if axes else x, shape)


def shape(x: Any) -> tuple[int, ...]:
    return np.shape(x)


def index_add(x: Any, index: Any, value: Any) -> Any:
    x = np.array(x)
    np.add.at(x, index, value)
    return x


def cast(x: Any, like: Any) -> Any:
    dtype = np.asarray(like).dtype
    return x.astype(dtype) if isinstance(x, np.ndarray) else dtype.type(x)


def zeros_like(x: Any) -> Any:
    return np.zeros_like(x)


def cumprod_adjoint(g: Any, x: Any, axis: int) -> Any:
    g, x = np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0)
    x_bar = np.zeros_like(x)
    before = np.concatenate((np.ones_like(x[:1]), np.cumprod(x[:-1], axis=0)))
    after = np.zeros_like(x[0])
    for i in range(len(x) - 1, -1, -1):
        after = g[i] + (x[i + 1] * after if i + 1 < len(x) else 0.0)
        x_bar[i] = before[i] * after
    return np.moveaxis(x_bar, 0, axis)


def split_like(g: Any, like: Any, axis: int) -> Any:
    return np.split(g, np.cumsum([part.shape[axis] for part in like])[:-1], axis)


def dot_left(g: Any, x: Any, y: Any) -> Any:
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return unbroadcast(g * y, np.shape(x))
    if np.ndim(y) == 1:
        return np.expand_dims(g, -1) * y
    axes = [axis for axis in range(np.ndim(y)) if axis != np.ndim(y) - 2]
    return np.tensordot(g, y, (list(range(np.ndim(x) - 1, np.ndim(g))), axes))


def dot_right(g: Any, x: Any, y: Any) -> Any:
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return unbroadcast(g * x, np.shape(y))
    axes = list(range(np.ndim(x) - 1))
    y_bar = np.tensordot(x, g, (axes, axes))
    return y_bar if np.ndim(y) == 1 else np.moveaxis(y_bar, 0, -2)


def matmul_left(g: Any, x: Any, y: Any) -> Any:
    if np.ndim(y) == 1:
        return unbroadcast(np.expand_dims(g, -1) * y, np.shape(x))
    rows = np.expand_dims(g, -2) if np.ndim(x) == 1 else g
    x_bar = rows @ np.swapaxes(y, -1, -2)
    return unbroadcast(x_bar[..., 0, :] if np.ndim(x) == 1 else x_bar, np.shape(x))


def matmul_right(g: Any, x: Any, y: Any) -> Any:
    if np.ndim(x) == 1:
        return unbroadcast(x * g if np.ndim(y) == 1 else np.expand_dims(x, -1) * np.expand_dims(g, -2), np.shape(y))
    if np.ndim(y) == 1:
        return unbroadcast(np.expand_dims(g, -1) * x, np.shape(y))
    return unbroadcast(np.swapaxes(x, -1, -2) @ g, np.shape(y))


OWN: dict[str, Callable[..., Any]] = {
    "tuple": lambda *items: items,
    "list": lambda *items: list(items),
    "getitem": operator.getitem,
    "slice": slice,
    "copy": np.copy,
    "unstack": list,
    "inverse_of_lower": np.linalg.inv,
    # Of numbers; whether a zero is Python's own does not matter to what it is added to.
    "select": lambda test, x, y: x if test else type(x)(y),
    **{f.__name__: f for f in (expand, unbroadcast, shape, index_add, cast, zeros_like, cumprod_adjoint, split_like,
                               dot_left, dot_right, matmul_left, matmul_right)},
}
LIBRARIES = {"numpy": np, "math": math, "operator": operator, "builtins": builtins}


def apply(primitive: str, args: list[Any], keywords: dict[str, Any]) -> Any:
    library, _, path = primitive.partition(".")
    if library == "array":
        found = getattr(args[0], path)
        return found(*args[1:], **keywords) if path in METHODS else found
    if library == "s2sad":
        return OWN[path](*args, **keywords)
    function: Any = LIBRARIES[library]
    for part in path.split("."):
        function = getattr(function, part)
    return function(*args, **keywords)


class Machine:
    """Runs a block; ``checked`` compares each value with its kind."""

    def __init__(self, values: dict[Var, Any], checked: bool) -> None:
        self.values, self.checked = dict(values), checked
        self.lengths: dict[Dim, int] = {}
        for var, value in values.items():
            if checked:
                check(var.kind, value, self.lengths, repr(var))

    def read(self, operand: Operand) -> Any:
        return operand.value if isinstance(operand, Const) else self.values[operand]

    def run(self, block: Block) -> None:
        for statement in block.statements:
            assert isinstance(statement, Assign)
            assert lookup(statement.primitive) is not None, f"{statement.primitive} is not declared"
            values = [self.read(operand) for operand in statement.args]
            split = len(values) - len(statement.keywords)
            keywords = dict(zip(statement.keywords, values[split:], strict=True))
            value = apply(statement.primitive, values[:split], keywords)
            self.values[statement.target] = value
            if self.checked:
                check(statement.target.kind, value, self.lengths, statement.primitive)


# NumPy 1 decides by value what a float32 scalar and a Python number make; kinds follow NumPy 2.
EXACT_DTYPES = np.lib.NumpyVersion(np.__version__) >= "2.0.0"


def is_dtype(dtype: str, value: Any) -> bool:
    found = str(np.asarray(value).dtype)
    return dtype in ("any", found) or (not EXACT_DTYPES and {dtype, found} == {"float32", "float64"})


def check(kind: Kind, value: Any, lengths: dict[Dim, int], where: str) -> None:
    """That a kind says nothing false of a value."""
    match kind:
        case Scalar(dtype, weak):
            if weak:
                single = np.ndim(value) == 0 and not isinstance(value, np.ndarray)
                assert single, f"{where}: {kind} is {value!r}"
            else:
                assert isinstance(value, np.generic), f"{where}: {kind} is a {type(value).__name__}"
                assert is_dtype(dtype, value), f"{where}: {kind} is {value.dtype}"
        case Array(dtype, None):
            assert is_dtype(dtype, value), f"{where}: {kind} is {np.asarray(value).dtype}"
        case Array(dtype, dims):
            assert isinstance(value, np.ndarray), f"{where}: {kind} is a {type(value).__name__}"
            assert is_dtype(dtype, value), f"{where}: {kind} is {value.dtype}"
            assert dims is not None and len(dims) == value.ndim, f"{where}: {kind} has shape {value.shape}"
            for dim, length in zip(dims, value.shape, strict=True):
                if isinstance(dim, int):
                    assert length == 1, f"{where}: {kind} has shape {value.shape}"
                else:
                    assert lengths.setdefault(dim, length) == length, f"{where}: {dim} is not always {length}"
                    assert not dim.not_one or length != 1, f"{where}: {dim} is 1"
        case Tuple(items):
            assert isinstance(value, tuple) and len(value) == len(items), f"{where}: {kind} is {value!r}"
            for item, part in zip(items, value, strict=True):
                check(item, part, lengths, where)
        case List(item):
            assert isinstance(value, list), f"{where}: {kind} is {value!r}"
            for part in value:
                check(item, part, {}, where)


# --- one call -----------------------------------------------------------------------------------------


class Trial:
    """A call of a primitive with given arguments.

    ``blind`` hides from the rule how many dimensions arrays have, and what literal integers are.
    """

    def __init__(
        self, primitive: str, args: tuple[Any, ...], keywords: dict[str, Any], *,
        simple: bool = False, ranks: bool = True, literals: bool = True,
    ) -> None:
        self.context, self.forward = Context(), Block()
        self.inputs: dict[Var, Any] = {}
        self.ranks, self.literals = ranks, literals
        self.simplify = simplify if simple else None
        b = Builder(self.context, self.forward)
        operands = [self.operand(b, value, (number,)) for number, value in enumerate(args)]
        operands += [self.operand(b, value, (name,)) for name, value in keywords.items()]
        self.primitive, self.operands, self.names = primitive, operands, tuple(keywords)
        ans = b.emit(primitive, *operands, keywords=self.names, varied=True)
        assert isinstance(ans, Var)
        self.ans = ans
        self.machine = Machine(self.inputs, checked=True)
        self.machine.run(self.forward)

    def operand(self, b: Builder, value: Any, path: tuple[Any, ...]) -> Operand:
        """Arrays, floats and what is to be found out at run time are variables; other things are literals."""
        if isinstance(value, Run):
            return self.variable(value.value, path)
        if isinstance(value, Literal):
            return constant(value.value)
        if isinstance(value, tuple | list) and any(map(self.is_variable, value)):
            items = [self.operand(b, item, (*path, number)) for number, item in enumerate(value)]
            return b.emit("s2sad.tuple" if isinstance(value, tuple) else "s2sad.list", *items)
        if self.is_variable(value):
            return self.variable(value, path)
        return constant(value)

    def is_variable(self, value: Any) -> bool:
        if isinstance(value, tuple | list):
            return isinstance(value, list) or any(map(self.is_variable, value))
        number = isinstance(value, int) and not isinstance(value, bool) and not self.literals
        return isinstance(value, np.ndarray | np.generic | float | complex | Run) or number

    def variable(self, value: Any, path: tuple[Any, ...]) -> Var:
        kind = kind_of(value, path)
        if not self.ranks and isinstance(kind, Array):
            kind = Array(kind.dtype, None)
        var = Var(f"x{'_'.join(map(str, path))}", kind, varied=carries_derivative(kind))
        self.inputs[var] = value
        return var

    @property
    def value(self) -> Any:
        return self.machine.values[self.ans]

    def active(self) -> list[tuple[str, Var]]:
        """The parameters with arguments that a derivative may flow to."""
        call = bind(self.context, self.primitive, self.operands, self.names)
        assert call is not None, f"{self.primitive} does not take these arguments"
        return [(n, o) for n, o in call.bound.items() if isinstance(o, Var) and carries_derivative(o.kind)]

    def partial(self, name: str) -> Any:
        call = bind(self.context, self.primitive, self.operands, self.names)
        assert call is not None
        return call.primitive.partials["*" if name.startswith("*") else name]

    def adjoint(self, name: str, var: Var, cotangent: Any) -> Any:
        """What the rule contributes to the adjoint of one argument."""
        call = bind(self.context, self.primitive, self.operands, self.names)
        assert call is not None
        block = Block()
        b = Builder(self.context, block, simplify=self.simplify, adjoint=True)
        g = Var("g", self.ans.kind)
        partial = self.partial(name)
        if callable(partial):
            contribution = partial(b, call, g, self.ans, name)
        else:
            contribution = b.expression(partial, operands(call, g, self.ans))
        result = match(b, contribution, var)
        machine = Machine({**self.machine.values, g: cotangent}, checked=False)
        machine.checked, machine.lengths = True, dict(self.machine.lengths)
        machine.run(block)
        return machine.read(result)

    def evaluate(self, inputs: dict[Var, Any]) -> Any:
        machine = Machine({**self.inputs, **inputs}, checked=False)
        machine.run(self.forward)
        return machine.values[self.ans]

    def unknown(self) -> bool:
        return self.ans.kind == UNKNOWN
