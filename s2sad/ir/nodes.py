"""The nodes of the IR.

    function  = name, parameters, body, result
    block     = statement*
    statement = assign | effect | store | if | for | while | with
    operand   = Var | Const

Every `Var` is defined once. A structured statement says which variables come out of it: an `If` or
`With` merges (`Merge`), a loop carries (`Carry`). A variable defined in a nested block is visible in
that block only. `UNDEFINED` stands for a value that was never bound on some path.

An `Assign` applies a primitive, named by where it lives: ``numpy.sin``, ``operator.mul``,
``math.exp``. Those whose name starts with ``s2sad.`` are the compiler's own (`rules.internal`
lists them). ``s2sad.opaque`` holds Python that is not understood and need not be.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from s2sad.errors import Location
from s2sad.ir.kinds import NEVER, UNKNOWN, Kind


class Var:
    """One definition of a variable.

    ``name`` is the name that the user (or the notation, for ``x_bar``) gives it, "" for a temporary, which is
    called by its ``hint`` if it has to be called anything;
    ``varied`` says that the value may depend on an input that is differentiated.
    """

    __slots__ = ("name", "kind", "varied", "location", "hint")

    def __init__(
        self, name: str, kind: Kind = UNKNOWN, varied: bool = False, location: Location | None = None
    ) -> None:
        self.name, self.kind, self.varied = name, kind, varied
        self.location, self.hint = location, ""

    def __repr__(self) -> str:
        return f"Var({self.name or '_'}: {self.kind})"


class Const:
    """A literal or an object known while compiling; ``path`` is how source code names it (``np.pi``)."""

    __slots__ = ("value", "kind", "path")
    varied = False

    def __init__(self, value: Any, kind: Kind, path: str = "") -> None:
        self.value, self.kind, self.path = value, kind, path

    def __repr__(self) -> str:
        return f"Const({self.path or repr(self.value)})"


Operand = Var | Const
UNDEFINED = Const(None, NEVER, "undefined")


# Assignments that are carried out in place: the target is the first operand, changed.
IN_PLACE = frozenset({
    "s2sad.index_add", "s2sad.append", "s2sad.drop_last", "s2sad.tuple_add", "s2sad.store", "s2sad.put", "s2sad.clear",
    "s2sad.add_at",
})
# Assignments of an array's elements in memory of their own.
COPIES = frozenset({"s2sad.copy", "array.copy", "numpy.copy"})


# Of an `s2sad.put`: the place is zero before it.
FIRST = "first"
# Of an `s2sad.zeros_like` of a list: each entry is assigned before it is read.
UNFILLED = "unfilled"
# Of an `s2sad.put`: it fills a row of a tape, which the forward sweep does not read.
KEPT = "kept"
# Of an `s2sad.getitem`: nobody else has the item of the list, and nobody asks for it until it is put there again.
ALONE = "alone"
# Of an `s2sad.index_add`: its value is taken from the place, not added.
TAKEN = "taken"
# Of a sum: its second operand is ready last, so that it is added to all of the others.
WAITED_FOR = "waited for"
# Of a store that puts an element back: nothing reads it but what may yet be computed again.
SPARE = "spare"
# Of a copy of a list: of its own is the list, and what it holds is the same.
SHALLOW = "shallow"
# Of a tape: what is kept is whole numbers that fit into a byte.
BYTES = "bytes"
# The style of a division of numbers that gives infinity where Python's raises.
AS_NUMPY = "numpy"


def is_literal(operand: Operand, value: int) -> bool:
    """Whether an operand is this number, known while compiling."""
    return isinstance(operand, Const) and operand.value == value


@dataclass(eq=False, slots=True)
class Block:
    statements: list[Statement] = field(default_factory=list)


class _Reader:
    """No field of `Statement`, for those that come first in its subclasses would come after it."""

    __slots__ = ("args",)
    args: list[Operand]


@dataclass(eq=False, slots=True)
class Statement(_Reader):
    """``args`` is what the statement itself reads, its blocks not included.

    ``origin`` is the place in the user's source that the statement comes from or differentiates;
    ``adjoint`` says the latter. Only what is not ``simple`` has blocks, and operands that go into and out of them."""

    simple: bool = field(default=True, init=False, repr=False)

    origin: Location | None = field(default=None, kw_only=True)
    adjoint: bool = field(default=False, kw_only=True)

    def defined(self) -> list[Var]:
        """The variables that the statement binds in the block it stands in."""
        return []

    def blocks(self) -> list[Block]:
        return []


@dataclass(eq=False, slots=True)
class Assign(Statement):
    """``target = primitive(*args)``; the last ``len(keywords)`` of ``args`` are passed by keyword.

    ``style`` is how the source wrote the call: "" as the primitive prints by itself, "method" for
    ``x.sum()``. ``extra`` belongs to the primitive (the template of an opaque expression, a callee).
    """

    target: Var
    primitive: str
    args: list[Operand]
    keywords: tuple[str, ...] = ()
    style: str = ""
    extra: Any = None

    def defined(self) -> list[Var]:
        return [self.target]


@dataclass(eq=False, slots=True)
class Effect(Statement):
    """A statement that is kept as it stands: it binds ``targets`` and may do anything else."""

    primitive: str
    args: list[Operand]
    targets: list[Var] = field(default_factory=list)
    extra: Any = None

    def defined(self) -> list[Var]:
        return self.targets


@dataclass(eq=False, slots=True)
class Store(Statement):
    """``base[index] = value``, which are its ``args``."""

    args: list[Operand]

    @property
    def base(self) -> Operand:
        return self.args[0]

    @property
    def index(self) -> Operand:
        return self.args[1]

    @property
    def value(self) -> Operand:
        return self.args[2]


@dataclass(eq=False, slots=True)
class Merge:
    """``out`` is ``values[k]`` where block ``k`` of the statement was run."""

    out: Var
    values: list[Operand]


@dataclass(eq=False, slots=True)
class If(Statement):
    """Of one operand, the condition."""

    simple: bool = field(default=False, init=False, repr=False)

    args: list[Operand]
    then: Block
    orelse: Block
    merges: list[Merge] = field(default_factory=list)

    @property
    def condition(self) -> Operand:
        return self.args[0]

    def defined(self) -> list[Var]:
        return [merge.out for merge in self.merges]

    def blocks(self) -> list[Block]:
        return [self.then, self.orelse]


@dataclass(eq=False, slots=True)
class With(Statement):
    """``with manager [as target]: body``; what a ``with`` does to its body is not differentiated. Its one operand is
    the manager."""

    simple: bool = field(default=False, init=False, repr=False)

    args: list[Operand]
    body: Block
    target: Var | None = None
    merges: list[Merge] = field(default_factory=list)

    @property
    def manager(self) -> Operand:
        return self.args[0]

    def defined(self) -> list[Var]:
        return [merge.out for merge in self.merges]

    def blocks(self) -> list[Block]:
        return [self.body]


@dataclass(eq=False, slots=True)
class Carry:
    """A variable that a loop carries: ``param`` is ``init`` at first, then the last ``out``; after
    the loop ``result`` is what ``param`` would be next."""

    init: Operand
    param: Var
    out: Operand
    result: Var


@dataclass(eq=False, slots=True)
class Loop(Statement):
    """``stop``, if any, is a boolean of the body: where it is true the loop is left after this
    iteration. ``of`` is the forward loop that a reverse loop belongs to."""

    simple: bool = field(default=False, init=False, repr=False)

    carries: list[Carry] = field(default_factory=list, kw_only=True)
    body: Block = field(default_factory=Block, kw_only=True)
    stop: Operand | None = field(default=None, kw_only=True)
    of: Loop | None = field(default=None, kw_only=True)

    def defined(self) -> list[Var]:
        found: list[Var] = []
        for carry in self.carries:
            found.append(carry.result)
        return found

    def blocks(self) -> list[Block]:
        return [self.body]

    def counting(self) -> list[Var]:
        """What the loop binds at the top of an iteration beside what it carries."""
        return []

    def bound(self) -> list[Var]:
        """The variables that the loop binds at the top of an iteration."""
        found = self.counting()
        for carry in self.carries:
            found.append(carry.param)
        return found


@dataclass(eq=False, slots=True)
class For(Loop):
    """Over ``range(*args)``, which are start, end and step, backwards where ``reverse`` is set.

    ``parallel`` says that the iterations are to be run at once, in any order; ``note`` why they are not.
    """

    index: Var
    args: list[Operand]
    reverse: bool = False
    parallel: bool = False
    note: str = ""

    @property
    def start(self) -> Operand:
        return self.args[0]

    @property
    def end(self) -> Operand:
        return self.args[1]

    @property
    def step(self) -> Operand:
        return self.args[2]

    def counting(self) -> list[Var]:
        return [self.index]


@dataclass(eq=False, slots=True)
class Each(Loop):
    """Over an iterable, its one operand, of which only Python knows how many items it has."""

    item: Var
    args: list[Operand]

    @property
    def iterable(self) -> Operand:
        return self.args[0]

    def counting(self) -> list[Var]:
        return [self.item]


@dataclass(eq=False, slots=True)
class While(Loop):
    """``test`` is evaluated before each iteration and gives ``condition``; it sees the carried
    parameters, and the body sees what it defines."""

    args: list[Operand] = field(default_factory=list, init=False)
    test: Block = field(default_factory=Block)
    condition: Operand = field(default=UNDEFINED)

    def blocks(self) -> list[Block]:
        return [self.test, self.body]


@dataclass(eq=False, slots=True)
class Again(Loop):
    """As many iterations as ``of`` made; which way they are counted is decided with the recording."""

    args: list[Operand] = field(default_factory=list, init=False)


@dataclass(eq=False, slots=True)
class Drain(Loop):
    """Until a tape, its one operand, is empty: the body pops it once an iteration."""

    args: list[Operand]

    @property
    def tape(self) -> Operand:
        return self.args[0]


@dataclass(eq=False, slots=True)
class Param:
    """A parameter. ``prefix`` is "", "*" or "**"; ``default`` is the syntax tree of its default."""

    var: Var
    prefix: str = ""
    keyword_only: bool = False
    default: Any = None
    positional_only: bool = False


@dataclass(eq=False, slots=True)
class Function:
    name: str
    params: list[Param]
    body: Block
    result: Operand
    doc: str = ""
    location: Location | None = None
    captures: list[Var] = field(default_factory=list)


def walk(block: Block) -> list[Statement]:
    """Every statement of a block and of the blocks in it, in program order, as they are now."""
    found: list[Statement] = []
    _gather(block, found)
    return found


def _gather(block: Block, found: list[Statement]) -> None:
    for statement in block.statements:
        found.append(statement)
        if not statement.simple:
            for inner in statement.blocks():
                _gather(inner, found)


def structured(block: Block) -> list[Statement]:
    """The statements with blocks of their own, of a block and of the blocks in it, in program order."""
    found: list[Statement] = []
    for statement in block.statements:
        if not statement.simple:
            found.append(statement)
            for inner in statement.blocks():
                found += structured(inner)
    return found


def bound_inside(block: Block) -> set[Var]:
    """The variables that the statements of a block, and of the blocks in it, bind."""
    found: set[Var] = set()
    for s in walk(block):
        if isinstance(s, Assign):
            found.add(s.target)
        else:
            found.update(s.defined())
            if isinstance(s, Loop):
                found.update(s.bound())
    return found


def is_literal_none(operand: Operand) -> bool:
    """Whether an operand is a None that is written out."""
    return isinstance(operand, Const) and operand.value is None and not operand.path


def holds_loop(loop: Loop) -> bool:
    return any(isinstance(s, Loop) for block in loop.blocks() for s in walk(block))


def reverse_loops(block: Block) -> list[Loop]:
    """The loops of the reverse sweep, in program order."""
    return [s for s in structured(block) if isinstance(s, Loop) and s.of is not None]


def results(statement: Statement) -> list[Operand]:
    """The operands that a structured statement takes out of its own blocks."""
    found: list[Operand] = []
    if statement.simple:
        return found
    if isinstance(statement, Loop):
        for carry in statement.carries:
            found.append(carry.out)
        if statement.stop is not None:
            found.append(statement.stop)
        if isinstance(statement, While):
            found.append(statement.condition)
    elif isinstance(statement, (If, With)):
        for merge in statement.merges:
            found += merge.values
    return found


def inits(statement: Statement) -> list[Operand]:
    """The operands that a loop starts from."""
    return [] if statement.simple or not isinstance(statement, Loop) else [carry.init for carry in statement.carries]


def reads(statement: Statement) -> list[Operand]:
    """All that a statement reads, but for what the statements in its blocks do."""
    if statement.simple:
        return statement.args
    found = statement.args.copy()
    if isinstance(statement, Loop):
        for carry in statement.carries:
            found.append(carry.init)
    found += results(statement)
    return found


# Which operand of an update is the view of the first one that is written through, if there is that operand.
_VIEW_PLACES = {"s2sad.store": 1, "s2sad.add_at": 1, "s2sad.clear": 2, "s2sad.index_add": 3, "s2sad.put": 3}


def view_place(s: Assign) -> int | None:
    """Which operand of an update in place is the view of the first one that is written through."""
    place = _VIEW_PLACES.get(s.primitive)
    return place if place is not None and place < len(s.args) else None
