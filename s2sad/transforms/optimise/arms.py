"""What only one outcome of a test has work for is done where the test has come out that way.

    a_bar = g if a >= b else 0.0            if a >= b:
    b_bar = 0.0 if a >= b else g                x_bar += g * dx
    x_bar += a_bar * dx              ─▶     else:
    y_bar += b_bar * dy                         y_bar += g * dy

So are maxima and minima reversed, conditional expressions, and branches that choose between values. An adjoint that is
zero in one branch of an `if` takes with it, into the other one, all that comes to nothing without it, and what only
that asks for. What a loop comes to that skips rounds by `continue` is one such branch, and nothing behind it:

    if r2 > limit:                          if not r2 > limit:
        r2_bar = 0.0                            r2_bar = e_bar / r2
    else:                          ─▶           d_bar = 2.0 * r2_bar * d
        r2_bar = e_bar / r2                     x_bar[i] += d_bar
    d_bar = 2.0 * r2_bar * d
    x_bar[i] += d_bar
"""
from __future__ import annotations

from collections import Counter

from s2sad.analyses.nothing import is_zero
from s2sad.analyses.record import is_pure
from s2sad.ir.kinds import Scalar
from s2sad.ir.nodes import Assign, Block, Function, If, Loop, Operand, Statement, Var, reverse_loops
from s2sad.rules.build import Context
from s2sad.transforms.optimise.again import simplify_again
from s2sad.transforms.optimise.choice import COMPARISONS, Choice
from s2sad.transforms.optimise.division import Surroundings, asked_in, is_idle, mentioned

# Each test of a block costs a look at all of it.
_MOST_STATEMENTS = 250


def sink_into_arms(context: Context, function: Function) -> bool:
    """Move work of the reverse sweep into the branches that have use for it, and simplify it there; whether there may
    be any."""
    sinking = _Sinking(context, function)
    simplify_again(context, function, sinking.done())
    return sinking.any_choice


class _Sinking:
    def __init__(self, context: Context, function: Function) -> None:
        self.context, self.function = context, function
        self.around = Surroundings(context, function)
        self.any_selection = self.any_choice = False

    def done(self) -> set[Operand]:
        self._block(self.function, self.function.body)
        for loop in reverse_loops(self.function.body):
            self._block(loop, loop.body)
        if self.any_selection:
            _ask_each(self.context, self.function.body)
        return self.around.new

    def _block(self, owner: Statement | Function, block: Block) -> None:
        place = 0
        near: _Neighbourhood | None = None
        while (place := _next_test(block, place)) < len(block.statements):
            s = block.statements[place]
            self.any_choice |= not isinstance(s, Loop)
            if self._is_choice(s) and len(block.statements) <= _MOST_STATEMENTS:
                near = near or _Neighbourhood(block)
                moved = Choice(self.around, owner, block, place).moved() if near.may_have_work(s) else None
                if moved is not None:
                    place, near = min(place, moved), None
                    continue  # another statement stands there now
            if isinstance(s, If):
                for arm in s.blocks():
                    self._block(s, arm)
            place += 1

    def _is_choice(self, s: Statement) -> bool:
        if not isinstance(s, Assign):
            return isinstance(s, If)
        self.any_selection = True
        return not self.context.array_tapes and isinstance(s.target.kind, Scalar) and any(map(is_zero, s.args[1:]))


def _next_test(block: Block, place: int) -> int:
    """Where the next branch, selection or loop of the reverse sweep stands in a block, from a place on; its end, if
    there is none."""
    statements = block.statements
    for number in range(place, len(statements)):
        s = statements[number]
        if s.adjoint and (not s.simple or isinstance(s, Assign) and s.primitive == "s2sad.select"):
            return number
    return len(statements)


class _Neighbourhood:
    """What the adjoint statements of a block define, and how many of them mention each operand: a look at a branch
    tells then whether a look at all of the block may find work for it."""

    def __init__(self, block: Block) -> None:
        found: list[Operand] = []
        self.made: dict[Operand, Assign] = {}
        for s in block.statements:
            if s.adjoint:
                found += {*mentioned(s)}
                if isinstance(s, Assign):
                    self.made[s.target] = s
        self.mentions = Counter(found)

    def may_have_work(self, s: Statement) -> bool:
        """Whether a branch leaves a zero, others ask for its test, or it alone asks for what stands before it."""
        if not isinstance(s, If) or self.mentions[s.condition] > 1:
            return True
        if any(is_idle(s, merge, arm) for merge in s.merges for arm in (0, 1)):
            return True
        outs: set[Operand] = {merge.out for merge in s.merges}
        one, two = (set(asked_in(s, arm, outs)) for arm in (0, 1))
        return any(self.mentions[operand] == 1 and self._may_go_inside(operand, one ^ two) for operand in one | two)

    def _may_go_inside(self, operand: Operand, of_one: set[Operand]) -> bool:
        made = self.made.get(operand)
        if made is None:
            return False
        return made.primitive == "s2sad.clear" or operand in of_one and (
            is_pure(made.primitive) or made.primitive == "s2sad.read")


def _ask_each(context: Context, block: Block) -> None:
    """Let each selection that is left compare for itself: that reads better than a name for a test.

    A test that stands in front of a loop has a name.
    """
    tests: dict[Operand, Assign] = {}  # the comparisons of the block
    asked: set[Operand] = set()  # those that a selection has asked for
    statements: list[Statement] = []
    for s in block.statements:
        if isinstance(s, Assign) and s.primitive in COMPARISONS:
            tests[s.target] = s
        elif isinstance(s, Assign) and s.primitive == "s2sad.select" and s.adjoint and s.args[0] in tests:
            test = tests[s.args[0]]
            if test.target in asked:
                again = Assign(Var("", test.target.kind), test.primitive, test.args, origin=test.origin, adjoint=True)
                context.definitions[again.target] = again
                s.args = [again.target, *s.args[1:]]
                statements.append(again)
            asked.add(test.target)
        for inner in s.blocks():
            _ask_each(context, inner)
        statements.append(s)
    block.statements = statements
