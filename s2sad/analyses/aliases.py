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

from s2sad.analyses.classes import Classes
from s2sad.analyses.handed import tell_apart
from s2sad.analyses.links import CHECKS, Links, mutable
from s2sad.ir.kinds import List, is_mutable
from s2sad.ir.nodes import SHALLOW, Assign, Const, Effect, Function, Operand, Statement, Store, Var, view_place, walk
from s2sad.rules.methods import PURE_METHODS, is_harmless

# Effects that change nothing their operands refer to.
_READING = {"s2sad.call", "s2sad.evaluate", "s2sad.push", "s2sad.opaque", *CHECKS}

# Assignments that are carried out in place: the target is the first operand, changed.
UPDATES = {"s2sad.store", "s2sad.add_at", "s2sad.append", "s2sad.drop_last"}


class Aliases:
    """The classes of the mutable variables of a function.

    Where nothing is changed in place they are found when somebody asks, which hardly anybody does; until then the
    function must stay as it is.
    """

    def __init__(self, function: Function) -> None:
        self._function, self._length = function, len(function.body.statements)
        self._changes = [(var, s) for s in changing(walk(function.body)) for var in changed_by(s)]
        self.any_changed = bool(self._changes)
        self._links: Links | None = None
        self._changed: set[Var] = set()
        self._known: dict[Operand, bool] = {}
        if self.any_changed:
            self.settle()

    def settle(self) -> None:
        """Find the classes now, for somebody who asks when the function has changed."""
        if self._links is None:
            self._links = Links(self._function)
            self._changed = tell_apart(self._function.body, self._links, self._changes)

    def catch_up(self) -> None:
        """Know of what was appended to the function since, and changes nothing in place."""
        if self._links is not None:
            for s in self._function.body.statements[self._length :]:
                self._links.add(s)
            self._renew()

    def hand(self, var: Var, new: Operand) -> None:
        """Know of a new array that a variable may be."""
        if self._links is not None:
            self._links.unite([var, new])
            self._renew()

    def _renew(self) -> None:
        """Classes have become one."""
        self._changed = {self._classes.find(var) for var in self._changed}
        self._known.clear()

    @property
    def _classes(self) -> Classes:
        if self._links is None:
            self.settle()
        assert self._links is not None
        return self._links.classes

    @property
    def _bundles(self) -> dict[Operand, list[Operand]]:
        assert self._links is not None
        return self._links.bundles

    def may_change(self, operand: Operand) -> bool:
        """Whether what a variable refers to, or holds, may be changed in place anywhere in the function."""
        if not self.any_changed:
            return False
        known = self._known.get(operand)
        if known is None:
            known = self._known[operand] = isinstance(operand, Var) and is_mutable(operand.kind) and (
                self._classes.find(operand) in self._changed or self.may_change_inside(operand))
        return known

    def may_change_inside(self, var: Var) -> bool:
        """Whether anything that a container holds, at any depth, may be changed in place."""
        holds = self._classes.find(var) in self._classes.inside or var in self._bundles
        return holds and any([inner in self._changed for inner in self.reach(var)[1:]])

    def depth_of_copy(self, var: Var) -> str | None:
        """The `extra` of a copy that keeps a variable as it is: what a list holds is copied if it may change."""
        return SHALLOW if isinstance(var.kind, List) and not self.may_change_inside(var) else None

    def class_of(self, var: Var) -> Var:
        """The representative of all that may share memory with a variable."""
        return self._classes.find(var)

    def reach(self, var: Var) -> list[Var]:
        """The class of a variable, that of what it holds, that of what this holds, and so on."""
        classes = self._classes
        found = [classes.find(var)]
        while (inner := classes.inside.get(found[-1])) is not None:
            inner = classes.find(inner)
            if inner in found:
                break
            found.append(inner)
        for item in mutable(self._bundles.get(var, [])):
            found += self.reach(item)
        return found


def changing(statements: list[Statement]) -> list[Statement]:
    """The statements that may change memory: few of many do."""
    return [s for s in statements if s.simple and (not isinstance(s, Assign) or s.primitive in UPDATES)]


def changed_by(statement: Statement) -> list[Var]:
    """The variables whose memory a statement may change."""
    if isinstance(statement, Assign):
        if statement.primitive not in UPDATES:
            return []
        return mutable(statement.args[: 2 if view_place(statement) == 1 else 1])
    if isinstance(statement, Store):
        return [statement.base] if isinstance(statement.base, Var) else []
    if not isinstance(statement, Effect):
        return []
    if statement.primitive == "s2sad.statement":
        reads = type(statement.extra[0]).__name__ in ("Assert", "Raise")
        return [] if reads else mutable(statement.args)
    if statement.primitive in _READING:
        return []
    if statement.primitive == "s2sad.inplace":
        return mutable(statement.args[:1])
    if statement.primitive == "s2sad.invoke_method" and statement.extra[0] in PURE_METHODS:
        return []
    callee = statement.args[0] if statement.args else None
    if isinstance(callee, Const) and is_harmless(callee.value):
        return []
    return mutable(statement.args)

