"""A generated module in the making, and its text."""
from __future__ import annotations

import ast
import builtins
import functools
import sys
import types
from dataclasses import dataclass, field
from typing import Any

from s2sad.backend.dialect import NUMPY, Dialect
from s2sad.backend.write import to_source
from s2sad.errors import Location, UnsupportedError
from s2sad.ir.nodes import Const


@dataclass
class Module:
    """A generated module in the making: its functions, and what they import and call for.

    ``captured`` are the parameters of each function that hold what it captures, ``bound`` the classes that the module
    has by a name of its own from the start: no compiled function takes one; ``own_helpers`` the texts of helpers that
    were written for it.
    """

    dialect: Dialect = NUMPY
    imports: dict[str, str] = field(default_factory=dict)
    helpers: list[str] = field(default_factory=list)
    functions: list[Any] = field(default_factory=list)
    free: dict[str, Const] = field(default_factory=dict)
    captured: dict[str, list[str]] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    own_helpers: dict[str, str] = field(default_factory=dict)
    at: Location | None = None  # of what is being written

    def require(self, module: str) -> None:
        alias, line = ("np", "import numpy as np") if module == "numpy" else (module, f"import {module}")
        self.imports[alias] = line

    def imported(self, line: str) -> None:
        """Add a line ``from … import name``."""
        self.imports[line.rpartition(" ")[2]] = line

    def helper(self, which: str) -> None:
        if which not in self.dialect.helpers:
            raise UnsupportedError(
                "the derivative asks at run time of what type its values are, which backend="
                f'"{self.dialect.name}" does not', self.at, 'use backend="numpy" here',
            )
        if which not in self.helpers:
            self.helpers.append(which)

    def static(self, operand: Const) -> str:
        """How the module names an object from outside, of which the path may begin with where it is imported from:
        `module:`, `module as:` where that is the module itself under the name that follows, and `:` where it is what
        follows."""
        module, colon, path = operand.path.rpartition(":")
        root, *parts = path.split(".")
        if colon and not module:
            self.require(_module_of(path))
            return path
        if colon:
            line = f"import {module} {root}" if module.endswith(" as") else f"from {module} import {root}"
            if self.imports.setdefault(root, line) != line:
                whole = module.removesuffix(" as")
                self.require(whole)
                return ".".join([whole, *(parts if whole != module else [root, *parts])])
            return path
        if hasattr(builtins, root) and getattr(builtins, root, None) is operand.value:
            return path
        if root in ("np", "math") and ("." in path or isinstance(operand.value, types.ModuleType)):
            self.require("numpy" if root == "np" else root)
            return path
        cls = operand.value
        owner = getattr(cls, "__module__", None)
        if isinstance(cls, type) and not path and owner:
            return self.static(Const(cls, operand.kind, f"{owner}:{cls.__qualname__}"))
        if not path:
            raise UnsupportedError("what stands here has no name that generated code could use", self.at,
                                   "give it one outside of the function, or use what it is made of")
        self.free.setdefault(root, operand)
        return path

    def text(self, header: str) -> str:
        helpers, lines = self._helper_texts(), self._import_lines()
        parts = [header.rstrip()] if header else []
        if lines:
            parts.append("\n".join(lines))
        body = [to_source(function).strip("\n") for function in self.functions] + helpers
        return ("\n".join(parts) + "\n\n\n" + "\n\n\n".join(body) + "\n").lstrip("\n")

    def tree(self) -> ast.Module:
        """What the text says, as it was before it was written."""
        texts = [*self._helper_texts(), "\n".join(self._import_lines())]
        return ast.Module([*(s for text in texts[::-1] for s in _statements(text)), *self.functions], [])

    def _helper_texts(self) -> list[str]:
        """The helpers that are called for, with what they call; asks for what they import."""
        dialect = self.dialect
        chosen = dialect.with_needs(self.helpers)
        if any("np." in dialect.helpers[which] for which in chosen):
            self.require("numpy")
        for which in chosen:
            if which in dialect.helper_imports:
                self.require(dialect.helper_imports[which])
        return [dialect.helper(text) for text in (*self.own_helpers.values(), *(dialect.helpers[h] for h in chosen))]

    def _import_lines(self) -> list[str]:
        lines = {*self.dialect.imports, *self.imports.values()}
        return sorted(lines, key=lambda line: (line.startswith("from"), line))


def _module_of(path: str) -> str:
    """The last module on a dotted path that begins with one."""
    parts = path.split(".")
    return next(name for n in range(len(parts), 0, -1) if (name := ".".join(parts[:n])) in sys.modules)


@functools.lru_cache(maxsize=64)
def _statements(text: str) -> list[ast.stmt]:
    return ast.parse(text).body
