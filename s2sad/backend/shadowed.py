"""Parameters that are called like what the generated code calls: `range`, `np`, `max`.

    def program_grad(x, max):                      def program_grad(x, max):
        for i in range(n):                             for i in range(n):
            y[i] = max(x[i], max_1)          ─▶            y[i] = builtins.max(x[i], max)

Callers pass parameters by these names. So a parameter is first written under a name of its own, and gets back the one
that it had; what else has that name is called by a longer one.
"""
from __future__ import annotations

import ast
import builtins
import copy

from s2sad.backend.module import Module
from s2sad.backend.trees import dotted

# How modules are imported beside their usual names.
_MODULES = {"np": ("numpy", "import numpy"), "math": ("_math", "import math as _math"),
            "copy": ("_copy", "import copy as _copy")}


def give_back(tree: ast.FunctionDef, renamed: dict[str, str], module: Module) -> tuple[ast.FunctionDef, dict[str, str]]:
    """The function with the names that parameters had, and those that were given back.

    ``renamed`` holds the names that they had by those that they were written under. Helpers of the module have no
    other name: a parameter that is called like one that is used keeps the new name.
    """
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    longer = {old: name for old in renamed.values() if old in used and (name := _longer(old, module))}
    back = {new: old for new, old in renamed.items() if old in longer or old not in used}
    # Trees are parts of others as well.
    return _Renaming(back, longer).visit(copy.deepcopy(tree)), back


def _longer(name: str, module: Module) -> str:
    """Another name of a builtin or a module, which is imported for that."""
    if name in _MODULES:
        longer, line = _MODULES[name]
        module.imports[longer] = line
        return longer
    if hasattr(builtins, name):
        module.imports["builtins"] = "import builtins"
        return f"builtins.{name}"
    return ""


class _Renaming(ast.NodeTransformer):
    def __init__(self, back: dict[str, str], longer: dict[str, str]) -> None:
        self.back, self.longer = back, longer

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self.longer:
            return dotted(self.longer[node.id])  # type: ignore[no-any-return]
        return ast.Name(self.back.get(node.id, node.id), node.ctx)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.arg(arg=self.back.get(node.arg, node.arg))
