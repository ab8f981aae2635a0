"""Simplifying adjoint expressions again, once carried adjoints have turned out to be literals."""
from __future__ import annotations

from s2sad.ir.nodes import Assign, Block, Function, Operand, Var
from s2sad.ir.rewrite import final, substitute_block, substitute_operands
from s2sad.rules.build import Builder, Context
from s2sad.transforms.optimise.algebra import SIMPLIFIED, simplify


def simplify_again(context: Context, function: Function, new: set[Operand] | None = None) -> set[Operand]:
    """Put every adjoint assignment that simplifies now in simpler form; what stands in the place of others then.

    ``new`` are the operands that stand in the place of others since this was done before: only what is computed
    from them, directly or not, is looked at.
    """
    mapping: dict[Var, Operand] = {}
    _block(context, function.body, mapping, new)
    substitute_block(function.body, mapping)
    function.result = final(function.result, mapping)
    return set(mapping.values())


def _block(context: Context, block: Block, mapping: dict[Var, Operand], new: set[Operand] | None) -> None:
    statements = block.statements
    block.statements = []
    builder = Builder(context, block, None, simplify, adjoint=True)
    for s in statements:
        if mapping:
            substitute_operands(s, mapping)
        if s.adjoint and isinstance(s, Assign) and _is_new(s, new):
            simpler = _simpler(builder, s)
            if simpler is not None:
                mapping[s.target] = simpler
                if new is not None:
                    new.add(simpler)
                continue
        if not s.simple:
            for inner in s.blocks():
                _block(context, inner, mapping, new)
        block.statements.append(s)


def _is_new(s: Assign, new: set[Operand] | None) -> bool:
    """Whether there may be something new in what an assignment computes; what is computed from that then is new."""
    if new is None:
        return True
    if s.target not in new and new.isdisjoint(s.args):
        return False
    new.add(s.target)
    return True


def _simpler(builder: Builder, s: Assign) -> Operand | None:
    if s.primitive not in SIMPLIFIED or s.extra is not None or s.style:
        return None
    builder.origin = s.origin
    simpler = simplify(builder, s.primitive, s.args, s.keywords)
    if isinstance(simpler, Var) and not simpler.name:
        made = builder.context.definitions.get(simpler)
        if made is not None and made.adjoint:
            simpler.name = s.target.name
    return simpler
