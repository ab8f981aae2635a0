"""Whether what a loop is handed is of one class with what its rounds begin with.

It is, unless the memory is changed no more once a round begins with it: then what is changed is not what the rounds
read. See `aliases`, which tells of it.
"""
from __future__ import annotations

from s2sad.analyses.links import Handed, Links
from s2sad.ir.nodes import Block, Loop, Statement, Var

# What is before all variables of a function: where parameters are from, and what nothing is known of.
ELSEWHERE = -1


def tell_apart(body: Block, links: Links, changes: list[tuple[Var, Statement]]) -> set[Var]:
    """Unite what loops are handed with what their rounds begin with, unless that is for good; the changed classes.

    ``changes`` says which variables are changed by which statements.
    """
    find = links.classes.find
    order: _Order | None = None
    while True:
        changed = {find(var) for var, _ in changes}
        apart = [one for one in links.handed if find(one.value) in changed and find(one.carry.param) not in changed]
        if apart and len(apart) == len(links.handed):
            order = order or _Order(body)
            times = _Times(order, links, changes)
            apart = [one for one in apart if times.is_for_good(one)]
        left = {*apart}
        same = [one for one in links.handed if one not in left]
        if not same:
            return changed
        for _, carry, value in same:
            links.unite([carry.param, value])
        links.handed = apart


class _Order:
    """Where in the program each variable is defined, where each statement stands, and what is inside of each loop."""

    def __init__(self, block: Block) -> None:
        self.place: dict[Var, int] = {}
        self.of_statement: dict[Statement, int] = {}
        self.inside: dict[Loop, tuple[int, int]] = {}
        self.around: dict[Loop, int] = {}  # where the inside of the loop around it begins
        self._number(block, ELSEWHERE)

    def _number(self, block: Block, around: int) -> None:
        for s in block.statements:
            self.of_statement[s] = len(self.place)
            if isinstance(s, Loop):
                self._place(s.bound())
                inside = len(self.place)
                for inner in s.blocks():
                    self._number(inner, inside)
                self.around[s], self.inside[s] = around, (inside, len(self.place))
            else:
                for inner in s.blocks():
                    self._number(inner, around)
            self._place(s.defined())

    def _place(self, variables: list[Var]) -> None:
        for var in variables:
            self.place[var] = len(self.place)


class _Times:
    """When memory is made and when it is changed, by its class."""

    def __init__(self, order: _Order, links: Links, changes: list[tuple[Var, Statement]]) -> None:
        self.order, self.find = order, links.classes.find
        self.last: dict[Var, int] = {}
        for var, s in changes:
            root = self.find(var)
            self.last[root] = max(order.of_statement[s], self.last.get(root, ELSEWHERE))
        self.members = links.classes.members()
        self.from_elsewhere = {self.find(var) for var in links.from_elsewhere}

    def is_for_good(self, one: Handed) -> bool:
        """Whether memory that is changed is changed no more once a round begins with it.

        What a round hands on it must have made itself, and what the loop begins with the round of the loop around.
        """
        loop, carry, value = one
        root, (start, end) = self.find(value), self.order.inside[loop]
        first, final = self._span(root)
        if value is carry.out:
            return start <= first and final < end
        return self.last[root] < start and self.order.around[loop] <= first

    def _span(self, root: Var) -> tuple[int, int]:
        """The first and the last place where a variable of a class is defined."""
        places = [self.order.place.get(var, ELSEWHERE) for var in self.members.get(root, [root])]
        return ELSEWHERE if root in self.from_elsewhere else min(places), max(places)
