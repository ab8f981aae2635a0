"""From versions back to names: the user's own wherever versions do not interfere.

Versions that control flow joins (what a loop carries, what an `if` merges) share a name where they can, so
that the join costs no statement; versions of one variable share its name where they can, because that is
what the reader expects. What cannot share gets a number.
"""
from __future__ import annotations

import keyword
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Container, Hashable, Iterator
from heapq import heappop, heappush

from s2sad.backend.fold import Folding
from s2sad.backend.liveness import Liveness
from s2sad.backend.spans import NOWHERE, Span
from s2sad.ir.kinds import Array, Kind, Scalar
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    With,
)
from s2sad.ir.spoken import spoken

# Whether two variables may have one name, and the two.
_Join = tuple[Callable[[Var, Var], bool], Var, Var]
# Assignments of what another variable holds already.
_SAME_VALUE = {"s2sad.touched", "s2sad.alias"}


class _Group:
    """Variables that have one name, which is that of the ``root`` if there is nothing better; ``span`` is where any of
    them is live. One of a ``fixed`` group is a parameter, or captured."""

    __slots__ = ("fixed", "members", "span")

    def __init__(self, var: Var, span: Span) -> None:
        self.members, self.span, self.fixed = [var], span, False

    @property
    def root(self) -> Var:
        return self.members[0]

    def take(self, other: _Group, in_front: bool) -> None:
        """Add the variables of a group that is no larger, ``in_front`` of those that there are."""
        if in_front:
            self.members[:0] = other.members
        else:
            self.members += other.members
        few, many = other.span, self.span
        if len(few) > len(many):
            few, many = many, few
        many.absorb(few)
        self.span = many
        self.fixed |= other.fixed


class Names:
    def __init__(
        self, function: Function, folding: Folding, reserved: set[str], numbered: Callable[[str, int], str],
        typed: bool = False, called: Container[str] = (),
    ) -> None:
        """``numbered`` is the name of a version that cannot share the name of another; in a ``typed`` dialect none
        shares it with what is of another type. A parameter with a name that the code calls (``called``) has another,
        and is in ``renamed``."""
        self.function, self.folding, self.numbered, self.typed = function, folding, numbered, typed
        self.live = Liveness(function, folding)
        self.reserved = reserved | set(keyword.kwlist)
        self.called_by_name, self.renamed = called, dict[str, str]()
        self._versions: dict[str, _Versions] = {}
        self._loops: list[Loop] = []
        self._updates: list[Assign] = []
        self._joining: list[Statement] = []
        self._collect(function)
        self._join()
        self._assign()

    def __call__(self, var: Var) -> str:
        return self.called[var]

    # -- groups ----------------------------------------------------------------------------------

    def _collect(self, function: Function) -> None:
        fixed = [param.var for param in function.params] + function.captures
        self._made: dict[Var, Statement | None] = dict.fromkeys(fixed)
        self._define(function.body)
        self.fixed = set(fixed)
        spans = self.live.spans
        self.group: dict[Operand, _Group] = {var: _Group(var, Span(spans.get(var, ()))) for var in self._made}
        for var in fixed:
            self.group[var].fixed = True

    def _define(self, block: Block) -> None:
        """Note what makes each variable with a name of its own, no statement one that a loop binds; and what may give
        variables one name."""
        for s in self.folding.written(block):
            if isinstance(s, Assign):
                self._made[s.target] = s
                if s.primitive in IN_PLACE or s.extra == "owned":
                    self._updates.append(s)
                if s.primitive in _SAME_VALUE:
                    self._joining.append(s)
                continue
            if not s.simple:
                self._joining.append(s)
                if isinstance(s, Loop):
                    self._loops.append(s)
                    for var in s.bound():
                        self._made[var] = None
                if isinstance(s, With) and s.target is not None:
                    self._made[s.target] = None
                for inner in s.blocks():
                    self._define(inner)
            for var in s.defined():
                self._made[var] = s

    def _unite(self, one: Operand, two: Operand, force: bool = False) -> None:
        """Give two variables one name, if that cannot change what the program does."""
        a, b = self.group.get(one), self.group.get(two)
        if a is None or b is None or a is b or a.fixed and b.fixed or not force and a.span.meets(b.span):
            return
        large, small = (a, b) if len(a.members) >= len(b.members) else (b, a)
        for var in small.members:
            self.group[var] = large
        large.take(small, in_front=small is a)

    def _join(self) -> None:
        for loop in self._loops:
            for carry in loop.carries:
                self._unite(carry.param, carry.result)
        for s in self._updates:
            if s.primitive in IN_PLACE:
                # Both are names of one memory, of which the older is asked for nothing but its shape.
                self._unite(s.target, s.args[0], isinstance(s.target.kind, Array))
            elif not s.target.name:
                self._unite(s.args[0], s.target)
        later: list[_Join] = []
        for joining in self._joining:
            self._join_statement(joining, later)
        for may_share, one, two in later:
            if may_share(one, two):
                self._unite(one, two)

    def _join_statement(self, s: Statement, later: list[_Join]) -> None:
        """Join what is called the same or nothing; what is not, ``later``."""
        if isinstance(s, Assign) and s.primitive == "s2sad.alias":
            if isinstance(s.args[0], Var):
                later.append((self._alone, s.args[0], s.target))
            return
        for one, two in _joined(s):
            if not isinstance(two, Var):
                continue
            if not two.name or two.name == one.name:
                self._unite(one, two)
            else:
                later.append((self._may_be_called_so, one, two))

    def _may_be_called_so(self, one: Var, two: Var) -> bool:
        """Whether a variable may lose its name to another: an adjoint is not called as a value."""
        return two not in self.fixed and (not one.name or one.name.endswith("_bar") == two.name.endswith("_bar"))

    def _alone(self, named: Var, alias: Var) -> bool:
        """Whether no other version of the same name is live where the alias is."""
        group = self.group.get(named)
        if group is None:
            return False
        if not self._versions:
            self._versions = _by_name(list(self._made), self.live.spans)
        span = self.live.spans.get(alias, NOWHERE)
        return all([self.group[var] is group for var in self._versions[named.name].live_in(span)])

    def give_back(self, names: dict[str, str]) -> None:
        """Know that the text says other names."""
        for var, name in self.called.items():
            self.called[var] = names.get(name, name)

    # -- names -----------------------------------------------------------------------------------

    def _assign(self) -> None:
        """``where`` says of each name where a variable is live that has it."""
        named: dict[_Group, str] = {}
        self.where: dict[str, Span] = {}
        types: dict[str, Hashable] = {}
        numbers: dict[str, _Numbers] = {}
        bases = {group: self._base(group) for group in dict.fromkeys(self.group.values())}
        of_base = Counter(bases.values())
        for group in sorted(bases, key=lambda g: not g.fixed):
            name, span = bases[group], group.span
            keeps = group.fixed and name not in self.called_by_name
            if not keeps and (of_base[name] > 1 or name in self.reserved or name in self.where):
                given, is_free = name, self._is_free(name, group, types)
                if not is_free(0):
                    if name not in numbers:
                        numbers[name] = _Numbers()
                    known = numbers[name]
                    number = known.find(span, is_free)
                    known.take(number, span)
                    name = self.numbered(name, number)
                if group.fixed:
                    self.renamed[name] = given
            named[group] = name
            if self.typed:
                types.setdefault(name, _type_of(group.root.kind))
            if name in self.where:
                self.where[name].absorb(span)
            else:
                self.where[name] = span
        self.called = {var: name for group, name in named.items() for var in group.members}

    def _is_free(self, base: str, group: _Group, types: dict[str, Hashable]) -> Callable[[int], bool]:
        def is_free(number: int) -> bool:
            name = base if number == 0 else self.numbered(base, number)
            if self.typed and name in types and types[name] != _type_of(group.root.kind):
                return False
            return name not in self.reserved and not (name in self.where and self.where[name].meets(group.span))

        return is_free

    def _base(self, group: _Group) -> str:
        members, root = group.members, group.root
        if group.fixed:
            return next(member.name for member in members if member in self.fixed)
        name = root.name if len(members) == 1 else _commonest([member.name for member in members if member.name])
        if name:
            return name if name.isidentifier() else "t"
        return next((member.hint for member in members if member.hint), "") or self._after(members)

    def _after(self, members: list[Var]) -> str:
        for member in members:
            made = self._made[member]
            if isinstance(made, Assign):
                return spoken(made.primitive)
        return "t"


def _commonest(names: list[str]) -> str:
    """The name that is there most often, the first of some."""
    if len(set(names)) < 2:
        return names[0] if names else ""
    return max(names, key=Counter(names).__getitem__)


def _joined(s: Statement) -> list[tuple[Var, Operand]]:
    """What control flow joins, and what a statement hands on as it is."""
    if isinstance(s, Loop):
        return [(c.param, c.out) for c in s.carries] + [(c.param, c.init) for c in s.carries]
    if isinstance(s, (If, With)):
        return [(merge.out, value) for merge in s.merges for value in _by_likeness(merge)]
    return [(var, s.args[0]) for var in s.defined()]


def _by_likeness(merge: Merge) -> list[Operand]:
    """What comes out of branches, another version of the same name before what has none."""
    return sorted(merge.values, key=lambda value: getattr(value, "name", "") != merge.out.name)


def _type_of(kind: Kind) -> Hashable:
    """What a compiler tells apart: arrays by dtype and axes, numbers by dtype."""
    if isinstance(kind, Array):
        return kind.dtype, kind.ndim
    return kind.dtype if isinstance(kind, Scalar) else type(kind).__name__


class _Numbers:
    """The numbers of one base name: which is the first that is free, of those from 1 on.

    Spans are asked for in the order of their first points. So a number whose last point is passed is free, and one
    that is taken is so at the first point of the span, unless it is taken for later.
    """

    def __init__(self) -> None:
        self._last = [-1]
        self._taken: list[tuple[int, int]] = []
        self._free: list[int] = []
        self._later: dict[int, int] = {}
        self._passed = 0

    def find(self, span: Span, is_free: Callable[[int], bool]) -> int:
        first = span[0] if span else self._passed
        if first < self._passed:
            return next(number for number in range(len(self._last) + 2) if is_free(number))
        self._passed = first
        while self._taken and self._taken[0][0] < first:
            last, number = heappop(self._taken)
            if self._last[number] == last:
                heappush(self._free, number)
        if self._later:
            self._later = {number: start for number, start in self._later.items() if start > first}
        return self._first(is_free)

    def _first(self, is_free: Callable[[int], bool]) -> int:
        later, refused = sorted(self._later, reverse=True), []
        while True:
            if later and (not self._free or later[-1] < self._free[0]):
                number = later.pop()
            elif self._free:
                number = heappop(self._free)
                refused.append(number)
            else:
                number = len(self._last)
                self._last.append(-1)
                refused.append(number)
            if is_free(number):
                break
        for one in refused:
            if one != number:
                heappush(self._free, one)
        return number

    def take(self, number: int, span: Span) -> None:
        while number >= len(self._last):
            self._last.append(-1)
        self._last[number] = max(self._last[number], span.last)
        heappush(self._taken, (self._last[number], number))
        if span and span[-2] > self._passed:
            self._later[number] = max(span[-2], self._later.get(number, 0))


class _Versions:
    """The variables of one name by where they are live."""

    def __init__(self, live: list[tuple[int, int, Var]]) -> None:
        self._live = sorted(live, key=lambda one: one[0])
        self._firsts = [first for first, _, _ in self._live]
        self._reach: list[int] = []  # the last point that this one or one before it is live at
        for _, last, _ in self._live:
            self._reach.append(max(last, self._reach[-1] if self._reach else last))

    def live_in(self, span: Span) -> Iterator[Var]:
        for first, end in span.intervals():
            place = bisect_left(self._firsts, end) - 1
            while place >= 0 and self._reach[place] >= first:
                if self._live[place][1] >= first:
                    yield self._live[place][2]
                place -= 1


def _by_name(variables: list[Var], spans: dict[Var, Span]) -> dict[str, _Versions]:
    live: dict[str, list[tuple[int, int, Var]]] = {}
    for var in variables:
        of_name = live.setdefault(var.name, [])
        span = spans.get(var, NOWHERE)
        of_name += [(first, end - 1, var) for first, end in span.intervals()]
    return {name: _Versions(found) for name, found in live.items()}
