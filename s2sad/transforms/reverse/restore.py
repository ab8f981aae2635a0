"""What the reverse sweep reads of memory that was overwritten: each update is undone where it is reversed.

The reverse sweep passes the updates of an array last to first. Behind each it puts back what the update
overwrote, so that there the array holds the version that the primal had before it, and the adjoints read it
as the primal did. In the IR these are versions again: ``scope.memory`` maps a version of the primal to the
variable of the reverse sweep that holds it. What no adjoint reads is dead, and goes with its tape.
"""
from __future__ import annotations

from s2sad.analyses.versions import STORES, Versions
from s2sad.ir.nodes import UNDEFINED, Assign, Carry, If, Loop, Merge, Operand, Statement, Var, walk
from s2sad.transforms.reverse.adjoints import Scope


def held(versions: Versions, scope: Scope, operand: Operand) -> Operand | None:
    """What holds a version at this point of the reverse sweep, if anything does."""
    if not isinstance(operand, Var):
        return operand
    at: Scope | None = scope
    while at is not None:
        if operand in at.memory:
            return at.memory[operand]
        at = at.parent
    return operand if versions.is_last(operand) else None


def any_held(versions: Versions, scope: Scope, operand: Operand) -> Operand | None:
    """What holds some version of the memory that an operand is a version of."""
    root = versions.root(operand)
    at: Scope | None = scope
    while at is not None:
        for version, now in at.memory.items():
            if versions.root(version) is root:
                return now
        at = at.parent
    return held(versions, scope, operand)


def merge_versions(scope: Scope, scopes: list[Scope], statement: If) -> None:
    """What holds the versions from before an `if`, whichever way it went."""
    for var in dict.fromkeys(var for inner in scopes for var in inner.memory):
        values = [UNDEFINED if inner.unreached else inner.memory.get(var) for inner in scopes]
        if None in values:
            continue
        if values[0] is values[1]:
            scope.memory[var] = values[0]  # type: ignore[assignment]
            continue
        out = Var(var.name, var.kind)
        statement.merges.append(Merge(out, list(values)))  # type: ignore[arg-type]
        scope.memory[var] = out


def enter_loop(versions: Versions, scope: Scope, inner: Scope, s: Loop) -> dict[int, Carry]:
    """Carry the versions of what the loop updates, the other way; memories that its rounds hand round, all or none."""
    now = {
        id(carry): held(versions, scope, carry.result) for carry in s.carries
        if isinstance(carry.out, Var) and (versions.is_chain(carry) or id(carry) in versions.turns)
    }
    back: dict[int, Carry] = {}
    for carry in s.carries:
        begins = now.get(id(carry))
        if begins is None or any(now.get(id(one)) is None for one in versions.turns.get(id(carry), ())):
            continue
        param = Var(carry.param.name, carry.param.kind)
        back[id(carry)] = Carry(begins, param, param, Var(carry.param.name, carry.param.kind))
        inner.memory[carry.out] = param  # type: ignore[index]  # what is carried in place is a variable
    return back


def leave_loop(
    versions: Versions, scope: Scope, inner: Scope, loop: Loop, s: Loop, back: dict[int, Carry]
) -> list[tuple[Loop, Carry, Carry]]:
    """Carry what the round has put back; the reverse loop, its carry and that of the loop, for each that it does."""
    found: list[tuple[Loop, Carry, Carry]] = []
    for carry in s.carries:
        made = back.get(id(carry))
        top = inner.memory.get(carry.param)
        if made is None or top is None:
            continue
        made.out = top
        loop.carries.append(made)
        if isinstance(carry.init, Var):
            scope.memory[carry.init] = made.result
            if id(carry) not in versions.turns:
                found.append((loop, made, carry))
    return found


def updates_inside(versions: Versions, statement: Statement) -> bool:
    """Whether anything that a statement holds updates memory."""
    return versions.any and any(
        isinstance(s, Assign) and s.primitive in STORES for block in statement.blocks() for s in walk(block)
    )
