"""What is the same in every round of a loop is read in the reverse sweep as the last round left it.

    for t in range(m):                                   for t in range(m):
        root = np.sqrt(dt)                                   root = np.sqrt(dt)
        roots.append(root)                        ─▶         x = x + root * z[t]
        x = x + root * z[t]                              …
    …                                                    for t in reversed(range(m)):
    for t in reversed(range(m)):                             x_bar = …
        root = roots.pop()

The reverse loop has a round only where the loop had one. It is done for what would cost more to compute again than a
name, in loops in no branch, whose rounds are done to their end. (Compiled code computes it again in front of the loop.)
"""
from __future__ import annotations

from s2sad.analyses import costs
from s2sad.analyses.aliases import Aliases
from s2sad.analyses.record import repeatable
from s2sad.analyses.views import is_cheap_view
from s2sad.ir.nodes import UNDEFINED, Assign, Carry, Loop, Operand, Var
from s2sad.rules.build import Context
from s2sad.rules.lengths import has_a_round
from s2sad.transforms.optimise.steady import SAFE
from s2sad.transforms.where import Where

# What is computed again in front of the reverse loop, and what costs less than this, in it.
_DEAR = 25


class Left:
    """What the loops of a forward sweep leave that is the same in all their rounds."""

    def __init__(self, context: Context, aliases: Aliases, where: Where) -> None:
        self.context, self.aliases, self.where = context, aliases, where
        self._steady: dict[Var, bool] = {}
        self._has: dict[Var, bool] = {}

    def has(self, var: Var) -> bool:
        """Whether a variable of a loop need not be kept for that."""
        if var not in self._has:
            self._has[var] = not self.context.array_tapes and self._is_left(var)
        return self._has[var]

    def _is_left(self, var: Var) -> bool:
        made = self.context.definitions.get(var)
        if not isinstance(made, Assign) or made.adjoint or made.primitive in SAFE or _says_where(made):
            return False
        if not self._is_steady(var) or self._loops(var) is None:
            return False
        price = costs.again(made, False)
        return price is None or price >= _DEAR

    def _is_steady(self, var: Var) -> bool:
        if var not in self._steady:
            self._steady[var] = False
            made = repeatable(var, self.context.definitions.get, self.aliases.may_change)
            self._steady[var] = made is not None and all(map(self._is_same, made.args))
        return self._steady[var]

    def _is_same(self, operand: Operand) -> bool:
        """Whether an operand is the same in all rounds: it is of no loop, or steady itself."""
        return not isinstance(operand, Var) or not self._is_in_loop(operand) or self._is_steady(operand)

    def _is_in_loop(self, var: Var) -> bool:
        block = self.where.home.get(var, self.where.body)
        while block is not self.where.body:
            block, statement = self.where.parent[block]
            if isinstance(statement, Loop):
                return True
        return False

    def _loops(self, var: Var) -> list[Loop] | None:
        """The loops around a variable, the innermost first; None where it stands in something else, too."""
        found: list[Loop] = []
        block = self.where.home[var]
        while block is not self.where.body:
            outer, statement = self.where.parent[block]
            if not isinstance(statement, Loop) or statement.body is not block or statement.stop is not None:
                return None
            found.append(statement)
            block = outer
        return found

    def hand_out(self, var: Var) -> Var:
        """Let the loops around a variable leave it; what is left."""
        loops = self._loops(var)
        assert loops
        carried = next((carry.result for carry in loops[0].carries if carry.out is var), None)
        if carried is not None and len(loops) == 1:
            return self._marked(carried, loops)
        before: Operand = UNDEFINED
        carries: list[Carry] = []
        for loop in reversed(loops):
            carry = Carry(before, *(Var(var.name, var.kind) for _ in range(3)))
            for one in (carry.param, carry.result):
                one.hint = var.hint
                self.context.definitions[one] = loop
            loop.carries.append(carry)
            carries.append(carry)
            before = carry.param
        out = var
        for carry in reversed(carries):
            carry.out = out
            out = carry.result
        return self._marked(out, loops)

    def _marked(self, var: Var, loops: list[Loop]) -> Var:
        """What loops leave, which is not there where they have no round."""
        if not all(has_a_round(self.context, loop) for loop in loops):
            self.context.of_rounds.add(var)
        return var


def _says_where(made: Assign) -> bool:
    """Whether an assignment only says where something is."""
    return made.primitive == "s2sad.getitem" or made.primitive in costs.PARTS or is_cheap_view(made)
