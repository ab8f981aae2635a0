"""What the loops of a function share: the names of their indices, and what variables have become."""
from __future__ import annotations

from s2sad.ir.nodes import IN_PLACE, Assign, Function, Operand, Var, walk
from s2sad.ir.spoken import spoken
from s2sad.rules.build import Context
from s2sad.transforms.fresh_arrays import is_padding


class Writer:
    """What the loops of a function share: the names of indices, and what variables have become."""

    def __init__(self, context: Context, function: Function, letters: list[str]) -> None:
        self.context, self.letters = context, letters
        self.mapping: dict[Var, Operand] = {}
        self.updated: dict[Operand, str] = {}
        self.padded: set[Operand] = set()
        for s in walk(function.body):
            if not isinstance(s, Assign):
                continue
            if is_padding(s) or s.primitive in IN_PLACE and s.args[0] in self.padded:
                self.padded.add(s.target)
            if (s.primitive in IN_PLACE or s.extra == "owned") and s.target.name:
                self.updated[s.args[0]] = s.target.name

    def array_name(self, var: Var) -> str:
        """What an array is called: if it has no name, what it is called once it is updated; not as a number is."""
        return var.name or self.updated.get(var) or var.hint or f"{label(var, self.context)}s"


def label(var: Var, context: Context) -> str:
    made = context.definitions.get(var)
    return var.name or var.hint or (spoken(made.primitive) if isinstance(made, Assign) else "t")
