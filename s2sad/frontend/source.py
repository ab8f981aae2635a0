"""Finding and parsing the source of a function, as a gast tree.

This is the one module that sees the differences between Python's own syntax trees: all others see gast.
"""
from __future__ import annotations

import ast
import functools
import inspect
import linecache
import re
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast
from gast.ast3 import Ast3ToGAst

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
    # The classes of the nodes inside of the tree.
    classes: set[type] = field(default_factory=set, compare=False, repr=False)
    _locations: dict[Any, Location] = field(default_factory=dict, compare=False, repr=False)

    def inside(self, tree: Any) -> list[Any]:
        """The nodes inside of a tree of this source."""
        return self._nodes if tree is self.tree else descend(tree)[1:]

    def location(self, node: Any) -> Location:
        """Where a node of the tree stands in the user's file."""
        found = self._locations.get(node)
        if found is None:
            found = self._locations[node] = self._locate(node)
        return found

    def _locate(self, node: Any) -> Location:
        held = node.__dict__.get
        line = held("lineno") or self.first_line
        index, end = line - self.first_line, held("end_col_offset")
        text = self.lines[index].rstrip("\n") if 0 <= index < len(self.lines) else ""
        end_column = None if end is None or held("end_lineno") != line else end + self.indent
        return Location(self.file, line, (held("col_offset") or 0) + self.indent, end_column, text)


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

    The code says where the last of its statements begins. What comes after belongs to it while it is indented
    further than the first line; where that ends it inside a string or brackets, it does not parse.
    """
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    first, last = code.co_firstlineno - 1, _last_line(code)
    if last > len(lines) or not _DEFINES.match(lines[first]):
        return None
    indent = _indent(lines[first])
    for number in range(last, len(lines)):
        text = lines[number].strip()
        if text and text[0] != "#" and _indent(lines[number]) <= indent:
            return lines[first:number]
    return lines[first:]


def _last_line(code: types.CodeType) -> int:
    inner = [_last_line(one) for one in code.co_consts if isinstance(one, types.CodeType)]
    return max([code.co_firstlineno, *[line or 0 for _, _, line in code.co_lines()], *inner])


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


def _as_gast(tree: ast.AST, file: str, lines: list[str], first: int, indent: int = 0) -> Source:
    """A source of which Python's own tree is known."""
    translator = _ToGast()
    made = translator.visit(tree)
    inside = translator.nodes[:-1]
    return Source(made, file, tuple(lines), first, indent, inside, set(map(type, inside)))


class _ToGast(Ast3ToGAst):  # type: ignore[misc]
    """As `gast.ast_to_gast`, which asks each node for each field and attribute that its class may have.

    Where gast drops the ends of nodes they are kept. ``nodes`` are all that were made, operators aside: what a node
    holds before it.
    """

    def __init__(self) -> None:
        self.nodes: list[Any] = []

    def visit(self, node: ast.AST) -> Any:
        cls: Any = type(node)
        if cls not in _VISITORS:
            _VISITORS[cls] = getattr(_ToGast, f"visit_{cls.__name__}", _ToGast.generic_visit)
        made = _VISITORS[cls](self, node)
        self.nodes.append(made)
        return made

    def visit_Name(self, node: Any) -> Any:
        made = gast.Name.__new__(gast.Name)
        ctx = _token(node.ctx.__class__)
        made.__dict__.update(node.__dict__, ctx=ctx, annotation=None, type_comment=None)
        return made

    def generic_visit(self, node: Any) -> Any:
        cls: Any = type(node)
        to = getattr(gast, cls.__name__, None)
        if to is None:
            return None
        made = to.__new__(to)
        held = made.__dict__
        held.update(node.__dict__)
        for key in _holding(cls):
            value = held.get(key)
            if type(value) is list:
                held[key] = [self.visit(item) if isinstance(item, ast.AST) else item for item in value]
            elif isinstance(value, ast.AST):
                held[key] = self.visit(value)
        if "ctx" in held:
            held["ctx"] = _token(held["ctx"].__class__)
        elif "op" in held:
            held["op"] = _token(held["op"].__class__)
        elif "ops" in held:
            held["ops"] = [_token(one.__class__) for one in held["ops"]]
        return made


_VISITORS: dict[type, Callable[[_ToGast, Any], Any]] = {}


@functools.cache
def _token(cls: Any) -> Any:
    """An operator, or whether a name is read or bound: there is one of each, as in Python's own trees."""
    return getattr(gast, cls.__name__)()


# The fields that hold no nodes: operators and whether a name is read or bound, names, and what else is plain data.
_DATA = {"ctx", "op", "ops", "id", "attr", "arg", "kind", "type_comment", "level", "module", "simple", "is_async"}


@functools.cache
def _holding(cls: Any) -> tuple[str, ...]:
    """The fields of a class of nodes that may hold nodes."""
    return () if cls.__name__ == "Constant" else tuple(name for name in cls._fields if name not in _DATA)


def children(node: Any) -> list[Any]:
    """The nodes that a node of a tree holds itself, but for operators and whether a name is read or bound."""
    found: list[Any] = []
    held = node.__dict__
    for name in _holding(node.__class__):
        value = held.get(name)
        if type(value) is list:
            found += [item for item in value if isinstance(item, ast.AST)]
        elif isinstance(value, ast.AST):
            found.append(value)
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
    return _as_gast(matching[0], code.co_filename, lines, 1)


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
