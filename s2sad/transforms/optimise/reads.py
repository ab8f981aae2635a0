"""Parts of adjoints that nothing changes are read where they are, without a copy.

    item_bar = a_bar[1:-1].copy()          ─▶      item_bar = a_bar[1:-1]
"""
from __future__ import annotations

from s2sad.analyses.changes import changed, is_unchanged
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Function, Operand, Statement, reads, walk
from s2sad.rules import table
from s2sad.rules.build import Context

_ADDS = {"s2sad.index_add", "s2sad.add_at"}


def read_in_place(context: Context, function: Function) -> None:
    """Make views of the reads of which neither the array nor what is read changes, and nobody keeps the memory."""
    statements = walk(function.body)
    copies: dict[Operand, Assign] = {s.target: s for s in statements if isinstance(s, Assign) and is_copy(s)}
    if not copies:
        return
    found = changed(statements)
    kept: set[Operand] = {function.result}
    for s in statements:
        kept.update(operand for operand in reads(s) if operand in copies and not _only_reads(s, operand))
    for target, s in copies.items():
        stays = is_unchanged(s.args[0], context.definitions, (), found.__contains__)
        if stays and target not in found and target not in kept:
            s.primitive = "s2sad.getitem"


def is_copy(s: Assign) -> bool:
    """Whether an adjoint is a copy of an array of the primal."""
    return s.primitive == "s2sad.read" and s.adjoint and isinstance(s.target.kind, Array)


def _only_reads(s: Statement, operand: Operand) -> bool:
    """Whether a statement asks memory for its elements and hands it to nobody."""
    if not isinstance(s, Assign):
        return False
    if s.primitive in _ADDS:
        return operand is not s.args[0]
    known = table.lookup(s.primitive)
    return known is not None and known.elementwise and not known.view
