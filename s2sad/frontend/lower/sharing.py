"""Which of the variables that a loop carries may share memory."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from s2sad.frontend.lower import branches, memory
from s2sad.frontend.lower.rounds import Found
from s2sad.frontend.lower.state import Cell, State
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Operand, Var


class Sharing:
    """Which of the variables that a loop carries may share memory, with each other or with what is outside.

    In the first round that is so of those that share it before the loop; what a round leaves decides for the next.
    """

    def __init__(self, state: State, found: Found) -> None:
        self.state = state
        self.pairs = set(found.pairs)
        self.outside: set[tuple[Cell, Any]] = {
            (cell, one) for cell, one in found.outside if state.memories.get(one.cell) is one
        }
        self.holding: set[tuple[Cell, Any]] = set()  # what they hold of what is outside
        # The lists from before the loop that hold what a round leaves.
        self.holders: set[tuple[Cell, Any]] = {
            (cell, one) for cell, one in found.holders if state.memories.get(one.cell) is one
        }
        self.cells: list[Cell] = []
        self.made: dict[Cell, memory.Memory] = {}
        self.containers: list[Any] = []
        self.held: set[tuple[Any, Any]] = set()

    def enter(self, inits: dict[Cell, Operand], params: dict[Cell, Var]) -> None:
        """Give the parameters of a round their memories."""
        self.cells = [cell for cell in params if cell not in self.state.memories]
        self._give(inits, params)

    def note_held(self, cells: Iterable[Cell]) -> None:
        """Note what the containers from before the loop, of those that it carries, hold when a round begins."""
        found = [self.state.memories[cell] for cell in cells if cell in self.state.memories]
        self.containers = [one for one in found if not isinstance(one.root.kind, Array)]
        self.held = self._held()

    def _held(self) -> set[tuple[Any, Any]]:
        return {(one, held) for one in self.containers for held in memory.held_in(self.state, one)}

    def exit(self, inits: dict[Cell, Operand], results: dict[Cell, Var]) -> None:
        """Give what the loop leaves its memories."""
        self._give(inits, results)

    def _give(self, inits: dict[Cell, Operand], variables: dict[Cell, Var]) -> None:
        state = self.state
        self.made = {}
        for cell, var in variables.items():
            if cell in state.memories:
                memory.note_version(state, state.memories[cell], var)
                state.context.same_memory[var] = inits[cell]
                continue
            made = memory.join(state, var, [])
            if made is None:
                continue
            own = set(self.made.values())
            foreign = [outer for known, outer in self.outside if known == cell]
            for outer in [*memory.contents(state, inits[cell]), *foreign]:
                for one in (outer, *outer.others):
                    if one not in own:
                        memory.link(made, one)
            inside = [held for known, held in self.holding if known == cell]
            for held in [*memory.held_by(state, inits[cell]), *inside]:
                if held is not made:
                    held.holders[made] = None
            made.holders.update((holder, None) for known, holder in self.holders if known == cell)
            for other, theirs in self.made.items():
                if (other, cell) in self.pairs or branches.may_share(state, inits[cell], inits[other]):
                    memory.link(made, theirs)
            self.made[cell] = made

    def leave(self, inside: set[Var]) -> bool:
        """Note what a round leaves that bound ``inside``; whether that is news."""
        state = self.state
        known = self._known()
        put = {held for _, held in self._held() - self.held if held.root not in inside}
        own = set(self.made.values())
        left = {cell: memory.contents(state, state.store[cell]) for cell in self.cells if cell in state.store}
        cells = list(left)
        for number, cell in enumerate(cells):
            for found in {other: None for one in left[cell] for other in (one, *one.others)}:
                if found not in own and found.root not in inside:
                    self.outside.add((cell, found))
                self.holders.update((cell, holder) for holder in found.holders if holder.root not in inside)
            self.holding.update((cell, held) for one in left[cell] for held in memory.held_in(state, one)
                                if held not in own and held.root not in inside)
            for other in cells[number + 1 :]:
                if any(memory.linked(a, b) for a in left[cell] for b in left[other]):
                    self.pairs.add((cell, other))
        return known != self._known() or bool(put)

    def _known(self) -> int:
        return len(self.pairs) + len(self.outside) + len(self.holding) + len(self.holders)
