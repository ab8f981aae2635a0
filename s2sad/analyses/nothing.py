"""What statements come to where some adjoints are zero: nothing, or another version of what is there."""
from __future__ import annotations

from collections.abc import Iterable

from s2sad.analyses.record import is_pure
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.meeting import same_extent
from s2sad.ir.nodes import FIRST, Assign, Block, Carry, Const, For, If, Loop, Merge, Operand, Statement, Var
from s2sad.rules.build import Context, constant

# Zero where any operand is.
_PRODUCTS = {
    "operator.mul", "operator.matmul", "numpy.dot", "numpy.vdot", "numpy.outer", "numpy.einsum", "s2sad.guard",
}
# Zero where the first one is.
_LINEAR = {
    "operator.truediv", "numpy.divide", "operator.neg", "operator.pos", "builtins.float", "s2sad.alias", "s2sad.expand",
    "numpy.sum", "numpy.reshape", "array.reshape", "array.T", "s2sad.copy", "s2sad.getitem", "s2sad.unbroadcast",
}
_SUMS = {"operator.add", "operator.sub"}


def _is_of_one_shape(one: Operand, two: Operand) -> bool:
    if isinstance(one.kind, Array) and isinstance(two.kind, Array):
        dims, others = one.kind.dims, two.kind.dims
        return dims is not None and others is not None and len(dims) == len(others) and all(
            map(same_extent, dims, others))
    return isinstance(one.kind, Scalar) and isinstance(two.kind, Scalar)


def is_zero(operand: Operand) -> bool:
    return isinstance(operand, Const) and type(operand.value) is float and operand.value == 0.0 and not operand.path


class Nothing:
    """Follows what statements do if some values are zero.

    ``zero`` are those that are zero then, ``same`` says of which value another one is no more than another version,
    and ``holds`` of tests how they come out.
    """

    def __init__(
        self, context: Context, zero: Iterable[Operand] = (), holds: dict[Operand, bool] | None = None
    ) -> None:
        self.context, self.zero = context, set(zero)
        self.same: dict[Operand, Operand] = {}
        self.holds = holds or {}

    def copy(self) -> Nothing:
        copied = Nothing(self.context, self.zero, self.holds)
        copied.same = dict(self.same)
        return copied

    def is_zero(self, operand: Operand) -> bool:
        return operand in self.zero or is_zero(operand)

    def root(self, operand: Operand) -> Operand:
        return self.same.get(operand, operand)

    def note(self, var: Var, value: Operand) -> None:
        """A variable is this value."""
        if self.is_zero(value):
            self.zero.add(var)
        else:
            self.same[var] = self.root(value)

    def value(self, var: Var) -> Operand | None:
        """What a variable is, if that is another value that need not be computed."""
        if var in self.zero:
            return constant(0.0) if isinstance(var.kind, Scalar) else None
        return self.same.get(var)

    def statement(self, s: Statement) -> bool:
        """Whether a statement changes nothing; what it binds may be of any value, and is noted where that is known."""
        if isinstance(s, Assign):
            return self._assign(s)
        if isinstance(s, If):
            return self._if(s)
        return isinstance(s, Loop) and self.loop(s)

    def loop(self, loop: Loop) -> bool:
        """Whether a loop leaves everything as it is; what it carries is zero, or what it was."""
        if not isinstance(loop, For) or loop.stop is not None:
            return False
        none = [carry for carry in loop.carries if self.is_zero(carry.init)]
        self.zero.update(carry.param for carry in none)
        if not self._block(loop.body):
            return False
        return all(self._ends(carry, carry in none) for carry in loop.carries)

    def _ends(self, carry: Carry, none: bool) -> bool:
        if none:
            self.zero.add(carry.result)
            return self.is_zero(carry.out)
        self.same[carry.result] = self.root(carry.init)
        return self.root(carry.out) is carry.param

    def _block(self, block: Block) -> bool:
        return all(map(self.statement, block.statements))

    def _if(self, s: If) -> bool:
        held = self.holds.get(s.condition)
        if held is not None:
            taken = 0 if held else 1
            if not self._block(s.blocks()[taken]):
                return False
            for merge in s.merges:
                self.note(merge.out, merge.values[taken])
            return True
        if not all(map(self._block, s.blocks())):
            return False
        for merge in s.merges:
            self._merge(merge)
        return True

    def _merge(self, merge: Merge) -> None:
        roots = {self.root(value) for value in merge.values}
        if all(map(self.is_zero, merge.values)):
            self.zero.add(merge.out)
        elif len(roots) == 1:
            self.same[merge.out] = roots.pop()

    def _assign(self, s: Assign) -> bool:
        if s.adjoint and (s.primitive == "s2sad.index_add" or s.primitive == "s2sad.put" and s.extra == FIRST):
            if self.is_zero(s.args[2]):
                self.same[s.target] = self.root(s.args[0])
                return True
            return False
        if s.primitive == "s2sad.pop":
            return len(s.args) > 1 and not any(self.context.definition(arg, "s2sad.top") for arg in s.args[1:])
        if not is_pure(s.primitive) or s.extra == "owned":
            return False
        self._compute(s)
        return True

    def _compute(self, s: Assign) -> None:
        zeros = [self.is_zero(arg) for arg in s.args]
        if s.primitive == "s2sad.select":
            self._select(s, zeros)
        elif s.primitive in _PRODUCTS and any(zeros) or s.primitive in _LINEAR and zeros[0]:
            self.zero.add(s.target)
        elif s.primitive in _SUMS and any(zeros):
            if all(zeros):
                self.zero.add(s.target)
            elif zeros[1] or s.primitive == "operator.add":
                other = s.args[0 if zeros[1] else 1]
                if _is_of_one_shape(s.target, other):
                    self.same[s.target] = self.root(other)

    def _select(self, s: Assign, zeros: list[bool]) -> None:
        held = self.holds.get(s.args[0])
        if held is not None:
            self.note(s.target, s.args[1 if held else 2])
        elif all(zeros[1:]):
            self.zero.add(s.target)
