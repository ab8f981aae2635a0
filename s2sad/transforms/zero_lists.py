"""Adjoints of lists of numbers that begin as zeros: for them the reverse sweep wants how many items a list had.

    prev_bar = [0.0] * len(prev)          prev_bar = [0.0] * length

where `prev` is a list that is changed, another one in each round, and would be copied for no more than that.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeGuard

from s2sad.analyses.unbound import perhaps_unbound
from s2sad.ir.kinds import INT, List, Scalar
from s2sad.ir.nodes import Assign, Block, Operand, Statement, Var, reads
from s2sad.rules.build import Context


def count_items(
    context: Context, forward: Block, reverse: list[Statement], is_local: Callable[[Var], bool],
    home: Mapping[Var, Block], define: Callable[[Var, Assign], None],
) -> None:
    """Let statements of a reverse sweep ask for lengths. ``define`` puts an assignment behind what makes a variable."""
    zeros = [s for s in reverse if isinstance(s, Assign) and _is_of_numbers(s)]
    zeros = [s for s in zeros if isinstance(s.args[0], Var) and is_local(s.args[0]) and _is_copied(context, s.args[0])]
    if not zeros:
        return
    of_zeros: set[Statement] = {*zeros}
    kept = {operand for s in reverse if s not in of_zeros for operand in reads(s)} | perhaps_unbound(forward)
    lengths: dict[Operand, Var] = {}
    for s in zeros:
        whole = s.args[0]
        assert isinstance(whole, Var)
        if whole in kept:
            continue
        if whole not in lengths:
            copied = context.definition(whole, "s2sad.copy")
            of = whole if copied is None else copied.args[0]
            known = next((one.target for one in home[whole].statements if _is_length(one, of)), None)
            if known is None:
                known = Var("", INT)
                known.hint = "length"
                made = Assign(known, "builtins.len", [of], origin=s.origin)
                context.definitions[known] = made
                define(whole, made)
            lengths[whole] = known
        s.primitive, s.args = "s2sad.zeros_of", [lengths[whole]]


def _is_of_numbers(s: Assign) -> bool:
    if s.primitive != "s2sad.zeros_like":
        return False
    kind = s.args[0].kind
    return isinstance(kind, List) and isinstance(kind.item, Scalar)


def _is_copied(context: Context, whole: Operand) -> bool:
    return context.is_overwritten(whole) or context.definition(whole, "s2sad.copy") is not None


def _is_length(s: Statement, whole: Operand) -> TypeGuard[Assign]:
    return isinstance(s, Assign) and s.primitive == "builtins.len" and s.args[0] is whole
