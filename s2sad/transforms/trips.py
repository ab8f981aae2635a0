"""How the loops of a reverse sweep are counted: by an index, by a tape that they drain, or by a count of trips."""
from __future__ import annotations

from collections.abc import Callable, Container, Mapping

from s2sad.ir.kinds import INT
from s2sad.ir.nodes import Again, Block, Carry, Drain, For, Loop, Operand, Var, is_literal, structured
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.counting import index_name
from s2sad.transforms.insertions import heads
from s2sad.transforms.where import Where


class Trips:
    """The rounds of the loops that a reverse sweep reverses."""

    def __init__(self, context: Context, where: Where, reverse: Callable[[], Block]) -> None:
        self.context, self.where, self._reverse = context, where, reverse

    def indices(self) -> dict[Var, Operand]:
        """The index of a counted loop is the index of its reverse."""
        found: dict[Var, Operand] = {}
        for s in structured(self._reverse()):
            if isinstance(s, For) and s.reverse and isinstance(s.of, For):
                found[s.of.index] = s.index if s.of.stop is None else self._index_of_round(s, s.of)
        return found

    def _index_of_round(self, reverse: For, forward: For) -> Operand:
        """The index that a loop had in the round of this number."""
        if is_literal(forward.start, 0) and is_literal(forward.step, 1):
            return reverse.index
        steps = Block()
        builder = Builder(self.context, steps, adjoint=True)
        gone: Operand = reverse.index
        if not is_literal(forward.step, 1):
            gone = builder.emit("operator.mul", gone, forward.step, kind=INT)
        index = builder.emit("operator.add", forward.start, gone, name=forward.index.name, kind=INT)
        reverse.body.statements[:0] = steps.statements
        return index

    def _agains(self) -> list[Again]:
        return [s for s in structured(self._reverse()) if isinstance(s, Again)]

    def count_broken_off(self) -> None:
        """Where tapes are arrays, each round of a loop that may end early has its place in them, by its number."""
        for again in self._agains() if self.context.array_tapes else []:
            if isinstance(again.of, For):
                self._replace(again, self._by_number(again.of))

    def _by_number(self, forward: For) -> For:
        same = is_literal(forward.start, 0) and is_literal(forward.step, 1)
        name = (forward.index.name if same else "") or "k"
        index = Var(index_name(forward) if name == "_" else name, INT)
        return For(index, [constant(0), self._trips(forward), constant(1)], reverse=True, of=forward)

    def number_rounds(self, taped: Container[Var]) -> dict[Var, Operand]:
        """A loop that may end early and whose index would be taped is reversed by the number of the round; what gives
        the index then."""
        loops = [s for s in structured(self._reverse()) if isinstance(s, (Again, For))]
        found = [(s, s.of) for s in loops if isinstance(s.of, For)]
        found = [(reverse, forward) for reverse, forward in found if forward.index in taped]
        indices: dict[Var, Operand] = {}
        for reverse, forward in found:
            numbered = self._by_number(forward)
            self._replace(reverse, numbered)
            indices[forward.index] = self._index_of_round(numbered, forward)
        return indices

    def count_inner_rounds(self) -> None:
        """What an inner loop tapes lies on what it taped before: its rounds are counted."""
        for again in self._agains():
            assert again.of is not None
            if self.where.in_loop(self.where.parent[again.of.body][0]):
                self._count(again, None)

    def count_rest(self, tape_of: Mapping[Block, Var]) -> None:
        """The others drain the first tape that each of their rounds pushes to, or are counted."""
        for again in self._agains():
            assert again.of is not None
            self._count(again, tape_of.get(again.of.body))

    def _count(self, again: Again, tape: Var | None) -> None:
        """Give a reverse loop of unknown trip count something to count by: a tape, if there is one."""
        forward = again.of
        assert forward is not None
        loop: Loop
        if tape is not None:
            loop = Drain([tape], of=forward)
        else:
            loop = For(Var("_", INT), [constant(0), self._trips(forward), constant(1)], of=forward)
        self._replace(again, loop)

    def _replace(self, again: Loop, loop: Loop) -> None:
        loop.carries, loop.body = again.carries, again.body
        loop.origin, loop.adjoint = again.origin, again.adjoint
        block = self.where.parent[again.body][0]
        block.statements[block.statements.index(again)] = loop
        self.where.parent[loop.body] = (block, loop)
        for carry in loop.carries:
            self.context.definitions[carry.result] = loop

    def _trips(self, forward: Loop) -> Var:
        for carry in forward.carries:
            if carry.result.name == "trips":
                return carry.result
        steps = Block()
        builder = Builder(self.context, steps)
        param, result = Var("trips", INT), Var("trips", INT)
        self.where.at(param, forward.body)
        self.where.at(result, self.where.parent[forward.body][0])
        out = builder.emit("operator.add", param, constant(1), name="trips", style="augmented")
        assert isinstance(out, Var)
        self.where.at(out, forward.body)
        # What may end a round stands at its end.
        place = len(forward.body.statements) if forward.stop is None else heads(forward)
        forward.body.statements[place:place] = steps.statements
        forward.carries.append(Carry(constant(0), param, out, result))
        self.context.definitions[result] = forward
        return result
