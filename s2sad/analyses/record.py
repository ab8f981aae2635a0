"""What the forward sweep keeps for the reverse sweep: the decision between the tape and computing again.

All that the reverse sweep mentions has to be available there. What is cheaper to compute again than to keep
(a number from the state that the loop carries, a view, a sum of arrays) is computed again, if what it is computed
from can be had; the rest is taped. Which values are kept so that all of it costs least is a minimum cut
(`analyses.cut`) over the whole function, with the prices of `analyses.costs`, an inner loop's times its rounds.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from s2sad.analyses import costs
from s2sad.analyses.aliases import Aliases
from s2sad.analyses.cut import AGAIN, TAPE, Value, cheapest
from s2sad.ir.nodes import IN_PLACE, Assign, Statement, Var
from s2sad.rules import table

# Between values that cost the same: fewer tapes, the state that a loop carries, what has a name.
_FINE = 16


@dataclass(frozen=True)
class Plan:
    """What is kept and what is computed again, each in the order of the program."""

    taped: list[Var]
    recomputed: list[Assign]


@dataclass(frozen=True)
class Local:
    """A variable that is not at hand in the reverse sweep: how often it is made (as a weight), and where it stands
    in the order of the program."""

    weight: int
    order: float


def plan(
    needed: Iterable[Var], definition: Callable[[Var], Statement | None], local: Callable[[Var], Local | None],
    aliases: Aliases,
) -> Plan:
    """Decide for the variables that the reverse sweep mentions; ``local`` gives None for what is at hand."""
    places: dict[Var, Local] = {}
    made: dict[Var, Assign] = {}
    wanted = dict.fromkeys(needed)
    work = list(wanted)
    while work:
        var = work.pop()
        place = local(var)
        if var in places or place is None:
            continue
        places[var] = place
        step = repeatable(var, definition, aliases)
        if step is not None:
            made[var] = step
            work += [arg for arg in step.args if isinstance(arg, Var)]
    order = sorted(places, key=lambda var: places[var].order)
    number = {var: n for n, var in enumerate(order)}
    chosen = cheapest([_value(var, places[var], made.get(var), number, var in wanted) for var in order])
    return Plan(
        [var for n, var in enumerate(order) if chosen.get(n) == TAPE],
        [made[var] for n, var in enumerate(order) if chosen.get(n) == AGAIN],
    )


def _value(var: Var, place: Local, made: Assign | None, number: dict[Var, int], needed: bool) -> Value:
    preferred = 1 if made is None and var.name else 2 if var.name else 3
    price = (costs.tape(var) * _FINE + preferred) * place.weight
    if made is None:
        return Value(price, needed=needed)
    again = (costs.again(made) or 0) * _FINE * place.weight
    operands = (number[arg] for arg in made.args if isinstance(arg, Var) and arg in number)
    return Value(price, again, tuple(dict.fromkeys(operands)), needed)


def repeatable(var: Var, definition: Callable[[Var], Statement | None], aliases: Aliases) -> Assign | None:
    """The assignment that gives a variable, if it gives the same in the reverse sweep and is not too dear."""
    made = definition(var)
    if not isinstance(made, Assign) or not is_pure(made.primitive) or costs.again(made) is None:
        return None
    if table.lookup(made.primitive) is None and made.primitive not in costs.PARTS:
        return None
    return None if any(aliases.may_change(operand) for operand in [var, *made.args]) else made


# What must stand where it stands.
_BOUND = {"s2sad.pop", "s2sad.tape", "s2sad.top", "s2sad.read", "s2sad.seen", "s2sad.touched"}


def is_pure(primitive: str) -> bool:
    """Whether an assignment may be dropped, moved and repeated. (What may not is an `Effect`.)"""
    return primitive not in IN_PLACE and primitive not in _BOUND
