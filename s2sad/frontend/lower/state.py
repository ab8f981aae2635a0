"""What lowering keeps: the frames of the functions being lowered and the current version of each variable.

Lowering interprets the syntax tree with kinds in the place of values. Every local variable of every frame
is a cell in one store, so a nested function that is lowered in line reads, and by `nonlocal` writes, the
cells of the function around it just as Python's own closures do.
"""
from __future__ import annotations

import builtins
import math
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from s2sad.dispatchers import unwrapped
from s2sad.errors import Location, UnsupportedError
from s2sad.frontend.lower.copies import Copies
from s2sad.frontend.lower.rounds import Inner
from s2sad.frontend.source import Source
from s2sad.ir.kinds import NEVER, STR, UNKNOWN, Static, kind_of
from s2sad.ir.nodes import UNDEFINED, Block, Const, Operand, Var
from s2sad.rules.build import Builder, Context, constant

Cell = tuple[int, str]
MAXIMUM_INLINE_DEPTH = 400


class Restart(Exception):
    """Lowering begins again, knowing more of the function."""


@dataclass(frozen=True, eq=False)
class LocalFunction:
    """A `def` or `lambda` met while lowering, with the frame that its free names belong to."""

    name: str
    tree: Any
    frame: Frame
    defaults: dict[str, Operand]


@dataclass(frozen=True, eq=False)
class Bound:
    """A method with the object it is bound to."""

    function: Any
    receiver: Operand


@dataclass(frozen=True, eq=False)
class Partial:
    """`functools.partial` of a function known while compiling."""

    function: Const
    args: tuple[Operand, ...]
    keywords: tuple[tuple[str, Operand], ...]


@dataclass(frozen=True, eq=False)
class Choice:
    """One of two pieces of code, as a test at run time has it."""

    test: Operand
    then: Const
    orelse: Const


def is_code(operand: Const) -> bool:
    """Whether an operand is a function, or something else that is known while compiling and may be called."""
    return isinstance(operand.kind, Static) and callable(operand.value) or isinstance(
        operand.value, LocalFunction | Bound | Partial | Choice
    )


def lifted(code: Const, lift: Callable[[Operand], Operand]) -> Const:
    """The same code with ``lift`` applied to every operand that it holds."""

    def inner(operand: Operand) -> Any:
        return lifted(operand, lift) if isinstance(operand, Const) else lift(operand)

    match code.value:
        case LocalFunction(name, tree, frame, defaults) if defaults:
            made: Any = LocalFunction(name, tree, frame, {key: inner(value) for key, value in defaults.items()})
        case Bound(function, receiver):
            made = Bound(function, inner(receiver))
        case Partial(function, args, keywords):
            made = Partial(inner(function), tuple(map(inner, args)), tuple((k, inner(v)) for k, v in keywords))
        case Choice(test, then, orelse):
            made = Choice(inner(test), inner(then), inner(orelse))
        case _:
            return code
    return Const(made, Static(made), code.path)


@dataclass(eq=False)
class Capture:
    """A value from outside the function: a global of an importable module, or a parameter of its own.

    ``fetch`` reads the value as it is now; ``module`` is the name of the importable module, if any.
    """

    var: Var
    name: str
    fetch: Callable[[], Any]
    module: str | None


@dataclass(eq=False)
class Frame:
    """One function being lowered. ``names`` are its local variables; ``parent`` is the frame of the
    function around it, where that is being lowered too; ``function`` the Python function, if there is one."""

    number: int
    source: Source
    state: State
    names: set[str]
    parent: Frame | None = None
    function: Any = None
    nonlocals: set[str] = field(default_factory=set)
    globals_written: set[str] = field(default_factory=set)
    holds_functions: bool = False

    @property
    def builder(self) -> Builder:
        return self.state.builder

    def location(self, node: Any) -> Location:
        return self.source.location(node)

    def fail(self, node: Any, message: str, hint: str = "") -> NoReturn:
        raise UnsupportedError(message, self.location(node), hint)


class State:
    """Shared by all frames of one compilation."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.store: dict[Cell, Operand] = {}
        self.reads: set[Operand] = set()
        self.builder = Builder(context, Block())
        self.captures: dict[tuple[Any, str], Capture] = {}
        self.dependencies: dict[tuple[int, str], tuple[Callable[[], Any], Any]] = {}
        self.sources: dict[types.FunctionType, Source] = {}
        # Of each function's tree: what `functions` knows of it, and its body with every exit at its end.
        self.outlines: dict[Any, Any] = {}
        self.bodies: dict[Any, list[Any]] = {}
        self.stack: list[Any] = []
        # The cells of objects that were written, for the loops around to carry.
        self.written: set[Cell] = set()
        # Memories that are updated in place, by each of their versions and by the cell of the current one.
        self.memory: dict[Var, Any] = {}
        self.memories: dict[Cell, Any] = {}
        self.dead = False
        self.frames = 0
        self.nonlocal_cells: set[Cell] = set()
        self.kind_changes = 0
        # What is known of the loops that stand in what is being lowered.
        self.loops = Inner()
        # The parameters; those that are taken apart, and what each array in them is called in the source.
        self.params: set[Operand] = set()
        self.apart: set[str] = set()
        self.parts: dict[Var, str] = {}
        # What functions that are compiled on their own were given; whether anything is updated in place.
        self.given: set[Var] = set()
        self.updates = False
        # Whether a call of a Python function through which no derivative flows can stay one.
        self.calls_python = True
        # Whether `prange` loops are parallel here: in all other code they are loops like others.
        self.parallel = False
        # Functions that call themselves, those that would be copied too often, and what has been compiled of them.
        self.recursive: set[Any] = set()
        self.often: set[Any] | None = None
        self.copies = Copies()
        self.callees: dict[int, list[tuple[Any, Any]]] = {}
        # While such a function is lowered: the store around it, what it captured, and the same further out.
        self.enclosing: Any = None

    def new_frame(self, source: Source, names: set[str], parent: Frame | None, function: Any) -> Frame:
        self.frames += 1
        return Frame(self.frames, source, self, names, parent, function)

    def temporary(self) -> Cell:
        """A cell that no variable of the program has."""
        self.frames += 1
        return (self.frames, "<accumulator>")

    def _capture(self, cell: Cell, enclosing: Any) -> Operand:
        """A variable of a frame around a function that is compiled on its own: a parameter of it."""
        store, captured, further = enclosing
        value: Operand = store.get(cell, UNDEFINED)
        if value is UNDEFINED and further is not None:
            value = self._capture(cell, further)
        if isinstance(value, Var):
            captured[cell] = Var(cell[1], value.kind, value.varied)
            self.given.add(captured[cell])
            value = self.store[cell] = captured[cell]
        return value

    def write(self, cell: Cell, operand: Operand) -> None:
        self.store[cell] = operand

    def read(self, cell: Cell) -> Operand:
        operand = self.store.get(cell, UNDEFINED)
        if operand is UNDEFINED and self.enclosing is not None:
            operand = self._capture(cell, self.enclosing)
        self.reads.add(operand)
        return operand


# -- names ----------------------------------------------------------------------------------------


def read_name(f: Frame, name: str, node: Any) -> Operand:
    """What a name denotes at this point of the program."""
    frame: Frame | None = f
    while frame is not None:
        if name in frame.names and name not in frame.nonlocals:
            operand = f.state.read((frame.number, name))
            if operand is UNDEFINED or operand.kind == NEVER and isinstance(operand, Const):
                f.fail(node, f"`{name}` is not bound here")
            return _fresh(f, node, operand)
        if frame.parent is None:
            break
        frame = frame.parent
    assert frame is not None
    return _free(f, frame, name, node)


def _fresh(f: Frame, node: Any, operand: Operand) -> Operand:
    from s2sad.frontend.lower.memory import fresh

    return fresh(f, node, operand)


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
        module = importable(space)
        return external(f, space[name], name, lambda: space[name], module, (id(space), name))
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


def _library(value: Any) -> str:
    """What generated code calls a library that it imports itself, whatever the user's module calls it."""
    return "np" if value is np else "math" if value is math else ""


def external(
    f: Frame, value: Any, name: str, fetch: Callable[[], Any], module: str | None, key: tuple[int, str]
) -> Operand:
    """A value from outside: known while compiling if it is code, read at run time if it is data."""
    state = f.state
    kind = kind_of(value, ("captured", name))
    if kind == STR:
        # Text from outside chooses between pieces of code: it is known while compiling.
        state.dependencies[key] = (fetch, value)
        return constant(value)
    if isinstance(kind, Static) or unwrapped(value) is not value or callable(value) and kind == UNKNOWN:
        state.dependencies[key] = (fetch, value)
        path = name if module is None else f"{module}:{name}"
        return Const(value, Static(value), _library(value) or path)
    if key not in state.captures:
        state.captures[key] = Capture(Var(name, kind), name, fetch, module)
    return _fresh(f, None, state.captures[key].var)
