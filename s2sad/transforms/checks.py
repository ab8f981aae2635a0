"""Checks of lengths in front of the parallel loops that they stand in.

Numba loses an error that is raised in a parallel loop, and goes on without the rest of it. What is checked in a loop is
the same in all of its iterations, as a rule, and is checked once before it; where it is not, or only in a branch, the
iterations run one after the other.
"""
from __future__ import annotations

from s2sad.ir.kinds import INT, Array
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Const,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    walk,
)
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import index_parts, is_basic

CHECKS = {"s2sad.check_lengths", "s2sad.same_length"}
# What lengths are computed with, and what makes an array of the lengths of another.
_COMPUTED = {
    "builtins.len", "builtins.max", "builtins.min", "builtins.range", "operator.add", "operator.sub", "operator.mul",
    "operator.floordiv",
}
_ALIKE = {"s2sad.zeros_like", "numpy.zeros_like", "numpy.empty_like", "s2sad.copy", "s2sad.alias", "s2sad.touched"}
_LATE = "One iteration after the other: lengths are compared in them, and Numba loses the errors of parallel loops."


def lift_checks(context: Context, function: Function) -> None:
    """Check before each parallel loop what is checked in it."""
    facts = _Facts(context)
    for s in walk(function.body):
        facts.note(s)
    known = {*(param.var for param in function.params), *function.captures}
    _block(facts, function.body, known)


class _Facts:
    """What the variables of a function are made by, and what is pushed to each tape."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.made: dict[Operand, Statement] = {}
        self.pushed: dict[Operand, list[Operand]] = {}

    def note(self, s: Statement) -> None:
        self.made.update(dict.fromkeys(s.defined(), s))
        if isinstance(s, Loop):
            self.made.update(dict.fromkeys(s.bound(), s))
        if isinstance(s, Effect) and s.primitive == "s2sad.push":
            self.pushed.setdefault(s.args[0], []).append(s.args[1])

    def taken(self, tape: Operand) -> Operand | None:
        """What is pushed to a tape, if it is one; the tape of a part is itself taken of a list of tapes."""
        made = self.made.get(tape)
        if isinstance(made, Assign) and made.primitive == "s2sad.pop":
            held = self.taken(made.args[0])
            return None if held is None else self.taken(held)
        found = self.pushed.get(tape, [])
        return found[0] if len(found) == 1 else None


def _block(facts: _Facts, block: Block, known: set[Var]) -> None:
    """Lift the checks of a block, given the variables that can be read in it."""
    known = set(known)
    result: list[Statement] = []
    for s in block.statements:
        if isinstance(s, For) and s.parallel:
            result += _Lift(facts, s, known).run()
        for inner in s.blocks():
            _block(facts, inner, known | set(s.bound()) if isinstance(s, Loop) else known)
        result.append(s)
        known.update(s.defined())
    block.statements = result


class _Lift:
    def __init__(self, facts: _Facts, loop: For, known: set[Var]) -> None:
        self.facts, self.context, self.loop, self.known = facts, facts.context, loop, known

    def run(self) -> list[Statement]:
        """What is to stand before the loop; the loop is no longer parallel if some of its checks have to stay."""
        before = Block()
        b = Builder(self.context, before, adjoint=self.loop.adjoint)
        lifted: dict[tuple[object, ...], Effect] = {}
        for s in self._checks(self.loop.body):
            operands = None if s is None else [self._outside(b, operand) for operand in s.args]
            if s is None or operands is None or any(operand is None for operand in operands):
                self.loop.parallel, self.loop.note = False, _LATE
                return []
            lifted[(s.primitive, *map(self._key, s.args))] = Effect(
                s.primitive, [o for o in operands if o is not None], adjoint=self.loop.adjoint)
        self._drop(self.loop.body)
        return [*before.statements, *lifted.values()]

    def _checks(self, block: Block) -> list[Effect | None]:
        """The checks in a block; None for one that is not always made."""
        found: list[Effect | None] = []
        for s in block.statements:
            if isinstance(s, Effect) and s.primitive in CHECKS:
                found.append(s)
            for inner in s.blocks():
                deeper = self._checks(inner)
                found += [None] * len(deeper) if isinstance(s, If) else deeper
        return found

    def _drop(self, block: Block) -> None:
        block.statements = [s for s in block.statements if not (isinstance(s, Effect) and s.primitive in CHECKS)]
        for s in block.statements:
            for inner in s.blocks():
                self._drop(inner)

    def _key(self, operand: Operand) -> object:
        """Equal for lengths that are computed alike."""
        made = self.facts.made.get(operand) if operand not in self.known else None
        if not isinstance(made, Assign):
            return operand if isinstance(operand, Var) else repr(operand.value)
        axis = self._axis(made)
        if axis is not None:
            return self._length(*axis)
        return made.primitive, *map(self._key, made.args)

    def _outside(self, b: Builder, operand: Operand) -> Operand | None:
        """A length as it is computed without anything of the loop; None if it cannot be."""
        if not isinstance(operand, Var) or operand in self.known:
            return operand
        made = self.facts.made.get(operand)
        if not isinstance(made, Assign):
            return None
        axis = self._axis(made)
        if axis is not None:
            found = self._length(*axis)
            if not isinstance(found, tuple):
                return None if found is None else self._outside(b, found)
            array, number = found
            return b.emit("s2sad.getitem", b.emit("array.shape", array), constant(number), kind=INT)
        if made.primitive not in _COMPUTED or made.keywords:
            return None
        args = [self._outside(b, arg) for arg in made.args]
        if any(arg is None for arg in args):
            return None
        return b.emit(made.primitive, *[arg for arg in args if arg is not None], style=made.style, kind=operand.kind)

    def _axis(self, made: Assign) -> tuple[Operand, int] | None:
        """The array and the axis that a length is asked of, if it is one."""
        if made.primitive == "builtins.len" and isinstance(made.args[0].kind, Array):
            return made.args[0], 0
        if made.primitive != "s2sad.getitem" or not isinstance(made.args[1], Const):
            return None
        shape = self.context.definition(made.args[0], "array.shape")
        return None if shape is None else (shape.args[0], made.args[1].value)

    def _length(self, array: Operand, axis: int) -> tuple[Operand, int] | Operand | None:
        """An axis of an array from before the loop, or a number, that is as long as an axis of an array in the loop."""
        while isinstance(array, Var) and array not in self.known:
            made = self.facts.made.get(array)
            if isinstance(made, Loop):
                array = next((c.init for c in made.carries if array in (c.param, c.result)), constant(None))
                continue
            found = self._made_with(made, axis) if isinstance(made, Assign) else None
            if not isinstance(found, tuple):
                return found
            array, axis = found
        return array, axis

    def _made_with(self, made: Assign, axis: int) -> tuple[Operand, int] | Operand | None:
        """What an axis of a result is as long as: an axis of an operand, or a number."""
        if made.primitive in IN_PLACE or made.primitive in _ALIKE or made.extra == "owned":
            return made.args[0], axis
        if made.primitive in ("numpy.empty", "numpy.zeros"):
            lengths = index_parts(self.context, made.args[0]) or []
            return lengths[axis] if axis < len(lengths) else None
        if made.primitive == "s2sad.pop":
            value = self.facts.taken(made.args[0])
            return None if value is None else (value, axis)
        if made.primitive == "operator.matmul":
            left, right = (len(arg.kind.dims or ()) if isinstance(arg.kind, Array) else 0 for arg in made.args)
            if (left, right) == (1, 2):
                return made.args[1], 1
            return (made.args[axis], axis) if left == 2 else None
        if made.primitive in ("s2sad.getitem", "s2sad.read") and is_basic(self.context, made.args[1]):
            parts = index_parts(self.context, made.args[1]) or []
            return (made.args[0], axis + len(parts)) if all(part.kind == INT for part in parts) else None
        return None
