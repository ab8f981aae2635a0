"""Functions: arguments to parameters, bodies in line, closures."""
from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any

import gast

from s2sad.errors import SourceNotFoundError
from s2sad.frontend import exits, source
from s2sad.frontend.bound import bound_names
from s2sad.frontend.lower import recursion
from s2sad.frontend.lower.copies import is_plain
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.names import external
from s2sad.frontend.lower.state import MAXIMUM_INLINE_DEPTH, Frame, LocalFunction, Restart, State
from s2sad.frontend.lower.statements import RETURN, statements
from s2sad.frontend.source import Source
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant


def local_function(f: Frame, node: Any, name: str) -> Const:
    defaults: dict[str, Operand] = {}
    named = [*node.args.posonlyargs, *node.args.args]
    for parameter, default in zip(named[len(named) - len(node.args.defaults) :], node.args.defaults, strict=True):
        defaults[parameter.id] = expression(f, default)
    for parameter, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if default is not None:
            defaults[parameter.id] = expression(f, default)
    return constant(LocalFunction(name, node, f, defaults))


def lower_lambda(f: Frame, node: Any) -> Operand:
    return local_function(f, node, "lambda")


def source_of(state: State, function: types.FunctionType) -> Source:
    if function not in state.trees.sources:
        state.trees.sources[function] = source.find(function)
    return state.trees.sources[function]


def _source_at(f: Frame, node: Any, function: types.FunctionType) -> Source:
    """The source of a function that is called here."""
    try:
        return source_of(f.state, function)
    except SourceNotFoundError as error:
        raise SourceNotFoundError(error.message, error.location or f.location(node), error.hint) from None


def inline(f: Frame, node: Any, callee: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """Lower the body of a Python function where it is called, in a frame of its own."""
    state = f.state
    if isinstance(callee, LocalFunction):
        found, parent, tree = callee.frame.source, callee.frame, callee.tree
        key: Any = (tree.lineno, tree.col_offset, found.file)
    else:
        found, parent = _source_at(f, node, callee), None
        tree, key = found.tree, callee.__code__
    bound = bind_arguments(f, node, callee, tree, args, keywords)
    if key in state.alone.recursive or key in (state.alone.often or ()):
        return recursion.call(f, node, callee, key, bound)
    if key in state.stack:
        state.alone.recursive.add(key)
        raise Restart
    if len(state.stack) > MAXIMUM_INLINE_DEPTH:
        f.fail(node, "calls are nested too deeply here")
    inner = enter(state, found, tree, parent, callee)
    definitions = state.context.definitions
    copy = state.alone.copies.enter(node, len(definitions))
    state.stack.append(key)
    result = run_body(inner, tree, bound)
    state.stack.pop()
    # What a nested function reads of the function around it may be another thing in each call.
    plain = not isinstance(callee, LocalFunction) and all(map(is_plain, [*bound.values(), result]))
    often = state.alone.copies.leave(copy, key, len(definitions), plain)
    if often is not None and state.alone.often is not None:
        state.alone.often.add(often)
        raise Restart
    f.at(node)
    return result


@dataclass(frozen=True)
class _Outline:
    """What there is to know of a function before it is lowered, the same wherever it is called."""

    body: list[Any]
    names: set[str]
    holds_functions: bool
    declarations: list[Any]


def _outline(found: Source, tree: Any) -> _Outline:
    body = tree.body if isinstance(tree.body, list) else [gast.Expr(value=tree.body)]
    nodes = found.inside(tree)
    kinds = found.classes if tree is found.tree else {node.__class__ for node in nodes}
    if kinds & _SCOPES or kinds & _BINDING:
        names = bound_names(found, body)
    elif tree is found.tree:
        names = found.bound
    else:
        names = {node.id for node in nodes if node.__class__ is gast.Name and node.ctx.__class__ is not gast.Load}
    return _Outline(
        body, names | set(parameter_names(tree)), bool(kinds & {gast.FunctionDef, gast.Lambda}),
        [node for node in nodes if isinstance(node, (gast.Nonlocal, gast.Global))] if kinds & _DECLARING else [],
    )


_DECLARING = {gast.Nonlocal, gast.Global}
# What has names of its own, and what binds names otherwise than by assignment.
_SCOPES = {gast.FunctionDef, gast.AsyncFunctionDef, gast.Lambda, gast.ClassDef, gast.ListComp, gast.SetComp,
           gast.DictComp, gast.GeneratorExp}
_BINDING = {gast.Import, gast.ImportFrom, gast.ExceptHandler, gast.MatchAs, gast.MatchStar, gast.MatchMapping}


def enter(state: State, found: Source, tree: Any, parent: Frame | None, callee: Any) -> Frame:
    if tree not in state.trees.outlines:
        state.trees.outlines[tree] = _outline(found, tree)
    outline: _Outline = state.trees.outlines[tree]
    body, declarations = outline.body, outline.declarations
    function = callee if isinstance(callee, types.FunctionType) else None
    inner = state.new_frame(found, set(outline.names), parent, function)
    inner.holds_functions = outline.holds_functions
    for statement in _own_statements(body) if declarations else []:
        if isinstance(statement, gast.Nonlocal):
            inner.nonlocals |= set(statement.names)
        if isinstance(statement, gast.Global):
            inner.globals_written |= set(statement.names)
    inner.names -= inner.nonlocals | inner.globals_written
    for nested in declarations:
        if isinstance(nested, gast.Nonlocal):
            state.nonlocal_cells |= {(inner.number, name) for name in nested.names if name in inner.names}
    return inner


def _own_statements(body: list[Any]) -> list[Any]:
    """The statements of a function, those of nested functions not included."""
    found: list[Any] = []
    stack = list(body)
    while stack:
        node = stack.pop()
        found.append(node)
        if not isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.Lambda)):
            stack += [child for child in source.children(node) if isinstance(child, gast.stmt)]
    return found


def run_body(inner: Frame, tree: Any, bound: dict[str, Operand]) -> Operand:
    state = inner.state
    for name, operand in bound.items():
        state.write((inner.number, name), operand)
    if isinstance(tree, gast.Lambda):
        result = expression(inner, tree.body)
    else:
        if tree not in state.trees.bodies:
            state.trees.bodies[tree] = exits.normalise(tree.body, inner.names | set(bound))
        body = state.trees.bodies[tree]
        if body is not tree.body:
            inner.names |= bound_names(inner.source, body) - inner.nonlocals - inner.globals_written
        statements(inner, body)
        result = state.store.get((inner.number, RETURN), constant(None))
    if not inner.holds_functions:
        for cell in [cell for cell in state.store if cell[0] == inner.number]:
            del state.store[cell]
    return result


# -- arguments ------------------------------------------------------------------------------------


def parameter_names(tree: Any) -> list[str]:
    a = tree.args
    named = [*a.posonlyargs, *a.args, *([a.vararg] if a.vararg else []), *a.kwonlyargs, *([a.kwarg] if a.kwarg else [])]
    return [parameter.id for parameter in named]


def bind_arguments(
    f: Frame, node: Any, callee: Any, tree: Any, args: list[Operand], keywords: dict[str, Operand]
) -> dict[str, Operand]:
    """Arguments by parameter, as Python binds them, in the order of the parameters."""
    from s2sad.frontend.lower.containers import make_dict, make_tuple

    a = tree.args
    name = str(getattr(callee, "name", None) or getattr(callee, "__name__", "the function"))
    positional = [parameter.id for parameter in [*a.posonlyargs, *a.args]]
    only_positional = {parameter.id for parameter in a.posonlyargs}
    bound = dict(zip(positional, args, strict=False))
    extra = args[len(positional) :]
    if a.vararg is not None:
        bound[a.vararg.id] = make_tuple(f, extra)
    elif extra:
        f.fail(node, f"`{name}` takes {len(positional)} positional arguments, not {len(args)}")
    rest: dict[str, Operand] = {}
    accepted = set(positional) - only_positional | {parameter.id for parameter in a.kwonlyargs}
    for key, value in keywords.items():
        if key in accepted and key not in bound:
            bound[key] = value
        elif a.kwarg is not None and key not in bound:
            rest[key] = value
        else:
            f.fail(node, f"`{name}` got {'two values for' if key in bound else 'an unexpected'} argument `{key}`")
    if a.kwarg is not None:
        bound[a.kwarg.id] = make_dict(f, tuple(rest), list(rest.values()))
    for parameter in [*positional, *(p.id for p in a.kwonlyargs)]:
        if parameter not in bound:
            bound[parameter] = _default(f, node, callee, parameter, name)
    return {parameter: bound[parameter] for parameter in parameter_names(tree)}


def _default(f: Frame, node: Any, callee: Any, parameter: str, name: str) -> Operand:
    if isinstance(callee, LocalFunction):
        if parameter in callee.defaults:
            return callee.defaults[parameter]
    else:
        found = python_default(callee, parameter)
        if found is not None:
            value = found[0]
            if value is None or isinstance(value, (int, float, str, bool)):
                return constant(value)
            fetch = lambda: python_default(callee, parameter)[0]  # type: ignore[index]  # noqa: E731
            return external(f, value, parameter, fetch, None, (id(callee), parameter))
    f.fail(node, f"`{name}` needs an argument `{parameter}`")


def python_default(function: types.FunctionType, parameter: str) -> tuple[Any] | None:
    """The default of a parameter in a tuple, None where it has none."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    defaults = function.__defaults__ or ()
    with_default = names[len(names) - len(defaults) :]
    if parameter in with_default:
        return (defaults[with_default.index(parameter)],)
    keyword_defaults = function.__kwdefaults__ or {}
    return (keyword_defaults[parameter],) if parameter in keyword_defaults else None

