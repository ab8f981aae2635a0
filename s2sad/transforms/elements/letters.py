"""What the indices of loops over elements are called."""
from __future__ import annotations

from s2sad.ir.nodes import Function, walk

LETTERS = "ijklmnpqr"


def free_letters(function: Function) -> list[str]:
    """Names for the indices of loops, one inside of the other, that nothing in a function has."""
    taken = {param.var.name for param in function.params} | {var.name for var in function.captures}
    for s in walk(function.body):
        taken.update(var.name for var in s.defined())
        taken.update(var.name for var in getattr(s, "bound", list)())
    return [*(letter for letter in LETTERS if letter not in taken), *(f"{letter}{letter}" for letter in LETTERS)]
