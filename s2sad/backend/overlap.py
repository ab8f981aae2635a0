"""Whether two operands may share memory, as far as a function's own statements tell."""
from __future__ import annotations

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import IN_PLACE, UNDEFINED, Assign, If, Loop, Operand, Statement, Var, With
from s2sad.rules import table


class Roots:
    """The variables that may own the memory of operands; what one operand has in common with others is found once."""

    def __init__(self, definitions: dict[Var, Statement]) -> None:
        self._definitions = definitions
        self._known: dict[Operand, set[Var]] = {}

    def may_share(self, one: Operand, two: Operand) -> bool:
        return not self.of(one).isdisjoint(self.of(two))

    def of(self, operand: Operand) -> set[Var]:
        if operand not in self._known:
            self._known[operand] = self._find(operand)
        return self._known[operand]

    def _find(self, operand: Operand) -> set[Var]:
        found: set[Var] = set()
        seen: set[Operand] = set()
        waiting = [operand]
        while waiting:
            current = waiting.pop()
            if current in self._known:
                found |= self._known[current]
            elif current not in seen and isinstance(current, Var) and isinstance(current.kind, Array):
                seen.add(current)
                sources = _sources(self._definitions.get(current), current)
                if sources is None:
                    found.add(current)
                waiting += sources or []
        return found


def _sources(made: Statement | None, var: Var) -> list[Operand] | None:
    """What the memory of a variable may be taken from: nothing, where it is made afresh."""
    if isinstance(made, Assign):
        entry = table.lookup(made.primitive)
        passes = made.primitive in IN_PLACE or made.extra == "owned" or entry is None or entry.view
        arrays: list[Operand] = [arg for arg in made.args[:1] if isinstance(arg.kind, Array)]
        return (arrays or None) if passes else None
    if isinstance(made, (If, With)):
        return [value for merge in made.merges if merge.out is var for value in merge.values if value is not UNDEFINED]
    if isinstance(made, Loop):
        carried = [carry for carry in made.carries if var is carry.result or var is carry.param]
        return [source for carry in carried for source in (carry.init, carry.param, carry.out)] or None
    return None
