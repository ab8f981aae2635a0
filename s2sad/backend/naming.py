"""From versions back to names: the user's own wherever versions do not interfere.

Versions that control flow joins (what a loop carries, what an `if` merges) share a name where they can, so
that the join costs no statement; versions of one variable share its name where they can, because that is
what the reader expects. What cannot share gets a number.
"""
from __future__ import annotations

import keyword

from s2sad.backend.fold import Folding
from s2sad.backend.liveness import Liveness
from s2sad.ir.nodes import (
    IN_PLACE,
    UNDEFINED,
    Assign,
    Block,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    With,
    walk,
)
from s2sad.ir.spoken import spoken


class Names:
    def __init__(self, function: Function, folding: Folding, reserved: set[str]) -> None:
        self.function, self.folding = function, folding
        self.live = Liveness(function, folding)
        self.group: dict[Var, Var] = {}
        self.ranges: dict[Var, int] = {}
        self.members: dict[Var, list[Var]] = {}
        self.names: dict[Var, str] = {}
        self.reserved = reserved | set(keyword.kwlist)
        self._order: list[Var] = []
        self._collect(function)
        self._join(function)
        self._assign()

    def __call__(self, var: Var) -> str:
        return self.names[self._root(var)]

    # -- groups ----------------------------------------------------------------------------------

    def _collect(self, function: Function) -> None:
        fixed = [param.var for param in function.params] + function.captures
        defined = [*fixed, *_definitions(function.body)]
        for var in defined:
            if var not in self.folding.folded and var not in self.group:
                self.group[var] = var
                self.members[var] = [var]
                self.ranges[var] = self.live.ranges.get(var, 0)
                self._order.append(var)
        self.fixed = set(fixed)

    def _root(self, var: Var) -> Var:
        while self.group[var] is not var:
            var = self.group[var]
        return var

    def _unite(self, one: Operand, two: Operand, force: bool = False) -> bool:
        """Give two variables one name, if that cannot change what the program does."""
        if not isinstance(one, Var) or not isinstance(two, Var):
            return False
        if one not in self.group or two not in self.group:
            return False
        a, b = self._root(one), self._root(two)
        if a is b:
            return True
        if not force and self.ranges[a] & self.ranges[b]:
            return False
        if self._fixed(a) and self._fixed(b):
            return False
        self.group[b] = a
        self.ranges[a] |= self.ranges.pop(b)
        self.members[a] += self.members.pop(b)
        return True

    def _fixed(self, root: Var) -> bool:
        return any(member in self.fixed for member in self.members[root])

    def _join(self, function: Function) -> None:
        statements = list(walk(function.body))
        for s in statements:
            if isinstance(s, Loop):
                for carry in s.carries:
                    self._unite(carry.param, carry.result)
        for s in statements:
            if isinstance(s, Assign) and s.primitive in IN_PLACE:
                self._unite(s.target, s.args[0])
        for same_name in (True, False):
            for s in statements:
                self._join_statement(s, same_name)

    def _join_statement(self, s: Statement, same_name: bool) -> None:
        pairs: list[tuple[Operand, Operand]] = []
        if isinstance(s, Loop):
            pairs += [(carry.param, carry.out) for carry in s.carries]
            pairs += [(carry.param, carry.init) for carry in s.carries]
        elif isinstance(s, (If, With)):
            pairs += [(merge.out, value) for merge in s.merges for value in merge.values]
        elif isinstance(s, Assign) and s.primitive == "s2sad.touched":
            pairs.append((s.target, s.args[0]))
        elif isinstance(s, Assign) and s.primitive == "s2sad.alias" and not same_name:
            if self._alone(s.args[0], s.target):
                self._unite(s.args[0], s.target)
        for one, two in pairs:
            if one is UNDEFINED or two is UNDEFINED:
                continue
            alike = getattr(one, "name", "") == getattr(two, "name", "") or not getattr(two, "name", "")
            if not same_name or alike:
                if not alike and isinstance(two, Var) and two in self.fixed or _adjoint_and_primal(one, two):
                    continue
                self._unite(one, two)

    def _alone(self, named: Operand, alias: Var) -> bool:
        """Whether no other version of the same name is live where the alias is."""
        if not isinstance(named, Var) or named not in self.group:
            return False
        span, root = self.live.ranges.get(alias, 0), self._root(named)
        return not any(
            var.name == named.name and self._root(var) is not root and self.live.ranges.get(var, 0) & span
            for var in self._order
        )

    # -- names -----------------------------------------------------------------------------------

    def _assign(self) -> None:
        taken: dict[str, list[Var]] = {}
        roots = dict.fromkeys(self._root(var) for var in self._order)
        for root in sorted(roots, key=lambda r: not self._fixed(r)):
            base = self._base(root)
            number = 0
            while True:
                name = base if number == 0 else f"{base}_{number}"
                if self._free(name, root, taken):
                    break
                number += 1
            taken.setdefault(name, []).append(root)
            self.names[root] = name

    def _free(self, name: str, root: Var, taken: dict[str, list[Var]]) -> bool:
        if self._fixed(root):
            return True
        if name in self.reserved:
            return False
        return not any(self.ranges[root] & self.ranges[other] for other in taken.get(name, []))

    def _base(self, root: Var) -> str:
        for member in self.members[root]:
            if member in self.fixed:
                return member.name
        counts: dict[str, int] = {}
        for member in self.members[root]:
            if member.name:
                counts[member.name] = counts.get(member.name, 0) + 1
        if counts:
            name = max(counts, key=lambda n: counts[n])
            return name if name.isidentifier() else "t"
        hints = [member.hint for member in self.members[root] if member.hint]
        return hints[0] if hints else self._after(root)

    def _after(self, root: Var) -> str:
        for member in self.members[root]:
            made = self._made.get(member) if hasattr(self, "_made") else self._find_made().get(member)
            if isinstance(made, Assign):
                return spoken(made.primitive)
        return "t"

    def _find_made(self) -> dict[Var, Statement]:
        self._made: dict[Var, Statement] = {}
        for s in walk(self.function.body):
            for var in s.defined():
                self._made[var] = s
        return self._made


def _adjoint_and_primal(one: Operand, two: Operand) -> bool:
    """Whether one of two names is an adjoint's and the other is not: an adjoint is not called as a value."""
    names = [operand.name for operand in (one, two) if isinstance(operand, Var) and operand.name]
    return len(names) == 2 and len({name.endswith("_bar") for name in names}) == 2


def _definitions(block: Block) -> list[Var]:
    found: list[Var] = []
    for s in block.statements:
        if isinstance(s, Loop):
            found += s.bound()
        if isinstance(s, With) and s.target is not None:
            found.append(s.target)
        for inner in s.blocks():
            found += _definitions(inner)
        found += s.defined()
    return found
