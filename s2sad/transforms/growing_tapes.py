"""Arrays that grow: the tapes of a loop of which nothing in front of it tells how many rounds it may have.

    y_tape = np.empty(64)                    one cursor for all tapes of the loop
    top = 0
    while test:
        top += 1
        if top == len(y_tape):
            y_tape = _grown(y_tape)
        y_tape[top] = y

    while top:
        y = y_tape[top]
        top -= 1

Where a round around it comes to its reverse as well, an inner loop that is counted finds its tapes empty, and has a
place for each of its rounds:

    while n >= len(y_tape):
        y_tape = _grown(y_tape)
    for j in range(n):
        y_tape[j] = y

Any other inner loop that is counted has room made for all its rounds in front of it, and no test in them:

    while top + n >= len(y_tape):
        y_tape = _grown(y_tape)

Of several that grow so, those of numbers of one type are columns of one array, `tape[top, 0] = y`: one is tested in
each round, and may become another. The first place stays empty, so that the cursor moves before whatever may end the
round.
"""
from __future__ import annotations

from s2sad.ir.kinds import FIRST_LENGTH, INT
from s2sad.ir.nodes import Assign, Block, Const, Drain, Effect, For, Loop, Operand, Var, is_literal, structured, walk
from s2sad.ir.rewrite import replace_operands
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.insertions import InFront
from s2sad.transforms.tape_axes import Axes, Axis
from s2sad.transforms.tape_uses import Tape


class Growing:
    """Tapes of a loop that become arrays of one length, and the cursor that they share."""

    def __init__(self, context: Context, body: Block, axes: Axes, steps: InFront) -> None:
        self.context, self.axes, self.steps = context, axes, steps
        self.any_parallel = any(isinstance(s, For) and s.parallel for s in structured(body))

    def settle(self, tapes: list[Tape]) -> None:
        """Make arrays of the tapes of one loop."""
        if tapes[0].of_round and _are_counted(tapes) and not self.any_parallel:
            self._fill_from_the_start(tapes)
        else:
            self._let_grow(tapes)

    def _fill_from_the_start(self, tapes: list[Tape]) -> None:
        """Arrays with a place for each round of the loop, the same ones in every round around it."""
        forward = tapes[0].pushes[0].loops[0]
        assert isinstance(forward, For)
        for tape in tapes:
            for use in (tape.pushes[0], tape.pops[0]):
                place = self.axes.places(use, [Axis(constant(0))], use is tape.pops[0])
                replace_operands(use.statement, [*use.statement.args, *place])
        steps = Block()
        b = Builder(self.context, steps)
        b.effect("s2sad.make_room", constant(0), _rounds(b, forward), *(tape.made.target for tape in tapes))
        self.steps.put(forward, steps)

    def _let_grow(self, tapes: list[Tape]) -> None:
        """Arrays of one length, and a cursor that every round moves."""
        name = tapes[0].made.target.name.removesuffix("_tape") + "_" if len(tapes) == 1 else ""
        top = Var(f"{name}top", INT)
        made = Assign(top, "s2sad.top", [])
        self.context.definitions[top] = made
        self.steps.put(tapes[0].made, Block([made]))
        arrays = []
        forward, reverse = tapes[0].pushes[0].loops[-1], tapes[0].pops[0].loops
        for group in [[tape] for tape in tapes] if _has_room(forward) else self._groups(tapes):
            arrays.append(group[0].made.target)
            for number, tape in enumerate(group):
                place = [constant(number)] if len(group) > 1 else []
                for use in (tape.pushes[0], tape.pops[0]):
                    _, *others = use.statement.args
                    replace_operands(use.statement, [arrays[-1], *others, top, *place])
        advance = Effect("s2sad.advance", [top, *arrays])
        if isinstance(forward, For) and _has_room(forward):
            steps = Block()
            b = Builder(self.context, steps)
            b.effect("s2sad.make_room", top, _rounds(b, forward), *arrays)
            self.steps.put(forward, steps)
            advance.args = [top]
        forward.body.statements.insert(self._first(forward.body, tapes), advance)
        reverse[-1].body.statements.append(Effect("s2sad.go_back", [top], adjoint=True))
        if isinstance(reverse[-1], Drain) and any(reverse[-1].tape is tape.made.target for tape in tapes):
            reverse[-1].args = [top]

    def _groups(self, tapes: list[Tape]) -> list[list[Tape]]:
        """The tapes that are columns of one array: what grows in each round of a loop costs it dear, for each array."""
        groups: dict[object, list[Tape]] = {}
        for tape in tapes:
            groups.setdefault(tape.made if self.any_parallel else tape.made.extra, []).append(tape)
        for first, *others in groups.values():
            if others:
                first.made.args = [constant(FIRST_LENGTH), constant(len(others) + 1)]
                first.made.target.name = "tape"
                for tape in others:
                    self.steps.drop(tape.made, first.made)
        return list(groups.values())

    def _first(self, block: Block, tapes: list[Tape]) -> int:
        """The first statement of a block that pushes to one of these, or holds one that does."""
        pushes = {tape.pushes[0].statement for tape in tapes}
        return next(n for n, s in enumerate(block.statements) if pushes.intersection(walk(Block([s]))))


def _has_room(loop: Loop) -> bool:
    """Whether arrays that grow do so in front of a loop, of which is known there how many rounds it has."""
    return isinstance(loop, For) and loop.stop is None and not loop.parallel


def _are_counted(tapes: list[Tape]) -> bool:
    """Whether tapes are of one loop that is counted, and so is its reverse."""
    loops = [tape.pushes[0].loops for tape in tapes] + [tape.pops[0].loops for tape in tapes]
    return all(len(one) == 1 and _has_room(one[0]) for one in loops)


def _rounds(b: Builder, loop: For) -> Operand:
    """How many rounds a loop has, or less than nothing where it has none."""
    bounds = [bound.value for bound in (loop.start, loop.end, loop.step) if isinstance(bound, Const)]
    if len(bounds) == 3:
        return constant(len(range(*bounds)))
    if not is_literal(loop.step, 1):
        return b.emit("builtins.len", b.emit("builtins.range", loop.start, loop.end, loop.step), kind=INT)
    return loop.end if is_literal(loop.start, 0) else b.emit("operator.sub", loop.end, loop.start, kind=INT)
