"""What may be unbound where it is read, on a path on which Python would not read it.

    for i in range(n):
        for j in range(i):
            total += np.sum(w * prev)        # no round where `prev` is not bound yet
        prev = w
"""
from __future__ import annotations

from s2sad.ir.nodes import UNDEFINED, Block, If, Loop, Operand, structured


def perhaps_unbound(block: Block) -> set[Operand]:
    """The variables that a loop or a branch in a block may leave unbound, and those that are bound to such a one."""
    found: set[Operand] = {UNDEFINED}
    choices = [s for s in structured(block) if isinstance(s, (If, Loop))]
    count = 0
    while count != len(found):
        count = len(found)
        for s in choices:
            if isinstance(s, If):
                found.update(merge.out for merge in s.merges if not found.isdisjoint(merge.values))
                continue
            for carry in s.carries:
                if carry.init in found or carry.out in found:
                    found.update((carry.param, carry.result))
    return found
