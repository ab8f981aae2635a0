"""Making available in the reverse sweep the primal values that it mentions.

The reverse sweep is written as if every primal variable were at hand. Afterwards this pass looks at what
it mentions. A variable of the function's own block is simply there. One of a branch comes out of the `if`.
One of a loop is taped in the forward loop and popped in the reverse loop, in a branch of it if it is read in
the reverse of that branch alone, or computed again there (`analyses.record` decides). A loop whose trip count is
not known drains a tape, or counts its trips.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from s2sad.analyses import costs
from s2sad.analyses.built import built
from s2sad.analyses.costs import BUILT
from s2sad.analyses.grown import items_of_rounds
from s2sad.analyses.portions import is_portion
from s2sad.analyses.record import Local, Plan, plan, repeatable
from s2sad.analyses.settled import Settled
from s2sad.analyses.versions import Versions
from s2sad.ir.kinds import INT, SMALL, TAPE, Scalar
from s2sad.ir.nodes import (
    BYTES,
    SPARE,
    UNDEFINED,
    Assign,
    Block,
    Carry,
    Effect,
    Function,
    Loop,
    Operand,
    Statement,
    Var,
    While,
    With,
    walk,
)
from s2sad.ir.rewrite import substitute_block
from s2sad.ir.spoken import spoken
from s2sad.rules.build import Context
from s2sad.transforms.counting import index_name
from s2sad.transforms.exports import export_mentions
from s2sad.transforms.facts import Facts
from s2sad.transforms.insertions import Insertions, mentioned
from s2sad.transforms.left import Left
from s2sad.transforms.prefixes import Prefixes
from s2sad.transforms.put_back import PutBack, Undone, computed_of, find_keepable, find_put_back
from s2sad.transforms.shapes import find_shapes
from s2sad.transforms.tape_branches import branches_of
from s2sad.transforms.trips import Trips
from s2sad.transforms.unread import always_bound, unread
from s2sad.transforms.where import Where
from s2sad.transforms.zero_lists import count_items

# How deep in branches a block may stand to be run half as often as what is around it.
_BRANCHES = 6
# What costs this to compute again is rather carried through the reverse loop, where it can be.
_DEAR = 30

# What gives a variable, where it is had again by that.
Definition = Callable[[Var], Statement | None]


class Recorder:
    """One run over a function whose body is a forward sweep followed by a reverse sweep."""

    def __init__(
        self,
        context: Context,
        versions: Versions,
        function: Function,
        twins: dict[Block, Block],
        forward: set[Statement],
        equal: Mapping[Var, Operand],
        undone: Undone,
        again: Mapping[Var, Var],
        brief: bool = False,
    ) -> None:
        """The reverse sweep is what of the function's body is not in ``forward``; ``equal`` gives for what the primal
        computes again the value that has it already; ``undone`` are the updates that the reverse sweep undoes, and
        ``again`` says what it computes again as it is; what is kept is kept for a round of another loop if ``brief``.
        """
        self.context, self.versions, self.function, self.brief = context, versions, function, brief
        self.aliases = versions.aliases
        self.body = function.body
        self.forward = forward
        self.where = where = Where(self.body, twins)
        self.trips = Trips(context, where, self._reverse)
        self.mapping: dict[Var, Operand] = {}
        # The versions of memory that the reverse of a round puts back before anything there wants what comes from them.
        self.undone = undone
        self.put_back = PutBack()
        # Other versions, of which copies may be kept.
        self.keepable: set[Var] = set()
        self.again = again
        # The first tape that is pushed once in each round of a loop.
        self.tape_of: dict[Block, Var] = {}
        self.handed_on: dict[Var, Carry] = {}
        self.taped: set[Operand] = set()
        # What loops leave that the plan came across.
        self.steady: set[Var] = set()
        self.insertions = Insertions(where.parent)
        self.left = Left(context, self.aliases, where)
        self.parameters: set[Operand] = {param.var for param in function.params}
        self.facts = Facts(context, where.home, where.order)
        self._find_handed_on()
        # What has a name is read by it, and an index is written again where it is used.
        self.equal = {var: first for var, first in equal.items() if isinstance(var.kind, Scalar) and var.kind != INT
                      and not var.name and var in self.where.home and first in self.where.home}
        # What is read in the place of others where they are computed again.
        self.same: dict[Var, Operand] = {**self.equal}

    # -- what is wanted of a variable -----------------------------------------------------------

    def _definition(self, var: Var) -> Statement | None:
        made = self.context.definitions.get(var)
        if isinstance(made, Assign) and self.same and not self.same.keys().isdisjoint(made.args):
            args = [self.same.get(arg, arg) if isinstance(arg, Var) else arg for arg in made.args]
            made = Assign(made.target, made.primitive, args, made.keywords, made.style, made.extra, origin=made.origin)
        if isinstance(made, With):
            value = next((merge.values[0] for merge in made.merges if merge.out is var), None)
            return Assign(var, "s2sad.alias", [value]) if isinstance(value, Var) else made
        carry = self.handed_on.get(var)
        if carry is not None and self._from_the_start(made, _DEAR) >= _DEAR:
            return Assign(var, "s2sad.next", [self.same.get(carry.param, carry.param), carry.result])
        return made

    def _from_the_start(self, made: Statement | None, most: int) -> int:
        """What it costs to compute an assignment of a round from what the round began with, as far as it matters."""
        price = costs.again(made, False) if isinstance(made, Assign) else None
        if price is None:
            return most
        assert made is not None
        for operand in made.args:
            if price >= most:
                break
            home = self.where.home.get(operand) if isinstance(operand, Var) else None
            before = self.context.definitions.get(operand) if isinstance(operand, Var) else None
            if home is not None and self.where.in_loop(home) and before is not None and before.simple:
                price += self._from_the_start(before, most - price)
        return price

    def _find_handed_on(self) -> None:
        """What a loop of the function's own block carries on: the next round, reversed before, began with it."""
        for s in self.body.statements:
            if s.simple or not isinstance(s, Loop) or s.body not in self.where.reverse_of or s not in self.forward:
                continue
            for carry in s.carries:
                out = carry.out
                if isinstance(out, Var) and carry.init is not UNDEFINED and self.where.home.get(out) is s.body:
                    if out not in s.bound():
                        self.handed_on.setdefault(out, carry)

    def _loop_of(self, var: Var) -> Block | None:
        """The block of a loop in whose reverse a variable is wanted, if it has not been found already."""
        own = self.where.home.get(var)
        if own is None or own is self.body or own in self.where.primal_of or var in self.mapping:
            return None
        home = own if own in self.where.reverse_of else self.where.reversed_home(var)
        return None if home is None or not self.where.in_loop(home) else home

    def _is_of_loop(self, var: Var) -> bool:
        return self._loop_of(var) is not None

    def _local(self, var: Var) -> Local | None:
        """None for what is at hand: what stands in no loop, is left by one, or has been found already."""
        home = self._loop_of(var)
        if home is None:
            return None
        if self.left.has(var):
            self.steady.add(var)
            return None
        loops, branches = self.where.nesting(home)
        # How often the block is run, roughly.
        weight = int(costs.ROUNDS ** min(loops, 5) << max(0, _BRANCHES - branches))
        return Local(weight, self.where.order[var], loops > 1)

    # -- the pass ------------------------------------------------------------------------------

    def run(self) -> None:
        self._substitute(self.equal)
        self.trips.count_broken_off()
        self.trips.count_inner_rounds()
        self.mapping.update(self.trips.indices())
        find_shapes(self.context, self.function, self.forward, self._is_of_loop, self.where.home)
        self._take_facts()
        reverse = self._reverse()
        count_items(self.context, self._forward(), walk(reverse), lambda var: self._local(var) is not None,
                    self.where.home, self._define_behind)
        forward = self._forward()
        settled = Settled(self.context, self.versions, forward, reverse)
        prefixes = Prefixes(self.context, self.aliases, self.where)

        self.put_back = find_put_back(
            self.context, self.versions, forward, self.undone, self.where.home, self.where.reverse_of)
        self.mapping.update(self.put_back.holders)
        self.same.update(self.put_back.copies)
        self.same.update(self.put_back.parts)
        self._substitute(self.put_back.copies)

        def may_change(operand: Operand) -> bool:
            return self.aliases.may_change(operand) and not (
                operand in self.versions.complete or operand in self.put_back.parts or settled.is_left(operand)
                or self.versions.base(operand) in self.put_back)

        self.keepable = {version for version in find_keepable(self.versions, forward)
                         if version not in self.put_back and self._local(version) is not None}

        def may_change_if_kept(operand: Operand) -> bool:
            return may_change(operand) and self.versions.base(operand) not in self.keepable

        # What an array is before the reverse sweep undoes an update is not built to be undone.
        restores = {s.target for s in walk(reverse) if isinstance(s, Assign)} if self.undone else set()
        undone_first = {update.target for update, (_, holder) in self.undone.items() if holder in restores}

        def built_again(var: Var, may_change: Callable[[Operand], bool]) -> Assign | None:
            return None if var in undone_first else built(self.context, may_change, self.where.home, self.same, var)

        def had_again(var: Var, definition: Definition) -> Assign | None:
            step = settled.read_again(var) or prefixes.cut(var, settled.only_grows) or built_again(var, may_change)
            if step is None and self.keepable:
                step = repeatable(var, definition, may_change_if_kept) or built_again(var, may_change_if_kept)
            return step

        read = self._read(reverse)
        steps = self._plan(forward, read, may_change, had_again)
        if self._drop_spare(steps):
            read = self._read(self._reverse())
            steps = self._plan(forward, read, may_change, had_again)
        if numbered := self.trips.number_rounds({*steps.taped}):
            self.mapping.update(numbered)
            read = self._read(self._reverse())
            steps = self._plan(forward, read, may_change, had_again)
        self._take_left([*read, *(arg for step in steps.recomputed for arg in step.args)])
        branches = branches_of(self.context, self.aliases, self.where, steps, self._reverse())
        self.taped.update(steps.taped)
        for var in steps.taped:
            self._tape(var, branches.get(var))
        for step in steps.recomputed:
            self._again(step)
        self._substitute(self.mapping)
        self.insertions.carry_out()
        self.trips.count_rest(self.tape_of)
        export_mentions(self.context, self.where, self.function, self.forward)

    def _plan(
        self, forward: Block, read: Iterable[Var], may_change: Callable[[Operand], bool],
        had_again: Callable[[Var, Definition], Assign | None],
    ) -> Plan:
        computed = computed_of(self.versions, forward, self.put_back)
        free = {s.target for s in computed} & self._computed_anyhow()
        items = items_of_rounds(self.context, forward, self.versions.complete)
        # Compiled code keeps what takes long.
        compiled = self.context.array_tapes
        dear = {s.target for s in computed if costs.is_dear(s, compiled)} - free if compiled else set()

        def definition(var: Var) -> Statement | None:
            made = self._definition(var)
            if var in items and not self._is_of_what_is_at_hand(made):
                return items[var]
            return None if var in dear else made

        return plan(read, definition, self._local, may_change, self.context.array_tapes,
                    lambda var: had_again(var, definition), self.facts.tests, self.brief, free, self.keepable)

    def _is_of_what_is_at_hand(self, made: Statement | None) -> bool:
        return isinstance(made, Assign) and not any(isinstance(arg, Var) and self._local(arg) for arg in made.args)

    def _drop_spare(self, steps: Plan) -> bool:
        """Put no elements back of memory of which nothing is computed again; whether there were any."""
        spare_of = {block: spare for block in self.where.reverse_of.values() if (spare := _spare(block))}
        if not spare_of:
            return False
        root_of = {version: self.versions.root(version) for version in self.put_back.holders}
        used = {root_of[base] for step in steps.recomputed for arg in step.args
                if (base := self.versions.base(arg)) in root_of}
        memory = {holder: self.versions.root(update.args[0]) for update, (_, holder) in self.undone.items()}
        left: dict[Var, Operand] = {}
        for block, spare in spare_of.items():
            for s in spare:
                s.extra = None
            left.update((s.target, s.args[0]) for s in spare if memory[s.target] not in used)
            block.statements = [s for s in block.statements if not (isinstance(s, Assign) and s.target in left)]
        incomplete = {memory[target] for target in left}
        for version, root in root_of.items():
            if root in incomplete:
                del self.put_back.holders[version], self.mapping[version]
        self._substitute(left)
        return bool(left)

    def _computed_anyhow(self) -> set[Var]:
        """What the reverse sweep computes again as it is: once more is the same (`optimise.common`)."""
        if not self.put_back:
            return set()
        return {self.again[s.target] for s in walk(self._reverse()) if isinstance(s, Assign) and s.target in self.again}

    def _take_left(self, read: list[Operand]) -> None:
        """Let loops leave what is the same in all rounds, if the reverse sweep reads it."""
        for var in dict.fromkeys(read) if self.steady else ():
            if isinstance(var, Var) and var in self.steady and var not in self.mapping:
                self.mapping[var] = self.left.hand_out(var)

    def _read(self, reverse: Block) -> list[Var]:
        """What the reverse sweep reads, but for what its own branches and loops compute."""
        return [var for var in mentioned(reverse) if self.where.home.get(var) not in self.where.primal_of]

    def _forward(self) -> Block:
        return Block([s for s in self.body.statements if s in self.forward])

    def _reverse(self) -> Block:
        return Block([s for s in self.body.statements if s not in self.forward])

    def _substitute(self, mapping: Mapping[Var, Operand]) -> None:
        if mapping:
            substitute_block(self._reverse(), mapping)

    def _take_facts(self) -> None:
        same: dict[Var, Operand] = {}
        for s in self.body.statements:
            if not s.simple and s not in self.forward:
                for block in s.blocks():
                    same = self.facts.take(block, self._is_of_loop, self._is_primal)
        self._substitute(same)

    def _is_primal(self, operand: Operand) -> bool:
        """Whether an operand is known to be a value of the forward sweep, as far as is easily told."""
        if not isinstance(operand, Var) or operand in self.parameters:
            return True
        home = self.where.home.get(operand)
        made = self.context.definitions.get(operand)
        return home in self.where.reverse_of or home is self.body and made in self.forward

    # -- tapes ---------------------------------------------------------------------------------

    def _tape(self, var: Var, branch: Block | None = None) -> None:
        """``branch`` is the reverse of the branch in which alone it is wanted."""
        made = self._definition(var)
        name = var.name or var.hint or (spoken(made.primitive) if isinstance(made, Assign) else "t")
        always_bound(self.context, var)
        self._start_bound(var)
        tape = Var(f"{name}_tape", TAPE)
        primal = self.where.reversed_home(var)
        assert primal is not None
        self._new_tape(tape, var, primal)
        if branch is None:
            self.tape_of.setdefault(primal, tape)
            self._push(var, tape)
        else:
            self.insertions.at_top(self.where.primal_of[branch], [Effect("s2sad.push", [tape, var])])
        popped = Var(name, var.kind)
        pop = Assign(popped, "s2sad.pop", [tape], adjoint=True)
        self.context.definitions[popped] = pop
        self.mapping[var] = popped
        self.insertions.at_top(branch or self.where.reverse_of[primal], [pop])

    def _start_bound(self, var: Var) -> None:
        """A carried variable that may be unbound in the first round is taped as None then."""
        home = self.where.home[var]
        statement = self.where.parent[home][1] if home in self.where.parent else None
        for carry in statement.carries if isinstance(statement, Loop) else []:
            if carry.param is var and carry.init is UNDEFINED:
                carry.init = unread(self.context, var.kind)

    def _new_tape(self, tape: Var, var: Var, primal: Block) -> None:
        """A tape is made before the outermost loop that pushes to it."""
        block = primal
        statement: Statement | None = None
        while block is not self.body:
            block, statement = self.where.parent[block]
        assert statement is not None
        made = Assign(tape, "s2sad.tape", [], extra=BYTES if var.kind == SMALL else None)
        self.context.definitions[tape] = made
        self.where.home[tape] = self.body
        self.insertions.before(statement, self.body, [made])

    def _push(self, var: Var, tape: Var) -> None:
        made = self._definition(var)
        behind = self.facts.behind.get(made) if isinstance(made, Assign) else None
        if behind is not None and made is not None:
            self._insert_behind(behind, [made, Effect("s2sad.push", [tape, var])])
            self.facts.chosen_by(var, self._forward())
        elif not self.versions.is_last(var) or (
                not self.context.array_tapes and is_portion(self.context, var, self.taped)):
            copied = Var("", var.kind)
            copied.hint = f"{var.name}_then" if var.name else ""
            copy = Assign(copied, "s2sad.copy", [var], extra=self.aliases.depth_of_copy(var))
            self.context.definitions[copied] = copy
            self._insert_behind(var, [copy, Effect("s2sad.push", [tape, copied])])
        else:
            self._insert_behind(var, [Effect("s2sad.push", [tape, var])])

    def _insert_behind(self, var: Var, steps: list[Statement]) -> None:
        """Statements as soon as a variable is there."""
        block, made = self.where.home[var], self.context.definitions.get(var)
        holder = self.where.parent[block][1]
        if isinstance(holder, While) and block is holder.test:
            self.insertions.at_top(holder.body, steps)  # the test is evaluated once more than the body
        elif made is None or made is holder:
            self.insertions.at_top(block, steps)
        else:
            self.insertions.behind(made, block, steps)

    def _define_behind(self, var: Var, made: Assign) -> None:
        """An assignment as soon as a variable is there, in the forward sweep."""
        block, before = self.where.home[var], self.context.definitions.get(var)
        self.where.at(made.target, block)
        self.where.order[made.target] = self.where.order[var] + 0.5
        there = before in block.statements if before is not None else False
        place = block.statements.index(before) + 1 if there and before is not None else self.where.top(block)
        block.statements.insert(place, made)

    def _again(self, step: Assign) -> None:
        primal = self.where.reversed_home(step.target)
        assert primal is not None
        args = [*map(self._mapped, step.args)]
        for arg in args:
            if isinstance(arg, Var) and arg.name == "_":
                arg.name = self._name_of_index(primal)
        if step.primitive == "s2sad.alias":
            self.mapping[step.target] = args[0]
            return
        if step.primitive == "s2sad.next":
            self._hand_back(step.target, args[0], args[1], primal)
            return
        if step.primitive == BUILT:
            self._build_again(step, self.where.reverse_of[primal])
            return
        target = Var(step.target.name, step.target.kind)
        target.hint = step.target.hint
        style = "" if step.style == "augmented" else step.style
        made = Assign(target, step.primitive, args, step.keywords, style, step.extra, origin=step.origin)
        made.adjoint = True
        self.context.definitions[target] = made
        self.mapping[step.target] = target
        self.insertions.where_used(self.where.reverse_of[primal], made)

    def _name_of_index(self, primal: Block) -> str:
        """A name for the index of a reverse loop that is read, and is not in the primal."""
        loop = self.where.parent[self.where.reverse_of[primal]][1]
        assert isinstance(loop, Loop)
        return index_name(loop)

    def _mapped(self, operand: Operand) -> Operand:
        if not isinstance(operand, Var):
            return operand
        same = self.same.get(operand, operand)
        if not isinstance(same, Var):
            return same
        return self.mapping.get(same, same)

    def _build_again(self, step: Assign, reverse: Block) -> None:
        """Make an array anew and store in it what was stored before."""
        new: dict[Operand, Operand] = {}
        for part in step.extra:
            target = Var(part.target.name, part.target.kind)
            args = [new.get(arg) or self._mapped(arg) for arg in part.args]
            made = Assign(target, part.primitive, args, part.keywords, "" if part.style == "augmented" else part.style,
                          part.extra, origin=part.origin, adjoint=True)
            self.context.definitions[target] = made
            new[part.target] = target
            if part.target is not step.target:
                self.aliases.hand(part.target, target)
            self.insertions.where_used(reverse, made)
        self.mapping[step.target] = new[step.target]

    def _hand_back(self, var: Var, before: Operand, left: Operand, primal: Block) -> None:
        """Carry through the reverse loop what a round began with, for the round before it, from what the loop left."""
        loop = self.where.parent[self.where.reverse_of[primal]][1]
        assert isinstance(loop, Loop)
        name = var.name or var.hint
        param, result = Var(name, var.kind), Var(name, var.kind)
        loop.carries.append(Carry(left, param, before, result))
        self.context.definitions[param] = self.context.definitions[result] = loop
        self.mapping[var] = param


def _spare(block: Block) -> list[Assign]:
    return [s for s in block.statements if isinstance(s, Assign) and s.extra == SPARE]
