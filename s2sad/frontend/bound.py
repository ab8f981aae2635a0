"""The names that statements bind."""
from __future__ import annotations

from typing import Any

import gast

from s2sad.frontend.source import Source, children


def bound_names(source: Source, nodes: list[Any]) -> set[str]:
    """The names that statements bind, nested functions and comprehensions not entered."""
    return set().union(*[_bound_by(source, node) for node in nodes])


def _bound_by(source: Source, root: Any) -> frozenset[str]:
    """The names that one statement binds; asked for again by every loop around it, and so kept on the node."""
    if not hasattr(root, "bound_names"):
        root.bound_names = frozenset(_find_bound(source, root))
    kept: frozenset[str] = root.bound_names
    return kept


# The expressions that may stand where something is bound; in others only `:=` binds.
_TARGETS = {gast.Name, gast.Tuple, gast.List, gast.Starred}
_SILENT = {gast.Lambda, gast.Constant}
_DEFINITIONS = {gast.FunctionDef, gast.ClassDef, gast.AsyncFunctionDef}
_IMPORTS = {gast.Import, gast.ImportFrom}
_COMPREHENSIONS = {gast.ListComp, gast.SetComp, gast.DictComp, gast.GeneratorExp}


def _find_bound(source: Source, root: Any) -> set[str]:
    found: set[str] = set()
    stack = [root]
    anywhere = gast.NamedExpr in source.classes
    while stack:
        node = stack.pop()
        cls = node.__class__
        if cls is gast.Name:
            if node.ctx.__class__ is not gast.Load:
                found.add(node.id)
            continue
        if cls is gast.Assign and not anywhere:
            stack += node.targets
            continue
        if cls in _SILENT:
            continue
        if cls in _DEFINITIONS:
            found.add(node.name)
            continue
        if cls in _IMPORTS:
            found |= {(item.asname or item.name).split(".")[0] for item in node.names}
        elif cls is gast.ExceptHandler and node.name is not None:
            found.add(node.name if isinstance(node.name, str) else node.name.id)
        elif cls in _COMPREHENSIONS:
            stack += [n for n in gast.walk(node) if isinstance(n, gast.NamedExpr)]
            continue
        for child in children(node):
            if isinstance(child, gast.stmt):
                found |= _bound_by(source, child)
            elif anywhere or child.__class__ in _TARGETS or not isinstance(child, gast.expr):
                stack.append(child)
    return found
