"""Values computed from memory that was updated since: taped, or computed again of the memory as it is put back.

    growth = r * u[1:-1] * (1.0 - u[1:-1])
    u[1:-1] += growth

Where the reverse sweep wants `1.0 - u[1:-1]` it may have it from a tape; or, if the update was undone by then, of
`u` itself. Which is cheaper is known only when it is known which updates are undone anyhow, so that here both are
written: ``s2sad.either(value, again)``, with the statements of the second marked as tentative. `optimise.restores`
decides, and what is not chosen is dead.
"""
from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s2sad.analyses import costs
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import UNDEFINED, Assign, Block, Loop, Operand, Statement, Var
from s2sad.rules.build import Builder
from s2sad.transforms.reverse.restore import any_held

if TYPE_CHECKING:
    from s2sad.transforms.reverse.adjoints import Scope
    from s2sad.transforms.reverse.sweep import Sweep

EITHER = "s2sad.either"
TENTATIVE = "tentative"
# What is the same of every version of an array.
OF_EVERY_VERSION = {"array.shape", "array.size", "array.ndim", "builtins.len", "s2sad.zeros_like"}
# How many times as dear as a tape it may be to compute a value again: memory counts as well, but little for what
# compiled code keeps of numbers. That of vectors is in their price; arrays of more axes may be many times as large as
# the state.
_PATIENCE, _PATIENCE_OF_COMPILED_NUMBERS = 2.0, 1.4


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
    least = sweep.least.of(sweep, operand) if isinstance(operand.kind, (Array, Scalar)) else None
    if least is None:
        return operand
    budget = _patience(operand, compiled) * costs.tape(operand, compiled)
    if least > budget or costs.again(made, compiled) is None:
        return operand
    outer, block = scope.builder, Block()
    scope.builder = Builder(sweep.context, block, outer.origin, adjoint=True)
    try:
        again = _Computing(sweep, scope, budget).of(operand)
    except _TooDear:
        return operand
    finally:
        scope.builder = outer
    return _alternative(sweep, outer, operand, block, again.operand) if again.reads else operand


def _patience(operand: Operand, compiled: bool) -> float:
    if isinstance(operand.kind, Array):
        return _PATIENCE if costs.elements(operand.kind) > costs.VECTOR else 1.0
    return _PATIENCE_OF_COMPILED_NUMBERS if compiled else _PATIENCE


def read_or_kept(sweep: Sweep, scope: Scope, operand: Var, statement: Statement, kept: Var) -> Operand:
    """The choice between an element or a view that is kept and the same of memory that is put back."""
    outer, block = scope.builder, Block()
    scope.builder = Builder(sweep.context, block, outer.origin, adjoint=True)
    there = sweep.read_again(scope, operand, statement)
    scope.builder = outer
    return kept if there is None else _alternative(sweep, outer, kept, block, there)


def _alternative(sweep: Sweep, outer: Builder, operand: Var, block: Block, again: Operand) -> Operand:
    """The choice between a value and what tentative statements compute, which is made once for the same memory."""
    key = (outer.block, operand, _memory(block))
    if key not in sweep.alternatives:
        for s in block.statements:
            assert isinstance(s, Assign)
            s.extra = TENTATIVE
        outer.block.statements += block.statements
        sweep.alternatives[key] = _chosen(outer, operand, again)
    return sweep.alternatives[key]


def choice(sweep: Sweep, scope: Scope, operand: Var, again: Var) -> Operand:
    """The choice between a value and a tentative one."""
    key = (scope.builder.block, operand, again)
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
    return frozenset(o for s in block.statements for o in s.args if isinstance(o, Var) and o not in own)


class LeastPrices:
    """What it costs at least to compute a value again, however much memory is put back: of those that are computed
    from memory that is updated, by operations that may be carried out again.

    A value costs no less than the dearest of what it is computed from; a long chain of values is known to be too
    dear without being looked at again for each of them. An array that a loop hands on to its next round is had from
    there (`transforms.tape`).
    """

    def __init__(self, body: Block) -> None:
        self._body = body
        self._known: dict[Operand, int | None] = {}

    @functools.cached_property
    def _at_hand(self) -> set[Operand]:
        """What is in no loop and no branch, and what loops hand on."""
        found: set[Operand] = set()
        for s in self._body.statements:
            if isinstance(s, Assign):
                found.add(s.target)
            elif isinstance(s, Loop):
                found.update([carry.out for carry in s.carries
                              if isinstance(carry.out.kind, Array) and carry.init is not UNDEFINED])
        return found

    def of(self, sweep: Sweep, operand: Operand) -> int | None:
        """The price of a value; None of what is not such a value."""
        known, waiting = self._known, [operand]
        while operand not in known:
            args = self._computed_from(sweep, waiting[-1])
            unknown = [arg for arg in args if arg not in known]
            if unknown:
                waiting += unknown
            else:
                last = waiting.pop()
                known[last] = self._find(sweep, last, args)
        return known[operand]

    def _computed_from(self, sweep: Sweep, operand: Operand) -> list[Var]:
        """The variables that the price of a value depends on."""
        made = sweep.context.definitions.get(operand) if isinstance(operand, Var) else None
        if not isinstance(made, Assign) or operand in self._at_hand or sweep.base_of_updated(made.target) is not None:
            return []
        return [arg for arg in made.args if isinstance(arg, Var)]

    def _find(self, sweep: Sweep, operand: Operand, args: list[Var]) -> int | None:
        """The price of a value, once those of what it is computed from are known."""
        made = sweep.context.definitions.get(operand) if isinstance(operand, Var) else None
        if isinstance(made, Loop) and all(operand is not carry.param for carry in made.carries):
            return None
        if isinstance(made, (Assign, Loop)) and sweep.base_of_updated(operand) is not None:  # type: ignore[arg-type]
            return 0
        if not isinstance(made, Assign) or all([self._known[arg] is None for arg in args]):
            return None
        price = costs.again(made, sweep.context.array_tapes)
        if price is None:
            return None
        if sweep.aliases.may_change(made.target):
            return 0  # it is not computed again
        if not all(_is_had(sweep, arg) for arg in args if sweep.aliases.may_change(arg)):
            return price  # where one of these is not put back the others are not computed
        return price + max(self._known[arg] or 0 for arg in args)


def _is_had(sweep: Sweep, operand: Operand) -> bool:
    """Whether memory holds at its end what an operand is of it: that is there all through the reverse sweep."""
    base = sweep.base_of_updated(operand) if isinstance(operand, Var) else None
    return base is not None and sweep.versions.is_last(base)


class _Computing:
    """Writes what computes a value again, for a budget."""

    def __init__(self, sweep: Sweep, scope: Scope, budget: float) -> None:
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
        if not isinstance(operand, Var) or made is None or sweep.least.of(sweep, operand) is None:
            return _Again(operand)
        there = sweep.read_again(self.scope, operand, made)
        if there is not None:
            self._pay(costs.part(operand, sweep.context.array_tapes))
            return _Again(there, True)
        price = costs.again(made, sweep.context.array_tapes) if isinstance(made, Assign) else None
        if price is None or not isinstance(made, Assign) or sweep.aliases.may_change(operand):
            return _Again(operand)
        self._pay(price)
        if made.primitive in OF_EVERY_VERSION:
            whole = any_held(sweep.versions, self.scope, made.args[0])
            return _Again(operand) if whole is None else _Again(self._emit(made, [whole, *made.args[1:]]), True)
        if not all(self.of(arg).reads for arg in made.args if sweep.aliases.may_change(arg)):
            return _Again(operand)
        parts = [self.of(arg) for arg in made.args]
        if not any(part.reads for part in parts):
            return _Again(operand)
        return _Again(self._emit(made, [part.operand for part in parts]), True)

    def _emit(self, made: Assign, operands: list[Operand]) -> Operand:
        style = "" if made.style == "augmented" else made.style
        again = self.scope.builder.emit(made.primitive, *operands, keywords=made.keywords, style=style,
                                        extra=made.extra, kind=made.target.kind)
        if isinstance(again, Var):
            again.hint = made.target.name or made.target.hint
            self.sweep.again[again] = made.target
        return again
