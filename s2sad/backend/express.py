"""Expressions of the IR as syntax trees."""
from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from typing import Any

from s2sad.backend.module import Module
from s2sad.backend.naming import Names
from s2sad.backend.trees import (
    LOAD,
    OPERATORS,
    STORE,
    Fill,
    call,
    conjunction,
    constant,
    dotted,
    item,
    literal,
    name,
)
from s2sad.backend.write import plain
from s2sad.errors import InternalError
from s2sad.ir.kinds import FIRST_LENGTH, TAPE, Array, Dict, List, Scalar, Static, Tuple, carries_derivative, is_mutable
from s2sad.ir.nodes import BYTES, SHALLOW, UNFILLED, Assign, Const, Effect, Operand, Var, is_literal_none

UNARY: dict[str, Any] = {"neg": ast.USub(), "pos": ast.UAdd(), "not_": ast.Not(), "invert": ast.Invert()}
COMPARISONS: dict[str, Any] = {
    "lt": ast.Lt(),
    "le": ast.LtE(),
    "gt": ast.Gt(),
    "ge": ast.GtE(),
    "eq": ast.Eq(),
    "ne": ast.NotEq(),
    "is_": ast.Is(),
    "is_not": ast.IsNot(),
    "contains": ast.In(),
    "not_in": ast.NotIn(),
}
# What else is written as an operator.
_OPERATIONS = {"s2sad.concat": "add", "s2sad.repeat": "mul"}


class Express:
    """Writes operands and assignments as expressions; asks for imports and helpers as they are used."""

    def __init__(
        self,
        names: Names,
        folded: dict[Operand, Assign | Effect],
        module: Module,
    ) -> None:
        self.names, self.called, self.folded = names, names.called, folded
        self.require, self.helper, self.static = module.require, module.helper, module.static
        self.dialect, self.imports, self.own_helpers = module.dialect, module.imported, module.own_helpers

    def operand(self, operand: Operand) -> Any:
        if operand in self.folded:
            return self.value(self.folded[operand])
        return dotted(self.called[operand]) if isinstance(operand, Var) else self.literal(operand)

    def is_called(self, operand: Operand, name: str) -> bool:
        """Whether an operand is what a name holds."""
        return isinstance(operand, Var) and operand not in self.folded and self.called[operand] == name

    def operands(self, operands: list[Operand]) -> list[Any]:
        return list(map(self.operand, operands))

    def literal(self, operand: Const) -> Any:
        if operand.path or isinstance(operand.kind, Static) and operand.value is not None:
            return dotted(self.static(operand))
        return literal(operand.value)

    def value(self, s: Assign | Effect) -> Any:
        """The right-hand side of an assignment."""
        form = self.dialect.forms.get(s.primitive)
        tree = form(self, s) if form is not None and isinstance(s, Assign) else None
        if tree is not None:
            return tree
        return _writer(s.primitive)(self, s)

    def _by_helper(self, s: Assign | Effect) -> Any:
        which = f"_{s.primitive.removeprefix('s2sad.')}"
        if which not in self.dialect.helpers:
            raise InternalError(f"{s.primitive} cannot be written", s.origin)
        return self._helper(which, s)

    def _call(self, s: Assign, module: str, rest: str) -> Any:
        if module == "array" and s.style != "method":
            return ast.Attribute(self.operand(s.args[0]), rest, LOAD)
        args, keywords = self._arguments(s.args, s.keywords)
        if s.style == "method" or module == "array":
            method = rest.rpartition(".")[2]
            if method == "conj" and isinstance(s.args[0].kind, Scalar):
                method = "conjugate"  # the one of the two that Python's numbers have
            return ast.Call(ast.Attribute(args[0], method, LOAD), args[1:], keywords)
        if module == "builtins":
            return ast.Call(dotted(rest), _joined(rest, args), keywords)
        self.require(module)
        alias = "np" if module == "numpy" else module
        return ast.Call(dotted(f"{alias}.{rest}"), args, keywords)

    def _arguments(self, operands: list[Operand], names: tuple[str, ...]) -> tuple[list[Any], list[Any]]:
        trees = self.operands(operands)
        if not names:
            return trees, []
        count = len(trees) - len(names)
        keywords = [ast.keyword(key, tree) for key, tree in zip(names, trees[count:], strict=True)]
        return trees[:count], keywords

    # -- containers ------------------------------------------------------------------------------

    def _tuple(self, s: Assign) -> Any:
        return ast.Tuple(self.operands(s.args), LOAD)

    def _list(self, s: Assign) -> Any:
        return ast.List(self.operands(s.args), LOAD)

    def _dict(self, s: Assign) -> Any:
        return ast.Dict(keys=[literal(key) for key in s.extra], values=self.operands(s.args))

    def _new(self, s: Assign) -> Any:
        cls, path, fields = s.extra
        function = dotted(self.static(Const(cls, Static(cls), path)))
        trees = self.operands(s.args)
        keywords = [ast.keyword(key, tree) for key, tree in zip(fields, trees, strict=True)]
        if s.style == "attributes":
            self.helper("_like")
            bare = ast.Call(ast.Attribute(function, "__new__", LOAD), [function], [])
            return ast.Call(name("_like"), [bare], keywords)
        return ast.Call(function, [], keywords)

    def _like(self, s: Assign) -> Any:
        self.helper("_like")
        base, *trees = self.operands(s.args)
        keywords = [ast.keyword(key, tree) for key, tree in zip(s.extra, trees, strict=True)]
        if isinstance(s.target.kind, Tuple):
            replace = ast.Attribute(base, "_replace", LOAD)
            return ast.Call(replace, [], keywords)
        return ast.Call(name("_like"), [base], keywords)

    def _getitem(self, s: Assign) -> Any:
        base = self.operand(s.args[0])
        if s.adjoint and isinstance(s.args[0].kind, Array) and isinstance(s.args[1], Const) and s.args[1].value is ...:
            return base
        if s.style[:1] == ".":
            return ast.Attribute(base, s.style[1:], LOAD)
        return ast.Subscript(base, self.index(s.args[1]), LOAD)

    def index(self, operand: Operand) -> Any:
        """An index between brackets, where slices have colons."""
        if isinstance(operand, Const) and operand.value is Ellipsis and not self.dialect.bare_ellipsis:
            return ast.Slice(lower=None, upper=None, step=None)
        return self._index_part(operand)

    def _index_part(self, operand: Operand) -> Any:
        made = self.folded.get(operand)
        if made is not None and made.primitive == "s2sad.tuple" and made.args:
            return ast.Tuple([self._index_part(arg) for arg in made.args], LOAD)
        if made is None or made.primitive != "s2sad.slice":
            return self.operand(operand)
        lower, upper, step = (None if is_literal_none(arg) else self.operand(arg) for arg in made.args)
        return ast.Slice(lower=lower, upper=upper, step=step)

    def _slice(self, s: Assign) -> Any:
        """A slice as a value."""
        parts = s.args[:2] if is_literal_none(s.args[2]) else s.args
        return call("slice", *self.operands(parts))

    def _getattr(self, s: Assign) -> Any:
        return ast.Attribute(self.operand(s.args[0]), s.extra, LOAD)

    def _seen(self, s: Assign) -> Any:
        return self.operand(s.args[0])

    def _read(self, s: Assign) -> Any:
        whole = isinstance(s.args[1], Const) and s.args[1].value is Ellipsis and isinstance(s.args[0].kind, Array)
        item = self.operand(s.args[0]) if whole else self._getitem(s)
        if not isinstance(s.target.kind, Array) or not isinstance(s.args[0].kind, Array):
            return item
        if any(isinstance(part.kind, (Array, List)) for part in self._index_parts(s.args[1])):
            return item  # a copy already
        return ast.Call(ast.Attribute(item, "copy", LOAD), [], [])

    def _index_parts(self, index: Operand) -> list[Operand]:
        made = self.folded.get(index)
        return list(made.args) if isinstance(made, Assign) and made.primitive == "s2sad.tuple" else [index]

    def _last_writes(self, s: Assign) -> Any:
        self.helper("_last_writes")
        g, whole, place = s.args
        return call("_last_writes", self.operand(g), self.operand(whole), self.operand(place))

    def _some(self, s: Assign) -> Any:
        return self.operand(s.args[0])

    def _touched(self, s: Assign) -> Any:
        return self.operand(s.args[0])

    def _alias(self, s: Assign) -> Any:
        return self.operand(s.args[0])

    def _copy(self, s: Assign) -> Any:
        kind = s.args[0].kind
        base = self.operand(s.args[0])
        if s.extra == SHALLOW or _is_flat(kind) or kind == TAPE or isinstance(kind, Array) and kind.dims is not None:
            return ast.Call(ast.Attribute(base, "copy", LOAD), [], [])
        self.require("copy")
        return call("copy.deepcopy", base)

    # -- adjoints --------------------------------------------------------------------------------

    def _expand(self, s: Assign) -> Any:
        value, like = s.args
        tree = self.operand(like)
        self.require("numpy")
        if isinstance(like.kind, Array) and like.kind.dims is None:
            return ast.BinOp(self.operand(value), ast.Add(), call("np.zeros_like", tree))
        if isinstance(value.kind, Scalar):
            if isinstance(value, Const) and value.value == 1.0 and not value.path:
                return call("np.ones_like", tree)
            return call("np.full_like", tree, self.operand(value))
        shape = ast.Attribute(tree, "shape", LOAD)
        return call("np.broadcast_to", self.operand(value), shape)

    def _guard(self, s: Assign) -> Any:
        g, contribution = self.operands(s.args)
        test = ast.Compare(g, [ast.NotEq()], [constant(0.0)])
        if isinstance(s.target.kind, Scalar) and isinstance(s.args[0].kind, Scalar):
            return ast.IfExp(test, contribution, constant(0.0))
        self.require("numpy")
        return call("np.where", test, contribution, constant(0.0))

    def _select(self, s: Assign) -> Any:
        test, x, y = self.operands(s.args)
        return ast.IfExp(test, x, y)

    def _both(self, s: Assign) -> Any:
        return conjunction(ast.And(), self.operands(s.args))

    def _one_of(self, s: Assign) -> Any:
        return conjunction(ast.Or(), self.operands(s.args))

    def _shape(self, s: Assign) -> Any:
        kind = s.args[0].kind
        if isinstance(kind, Array) and kind.dims is not None:
            return ast.Attribute(self.operand(s.args[0]), "shape", LOAD)
        self.require("numpy")
        return call("np.shape", self.operand(s.args[0]))

    def _unbroadcast(self, s: Assign) -> Any:
        return self._helper("_unbroadcast", s)

    def _helper(self, which: str, s: Assign | Effect) -> Any:
        self.helper(which)
        self.require("numpy")
        return call(which, *self.operands(s.args))

    def _zeros_like(self, s: Assign) -> Any:
        if s.extra == UNFILLED:
            nothing = ast.List([constant(None)], LOAD)
            return ast.BinOp(nothing, ast.Mult(), call("len", self.operand(s.args[0])))
        return self.zeros(s.target.kind, self.operand(s.args[0]))

    def zeros(self, kind: Any, tree: Any) -> Any:
        if isinstance(kind, Scalar):
            return constant(0.0)
        if isinstance(kind, List):
            if isinstance(kind.item, Scalar):
                return _zeros(call("len", tree))
            zero = self.zeros(kind.item, name("item"))
            loop = ast.comprehension(target=name("item", store=True), iter=tree, ifs=[], is_async=0)
            return ast.ListComp(elt=zero, generators=[loop])
        if isinstance(kind, Tuple) and kind.cls is None and not self.dialect.dynamic:
            zeros = [self.zeros(k, item(tree, n)) if carries_derivative(k) else constant(None)
                     for n, k in enumerate(kind.items)]
            return ast.Tuple(zeros, LOAD)
        self.require("numpy")
        if isinstance(kind, Array):
            return call("np.zeros_like", tree)
        self.helper("_zeros")
        return call("_zeros", tree)

    def plus(self, kind: Any, x: Any, y: Any) -> Any:
        """The sum of two adjoints of a value of this kind."""
        if isinstance(kind, (Scalar, Array)):
            return ast.BinOp(x, OPERATORS["add"], y)
        simple = isinstance(kind, List) and kind.cls is list and isinstance(kind.item, (Scalar, Array))
        if isinstance(kind, List) and (simple or not self.dialect.dynamic):
            pair = ast.Tuple([name("a", store=True), name("b", store=True)], STORE)
            loop = ast.comprehension(target=pair, iter=call("zip", x, y), ifs=[], is_async=0)
            return ast.ListComp(elt=self.plus(kind.item, name("a"), name("b")), generators=[loop])
        if isinstance(kind, Tuple) and kind.cls is None and not self.dialect.dynamic:
            sums = [self.plus(k, item(x, n), item(y, n)) if carries_derivative(k) else constant(None)
                    for n, k in enumerate(kind.items)]
            return ast.Tuple(sums, LOAD)
        self.helper("_add")
        self.require("numpy")
        return call("_add", x, y)

    def _cast(self, s: Assign) -> Any:
        dtype = s.target.kind.dtype if isinstance(s.target.kind, (Scalar, Array)) else "float64"
        self.require("numpy")
        if isinstance(s.args[0].kind, Scalar):
            return call(f"np.{dtype}", self.operand(s.args[0]))
        method = ast.Attribute(self.operand(s.args[0]), "astype", LOAD)
        return ast.Call(method, [dotted(f"np.{dtype}")], [])

    def _add_lists(self, s: Assign) -> Any:
        return self.plus(s.target.kind, *self.operands(s.args))

    def _zeros_of(self, s: Assign) -> Any:
        if isinstance(s.target.kind, List):
            return _zeros(self.operand(s.args[0]))
        self.require("numpy")
        return call("np.zeros", self.operand(s.args[0]))

    def _index_add(self, s: Assign) -> Any:
        raise InternalError("an update in place is a statement", s.origin)

    # -- tapes -----------------------------------------------------------------------------------

    def _unstack(self, s: Assign) -> Any:
        return call("list", self.operand(s.args[0]))

    def _tape(self, s: Assign) -> Any:
        """A list, or an array: of places for the rounds of loops, or of some that may become more."""
        if s.extra is None:
            return ast.List([], LOAD)
        if s.extra == BYTES:
            return call("bytearray")
        if isinstance(s.extra, tuple):
            return self._tapes(s)
        lengths = self.operands(s.args) or [constant(FIRST_LENGTH)]
        shape = lengths[0] if len(lengths) == 1 else ast.Tuple(lengths, LOAD)
        self.require("numpy")
        return call("np.empty", shape, *_dtype(s.extra))

    def _tapes(self, s: Assign) -> Any:
        """A list of so many tapes, which are to come; what stands in their places says of what type they are."""
        _, dtype, item = s.extra
        self.require("numpy")
        nothing = _nothing((0,), dtype) if dtype is not None else ast.List(
            [_nothing((0,) * len(item.dims), item.dtype)], LOAD)
        times = call("range", self.operand(s.args[0]))
        loop = ast.comprehension(target=name("_", store=True), iter=times, ifs=[], is_async=0)
        return ast.ListComp(elt=nothing, generators=[loop])

    def _hand_over(self, s: Assign) -> Any:
        return self.operand(s.args[0])

    def _top(self, s: Assign) -> Any:
        return constant(0)

    def taped(self, tape: Operand, places: list[Operand], store: bool = False) -> Any:
        """The place of an array that a value is taped at."""
        trees = self.operands(places)
        place = trees[0] if len(trees) == 1 else ast.Tuple(trees, LOAD)
        return ast.Subscript(self.operand(tape), place, STORE if store else LOAD)

    def _rows(self, s: Assign) -> Any:
        """What a list holds as the rows of a matrix, of which there may be none."""
        self.require("numpy")
        rows, count = self.operands(s.args)
        dtype = getattr(s.target.kind, "dtype", "float64")
        if dtype not in ("float64", "any"):  # of no rows NumPy makes float64
            rows = call("np.array", rows, dotted(f"np.{dtype}"))
        return call("np.reshape", rows, ast.Tuple([call("len", self.operand(s.args[0])), count], LOAD))

    def _pop(self, s: Assign) -> Any:
        if len(s.args) > 1:
            return self.taped(s.args[0], s.args[1:])
        return call(ast.Attribute(self.operand(s.args[0]), "pop", LOAD))

    # -- what is kept as it stands ---------------------------------------------------------------

    def _call_rev(self, s: Assign) -> Any:
        return call(f"{s.extra.name}_rev", *self.operands(s.args))

    def _invoke(self, s: Effect) -> Any:
        args, keywords = self._arguments(s.args[1:], s.extra)
        return ast.Call(self.operand(s.args[0]), args, keywords)

    def _invoke_method(self, s: Effect) -> Any:
        which, names = s.extra
        args, keywords = self._arguments(s.args[1:], names)
        receiver = ast.Attribute(self.operand(s.args[0]), which, LOAD)
        return ast.Call(receiver, args, keywords)

    def _opaque(self, s: Effect) -> Any:
        template, names = s.extra
        return self.fill(template, dict(zip(names, s.args, strict=True)))

    def fill(self, template: Any, operands: dict[str, Operand], stored: dict[str, str] | None = None) -> Any:
        """A piece of syntax with operands in the places of the names that it reads."""
        trees = {key: self.operand(operand) for key, operand in operands.items()}
        return Fill(trees, stored or {}).visit(plain(template))


@functools.cache
def _writer(primitive: str) -> Callable[[Express, Any], Any]:
    """What writes the values of a primitive."""
    module, _, rest = primitive.partition(".")
    if module == "operator" or primitive in _OPERATIONS:
        return _operation(_OPERATIONS.get(primitive, rest))
    if module == "s2sad":
        writer: Callable[[Express, Any], Any] = getattr(Express, f"_{rest}", Express._by_helper)
        return writer
    return lambda express, s: express._call(s, module, rest)


def _operation(which: str) -> Callable[[Express, Any], Any]:
    """What writes the values of an operator."""
    if which in UNARY:
        return lambda express, s: ast.UnaryOp(UNARY[which], express.operand(s.args[0]))
    if which in COMPARISONS:
        op = COMPARISONS[which]
        return lambda express, s: ast.Compare(express.operand(s.args[0]), [op], [express.operand(s.args[1])])
    op = OPERATORS[which]
    return lambda express, s: ast.BinOp(express.operand(s.args[0]), op, express.operand(s.args[1]))


def _zeros(length: Any) -> Any:
    return ast.BinOp(ast.List([constant(0.0)], LOAD), ast.Mult(), length)


def _is_flat(kind: Any) -> bool:
    """Whether a list or dict holds numbers alone: a shallow copy shares nothing that can change."""
    items = [kind.item] if isinstance(kind, List) else [k for _, k in kind.items] if isinstance(kind, Dict) else None
    return items is not None and not any(map(is_mutable, items))


def _dtype(dtype: str) -> list[Any]:
    """What a maker of arrays is told, if it would not take it to be so anyhow."""
    return [] if dtype == "float64" else [dotted(f"np.{dtype}{'_' if dtype == 'bool' else ''}")]


def _nothing(shape: tuple[int, ...], dtype: str) -> Any:
    """An array without elements."""
    return call("np.empty", constant(shape[0] if len(shape) == 1 else shape), *_dtype(dtype))


def _joined(function: str, args: list[Any]) -> list[Any]:
    """`min(a, b, c)` for `min(min(a, b), c)`."""
    match args:
        case [ast.Call(ast.Name(inner), [_, _, *_] as first, []), _, *_] if inner == function in ("min", "max"):
            return [*first, *args[1:]]
    return args
