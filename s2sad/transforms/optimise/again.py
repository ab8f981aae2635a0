"""Simplifying adjoint expressions again, once carried adjoints have turned out to be literals."""
from __future__ import annotations

from s2sad.ir.nodes import Assign, Block, Function, Operand, Var
from s2sad.ir.rewrite import final, substitute_block, substitute_operands
from s2sad.rules.build import Builder, Context
from s2sad.transforms.optimise.algebra import simplify


def simplify_again(context: Context, function: Function) -> bool:
    """Put every adjoint assignment that simplifies now in simpler form; whether there was one."""
    mapping: dict[Var, Operand] = {}
    _block(context, function.body, mapping)
    substitute_block(function.body, mapping)
    function.result = final(function.result, mapping)
    return bool(mapping)


def _block(context: Context, block: Block, mapping: dict[Var, Operand]) -> None:
    statements = block.statements
    block.statements = []
    for s in statements:
        if mapping:
            substitute_operands(s, mapping)
        if isinstance(s, Assign) and s.adjoint and s.extra is None and not s.style:
            builder = Builder(context, block, s.origin, simplify, adjoint=True)
            simpler = simplify(builder, s.primitive, s.args, s.keywords)
            if simpler is not None:
                made = context.definitions.get(simpler) if isinstance(simpler, Var) else None
                if isinstance(simpler, Var) and not simpler.name and made is not None and made.adjoint:
                    simpler.name = s.target.name
                mapping[s.target] = simpler
                continue
        if not s.simple:
            for inner in s.blocks():
                _block(context, inner, mapping)
        block.statements.append(s)
