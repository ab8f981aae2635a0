"""Which results share memory with operands."""
from __future__ import annotations

from s2sad.ir.kinds import is_mutable
from s2sad.ir.nodes import Assign
from s2sad.rules import table


def gives_own_memory(s: Assign) -> bool:
    """Whether a result shares memory with no operand: a number, or what a function of NumPy allocates."""
    if not is_mutable(s.target.kind):
        return True
    known = table.lookup(s.primitive)
    return known is not None and not known.view and s.primitive.startswith(("operator.", "numpy.", "array."))
