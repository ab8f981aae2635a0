"""What lowering keeps: the frames of the functions being lowered and the current version of each variable.

Lowering interprets the syntax tree with kinds in the place of values. Every local variable of every frame
is a cell in one store, so a nested function that is lowered in line reads, and by `nonlocal` writes, the
cells of the function around it just as Python's own closures do.
"""
from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

from s2sad.errors import Location, UnsupportedError
from s2sad.frontend.lower.copies import Copies
from s2sad.frontend.lower.outside import Outside
from s2sad.frontend.lower.rounds import Inner, Shape
from s2sad.frontend.source import Source
from s2sad.ir.kinds import Static
from s2sad.ir.nodes import UNDEFINED, Block, Const, Operand, Var
from s2sad.rules.build import Builder, Context

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

    def at(self, node: Any) -> None:
        """What is emitted next comes from this node of the source."""
        self.state.builder.origin = self.source.located.get(node) or self.source.locate(node)

    def fail(self, node: Any, message: str, hint: str = "") -> NoReturn:
        raise UnsupportedError(message, self.location(node), hint)


@dataclass
class Trees:
    """The syntax of the functions that were met, and what was found out of pieces of it, which are lowered more than
    once.

    Of the tree of a function: ``outlines``, what `functions` knows of it; ``bodies``, its body with every exit at its
    end; ``holds_texts``, whether there are texts in it. Of a loop: ``makes_keys``, whether its body makes keys of its
    numbers, by its target (see `spelled`); ``flows``, what its text says of what it carries (see `expected`).
    """

    sources: dict[types.FunctionType, Source] = field(default_factory=dict)
    outlines: dict[Any, Any] = field(default_factory=dict)
    bodies: dict[Any, list[Any]] = field(default_factory=dict)
    holds_texts: dict[Any, bool] = field(default_factory=dict)
    makes_keys: dict[Any, bool] = field(default_factory=dict)
    flows: dict[Any, list[Any]] = field(default_factory=dict)


@dataclass
class Boxes:
    """Numbers that are arrays of no dimensions in Python, by what made them; the augmented assignments to numbers; and
    whether such arrays are ``kept`` as they are. See `boxes`."""

    kept: bool = False
    opened: dict[Operand, str] = field(default_factory=dict)
    augmented: list[tuple[Frame, Any, Operand, Operand]] = field(default_factory=list)


@dataclass
class Parameters:
    """The parameters; those that are taken ``apart``, and what each array in them is called in the source."""

    vars: set[Operand] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)
    parts: dict[Var, str] = field(default_factory=dict)


@dataclass
class Alone:
    """Functions that are compiled on their own: those that call themselves, and those that would be copied too
    ``often``; None where none of the latter are.

    ``callees`` is what has been compiled of them, ``given`` what they were given. While one is lowered ``enclosing`` is
    the store around it, the function, and the same further out.
    """

    recursive: set[Any] = field(default_factory=set)
    often: set[Any] | None = None
    copies: Copies = field(default_factory=Copies)
    callees: dict[Any, list[tuple[Any, Any]]] = field(default_factory=dict)
    given: set[Var] = field(default_factory=set)
    enclosing: Any = None


class State:
    """Shared by all frames of one compilation."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.builder = Builder(context, Block())
        self.store: dict[Cell, Operand] = {}
        self.frames = 0
        self.stack: list[Any] = []
        self.dead = False
        self.outside = Outside()
        self.trees = Trees()
        self.boxes = Boxes()
        self.parameters = Parameters()
        self.alone = Alone()
        self.reads: set[Operand] = set()
        # What was joined with something else where nothing was known of it yet.
        self.unknown_joined: set[Operand] = set()
        # What some path may come to before anything is bound to its name.
        self.perhaps_unbound: set[Operand] = {UNDEFINED}
        # The shapes of what loops carry that begin with a variable.
        self.begun: dict[Var, list[Shape]] = {}
        # What is known of the loops in what is being lowered, and what the text of each says; see `expected`.
        self.loops = Inner()
        self.expects = True
        self.kind_changes = 0
        self.nonlocal_cells: set[Cell] = set()
        # The cells of objects that were written, for the loops around to carry.
        self.written: set[Cell] = set()
        # The numbers of the objects known while compiling that became values, in the order in which they did.
        self.built: list[int] = []
        # Memories that are updated in place, by each of their versions and by the cell of the current one.
        self.memory: dict[Var, Any] = {}
        self.memories: dict[Cell, Any] = {}
        # Whether any of them may have another version than its first; whether anything is updated in place.
        self.rewritten = False
        self.updates = False
        # The iterators that have names.
        self.iterators: dict[Operand, Any] = {}
        # What `a.flat` gives of arrays.
        self.flat: set[Operand] = set()
        # Whether a call of a Python function through which no derivative flows can stay one.
        self.calls_python = True
        # Whether `prange` loops are parallel here: in all other code they are loops like others.
        self.parallel = False

    def note_unbound(self, var: Var, values: list[Operand]) -> None:
        """``var`` is one of these values, which may be none."""
        if not self.perhaps_unbound.isdisjoint(values):
            self.perhaps_unbound.add(var)

    def new_frame(self, source: Source, names: set[str], parent: Frame | None, function: Any) -> Frame:
        self.frames += 1
        return Frame(self.frames, source, self, names, parent, function)

    def temporary(self) -> Cell:
        """A cell that no variable of the program has."""
        self.frames += 1
        return (self.frames, "<accumulator>")

    def _capture(self, cell: Cell, enclosing: Any) -> Operand:
        """A variable of a frame around a function that is compiled on its own: a parameter of it."""
        store, callee, further = enclosing
        value: Operand = store.get(cell, UNDEFINED)
        if value is UNDEFINED and further is not None:
            value = self._capture(cell, further)
        if isinstance(value, Var):
            if cell not in callee.captured:
                callee.captured[cell] = Var(cell[1], value.kind, value.varied)
                self.alone.given.add(callee.captured[cell])
            value = self.store[cell] = callee.captured[cell]
        elif value is not UNDEFINED:
            callee.taken[cell] = value
        return value

    def write(self, cell: Cell, operand: Operand) -> None:
        self.store[cell] = operand

    def read(self, cell: Cell) -> Operand:
        operand = self.store.get(cell, UNDEFINED)
        if operand is UNDEFINED and self.alone.enclosing is not None:
            operand = self._capture(cell, self.alone.enclosing)
        self.reads.add(operand)
        return operand
