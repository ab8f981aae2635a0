"""What names denote: variables of the frames being lowered, and objects from outside."""
from __future__ import annotations

import builtins
import math
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sad.dispatchers import unwrapped
from s2sad.frontend.lower import iterators
from s2sad.frontend.lower.memory import fresh, tracked
from s2sad.frontend.lower.outside import Capture
from s2sad.frontend.lower.state import Cell, Frame, State
from s2sad.ir.kinds import NEVER, STR, UNKNOWN, Scalar, Static
from s2sad.ir.nodes import Const, Operand, Var
from s2sad.ir.of_values import kind_of
from s2sad.rules.build import constant


def read_name(f: Frame, node: Any) -> Operand:
    """What a name denotes at this point of the program."""
    name: str = node.id
    frame: Frame | None = f
    while frame is not None:
        if name in frame.names and name not in frame.nonlocals:
            state = f.state
            operand = state.read((frame.number, name))
            if operand.kind is NEVER and isinstance(operand, Const):
                f.fail(node, f"`{name}` is not bound here")
            if state.iterators:
                iterators.read(f, node, operand)
            if not state.rewritten or isinstance(operand.kind, Scalar):
                return operand
            if tracked(operand):
                f.at(node)
            return fresh(f, node, operand)
        if frame.parent is None:
            break
        frame = frame.parent
    assert frame is not None
    return _free(f, frame, name, node)


def cell_of(f: Frame, name: str) -> Cell | None:
    """The cell that an assignment to a name writes; None for a global."""
    frame: Frame | None = f
    if name in f.globals_written:
        return None
    while frame is not None:
        if name in frame.names and name not in frame.nonlocals:
            return (frame.number, name)
        frame = frame.parent
    return None


def _free(f: Frame, frame: Frame, name: str, node: Any) -> Operand:
    function = frame.function
    if function is not None and name in function.__code__.co_freevars:
        cell = (function.__closure__ or ())[function.__code__.co_freevars.index(name)]
        try:
            value = cell.cell_contents
        except ValueError:
            f.fail(node, f"`{name}` is not bound yet")
        return external(f, value, name, lambda: cell.cell_contents, None, (id(cell), name))
    space = function.__globals__ if function is not None else {}
    if name in space:
        key = (id(space), name)
        known = f.state.outside.met.get(key)
        return known or external(f, space[name], name, lambda: space[name], importable(space), key)
    if hasattr(builtins, name):
        return constant(getattr(builtins, name), name)
    f.fail(node, f"the name `{name}` is not defined")


def importable(space: dict[str, Any]) -> str | None:
    """The name of the module whose namespace this is, if `import` finds it."""
    name = space.get("__name__")
    if not isinstance(name, str) or name == "__main__":
        return None
    module = sys.modules.get(name)
    return name if module is not None and module.__dict__ is space else None


def path_of_module(value: types.ModuleType, name: str) -> str:
    """How generated code gets at a module, see `Module.static`; "" for one that no import finds.

    NumPy and `math` are imported under names of their own, whatever the user's module calls them.
    """
    full = value.__name__
    if value is np or value is math:
        return "np" if value is np else "math"
    if sys.modules.get(full) is not value or full == "__main__":
        return ""
    package, _, last = full.rpartition(".")
    return f":{name}" if name == full else f"{package}:{name}" if package and name == last else f"{full} as:{name}"


def _name_of_code(state: State, value: Any, name: str, fetch: Callable[[], Any]) -> str:
    """What code from outside that no module holds is called; other code of this name may come from a closure."""
    taken = {"np", "math", *(param.name for param in state.parameters.vars if isinstance(param, Var))}
    found, number = name, 1
    while found in taken or state.outside.code.setdefault(found, (fetch, value))[1] is not value:
        number += 1
        found = f"{name}_of_{number}"
    return found


_STEADY = {"numpy", "math", "scipy", "numba", *sys.stdlib_module_names}


def watch(state: State, owner: Any, name: str, value: Any) -> None:
    """Note what a module or a class has under a name: the text is stale once that is another thing."""
    is_module = isinstance(owner, types.ModuleType)
    if (owner.__name__ if is_module else getattr(owner, "__module__", "")).split(".")[0] in _STEADY:
        return
    key = id(vars(owner)) if is_module else id(owner), name
    fetch = lambda: getattr(owner, name)  # noqa: E731
    if is_module and not isinstance(kind_of(value), Static):
        return  # it is captured
    if isinstance(kind_of(value), Static):
        (state.outside.dependencies if is_module else state.outside.attributes)[key] = fetch, value
    else:
        state.outside.data[None, f"{id(owner)} {name}"] = fetch


def external(
    f: Frame, value: Any, name: str, fetch: Callable[[], Any], module: str | None, key: tuple[int, str]
) -> Operand:
    """A value from outside: known while compiling if it is code, read at run time if it is data."""
    state = f.state
    if key in state.outside.met:
        return state.outside.met[key]
    kind = kind_of(value, ("captured", name))
    if kind is STR:
        # Text from outside chooses between pieces of code: it is known while compiling.
        state.outside.dependencies[key] = (fetch, value)
        return constant(value)
    if isinstance(kind, Static) or unwrapped(value) is not value or callable(value) and kind == UNKNOWN:
        state.outside.dependencies[key] = (fetch, value)
        path = path_of_module(value, name) if isinstance(value, types.ModuleType) else ""
        path = path or (f"{module}:{name}" if module is not None else _name_of_code(state, value, name, fetch))
        code = state.outside.met[key] = Const(value, Static(value), path)
        return code
    if key not in state.outside.captures:
        state.outside.captures[key] = Capture(Var(name, kind), name, fetch, module)
    return fresh(f, None, state.outside.captures[key].var)
