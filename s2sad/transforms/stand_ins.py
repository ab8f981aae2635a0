"""What compiled code keeps in the place of what is not bound: something of its type, for None is of another.

    if n > 0:
        y = np.sin(x)
        return np.sum(y * y)
    return np.sum(x)

The pullback gets `y` from the forward sweep, which has none where `n` is zero. Its code is compiled for an array all
the same, and so is a tape of arrays. What stands there is empty, for nobody reads it.
"""
from __future__ import annotations

from s2sad.ir.kinds import NONE, Array, List, Tuple
from s2sad.ir.nodes import UNDEFINED, Assign, Block, Const, If, Loop, Operand, Var, With
from s2sad.ir.spoken import spoken
from s2sad.rules.build import Builder, Context
from s2sad.transforms.reverse.placeholders import empty_of


def stand_in(context: Context, block: Block) -> None:
    """Bind arrays, and what holds them, where `tape.always_bound` has bound None."""
    new = Block()
    for s in block.statements:
        for inner in s.blocks():
            stand_in(context, inner)
        if isinstance(s, Loop):
            before = Builder(context, new, s.origin)
            for carry in s.carries:
                carry.init = _typed(before, carry.init, carry.param, [carry.out])
        elif isinstance(s, (If, With)):
            for merge in s.merges:
                merge.values = [_typed(Builder(context, inner, s.origin), value, merge.out, merge.values)
                                for value, inner in zip(merge.values, s.blocks(), strict=True)]
        new.statements.append(s)
    block.statements = new.statements


def _typed(b: Builder, value: Operand, becomes: Var, others: list[Operand]) -> Operand:
    """What is bound for a variable that is one of the ``others`` elsewhere, and is called as they are."""
    if not isinstance(value, Const) or value.kind != NONE or not isinstance(becomes.kind, (Array, List, Tuple)):
        return value
    empty = empty_of(b, becomes.kind)
    if empty is UNDEFINED:
        return value
    if not becomes.name and not becomes.hint:
        becomes.hint = next((_called(b.context, other) for other in others if isinstance(other, Var)), "")
    if isinstance(empty, Var):
        empty.name, empty.hint = becomes.name, becomes.hint
    return empty


def _called(context: Context, var: Var) -> str:
    made = context.definitions.get(var)
    return var.name or var.hint or (spoken(made.primitive) if isinstance(made, Assign) else "")
