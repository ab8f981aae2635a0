"""Making available in the reverse sweep the primal values that it mentions.

The reverse sweep is written as if every primal variable were at hand. Afterwards this pass looks at what
it mentions. A variable of the function's own block is simply there. One of a branch comes out of the `if`.
One of a loop is taped in the forward loop and popped in the reverse loop, or computed again there
(`analyses.record` decides). A loop whose trip count is not known drains a tape, or counts its trips.
"""
from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.record import plan
from s2sad.ir.kinds import INT, TAPE
from s2sad.ir.nodes import (
    UNDEFINED,
    Again,
    Assign,
    Block,
    Carry,
    Drain,
    Effect,
    For,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    While,
    With,
    inits,
    results,
)
from s2sad.ir.rewrite import substitute
from s2sad.ir.spoken import spoken
from s2sad.rules.build import Builder, Context, constant


@dataclass(frozen=True)
class _Local(Container[Var]):
    """The variables that live in a block, those apart that are at hand."""

    lives_in: Callable[[Var, Block], bool]
    block: Block
    at_hand: frozenset[Var]

    def __contains__(self, var: object) -> bool:
        return isinstance(var, Var) and var not in self.at_hand and self.lives_in(var, self.block)


class Recorder:
    """One run over a function whose body is a forward sweep followed by a reverse sweep."""

    def __init__(
        self,
        context: Context,
        aliases: Aliases,
        function: Function,
        twins: dict[Block, Block],
        forward: set[Statement],
    ) -> None:
        """The reverse sweep is what of the function's body is not in ``forward``."""
        self.context, self.aliases, self.function, self.twins = context, aliases, function, twins
        self.body = function.body
        self.reverse = {s: None for s in self.body.statements if s not in forward}
        self.home: dict[Var, Block] = {}
        self.parent: dict[Block, tuple[Block, Statement]] = {}
        self.tapes: dict[Var, Var] = {}
        self._place(self.body)

    # -- where things are ----------------------------------------------------------------------

    def _place(self, block: Block) -> None:
        for statement in block.statements:
            for var in statement.defined():
                self.home[var] = block
            for inner in statement.blocks():
                self.parent[inner] = (block, statement)
                if isinstance(statement, Loop):
                    for var in statement.bound():
                        self.home[var] = statement.body
                self._place(inner)
            if isinstance(statement, While):
                self.parent[statement.test] = (statement.body, statement)
            if isinstance(statement, With) and statement.target is not None:
                self.home[statement.target] = statement.body

    def _in_loop(self, block: Block) -> bool:
        while block is not self.body:
            block, statement = self.parent[block]
            if isinstance(statement, Loop):
                return True
        return False

    def _definition(self, var: Var) -> Statement | None:
        return self.context.definitions.get(var)

    # -- the pass ------------------------------------------------------------------------------

    def run(self) -> None:
        self._settle_block(self.body)

    def _settle_block(self, block: Block) -> None:
        """Settle the reverse blocks inside a block, innermost first, then the block itself."""
        for statement in list(block.statements):
            for inner in statement.blocks():
                self._settle_block(inner)
            if isinstance(statement, Again):
                self._count(block, statement)
        if block in self.twins:
            self._settle(block, self.twins[block])
        elif block is self.body:
            self._export_mentions()

    def _settle(self, reverse: Block, primal: Block) -> None:
        if primal not in self.parent or not self._in_loop(primal):
            return  # nothing of it is left, or all of it is at hand
        holder = self.parent[reverse][1]
        self._hoist_shapes(reverse, primal)
        mentions = dict.fromkeys([*mentioned(reverse), *taken_out(holder, reverse)])
        needed = [var for var in mentions if self._lives_in(var, primal)]
        if not needed:
            return
        mapping: dict[Var, Operand] = {}
        needed = self._indices(reverse, needed, mapping)
        local = _Local(self._lives_in, primal, frozenset(mapping))
        steps = plan(needed, self._definition, local, self.aliases)
        first: list[Statement] = []
        for var in steps.taped:
            mapping[var] = self._tape(var, primal, first)
        for step in steps.recomputed:
            self._again(step, mapping, first)
        reverse.statements[:0] = first
        for statement in reverse.statements[len(first) :]:
            substitute(statement, mapping)
        take_out(holder, reverse, mapping)

    def _hoist_shapes(self, reverse: Block, primal: Block) -> None:
        """The shape of a value of the primal is found there: it is kept and the value is not."""
        for s in list(reverse.statements):
            if not (isinstance(s, Assign) and s.primitive == "s2sad.shape" and isinstance(s.args[0], Var)):
                continue
            of = s.args[0]
            if not self._lives_in(of, primal):
                continue
            reverse.statements.remove(s)
            block = self.home[of]
            made = next((other for other in block.statements if of in other.defined()), None)
            place = 0 if made is None else block.statements.index(made) + 1
            s.adjoint = False
            s.target.hint = "shape"
            block.statements.insert(place, s)
            self.home[s.target] = block

    def _lives_in(self, var: Var, primal: Block) -> bool:
        """Whether a variable belongs to a primal block, or to a `with` or loop test in it."""
        home = self.home.get(var)
        while home is not None and home is not primal and home is not self.body:
            outer, statement = self.parent[home]
            if not isinstance(statement, With) and not (isinstance(statement, While) and home is statement.test):
                return False
            home = outer
        return home is primal

    def _indices(self, reverse: Block, needed: list[Var], mapping: dict[Var, Operand]) -> list[Var]:
        """The index of a counted loop is the index of its reverse."""
        loop = self._reverse_loop(reverse)
        if isinstance(loop, For) and isinstance(loop.of, For):
            mapping[loop.of.index] = loop.index
            self.home[loop.index] = reverse
            others = [var for var in needed if var is not loop.of.index]
            return others
        return needed

    def _reverse_loop(self, reverse: Block) -> Loop | None:
        statement = self.parent[reverse][1] if reverse in self.parent else None
        return statement if isinstance(statement, Loop) else None

    # -- tapes ---------------------------------------------------------------------------------

    def _tape(self, var: Var, primal: Block, first: list[Statement]) -> Var:
        made = self._definition(var)
        name = var.name or var.hint or (spoken(made.primitive) if isinstance(made, Assign) else "t")
        always_bound(self.context, var)
        self._start_bound(var)
        tape = Var(f"{name}_tape", TAPE)
        self.tapes[var] = tape
        self._new_tape(tape, primal)
        self._push(var, tape, primal)
        popped = Var(name, var.kind)
        pop = Assign(popped, "s2sad.pop", [tape], adjoint=True)
        self.context.definitions[popped] = pop
        first.append(pop)
        return popped

    def _start_bound(self, var: Var) -> None:
        """A carried variable that may be unbound in the first round is taped as None then."""
        home = self.home[var]
        statement = self.parent[home][1] if home in self.parent else None
        for carry in statement.carries if isinstance(statement, Loop) else []:
            if carry.param is var and carry.init is UNDEFINED:
                carry.init = constant(None)

    def _new_tape(self, tape: Var, primal: Block) -> None:
        """A tape is made before the outermost loop that pushes to it."""
        block = primal
        statement: Statement | None = None
        while block is not self.body:
            block, statement = self.parent[block]
        assert statement is not None
        made = Assign(tape, "s2sad.tape", [])
        self.context.definitions[tape] = made
        self.home[tape] = self.body
        place = self.body.statements.index(statement)
        self.body.statements.insert(place, made)

    def _push(self, var: Var, tape: Var, primal: Block) -> None:
        value: Operand = var
        before: list[Statement] = []
        if self.aliases.may_change(var):
            copied = Var("", var.kind)
            copy = Assign(copied, "s2sad.copy", [var])
            self.context.definitions[copied] = copy
            before, value = [copy], copied
        push = Effect("s2sad.push", [tape, value])
        block = self.home[var]
        made = next((s for s in block.statements if var in s.defined()), None)
        place = 0 if made is None else block.statements.index(made) + 1
        if made is None:
            while place < len(block.statements) and self._heads(block, block.statements[place]):
                place += 1
        block.statements[place:place] = [*before, push]

    def _heads(self, block: Block, statement: Statement) -> bool:
        """Whether a statement belongs to the head of a loop: the item of this round, or another push."""
        if _is_push(statement):
            return True
        loop = self.parent[block][1] if block in self.parent else None
        return (
            isinstance(loop, For) and isinstance(statement, Assign) and statement.primitive == "s2sad.getitem"
            and statement.args[1] is loop.index
        )

    def _again(self, step: Assign, mapping: dict[Var, Operand], first: list[Statement]) -> None:
        args = [mapping.get(arg, arg) if isinstance(arg, Var) else arg for arg in step.args]
        target = Var(step.target.name, step.target.kind)
        again = Assign(target, step.primitive, args, step.keywords, step.style, step.extra, origin=step.origin)
        again.adjoint = True
        self.context.definitions[target] = again
        mapping[step.target] = target
        first.append(again)

    # -- trip counts ---------------------------------------------------------------------------

    def _count(self, block: Block, again: Again) -> None:
        """Give a reverse loop of unknown trip count something to count by."""
        forward = again.of
        assert forward is not None
        tape = self._own_tape(again, forward)
        loop: Loop
        if tape is not None:
            loop = Drain(tape, carries=again.carries, body=again.body, of=forward)
        else:
            trips = self._trips(forward)
            loop = For(Var("_", INT), constant(0), trips, constant(1), of=forward)
            loop.carries, loop.body = again.carries, again.body
        loop.origin, loop.adjoint = again.origin, again.adjoint
        block.statements[block.statements.index(again)] = loop
        self.reverse = {loop if s is again else s: None for s in self.reverse}
        for inner in loop.blocks():
            self.parent[inner] = (block, loop)
        for carry in loop.carries:
            self.context.definitions[carry.result] = loop

    def _own_tape(self, again: Again, forward: Loop) -> Var | None:
        """A tape that one run of the loop fills from empty, once an iteration."""
        outer = self.parent[forward.body][0]
        if self._in_loop(outer) or outer is not self.body:
            return None
        for statement in again.body.statements:
            if isinstance(statement, Assign) and statement.primitive == "s2sad.pop":
                tape = statement.args[0]
                pushes = [s for s in forward.body.statements if isinstance(s, Effect) and s.args[:1] == [tape]]
                if pushes and isinstance(tape, Var):
                    return tape
        return None

    def _trips(self, forward: Loop) -> Var:
        for carry in forward.carries:
            if carry.result.name == "trips":
                return carry.result
        builder = Builder(self.context, forward.body)
        param, result = Var("trips", INT), Var("trips", INT)
        self.home[param], self.home[result] = forward.body, self.parent[forward.body][0]
        out = builder.emit("operator.add", param, constant(1), name="trips", style="augmented")
        assert isinstance(out, Var)
        self.home[out] = forward.body
        forward.carries.append(Carry(constant(0), param, out, result))
        self.context.definitions[result] = forward
        return result

    # -- branches of the function's own block --------------------------------------------------

    def _export_mentions(self) -> None:
        """A variable of a branch that the reverse sweep mentions comes out of its `if` or `with`."""
        reverse = Block(list(self.reverse))
        for var in [*mentioned(reverse), self.function.result]:
            home = self.home.get(var) if isinstance(var, Var) else None
            if home is None or home is self.body or self._in_loop(home) or self._is_reverse(home):
                continue
            assert isinstance(var, Var)
            new = self._export(var, home)
            for statement in self.reverse:
                substitute(statement, {var: new})
            if self.function.result is var:
                self.function.result = new

    def _is_reverse(self, block: Block) -> bool:
        while block is not self.body:
            block, statement = self.parent[block]
            if statement in self.reverse:
                return True
        return False

    def _export(self, var: Var, home: Block) -> Var:
        current, block = var, home
        while block is not self.body:
            outer, statement = self.parent[block]
            assert isinstance(statement, (If, With))
            place = statement.blocks().index(block)
            found = next((m.out for m in statement.merges if m.values[place] is current), None)
            if found is None:
                found = Var(var.name, var.kind, var.varied)
                values: list[Operand] = [UNDEFINED for _ in statement.blocks()]
                values[place] = current
                statement.merges.append(Merge(found, values))
                self.context.definitions[found] = statement
                self.home[found] = outer
            current, block = found, outer
        return current


def always_bound(context: Context, var: Operand) -> None:
    """What goes into a tape is bound on every path: None where the reverse sweep does not read it."""
    made = context.definitions.get(var) if isinstance(var, Var) else None
    for merge in made.merges if isinstance(made, If) else []:
        if merge.out is var:
            merge.values = [constant(None) if value is UNDEFINED else value for value in merge.values]
            for value in merge.values:
                always_bound(context, value)
    for carry in made.carries if isinstance(made, Loop) else []:
        if carry.result is var and carry.init is UNDEFINED:
            carry.init = constant(None)


def _is_push(statement: Statement) -> bool:
    return isinstance(statement, Effect) and statement.primitive == "s2sad.push"


def taken_out(holder: Statement, block: Block) -> list[Var]:
    """The variables that a structured statement takes out of one of its blocks."""
    if isinstance(holder, (If, With)):
        place = holder.blocks().index(block)
        values = [merge.values[place] for merge in holder.merges]
    else:
        values = results(holder)
    return [value for value in values if isinstance(value, Var)]


def take_out(holder: Statement, block: Block, mapping: dict[Var, Operand]) -> None:
    """Replace what a structured statement takes out of one of its blocks."""
    def new(operand: Operand) -> Operand:
        return mapping.get(operand, operand) if isinstance(operand, Var) else operand

    if isinstance(holder, (If, With)):
        place = holder.blocks().index(block)
        for merge in holder.merges:
            merge.values[place] = new(merge.values[place])
    elif isinstance(holder, Loop):
        for carry in holder.carries:
            carry.out = new(carry.out)


def _uses_in(block: Block) -> Iterator[Operand]:
    """Every operand read in a block, what its statements take out of their blocks included."""
    for statement in block.statements:
        yield from statement.operands()
        yield from inits(statement)
        for inner in statement.blocks():
            yield from _uses_in(inner)
        yield from results(statement)


def mentioned(block: Block) -> list[Var]:
    """The variables that a block reads and does not define, in the order of their first use."""
    found: dict[Var, None] = {}
    for operand in _uses_in(block):
        if isinstance(operand, Var):
            found[operand] = None
    return list(found)
