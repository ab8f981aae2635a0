"""What stands in front of a loop for its first round is computed again where the reverse sweep ends that loop.

    d = x - x[:, None]                            d = x - x[:, None]
    a = force(d)                                  a = force(d)
    for _ in range(steps):                        for _ in range(steps):
        ...                                           ...
    for _ in reversed(range(steps)):      ─▶      for _ in reversed(range(steps)):
        ...                                           ...
    d_bar = force_rev(d, a_bar)                   d = x - x[:, None]
                                                  d_bar = force_rev(d, a_bar)

In its loop, where the user wrote it, it would be taped or computed again (`transforms.tape`); what
`optimise.rounds` puts in front of the loop would otherwise be alive in both loops. Prices are those of the tape.
"""
from __future__ import annotations

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.record import Local, plan
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Function, Loop, Statement, Var
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import Context
from s2sad.transforms.insertions import Insertions, mentioned


def compute_late(context: Context, function: Function, forward: set[Statement], aliases: Aliases) -> None:
    """Compute again the arrays in front of loops that the reverse sweep first reads behind its first loop."""
    if not context.fronts:
        return
    behind = _behind_a_loop([s for s in function.body.statements if s not in forward])
    places = _places(context, function, forward, behind)
    steps = plan(mentioned(Block(behind)), context.definitions.get, places.get, aliases, context.array_tapes)
    insertions = Insertions({})
    mapping: dict[Var, Var] = {}
    for step in steps.recomputed:
        target = mapping[step.target] = Var(step.target.name, step.target.kind)
        target.hint = step.target.hint
        args = [mapping.get(arg, arg) if isinstance(arg, Var) else arg for arg in step.args]
        made = Assign(target, step.primitive, args, step.keywords, step.style, origin=step.origin, adjoint=True)
        context.definitions[target] = made
        insertions.where_used(function.body, made)
    for s in behind:
        substitute(s, mapping)
    insertions.carry_out()


def _behind_a_loop(reverse: list[Statement]) -> list[Statement]:
    first = next((number for number, s in enumerate(reverse) if isinstance(s, Loop)), len(reverse))
    return reverse[first + 1:]


def _places(
    context: Context, function: Function, forward: set[Statement], behind: list[Statement]
) -> dict[Var, Local]:
    """The arrays that need not be at hand: those in front of loops that nothing in the reverse sweep reads before."""
    late = set(behind)
    before = set(mentioned(Block([s for s in function.body.statements if s not in forward and s not in late])))
    return {
        s.target: Local(1, number) for number, s in enumerate(function.body.statements)
        if isinstance(s, Assign) and s.target in context.fronts and s.target not in before
        and isinstance(s.target.kind, Array)
    }
