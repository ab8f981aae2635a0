"""Arrays that a block makes and fills by stores: what computes one of their versions again, in other memory.

    f = np.zeros(n)
    f[1:-1] = 0.5 * (u[1:-1] + u[2:])
    f[0] = u[0]

The last of these is one step, `BUILT`, whose operands are all that its parts read from outside: another array that is
made and filled so is equal to it, whatever becomes of this one.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping

from s2sad.analyses import costs
from s2sad.analyses.record import is_pure
from s2sad.analyses.versions import is_new
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Operand, Var
from s2sad.rules.build import Context

_MOST_STORES = 8


def built(
    context: Context, may_change: Callable[[Operand], bool], home: Mapping[Var, Block], same: Mapping[Var, Operand],
    var: Var,
) -> Assign | None:
    """The step that builds an array again; None where it is not built in one block of what stays as it is. ``same``
    are operands in whose place others are read."""
    parts = parts_of(context, home, var)
    if all(costs.is_element(part) for part in parts[1:]):
        return None  # it has few elements: those that are stored
    own = {part.target for part in parts}
    operands = dict.fromkeys(same.get(operand, operand) if isinstance(operand, Var) else operand
                             for part in parts for operand in part.args if operand not in own)
    if any(map(may_change, operands)):
        return None
    return Assign(var, costs.BUILT, [*operands], extra=parts, origin=parts[-1].origin)


def parts_of(context: Context, home: Mapping[Var, Block], var: Var) -> list[Assign]:
    """What makes an array and the stores that lead to one of its versions, in their order; none where others do."""
    block, parts = home.get(var), list[Assign]()
    made = context.definitions.get(var)
    while isinstance(made, Assign) and isinstance(made.target.kind, Array) and home.get(made.target) is block:
        parts.insert(0, made)
        if made.primitive != "s2sad.store":
            return parts if len(parts) > 1 and is_new(made) and is_pure(made.primitive) else []
        before, through, *_ = made.args
        if through is not before or not isinstance(before, Var) or len(parts) > _MOST_STORES:
            break
        made = context.definitions.get(before)
    return []
