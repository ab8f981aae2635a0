"""Statements, one after the other; `syntax` says which function lowers which."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.lower.state import Frame

RETURN = "<return>"
STATEMENTS: dict[type, Callable[[Frame, Any], None]] = {}


def statements(f: Frame, nodes: list[Any]) -> None:
    for node in nodes:
        if f.state.dead:
            return
        lower = STATEMENTS.get(type(node))
        if lower is None:
            f.fail(node, f"`{name_of(node)}` is not supported in a function that is differentiated",
                   "write it with `if` and assignments" if isinstance(node, gast.Match) else
                   "move it to a function that no derivative flows through")
        f.at(node)
        lower(f, node)


def name_of(node: Any) -> str:
    names = {"AsyncFor": "async for", "AsyncWith": "async with", "AsyncFunctionDef": "async def", "Match": "match",
             "TryStar": "try … except*"}
    name = type(node).__name__
    return names.get(name, name.lower())
