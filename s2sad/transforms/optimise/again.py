"""Simplifying adjoint expressions again, once others stand in the place of what they are computed from.

Carried adjoints turn out to be literals, marks go, values are shared.
"""
from __future__ import annotations

from collections.abc import Set

from s2sad.ir.kinds import Array, is_narrow
from s2sad.ir.nodes import Assign, Block, Function, Operand, Statement, Var
from s2sad.ir.rewrite import final, substitute_block, substitute_operands, substitute_results
from s2sad.rules.build import Builder, Context
from s2sad.transforms.optimise.algebra import SIMPLIFIED, simplify
from s2sad.transforms.optimise.products import collected


def simplify_again(
    context: Context, function: Function, new: set[Operand], settled: Set[Operand] = frozenset(),
) -> set[Operand]:
    """Put every adjoint assignment that simplifies now in simpler form; what stands in the place of others then.

    ``new`` are the operands that stand in the place of others since the adjoints were simplified: only what is computed
    from them, directly or not, is looked at. Those that are ``settled`` stay as they are.
    """
    mapping: dict[Var, Operand] = {}
    if new:
        _block(context, function.body, mapping, set(new), settled)
        function.result = final(function.result, mapping)
    return set(mapping.values())


def collect_again(context: Context, function: Function) -> bool:
    """Put sums of products of the same factors together that are seen to be such only now: after the recording what
    they are computed from is changed no more. Whether there were any."""
    mapping: dict[Var, Operand] = {}
    _collect(context, function.body, mapping)
    substitute_block(function.body, mapping)
    function.result = final(function.result, mapping)
    return bool(mapping)


def _collect(context: Context, block: Block, mapping: dict[Var, Operand]) -> None:
    statements = block.statements
    kept: list[Statement] = []
    block.statements = kept
    builder = Builder(context, block, None, simplify, adjoint=True)
    for s in statements:
        if mapping:
            substitute_operands(s, mapping)
        if isinstance(s, Assign) and s.adjoint and s.primitive == "operator.add" and isinstance(s.target.kind, Array):
            builder.origin = s.origin
            total = collected(builder, *s.args)
            if isinstance(total, Var):
                total.name = total.name or s.target.name
                mapping[s.target] = total
                continue
        if not s.simple:
            for inner in s.blocks():
                _collect(context, inner, mapping)
        kept.append(s)


def _block(
    context: Context, block: Block, mapping: dict[Var, Operand], new: set[Operand], settled: Set[Operand],
) -> None:
    statements = block.statements
    kept: list[Statement] = []
    block.statements = kept
    builder = Builder(context, block, None, simplify, adjoint=True)
    for s in statements:
        if mapping and not mapping.keys().isdisjoint(s.args):
            substitute_operands(s, mapping)
        if s.adjoint and isinstance(s, Assign) and (s.target in new or not new.isdisjoint(s.args)):
            new.add(s.target)
            simpler = None if s.target in settled else _simpler(builder, s)
            if simpler is not None:
                mapping[s.target] = simpler
                new.add(simpler)
                continue
        if not s.simple:
            for inner in s.blocks():
                _block(context, inner, mapping, new, settled)
            if mapping:
                substitute_results(s, mapping)
        kept.append(s)


def _simpler(builder: Builder, s: Assign) -> Operand | None:
    if s.primitive not in SIMPLIFIED or s.extra is not None or s.style or is_narrow(s.target.kind):
        return None
    builder.origin = s.origin
    simpler = simplify(builder, s.primitive, s.args, s.keywords)
    if isinstance(simpler, Var) and not simpler.name:
        made = builder.context.definitions.get(simpler)
        if made is not None and made.adjoint:
            simpler.name = s.target.name
    return simpler
