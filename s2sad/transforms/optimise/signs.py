"""What is taken from a place of an adjoint, instead of its negative added: it need not be computed first.

    t = -x_bar
    y_bar[1:] += t          ─▶          y_bar[1:] -= x_bar

Before it is settled what may be updated in place, since the negated value is read later then.
"""
from __future__ import annotations

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import TAKEN, Assign, Operand, Var
from s2sad.rules import table
from s2sad.rules.build import Context


def take_from_places(context: Context, updates: list[Assign]) -> bool:
    """Let those of these updates subtract what is negated for them; whether there are any."""
    found = False
    for s in updates:
        if s.primitive != "s2sad.index_add" or not s.adjoint or s.extra is not None:
            continue
        value = s.args[2]
        made = context.definition(value, "operator.neg")
        if made is None or not made.adjoint or not isinstance(value, Var) or not isinstance(value.kind, Array):
            continue
        if made.args[0].kind == value.kind and isinstance(s.target.kind, Array) and not _is_view(context, made.args[0]):
            s.args, s.extra, found = [*s.args[:2], made.args[0], *s.args[3:]], TAKEN, True
    return found


def _is_view(context: Context, operand: Operand) -> bool:
    """Whether a value may be a view of a shadow, which is read before that changes."""
    made = context.definitions.get(operand) if isinstance(operand, Var) else None
    known = table.lookup(made.primitive) if isinstance(made, Assign) else None
    return isinstance(made, Assign) and (known is None or known.view)
