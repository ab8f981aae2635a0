"""An update of all of an array that nothing else refers to is a new value.

    p = np.exp(s)                       p = np.exp(s)
    p /= np.sum(p)             ─▶       p = p / np.sum(p)

What was there need not be copied to be kept, and is seen for what it is (here, a softmax). Where nobody reads it
later, the update is carried out in place after all (`ownership`).
"""
from __future__ import annotations

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.sharing import gives_own_memory
from s2sad.analyses.uses import count_uses
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Function, Operand, Statement, Var, reads, view_place, walk
from s2sad.ir.rewrite import final, substitute_block
from s2sad.rules.build import Context
from s2sad.rules.indexing import is_whole

_WRITES = {"s2sad.store", "s2sad.add_at"}


def write_values(context: Context, function: Function, aliases: Aliases) -> bool:
    """Replace such updates; whether there were any."""
    stores = [s for s in walk(function.body) if isinstance(s, Assign) and s.primitive == "s2sad.store"]
    if not any(is_whole(context, s.target.kind, s.args[2]) for s in stores):
        return False
    through = {aliases.class_of(s.target) for s in stores if s.args[view_place(s) or 0] is not s.args[0]}
    values = _Values(context, function, {s.target for s in stores if aliases.class_of(s.target) in through})
    values.block(function.body)
    substitute_block(function.body, values.mapping)
    function.result = final(function.result, values.mapping)
    return bool(values.mapping)


class _Values:
    """``through`` are versions of memory that is also written through views: these rely on where it lies."""

    def __init__(self, context: Context, function: Function, through: set[Var]) -> None:
        self.context, self.through = context, through
        self.uses = count_uses(function)
        self.mapping: dict[Var, Operand] = {}

    def block(self, block: Block) -> None:
        here = {s.target for s in block.statements if isinstance(s, Assign)}
        readers: dict[Operand, list[Statement]] = {}
        kept: list[Statement] = []
        for s in block.statements:
            for inner in s.blocks():
                self.block(inner)
            if isinstance(s, Assign) and self._is_update(s) and self._made_here(s, here) and (
                    self._unseen(s, here, readers)):
                self._replace(s)
                continue
            kept.append(s)
            for one in walk(Block([s])):
                for operand in reads(one):
                    readers.setdefault(self._now(operand), []).append(one)
        block.statements = kept

    def _is_update(self, s: Assign) -> bool:
        if s.primitive != "s2sad.store" or s.args[1] is not s.args[0] or s.target in self.through:
            return False
        _, _, place, value = s.args
        kind = s.target.kind
        return isinstance(kind, Array) and kind.dims is not None and value.kind == kind == s.args[0].kind and (
            is_whole(self.context, kind, place) and self.uses[value] == 1)

    def _made_here(self, s: Assign, here: set[Var]) -> bool:
        made = self.context.definitions.get(s.args[3])  # type: ignore[arg-type]
        return isinstance(made, Assign) and made.target in here and gives_own_memory(made)

    def _unseen(self, s: Assign, here: set[Var], readers: dict[Operand, list[Statement]]) -> bool:
        """Whether what is updated was made in this block, and nothing but computations read it until now."""
        current = self._now(s.args[0])
        while isinstance(current, Var) and current in here:
            made = self.context.definitions.get(current)
            if not isinstance(made, Assign):
                return False
            if not all(self._only_computes(reader, current) for reader in readers.get(current, [])):
                return False
            if made.primitive not in _WRITES:
                return gives_own_memory(made)
            if made.args[view_place(made) or 0] is not made.args[0]:
                return False
            current = self._now(made.args[0])
        return False

    def _only_computes(self, s: Statement, operand: Operand) -> bool:
        """Whether nothing refers to the memory of an operand for what a statement does with it."""
        if not isinstance(s, Assign):
            return False
        if s.primitive in _WRITES:
            return self._now(s.args[0]) is operand
        return gives_own_memory(s)

    def _replace(self, s: Assign) -> None:
        value = s.args[3]
        assert isinstance(value, Var)
        made = self.context.definitions[value]
        assert isinstance(made, Assign)
        value.name, value.varied = value.name or s.target.name, value.varied or s.target.varied
        made.style = s.style or made.style
        self.mapping[s.target] = value

    def _now(self, operand: Operand) -> Operand:
        return final(operand, self.mapping)
