"""What the reverse sweep reads of memory that was overwritten: each update is undone where it is reversed.

The reverse sweep passes the updates of an array last to first. Behind each it puts back what the update
overwrote, so that there the array holds the version that the primal had before it, and the adjoints read it
as the primal did. In the IR these are versions again: ``scope.memory`` maps a version of the primal to the
variable of the reverse sweep that holds it. What no adjoint reads is dead, and goes with its tape.
"""
from __future__ import annotations

from s2sad.analyses.views import is_exact_view
from s2sad.ir.nodes import UNDEFINED, Assign, Block, Carry, If, Loop, Merge, Operand, Statement, Var, walk
from s2sad.rules.build import Context
from s2sad.transforms.reverse.adjoints import Scope

UPDATES = {"s2sad.store"}


class Versions:
    """Which variables are versions of memory that is updated in place."""

    def __init__(self, context: Context, body: Block) -> None:
        self.context = context
        self.overwritten: set[Var] = set()
        self.chained: set[Loop] = set()
        for s in walk(body):
            if isinstance(s, Assign) and s.primitive in UPDATES and isinstance(s.args[0], Var):
                self.overwritten.add(s.args[0])
        for s in walk(body):
            if isinstance(s, Loop):
                for carry in s.carries:
                    if self.is_chain(carry) and isinstance(carry.init, Var):
                        self.overwritten.add(carry.init)
        self.any = bool(self.overwritten)

    def is_chain(self, carry: Carry) -> bool:
        """Whether a loop carries one memory that its body updates."""
        return carry.out is not carry.param and self.first(carry.out) is carry.param

    def first(self, operand: Operand) -> Operand:
        """The version before all updates that lead to this one, as far as they are of one memory."""
        while isinstance(operand, Var):
            before = self._before(operand)
            if before is None:
                return operand
            operand = before
        return operand

    def _before(self, var: Var) -> Operand | None:
        made = self.context.definitions.get(var)
        if isinstance(made, Assign):
            return made.args[0] if made.primitive in UPDATES else None
        if isinstance(made, If):
            values = next((m.values for m in made.merges if m.out is var), [])
            firsts = [self.first(value) for value in values if value is not UNDEFINED]
            if firsts and all(first is firsts[0] for first in firsts):
                return firsts[0]
        if isinstance(made, Loop):
            for carry in made.carries:
                if carry.result is var and self.is_chain(carry):
                    return carry.init
        return None

    def base(self, operand: Operand) -> Operand:
        """The version that a view was taken of."""
        made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        while isinstance(made, Assign) and is_exact_view(self.context, made):
            operand = made.args[1] if made.primitive == "s2sad.seen" else made.args[0]
            made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        return operand


def held(versions: Versions, scope: Scope, operand: Operand) -> Operand | None:
    """What holds a version at this point of the reverse sweep, if anything does."""
    if not isinstance(operand, Var):
        return operand
    at: Scope | None = scope
    while at is not None:
        if operand in at.memory:
            return at.memory[operand]
        at = at.parent
    return None if operand in versions.overwritten else operand


def merge_versions(scope: Scope, scopes: list[Scope], statement: If) -> None:
    """What holds the versions from before an `if`, whichever way it went."""
    for var in dict.fromkeys(var for inner in scopes for var in inner.memory):
        values = [inner.memory.get(var) for inner in scopes]
        if None in values:
            continue
        if values[0] is values[1]:
            scope.memory[var] = values[0]  # type: ignore[assignment]
            continue
        out = Var(var.name, var.kind)
        statement.merges.append(Merge(out, list(values)))  # type: ignore[arg-type]
        scope.memory[var] = out


def enter_loop(versions: Versions, scope: Scope, inner: Scope, s: Loop) -> dict[int, Carry]:
    """Carry the versions of what the loop updates, the other way."""
    back: dict[int, Carry] = {}
    for carry in s.carries:
        if not versions.is_chain(carry) or not isinstance(carry.out, Var):
            continue
        now = held(versions, scope, carry.result)
        if now is None:
            continue
        param = Var(carry.param.name, carry.param.kind)
        back[id(carry)] = Carry(now, param, param, Var(carry.param.name, carry.param.kind))
        inner.memory[carry.out] = param
    return back


def leave_loop(scope: Scope, inner: Scope, loop: Loop, s: Loop, back: dict[int, Carry]) -> None:
    for carry in s.carries:
        made = back.get(id(carry))
        top = inner.memory.get(carry.param)
        if made is None or top is None:
            continue
        made.out = top
        loop.carries.append(made)
        if isinstance(carry.init, Var):
            scope.memory[carry.init] = made.result


def updates_inside(versions: Versions, statement: Statement) -> bool:
    """Whether anything that a statement holds updates memory."""
    return versions.any and any(
        isinstance(s, Assign) and s.primitive in UPDATES for block in statement.blocks() for s in walk(block)
    )
