"""Updates of one adjoint array in a row: one a place, and an assignment where what was there is cleared first.

    a_bar[i] = 0.0                         a_bar[i] = t
    a_bar[i - 1] += t            ─▶        a_bar[i - 1] += t
    a_bar[i] += t

Additions commute, so those to one place are one; what is added where the array was cleared is assigned. Places that may
overlap are cleared before anything is assigned, and one of them alone is assigned to.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

from s2sad.analyses.following import are_apart
from s2sad.analyses.uses import count_uses
from s2sad.analyses.versions import is_new
from s2sad.ir.kinds import Array, has_places
from s2sad.ir.nodes import Assign, Block, Const, Function, Operand, Statement, Var
from s2sad.ir.rewrite import final, substitute_block
from s2sad.ir.spoken import spoken
from s2sad.rules import table
from s2sad.rules.build import Builder, Context
from s2sad.rules.indexing import index_key
from s2sad.transforms.optimise.algebra import simplify
from s2sad.transforms.optimise.reads import is_copy
from s2sad.transforms.optimise.zeros import begin_with_sums

_OPERATIONS = {"s2sad.clear", "s2sad.index_add"}
_CONCERNED = _OPERATIONS | {"s2sad.read"}
# A place: what is equal for one index, and for the view that it is of.
_Key = tuple[Hashable, int | None]


def updates_of(statements: list[Statement]) -> list[Assign]:
    """What updates places of adjoints, or reads them."""
    return [s for s in statements if isinstance(s, Assign) and s.primitive in _CONCERNED]


def gather_updates(
    context: Context, function: Function, statements: list[Statement], concerned: list[Assign], uses: Counter[Operand],
) -> tuple[bool, bool]:
    """Put updates together; whether there were any, and whether something may be left that nothing reads.
    ``statements`` are all of the function, ``concerned`` its `updates_of`, and ``uses`` says how often everything is
    read."""
    updates = [s for s in concerned if _is_update(s)]
    begun = bool(updates) and begin_with_sums(context, function, statements, updates, uses)
    uses = count_uses(function) if begun else uses
    left: dict[Var, Operand] = {}
    dropped: set[Operand] = set()
    gathered = len(updates) > 1 and _block(context, function.body, {*updates}, uses, left, dropped) or begun
    substitute_block(function.body, left)
    function.result = final(function.result, left)
    whole: dict[Var, Operand] = {}
    if any(map(is_copy, concerned)):
        _read_in_place(context, function.body, count_uses(function) if gathered else uses, whole)
        substitute_block(function.body, whole)
    return gathered or bool(whole), begun or bool(left or dropped or whole)


def _block(
    context: Context, block: Block, updates: set[Assign], uses: Counter[Operand], left: dict[Var, Operand],
    dropped: set[Operand],
) -> bool:
    """Put the updates of a block together; whether there were any to put together.

    ``left`` is told of arrays to which nothing was done after all, and what they are; ``dropped`` of what updates read
    and what they became does not.
    """
    inside = [_block(context, inner, updates, uses, left, dropped)
              for s in block.statements if not s.simple for inner in s.blocks()]
    places = [place for place, s in enumerate(block.statements) if s in updates]
    if len(places) < 2:
        return any(inside)
    runs = _Runs(block.statements, updates, uses)
    gathered: dict[Statement, list[Assign]] = {}  # by the last of a run; the others are in it
    moved: set[Statement] = set()
    for place in places:
        s = block.statements[place]
        if s not in moved and s not in gathered:
            run = runs.at(place)
            if len(run) > 1:
                gathered[run[-1]] = run
                moved.update(run[:-1])
    if not gathered:
        return any(inside)
    result: list[Statement] = []
    for s in block.statements:
        if s in gathered:
            new = _gathered(context, gathered[s], left)
            dropped |= _read(gathered[s]) - _read(new)
            result += new
        elif s not in moved:
            result.append(s)
    block.statements = result
    return True


def _read_in_place(context: Context, block: Block, uses: Counter[Operand], whole: dict[Var, Operand]) -> None:
    """A stretch of a shadow need not be copied out of it if it is used before the shadow changes; all of it is the
    shadow."""
    for number, s in enumerate(block.statements):
        if not s.simple:
            for inner in s.blocks():
                _read_in_place(context, inner, uses, whole)
        if not (isinstance(s, Assign) and is_copy(s)):
            continue
        left = uses[s.target]
        for later in block.statements[number + 1 :]:
            if not isinstance(later, Assign) or _is_update(later) or later.primitive == "s2sad.put" or (
                    later.primitive == "s2sad.store" and not _builds(context, later, uses)):
                break
            left -= sum(operand is s.target for operand in later.args) if _computes(later) else 0
            if left == 0:
                break
        if left == 0:
            s.target.hint = s.target.hint or spoken(s.primitive)
            s.primitive = "s2sad.getitem"
            if isinstance(s.args[1], Const) and s.args[1].value is Ellipsis:
                whole[s.target] = s.args[0]


def _builds(context: Context, s: Assign, uses: Counter[Operand]) -> bool:
    """Whether a store is one of those that build an array which nobody else has yet."""
    made: Statement | None = s
    while isinstance(made, Assign) and made.primitive == "s2sad.store" and uses[made.args[0]] == 2:  # by this one alone
        made = context.definitions.get(made.args[0])  # type: ignore[arg-type]
    return isinstance(made, Assign) and made.adjoint and is_new(made)


def _computes(s: Assign) -> bool:
    """Whether a result is memory of its own."""
    known = table.lookup(s.primitive)
    return known is not None and not known.view and s.primitive.startswith(("operator.", "numpy.", "s2sad.guard"))


def _read(statements: Sequence[Statement]) -> set[Operand]:
    """What updates read of what others made."""
    found = {operand for s in statements for operand in s.args}
    return found.difference(*[s.defined() for s in statements])


class _Runs:
    """The updates of one array that follow on one another in a block."""

    def __init__(self, statements: list[Statement], updates: set[Assign], uses: Counter[Operand]) -> None:
        self.statements, self.updates, self.uses = statements, updates, uses
        self.reader: dict[Operand, int] = {}
        # From each place on, the first statement that nothing is moved over.
        self.barrier = [len(statements)] * (len(statements) + 1)
        for place in range(len(statements) - 1, -1, -1):
            s = statements[place]
            stays = not isinstance(s, Assign) or s.primitive == "s2sad.pop"
            self.barrier[place] = place if stays else self.barrier[place + 1]
            for operand in s.args:
                self.reader[operand] = place

    def at(self, place: int) -> list[Assign]:
        """The update of this place, and those that follow on it."""
        last = self.statements[place]
        run: list[Assign] = []
        while isinstance(last, Assign) and last in self.updates and (not run or last.args[0] is run[-1].target):
            run.append(last)
            further = self.reader.get(last.target) if self.uses[last.target] == 1 else None
            if further is None or self.barrier[place + 1] <= further:
                break
            last, place = self.statements[further], further
        return run


def _is_update(s: Statement) -> bool:
    return isinstance(s, Assign) and s.adjoint and s.primitive in _OPERATIONS and has_places(
        s.target.kind, s.args[1].kind)


def _gathered(context: Context, run: list[Assign], unchanged: dict[Var, Operand]) -> list[Statement]:
    """The same updates, each place once."""
    block = Block()
    builder = Builder(context, block, simplify=simplify, adjoint=True)
    cleared: dict[_Key, Assign] = {}
    added: dict[Hashable, tuple[Assign, Operand]] = {}
    left: set[_Key] = set()  # the places to which is added what was read there before they were cleared
    for s in run:
        builder.origin = s.origin
        key = _key(context, s)
        if s.primitive == "s2sad.clear":
            if added:
                return list(run)
            cleared[key] = s
        elif key in cleared and key not in left and _is_left(context, key, s.args[2], cleared):
            left.add(key)
        elif key in added and _is_plain(s):
            before, value = added[key]
            added[key] = (before, builder.emit("operator.add", value, s.args[2]))
        else:
            added[key if _is_plain(s) else s] = (s, s.args[2])
    for key in left:
        del cleared[key]
    put: dict[_Key, Assign] = {}
    for key, s in cleared.items():
        if key in added and all(_are_apart(context, key, s, *one) for one in put.items()):
            put[key] = s
    current = run[0].args[0]
    last: Assign | None = None
    # What is cleared may be part of what else is assigned or added to: all of that comes first.
    steps: list[tuple[Hashable, Assign, str]] = [
        *((key, s, s.primitive) for key, s in cleared.items() if key not in put),
        *((key, s, "s2sad.put") for key, s in put.items()),
        *((place, s, s.primitive) for place, (s, _) in added.items() if place not in put),
    ]
    for place, s, primitive in steps:
        values = [] if primitive == "s2sad.clear" else [added[place][1]]
        rest = s.args[2:] if s.primitive == "s2sad.clear" else s.args[3:]
        args = [current, s.args[1], *values, *rest]
        last = Assign(Var(s.target.name, s.target.kind), primitive, args, origin=s.origin, adjoint=True)
        block.statements.append(last)
        context.definitions[last.target] = last
        current = last.target
    if last is None:
        unchanged[run[-1].target] = current
        return block.statements
    last.target = run[-1].target
    context.definitions[last.target] = last
    return block.statements


def _is_left(context: Context, key: _Key, value: Operand, cleared: dict[_Key, Assign]) -> bool:
    """Whether a value is what was read of a place before it was cleared, of which nothing else is cleared."""
    read, s = context.definition(value, "s2sad.read"), cleared[key]
    if read is None or key[1] is not None or read.args[0] is not s.args[0] or len(read.args) != 2 or not _is_plain(s):
        return False
    if index_key(context, read.args[1]) != key[0]:
        return False
    return all(other is s or _are_apart(context, key, s, place, other) for place, other in cleared.items())


def _is_plain(s: Assign) -> bool:
    """Whether an update names each of its places once."""
    return not any(isinstance(arg.kind, Array) for arg in _index_operands(s))


def _index_operands(s: Assign) -> list[Operand]:
    return [s.args[1]]


def _are_apart(context: Context, key: _Key, s: Assign, other_key: _Key, other: Assign) -> bool:
    """Whether two updates, of one array or of one view of it, surely have no place in common."""
    return key[1] == other_key[1] and are_apart(context, s.args[1], other.args[1])


def _key(context: Context, s: Assign) -> _Key:
    view = s.args[2] if s.primitive == "s2sad.clear" and len(s.args) == 3 else None
    view = s.args[3] if s.primitive == "s2sad.index_add" and len(s.args) == 4 else view
    return index_key(context, s.args[1]), None if view is None else id(view)
