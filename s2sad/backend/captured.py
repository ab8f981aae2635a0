"""What functions that are compiled on their own read from outside, their callers hand to them by name."""
from __future__ import annotations

import ast

from s2sad.backend import trees
from s2sad.backend.module import Module


def hand_on(module: Module) -> None:
    """Let each function take what those that it calls take, and name it in the calls."""
    calls: dict[str, list[tuple[str, ast.Call]]] = {f.name: _calls(module, f) for f in module.functions}
    growing = True
    while growing:
        growing = False
        for function in module.functions:
            own = module.captured[function.name]
            asked = dict.fromkeys(name for callee, _ in calls[function.name] for name in module.captured[callee])
            more = [name for name in asked if name not in own]
            if more:
                module.dialect.take(function.args, more)
                module.captured[function.name] = [*own, *more]
                growing = True
    for callee, call in [one for called in calls.values() for one in called]:
        call.keywords += [ast.keyword(arg=name, value=trees.name(name)) for name in module.captured[callee]]


def _calls(module: Module, function: ast.FunctionDef) -> list[tuple[str, ast.Call]]:
    """The calls of functions of the module, with their names."""
    return [(node.func.id, node) for node in ast.walk(function) if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name) and node.func.id in module.captured]
