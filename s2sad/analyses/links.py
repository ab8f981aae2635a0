"""What each statement says of the memory that variables share: the classes of `aliases`, put together."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from s2sad.analyses.classes import Classes
from s2sad.ir.kinds import SLICE, UNKNOWN, Array, Dict, Kind, List, Object, Scalar, Tuple, is_mutable, present
from s2sad.ir.nodes import (
    Assign,
    Carry,
    Each,
    Effect,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    With,
    reads,
    walk,
)
from s2sad.rules import table
from s2sad.rules.indexing import copies

# Effects that change nothing their operands refer to, and link nothing.
CHECKS = {"s2sad.check_apart", "s2sad.check_contiguous", "s2sad.same_length"}
_CONTAINERS = (List, Tuple, Dict, Object)


class Handed(NamedTuple):
    """An array that a loop is handed, before its first round or by a round: whether it is of one class with what the
    rounds begin with is open at first."""

    loop: Loop
    carry: Carry
    value: Var


class Links:
    """The classes of the mutable variables of a function, but for what loops are handed.

    ``from_elsewhere`` are variables that may refer to memory that is no other variable's. ``bundles`` are lists and
    tuples of arrays that are made for functions that copy them (`np.concatenate([a, b])`), with what they hold: `a` and
    `b` are of no one class for that.
    """

    def __init__(self, function: Function) -> None:
        self.classes = Classes()
        self.handed: list[Handed] = []
        self.from_elsewhere: list[Var] = []
        statements = walk(function.body)
        self.bundles = _bundles(statements, function.result)
        for statement in statements:
            self.add(statement)

    def add(self, s: Statement) -> None:
        """Unite what a statement makes share memory."""
        if self.bundles:
            if isinstance(s, Assign) and s.target in self.bundles:
                return
            self._take_apart(s)
        if isinstance(s, Assign):
            if is_mutable(s.target.kind):
                _rule_of(s.primitive)(self, s)
        elif isinstance(s, Effect):
            if s.primitive not in CHECKS:
                self.mix([*s.targets, *s.args])
                self.from_elsewhere += s.targets
        elif isinstance(s, Store):
            self.mix([s.base, s.value])
        elif isinstance(s, (If, With)):
            for merge in s.merges:
                self.unite([merge.out, *merge.values])
        elif isinstance(s, Loop):
            self._loop(s)

    def _take_apart(self, s: Statement) -> None:
        """What a statement may hand on of a bundle is held by it like anything else."""
        for operand in reads(s):
            if operand in self.bundles and not _copies_what_is_held(s):
                assert isinstance(operand, Var)
                self.put(operand, self.bundles.pop(operand))

    def _loop(self, loop: Loop) -> None:
        for carry in loop.carries:
            self.unite([carry.result, carry.param])
            for value in (carry.init, carry.out):
                if isinstance(carry.param.kind, Array) and isinstance(value, Var):
                    self.handed.append(Handed(loop, carry, value))
                else:
                    self.unite([carry.param, value])
        if isinstance(loop, Each):
            self.mix([loop.iterable, loop.item])

    def unite(self, operands: Sequence[Operand]) -> None:
        """One class for these, and one for what they hold."""
        self._unite(mutable(operands))

    def _unite(self, variables: list[Var]) -> None:
        for var in variables[1:]:
            self.classes.unite(variables[0], var)
        for var in variables:
            if present(var.kind) is UNKNOWN:
                self.classes.open(var)

    def mix(self, operands: Sequence[Operand]) -> None:
        """One class for these and all that they hold: nothing is known of what holds what."""
        variables = mutable(operands)
        self._unite(variables)
        if not all(isinstance(var.kind, Array) for var in variables):
            self.classes.open(variables[0])

    def put(self, container: Operand, items: Sequence[Operand]) -> None:
        for var in mutable([container]):
            self._unite([var])
            for item in mutable(items):
                self._unite([item])
                self.classes.unite(self.classes.held_by(var), item)

    def share_what_is_held(self, operands: Sequence[Operand]) -> None:
        variables = [var for var in mutable(operands) if _is_container(var)]
        for var in variables:
            self.classes.unite(self.classes.held_by(variables[0]), self.classes.held_by(var))

    def note_source(self, s: Assign) -> None:
        """What shares memory with no variable has it from elsewhere."""
        if not mutable(s.args):
            self.from_elsewhere.append(s.target)


def mutable(operands: Sequence[Operand]) -> list[Var]:
    found: list[Var] = []
    for operand in operands:
        if isinstance(operand, Var) and is_mutable(operand.kind):
            found.append(operand)
    return found


def _is_container(operand: Operand) -> bool:
    return isinstance(operand.kind, _CONTAINERS)


def _bundles(statements: list[Statement], result: Operand) -> dict[Operand, list[Operand]]:
    """The lists and tuples of arrays that nothing reads but what copies the arrays."""
    found: dict[Operand, list[Operand]] = {
        s.target: s.args for s in statements if isinstance(s, Assign) and s.primitive in ("s2sad.list", "s2sad.tuple")
        and (held := mutable(s.args)) and all(isinstance(var.kind, Array) for var in held)}
    if found:
        for operand in [result, *(operand for s in statements if not _copies_what_is_held(s) for operand in reads(s))]:
            found.pop(operand, None)
    return found


def _copies_what_is_held(s: Statement) -> bool:
    """Whether a statement makes an array, or what is no object, and no view of what it is given."""
    if not isinstance(s, Assign) or is_mutable(s.target.kind) and not _is_of_numbers(s.target.kind):
        return False
    known = None if s.primitive in _RULES else table.lookup(s.primitive)
    return known is not None and not known.view


def _is_of_numbers(kind: Kind) -> bool:
    return isinstance(kind, Array) and kind.dtype != "object"


# -- assignments, by what they apply --------------------------------------------------------------

Rule = Callable[[Links, Assign], None]


def _rule_of(primitive: str) -> Rule:
    rule = _RULES.get(primitive)
    if rule is None:
        known = table.lookup(primitive)
        rule = _shared if known is None or known.view else _made
    return rule


def _made(links: Links, s: Assign) -> None:
    """A new value; a container may hold what those hold that it is made of."""
    if _is_container(s.target):
        links.share_what_is_held([s.target, *s.args])


def _shared(links: Links, s: Assign) -> None:
    """A value that may share memory with its operands in a way that is not known here."""
    links.note_source(s)
    links.mix([s.target, *s.args])


def _passed(links: Links, s: Assign) -> None:
    links.note_source(s)
    links.unite([s.target, *s.args])


def _shaped(links: Links, s: Assign) -> None:
    links.unite([s.target, s.args[0]])


def _held(links: Links, s: Assign) -> None:
    links.put(s.target, s.args)


def _appended(links: Links, s: Assign) -> None:
    links.unite([s.target, s.args[0]])
    links.put(s.target, s.args[1:])


def _read(links: Links, s: Assign) -> None:
    """An item of a container, a part of it, or a view of an array."""
    links.note_source(s)
    whole, index = s.args[0], s.args[1].kind
    if isinstance(whole.kind, Array):
        if not copies(index):
            links.unite([s.target, whole])
    elif _is_container(whole) and index == SLICE:
        links.share_what_is_held([s.target, whole])
    elif _is_container(whole) and isinstance(index, Scalar) or isinstance(whole.kind, Dict):
        links.put(whole, [s.target])
    else:
        links.mix([s.target, whole])


def _attribute(links: Links, s: Assign) -> None:
    links.note_source(s)
    if isinstance(s.args[0].kind, Object):
        links.put(s.args[0], [s.target])
    else:
        links.mix([s.target, *s.args])


def _written(links: Links, s: Assign) -> None:
    """An array copies what is stored in it, a container holds it."""
    current, view, _, value = s.args
    if isinstance(current.kind, Array):
        links.unite([s.target, current] if view is current else [s.target, current, view])
        return
    links.unite([s.target, current])
    if _is_container(current) and view is current:
        links.put(current, [value])
    else:
        links.mix([current, view, value])


_RULES: dict[str, Rule] = {
    # What makes a container of what it is given.
    **dict.fromkeys(("s2sad.tuple", "s2sad.list", "s2sad.dict", "s2sad.new"), _held),
    # What gives on the memory that it is given.
    **dict.fromkeys(("s2sad.alias", "s2sad.some", "s2sad.touched", "s2sad.seen", "s2sad.drop_last"), _passed),
    # What gives on the memory of the first operand, in the shape that the second tells.
    **dict.fromkeys(("s2sad.expand", "s2sad.unbroadcast"), _shaped),
    **dict.fromkeys(("s2sad.store", "s2sad.add_at"), _written),
    "s2sad.append": _appended,
    "s2sad.getitem": _read,
    "s2sad.getattr": _attribute,
}
