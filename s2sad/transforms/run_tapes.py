"""The numbers that an inner loop tapes, as one array for each time that it is run.

    e_tape = []                              e_tapes = []
    for t in range(steps):                   for t in range(steps):
        for i in range(1, n):                    e_tape = np.empty(n)
            e_tape.append(e)          ─▶         e_tapes.append(e_tape)
                                                 for i in range(1, n):
                                                     e_tape[i] = e

A number of NumPy's takes 40 bytes on a list and 8 in an array, which is what an adjoint by hand keeps for each element
of an array. How many rounds an inner loop has need be known no sooner than in front of it: loops in a `while`, and
triangles, have arrays that are as long as it takes. For code that Python runs; compiled code has one array for all
rounds of all loops, or arrays that grow.
"""
from __future__ import annotations

from s2sad.ir.kinds import TAPE
from s2sad.ir.nodes import Assign, Block, Const, Effect, For, Operand
from s2sad.ir.rewrite import replace_operands
from s2sad.rules.build import Builder, Context
from s2sad.transforms.counting import place_of, places_between

# A loop that is known to have no more rounds than that keeps a list: an array takes more than its places.
_FEW = 8


def has_many_rounds(loop: For) -> bool:
    """Whether a loop may have more than a few rounds."""
    bounds = [bound.value for bound in loop.args if isinstance(bound, Const)]
    return len(bounds) < 3 or len(range(*bounds)) > _FEW


class RunTape:
    """An array for each time that a loop is run: what makes it, takes it back, and finds a round's place in it.

    ``made`` is what makes the tape that the loop had, which will hold the arrays.
    """

    def __init__(self, context: Context, made: Assign, dtype: str, forward: For) -> None:
        self.context, self.held = context, made.target
        self.name = made.target.name
        made.target.name = f"{self.name}s"
        self.made = Block()
        b = Builder(context, self.made)
        length, self.first = places_between(b, forward.start, forward.end, forward.step)
        self.tape = b.emit("s2sad.tape", length, name=self.name, extra=dtype, kind=TAPE)
        b.effect("s2sad.push", self.held, self.tape)
        self.taken = Block()
        self.again = Builder(context, self.taken, adjoint=True).emit(
            "s2sad.pop", self.held, name=self.name, kind=TAPE)

    def let_push(self, push: Effect, loop: For) -> Block:
        """Let a statement push to the place of its round, and find that."""
        return self._use(push, self.tape, loop)

    def let_pop(self, pop: Assign, loop: For) -> Block:
        """Let a statement read the place of its round, and find that."""
        return self._use(pop, self.again, loop)

    def _use(self, use: Assign | Effect, tape: Operand, loop: For) -> Block:
        steps = Block()
        place = place_of(Builder(self.context, steps, adjoint=use.adjoint or isinstance(use, Assign)), loop, self.first)
        replace_operands(use, [tape, *use.args[1:], place])
        return steps
