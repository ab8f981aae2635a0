"""Arrays that the rounds of a loop make of a list that grows: each is the front of the one of the list as it is left.

    for k in range(n):                           for k in range(n):
        history.append(h)                            history.append(h)
        past = np.array(history)                     past = np.array(history)
        past_tape.append(past)                       …
        …                                ─▶      whole = np.array(history)
    for k in reversed(range(n)):                 for k in reversed(range(n)):
        past = past_tape.pop()                       past = whole[:k + 1]

To keep them all takes as much memory as the square of the list's length.
"""
from __future__ import annotations

from collections.abc import Callable

from s2sad.analyses.aliases import Aliases
from s2sad.ir.kinds import INT, Array, List, Scalar, is_inexact
from s2sad.ir.nodes import Assign, Block, Carry, Const, For, Loop, Operand, Statement, Var, is_literal
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.counting import place_of, plus
from s2sad.transforms.where import Where

# They make an array of whose rows each is an item of a list; of items without axes the last makes no rows.
_OF_ITEMS = {"numpy.array", "numpy.asarray", "numpy.stack", "numpy.vstack"}


class Prefixes:
    """The arrays of lists that grow; ``where`` is told where new ones are made."""

    def __init__(self, context: Context, aliases: Aliases, where: Where) -> None:
        self.context, self.aliases, self.where = context, aliases, where
        self.wholes: dict[tuple[Loop, Operand], Var] = {}

    def cut(self, var: Var, only_grows: Callable[[Operand], bool]) -> Assign | None:
        """The assignment that cuts an array out of that of the whole list; None where it may be another."""
        made = self.context.definitions.get(var)
        if not isinstance(made, Assign) or made.primitive not in _OF_ITEMS or not self._is_of_items(made):
            return None
        body = self.where.home[var]
        loop = self.where.parent[body][1] if body in self.where.parent else None
        carry = next((c for c in loop.carries if c.out is made.args[0]), None) if isinstance(loop, Loop) else None
        if carry is None or self.aliases.may_change(var) or not only_grows(made.args[0]):
            return None
        assert isinstance(loop, Loop)
        if self.aliases.may_change_inside(carry.result):
            return None
        block = Block()
        b = Builder(self.context, block, made.origin)
        front = b.emit("s2sad.slice", constant(None), self._length(b, loop, carry), constant(None))
        self._insert(block, body, made, self.where.order[var] - 1)
        return Assign(var, "s2sad.getitem", [self._whole(loop, carry, made), front], origin=made.origin)

    def _is_of_items(self, made: Assign) -> bool:
        """Whether the rows of an array are the items of a list, of one type."""
        kind = made.args[0].kind
        item = kind.item if isinstance(kind, List) else None
        if not isinstance(item, (Array, Scalar)) or not isinstance(made.target.kind, Array) or made.extra is not None:
            return False
        axes = len(item.dims) if isinstance(item, Array) and item.dims is not None else 0
        as_rows = axes == 1 or axes > 1 and made.primitive != "numpy.vstack" or (
            isinstance(item, Scalar) and made.primitive in ("numpy.array", "numpy.asarray"))
        plain = made.primitive in ("numpy.array", "numpy.asarray") or not made.keywords and len(made.args) == 1
        constants = all(isinstance(arg, Const) for arg in made.args[1:])
        return as_rows and plain and constants and is_inexact(item.dtype) and item.dtype == made.target.kind.dtype

    def _whole(self, loop: Loop, carry: Carry, made: Assign) -> Var:
        """The array of the list as the loop leaves it, which may be empty."""
        key = (loop, carry.result)
        if key not in self.wholes:
            around = self.where.parent[loop.body][0]
            block = Block()
            b = Builder(self.context, block, made.origin)
            name = f"{carry.result.name}_array" if carry.result.name else "whole"
            whole = b.emit("numpy.array", carry.result, *made.args[1:], keywords=made.keywords, name=name,
                           kind=made.target.kind)
            assert isinstance(whole, Var)
            self._insert(block, around, loop, self.where.order[carry.result])
            self.wholes[key] = whole
        return self.wholes[key]

    def _length(self, b: Builder, loop: Loop, carry: Carry) -> Operand:
        """How many items the list has at the end of a round."""
        start = self.context.definition(carry.init, "s2sad.list")
        added = self.context.definition(carry.out, "s2sad.append")
        is_one = added is not None and added.args[0] is carry.param and self.where.home.get(added.target) is loop.body
        if isinstance(loop, For) and is_literal(loop.step, 1) and is_literal(loop.start, 0) and start and is_one:
            return plus(b, self._round(b, loop), len(start.args) + 1)
        return b.emit("builtins.len", carry.out, kind=INT)

    def _round(self, b: Builder, loop: For) -> Operand:
        """The number of a round, which has a name in both sweeps."""
        number = place_of(b, loop)
        reverse = self.where.parent[self.where.reverse_of[loop.body]][1] if loop.body in self.where.reverse_of else None
        if isinstance(reverse, For) and reverse.index.name in ("", "_"):
            reverse.index.name = loop.index.name
        return number

    def _insert(self, new: Block, block: Block, behind: Statement, order: float) -> None:
        """Put new statements into a block; what they make comes right after ``order``."""
        place = block.statements.index(behind) + 1
        block.statements[place:place] = new.statements
        made = [var for s in new.statements for var in s.defined()]
        for number, var in enumerate(made):
            self.where.home[var] = block
            self.where.order[var] = order + (number + 1) / (len(made) + 1)
