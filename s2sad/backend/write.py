"""Syntax trees to text: the one module that knows astor."""
from __future__ import annotations

import ast
import re
import warnings
from typing import Any

import astor
import gast

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
        text: str = astor.to_source(tree, pretty_source=_joined)
    return text


def _joined(source: list[str]) -> str:
    """Lines are left as long as they are: the compiler keeps expressions short itself."""
    return "".join(source)
