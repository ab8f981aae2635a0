"""Syntax trees to text: the one module that knows astor."""
from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

import astor
import gast
from astor.code_gen import SourceGenerator
from astor.op_util import Precedence, precedence_data, symbol_data

_COMMENT = re.compile(r"^(\s*)__s2sad_comment__\((\d+)\)$", re.MULTILINE)
_BLANK = re.compile(r"^\s*__s2sad_blank__$", re.MULTILINE)


# What stands in a tree for comments and blank lines, which syntax trees do not have.
MARKERS = ("__s2sad_comment__", "__s2sad_blank__")


class Comments:
    """Comments stand in the tree as calls of a marker, because syntax trees have none."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def comment(self, text: str) -> Any:
        self._texts.append(text)
        marker = ast.Name(id=MARKERS[0], ctx=ast.Load())
        number = ast.Constant(value=len(self._texts) - 1)
        return ast.Expr(value=ast.Call(func=marker, args=[number], keywords=[]))

    def blank(self) -> Any:
        return ast.Expr(value=ast.Name(id=MARKERS[1], ctx=ast.Load()))

    def text(self, tree: Any) -> str:
        text = to_source(tree)
        text = _COMMENT.sub(lambda found: f"{found[1]}# {self._texts[int(found[2])]}", text)
        return _BLANK.sub("", text)


def plain(tree: Any) -> Any:
    """A piece of the user's syntax, which gast parsed, as Python's own."""
    return gast.gast_to_ast(tree)


def to_source(tree: Any) -> str:
    """The text of a syntax tree."""
    with warnings.catch_warnings():
        # astor looks for node classes that newer Pythons deprecate.
        warnings.simplefilter("ignore", DeprecationWarning)
        text: str = astor.to_source(tree, pretty_source=_joined, source_generator_class=_Writer)
    return text


def _joined(source: list[str]) -> str:
    """Lines are left as long as they are: the compiler keeps expressions short itself."""
    return "".join(source)


class _Writer(SourceGenerator):  # type: ignore[misc]
    """As astor's, which writes every node through closures; the commonest ones are written directly here."""

    def visit(self, node: Any) -> Any:
        cls = node.__class__
        if cls not in _VISITORS:
            _VISITORS[cls] = getattr(_Writer, f"visit_{cls.__name__}")
        return _VISITORS[cls](self, node)

    def text(self, piece: str) -> None:
        if self.new_lines:
            self.write(piece)
        else:
            self.result.append(piece)

    def opened(self, node: Any, precedence: int) -> bool:
        """Whether a node stands in brackets, of which the first is written."""
        needed: bool = precedence < getattr(node, "_pp", Precedence.highest)
        if needed:
            self.text("(")
        return needed

    def visit_Name(self, node: Any) -> None:
        self.text(node.id)

    def visit_Attribute(self, node: Any) -> None:
        self.visit(node.value)
        self.result.append(f".{node.attr}")

    def visit_Constant(self, node: Any) -> None:
        value = node.value
        if value.__class__ is not int and not (value.__class__ is float and math.isfinite(value)):
            super().visit_Constant(node)
            return
        brackets = self.opened(node, precedence_data[ast.Constant])
        self.text(repr(value))
        if brackets:
            self.result.append(")")

    def visit_BinOp(self, node: Any) -> None:
        op = node.op.__class__
        precedence = precedence_data[op]
        brackets = self.opened(node, precedence)
        node.left._pp = Precedence.Pow + 1 if op is ast.Pow else precedence
        node.right._pp = Precedence.PowRHS if op is ast.Pow else precedence + 1
        self.visit(node.left)
        self.result.append(f" {symbol_data[op]} ")
        self.visit(node.right)
        if brackets:
            self.result.append(")")

    def visit_Call(self, node: Any) -> None:
        count = len(node.args) + len(node.keywords)
        precedence = Precedence.Comma if count > 1 else Precedence.call_one_arg
        self.visit(node.func)
        self.result.append("(")
        between = ""
        for arg in node.args:
            arg._pp = precedence
            self.result.append(between)
            self.visit(arg)
            between = ", "
        for keyword in node.keywords:
            keyword.value._pp = Precedence.Comma
            self.result.append(f"{between}{keyword.arg}=" if keyword.arg else f"{between}**")
            self.visit(keyword.value)
            between = ", "
        self.result.append(")")

    def visit_Subscript(self, node: Any) -> None:
        node.slice._pp = precedence_data[ast.Subscript]
        self.visit(node.value)
        self.result.append("[")
        self.visit(node.slice)
        self.result.append("]")

    def visit_AugAssign(self, node: Any) -> None:
        node.value._pp = node.target._pp = precedence_data[ast.AugAssign]
        self.newline(node)
        self.visit(node.target)
        self.result.append(f" {symbol_data[node.op.__class__]}= ")
        self.visit(node.value)

    def visit_Assign(self, node: Any) -> None:
        precedence = precedence_data[ast.Assign]
        self.newline(node)
        node.value._pp = precedence
        for target in node.targets:
            target._pp = precedence
            self.visit(target)
            self.result.append(" = ")
        self.visit(node.value)


_VISITORS: dict[type, Callable[[_Writer, Any], Any]] = {}
