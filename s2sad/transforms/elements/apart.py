"""Arrays that take turns in a loop, told apart in its body.

    for _ in range(steps):
        new[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u, new = new, u

Over all rounds `u` and `new` are names of the same two arrays; in each round they are two. That is so where they are
two before the loop, and where, if they are two at the start of a round, they are two at its end.
"""
from __future__ import annotations

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import IN_PLACE, Assign, Carry, Effect, Function, If, Loop, Operand, Statement, Var, walk
from s2sad.rules import table
from s2sad.transforms.elements.memory import CHECKS, HOLDING, Memory, mentioned

# What gives the array that it gets, or a part of it.
_SAME = {"s2sad.alias", "s2sad.seen", "s2sad.touched", "s2sad.expand", "s2sad.getitem", "array.T"}


class MemoryOfRounds(Memory):
    """Which variables may share memory in one round of the loops that they are bound in."""

    def __init__(self, function: Function) -> None:
        super().__init__(function)
        self._given: set[Operand] = {*(param.var for param in function.params), *function.captures}
        self._made: dict[Operand, Statement] = {}
        self._proven: set[Loop] = set()
        self._names: dict[Operand, Var] = {}
        self._roots: dict[Operand, Var | None] = {}
        loops = [(loop, self._turns(loop)) for loop in walk(function.body) if isinstance(loop, Loop)]
        if not any(turns for _, turns in loops):
            return
        for s in walk(function.body):
            self._made.update(dict.fromkeys([*s.defined(), *_bound(s)], s))
        for loop, turns in loops:  # those around come first
            for carries in turns:
                self._tell_apart(loop, carries)

    def of(self, operand: Operand) -> Var | None:
        return self._names.get(operand) or super().of(operand)

    def _over_all(self, operand: Operand) -> Var | None:
        """The memory over all rounds."""
        return super().of(operand)

    # -- one loop ----------------------------------------------------------------------------------

    def _turns(self, loop: Loop) -> list[list[Carry]]:
        """Arrays that a loop carries and that may be one memory over all rounds."""
        together: dict[Var, list[Carry]] = {}
        for carry in loop.carries:
            memory = self._over_all(carry.param) if isinstance(carry.param.kind, Array) else None
            if memory is not None:
                together.setdefault(memory, []).append(carry)
        return [carries for carries in together.values() if len(carries) > 1]

    def _tell_apart(self, loop: Loop, carries: list[Carry]) -> None:
        """Name the memories of a round by what the loop carries, and what the round makes; or leave them one."""
        memory = self._over_all(carries[0].param)
        inner = walk(loop.body)
        if not self._are_apart([carry.init for carry in carries]) or any(
                isinstance(s, Effect) and s.primitive not in CHECKS and memory in map(self._over_all, mentioned(s))
                for s in inner):
            return
        self._suppose(loop, True)
        within = {*loop.bound(), *(var for s in inner for var in [*s.defined(), *_bound(s)])}
        asked = {*within, *(carry.out for carry in carries), *(o for s in inner for o in mentioned(s))}
        roots = {var: self._root(var) for var in asked if self._over_all(var) is memory}
        if any(root is None or root not in within for root in roots.values()) or not self._are_apart(
                [carry.out for carry in carries]):
            self._suppose(loop, False)
        elif not any(self._is_result(root) for root in roots.values()):
            self._names.update({var: root for var, root in roots.items() if root is not None})

    def _suppose(self, loop: Loop, apart: bool) -> None:
        (self._proven.add if apart else self._proven.discard)(loop)
        self._roots.clear()

    def _are_apart(self, arrays: list[Operand]) -> bool:
        """Whether each of some arrays is a memory of its own."""
        roots = [self._root(array) for array in arrays]
        if None in roots or len(set(roots)) < len(roots):
            return False
        results = {self._made[root] for root in roots if root is not None and self._is_result(root)}
        if results:  # what a loop leaves may be anything that was there before it
            return len(results) == 1 and all(self._is_result(root) for root in roots)
        return sum(root in self._given for root in roots) < 2

    def _is_result(self, root: Var | None) -> bool:
        made = self._made.get(root) if root is not None else None
        return isinstance(made, Loop) and any(carry.result is root for carry in made.carries)

    # -- what a variable is a name of --------------------------------------------------------------

    def _root(self, operand: Operand) -> Var | None:
        """The variable that was the first name of an array in the rounds at hand; None where it is not known."""
        if operand not in self._roots:
            self._roots[operand] = self._find_root(operand)
        return self._roots[operand]

    def _find_root(self, operand: Operand) -> Var | None:
        if not isinstance(operand, Var) or operand in self._given:
            return operand if isinstance(operand, Var) else None
        made = self._made.get(operand)
        if isinstance(made, Assign):
            return self._root_of_value(operand, made)
        if isinstance(made, Loop):
            return self._root_of_carried(operand, made)
        if isinstance(made, If):
            merge = next(merge for merge in made.merges if merge.out is operand)
            roots = {self._root(value) for value in merge.values}
            return roots.pop() if len(roots) == 1 else None
        return None

    def _root_of_value(self, var: Var, made: Assign) -> Var | None:
        if not isinstance(var.kind, Array):
            return None
        if made.primitive in IN_PLACE or made.primitive in _SAME or made.extra == "owned":
            return self._root(made.args[0]) if isinstance(made.args[0].kind, Array) else None
        known = table.lookup(made.primitive)
        return var if known is not None and not known.view and made.primitive not in HOLDING else None

    def _root_of_carried(self, var: Var, loop: Loop) -> Var | None:
        carry = next((c for c in loop.carries if var in (c.param, c.result)), None)
        if carry is None:
            return None
        if self._stays(carry):
            return self._root(carry.init)
        return var if loop in self._proven else None

    def _stays(self, carry: Carry) -> bool:
        """Whether what a loop carries is one array in all rounds."""
        out: Operand = carry.out
        while out is not carry.param:
            made = self._made.get(out)
            inner = next((c for c in made.carries if c.result is out), None) if isinstance(made, Loop) else None
            if isinstance(made, Assign) and (made.primitive in IN_PLACE or made.extra == "owned"):
                out = made.args[0]
            elif inner is not None and self._stays(inner):
                out = inner.init
            else:
                return False
        return True


def _bound(s: Statement) -> list[Var]:
    return s.bound() if isinstance(s, Loop) else []
