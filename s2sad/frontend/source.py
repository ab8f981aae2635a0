"""Finding and parsing the source of a function, as a gast tree.

This is the one module that sees the differences between Python's own syntax trees: all others see gast.
"""
from __future__ import annotations

import ast
import copy
import inspect
import linecache
import operator
import re
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast

from s2sad.errors import Location, SourceNotFoundError, UnsupportedError
from s2sad.frontend.edited import refuse_edited


@dataclass(frozen=True)
class Source:
    """A function's syntax tree (a ``FunctionDef`` or ``Lambda``) and where it stands."""

    tree: Any
    file: str
    lines: tuple[str, ...]
    first_line: int
    indent: int = 0
    _nodes: list[Any] = field(default_factory=list, compare=False, repr=False)  # all that are inside of the tree
    # The classes of the nodes inside of the tree, and the names that are not only read there.
    classes: set[type] = field(default_factory=set, compare=False, repr=False)
    bound: set[str] = field(default_factory=set, compare=False, repr=False)
    # Where nodes stand, of those that it was asked for.
    located: dict[Any, Location] = field(default_factory=dict, compare=False, repr=False)

    def inside(self, tree: Any) -> list[Any]:
        """The nodes inside of a tree of this source."""
        return self._nodes if tree is self.tree else descend(tree)[1:]

    def location(self, node: Any) -> Location:
        """Where a node of the tree stands in the user's file."""
        return self.located.get(node) or self.locate(node)

    def locate(self, node: Any) -> Location:
        """Where a node stands that was not asked for yet."""
        try:
            line, column, end_line, end = _PLACE(node)
        except AttributeError:  # what has no text of its own
            line, column, end_line, end = self.first_line, 0, None, None
        index, indent = line - self.first_line, self.indent
        text = self.lines[index] if 0 <= index < len(self.lines) else ""
        found = Location(self.file, line, column + indent, end + indent if end_line == line else None, text)
        self.located[node] = found
        return found


_PLACE = operator.attrgetter("lineno", "col_offset", "end_lineno", "end_col_offset")


def find(function: types.FunctionType) -> Source:
    """The source of a Python function; `SourceNotFoundError` where there is none."""
    found = _find(function.__code__)
    refuse_edited(function.__code__)
    return found


def _find(code: types.CodeType) -> Source:
    if code.co_name == "<lambda>":
        return _find_lambda(code)
    lines = _block_of(code)
    if lines is not None:
        try:
            return _source(code, lines, code.co_firstlineno)
        except SyntaxError:
            pass  # it ends further down
    lines, first = _lines(code)
    try:
        return _source(code, lines, first)
    except (SyntaxError, IndexError) as error:
        raise SourceNotFoundError(f"the source of `{code.co_name}` cannot be parsed: {error}") from error


def _source(code: types.CodeType, lines: list[str], first: int) -> Source:
    """The function that these lines define; the first of them has the number ``first``."""
    text = "".join(lines)
    dedented = textwrap.dedent(text) if lines[0][:1].isspace() else text
    indent = _indent(lines[0])
    if dedented.splitlines()[:1] != [lines[0].rstrip("\n")[indent:]]:
        # Blank lines in front give the nodes their line numbers.
        dedented = "\n" * (first - 2) + "if True:\n" + text
        tree: Any = ast.parse(dedented).body[0].body[0]  # type: ignore[attr-defined]
        indent = 0
    else:
        tree = ast.parse("\n" * (first - 1) + dedented).body[0]
        _check_name(tree, code)
    if isinstance(tree, ast.AsyncFunctionDef):
        place = Location(code.co_filename, first, 0, None, lines[0].rstrip("\n"))
        raise UnsupportedError("an async function cannot be differentiated", place, "write a plain `def`")
    return _as_gast(tree, code.co_filename, lines, first, indent)


def _check_name(tree: ast.stmt, code: types.CodeType) -> None:
    if not isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef)) or tree.name != code.co_name:
        raise SourceNotFoundError(
            f"the file {code.co_filename} has changed since `{code.co_name}` was defined",
            hint="import it again",
        )


_DEFINES = re.compile(r"[ \t]*(@|def\b|async\b)")


def _block_of(code: types.CodeType) -> list[str] | None:
    """The lines of a function, where they are plain to see: `inspect` reads every token for them.

    The code says where it first does something, behind its parameters. What comes after belongs to it while it is
    indented further than the first line; where that ends it inside a string or brackets, it does not parse.
    """
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    first, inside = code.co_firstlineno - 1, _line_inside(code)
    if inside > len(lines) or not _DEFINES.match(lines[first]):
        return None
    indent = _indent(lines[first])
    for number in range(inside, len(lines)):
        text = lines[number].strip()
        if text and text[0] != "#" and _indent(lines[number]) <= indent:
            return lines[first:number]
    return lines[first:]


def _line_inside(code: types.CodeType) -> int:
    """The first line of code that is not that of its beginning, if there is one."""
    first = code.co_firstlineno
    return next((line for _, _, line in code.co_lines() if line is not None and line > first), first)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _lines(code: types.CodeType) -> tuple[list[str], int]:
    try:
        return inspect.getsourcelines(code)
    except (OSError, TypeError, IndexError, SyntaxError) as error:
        raise SourceNotFoundError(
            f"the source of `{code.co_name}` cannot be found ({code.co_filename})",
            hint="define it in a file or a notebook cell, or register its text with linecache",
        ) from error


def _as_gast(tree: Any, file: str, lines: list[str], first: int, indent: int = 0) -> Source:
    """A source of which Python's own tree is known, which becomes one of gast."""
    nodes = [tree]
    bound: set[str] = set()
    for node in nodes:
        cls, held = node.__class__, node.__dict__
        node.__class__ = _OF_GAST[cls]
        if cls is ast.Name:
            held["annotation"] = held["type_comment"] = None
            held["ctx"] = token = _TOKENS[held["ctx"].__class__]
            if token is not _LOAD:
                bound.add(held["id"])
            continue
        if cls in _DIFFERENT:
            _DIFFERENT[cls](held)
        for name in _HOLDING[cls]:
            value = held[name]
            if isinstance(value, ast.AST):
                nodes.append(value)
            elif value and value.__class__ is list:
                nodes += [item for item in value if isinstance(item, ast.AST)] if name in _MIXED else value
    del nodes[0]
    texts = tuple([line.rstrip("\n") for line in lines])
    return Source(tree, file, texts, first, indent, nodes, set(map(type, nodes)), bound)


class _Table(dict[type, Any]):
    """What is known of classes of nodes, found out where it is asked for."""

    def __init__(self, find: Callable[[Any], Any]) -> None:
        self.find = find

    def __missing__(self, cls: type) -> Any:
        self[cls] = self.find(cls)
        return self[cls]


# Nodes of gast hold what Python's own do, but for what `_DIFFERENT` says: to be one of gast a node takes its class.
_OF_GAST = _Table(lambda cls: gast.Name if cls is ast.arg else getattr(gast, cls.__name__))
# Operators, and whether a name is read or bound: there is one of each, as in Python's own trees.
_TOKENS = _Table(lambda cls: getattr(gast, cls.__name__)())
_LOAD = _TOKENS[ast.Load]


def _parameter(held: dict[str, Any]) -> None:
    held.update(id=held.pop("arg"), ctx=_TOKENS[ast.Param])


def _definition(held: dict[str, Any]) -> None:
    held.setdefault("type_params", [])


def _handler(held: dict[str, Any]) -> None:
    if held["name"]:
        held["name"] = gast.Name(held["name"], _TOKENS[ast.Store], None, None)


def _context(held: dict[str, Any]) -> None:
    held["ctx"] = _TOKENS[held["ctx"].__class__]


def _operator(held: dict[str, Any]) -> None:
    held["op"] = _TOKENS[held["op"].__class__]


def _operators(held: dict[str, Any]) -> None:
    held["ops"] = [_TOKENS[one.__class__] for one in held["ops"]]


def _type_parameter(held: dict[str, Any]) -> None:
    held.setdefault("default_value", None)


_DIFFERENT: dict[type, Callable[[dict[str, Any]], None]] = {
    ast.arg: _parameter,
    ast.ExceptHandler: _handler,
    ast.Compare: _operators,
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef), _definition),
    **dict.fromkeys((ast.Attribute, ast.Subscript, ast.Starred, ast.List, ast.Tuple), _context),
    **dict.fromkeys((ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.AugAssign), _operator),
    **{getattr(ast, name): _type_parameter
       for name in ("TypeVar", "TypeVarTuple", "ParamSpec") if hasattr(ast, name)},  # of later Pythons
}

# The fields that hold no nodes: operators and whether a name is read or bound, names, and what else is plain data.
_DATA = {"ctx", "op", "ops", "id", "attr", "arg", "kind", "type_comment", "level", "module", "simple", "is_async"}
# The fields that hold lists of which some items are no nodes.
_MIXED = {"names", "keys", "kw_defaults", "kwd_attrs"}
# The fields of a class of nodes that may hold nodes.
_HOLDING = _Table(
    lambda cls: () if cls.__name__ == "Constant" else tuple(name for name in cls._fields if name not in _DATA))


def children(node: Any) -> list[Any]:
    """The nodes that a node of a tree holds itself, but for operators and whether a name is read or bound."""
    found: list[Any] = []
    held = node.__dict__
    for name in _HOLDING[node.__class__]:
        value = held.get(name)
        if isinstance(value, ast.AST):
            found.append(value)
        elif value and value.__class__ is list:
            found += [item for item in value if isinstance(item, ast.AST)] if name in _MIXED else value
    return found


def descend(node: Any) -> list[Any]:
    """A node and all that it holds."""
    found = [node]
    for one in found:
        found += children(one)
    return found


# -- lambdas: several may stand on one line -------------------------------------------------------

_MODULES: dict[tuple[str, int], ast.Module] = {}


def _find_lambda(code: types.CodeType) -> Source:
    lines = linecache.getlines(code.co_filename) or linecache.getlines(code.co_filename, None)
    if not lines:
        _lines(code)
    text = "".join(lines)
    key = (code.co_filename, hash(text))
    if key not in _MODULES:
        try:
            _MODULES[key] = ast.parse(text)
        except SyntaxError as error:
            raise SourceNotFoundError(f"the source of a lambda cannot be parsed: {error}") from error
    found = [
        node
        for node in ast.walk(_MODULES[key])
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno
    ]
    matching = [node for node in found if _same_lambda(node, code)]
    if len({ast.dump(node) for node in matching}) != 1:
        raise SourceNotFoundError(
            f"which lambda of line {code.co_firstlineno} of {code.co_filename} is meant cannot be told",
            hint="write them on lines of their own, or use `def`",
        )
    return _as_gast(copy.deepcopy(matching[0]), code.co_filename, lines, 1)


def _same_lambda(node: ast.Lambda, code: types.CodeType) -> bool:
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if tuple(a.arg for a in named) != code.co_varnames[: len(named)]:
        return False
    start = _body_start(code)
    if start is not None:
        inside = (node.body.lineno, node.body.col_offset)
        after = (node.body.end_lineno or node.body.lineno, node.body.end_col_offset or 0)
        return inside <= start < after
    names = {n.id for n in ast.walk(node.body) if isinstance(n, ast.Name)}
    attributes = {n.attr for n in ast.walk(node.body) if isinstance(n, ast.Attribute)}
    used = set(code.co_names) | set(code.co_freevars)
    if not used <= names | attributes:
        return False
    shell = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, node.body)))
    alone = compile(shell, code.co_filename, "eval").co_consts[0]
    return bool(len(alone.co_code) == len(code.co_code) and alone.co_consts == code.co_consts)


def _body_start(code: types.CodeType) -> tuple[int, int] | None:
    """The first place of a code object that has a column (Python 3.11 and later)."""
    positions = getattr(code, "co_positions", None)
    if positions is None:
        return None
    places = [(line, column) for line, _, column, _ in positions() if line is not None and column]
    return min(places) if places else None
