"""What follows a branch that leaves no adjoint has nothing to do there: it goes into the other branch.

    if r2 > limit:                          if not r2 > limit:
        r2_bar = 0.0                            r2_bar = e_bar / r2
    else:                          ─▶           d_bar = 2.0 * r2_bar * d
        r2_bar = e_bar / r2                     x_bar[i] += d_bar
    d_bar = 2.0 * r2_bar * d
    x_bar[i] += d_bar

This is what a loop comes to that skips rounds by `continue`. All that is left of the round must be linear in the
adjoints that are zero; what else it computes for that goes along.
"""
from __future__ import annotations

from s2sad.analyses.record import is_pure
from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import IN_PLACE, Assign, Function, If, Loop, Merge, Operand, Statement, Var, reads, reverse_loops
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import Context, constant

_ZEROS = {"s2sad.zeros_like", "s2sad.zeros_of"}
# Zero where any operand is, and where the first one is.
_PRODUCTS = {
    "operator.mul", "operator.matmul", "numpy.dot", "numpy.vdot", "numpy.outer", "numpy.einsum", "s2sad.guard",
}
_LINEAR = {
    "operator.neg", "operator.truediv", "s2sad.expand", "numpy.sum", "numpy.reshape", "array.reshape", "array.T",
    "s2sad.copy", "s2sad.getitem", "s2sad.unbroadcast",
}


class _Zero:
    """Stands for a value that is zero where the branch is idle; ``_VIEW`` for a view of what may not be."""


_ZERO, _VIEW = _Zero(), _Zero()
_Idle = Operand | _Zero


def skip_idle_rounds(context: Context, function: Function) -> bool:
    """Move what is left of rounds into branches; whether there was any."""
    found = False
    for loop in reverse_loops(function.body):
        found = _skip(context, loop) or found
    return found


def _skip(context: Context, loop: Loop) -> bool:
    for place, s in enumerate(loop.body.statements):
        if isinstance(s, If) and s.merges:
            for idle in (0, 1):
                if _is_idle(s, idle) and _Rest(context, loop, place, s, idle).moved():
                    return True
    return False


def _is_idle(s: If, idle: int) -> bool:
    """Whether a branch makes nothing but zeros, and some."""
    made = s.blocks()[idle].statements
    if not all(isinstance(one, Assign) and one.primitive in _ZEROS for one in made):
        return False
    zeros = {one.target for one in made if isinstance(one, Assign)}
    return any(_is_zero(merge.values[idle], zeros) for merge in s.merges)


def _is_zero(operand: Operand, zeros: set[Var]) -> bool:
    return operand in zeros if isinstance(operand, Var) else operand.value == 0.0 and not operand.path


class _Rest:
    """What is left of a round after an ``if``, and what it comes to where the branch ``idle`` is taken."""

    def __init__(self, context: Context, loop: Loop, place: int, branch: If, idle: int) -> None:
        self.context, self.loop, self.place, self.branch, self.idle = context, loop, place, branch, idle
        zeros = {var for one in branch.blocks()[idle].statements for var in one.defined()}
        self.values: dict[Operand, _Idle] = {}
        for merge in branch.merges:
            value = merge.values[idle]
            self.values[merge.out] = _ZERO if _is_zero(value, zeros) else value
        self.inside: list[Statement] = []
        self.before: list[Statement] = []

    def moved(self) -> bool:
        rest = self.loop.body.statements[self.place + 1 :]
        if not rest or not self._follow(rest) or not self._part(rest):
            return False
        ends = {end for end in reads(self.loop) if end in self.values}
        if any(self._at_end(end) is None for end in ends):
            return False
        self._move(ends)
        return True

    def _follow(self, rest: list[Statement]) -> bool:
        """Find out what becomes of the statements that depend on the branch; whether all come to nothing."""
        for s in rest:
            if not isinstance(s, Assign):
                return False
            if any(arg in self.values for arg in s.args):
                value = self._of(s)
                if value is None:
                    return False
                self.values[s.target] = value
        return any(isinstance(s, Assign) and s.target in self.values for s in rest)

    def _of(self, s: Assign) -> _Idle | None:
        args: list[_Idle] = [self.values.get(arg, arg) for arg in s.args]
        if s.primitive in ("operator.add", "operator.sub"):
            if args[1] is _ZERO:
                return args[0]
            return args[1] if args[0] is _ZERO and s.primitive == "operator.add" else None
        if s.primitive == "s2sad.index_add":
            return args[0] if args[2] is _ZERO else None
        if s.primitive in _PRODUCTS:
            return _ZERO if _ZERO in args else None
        if s.primitive in _LINEAR:
            if args[0] is _ZERO and all(arg not in self.values for arg in s.args[1:]):
                return _ZERO
            return _VIEW if s.primitive == "s2sad.getitem" else None
        return None

    def _part(self, rest: list[Statement]) -> bool:
        """Divide the statements into those that go into the branch and those that stand before it."""
        needed: set[Operand] = set(reads(self.loop))
        for s in reversed(rest):
            assert isinstance(s, Assign)
            idle = s.target in self.values
            if idle or s.target not in needed and is_pure(s.primitive):
                self.inside.append(s)
            elif s.primitive in IN_PLACE - {"s2sad.index_add"} or s.primitive == "s2sad.pop" or not s.adjoint:
                return False
            else:
                self.before.append(s)
                needed.update(s.args)
        return True

    def _at_end(self, end: Operand) -> Operand | None:
        """What the loop hands on where the branch is idle."""
        value = self.values[end]
        if value is _ZERO:
            return constant(0.0) if isinstance(end.kind, Scalar) else None
        return None if isinstance(value, _Zero) else value

    def _move(self, ends: set[Operand]) -> None:
        busy = 1 - self.idle
        mapping = {merge.out: merge.values[busy] for merge in self.branch.merges}
        for s in self.inside:
            substitute(s, mapping)
        self.branch.blocks()[busy].statements += self.inside[::-1]
        self.loop.body.statements[self.place :] = [*self.before[::-1], self.branch]
        after: dict[Operand, Operand] = {}
        for end in ends - set(mapping):
            assert isinstance(end, Var)
            out = Var(end.name, end.kind, end.varied)
            value = self._at_end(end)
            assert value is not None
            self.branch.merges.append(Merge(out, [end, value] if busy == 0 else [value, end]))
            self.context.definitions[out] = self.branch
            after[end] = out
        for carry in self.loop.carries:
            carry.out = after.get(carry.out, carry.out)
