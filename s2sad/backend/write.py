"""Syntax trees to text: the one module that knows astor."""
from __future__ import annotations

import ast
import functools
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

import astor
import gast
from astor.code_gen import SourceGenerator
from astor.op_util import Precedence, precedence_data, symbol_data
from astor.string_repr import pretty_string

from s2sad.backend.trees import OPERATORS

# What stands between quotes as it is.
_PLAIN = re.compile(r"[ !#-\[\]-~\n]*")


class Comment(ast.AST):
    """A comment on a line of its own, which Python's own syntax trees do not have."""

    _fields = ("text",)

    def __init__(self, text: str = "") -> None:
        self.text = text


class Blank(ast.AST):
    """An empty line, which they do not have either."""


def plain(tree: Any) -> Any:
    """A piece of the user's syntax, which gast parsed, as Python's own."""
    return gast.gast_to_ast(tree)


def to_source(tree: Any) -> str:
    """The text of a syntax tree, lines as long as they are: the compiler keeps expressions short itself."""
    with warnings.catch_warnings():
        # astor looks for node classes that newer Pythons deprecate.
        warnings.simplefilter("ignore", DeprecationWarning)
        text: str = astor.to_source(
            tree, pretty_string=_quoted, pretty_source="".join, source_generator_class=_Writer,
        )
    return text


def _quoted(text: str, embedded: int, line: str, *rest: Any) -> str:
    """As astor's, for which what begins a line is not ``embedded``: here the line before it may not be written yet."""
    quoted: str = pretty_string(text, embedded, f"={line}" if embedded > 1 else line, *rest)
    return quoted


class _Writer(SourceGenerator):  # type: ignore[misc]
    """As astor's, which writes every node piece by piece through closures; most expressions become strings here."""

    result: list[str]
    colinfo: tuple[int, int]  # where the line begins
    indentation: int

    def visit(self, node: Any) -> None:
        cls: Any = type(node)
        if cls in _FORMS:
            self.write(_FORMS[cls](self, node, getattr(node, "_pp", Precedence.highest)))
        else:
            _visitor(cls)(self, node)

    def body(self, statements: Any) -> None:
        """Most statements are one line, which is written as a whole, and so is the head of most loops."""
        self.indentation += 1
        result, begin = self.result, "\n" + self.indent_with * self.indentation
        for statement in statements:
            line = _LINES.get(type(statement))
            if line is not None:
                result.append(begin)
                self.colinfo = len(result) - 1, 1
                result.append(line(self, statement))
            elif type(statement) is ast.For and not statement.orelse:
                result.append(begin)
                self.colinfo = len(result) - 1, 1
                result.append(_head(self, statement))
                self.body(statement.body)
            elif isinstance(statement, Blank):
                result.append("\n")
            else:
                self.visit(statement)
        self.indentation -= 1

    def piece(self, node: Any, precedence: int) -> str:
        """The text of an expression that is left to astor."""
        node._pp = precedence
        self.write("")  # the line begins before it
        start, line = len(self.result), self.colinfo
        _visitor(node.__class__)(self, node)
        text = "".join(self.result[start:])
        del self.result[start:]
        self.colinfo = line
        return text


@functools.cache
def _visitor(cls: type) -> Callable[[_Writer, Any], None]:
    visitor: Callable[[_Writer, Any], None] = getattr(_Writer, f"visit_{cls.__name__}")
    return visitor


# -- statements ----------------------------------------------------------------------------------


def _comment(writer: _Writer, node: Comment) -> str:
    return f"# {node.text}"


def _alone(writer: _Writer, node: Any) -> str:
    """A docstring, or what is called for what it does."""
    tree = node.value
    if type(tree) is ast.Constant and type(tree.value) is str and _PLAIN.fullmatch(tree.value):
        return f'"""{tree.value}"""'
    return _text(writer, tree, precedence_data[ast.Expr])


def _assignment(writer: _Writer, node: Any) -> str:
    precedence = precedence_data[ast.Assign]
    text = _text(writer, node.value, precedence)
    for target in reversed(node.targets):
        text = f"{_text(writer, target, precedence)} = {text}"
    return text


def _update(writer: _Writer, node: Any) -> str:
    precedence = precedence_data[ast.AugAssign]
    target, value = _text(writer, node.target, precedence), _text(writer, node.value, precedence)
    return f"{target} {symbol_data[type(node.op)]}= {value}"


def _head(writer: _Writer, node: Any) -> str:
    return f"for {_text(writer, node.target, precedence_data[ast.For])} in {_text(writer, node.iter)}:"


_LINES: dict[type, Callable[[_Writer, Any], str]] = {
    Comment: _comment,
    ast.Expr: _alone,
    ast.Assign: _assignment,
    ast.AugAssign: _update,
}


# -- expressions ---------------------------------------------------------------------------------


def _text(writer: _Writer, node: Any, precedence: int = Precedence.highest) -> str:
    """An expression as an operand of an operation of a ``precedence``; most are names."""
    cls = type(node)
    if cls is ast.Name:
        name: str = node.id
        return name
    form = _FORMS.get(cls)
    return writer.piece(node, precedence) if form is None else form(writer, node, precedence)


def _in_brackets(text: str, precedence: int, outer: int) -> str:
    """An operation of one precedence in one of another."""
    return f"({text})" if precedence < outer else text


def _attribute(writer: _Writer, node: Any, precedence: int) -> str:
    return f"{_text(writer, node.value)}.{node.attr}"


def _constant(writer: _Writer, node: Any, precedence: int) -> str:
    value = node.value
    if value.__class__ is int or value.__class__ is float and math.isfinite(value):
        return _in_brackets(repr(value), precedence_data[ast.Constant], precedence)
    if value.__class__ is str and precedence > Precedence.Expr and "\n" not in value:
        return repr(value)
    return writer.piece(node, precedence)


def _binary(writer: _Writer, node: Any, precedence: int) -> str:
    symbol, own, left, right = _OPERATIONS[type(node.op)]
    text = f"{_text(writer, node.left, left)} {symbol} {_text(writer, node.right, right)}"
    return f"({text})" if own < precedence else text


def _operation(op: type) -> tuple[str, int, int, int]:
    """How an operator is written, its precedence, and those of its operands."""
    own = precedence_data[op]
    of_operands = (Precedence.Pow + 1, Precedence.PowRHS) if op is ast.Pow else (own, own + 1)
    return symbol_data[op], own, *of_operands


_OPERATIONS = {type(op): _operation(type(op)) for op in OPERATORS.values()}


def _unary(writer: _Writer, node: Any, precedence: int) -> str:
    op = type(node.op)
    own = precedence_data[op]
    between = " " if op is ast.Not else ""
    return _in_brackets(f"{symbol_data[op]}{between}{_text(writer, node.operand, own)}", own, precedence)


def _comparison(writer: _Writer, node: Any, precedence: int) -> str:
    own = precedence_data[node.ops[0].__class__]
    text = _text(writer, node.left, own + 1)
    for op, right in zip(node.ops, node.comparators, strict=True):
        text += f" {symbol_data[op.__class__]} {_text(writer, right, own + 1)}"
    return _in_brackets(text, own, precedence)


def _call(writer: _Writer, node: Any, precedence: int) -> str:
    of_args = Precedence.call_one_arg if len(node.args) + len(node.keywords) == 1 else Precedence.Comma
    args = []
    for arg in node.args:
        args.append(_text(writer, arg, of_args))
    for keyword in node.keywords:
        value = _text(writer, keyword.value, Precedence.Comma)
        args.append(f"{keyword.arg}={value}" if keyword.arg else f"**{value}")
    return f"{_text(writer, node.func)}({', '.join(args)})"


def _subscript(writer: _Writer, node: Any, precedence: int) -> str:
    return f"{_text(writer, node.value)}[{_text(writer, node.slice, precedence_data[ast.Subscript])}]"


def _slice(writer: _Writer, node: Any, precedence: int) -> str:
    lower, upper, step = (
        "" if part is None else _text(writer, part, Precedence.Comma)
        for part in (node.lower, node.upper, node.step)
    )
    return f"{lower}:{upper}" if node.step is None else f"{lower}:{upper}:{step}"


def _tuple(writer: _Writer, node: Any, precedence: int) -> str:
    items = [_text(writer, item, Precedence.Comma) for item in node.elts]
    text = f"{items[0]}," if len(items) == 1 else ", ".join(items)
    return _in_brackets(text, precedence_data[ast.Tuple], precedence) if items else "()"


_FORMS: dict[type, Callable[[_Writer, Any, int], str]] = {
    ast.Attribute: _attribute,
    ast.Constant: _constant,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _comparison,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Tuple: _tuple,
}
