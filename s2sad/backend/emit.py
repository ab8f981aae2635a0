"""From IR to the text of a module."""
from __future__ import annotations

import ast
import builtins
import copy
import functools
from dataclasses import dataclass, field
from typing import Any

from s2sad.backend.dialect import NUMPY, Dialect
from s2sad.backend.express import OPERATORS, Express, call, constant, name, simplified
from s2sad.backend.fold import Folding, fold
from s2sad.backend.naming import Names
from s2sad.backend.overlap import may_share
from s2sad.backend.spans import Span
from s2sad.backend.write import Comments, plain
from s2sad.errors import InternalError, Location, UnsupportedError
from s2sad.ir.kinds import INT, SLICE, TAPE, UNKNOWN, Array, Kind, List, Scalar
from s2sad.ir.nodes import (
    IN_PLACE,
    TAKEN,
    UNDEFINED,
    Assign,
    Block,
    Const,
    Drain,
    Each,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    While,
    With,
)
from s2sad.rules.build import Context
from s2sad.rules.indexing import is_basic, is_mask, names_each_once


@dataclass
class Module:
    """A generated module in the making: its functions, and what they import and call for.

    ``captured`` are the parameters of each function that hold what it captures; ``own_helpers`` the texts of
    helpers that were written for it.
    """

    dialect: Dialect = NUMPY
    comments: Comments = field(default_factory=Comments)
    imports: dict[str, str] = field(default_factory=dict)
    helpers: list[str] = field(default_factory=list)
    functions: list[Any] = field(default_factory=list)
    free: dict[str, Const] = field(default_factory=dict)
    captured: dict[str, list[str]] = field(default_factory=dict)
    own_helpers: dict[str, str] = field(default_factory=dict)
    at: Location | None = None  # of what is being written

    def require(self, module: str) -> None:
        root = module.split(".")[0]
        alias, line = ("np", "import numpy as np") if module == "numpy" else (root, f"import {module}")
        self.imports[alias] = line

    def imported(self, line: str) -> None:
        """Add a line ``from … import name``."""
        self.imports[line.rpartition(" ")[2]] = line

    def helper(self, which: str) -> None:
        if which not in self.dialect.helpers:
            raise UnsupportedError(
                "the derivative asks at run time of what type its values are, which backend="
                f'"{self.dialect.name}" does not', self.at, 'use backend="numpy" here',
            )
        if which not in self.helpers:
            self.helpers.append(which)

    def static(self, operand: Const) -> str:
        """How the module names an object from outside."""
        module, colon, path = operand.path.rpartition(":")
        root = path.split(".")[0]
        if colon:
            line = f"from {module} import {root}"
            if self.imports.setdefault(root, line) != line:
                self.require(module)
                return f"{module}.{path}"
            return path
        if hasattr(builtins, root) and getattr(builtins, root, None) is operand.value:
            return path
        if root in ("np", "math") and "." in path:
            self.require("numpy" if root == "np" else root)
            return path
        cls = operand.value
        owner = getattr(cls, "__module__", None)
        if isinstance(cls, type) and not path and owner:
            return self.static(Const(cls, operand.kind, f"{owner}:{cls.__qualname__}"))
        self.free.setdefault(root, operand)
        return path

    def text(self, header: str) -> str:
        helpers, lines = self._helper_texts(), self._import_lines()
        parts = [header.rstrip()] if header else []
        if lines:
            parts.append("\n".join(lines))
        body = [self.comments.text(function).strip("\n") for function in self.functions] + helpers
        return ("\n".join(parts) + "\n\n\n" + "\n\n\n".join(body) + "\n").lstrip("\n")

    def tree(self) -> ast.Module:
        """What the text says, as it was before it was written; comments are still calls of `write.MARKERS`."""
        texts = [*self._helper_texts(), "\n".join(self._import_lines())]
        return ast.Module([*(s for text in texts[::-1] for s in _statements(text)), *self.functions], [])

    def _helper_texts(self) -> list[str]:
        """The helpers that are called for, with what they call; asks for what they import."""
        dialect = self.dialect
        chosen = dialect.with_needs(self.helpers)
        if any("np." in dialect.helpers[which] for which in chosen):
            self.require("numpy")
        for which in chosen:
            if which in dialect.helper_imports:
                self.require(dialect.helper_imports[which])
        return [dialect.helper(text) for text in (*self.own_helpers.values(), *(dialect.helpers[h] for h in chosen))]

    def _import_lines(self) -> list[str]:
        lines = {*self.dialect.imports, *self.imports.values()}
        return sorted(lines, key=lambda line: (line.startswith("from"), line))


@functools.lru_cache(maxsize=64)
def _statements(text: str) -> list[ast.stmt]:
    return ast.parse(text).body


class Emitter:
    """Writes one function."""

    def __init__(self, module: Module, function: Function, context: Context, reserved: set[str]) -> None:
        self.module, self.function, self.context = module, function, context
        self.folding: Folding = fold(function, module.dialect.fuses)
        self.names = Names(function, self.folding, reserved, module.dialect.numbered)
        self.express = Express(self.names, self.folding.folded, module)
        self.line: Location | None = None
        self.moved = False

    def emit(self) -> Any:
        body = self._block(self.function.body)
        result = self.express.operand(self.function.result)
        body.append(ast.Return(value=result))
        if self.function.doc:
            body.insert(0, ast.Expr(value=constant(self.function.doc)))
        return ast.FunctionDef(
            name=self.function.name, args=self._arguments(), body=body,
            decorator_list=self.module.dialect.decorators(), returns=None, type_comment=None,
        )

    def _arguments(self) -> Any:
        groups: dict[str, list[Any]] = {"only": [], "plain": [], "keyword": []}
        defaults: list[Any] = []
        keyword_defaults: list[Any] = []
        starred: dict[str, Any] = {"*": None, "**": None}
        for param in self.function.params:
            node = ast.arg(arg=self.names(param.var))
            if param.prefix:
                starred[param.prefix] = node
            elif param.keyword_only:
                groups["keyword"].append(node)
                keyword_defaults.append(None if param.default is None else plain(param.default))
            else:
                groups["only" if param.positional_only else "plain"].append(node)
                if param.default is not None:
                    defaults.append(plain(param.default))
        return ast.arguments(
            posonlyargs=groups["only"], args=groups["plain"], vararg=starred["*"], kwonlyargs=groups["keyword"],
            kw_defaults=keyword_defaults, kwarg=starred["**"], defaults=defaults,
        )

    # -- statements --------------------------------------------------------------------------------

    def _block(self, block: Block, last: bool = False) -> list[Any]:
        body: list[Any] = []
        forward = True
        for s in block.statements:
            if self.folding.has(s):
                continue
            if block is self.function.body and forward and s.adjoint:
                forward = False
                if body:
                    body.append(self.module.comments.blank())
            body += self._comment(s)
            for tree in self._statement(s):
                if body and _same_test(body[-1], tree):
                    body[-1].body += tree.body
                else:
                    body.append(tree)
        return body

    def _comment(self, s: Statement) -> list[Any]:
        """A comment ties adjoint statements to the line that they belong to."""
        if not s.adjoint or s.origin is None or not s.simple and not _over_elements(s):
            self.line = self.line if s.simple else None
            return []
        if self.line is not None and (self.line.file, self.line.line) == (s.origin.file, s.origin.line):
            return []
        if isinstance(s, Assign) and s.primitive == "s2sad.pop":
            return []
        self.line = s.origin
        return [self.module.comments.comment(_quoted(s.origin))]

    def _statement(self, s: Statement) -> list[Any]:
        self.module.at = s.origin or self.module.at
        match s:
            case Assign():
                return self._assign(s)
            case Effect():
                return self._effect(s)
            case Store():
                base, place = self.express.operand(s.base), self.express.index(s.index)
                target = ast.Subscript(value=base, slice=place, ctx=ast.Store())
                return [ast.Assign(targets=[target], value=self.express.operand(s.value), type_comment=None)]
            case If():
                return self._if(s)
            case With():
                return self._with(s)
            case Loop():
                return self._loop(s)
        raise InternalError(f"{type(s).__name__} cannot be written", s.origin)

    def _assign(self, s: Assign) -> list[Any]:
        target = self.names(s.target)
        if s.primitive in IN_PLACE:
            return self._in_place(s, target)
        augmented = self._augmented(s, target)
        if augmented is not None:
            return [augmented]
        value = self.express.value(s)
        if isinstance(value, ast.Name) and value.id == target:
            return []
        return [_set(target, value)]

    def _augmented(self, s: Assign, target: str) -> Any:
        module, _, which = s.primitive.partition(".")
        if module != "operator" or which not in OPERATORS:
            return None
        if not (s.style == "augmented" or s.extra == "owned" or s.adjoint and which in ("add", "sub")):
            return None
        if isinstance(s.target.kind, Array) and s.extra != "owned" or not isinstance(s.target.kind, (Scalar, Array)):
            return None
        first, second = s.args
        swaps = which == "add" and isinstance(s.target.kind, Scalar)  # an array may be added to if it is owned
        if swaps and self._is(second, target) and not self._is(first, target):
            first, second = second, first
        if self._is(first, target):
            return self._update(name(target, store=True), which, second, s.target)
        return self._continued(s, target, which)

    def _update(self, target: Any, which: str, value: Operand, base: Operand) -> Any:
        """`target += value`, or in full where it would write into the value while it reads it."""
        tree = self.express.operand(value)
        if isinstance(tree, ast.IfExp) and _is_zero(tree.orelse):
            return _if_taken(tree.test, _augment(target, which, tree.body))
        if not self._overlaps(value, base):
            return _augment(target, which, tree)
        current = copy.deepcopy(target)
        current.ctx = ast.Load()
        whole = ast.BinOp(left=current, op=OPERATORS[which](), right=tree)
        if isinstance(target, ast.Name):
            target = ast.Subscript(value=name(target.id), slice=_everything(), ctx=ast.Store())
        return ast.Assign(targets=[target], value=whole, type_comment=None)

    def _overlaps(self, value: Operand, base: Operand) -> bool:
        """Whether what is added is a view of memory that is updated, and the update does not wait for it."""
        if self.module.dialect.buffers or not isinstance(value.kind, Array):
            return False
        return may_share(self.context.definitions, value, base)

    def _buffered(self, s: Assign, base: Operand) -> bool:
        """Whether an update that the user wrote in place must be computed in full first."""
        made = self.folding.folded.get(s.args[3]) if isinstance(s.args[3], Var) else None
        return isinstance(made, Assign) and any(self._overlaps(arg, base) for arg in made.args[1:])

    def _continued(self, s: Assign, target: str, which: str) -> Any:
        """`x_bar = x_bar + a + b` as `x_bar += a + b`."""
        terms: list[tuple[str, Operand]] = []
        current: Operand = s.target
        made: Assign | Effect | None = s
        while isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub") and made.adjoint:
            terms.append((made.primitive.partition(".")[2], made.args[1]))
            current = made.args[0]
            if self._is(current, target):
                break
            made = self.folding.folded.get(current) if isinstance(current, Var) else None
            if made is not None and isinstance(current, Var) and not current.name:
                return None
        if not self._is(current, target) or len(terms) < 2:
            return None
        terms.reverse()
        sign, first = terms[0]
        total = self.express.operand(first)
        flip = {"add": "sub", "sub": "add"}
        for which, operand in terms[1:]:
            which = which if sign == "add" else flip[which]
            total = ast.BinOp(left=total, op=OPERATORS[which](), right=self.express.operand(operand))
        return _augment(name(target, store=True), sign, total)

    def _is(self, operand: Operand, target: str) -> bool:
        return isinstance(operand, Var) and operand not in self.folding.folded and self.names(operand) == target

    def _in_place(self, s: Assign, target: str) -> list[Any]:
        held = self.express.operand(s.args[0])
        body = [] if isinstance(held, ast.Name) and held.id == target else [_set(target, held)]
        if s.primitive == "s2sad.append":
            return [*body, _do(target, "append", self.express.operand(s.args[1]))]
        if s.primitive == "s2sad.drop_last":
            return [*body, _do(target, "pop")]
        if s.primitive == "s2sad.tuple_add":
            return self._tuple_add(s, target)
        if s.primitive == "s2sad.store":
            return [*body, self._store(s, target)]
        if s.primitive == "s2sad.add_at":
            _, view, place, value = s.args
            whole = name(target) if view is s.args[0] else self.express.operand(view)
            return [*body, self._scatter(whole, view.kind, place, value, s)]
        if s.primitive == "s2sad.clear":
            return [*body, self._clear(s, target)]
        if s.primitive == "s2sad.put":
            whole = name(target) if len(s.args) == 3 else self.express.operand(s.args[3])
            item = ast.Subscript(value=whole, slice=self.express.index(s.args[1]), ctx=ast.Store())
            return [*body, ast.Assign(targets=[item], value=self.express.operand(s.args[2]), type_comment=None)]
        place, value = s.args[1:3]
        if len(s.args) == 4:
            return [*body, *self._add_through(s, place, value)]
        if not isinstance(s.target.kind, Array) or self._is_plain(place):
            item = ast.Subscript(value=name(target), slice=self.express.index(place), ctx=ast.Store())
            if isinstance(s.target.kind, Array) or place.kind == INT and isinstance(value.kind, (Scalar, Array)):
                return [*body, self._update(item, _sign(s), value, s.args[0])]
            load = ast.Subscript(value=name(target), slice=self.express.index(place), ctx=ast.Load())
            total = self.express.plus(_item_kind(s.target.kind, place), load, self.express.operand(value))
            return [*body, ast.Assign(targets=[item], value=total, type_comment=None)]
        return [*body, self._scatter(name(target), s.target.kind, place, value, s)]

    def _is_plain(self, place: Operand) -> bool:
        """Whether `a[place] += t` adds to each element that it names once."""
        once = is_basic(self.context, place) or is_mask(self.context, place)
        return once or self.module.dialect.scatter is None and names_each_once(self.context, place)

    def _scatter(self, whole: Any, base: Kind, place: Operand, value: Operand, s: Assign) -> Any:
        """Add at places of which some may be the same."""
        self.module.require("numpy")
        if self.module.dialect.scatter is not None:
            return ast.Expr(value=self.module.dialect.scatter(self.express, whole, base, place, value, s.origin))
        added, sign = self.express.operand(value), _sign(s)
        if isinstance(added, ast.UnaryOp) and isinstance(added.op, ast.USub):
            added, sign = added.operand, "sub" if sign == "add" else "add"
        function = "np.add.at" if sign == "add" else "np.subtract.at"
        return _run(function, whole, self.express.operand(place), added)

    def _store(self, s: Assign, target: str) -> Any:
        current, view, place, value = s.args
        whole = name(target) if view is current else self.express.operand(view)
        tree = self.express.operand(value)
        if s.style == "augmented" and isinstance(tree, ast.BinOp):
            updated = self._place(whole, place)
            if self._buffered(s, view):
                return ast.Assign(targets=[updated], value=tree, type_comment=None)
            return ast.AugAssign(target=updated, op=tree.op, value=tree.right)
        item = ast.Subscript(value=whole, slice=self.express.index(place), ctx=ast.Store())
        return ast.Assign(targets=[item], value=tree, type_comment=None)

    def _place(self, whole: Any, place: Operand) -> Any:
        """What an augmented assignment updates: an element, or all of an array."""
        if isinstance(place, Const) and place.value is Ellipsis and isinstance(whole, (ast.Name, ast.Subscript)):
            whole.ctx = ast.Store()
            return whole
        return ast.Subscript(value=whole, slice=self.express.index(place), ctx=ast.Store())

    def _clear(self, s: Assign, target: str) -> Any:
        whole = name(target) if len(s.args) == 2 else self.express.operand(s.args[2])
        item = ast.Subscript(value=whole, slice=self.express.index(s.args[1]), ctx=ast.Store())
        zero: Any = constant(0.0)
        if isinstance(s.target.kind, List) and not isinstance(s.target.kind.item, Scalar):
            load = ast.Subscript(value=whole, slice=self.express.index(s.args[1]), ctx=ast.Load())
            zero = self.express.zeros(s.target.kind.item, load)
        return ast.Assign(targets=[item], value=zero, type_comment=None)

    def _add_through(self, s: Assign, place: Operand, value: Operand) -> list[Any]:
        """Add to an array through a view of it."""
        whole = self.express.operand(s.args[3])
        if self._is_plain(place):
            return [self._update(self._place(whole, place), _sign(s), value, s.args[3])]
        return [self._scatter(whole, s.args[3].kind, place, value, s)]

    def _tuple_add(self, s: Assign, target: str) -> list[Any]:
        held, place = self.express.operand(s.args[0]), self.express.index(s.args[1])
        if self.module.dialect.tuple_item is not None:
            load = ast.Subscript(value=held, slice=place, ctx=ast.Load())
            total = self.express.plus(s.args[2].kind, load, self.express.operand(s.args[2]))
            return [_set(target, self.module.dialect.tuple_item(self.express, held, place, total))]
        items = call("list", held)
        load = ast.Subscript(value=name(target), slice=place, ctx=ast.Load())
        item = ast.Subscript(value=name(target), slice=place, ctx=ast.Store())
        self.module.helper("_add")
        total = call("_add", load, self.express.operand(s.args[2]))
        return [
            _set(target, items),
            ast.Assign(targets=[item], value=total, type_comment=None),
            _set(target, ast.Call(func=name("tuple"), args=[name(target)], keywords=[])),
        ]

    def _push(self, s: Effect) -> list[Any]:
        tape, value, *places = s.args
        if not places:
            return [_do(self.express.operand(tape), "append", self.express.operand(value))]
        target = self.express.taped(tape, places, store=True)
        return [ast.Assign(targets=[target], value=self.express.operand(value), type_comment=None)]

    def _advance(self, s: Effect) -> list[Any]:
        """The next place of arrays that are as long as each other, and longer ones where there is none."""
        top, *tapes = self.express.operands(s.args)
        self.module.helper("_grown")
        if self.module.dialect.parallel:
            self.module.helper("_is_full")
            full = call("_is_full", tapes[0], top)
        else:
            full = ast.Compare(left=top, ops=[ast.Eq()], comparators=[call("len", tapes[0])])
        grow = [_set(tape.id, call("_grown", tape)) for tape in tapes]
        return [_augment(name(top.id, store=True), "add", constant(1)), ast.If(test=full, body=grow, orelse=[])]

    def _effect(self, s: Effect) -> list[Any]:
        if s.primitive == "s2sad.push":
            return self._push(s)
        if s.primitive == "s2sad.advance":
            return self._advance(s)
        if s.primitive == "s2sad.go_back":
            return [_augment(name(self.express.operand(s.args[0]).id, store=True), "sub", constant(1))]
        if s.primitive == "s2sad.statement":
            return self._kept(s)
        if s.primitive == "s2sad.inplace":
            return self._user_in_place(s)
        if s.primitive == "s2sad.call":
            names = [name(self.names(var), store=True) for var in s.targets]
            run = ast.Call(func=name(f"{s.extra.name}_fwd"), args=self.express.operands(s.args), keywords=[])
            target = ast.Tuple(elts=names, ctx=ast.Store())
            return [ast.Assign(targets=[target], value=run, type_comment=None)]
        if s.primitive == "s2sad.unpack":
            return [self._unpack(s)]
        if s.primitive == "s2sad.evaluate":
            primitive, keywords = s.extra
            value = self.express.value(Assign(Var(""), primitive, s.args, keywords))
            return [ast.Expr(value=value)]
        if s.primitive in self.module.dialect.checks:
            return [ast.Expr(value=tree) for tree in self.module.dialect.checks[s.primitive](self.express, s)]
        if s.primitive == "s2sad.check_apart":
            return [self._check_apart(s)]
        if s.primitive == "s2sad.check_contiguous":
            self.express.helper("_check_contiguous")
            return [_run("_check_contiguous", constant(s.extra), self.express.operand(s.args[0]))]
        if s.primitive == "s2sad.same_length":
            self.express.helper("_same_length")
            return [_run("_same_length", *self.express.operands(s.args))]
        value = self.express.value(s)
        if s.targets and s.targets[0] in self.names.group and self._is_read(s.targets[0]):
            return [_set(self.names(s.targets[0]), value)]
        return [ast.Expr(value=value)]

    def _check_apart(self, s: Effect) -> Any:
        updated, others = s.extra
        self.express.helper("_check_apart")
        arrays = self.express.operands(s.args)
        tables = [
            ast.Dict(keys=[constant(label) for label in labels], values=values)
            for labels, values in ((updated, arrays[: len(updated)]), (others, arrays[len(updated) :]))
        ]
        return _run("_check_apart", *tables)

    def _unpack(self, s: Effect) -> Any:
        names = [name(self.names(var), store=True) for var in s.targets]
        target = ast.Tuple(elts=names, ctx=ast.Store())
        return ast.Assign(targets=[target], value=self.express.operand(s.args[0]), type_comment=None)

    def _is_read(self, var: Var) -> bool:
        return len(self.names.live.spans.get(var, Span())) > 1 or bool(var.name)

    def _user_in_place(self, s: Effect) -> list[Any]:
        held, value = s.args
        if not s.targets:
            target = self.express.operand(held)
            target.ctx = ast.Store()
            return [self._update(target, s.extra, value, held)]
        target_name = self.names(s.targets[0])
        current = self.express.operand(held)
        first = [] if isinstance(current, ast.Name) and current.id == target_name else [_set(target_name, current)]
        return [*first, self._update(name(target_name, store=True), s.extra, value, held)]

    def _kept(self, s: Effect) -> list[Any]:
        template, names, written = s.extra
        operands = dict(zip(names, s.args, strict=True))
        stored = {target.name: self.names(target) for target in s.targets}
        before: list[Any] = []
        for written_name in written:
            # What the statement may leave alone keeps the value that it had.
            operand = operands.pop(written_name, None)
            if operand is not None and not self._is(operand, stored[written_name]):
                before.append(_set(stored[written_name], self.express.operand(operand)))
        return [*before, self.express.fill(template, operands, stored)]

    # -- branches ----------------------------------------------------------------------------------

    def _if(self, s: If, breaks: list[Operand] | None = None) -> list[Any]:
        outer = self.line
        test = self.express.operand(s.condition)
        bodies = []
        for number, block in enumerate(s.blocks()):
            self.line = outer
            body = self._block(block)
            body += self._moves([(m.out, m.values[number]) for m in s.merges if m.out in self.names.group
                                 and not (breaks and m.out is breaks[0])])
            if breaks is not None:
                body += self._break_on(block, breaks[number + 1])
            bodies.append(body)
        self.line = None
        then, orelse = bodies
        expression = self._conditional(s, test, then, orelse)
        if expression is not None:
            return [expression]
        return _branches(test, then, orelse)

    def _conditional(self, s: If, test: Any, then: list[Any], orelse: list[Any]) -> Any:
        """`if c: t = a` / `else: t = b` of a value without a name is `t = a if c else b`."""
        if len(s.merges) != 1 or s.merges[0].out.name or len(then) != 1 or len(orelse) != 1:
            return None
        if not all(isinstance(body[0], ast.Assign) for body in (then, orelse)):
            return None
        target = self.names(s.merges[0].out)
        one, two = then[0], orelse[0]
        if any(not isinstance(a.targets[0], ast.Name) or a.targets[0].id != target for a in (one, two)):
            return None
        return _set(target, ast.IfExp(test=test, body=one.value, orelse=two.value))

    def _break_on(self, block: Block, stop: Operand) -> list[Any]:
        if isinstance(stop, Const):
            return [ast.Break()] if stop.value is True else []
        if isinstance(stop, Var) and self._last_if(block, stop) is not None:
            return []
        return [ast.If(test=self.express.operand(stop), body=[ast.Break()], orelse=[])]

    def _last_if(self, block: Block, stop: Operand) -> If | None:
        """The `if` at the end of a block that says whether the loop stops."""
        for s in reversed(block.statements):
            if self.folding.has(s):
                continue
            if isinstance(s, If) and any(merge.out is stop for merge in s.merges):
                return s
            return None
        return None

    def _with(self, s: With) -> list[Any]:
        manager = self.express.operand(s.manager)
        target = None
        if s.target is not None:
            target = name(self.names(s.target), store=True)
        body = self._block(s.body)
        body += self._moves([(merge.out, merge.values[0]) for merge in s.merges])
        item = ast.withitem(context_expr=manager, optional_vars=target)
        return [ast.With(items=[item], body=body or [ast.Pass()], type_comment=None)]

    def _moves(self, pairs: list[tuple[Var, Operand]]) -> list[Any]:
        """Copies that control flow needs where names could not be shared; all at once."""
        moves = []
        for target, value in pairs:
            if value is UNDEFINED or self._is(value, self.names(target)):
                continue
            moves.append((self.names(target), self.express.operand(value)))
        if len(moves) > 1 and self._entangled(moves):
            targets = ast.Tuple(elts=[name(target, store=True) for target, _ in moves], ctx=ast.Store())
            values = ast.Tuple(elts=[value for _, value in moves], ctx=ast.Load())
            return [ast.Assign(targets=[targets], value=values, type_comment=None)]
        return [_set(target, value) for target, value in moves]

    def _entangled(self, moves: list[tuple[str, Any]]) -> bool:
        written: set[str] = set()
        for target, value in moves:
            read = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
            if read & written:
                return True
            written.add(target)
        return False

    # -- loops -------------------------------------------------------------------------------------

    def _loop(self, s: Loop) -> list[Any]:
        if not _over_elements(s):
            self.line = None
        before = self._moves([(carry.param, carry.init) for carry in s.carries])
        if isinstance(s, For) and s.note:
            before.append(self.module.comments.comment(s.note))
        body = self._loop_body(s)
        self.moved = any(self.names(carry.param) == self.names(s.index) for carry in s.carries) if isinstance(
            s, For) else False
        after = self._moves([(c.result, c.param) for c in s.carries if self.names(c.result) != self.names(c.param)])
        if not _over_elements(s):
            self.line = None
        return [*before, self._head(s, body), *after]

    def _loop_body(self, s: Loop) -> list[Any]:
        moves = [(carry.param, carry.out) for carry in s.carries]
        final = None
        if s.stop is not None:
            final = self._last_if(s.body, s.stop)
        needs_moves = bool(self._moves(moves))
        if final is not None and not needs_moves:
            return self._breaking(s.body, final, s.stop)
        body = self._block(s.body)
        body += self._moves(moves)
        if s.stop is not None:
            body.append(ast.If(test=self.express.operand(s.stop), body=[ast.Break()], orelse=[]))
        return body or [ast.Pass()]

    def _breaking(self, block: Block, final: If, stop: Operand | None) -> list[Any]:
        """A block whose last `if` leaves the loop in some of its branches."""
        body: list[Any] = []
        for s in block.statements:
            if self.folding.has(s):
                continue
            body += self._comment(s)
            body += self._breaking_if(s, stop) if s is final else self._statement(s)
        return body

    def _breaking_if(self, s: If, stop: Operand | None) -> list[Any]:
        merge = next(merge for merge in s.merges if merge.out is stop)
        test = self.express.operand(s.condition)
        bodies = []
        for number, block in enumerate(s.blocks()):
            value = merge.values[number]
            moves = self._moves([(m.out, m.values[number]) for m in s.merges if m is not merge])
            inner = self._last_if(block, value) if isinstance(value, Var) else None
            if inner is not None and not moves:
                bodies.append(self._breaking(block, inner, value))
            else:
                bodies.append([*self._block(block), *moves, *self._break_on_value(value)])
        then, orelse = bodies
        return _branches(test, then, orelse)

    def _break_on_value(self, stop: Operand) -> list[Any]:
        if isinstance(stop, Const):
            return [ast.Break()] if stop.value is True else []
        return [ast.If(test=self.express.operand(stop), body=[ast.Break()], orelse=[])]

    def _items(self, s: For, body: list[Any]) -> Any:
        """`for k in range(len(xs)): x = xs[k]` as `for x in xs:`, or over `enumerate(xs)`."""
        if s.reverse or s.parallel or not self._counts_items(s) or not body or self.moved:
            return None
        first = next((i for i in s.body.statements if not self.folding.has(i)), None)
        if not isinstance(first, Assign) or first.primitive != "s2sad.getitem" or first.args[1] is not s.index:
            return None
        end = self.folding.folded[s.end]  # type: ignore[index]
        if first.args[0] is not end.args[0] or not isinstance(body[0], ast.Assign):
            return None
        items, item = self.express.operand(first.args[0]), body[0].targets[0]
        index = self.names(s.index)
        rest = [node.id for part in body[1:] for node in ast.walk(part) if isinstance(node, ast.Name)]
        live = self.names.live.spans.get(s.index, Span())
        used_later = bool(live) and live.lasts[-1] >= self.names.live.exit[s]
        if index not in rest and not used_later:
            return ast.For(target=item, iter=items, body=body[1:] or [ast.Pass()], orelse=[], type_comment=None)
        pair = ast.Tuple(elts=[name(index, store=True), item], ctx=ast.Store())
        numbered = ast.Call(func=name("enumerate"), args=[items], keywords=[])
        return ast.For(target=pair, iter=numbered, body=body[1:] or [ast.Pass()], orelse=[], type_comment=None)

    def _counts_items(self, s: For) -> bool:
        end = self.folding.folded.get(s.end) if isinstance(s.end, Var) else None
        plain = isinstance(s.start, Const) and s.start.value == 0 and isinstance(s.step, Const) and s.step.value == 1
        return plain and isinstance(end, Assign) and end.primitive == "builtins.len"

    def _head(self, s: Loop, body: list[Any]) -> Any:
        match s:
            case For():
                items = self._items(s, body)
                if items is not None:
                    return items
                target = name(self.names(s.index), store=True)
                return ast.For(target=target, iter=self._range(s), body=body, orelse=[], type_comment=None)
            case Each():
                target = name(self.names(s.item), store=True)
                items = self.express.operand(s.iterable)
                return ast.For(target=target, iter=items, body=body, orelse=[], type_comment=None)
            case Drain():
                return self._drain(s, body)
            case While():
                return self._while(s, body)
        raise InternalError(f"{type(s).__name__} cannot be written", s.origin)

    def _drain(self, s: Drain, body: list[Any]) -> Any:
        """Until a tape is empty. CPython 3.11 adapts a function to its types at the jump back of a `for` in its first
        call, and only after eight calls where all loops are `while`: then the reverse one is counted."""
        tape = self.express.operand(s.tape)
        counted = isinstance(s.of, While) and s.tape.kind == TAPE and self.module.dialect.reversed_ranges
        if not counted or "_" in {*self.names.names.values(), *self.names.reserved}:
            return ast.While(test=tape, body=body, orelse=[])
        rounds = call("range", call("len", tape))
        return ast.For(target=name("_", store=True), iter=rounds, body=body, orelse=[], type_comment=None)

    def _range(self, s: For) -> Any:
        start, end, step = s.start, s.end, s.step
        args = [start, end, step]
        if isinstance(step, Const) and step.value == 1:
            args = [end] if isinstance(start, Const) and start.value == 0 else [start, end]
        tree = call("numba.prange" if s.parallel else "range", *self.express.operands(args))
        if s.parallel or not s.reverse:
            return tree
        return call("reversed", tree) if self.module.dialect.reversed_ranges else self._counting_down(s)

    def _counting_down(self, s: For) -> Any:
        """`reversed(range(start, end, step))` as a range."""
        start, end, step = self.express.operands([s.start, s.end, s.step])
        if isinstance(s.step, Const) and abs(s.step.value) == 1:
            one = constant(1)
            first = ast.BinOp(left=end, op=ast.Sub() if s.step.value == 1 else ast.Add(), right=one)
        else:
            # The number of rounds less one, rounded down, is what the index goes up from the start.
            span = call("len", call("range", start, end, step))
            rounds = ast.BinOp(left=span, op=ast.Sub(), right=constant(1))
            gone = ast.BinOp(left=rounds, op=ast.Mult(), right=step)
            first = ast.BinOp(left=start, op=ast.Add(), right=gone)
        last = ast.BinOp(left=start, op=ast.Sub(), right=step)
        return call("range", simplified(first), simplified(last), simplified(ast.UnaryOp(op=ast.USub(), operand=step)))

    def _while(self, s: While, body: list[Any]) -> Any:
        self.line = None
        tests = self._block(s.test)
        condition = self.express.operand(s.condition)
        if not tests:
            return ast.While(test=condition, body=body, orelse=[])
        leave = ast.If(test=_negated(condition), body=[ast.Break()], orelse=[])
        return ast.While(test=constant(True), body=[*tests, leave, *body], orelse=[])


def _set(target: str, value: Any) -> Any:
    return ast.Assign(targets=[name(target, store=True)], value=value, type_comment=None)


def _augment(target: Any, which: str, value: Any) -> Any:
    positive = _without_minus(value) if which in _OPPOSITE else None
    if positive is not None:
        which, value = _OPPOSITE[which], positive
    return ast.AugAssign(target=target, op=OPERATORS[which](), value=value)


_OPPOSITE = {"add": "sub", "sub": "add"}


def _without_minus(tree: Any) -> Any:
    """`2.0 * x` of `-2.0 * x`, and `x` of `-x`; None of what does not begin with a minus."""
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return tree.operand
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, (ast.Mult, ast.Div)):
        left = _without_minus(tree.left)
        return None if left is None else ast.BinOp(left=left, op=tree.op, right=tree.right)
    return None


def _sign(s: Assign) -> str:
    return "sub" if s.extra == TAKEN else "add"


def _if_taken(test: Any, update: Any) -> Any:
    """An update of elements where a test is true; several in a row are under one test."""
    tree: Any = ast.If(test=test, body=[update], orelse=[])
    tree.only_updates = True
    return tree


def _same_test(one: Any, two: Any) -> bool:
    """Whether updates stand under one test, which the first of them do not change."""
    if not (hasattr(one, "only_updates") and hasattr(two, "only_updates")) or ast.dump(one.test) != ast.dump(two.test):
        return False
    read = list(ast.walk(one.test))
    changed = {update.target.id for update in one.body if isinstance(update.target, ast.Name)}
    return not any(isinstance(n, ast.Subscript) or isinstance(n, ast.Name) and n.id in changed for n in read)


def _is_zero(tree: Any) -> bool:
    return isinstance(tree, ast.Constant) and type(tree.value) is float and tree.value == 0.0


def _everything() -> Any:
    return ast.Slice(lower=None, upper=None, step=None)


def _run(function: str, *args: Any) -> Any:
    return ast.Expr(value=call(function, *args))


def _item_kind(kind: Kind, place: Operand) -> Kind:
    """What ``x[place]`` is of an ``x`` of this kind: an item of a list, or a stretch of it."""
    if not isinstance(kind, List):
        return UNKNOWN
    return kind.item if place.kind == INT else kind if place.kind == SLICE else UNKNOWN


def _do(receiver: Any, method: str, *args: Any) -> Any:
    receiver = name(receiver) if isinstance(receiver, str) else receiver
    function = ast.Attribute(value=receiver, attr=method, ctx=ast.Load())
    return ast.Expr(value=ast.Call(func=function, args=list(args), keywords=[]))


def _branches(test: Any, then: list[Any], orelse: list[Any]) -> list[Any]:
    """An `if` without empty branches; what follows a branch that is left for good needs no `else`."""
    if not then and not orelse:
        return []
    if not then:
        return [ast.If(test=_negated(test), body=orelse, orelse=[])]
    if isinstance(then[-1], (ast.Break, ast.Raise)):
        return [ast.If(test=test, body=then, orelse=[]), *orelse]
    return [ast.If(test=test, body=then, orelse=orelse)]


def _negated(test: Any) -> Any:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _over_elements(s: Statement) -> bool:
    """Whether a loop stands for operations on arrays of the reverse sweep, and does not reverse a loop."""
    return isinstance(s, Loop) and s.adjoint and s.of is None


def _quoted(origin: Location) -> str:
    text = origin.text.strip() or f"line {origin.line}"
    return text if len(text) <= 80 else text[:77] + "..."


