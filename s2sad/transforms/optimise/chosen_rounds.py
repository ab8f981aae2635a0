"""What a loop chooses among its rounds has the derivative of the round that it was chosen in.

    best = 1e30                              best = 1e30
    for j in range(n):                       best_j = -1
        d = distance(line, j)                for j in range(n):
        if d < best:                             d = distance(line, j)
            best = d                             if d < best:
                                 ─▶                  best = d
                                                     best_j = j
                                             if best_j >= 0:
                                                 best = distance(line, best_j)

No derivative passes through the loop then: nothing of it is kept for the reverse sweep but the number of the round,
and the reverse sweep has no loop. This is done where what is chosen follows from the number of the round, from what
the loop does not change, and from numbers without a derivative, which are kept with it.
"""
from __future__ import annotations

from dataclasses import dataclass

from s2sad.analyses.activity import useful
from s2sad.analyses.aliases import Aliases
from s2sad.analyses.shifts import unfelt
from s2sad.ir.kinds import BOOL, Scalar, is_inexact
from s2sad.ir.nodes import (
    UNDEFINED,
    Assign,
    Block,
    Carry,
    Const,
    For,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    structured,
    walk,
)
from s2sad.ir.rewrite import final, substitute_block
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.optimise.slices import Slice, copy, nothing_of, slice_of

_EXTREMA = {"builtins.max": "operator.gt", "builtins.min": "operator.lt"}
# Statements that are computed again beside a loop that has a reverse for something else.
_FEW = 6


@dataclass
class _Choice:
    """What the rounds of a loop choose: carries, each with the value that it may become, by arm ``arm`` of a test or,
    a single one, by a maximum or minimum."""

    made: If | Assign
    arm: int
    carries: list[Carry]
    values: list[Var]


def choose(context: Context, function: Function, aliases: Aliases) -> bool:
    """Compute again what loops choose, in the round of which it was chosen; whether there was anything."""
    loops = [s for s in structured(function.body) if isinstance(s, For)]
    if not any(_chooses(context, carry) for loop in loops for carry in loop.carries):
        return False
    choosing = _Choosing(context, aliases, useful(function) - unfelt(context, function))
    choosing.block(function.body)
    choosing.forget_unfelt(function)
    return bool(choosing.handed)


def _chooses(context: Context, carry: Carry) -> bool:
    """Whether a round leaves what a loop carries as it is, or another value that one test chose."""
    if not carry.param.varied or not isinstance(carry.out, Var) or carry.init is UNDEFINED:
        return False
    if not isinstance(carry.param.kind, Scalar) or not is_inexact(carry.param.kind.dtype):
        return False
    made = context.definitions.get(carry.out)
    if isinstance(made, If):
        return any(merge.out is carry.out and carry.param in merge.values for merge in made.merges)
    return isinstance(made, Assign) and made.primitive in _EXTREMA and len(made.args) == 2 and (
        carry.param in made.args and not made.keywords)


class _Choosing:
    def __init__(self, context: Context, aliases: Aliases, felt: set[Var]) -> None:
        self.context, self.aliases, self.felt = context, aliases, felt
        # What is computed again, with the branch that does so and what the loop left.
        self.handed: dict[Var, tuple[If, Var]] = {}

    def block(self, block: Block) -> None:
        kept: list[Statement] = []
        for s in block.statements:
            for inner in s.blocks():
                self.block(inner)
            kept.append(s)
            if isinstance(s, For) and not s.parallel:
                kept += self._loop(s)
        block.statements = kept

    def _loop(self, loop: For) -> list[Statement]:
        """What stands behind a loop for what it chooses."""
        behind: list[Statement] = []
        for choice in self._choices(loop):
            blocks = [loop.body, *choice.made.blocks()[choice.arm :][:1]]
            cut = slice_of(self.context, self.aliases, loop, blocks, choice.values)
            if cut is not None and self._pays(loop, choice, cut):
                behind += self._rewrite(loop, choice, cut)
        return behind

    def _choices(self, loop: For) -> list[_Choice]:
        found: dict[tuple[Statement, int], _Choice] = {}
        for carry in loop.carries:
            if carry.result not in self.felt or not _chooses(self.context, carry) or self._is_felt_inside(loop, carry):
                continue
            made = self.context.definitions[carry.out]  # type: ignore[index]
            assert isinstance(made, (If, Assign))
            values = made.args[::-1] if isinstance(made, Assign) else next(
                merge.values for merge in made.merges if merge.out is carry.out)
            arm = 1 - values.index(carry.param)
            value = values[arm]
            if made in loop.body.statements and isinstance(value, Var) and value is not carry.param:
                choice = found.setdefault((made, arm), _Choice(made, arm, [], []))
                choice.carries.append(carry)
                choice.values.append(value)
        return [choice for choice in found.values() if self._is_all(choice)]

    def _is_all(self, choice: _Choice) -> bool:
        """Whether no derivative passes through the test for anything else."""
        outs = {carry.out for carry in choice.carries}
        return isinstance(choice.made, Assign) or all(
            merge.out in outs for merge in choice.made.merges if merge.out in self.felt)

    def _is_felt_inside(self, loop: For, carry: Carry) -> bool:
        """Whether a derivative passes through what is chosen so far to anything but what is chosen in the end."""
        chosen: set[Operand] = {carry.param, carry.out}
        for s in walk(loop.body):
            for target, operands in _flows(s):
                if (target is None or target in self.felt and target is not carry.out) and (
                        not chosen.isdisjoint(operands)):
                    return True
        return any(one.result in self.felt for one in loop.carries if one is not carry and one.out in chosen)

    def _pays(self, loop: For, choice: _Choice, cut: Slice) -> bool:
        others = [c for c in loop.carries if c not in choice.carries and c.param in self.felt]
        return not others or len([var for var in cut.needed if var.varied]) <= _FEW

    def _rewrite(self, loop: For, choice: _Choice, cut: Slice) -> list[Statement]:
        """Keep the number of the round that chooses; what computes behind the loop what was chosen."""
        test = choice.made if isinstance(choice.made, If) else self._as_test(loop, choice.made)
        name = choice.carries[0].param.name or "chosen"
        mapping: dict[Var, Operand] = {}
        counted = _least(loop) if loop.index in cut.kept else None
        for var in cut.kept:
            first = nothing_of(var) if counted is None or var is not loop.index else counted - 1
            mapping[var] = self._keep(loop, test, choice.arm, var, first, f"{name}_{var.name or 'number'}")
        block = Block()
        after = Builder(self.context, block, test.origin)
        if counted is None:
            found: Operand = self._keep(loop, test, choice.arm, constant(True), False, f"{name}_found")
        else:
            found = after.emit("operator.ge", mapping[loop.index], constant(counted), kind=BOOL)
        again = Block([s for part in (loop.body, test.blocks()[choice.arm])
                       for s in copy(self.context, part, cut, mapping)])
        branch = If([found], again, Block())
        after.append(branch)
        for carry, value in zip(choice.carries, choice.values, strict=True):
            self._hand_on(loop, carry, branch, final(value, mapping))
        self.felt.update(var for var in mapping.values() if isinstance(var, Var) and var.varied)
        return block.statements

    def _hand_on(self, loop: For, carry: Carry, branch: If, value: Operand) -> None:
        """Let the branch leave what was chosen, with the derivative; what the loop leaves has none."""
        result = carry.result
        begins = carry.init in self.felt
        carry.result = Var(result.name, result.kind, location=result.location)
        self.context.definitions.update({carry.result: loop, result: branch})
        branch.merges.append(Merge(result, [value, carry.init if begins else carry.result]))
        self.felt -= {carry.param, carry.out}
        self.handed[result] = branch, carry.result

    def forget_unfelt(self, function: Function) -> None:
        """What a loop around chooses from in turn has no derivative, and need not be computed again."""
        mapping: dict[Var, Operand] = {}
        for var, (branch, left) in self.handed.items():
            if var not in self.felt:
                branch.merges = [merge for merge in branch.merges if merge.out is not var]
                mapping[var] = left
        substitute_block(function.body, mapping)
        function.result = final(function.result, mapping)

    def _as_test(self, loop: For, made: Assign) -> If:
        """A maximum or minimum of two numbers as a test."""
        first, second = made.args
        block = Block()
        test = Builder(self.context, block, made.origin).emit(_EXTREMA[made.primitive], second, first, kind=BOOL)
        branch = If([test], Block(), Block(), [Merge(made.target, [second, first])], origin=made.origin)
        self.context.definitions[made.target] = branch
        place = loop.body.statements.index(made)
        loop.body.statements[place : place + 1] = [*block.statements, branch]
        return branch

    def _keep(self, loop: For, test: If, arm: int, value: Operand, first: float, name: str) -> Var:
        """Carry a number of the round that chooses; what the loop leaves."""
        param, out, result = (Var(name, value.kind) for _ in range(3))
        values: list[Operand] = [param, param]
        values[arm] = value
        test.merges.append(Merge(out, values))
        self.context.definitions[out] = test
        self.context.definitions[result] = loop
        loop.carries.append(Carry(constant(first), param, out, result))
        return result


def _least(loop: For) -> int | None:
    """The number of the first round, if it is known and the least."""
    start, step = loop.start, loop.step
    if not isinstance(start, Const) or not isinstance(step, Const) or loop.reverse or not step.value > 0:
        return None
    return int(start.value)


def _flows(s: Statement) -> list[tuple[Var | None, list[Operand]]]:
    """What a statement hands to its targets, or to something else (None)."""
    if isinstance(s, Assign):
        return [(s.target, s.args)]
    if isinstance(s, If):
        return [(merge.out, merge.values) for merge in s.merges]
    if isinstance(s, Loop):
        return [(carry.result, [carry.init, carry.out]) for carry in s.carries]
    return [(None, s.args)]
