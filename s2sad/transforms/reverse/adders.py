"""Loops of the reverse sweep that add to one adjoint, one after the other: whichever comes first begins with zeros.

    for j in reversed(range(m)):             for i in reversed(range(n)):
        x_bar[j] += …                            x_bar[i] += …
    for i in reversed(range(n)):      ─▶     for j in reversed(range(m)):
        x_bar[i] += …                            x_bar[j] += …

So one may stand in front of the others: in the loop that it reverses (`reverse.fused`).
"""
from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from s2sad.analyses.uses import count_uses
from s2sad.analyses.versions import only_updates
from s2sad.ir.nodes import Carry, Function, Loop, Operand, Statement, Var
from s2sad.rules.build import Context

# What adds to its first operand.
ADDS = {"operator.add", "operator.sub", "s2sad.index_add"}


class Turn(NamedTuple):
    """What a loop carries of an adjoint, the ``first`` and the ``last`` that add to it in front of that, and the
    ``loop`` of the last."""

    carry: Carry
    first: Carry
    last: Carry
    loop: Loop


class Adders:
    """The loops of a function that add to adjoints; what was found out of them is kept."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.only_add: dict[Var, bool] = {}

    def turn_of(
        self, loop: Loop, carry: Carry, before: Iterable[Statement], available: Callable[[Operand], bool],
    ) -> Turn | None:
        """How the first turn is taken at what a loop adds to, if nothing that stands before it does more than that and
        what the first of those begins with is ``available``."""
        left = {one.result: (adder, one) for adder in before if isinstance(adder, Loop) for one in adder.carries}
        adders = [(loop, carry)]
        while (begun := adders[-1][1].init) in left:
            if self.uses[begun] > 1:
                return None
            adders.append(left[begun])
        if len(adders) == 1 or not available(begun) or any(one.param.kind != carry.param.kind for _, one in adders):
            return None
        if not all(self._only_adds(adder, one) for adder, one in adders):
            return None
        return Turn(carry, adders[-1][1], adders[1][1], adders[1][0])

    @functools.cached_property
    def uses(self) -> Counter[Operand]:
        return count_uses(self.function)

    def _only_adds(self, loop: Loop, carry: Carry) -> bool:
        if carry.param not in self.only_add:
            self.only_add[carry.param] = only_updates(loop.body, carry, ADDS)
        return self.only_add[carry.param]


def take(context: Context, turn: Turn, loop: Loop) -> None:
    """Let the carry, which is of this loop now, be the first: the last one leaves what it has left until now."""
    carry, first, last = turn.carry, turn.first, turn.last
    carry.result, last.result = last.result, carry.result
    carry.init, first.init = first.init, carry.result
    context.definitions[carry.param] = context.definitions[carry.result] = loop
    context.definitions[last.result] = turn.loop
