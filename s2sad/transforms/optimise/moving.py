"""What a block becomes of which parts go into the arms of a test in it."""
from __future__ import annotations

from collections.abc import Iterator

from s2sad.ir.nodes import Assign, Block, Const, Function, If, Merge, Operand, Statement, Var
from s2sad.ir.rewrite import final, substitute, substitute_block, substitute_results
from s2sad.transforms.optimise.asked import Asked
from s2sad.transforms.optimise.division import Division, mentioned


class Moving:
    """The test with its arms as they become, and what is brought out of them."""

    def __init__(self, division: Division, asked: Asked, owner: Statement | Function) -> None:
        self.division, self.asked, self.owner = division, asked, owner

    def run(self) -> int:
        """Write the block anew; where the test stands then."""
        d = self.division
        tested = self._tested()
        merges: list[Merge] = []
        mapping: dict[Var, Operand] = {}
        for s in [d.chosen, *d.block.statements[d.place + 1 :]]:
            if s in self.asked.dead:
                continue
            if isinstance(s, If) and (s is d.chosen or s in d.parted):
                merges += self._merges_of(s)
            elif s in d.arm:
                merges += self._brought_out(s, mapping)
            elif s in d.known or s is d.chosen:
                merges += self._chosen_values(s)
        tested.merges = merges
        for arm, inner in enumerate(tested.blocks()):
            inner.statements += self._moved_into(arm)
            inner.statements = [*self._sunk_into(arm, tested), *inner.statements]
            self._settle(arm, tested)
        for s in d.behind:
            substitute(s, mapping)
        if isinstance(self.owner, Function):
            self.owner.result = final(self.owner.result, mapping)
        else:
            substitute_results(self.owner, mapping)
        for merge in merges:
            d.context.definitions[merge.out] = tested
            d.around.memory.join([merge.out, *merge.values])
        gone: set[Statement] = {*d.behind, *d.arm, *self.asked.sunk, *d.known, *d.parted, *self.asked.dead,
                                *self.asked.cleared, d.chosen}
        behind = [s for s in d.behind if s not in self.asked.dead]
        before = [s for s in d.block.statements if s not in gone]
        d.block.statements = [*before, tested, *behind]
        return len(before)

    def _sunk_into(self, arm: int, tested: If) -> list[Statement]:
        """What stood in front of an arm; what is cleared in both is another statement in the second."""
        sunk: list[Statement] = []
        for s in self.division.block.statements:
            if self.asked.sunk.get(s) == arm:
                sunk.append(s)
            elif isinstance(s, Assign) and s in self.asked.cleared:
                sunk.append(s if arm == 0 else self._cleared_again(s, tested))
        return sunk

    def _settle(self, arm: int, tested: If) -> None:
        """What asks in an arm for the test itself is answered."""
        inner = tested.blocks()[arm]
        statements: list[Statement] = []
        mapping: dict[Var, Operand] = {}
        for s in inner.statements:
            if isinstance(s, If) and s.condition is self.division.test:
                statements += s.blocks()[arm].statements
                mapping.update((merge.out, merge.values[arm]) for merge in s.merges)
            else:
                statements.append(s)
        inner.statements = statements
        substitute_block(inner, mapping)
        for merge in tested.merges:
            merge.values[arm] = final(merge.values[arm], mapping)

    def _cleared_again(self, s: Assign, tested: If) -> Assign:
        again = Assign(Var(s.target.name, s.target.kind), s.primitive, s.args, origin=s.origin, adjoint=True)
        self.division.context.definitions[again.target] = again
        self.division.around.memory.join([s.target, again.target])
        mapping: dict[Var, Operand] = {s.target: again.target}
        substitute_block(tested.orelse, mapping)
        for merge in tested.merges:
            merge.values[1] = final(merge.values[1], mapping)
        return again

    def _tested(self) -> If:
        if isinstance(self.division.chosen, If):
            return self.division.chosen
        assert isinstance(self.division.chosen, Assign)
        return If([self.division.test], Block(), Block(), origin=self.division.chosen.origin, adjoint=True)

    def _moved_into(self, arm: int) -> list[Statement]:
        d = self.division
        moved: list[Statement] = []
        for s in d.block.statements[d.place + 1 :]:
            if s in d.parted:
                moved += s.blocks()[arm].statements
            elif d.arm.get(s) == arm and s not in self.asked.dead:
                moved.append(s)
        mapping = {
            operand: d.in_its_place(operand, arm) for s in moved for operand in mentioned(s)
            if isinstance(operand, Var) and operand in d.decided and d.made_in.get(operand) != arm
            and operand not in d.along
        }
        for s in moved:
            substitute(s, mapping)
        d.around.new.update(value for value in mapping.values() if isinstance(value, Const))
        return moved

    def _merges_of(self, s: If) -> Iterator[Merge]:
        """What a branch brings out that is asked for."""
        for merge in s.merges:
            if merge.out in self.asked.needed:
                merge.values = [self.division.in_its_place(value, arm) for arm, value in enumerate(merge.values)]
                yield merge

    def _brought_out(self, s: Statement, mapping: dict[Var, Operand]) -> Iterator[Merge]:
        """What an arm makes that is asked for outside of it."""
        for var in s.defined():
            if var in self.asked.needed:
                out = mapping[var] = Var(var.name, var.kind, var.varied, var.location)
                out.hint = var.hint
                other = self.division.in_arms[1 - self.division.arm[s]].value(var)
                assert other is not None
                yield Merge(out, [var, other] if self.division.arm[s] == 0 else [other, var])

    def _chosen_values(self, s: Statement) -> Iterator[Merge]:
        for var in s.defined():
            if var in self.asked.needed:
                values = [self.division.in_arms[arm].value(var) for arm in (0, 1)]
                yield Merge(var, [value for value in values if value is not None])
