"""Arrays that each round copies and updates: where a round has undone its updates, the one before it goes on.

    for t in range(steps):                      for t in reversed(range(steps)):
        u = u.copy()                                u = u_tape.pop()
        for i in range(1, n):          ─▶           for i in reversed(range(1, n)):
            u[i] -= c * u[i - 1]                        u[i] = u_old_tape.pop()
                                                        …

With all updates undone the array is what the round copied, which is what the round before it left: no round has to
keep what it left, if the array is carried through the reverse loop.
"""
from __future__ import annotations

from dataclasses import dataclass

from s2sad.analyses.versions import STORES, Versions, versions_of
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Carry, Loop, Operand, Statement, Var, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Context

COPIES = {"array.copy", "numpy.copy", "s2sad.copy"}


@dataclass(frozen=True)
class Continued:
    """A reverse loop, what its primal carries as copies, and what holds a copy where the round has been undone."""

    loop: Loop
    carry: Carry
    undone: Var


def copied_in_rounds(versions: Versions, memory: dict[Var, Operand], loop: Loop, of: Loop) -> list[Continued]:
    """What the rounds of a loop copy and hand on; ``memory`` holds the versions at the end of the reverse round."""
    found = []
    for carry in of.carries:
        if not isinstance(carry.param.kind, Array) or not isinstance(carry.out, Var):
            continue
        first = versions.first(carry.out)
        made = versions.context.definitions.get(first) if isinstance(first, Var) else None
        if not isinstance(made, Assign) or made.primitive not in COPIES or made.args != [carry.param]:
            continue
        undone = memory.get(made.target)
        if isinstance(undone, Var) and versions.is_last(carry.out) and not versions.aliases.may_change(carry.param):
            found.append(Continued(loop, carry, undone))
    return found


def continue_rounds(context: Context, reverse: Block, rounds: list[Continued]) -> None:
    """Carry such arrays through the reverse loops in which all updates are undone anyhow."""
    for one in rounds:
        out = one.carry.out
        assert isinstance(out, Var) and one.loop.of is not None
        if one.loop not in reverse.statements or not _is_undone(one, walk(one.loop.of.body), walk(one.loop.body)):
            continue
        name = one.carry.param.name
        param, result = Var(name, out.kind), Var(name, out.kind)
        substitute_block(one.loop.body, {out: param})
        one.loop.carries.append(Carry(one.carry.result, param, one.undone, result))
        context.definitions[param] = context.definitions[result] = one.loop


def _is_undone(one: Continued, forward: list[Statement], reverse: list[Statement]) -> bool:
    """Whether a round of the reverse loop puts back all that the primal's overwrites."""
    out = one.carry.out
    assert isinstance(out, Var)
    first = one.carry.param
    copies = [s for s in forward if isinstance(s, Assign) and s.primitive in COPIES and s.args == [first]]
    if not copies:
        return False  # nobody asked for it
    made = copies[0]
    written, restored = versions_of(forward, made.target), versions_of(reverse, out)
    return one.undone in restored and _stores_to(forward, written) == _stores_to(reverse, restored) > 0


def _stores_to(statements: list[Statement], versions: set[Operand]) -> int:
    return sum(isinstance(s, Assign) and s.primitive in STORES and s.args[0] in versions for s in statements)
