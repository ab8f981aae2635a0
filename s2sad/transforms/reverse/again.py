"""Values computed from memory that was updated since: taped, or computed again of the memory as it is put back.

    growth = r * u[1:-1] * (1.0 - u[1:-1])
    u[1:-1] += growth

Where the reverse sweep wants `1.0 - u[1:-1]` it may have it from a tape; or, if the update was undone by then, of
`u` itself. Which is cheaper is known only when it is known which updates are undone anyhow, so that here both are
written: ``s2sad.either(value, again)``, with the statements of the second marked as tentative. `optimise.restores`
decides, and what is not chosen is dead.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from s2sad.analyses import costs
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Block, Operand, Var
from s2sad.rules.build import Builder

if TYPE_CHECKING:
    from s2sad.transforms.reverse.adjoints import Scope
    from s2sad.transforms.reverse.sweep import Sweep

EITHER = "s2sad.either"
TENTATIVE = "tentative"
# How many times as dear as a tape it may be to compute a number or an array again: memory counts as well.
_NUMBER, _ARRAY = 2, 2


class _TooDear(Exception):
    """To compute a value again costs more than to tape it."""


@dataclass(frozen=True)
class _Again:
    """An operand as it is computed again, and whether it reads memory that was put back."""

    operand: Operand
    reads: bool = False


def either(sweep: Sweep, scope: Scope, operand: Var, made: Assign) -> Operand:
    """A value of the primal that ``made`` assigned, or the choice between it and the same computed again."""
    compiled = sweep.context.array_tapes
    if not isinstance(operand.kind, (Array, Scalar)) or costs.again(made, compiled) is None:
        return operand
    if not _touches(sweep, operand):
        return operand
    outer, block = scope.builder, Block()
    scope.builder = Builder(sweep.context, block, outer.origin, adjoint=True)
    patience = _NUMBER if isinstance(operand.kind, Scalar) else _ARRAY
    try:
        again = _Computing(sweep, scope, patience * costs.tape(operand, compiled)).of(operand)
    except _TooDear:
        return operand
    finally:
        scope.builder = outer
    if not again.reads:
        return operand
    key = (id(outer.block), operand, _memory(block))
    if key not in sweep.alternatives:
        for s in block.statements:
            assert isinstance(s, Assign)
            s.extra = TENTATIVE
        outer.block.statements += block.statements
        sweep.alternatives[key] = _chosen(outer, operand, again.operand)
    return sweep.alternatives[key]


def choice(sweep: Sweep, scope: Scope, operand: Var, again: Var) -> Operand:
    """The choice between a value and a tentative one."""
    key = (id(scope.builder.block), operand, again)
    if key not in sweep.alternatives:
        sweep.alternatives[key] = _chosen(scope.builder, operand, again)
    return sweep.alternatives[key]


def _chosen(builder: Builder, operand: Var, again: Operand) -> Var:
    made = Var(operand.name, operand.kind)
    made.hint = operand.hint
    builder.append(Assign(made, EITHER, [operand, again]))
    return made


def _memory(block: Block) -> frozenset[Operand]:
    """The versions of memory that statements read, as they are now."""
    own = {var for s in block.statements for var in s.defined()}
    return frozenset(o for s in block.statements for o in s.operands() if isinstance(o, Var) and o not in own)


def _touches(sweep: Sweep, operand: Operand) -> bool:
    """Whether a value was computed from memory that is updated, by operations that may be carried out again."""
    if not isinstance(operand, Var):
        return False
    if operand not in sweep.touches:
        made = sweep.context.definitions.get(operand)
        sweep.touches[operand] = isinstance(made, Assign) and (
            sweep.base_of_updated(operand) is not None
            or costs.again(made, sweep.context.array_tapes) is not None and any(_touches(sweep, a) for a in made.args)
        )
    return sweep.touches[operand]


class _Computing:
    """Writes what computes a value again, for a budget."""

    def __init__(self, sweep: Sweep, scope: Scope, budget: int) -> None:
        self.sweep, self.scope, self.budget = sweep, scope, budget
        self.known: dict[Operand, _Again] = {}

    def of(self, operand: Operand) -> _Again:
        if operand not in self.known:
            self.known[operand] = self._computed(operand)
        return self.known[operand]

    def _pay(self, price: int) -> None:
        self.budget -= price
        if self.budget < 0:
            raise _TooDear

    def _computed(self, operand: Operand) -> _Again:
        sweep = self.sweep
        made = sweep.context.definitions.get(operand) if isinstance(operand, Var) else None
        if not isinstance(operand, Var) or not isinstance(made, Assign) or not _touches(sweep, operand):
            return _Again(operand)
        there = sweep.read_again(self.scope, operand, made)
        if there is not None:
            self._pay(costs.ELEMENT if isinstance(operand.kind, Scalar) else costs.VIEW)
            return _Again(there, True)
        price = costs.again(made, sweep.context.array_tapes)
        if price is None or sweep.aliases.may_change(operand):
            return _Again(operand)
        self._pay(price)
        if not all(self.of(arg).reads for arg in made.args if sweep.aliases.may_change(arg)):
            return _Again(operand)
        parts = [self.of(arg) for arg in made.args]
        if not any(part.reads for part in parts):
            return _Again(operand)
        style = "" if made.style == "augmented" else made.style
        result = self.scope.builder.emit(made.primitive, *[part.operand for part in parts], keywords=made.keywords,
                                         style=style, extra=made.extra, kind=operand.kind)
        return _Again(result, True)
