"""Checks of lengths in front of the parallel loops that they stand in.

Numba loses an error that is raised in a parallel loop, and goes on without the rest of it. What is checked in a loop is
the same in all of its iterations, as a rule, and is checked once before it; where it is not, or only in a branch, the
iterations run one after the other.
"""
from __future__ import annotations

from s2sad.ir.nodes import Block, Effect, For, Function, If, Loop, Statement, Var
from s2sad.rules.build import Builder, Context
from s2sad.transforms.outside import Facts, Outside

CHECKS = {"s2sad.check_lengths", "s2sad.same_length"}
_LATE = "One iteration after the other: lengths are compared in them, and Numba loses the errors of parallel loops."


def lift_checks(context: Context, function: Function) -> None:
    """Check before each parallel loop what is checked in it."""
    facts = Facts(context, function)
    known = dict.fromkeys([*(param.var for param in function.params), *function.captures])
    _block(facts, function.body, known)


def _block(facts: Facts, block: Block, known: dict[Var, None]) -> None:
    """Lift the checks of a block, given the variables that can be read in it."""
    known = dict(known)
    result: list[Statement] = []
    for s in block.statements:
        if isinstance(s, For) and s.parallel:
            result += _Lift(facts, s, known).run()
        for inner in s.blocks():
            _block(facts, inner, known | dict.fromkeys(s.bound()) if isinstance(s, Loop) else known)
        result.append(s)
        known.update(dict.fromkeys(s.defined()))
    block.statements = result


class _Lift:
    def __init__(self, facts: Facts, loop: For, known: dict[Var, None]) -> None:
        self.context, self.loop, self.outside = facts.context, loop, Outside(facts, known)

    def run(self) -> list[Statement]:
        """What is to stand before the loop; the loop is no longer parallel if some of its checks have to stay."""
        before = Block()
        b = Builder(self.context, before, adjoint=self.loop.adjoint)
        lifted: dict[tuple[object, ...], Effect] = {}
        for s in self._checks(self.loop.body):
            operands = None if s is None else [self.outside.computed(b, operand) for operand in s.args]
            if s is None or operands is None or any(operand is None for operand in operands):
                self.loop.parallel, self.loop.note = False, _LATE
                return []
            lifted[(s.primitive, *map(self.outside.key, s.args))] = Effect(
                s.primitive, [o for o in operands if o is not None], adjoint=self.loop.adjoint)
        self._drop(self.loop.body)
        return [*before.statements, *lifted.values()]

    def _checks(self, block: Block) -> list[Effect | None]:
        """The checks in a block; None for one that is not always made."""
        found: list[Effect | None] = []
        for s in block.statements:
            if isinstance(s, Effect) and s.primitive in CHECKS:
                found.append(s)
            for inner in s.blocks():
                deeper = self._checks(inner)
                found += [None] * len(deeper) if isinstance(s, If) else deeper
        return found

    def _drop(self, block: Block) -> None:
        block.statements = [s for s in block.statements if not (isinstance(s, Effect) and s.primitive in CHECKS)]
        for s in block.statements:
            for inner in s.blocks():
                self._drop(inner)
