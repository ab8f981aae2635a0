"""Whether two operands may share memory, as far as a function's own statements tell."""
from __future__ import annotations

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import IN_PLACE, UNDEFINED, Assign, Const, If, Loop, Operand, Statement, Var, With
from s2sad.rules import table


def may_share(definitions: dict[Var, Statement], one: Operand, two: Operand) -> bool:
    return bool(roots_of(definitions, one) & roots_of(definitions, two))


def roots_of(definitions: dict[Var, Statement], operand: Operand) -> set[Var]:
    """The variables that may own the memory of an operand."""
    found: set[Var] = set()
    seen: set[Operand] = set()
    waiting = [operand]
    while waiting:
        current = waiting.pop()
        if current in seen or isinstance(current, Const) or not isinstance(current.kind, Array):
            continue
        seen.add(current)
        made = definitions.get(current)
        sources = _sources(made, current)
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
