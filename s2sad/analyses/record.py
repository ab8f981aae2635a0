"""What an iteration keeps for its reverse: the decision between the tape and computing again.

A value is computed again in the reverse sweep if its operation is cheap (arithmetic on numbers, a view or
an element of an array that nothing changes) and its operands are at hand there; everything else that the
reverse sweep mentions is taped. Where a mentioned value would be at hand if one more value were taped, the
value itself is taped: that costs the same and computes nothing.
"""
from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass

from s2sad.analyses.aliases import Aliases
from s2sad.ir.kinds import Scalar, is_mutable
from s2sad.ir.nodes import IN_PLACE, Assign, Statement, Var
from s2sad.rules import table

# What is cheap though its result is no number.
_CHEAP = {
    "s2sad.tuple",
    "s2sad.slice",
    "s2sad.some",
    "s2sad.getitem",
    "s2sad.getattr",
    "array.T",
    "array.shape",
    "array.size",
    "builtins.len",
    "operator.is_",
    "operator.is_not",
    "operator.not_",
}


@dataclass(frozen=True)
class Plan:
    """``taped`` in the order of their definition; ``recomputed`` in an order in which each finds its operands."""

    taped: list[Var]
    recomputed: list[Assign]


def plan(
    needed: list[Var], definition: Callable[[Var], Statement | None], local: Container[Var], aliases: Aliases
) -> Plan:
    """Decide for the variables that the reverse of one block mentions.

    ``local`` are the variables of that block; all others are at hand.
    """
    taped: dict[Var, None] = {}
    candidates = []
    for var in needed:
        if recomputable(var, definition, aliases):
            candidates.append(var)
        else:
            taped[var] = None
    again: dict[Assign, None] = {}
    for var in candidates:
        steps: dict[Assign, None] = {}
        if _reach(var, definition, local, taped, aliases, steps):
            again.update(steps)
        else:
            taped[var] = None
    kept = {step: None for step in again if step.target not in taped}
    return Plan(list(taped), _ordered(list(kept)))


def recomputable(var: Var, definition: Callable[[Var], Statement | None], aliases: Aliases) -> bool:
    made = definition(var)
    if not isinstance(made, Assign) or not is_pure(made.primitive):
        return False
    if any(aliases.may_change(operand) for operand in [var, *made.args]):
        return False
    if made.primitive in _CHEAP:
        return made.primitive != "s2sad.getitem" or _reads_element(made)
    scalars = all(isinstance(operand.kind, Scalar) for operand in made.args)
    return isinstance(var.kind, Scalar) and scalars and table.lookup(made.primitive) is not None


def _reads_element(made: Assign) -> bool:
    """Fancy indexing copies; elements and basic slices do not."""
    index = made.args[1].kind
    return not is_mutable(index) or isinstance(made.target.kind, Scalar)


# What must stand where it stands.
_BOUND = {"s2sad.pop", "s2sad.tape", "s2sad.read", "s2sad.seen", "s2sad.touched"}


def is_pure(primitive: str) -> bool:
    """Whether an assignment may be dropped, moved and repeated. (What may not is an `Effect`.)"""
    return primitive not in IN_PLACE and primitive not in _BOUND


def _reach(
    var: Var,
    definition: Callable[[Var], Statement | None],
    local: Container[Var],
    taped: dict[Var, None],
    aliases: Aliases,
    steps: dict[Assign, None],
) -> bool:
    """Whether a value can be computed from what is at hand; ``steps`` collects how."""
    if var not in local or var in taped:
        return True
    if not recomputable(var, definition, aliases):
        return False
    made = definition(var)
    assert isinstance(made, Assign)
    if made in steps:
        return True
    for operand in made.args:
        if isinstance(operand, Var) and not _reach(operand, definition, local, taped, aliases, steps):
            return False
    steps[made] = None
    return True


def _ordered(steps: list[Assign]) -> list[Assign]:
    """Steps so that operands come before what uses them."""
    done: set[Var] = set()
    by_target = {step.target: step for step in steps}
    result: list[Assign] = []

    def visit(step: Assign) -> None:
        if step.target in done:
            return
        done.add(step.target)
        for operand in step.args:
            if isinstance(operand, Var) and operand in by_target:
                visit(by_target[operand])
        result.append(step)

    for step in steps:
        visit(step)
    return result


