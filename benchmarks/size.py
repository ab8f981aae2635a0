"""How much code there is: statements of what is generated and of what is written by hand."""
from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable
from typing import Any


def in_text(text: str) -> int:
    """The statements of a module's functions, those of its helpers (whose names begin with `_`) not counted."""
    functions = (node for node in ast.parse(textwrap.dedent(text)).body if isinstance(node, ast.FunctionDef))
    return count(node for node in functions if not node.name.startswith("_"))


def in_function(function: Callable[..., Any]) -> int:
    """The statements of a function and of the functions of its module that it calls."""
    module = ast.parse(inspect.getsource(sys.modules[function.__module__]))
    known = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    wanted: dict[str, ast.FunctionDef] = {}
    queue = [function.__name__]
    while queue:
        name = queue.pop()
        if name in known and name not in wanted:
            wanted[name] = known[name]
            queue += [node.id for node in ast.walk(known[name]) if isinstance(node, ast.Name)]
    return count(wanted.values())


def count(functions: Iterable[ast.FunctionDef]) -> int:
    nodes = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.stmt)]
    return sum(not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in nodes)
