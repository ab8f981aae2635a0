"""Which variables may share memory, and which memory may change.

Variables fall into classes; two in different classes never share memory. What a list, a tuple, a dict or an object
holds is a class of its own, one for all that it holds: a list may grow while the arrays in it stay as they are. Of a
value of which nothing is known it is the same class. The analysis does not follow the order of statements, so a
class that is changed anywhere counts as changed everywhere; but where a loop is handed an array that is changed no
more, what its rounds begin with is of another class. So it is here, where each makes an array of its own:

    u[0] = 1.0
    for _ in range(n):
        new = u.copy()
        new[1:] += u[:-1]
        u = new

After B. Steensgaard, Points-to analysis in almost linear time, POPL 1996.
"""
from __future__ import annotations

from collections.abc import Sequence

from s2sad.analyses.classes import ELSEWHERE, Classes
from s2sad.ir.kinds import SLICE, Array, Dict, Kind, List, Object, Scalar, Tuple, is_mutable, present
from s2sad.ir.nodes import (
    Assign,
    Block,
    Carry,
    Const,
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
    view_place,
    walk,
)
from s2sad.rules import table
from s2sad.rules.indexing import copies
from s2sad.rules.methods import PURE_METHODS, is_harmless

# Effects that change nothing their operands refer to.
_CHECKS = {"s2sad.check_apart", "s2sad.check_contiguous", "s2sad.same_length"}
_READING = {"s2sad.call", "s2sad.evaluate", "s2sad.push", "s2sad.opaque", *_CHECKS}
_CONTAINERS = (List, Tuple, Dict, Object)
# What makes a container of what it is given, and what gives on the memory that it is given.
_HOLDING = {"s2sad.tuple", "s2sad.list", "s2sad.dict", "s2sad.new"}
_PASSING = {"s2sad.alias", "s2sad.some", "s2sad.touched", "s2sad.seen", "s2sad.drop_last"}
# What gives on the memory of the first operand, in the shape that the second tells.
_SHAPED = {"s2sad.expand", "s2sad.unbroadcast"}

# Assignments that are carried out in place: the target is the first operand, changed.
UPDATES = {"s2sad.store", "s2sad.add_at", "s2sad.append", "s2sad.drop_last"}


class Aliases:
    """The classes of the mutable variables of a function."""

    def __init__(self, function: Function) -> None:
        self._order = _Order(function.body)
        self._classes = Classes(self._order.place)
        self._handed: list[tuple[Loop, Carry, Var]] = []
        changed: list[tuple[Var, int]] = []
        for statement in walk(function.body):
            self._link(statement)
            changed += [(var, self._order.of_statement[statement]) for var in changed_by(statement)]
        self._changed = self._tell_apart(changed)
        self.any_changed = bool(self._changed)
        self._known: dict[Var, bool] = {}

    def _tell_apart(self, changed: list[tuple[Var, int]]) -> set[Var]:
        """Unite what a loop is handed with what its rounds begin with, unless that is for good; the changed classes.

        ``changed`` says which variables are changed where.
        """
        while True:
            last: dict[Var, int] = {}
            for var, place in changed:
                root = self._classes.find(var)
                last[root] = max(place, last.get(root, place))
            apart: list[tuple[Loop, Carry, Var]] = []
            same: list[tuple[Loop, Carry, Var]] = []
            for one in self._handed:
                (apart if self._is_for_good(*one, last) else same).append(one)
            if not same:
                return set(last)
            for _, carry, value in same:
                self._unite([carry.param, value])
            self._handed = apart

    def _is_for_good(self, loop: Loop, carry: Carry, value: Var, last: dict[Var, int]) -> bool:
        """Whether memory that is changed is changed no more once a round begins with it.

        What a round hands on it must have made itself, and what the loop begins with the round of the loop around.
        """
        root = self._classes.find(value)
        if root not in last or self._classes.find(carry.param) in last:
            return False
        (start, end), (first, final) = self._order.inside[loop], self._classes.span(root)
        if value is carry.out:
            return start <= first and final < end
        return last[root] < start and self._order.around[loop] <= first

    def may_change(self, operand: Operand) -> bool:
        """Whether what a variable refers to, or holds, may be changed in place anywhere in the function."""
        if not (self.any_changed and isinstance(operand, Var) and is_mutable(operand.kind)):
            return False
        known = self._known.get(operand)
        if known is None:
            known = self._classes.find(operand) in self._changed or self.may_change_inside(operand)
            self._known[operand] = known
        return known

    def may_change_inside(self, var: Var) -> bool:
        """Whether anything that a container holds, at any depth, may be changed in place."""
        return any(inner in self._changed for inner in self.reach(var)[1:])

    def class_of(self, var: Var) -> Var:
        """The representative of all that may share memory with a variable."""
        return self._classes.find(var)

    def reach(self, var: Var) -> list[Var]:
        """The class of a variable, that of what it holds, that of what this holds, and so on."""
        found = [self._classes.find(var)]
        while (inner := self._classes.inside.get(found[-1])) is not None:
            inner = self._classes.find(inner)
            if inner in found:
                break
            found.append(inner)
        return found

    def _link(self, statement: Statement) -> None:
        if isinstance(statement, Assign):
            self._link_assign(statement)
        elif isinstance(statement, Effect) and statement.primitive not in _CHECKS:
            self._mix([*statement.targets, *statement.args])
            for var in statement.targets:
                self._classes.is_from_elsewhere(var)
        elif isinstance(statement, Store):
            self._mix([statement.base, statement.value])
        elif isinstance(statement, (If, With)):
            for merge in statement.merges:
                self._unite([merge.out, *merge.values])
        elif isinstance(statement, Loop):
            for carry in statement.carries:
                self._unite([carry.result, carry.param])
                for value in (carry.init, carry.out):
                    if isinstance(carry.param.kind, Array) and isinstance(value, Var):
                        self._handed.append((statement, carry, value))
                    else:
                        self._unite([carry.param, value])
            if isinstance(statement, Each):
                self._mix([statement.iterable, statement.item])

    def _link_assign(self, s: Assign) -> None:
        if (s.primitive in _PASSING or _may_share(s)) and not _mutable(s.args):
            self._classes.is_from_elsewhere(s.target)
        if s.primitive in _HOLDING:
            self._put(s.target, s.args)
        elif s.primitive == "s2sad.append":
            self._unite([s.target, s.args[0]])
            self._put(s.target, s.args[1:])
        elif s.primitive == "s2sad.getitem":
            self._get(s.target, s.args[0], s.args[1].kind)
        elif s.primitive in ("s2sad.store", "s2sad.add_at"):
            self._write(s)
        elif s.primitive in _PASSING:
            self._unite([s.target, *s.args])
        elif s.primitive in _SHAPED:
            self._unite([s.target, s.args[0]])
        elif s.primitive == "s2sad.getattr" and isinstance(s.args[0].kind, Object):
            self._put(s.args[0], [s.target])
        elif _may_share(s):
            self._mix([s.target, *s.args])
        elif _is_container(s.target):
            self._share_what_is_held([s.target, *s.args])

    def _get(self, target: Var, whole: Operand, index: Kind) -> None:
        """An item of a container, a part of it, or a view of an array."""
        if isinstance(whole.kind, Array):
            if not copies(index):
                self._unite([target, whole])
        elif _is_container(whole) and index == SLICE:
            self._share_what_is_held([target, whole])
        elif _is_container(whole) and isinstance(index, Scalar) or isinstance(whole.kind, Dict):
            self._put(whole, [target])
        else:
            self._mix([target, whole])

    def _write(self, s: Assign) -> None:
        """An array copies what is stored in it, a container holds it."""
        current, view, _, value = s.args
        self._unite([s.target, current])
        if isinstance(current.kind, Array):
            self._unite([current, view])
        elif _is_container(current) and view is current:
            self._put(current, [value])
        else:
            self._mix([current, view, value])

    def _unite(self, operands: Sequence[Operand]) -> None:
        """One class for these, and one for what they hold."""
        variables = _mutable(operands)
        for var in variables:
            self._classes.unite(variables[0], var)
            if not isinstance(present(var.kind), (Array, *_CONTAINERS)):
                self._classes.open(var)

    def _mix(self, operands: Sequence[Operand]) -> None:
        """One class for these and all that they hold: nothing is known of what holds what."""
        variables = _mutable(operands)
        self._unite(variables)
        if not all(isinstance(var.kind, Array) for var in variables):
            self._classes.open(variables[0])

    def _put(self, container: Operand, items: Sequence[Operand]) -> None:
        for var in _mutable([container]):
            self._unite([var])
            for item in _mutable(items):
                self._unite([item])
                self._classes.unite(self._classes.held_by(var), item)

    def _share_what_is_held(self, operands: Sequence[Operand]) -> None:
        variables = [var for var in _mutable(operands) if _is_container(var)]
        for var in variables:
            self._classes.unite(self._classes.held_by(variables[0]), self._classes.held_by(var))


class _Order:
    """Where in the program each variable is defined, where each statement stands, and what is inside of each loop."""

    def __init__(self, block: Block) -> None:
        self.place: dict[Var, int] = {}
        self.of_statement: dict[Statement, int] = {}
        self.inside: dict[Loop, tuple[int, int]] = {}
        self.around: dict[Loop, int] = {}  # where the inside of the loop around it begins
        self._number(block, ELSEWHERE)

    def _number(self, block: Block, around: int) -> None:
        place = self.place
        for s in block.statements:
            self.of_statement[s] = len(place)
            inside = around
            if isinstance(s, Loop):
                place.update((var, len(place)) for var in s.bound())
                inside = len(place)
                self.around[s] = around
            for inner in s.blocks():
                self._number(inner, inside)
            if isinstance(s, Loop):
                self.inside[s] = inside, len(place)
            place.update((var, len(place)) for var in s.defined())


def _is_container(operand: Operand) -> bool:
    return isinstance(operand.kind, _CONTAINERS)


def _may_share(s: Assign) -> bool:
    """Whether the result of an assignment may share memory with its operands in a way that is not known here."""
    primitive = table.lookup(s.primitive)
    return primitive is None or primitive.view or s.primitive == "s2sad.getattr"


def changed_by(statement: Statement) -> list[Var]:
    """The variables whose memory a statement may change."""
    if isinstance(statement, Assign):
        if statement.primitive not in UPDATES:
            return []
        return _mutable(statement.args[: 2 if view_place(statement) == 1 else 1])
    if isinstance(statement, Store):
        return [statement.base] if isinstance(statement.base, Var) else []
    if not isinstance(statement, Effect):
        return []
    if statement.primitive == "s2sad.statement":
        reads = type(statement.extra[0]).__name__ in ("Assert", "Raise")
        return [] if reads else _mutable(statement.args)
    if statement.primitive in _READING:
        return []
    if statement.primitive == "s2sad.inplace":
        return _mutable(statement.args[:1])
    if statement.primitive == "s2sad.invoke_method" and statement.extra[0] in PURE_METHODS:
        return []
    callee = statement.args[0] if statement.args else None
    if isinstance(callee, Const) and is_harmless(callee.value):
        return []
    return _mutable(statement.args)


def _mutable(operands: Sequence[Operand]) -> list[Var]:
    return [operand for operand in operands if isinstance(operand, Var) and is_mutable(operand.kind)]
