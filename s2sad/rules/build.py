"""Emitting IR: every new assignment gets its kind here, in the frontend and in the transforms alike."""
from __future__ import annotations

import ast
import builtins
import functools
import math
import operator
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import numpy as np

from s2sad.errors import InternalError, Location, UnsupportedError
from s2sad.ir.kinds import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    NONE,
    NUMERIC,
    STR,
    UNKNOWN,
    Array,
    Dim,
    Kind,
    Named,
    Scalar,
    Static,
    Tuple,
    is_inexact,
    is_narrow,
    may_vary,
    opened,
    renamed,
)
from s2sad.ir.nodes import Assign, Block, Const, Effect, Operand, Statement, Var
from s2sad.rules import table
from s2sad.rules.table import Call, NotConstant

ELLIPSIS = Named("ellipsis")
_KINDS: dict[type, Kind] = {bool: BOOL, int: INT, float: FLOAT, complex: COMPLEX, str: STR}


def constant(value: Any, path: str = "") -> Const:
    """An operand for a literal: a number, a string, None, Ellipsis, or a tuple of these."""
    if value is Ellipsis:
        return Const(value, ELLIPSIS, path)
    kind = _KINDS.get(type(value))
    if kind is not None:
        return Const(value, kind, path)
    if value is None:
        return Const(None, NONE, path)
    if isinstance(value, tuple):
        return Const(value, Tuple(tuple(constant(item).kind for item in value)), path)
    return Const(value, Static(value), path)


# What may do anything with what it is given, as may the methods of a list that are called by another name.
_NOT_UNDERSTOOD = {"s2sad.getattr", "s2sad.invoke", "s2sad.invoke_method", "s2sad.opaque", "s2sad.statement"}


class Fresh(int):
    """The name of a length of which nothing is known: a number that counts such names."""

    __slots__ = ()


class Context:
    """What one compilation shares: the definition of each variable, and a counter for new dimensions."""

    def __init__(self) -> None:
        self.definitions: dict[Var, Statement] = {}
        # Whether the memory of an operand is something else when the adjoints are computed.
        self.is_overwritten: Callable[[Operand], bool] = lambda operand: False
        self.any_overwritten = False
        # Parameters that are taken to lie in memory in C order; it is checked when the derivative is called.
        self.contiguous: set[Operand] = set()
        self.params: set[Operand] = set()
        # Dimensions that are another one under another name, by their keys; see `transforms.lengths`.
        self.equal_dims: dict[Hashable, Dim] = {}
        # The versions that loops carry of one memory, by what it is before: its layout stays the same.
        self.same_memory: dict[Operand, Operand] = {}
        # What is asked for the shape of a variable in its place; see `adjoint_shapes.shape_source`.
        self.shape_sources: dict[Operand, Operand] = {}
        # The quotients of the primal whose rule was applied, by what was divided and by what.
        self.quotients: dict[tuple[Operand, Operand], Var] = {}
        # Sums with factors in front, by what they are: the whole that is summed up, and along which axes.
        self.sums_of: dict[Operand, tuple[Operand, ...]] = {}
        # Factors of adjoints that are zero where a selection did not take the value.
        self.masks: set[Operand] = set()
        # Whether any adjoint was selected by `np.where`.
        self.any_selection = False
        # Contributions through partials that are infinite at some point, by the guards that mark them.
        self.steep: set[Operand] = set()
        # How many operations values of the primal are behind one that may give infinity; see `analyses.ranges`.
        self.steps_to_infinity: dict[Operand, int] = {}
        # The forms of lengths of which arrays were made; see `rules.lengths`.
        self.lengths: set[Hashable] = set()
        # What was put in front of a loop for its first round; see `optimise.rounds`.
        self.fronts: set[Operand] = set()
        # What loops that may have no round leave; see `transforms.left`.
        self.of_rounds: set[Operand] = set()
        # Whether numbers are taped in arrays: what compiled code does fast.
        self.array_tapes = False
        # Whether there are arrays of single precision, which numbers of NumPy make double ones.
        self.single = False
        # Whether any division of numbers by zero raises, not only one of Python's own numbers.
        self.divisions_raise = False
        self._count = 0

    def fresh(self) -> Fresh:
        self._count += 1
        return Fresh(self._count)

    def definition(self, operand: Operand, primitive: str) -> Assign | None:
        """The assignment that an operand comes from, if it applies this primitive."""
        if not isinstance(operand, Var):
            return None
        found = self.definitions.get(operand)
        return found if isinstance(found, Assign) and found.primitive == primitive else None


_is_varied = operator.attrgetter("varied")
Simplify = Callable[["Builder", str, list[Operand], tuple[str, ...]], Operand | None]


class Builder:
    """Appends statements to a block.

    ``simplify`` may answer an operand in the place of a new assignment; the frontend has none, so that
    the user's own expressions survive.
    """

    __slots__ = ("context", "block", "origin", "simplify", "adjoint")

    def __init__(
        self,
        context: Context,
        block: Block,
        origin: Location | None = None,
        simplify: Simplify | None = None,
        adjoint: bool = False,
    ) -> None:
        self.context, self.block, self.origin = context, block, origin
        self.simplify, self.adjoint = simplify, adjoint

    def inside(self, block: Block) -> Builder:
        return Builder(self.context, block, self.origin, self.simplify, self.adjoint)

    def as_written(self) -> Builder:
        """One that simplifies nothing: what is written through must be a view of the very array."""
        return Builder(self.context, self.block, self.origin, None, self.adjoint)

    def append(self, statement: Statement) -> None:
        statement.origin = statement.origin or self.origin
        statement.adjoint = self.adjoint
        if isinstance(statement, (Effect, Assign)) and statement.primitive in _NOT_UNDERSTOOD:
            _open(statement.args)
        self.block.statements.append(statement)
        for var in statement.defined():
            self.context.definitions[var] = statement

    def emit(
        self,
        primitive: str,
        *args: Operand,
        keywords: tuple[str, ...] = (),
        name: str = "",
        style: str = "",
        extra: Any = None,
        kind: Kind | None = None,
        varied: bool | None = None,
    ) -> Operand:
        """``primitive(*args)`` as an operand; a new assignment unless it simplifies away."""
        operands = [*args]
        if self.simplify is not None and extra is None and (kind is None or not is_narrow(kind)):
            simpler = self.simplify(self, primitive, operands, keywords)
            if simpler is not None:
                return simpler
        context, entry = self.context, table.TABLE.get(primitive) or table.lookup(primitive)
        if kind is None:
            try:
                kind = _result_kind(context, primitive, entry, operands, keywords)
            except UnsupportedError as error:  # kinds do not know where they are asked for
                error.location = error.location or self.origin
                raise
        if context.equal_dims:
            kind = renamed(kind, context.equal_dims)
        if varied is None:
            varied = (entry is None or not entry.flat) and any(map(_is_varied, operands))
        if primitive in _NOT_UNDERSTOOD:
            _open(operands)
        target = Var(name, kind, varied and may_vary(kind), self.origin)
        made = Assign(target, primitive, operands, keywords, style, extra)
        made.origin, made.adjoint = self.origin, self.adjoint
        self.block.statements.append(made)
        context.definitions[target] = made
        return target

    def effect(self, primitive: str, *args: Operand, extra: Any = None) -> None:
        self.append(Effect(primitive, list(args), extra=extra))

    def expression(self, text: str, names: dict[str, Operand]) -> Operand:
        """Emit a rule's expression, its names standing for operands."""
        return _written(text)(self, names)


def is_flat(primitive: str) -> bool:
    entry = table.lookup(primitive)
    return entry is not None and entry.flat


def _open(operands: list[Operand]) -> None:
    for operand in operands:
        if isinstance(operand, Var):
            operand.kind = opened(operand.kind)


def bind(context: Context, primitive: str, args: list[Operand], keywords: tuple[str, ...]) -> Call | None:
    entry = table.lookup(primitive)
    if entry is None:
        return None
    bound = table.bind(entry, args, keywords)
    return None if bound is None else Call(entry, bound, context)


def covering(operands: Iterable[Operand]) -> Scalar | Array | None:
    """What the result of an elementwise operation is like where all operands are numbers and arrays of one dtype, and
    the arrays of one shape."""
    whole: Scalar | Array | None = None
    for operand in operands:
        kind = operand.kind
        if kind is whole:
            continue
        if not isinstance(kind, NUMERIC):
            return None
        if whole is None:
            whole = kind
        elif kind.dtype != whole.dtype:
            return None
        elif isinstance(whole, Scalar):
            if whole.weak or isinstance(kind, Array):
                whole = kind
        elif isinstance(kind, Array) and kind.dims != whole.dims:
            return None
    return whole


def _is_kept(kind: Scalar | Array) -> bool:
    """Whether elementwise operations of what is of this kind give that: of no axes NumPy makes numbers."""
    return bool(kind.dims) if isinstance(kind, Array) else not kind.weak


# What may hold a value that is never there.
_MAKING = ("s2sad.tuple", "s2sad.list", "s2sad.append")


def _result_kind(
    context: Context, name: str, primitive: table.Primitive | None, args: list[Operand], keywords: tuple[str, ...]
) -> Kind:
    if primitive is not None and primitive.keeping and len(args) == primitive.plain and not keywords:
        whole = covering(args)
        if whole is not None and is_inexact(whole.dtype) and _is_kept(whole):
            return whole
    for arg in args:
        if arg.kind is NEVER and isinstance(arg, Var) and name not in _MAKING:
            return NEVER
    bound = None if primitive is None else table.bind(primitive, args, keywords)
    if primitive is None or bound is None:
        return UNKNOWN
    try:
        return primitive.kind(Call(primitive, bound, context))
    except (NotConstant, IndexError, ZeroDivisionError):  # of an axis that there is not, it raises when it is run
        return UNKNOWN


# -- rule expressions -----------------------------------------------------------------------------

_OPERATORS: dict[type, str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "truediv",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.Mod: "mod",
    ast.FloorDiv: "floordiv",
    ast.USub: "neg",
    ast.Invert: "invert",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.BitAnd: "and_",
    ast.BitOr: "or_",
}
_MODULES = {"np": np, "math": math}


# Emits a piece of a rule's expression for the operands that its names stand for.
Writer = Callable[[Builder, dict[str, Operand]], Operand]
_MACROS: dict[str, Callable[..., Operand]] = {}
_Macro = TypeVar("_Macro", bound=Callable[..., Operand])


def macro(function: _Macro) -> _Macro:
    """Let the expressions of rules call this function of a builder and operands by its name."""
    _MACROS[function.__name__] = function
    return function


@functools.cache
def _written(text: str) -> Writer:
    """A rule's expression, taken apart once for all of its uses."""
    return _writer(ast.parse(text, mode="eval").body)


@functools.cache
def mentioned(text: str) -> frozenset[str]:
    """The names that a rule's expression reads."""
    return frozenset(node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name))


def _writer(node: ast.expr) -> Writer:
    match node:
        case ast.Constant(value):
            number = constant(value)
            return lambda b, names: number
        case ast.Name(name):
            return lambda b, names: names[name]
        case ast.UnaryOp(ast.USub(), ast.Constant(value)):
            negative = constant(-value)  # type: ignore[operator]
            return lambda b, names: negative
        case ast.BinOp(left, op, right) | ast.Compare(left, [op], [right]):
            return _application(f"operator.{_OPERATORS[type(op)]}", left, right)
        case ast.UnaryOp(op, operand):
            return _application(f"operator.{_OPERATORS[type(op)]}", operand)
        case ast.Attribute(value, attribute):
            return _attribute(value, attribute)
        case ast.Subscript(value, index):
            return _application("s2sad.getitem", value, index)
        case ast.Tuple(elements):
            return _tuple([_writer(element) for element in elements])
        case ast.Slice(lower, upper, step):
            nothing = ast.Constant(None)
            return _application("s2sad.slice", *(nothing if part is None else part for part in (lower, upper, step)))
        case ast.Call(func, args, keywords):
            return _call(func, [_writer(a) for a in args], {k.arg or "": _writer(k.value) for k in keywords})
    raise InternalError(f"a rule cannot use {ast.unparse(node)!r}")


def _application(primitive: str, *nodes: ast.expr) -> Writer:
    parts = [_writer(node) for node in nodes]
    if len(parts) == 2:
        one, two = parts
        return lambda b, names: b.emit(primitive, one(b, names), two(b, names))
    return lambda b, names: b.emit(primitive, *[part(b, names) for part in parts])


def _attribute(node: ast.expr, attribute: str) -> Writer:
    value = _writer(node)
    module = node.id if isinstance(node, ast.Name) and node.id in _MODULES else ""

    def write(b: Builder, names: dict[str, Operand]) -> Operand:
        if module and module not in names:
            return constant(getattr(_MODULES[module], attribute), f"{module}.{attribute}")
        return b.emit(f"array.{attribute}", value(b, names), style="attribute")

    return write


def _tuple(elements: list[Writer]) -> Writer:
    def write(b: Builder, names: dict[str, Operand]) -> Operand:
        items = [element(b, names) for element in elements]
        if all(isinstance(item, Const) for item in items):
            return constant(tuple(item.value for item in items if isinstance(item, Const)))
        return b.emit("s2sad.tuple", *items)

    return write


def _call(func: ast.expr, args: list[Writer], keywords: dict[str, Writer]) -> Writer:
    called = _MACROS.get(func.id) if isinstance(func, ast.Name) else None
    if called is not None:

        def expand(b: Builder, names: dict[str, Operand]) -> Operand:
            positional = [arg(b, names) for arg in args]
            result: Operand = called(b, *positional, **{key: value(b, names) for key, value in keywords.items()})
            return result

        return expand
    if isinstance(func, ast.Name) and not hasattr(builtins, func.id):
        raise InternalError(f"a rule calls {func.id!r}, which is no macro")
    parts = [*args, *keywords.values()]
    name, passed = _primitive(func), tuple(keywords)
    return lambda b, names: b.emit(name, *[part(b, names) for part in parts], keywords=passed)


def _primitive(func: ast.expr) -> str:
    if isinstance(func, ast.Name):
        return f"builtins.{func.id}"
    module, _, path = ast.unparse(func).partition(".")
    name = f"{table.MODULES[module]}.{path}"
    if path.endswith(".at"):
        raise InternalError(f"a rule cannot update in place: {name}")
    return name
