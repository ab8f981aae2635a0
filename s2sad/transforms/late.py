"""Values of the function's own block that the reverse sweep computes again: they need not be alive in between.

What stands in front of a loop for its first round is computed again where the reverse sweep ends that loop:

    d = x - x[:, None]                            d = x - x[:, None]
    a = force(d)                                  a = force(d)
    for _ in range(steps):                        for _ in range(steps):
        ...                                           ...
    for _ in reversed(range(steps)):      ─▶      for _ in reversed(range(steps)):
        ...                                           ...
    d_bar = force_rev(d, a_bar)                   d = x - x[:, None]
                                                  d_bar = force_rev(d, a_bar)

In its loop, where the user wrote it, it would be taped or computed again (`transforms.tape`); what
`optimise.rounds` puts in front of the loop would otherwise be alive in both loops, as would be what a function
computes there that is called in the loop as well. Prices are those of the tape.

A sum or a product inside an expression of the user, of arrays that are kept anyway, is written once more:

    total = 1.0 + t                               a = u * (1.0 + t)
    a = u * total                         ─▶
    u_bar = a_bar * total                         u_bar = a_bar * (1.0 + t)
"""
from __future__ import annotations

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.record import Local, plan, repeatable
from s2sad.analyses.uses import count_reads
from s2sad.errors import Location
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Const, Function, Loop, Operand, Statement, Var, walk
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import Context
from s2sad.transforms.insertions import Insertions, mentioned
from s2sad.transforms.reverse.again import OF_EVERY_VERSION

# What costs less than the memory that it saves.
_CHEAP = {"operator.add", "operator.sub", "operator.mul", "operator.neg"}
# What asks an array for its shape and type.
_LOOKING = {
    *OF_EVERY_VERSION, "numpy.ones_like", "numpy.zeros_like", "numpy.full_like", "numpy.empty_like", "s2sad.expand",
    "s2sad.cast", "s2sad.shape", "s2sad.zeros_of",
}


def compute_late(context: Context, function: Function, forward: set[Statement], aliases: Aliases) -> bool:
    """Compute again, in the reverse sweep, arrays that would be alive until then for nothing else; whether there may be
    any."""
    reverse = [s for s in function.body.statements if s not in forward]
    behind = _behind_a_loop(reverse)
    places = _places(context, function, forward, behind) if behind else {}
    if places:
        steps = plan(mentioned(Block(behind)), context.definitions.get, places.get, aliases.may_change,
                     context.array_tapes)
        _carry_out(context, function, steps.recomputed, behind)
    simple = [] if context.array_tapes else _simple(context, function, forward, reverse, aliases)
    if simple:
        _carry_out(context, function, simple, reverse)
    return bool(places or simple)


def _carry_out(context: Context, function: Function, steps: list[Assign], readers: list[Statement]) -> None:
    """Compute what these steps do again, in front of the first of the readers that asks for it."""
    insertions = Insertions({})
    mapping: dict[Var, Var] = {}
    for step in steps:
        target = mapping[step.target] = Var(step.target.name, step.target.kind)
        target.hint = step.target.hint
        args = [mapping.get(arg, arg) if isinstance(arg, Var) else arg for arg in step.args]
        made = Assign(target, step.primitive, args, step.keywords, step.style, origin=step.origin, adjoint=True)
        context.definitions[target] = made
        insertions.where_used(function.body, made)
    for s in readers:
        substitute(s, mapping)
    insertions.carry_out()


# -- in front of loops ---------------------------------------------------------------------------------


def _behind_a_loop(reverse: list[Statement]) -> list[Statement]:
    first = next((number for number, s in enumerate(reverse) if isinstance(s, Loop)), len(reverse))
    return reverse[first + 1:]


def _places(
    context: Context, function: Function, forward: set[Statement], behind: list[Statement]
) -> dict[Var, Local]:
    """The arrays that need not be at hand: those in front of loops that nothing in the reverse sweep reads before."""
    fronts = [s for s in _in_front(context, function, forward) if isinstance(s.target.kind, Array)]
    if not fronts:
        return {}
    late = set(behind)
    before = set(mentioned(Block([s for s in function.body.statements if s not in forward and s not in late])))
    return {s.target: Local(1, number) for number, s in enumerate(fronts) if s.target not in before}


def _in_front(context: Context, function: Function, forward: set[Statement]) -> list[Assign]:
    """What the function computes for the first round of a loop in front of it, or as a loop behind it does."""
    looped: set[Location | None] = set()
    found = []
    for s in reversed(function.body.statements):
        if isinstance(s, Loop) and s in forward:
            looped.update(inner.origin for inner in walk(s.body) if inner.origin is not None)
        elif isinstance(s, Assign) and s in forward and (s.target in context.fronts or s.origin in looped):
            found.append(s)
    return found[::-1]


# -- inside expressions --------------------------------------------------------------------------------


def _simple(
    context: Context, function: Function, forward: set[Statement], reverse: list[Statement], aliases: Aliases
) -> list[Assign]:
    """Cheap operations on what is kept anyway, whose result has no name and one reader in the forward sweep."""
    first = [s for s in function.body.statements if s in forward]
    cheap = [s for s in first if isinstance(s, Assign) and s.primitive in _CHEAP and _is_array_without_name(s.target)]
    read = {operand for s in reverse if s.simple for operand in s.args} if cheap else set()
    cheap = [s for s in cheap if s.target in read]
    if not cheap:
        return []
    kept = set(mentioned(Block([s for s in reverse if not s.simple])))
    uses = count_reads(walk(Block(first)))
    looked_at = {arg for s in reverse if isinstance(s, Assign) and s.primitive in _LOOKING for arg in s.args}
    held: set[Operand] = {*kept, *read, *(param.var for param in function.params)}
    found: list[Assign] = []
    for s in cheap:
        if s.target in kept or s.target in looked_at or uses[s.target] != 1:
            continue
        if not all(isinstance(arg, Const) or arg in held for arg in s.args):
            continue
        if repeatable(s.target, context.definitions.get, aliases.may_change) is not None:
            found.append(s)
            held.discard(s.target)
    return found


def _is_array_without_name(var: Var) -> bool:
    return not var.name and isinstance(var.kind, Array) and bool(var.kind.dims)
