"""Reverse mode: a function's forward sweep followed by the sweep that propagates adjoints."""
from __future__ import annotations

from dataclasses import dataclass, field

from s2sad.analyses.activity import useful
from s2sad.analyses.aliases import Aliases
from s2sad.analyses.shifts import unfelt
from s2sad.analyses.versions import Versions
from s2sad.ir.nodes import UNDEFINED, Assign, Block, Function, Operand, Statement, Var
from s2sad.rules.build import Builder, Context
from s2sad.transforms.optimise.algebra import simplify
from s2sad.transforms.optimise.common import equal_values
from s2sad.transforms.reverse import branches, loops, structures, updates  # noqa: F401 - each adds what it reverses
from s2sad.transforms.reverse.adjoints import Scope, as_list, materialise
from s2sad.transforms.reverse.again import LeastPrices
from s2sad.transforms.reverse.fused import Fused, fuse_sweeps
from s2sad.transforms.reverse.known import Known
from s2sad.transforms.reverse.placeholders import bind_arrays
from s2sad.transforms.reverse.selection import settle_guards
from s2sad.transforms.reverse.sweep import Sweep, reverse_block
from s2sad.transforms.shapes import find_shapes
from s2sad.transforms.tape import Recorder
from s2sad.transforms.ways import number_choices, settle_choices


@dataclass
class Reversed:
    """A function followed by its reverse sweep, which mentions primal variables wherever they are.

    ``forward`` are the statements of the body that belong to the forward sweep; ``new`` is what stands in the place of
    others since the adjoints were simplified; ``doubtful`` are copies of gradients that may turn out to be nobody
    else's; ``place`` is where in the result the gradients are, None where they are all of it.
    """

    function: Function
    sweep: Sweep
    gradients: list[Operand]
    forward: set[Statement]
    builder: Builder
    new: set[Operand]
    doubtful: set[Var] = field(default_factory=set)
    place: int | None = 1


def reverse(
    context: Context, function: Function, aliases: Aliases, wrt: list[Var], output: Operand, seed: Operand
) -> Reversed:
    """Append to the body of ``function`` the sweep from ``seed``, the adjoint of ``output``, to ``wrt``."""
    aliases.catch_up()
    felt = useful(_with_result(function, output)) - unfelt(context, function)
    choices = number_choices(context, function, felt)
    given = [var for var in [*(param.var for param in function.params), *function.captures] if var is not seed]
    for var, empty in bind_arrays(context, function.body, given, felt):
        aliases.hand(var, empty)
    versions = Versions(context, function.body, aliases)
    context.is_overwritten, context.any_overwritten = aliases.may_change, aliases.any_changed
    context.steps_to_infinity = {}
    equal = equal_values(function, versions)
    sweep = Sweep(context, felt, aliases, versions, equal, Known(context), LeastPrices(function.body))
    if versions.any:
        sweep.known.collect(function.body)
    block = Block()
    builder = Builder(context, block, simplify=simplify, adjoint=True)
    scope = Scope(None, builder, versions.is_in_order)
    if isinstance(output, Var) and sweep.active(output):
        scope.accumulate(output, as_list(builder, seed))
    reverse_block(sweep, scope, function.body)
    builder.origin = None
    gradients = []
    for var in wrt:
        adjoint = materialise(builder, scope.take(var), var)
        scope.named(adjoint, var)
        gradients.append(adjoint)
    settled, new = settle_guards(context, block, gradients)
    gradients = [settled.get(g, g) if isinstance(g, Var) else g for g in gradients]
    if sweep.before or sweep.after:
        _insert_snapshots(function.body, sweep)
    settle_choices(context, choices, block)
    forward = set(function.body.statements)
    function.body.statements += block.statements
    builder.block = function.body
    return Reversed(function, sweep, gradients, forward, builder, new)


def is_straight(made: Reversed) -> bool:
    """Whether there is no loop and no branch in the forward sweep, so that all that it computes is at hand later."""
    return all(statement.simple for statement in made.forward)


def fuse(made: Reversed) -> list[Fused]:
    """Put loops of the forward sweep and their reverse in one, where that is the same; loops in them likewise."""
    if is_straight(made):
        return []
    return fuse_sweeps(made.sweep.context, made.function, made.forward)


def record(made: Reversed, fused: list[Fused]) -> None:
    """Tape or recompute what the reverse sweep mentions; what stands in no loop and no branch is at hand.

    In a loop of both sweeps that goes for a round, as it does for the function.
    """
    sweep = made.sweep
    if is_straight(made):
        find_shapes(sweep.context, made.function, made.forward, lambda var: False, {})
        return
    for one in reversed(fused):
        round_ = Function(made.function.name, made.function.params, one.loop.body, UNDEFINED)
        Recorder(sweep.context, sweep.versions, round_, sweep.twins, one.forward, sweep.equal,
                 sweep.undone, sweep.again, True).run()
        _make_tapes_before(one)
    Recorder(sweep.context, sweep.versions, made.function, sweep.twins, made.forward, sweep.equal, sweep.undone,
             sweep.again).run()


def _make_tapes_before(fused: Fused) -> None:
    """A round leaves its tapes empty, for the next one: they are made in front of the loop."""
    body, around = fused.loop.body, fused.block.statements
    tapes = [s for s in body.statements if isinstance(s, Assign) and s.primitive == "s2sad.tape"]
    body.statements = [s for s in body.statements if s not in tapes]
    place = around.index(fused.loop)
    around[place:place] = tapes


def _with_result(function: Function, output: Operand) -> Function:
    return Function(function.name, function.params, function.body, output)


def _insert_snapshots(block: Block, sweep: Sweep) -> None:
    statements: list[Statement] = []
    for statement in block.statements:
        statements += sweep.before.get(statement, ())
        statements.append(statement)
        statements += sweep.after.get(statement, ())
        if not statement.simple:
            for inner in statement.blocks():
                _insert_snapshots(inner, sweep)
    block.statements = statements
