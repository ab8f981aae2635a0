"""Where in a function of both sweeps its variables are made and its blocks stand, and which block reverses which."""
from __future__ import annotations

from collections.abc import Mapping

from s2sad.ir.nodes import Assign, Block, If, Loop, Statement, Var, While, With
from s2sad.transforms.insertions import heads


class Where:
    """What stands where in a function's body."""

    def __init__(self, body: Block, twins: Mapping[Block, Block]) -> None:
        """``twins`` gives for blocks of a reverse sweep those of the primal that they reverse."""
        self.body = body
        self.home: dict[Var, Block] = {}
        self.parent: dict[Block, tuple[Block, Statement]] = {}
        self.order: dict[Var, float] = {}
        # The block of the reverse sweep in which the variables of a block of the primal are had again.
        self.reverse_of: dict[Block, Block] = {}
        self.primal_of: dict[Block, Block] = {}
        self._nesting: dict[Block, tuple[int, int]] = {body: (0, 0)}
        self._place(body)
        for reverse, primal in twins.items():
            if reverse in self.parent:
                self.reverse_of[primal], self.primal_of[reverse] = reverse, primal

    def _place(self, block: Block) -> None:
        home, order = self.home, self.order
        for statement in block.statements:
            if isinstance(statement, Assign):
                home[statement.target], order[statement.target] = block, len(order)
                continue
            for inner in statement.blocks():
                self.parent[inner] = (block, statement)
            if isinstance(statement, While):
                self.parent[statement.test] = (statement.body, statement)
            if isinstance(statement, Loop):
                for var in statement.bound():
                    self.at(var, statement.body)
            if isinstance(statement, With) and statement.target is not None:
                self.at(statement.target, statement.body)
            for inner in statement.blocks():
                self._place(inner)
            for var in statement.defined():
                self.at(var, block)

    def at(self, var: Var, block: Block) -> None:
        self.home[var] = block
        self.order[var] = len(self.order)

    def in_loop(self, block: Block) -> bool:
        return self.nesting(block)[0] > 0

    def nesting(self, block: Block) -> tuple[int, int]:
        """How many loops, and how many branches, are around a block."""
        found = self._nesting.get(block)
        if found is None:
            outer, statement = self.parent[block]
            loops, branches = self.nesting(outer)
            found = self._nesting[block] = loops + isinstance(statement, Loop), branches + isinstance(statement, If)
        return found

    def reversed_home(self, var: Var) -> Block | None:
        """The block of the primal whose reverse has a variable again: its own, or that around a `with` or a test."""
        home = self.home.get(var)
        while home is not None and home is not self.body and home not in self.reverse_of:
            outer, statement = self.parent[home]
            if not isinstance(statement, With) and not (isinstance(statement, While) and home is statement.test):
                return None
            home = outer
        return home

    def top(self, block: Block) -> int:
        return heads(self.parent[block][1])
