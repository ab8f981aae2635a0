"""Arrays that a loop makes anew in every round, made once in front of it: for a backend that compiles loops.

    for t in range(n):                                  bend = np.empty(u.shape[0])
        bend = np.empty(u.shape[0])                     for t in range(n):
        for i in range(u.shape[0]):              ─▶         for i in range(u.shape[0]):
            bend[i] = u[i] * k                                  bend[i] = u[i] * k
        total += np.sum(bend)                               total += np.sum(bend)

Of small arrays the allocation takes longer than the arithmetic. The memory has to be the round's own, which nobody
holds any more in the next one: neither what the loop carries nor a list; and as long in every round. Arrays of one
shape that are not asked for at the same time share one memory, as they would if each round gave it back.

    for t in range(n):                                  new = np.empty(u.shape[0])
        new = np.empty(u.shape[0])                      for t in range(n):
        for i in range(u.shape[0]):              ─▶         for i in range(u.shape[0]):
            new[i] = u[i] + u[-i]                               new[i] = u[i] + u[-i]
        u = new                                             u, new = new, u

What a loop carries is written to the memory that a round is the last to ask for, in turns.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from s2sad.ir.copies import version_of
from s2sad.ir.kinds import INT, Array
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Carry,
    For,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    bound_inside,
    walk,
)
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.elements.memory import Memory
from s2sad.transforms.elements.sources import length
from s2sad.transforms.fresh_arrays import FILLED, is_padding, lengths_of
from s2sad.transforms.optimise.dead import remove_dead
from s2sad.transforms.outside import Facts, Outside
from s2sad.transforms.turns import Earlier, Turns, find_turns, start_turns


def reuse_arrays(context: Context, function: Function, letters: list[str]) -> None:
    """Make once before each loop the arrays that its rounds make for themselves alone.

    ``letters`` are names for the indices of loops, one inside of the other.
    """
    if any(isinstance(s, Assign) and lengths_of(context, s) for s in walk(function.body)):
        _Pass(context, function, letters).run()
        remove_dead(function)


@dataclass
class _Made:
    """An array that is made in a loop.

    ``path`` are the branches that it is made in, ``first`` and ``last`` the statements of the loop's body that have to
    do with its memory; arrays of equal ``key`` are of one type and as long.
    """

    statement: Assign
    path: tuple[tuple[If, int], ...]
    first: int
    last: int
    shape: list[Operand]
    key: tuple[object, ...]


class _Pass:
    def __init__(self, context: Context, function: Function, letters: list[str]) -> None:
        self.context, self.function, self.letters = context, function, letters

    def run(self) -> None:
        self.facts = Facts(self.context, self.function)
        self._know_memory()
        self._block(self.function.body, dict.fromkeys(_parameters(self.function)))

    def _know_memory(self) -> None:
        self.memory = Memory(self.function)
        self.sharing: dict[Var, list[Var]] = {}
        for var in _variables(self.function):
            memory = self.memory.of(var)
            if memory is not None:
                self.sharing.setdefault(memory, []).append(var)

    def _block(self, block: Block, known: dict[Var, None]) -> None:
        """Inner loops first: what is taken out of one stands in the loop around it."""
        known = dict(known)
        place = 0
        for s in list(block.statements):
            for inner in s.blocks():
                self._block(inner, known | dict.fromkeys(s.bound()) if isinstance(s, Loop) else known)
            if isinstance(s, Loop) and not (isinstance(s, For) and s.parallel):
                before = self._before(s, known, block.statements[:place])
                block.statements[place:place] = before
                place += len(before)
                if any(isinstance(one, Assign) and one.primitive == "s2sad.copy" for one in before):
                    self._know_memory()  # what the loop carries has memory of its own from here on
            place += 1
            known.update(dict.fromkeys(s.defined()))

    # -- what a loop makes for each round ----------------------------------------------------------

    def _before(self, loop: Loop, known: dict[Var, None], earlier: list[Statement]) -> list[Statement]:
        """Take arrays out of a loop; what is to stand before it is returned."""
        before = Block()
        b = Builder(self.context, before, loop.origin, adjoint=loop.adjoint)
        outside = Outside(self.facts, known)
        for group in _together(self._found(b, loop, outside)):
            self._settle(b, loop, group)
        for turns in find_turns(self.context, self.facts, self.memory, loop, outside):
            memory = self.memory.of(turns.carries[0].param)
            assert memory is not None
            held = any(not isinstance(var.kind, Array) for var in self.sharing[memory])  # by a list, say
            start = Earlier(self.function, self.facts, self.memory, loop, earlier, known)
            if not held and self._have_shapes(turns, outside) and start_turns(b, turns, start):
                self._take_turns(b, loop, turns, outside)
        for s in before.statements:
            self.facts.note(s)
        return before.statements

    def _found(self, b: Builder, loop: Loop, outside: Outside) -> list[_Made]:
        candidates = [one for one in _made_in(loop.body, ()) if lengths_of(self.context, one[0])]
        if not candidates:
            return []
        inside = bound_inside(loop.body)
        spans = self._spans(loop.body)
        found = []
        for s, path in candidates:
            memory = self.memory.of(s.target)
            if memory is None or not inside.issuperset(self.sharing[memory]):
                continue
            lengths = lengths_of(self.context, s)
            shape = [outside.axis(b, *one) if isinstance(one, tuple) else outside.computed(b, one) for one in lengths]
            if all(one is not None for one in shape):
                keys = [outside.axis_key(*one) if isinstance(one, tuple) else outside.key(one) for one in lengths]
                key = (s.target.name, getattr(s.target.kind, "dtype", ""), s.extra, *keys)
                found.append(_Made(s, path, *spans[memory], [one for one in shape if one is not None], key))
        return found

    def _spans(self, body: Block) -> dict[Var, tuple[int, int]]:
        """The first and the last statement of a block that has to do with each memory."""
        spans: dict[Var, tuple[int, int]] = {}
        for number, s in enumerate(body.statements):
            for memory in self._held(s):
                spans[memory] = (spans.get(memory, (number, number))[0], number)
        return spans

    def _held(self, s: Statement) -> set[Var]:
        found = self.memory.touched(s)
        for one in [s, *(inner for block in s.blocks() for inner in walk(block))]:
            found |= {memory for var in one.defined() if (memory := self.memory.of(var)) is not None}
        return found

    # -- one memory for all rounds -----------------------------------------------------------------

    def _have_shapes(self, turns: Turns, outside: Outside) -> bool:
        """Whether the lengths of what is carried can be computed in front of a loop."""
        nowhere = Builder(self.context, Block())
        return all(None not in _shape(nowhere, made.target, outside) for made in turns.given)

    def _take_turns(self, b: Builder, loop: Loop, turns: Turns, outside: Outside) -> None:
        """Write what is carried to the memory that the round before gave up."""
        for made, given_up in turns.given.items():
            start = version_of(made.target)
            lengths = [one for one in _shape(b, made.target, outside) if one is not None]
            place = lengths[0] if len(lengths) == 1 else b.emit("s2sad.tuple", *lengths)
            b.append(Assign(start, "numpy.empty", [place], origin=made.origin, adjoint=made.adjoint))
            carry = Carry(start, version_of(start), given_up, version_of(start))
            self._known_as(made.target, [start, carry.param, carry.result])
            self._thread(loop, _Made(made, (), 0, 0, [], ()), carry.param)
            loop.carries.append(carry)

    def _settle(self, b: Builder, loop: Loop, group: list[_Made]) -> None:
        """Make one array before a loop for several of its body that are not asked for at the same time."""
        made = group[0].statement
        start = version_of(made.target)
        shape = group[0].shape[0] if len(group[0].shape) == 1 else b.emit("s2sad.tuple", *group[0].shape)
        primitive = "numpy.zeros" if is_padding(made) else "numpy.empty"
        b.append(Assign(start, primitive, [shape], extra=made.extra, origin=made.origin, adjoint=made.adjoint))
        carry = Carry(start, version_of(start), start, version_of(start))
        self._known_as(start, [carry.param, carry.result, *(one.statement.target for one in group)])
        now = carry.param
        for one in group:
            now = self._thread(loop, one, now)
        carry.out = now
        loop.carries.append(carry)

    def _thread(self, loop: Loop, made: _Made, now: Var) -> Var:
        """Write an array to memory that is there already; what that is called after all is returned."""
        before: list[Var] = [now for _ in made.path]
        block = made.path[-1][0].blocks()[made.path[-1][1]] if made.path else loop.body
        place = block.statements.index(made.statement)
        filling = Block()
        filled = self._fill(Builder(self.context, filling, made.statement.origin, adjoint=made.statement.adjoint),
                            made.statement, now)
        block.statements[place:place + 1] = filling.statements
        substitute(loop, {made.statement.target: filled})
        now = _latest(block, filled, place + len(filling.statements))
        for (branch, number), outer in zip(reversed(made.path), reversed(before), strict=True):
            now = self._merged(branch, number, now, outer)
        if made.path:
            now = _latest(loop.body, now, loop.body.statements.index(made.path[0][0]) + 1)
        return now

    def _merged(self, branch: If, number: int, inside: Var, outside: Var) -> Var:
        """What is written in one branch, after both."""
        for merge in branch.merges:
            if merge.values[number] is inside and merge.values[1 - number] is outside:
                return merge.out
        out = version_of(inside)
        values: list[Operand] = [outside, outside]
        values[number] = inside
        branch.merges.append(Merge(out, values))
        self._known_as(inside, [out])
        return out

    def _known_as(self, var: Var, others: list[Var]) -> None:
        """Other names of one memory."""
        for other in others:
            one, two = self.memory.of(var), self.memory.of(other)
            assert one is not None and two is not None
            if one is not two:
                self.memory.unite(var, other)
                both = self.sharing.pop(one, [one]) + self.sharing.pop(two, [two])
                root = self.memory.of(var)
                assert root is not None
                self.sharing[root] = both

    def _fill(self, b: Builder, made: Assign, now: Var) -> Var:
        """Write what an array is made of."""
        if made.primitive == "numpy.empty" or is_padding(made):
            return now
        if made.primitive == "numpy.array":
            items = self.context.definition(made.args[0], "s2sad.list")
            assert items is not None
            for place, item in enumerate(items.args):
                now = self._put(b, now, constant(place), item)
            return now
        number: Operand = made.args[1] if made.primitive == "numpy.full" else constant(FILLED[made.primitive])
        return self._loops(b, now, [], number)

    def _loops(self, b: Builder, now: Var, indices: list[Operand], number: Operand) -> Var:
        """Loops that write a number to all elements."""
        rank = len(now.kind.dims) if isinstance(now.kind, Array) and now.kind.dims is not None else 0
        if len(indices) == rank:
            place = indices[0] if rank == 1 else b.emit("s2sad.tuple", *indices)
            return self._put(b, now, place, number)
        index = Var(self.letters[len(indices)], INT)
        rounds: list[Operand] = [constant(0), length(b, now, len(indices), 0), constant(1)]
        loop = For(index, rounds, adjoint=b.adjoint, origin=b.origin)
        carry = Carry(now, version_of(now), now, version_of(now))
        self._known_as(now, [carry.param, carry.result])
        carry.out = self._loops(Builder(b.context, loop.body, b.origin, adjoint=b.adjoint), carry.param,
                                [*indices, index], number)
        loop.carries = [carry]
        b.append(loop)
        return carry.result

    def _put(self, b: Builder, now: Var, place: Operand, value: Operand) -> Var:
        after = version_of(now)
        self._known_as(now, [after])
        b.append(Assign(after, "s2sad.put", [now, place, value], adjoint=b.adjoint, origin=b.origin))
        return after


def _shape(b: Builder, var: Var, outside: Outside) -> list[Operand | None]:
    """How long each axis of an array is, computed in front of a loop; None where that is not known there."""
    dims = var.kind.dims if isinstance(var.kind, Array) else None
    return [None] if dims is None else [outside.axis(b, var, axis) for axis in range(len(dims))]


def _variables(function: Function) -> Iterator[Var]:
    yield from _parameters(function)
    for s in walk(function.body):
        yield from s.defined()
        yield from getattr(s, "bound", list)()


def _parameters(function: Function) -> list[Var]:
    return [*(param.var for param in function.params), *function.captures]


def _made_in(block: Block, path: tuple[tuple[If, int], ...]) -> Iterator[tuple[Assign, tuple[tuple[If, int], ...]]]:
    """What is computed in a block and in the branches of it, with the way there."""
    for s in block.statements:
        if isinstance(s, Assign):
            yield s, path
        elif isinstance(s, If):
            for number, inner in enumerate(s.blocks()):
                yield from _made_in(inner, (*path, (s, number)))


def _together(found: list[_Made]) -> list[list[_Made]]:
    """Arrays that are alike in groups of which no two are asked for at the same time."""
    groups: dict[tuple[object, ...], list[list[_Made]]] = {}
    for one in sorted(found, key=lambda made: made.first):
        of_key = groups.setdefault(one.key, [])
        group = next((g for g in of_key if g[-1].last < one.first), None)
        if group is None:
            of_key.append([one])
        else:
            group.append(one)
    return [group for of_key in groups.values() for group in of_key]


def _latest(block: Block, var: Var, start: int) -> Var:
    """What memory is called at the end of a block, after all updates in place from one of its statements on."""
    for s in block.statements[start:]:
        if isinstance(s, Assign):
            if (s.primitive in IN_PLACE or s.extra == "owned") and s.args[0] is var:
                var = s.target
        elif isinstance(s, Loop):
            var = next((carry.result for carry in s.carries
                        if carry.init is var and _latest(s.body, carry.param, 0) is carry.out), var)
        elif isinstance(s, If):
            ends = [_latest(inner, var, 0) for inner in s.blocks()]
            var = next((merge.out for merge in s.merges if all(map(_is, merge.values, ends))), var)
    return var


def _is(one: object, two: object) -> bool:
    return one is two
