"""Lists that are complete: nothing is appended to what such a variable refers to while the primal goes on.

    new = []
    for i in range(n):          each version of `new` in the loop grows further
        new.append(z[i])
    h = new                     what the loop leaves does not, and is the one name of its memory

That needs a list that was made for it, of whose versions each is handed on to one other only, and the last to nothing
that grows. Then it can be kept without a copy, and read again.
"""
from __future__ import annotations

import functools
from collections import Counter, defaultdict

from s2sad.analyses.aliases import Aliases, changed_by, changing
from s2sad.ir.kinds import List
from s2sad.ir.nodes import Assign, If, Loop, Operand, Statement, Var, With
from s2sad.rules.build import Context

# What makes a list of its own.
_FRESH = {"s2sad.list", "s2sad.copy", "builtins.list", "operator.add", "operator.mul"}


class Complete:
    """Which lists are complete, of all the statements of a primal."""

    def __init__(self, context: Context, statements: list[Statement], aliases: Aliases) -> None:
        self.context, self.statements, self.aliases = context, statements, aliases
        self.known: dict[Var, bool] = {}

    def __contains__(self, var: Operand) -> bool:
        if not isinstance(var, Var) or not isinstance(var.kind, List):
            return False
        if var not in self.known:
            self.known[var] = var not in self._growing and self._is_one_of_its_own(var) and (
                self.aliases.class_of(var) not in self._rearranged and not self.aliases.may_change_inside(var))
        return self.known[var]

    @functools.cached_property
    def _before(self) -> dict[Operand, list[Operand]]:
        """What each list is a later version of, or one of."""
        found: dict[Operand, list[Operand]] = defaultdict(list)
        for s in self.statements:
            if isinstance(s, Assign):
                if s.primitive == "s2sad.append":
                    found[s.target].append(s.args[0])
            elif isinstance(s, (If, With)):
                for merge in s.merges:
                    found[merge.out] += merge.values
            elif isinstance(s, Loop):
                for carry in s.carries:
                    found[carry.param] += (carry.init, carry.out)
                    found[carry.result] += (carry.init, carry.out)
        return found

    @functools.cached_property
    def _takers(self) -> Counter[Operand]:
        """To how many others each list is handed on; what a loop carries and what it leaves are one."""
        takers: Counter[Operand] = Counter()
        for s in self.statements:
            if isinstance(s, Assign):
                takers.update(s.args[:1] if s.primitive == "s2sad.append" else [])
            elif isinstance(s, (If, With)):
                takers.update(value for merge in s.merges for value in merge.values)
            elif isinstance(s, Loop):
                takers.update(value for carry in s.carries for value in (carry.init, carry.out))
        return takers

    @functools.cached_property
    def _growing(self) -> set[Operand]:
        """What becomes a list that something is appended to."""
        return self._all_before([s.args[0] for s in self._appending()])

    @functools.cached_property
    def _rearranged(self) -> set[Var]:
        """The classes of lists that are changed by more than by appending to one that was made for it."""
        others = [s for s in changing(self.statements) if not (isinstance(s, Assign) and s.primitive == "s2sad.append")]
        changed = {var for s in others for var in changed_by(s)}
        changed.update(var for s in self._appending() if isinstance(var := s.args[0], Var)
                       and not all(map(self._is_made_here, self._all_before([var]))))
        return {self.aliases.class_of(var) for var in changed}

    def _appending(self) -> list[Assign]:
        return [s for s in self.statements if isinstance(s, Assign) and s.primitive == "s2sad.append"]

    def _is_one_of_its_own(self, var: Var) -> bool:
        """Whether a list was made here, and no version before it has become anything else."""
        before = self._all_before([var])
        return all(map(self._is_made_here, before)) and all(self._takers[one] == 1 for one in before if one is not var)

    def _is_made_here(self, operand: Operand) -> bool:
        made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        return operand in self._before or isinstance(made, Assign) and made.primitive in _FRESH

    def _all_before(self, operands: list[Operand]) -> set[Operand]:
        """All that these are later versions of, they themselves too."""
        seen: set[Operand] = set(operands)
        waiting = list(operands)
        while waiting:
            further = [one for one in self._before.get(waiting.pop(), ()) if one not in seen]
            seen.update(further)
            waiting += further
        return seen
