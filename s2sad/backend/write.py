"""Syntax trees to text: the one module that knows astor."""
from __future__ import annotations

import re
import warnings
from typing import Any

import astor
import gast

_COMMENT = re.compile(r"^(\s*)__s2sad_comment__\((\d+)\)$", re.MULTILINE)
_BLANK = re.compile(r"^\s*__s2sad_blank__$", re.MULTILINE)


class Comments:
    """Comments stand in the tree as calls of a marker, because syntax trees have none."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def comment(self, text: str) -> Any:
        self._texts.append(text)
        marker = gast.Name(id="__s2sad_comment__", ctx=gast.Load(), annotation=None, type_comment=None)
        number = gast.Constant(value=len(self._texts) - 1, kind=None)
        return gast.Expr(value=gast.Call(func=marker, args=[number], keywords=[]))

    def blank(self) -> Any:
        return gast.Expr(value=gast.Name(id="__s2sad_blank__", ctx=gast.Load(), annotation=None, type_comment=None))

    def text(self, tree: Any) -> str:
        text = to_source(tree)
        text = _COMMENT.sub(lambda found: f"{found[1]}# {self._texts[int(found[2])]}", text)
        return _BLANK.sub("", text)


def to_source(tree: Any) -> str:
    """The text of a gast tree."""
    plain = gast.gast_to_ast(tree)
    with warnings.catch_warnings():
        # astor looks for node classes that newer Pythons deprecate.
        warnings.simplefilter("ignore", DeprecationWarning)
        text: str = astor.to_source(plain, pretty_source=_joined)
    return text


def _joined(source: list[str]) -> str:
    """Lines are left as long as they are: the compiler keeps expressions short itself."""
    return "".join(source)
