"""Names used before they are bound, in the text of a module.

A light flow analysis: at each use of a name, the set of names that some path has bound by then. It never
complains about a program that can work. What it cannot follow (which exception, which iteration) it
takes to have bound everything that it might.

A function sees its enclosing scopes when it is called, by when they may have bound anything that they bind
anywhere; so its free names are judged at the end of the scope around it.
"""
from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Container, Iterable
from typing import Any, NamedTuple

_ALWAYS = frozenset(dir(builtins)) | {
    "__annotations__",
    "__builtins__",
    "__doc__",
    "__file__",
    "__loader__",
    "__name__",
    "__package__",
    "__spec__",
}


class Unbound(NamedTuple):
    name: str
    node: ast.AST
    ever: bool  # whether it is bound at all, too late


# A use of a name: that, where it is, and whether an iteration of the loop around it may pass it by.
_Use = tuple[str, ast.AST, bool]
# The commonest expressions.
_Name, _Constant, _Attribute, _BinOp = ast.Name, ast.Constant, ast.Attribute, ast.BinOp
_Call, _Subscript = ast.Call, ast.Subscript


def unbound(tree: ast.Module, injected: Container[str] = ()) -> list[Unbound]:
    """The uses of names that nothing can have bound, in the order of the text."""
    walker = _Walker()
    walker.block(tree.body)
    module = walker.scope
    bound = set(module.assigned)
    if walker.stars:
        return walker.found
    uses = [(name, node, name in bound) for name, node, _ in module.unmet]
    uses += [(name, node, False) for name, node, _ in module.free if name not in bound]
    outside = [Unbound(*use) for use in uses if use[0] not in _ALWAYS and use[0] not in injected]
    return sorted(walker.found + outside, key=lambda one: (_line(one.node), one.name))


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


class _Scope:
    """What is known of the names of one function, class or module while its body is walked."""

    __slots__ = ("assigned", "bound", "foreign", "free", "is_class", "lost", "skippable", "unmet")

    def __init__(self, bound: Iterable[str] = (), is_class: bool = False) -> None:
        self.bound = set(bound)  # by some path, at the point reached
        self.assigned = list(self.bound)  # anywhere so far, in the order of the text
        self.lost: list[str] = []  # what was bound and is no more, in the loop around the point reached
        self.foreign: set[str] = set()  # declared global or nonlocal
        self.unmet: list[_Use] = []  # uses of what was not bound at that point
        self.free: list[_Use] = []  # uses by the functions inside, which run later
        self.skippable = False
        self.is_class = is_class


class _Walker:
    def __init__(self) -> None:
        self.scope = self.module = _Scope()
        self.found: list[Unbound] = []
        self.stars = False

    # -- statements: False where the one after it cannot be reached

    def block(self, statements: list[ast.stmt]) -> bool:
        for statement in statements:
            handler = _STATEMENTS.get(type(statement))
            if handler is None:
                self.children(statement)
            elif handler(self, statement) is False:
                return False
        return True

    def branches(self, ways: list[Callable[[], bool]]) -> bool:
        """Walk alternatives, each from here; what holds afterwards is what any of them leaves."""
        scope = self.scope
        before, skippable = scope.bound, scope.skippable
        after: set[str] = set()
        reached = False
        scope.skippable = True
        for way in ways:
            scope.bound = before.copy()
            if way():
                reached = True
                after |= scope.bound
        scope.bound, scope.skippable = after if reached else before, skippable
        return reached

    def if_(self, node: ast.If) -> bool:
        self.visit(node.test)
        return self.branches([lambda: self.block(node.body), lambda: self.block(node.orelse)])

    def for_(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)

        def body() -> None:
            self.bind(node.target)
            self.block(node.body)

        self.loop(body)
        self.block(node.orelse)

    def while_(self, node: ast.While) -> None:
        self.visit(node.test)
        self.loop(lambda: self.block(node.body))
        self.block(node.orelse)

    def loop(self, body: Callable[[], Any]) -> None:
        """A use that an iteration may pass by can find what a previous iteration bound after it."""
        scope = self.scope
        unmet, skippable, lost = scope.unmet, scope.skippable, scope.lost
        first = len(scope.assigned)
        scope.unmet, scope.skippable, scope.lost = [], False, []
        body()
        later = set(scope.assigned[first:])
        unmet += [(name, node, True) for name, node, skips in scope.unmet if not (skips and name in later)]
        scope.bound.update(later, scope.lost)
        scope.unmet, scope.skippable, scope.lost = unmet, skippable, lost + scope.lost

    def try_(self, node: ast.Try) -> bool:
        scope = self.scope
        before, skippable = scope.bound.copy(), scope.skippable
        first = len(scope.assigned)
        scope.skippable = True
        reached = self.block(node.body)
        partly = before | set(scope.assigned[first:])
        reached = reached and self.block(node.orelse)
        after: set[str] = scope.bound if reached else set()
        for handler in node.handlers:
            scope.bound = partly.copy()
            if self.handler(handler):
                reached = True
                after |= scope.bound
        scope.bound, scope.skippable = before | set(scope.assigned[first:]), skippable
        last = len(scope.assigned)
        if not self.block(node.finalbody):
            return False
        scope.bound = (after if reached else before) | set(scope.assigned[last:])
        return reached

    def handler(self, node: ast.ExceptHandler) -> bool:
        if node.type is not None:
            self.visit(node.type)
        if node.name:
            self.assign(node.name)
        reached = self.block(node.body)
        if node.name:
            self.let_go(node.name)
        return reached

    def with_(self, node: ast.With | ast.AsyncWith) -> None:
        """What follows can always be reached: the context may swallow an exception."""
        scope = self.scope
        for item in node.items:
            self.visit(item.context_expr)
            if item.optional_vars is not None:
                self.bind(item.optional_vars)
        before, first = scope.bound.copy(), len(scope.assigned)
        if not self.block(node.body):
            scope.bound = before | set(scope.assigned[first:])

    def match(self, node: ast.Match) -> bool:
        self.visit(node.subject)

        def case(one: ast.match_case) -> bool:
            self.pattern(one.pattern)
            if one.guard is not None:
                self.visit(one.guard)
            return self.block(one.body)

        return self.branches([*(lambda one=one: case(one) for one in node.cases), lambda: True])

    def pattern(self, pattern: ast.pattern) -> None:
        for node in ast.walk(pattern):
            if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
                self.assign(node.name)
            elif isinstance(node, ast.MatchMapping) and node.rest:
                self.assign(node.rest)
            elif isinstance(node, ast.Name):
                self.visit(node)

    def assignment(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.bind(target)

    def augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.use(node.target.id, node.target)
        self.visit(node.value)
        self.bind(node.target)

    def annotated(self, node: ast.AnnAssign) -> None:
        """Annotations are not followed: most are never evaluated."""
        if node.value is not None:
            self.visit(node.value)
            self.bind(node.target)

    def delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.use(target.id, target)
                self.let_go(target.id)
            else:
                self.bind(target)

    def import_(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.stars = True
            else:
                self.assign(alias.asname or alias.name.partition(".")[0])

    def declaration(self, node: ast.Global | ast.Nonlocal) -> None:
        self.scope.foreign.update(node.names)
        if isinstance(node, ast.Global):
            self.module.assigned += node.names

    def leave(self, node: ast.AST) -> bool:
        self.children(node)
        return False

    def alias(self, node: Any) -> None:
        self.assign(node.name.id)

    # -- scopes

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            self.visit(decorator)
        self.defaults(node.args)
        self.inside(_Scope(_parameters(node)), lambda: self.block(node.body))
        self.assign(node.name)

    def lambda_(self, node: ast.Lambda) -> None:
        self.defaults(node.args)
        self.inside(_Scope(_parameters(node)), lambda: self.visit(node.body))

    def defaults(self, arguments: ast.arguments) -> None:
        for value in [*arguments.defaults, *arguments.kw_defaults]:
            if value is not None:
                self.visit(value)

    def class_(self, node: ast.ClassDef) -> None:
        for value in [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]:
            self.visit(value)
        names = {"__module__", "__qualname__", *_type_parameters(node)}
        self.inside(_Scope(names, is_class=True), lambda: self.block(node.body))
        self.assign(node.name)

    def inside(self, scope: _Scope, body: Callable[[], Any]) -> None:
        """Walk the body of a new scope, then decide about what it used without having bound it."""
        outer, self.scope = self.scope, scope
        body()
        self.scope = outer
        if scope.is_class:  # it runs at once, and the functions in it do not see its names
            for name, node, _ in scope.unmet:
                self.use(name, node)
            outer.free += [use for use in scope.free if use[0] != "__class__"]
            return
        own = set(scope.assigned)
        self.found += [Unbound(name, node, True) for name, node, _ in scope.unmet if name in own]
        outer.free += [use for use in scope.unmet + scope.free if use[0] not in own]

    # -- expressions

    def visit(self, node: ast.AST) -> None:
        """Expressions in the order of their evaluation; the commonest are seen to here, without a call for each."""
        scope = self.scope
        waiting = [node]
        while waiting:
            one: Any = waiting.pop()
            cls = type(one)
            if cls is _Name:
                if one.id not in scope.bound:
                    scope.unmet.append((one.id, one, scope.skippable))
            elif cls is _Constant:
                continue
            elif cls is _BinOp:
                waiting += (one.right, one.left)
            elif cls is _Subscript:
                waiting += (one.slice, one.value)
            elif cls is _Attribute:
                waiting.append(one.value)
            elif cls is _Call:
                waiting += [keyword.value for keyword in reversed(one.keywords)] if one.keywords else ()
                waiting += one.args[::-1]
                waiting.append(one.func)
            else:
                handler = _EXPRESSIONS.get(cls, _Walker.children)
                handler(self, one)

    def children(self, node: ast.AST) -> None:
        for field in node._fields:
            value = getattr(node, field, None)
            if type(value) is list:
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)
            elif isinstance(value, ast.AST):
                self.visit(value)

    def use(self, name: str, node: ast.AST) -> None:
        scope = self.scope
        if name not in scope.bound:
            scope.unmet.append((name, node, scope.skippable))

    def assign(self, name: str) -> None:
        scope = self.scope
        scope.bound.add(name)
        if name not in scope.foreign:
            scope.assigned.append(name)

    def let_go(self, name: str) -> None:
        scope = self.scope
        if name in scope.bound:
            scope.bound.remove(name)
            scope.lost.append(name)

    def bind(self, target: Any) -> None:
        cls = type(target)
        if cls is _Name:
            self.assign(target.id)
        elif cls is ast.Tuple or cls is ast.List:
            for item in target.elts:
                self.bind(item)
        elif cls is ast.Starred:
            self.bind(target.value)
        else:
            self.visit(target)

    def walrus(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.bind(node.target)

    def unary(self, node: ast.UnaryOp) -> None:
        self.visit(node.operand)

    def comparison(self, node: ast.Compare) -> None:
        self.visit(node.left)
        for other in node.comparators:
            self.visit(other)

    def perhaps(self, nodes: list[ast.expr]) -> None:
        """Expressions that may be evaluated or not."""
        scope = self.scope
        skippable, scope.skippable = scope.skippable, True
        for node in nodes:
            self.visit(node)
        scope.skippable = skippable

    def ternary(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        self.perhaps([node.body, node.orelse])

    def boolean(self, node: ast.BoolOp) -> None:
        self.visit(node.values[0])
        self.perhaps(node.values[1:])

    def comprehension(self, node: Any) -> None:
        """Its variables are its own; a name that it assigns with a walrus is its function's."""
        scope = self.scope
        self.visit(node.generators[0].iter)
        hidden: set[str] = set()
        before = scope.bound
        scope.bound = before.copy()
        for generator in node.generators:
            if generator is not node.generators[0]:
                self.visit(generator.iter)
            own = {n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)}
            hidden |= own
            scope.bound |= own
            self.perhaps(generator.ifs)
        self.perhaps([node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt])
        scope.bound = before | (scope.bound - hidden)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    rest = [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return {one.arg for one in named + rest}.union(_type_parameters(node))


def _type_parameters(node: ast.AST) -> list[str]:
    return [one.name for one in getattr(node, "type_params", ())]


_STATEMENTS: dict[type, Callable[[_Walker, Any], Any]] = {
    ast.Assign: _Walker.assignment,
    ast.AugAssign: _Walker.augmented,
    ast.AnnAssign: _Walker.annotated,
    ast.Delete: _Walker.delete,
    ast.If: _Walker.if_,
    ast.For: _Walker.for_,
    ast.AsyncFor: _Walker.for_,
    ast.While: _Walker.while_,
    ast.Try: _Walker.try_,
    ast.With: _Walker.with_,
    ast.AsyncWith: _Walker.with_,
    ast.Match: _Walker.match,
    ast.FunctionDef: _Walker.function,
    ast.AsyncFunctionDef: _Walker.function,
    ast.ClassDef: _Walker.class_,
    ast.Import: _Walker.import_,
    ast.ImportFrom: _Walker.import_,
    ast.Global: _Walker.declaration,
    ast.Nonlocal: _Walker.declaration,
    ast.Return: _Walker.leave,
    ast.Raise: _Walker.leave,
    ast.Break: _Walker.leave,
    ast.Continue: _Walker.leave,
}
for _new, _method in (("TryStar", _Walker.try_), ("TypeAlias", _Walker.alias)):  # of later Pythons
    if hasattr(ast, _new):
        _STATEMENTS[getattr(ast, _new)] = _method

_EXPRESSIONS: dict[type, Callable[[_Walker, Any], None]] = {
    ast.NamedExpr: _Walker.walrus,
    ast.UnaryOp: _Walker.unary,
    ast.Compare: _Walker.comparison,
    ast.IfExp: _Walker.ternary,
    ast.BoolOp: _Walker.boolean,
    ast.Lambda: _Walker.lambda_,
    ast.ListComp: _Walker.comprehension,
    ast.SetComp: _Walker.comprehension,
    ast.GeneratorExp: _Walker.comprehension,
    ast.DictComp: _Walker.comprehension,
}
