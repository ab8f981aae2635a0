"""What the forms for Numba read of a call: operands by parameter, ranks, literal axes; and how they refuse it."""
from __future__ import annotations

from s2sad.errors import UnsupportedError
from s2sad.ir.nodes import Assign, Const, Operand, is_literal_none
from s2sad.rules import table
from s2sad.rules.kinds import dims_of


def given(s: Assign) -> dict[str, Operand]:
    """The operands of a call by parameter; those that are None are not given."""
    entry = table.lookup(s.primitive)
    bound = None if entry is None else table.bind(entry, s.args, s.keywords)
    return {key: operand for key, operand in (bound or {}).items() if not is_literal_none(operand)}


def rank_of(operand: Operand) -> int | None:
    dims = dims_of(operand.kind)
    return None if dims is None else len(dims)


def literal_axes(operand: Operand, rank: int | None) -> list[int] | None:
    """Literal axes, counted from the front and in order; None too where an array has none."""
    if not isinstance(operand, Const) or not rank:
        return None
    values = operand.value if isinstance(operand.value, tuple) else (operand.value,)
    return sorted(value % rank for value in values)


def refusal(s: Assign, what: str) -> UnsupportedError:
    return UnsupportedError(f'the derivative of this uses {what}, which backend="numba" does not have', s.origin,
                            'use backend="numpy" here')
