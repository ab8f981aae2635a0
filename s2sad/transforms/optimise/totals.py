"""What the rounds of a reverse loop add to one element of an adjoint is added up first, as a number.

    for j in reversed(range(m)):                  x_bar_i = 0.0
        x_bar[i] += t_bar * y[j]          ─▶      for j in reversed(range(m)):
                                                      x_bar_i += t_bar * y[j]
                                                  x_bar[i] += x_bar_i

An element is looked up, read and written once and not once a round, and no round waits for memory. Other elements of
the adjoint may be read and changed in the rounds, if these are surely others. Where neither the element is surely there
nor the loop surely has a round that looks it up, what adds the total asks for a round first.
"""
from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field

from s2sad.analyses.following import are_apart, reads_part
from s2sad.ir.kinds import INT, Array, Scalar
from s2sad.ir.nodes import (
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
    walk,
)
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.lengths import has_a_round, is_place

# What clears or assigns elements of an adjoint, and how many operands it has where it does so through no view.
_CHANGES = {"s2sad.clear": 2, "s2sad.put": 3}


def add_up_first(
    context: Context, function: Function, loops: list[Loop], updates: list[Assign], uses: Counter[Operand],
) -> bool:
    """Add up what goes to one element, in the reverse ``loops`` of a function; whether there was any such thing.

    ``updates`` are those of adjoints, and ``uses`` says how often everything is read."""
    for loop in loops:
        if isinstance(loop, For):
            context.definitions.setdefault(loop.index, loop)
    return bool(loops) and any(map(adds_a_number, updates)) and _block(context, function.body, uses)


def adds_a_number(s: Statement) -> bool:
    """Whether a statement adds to one element of an adjoint."""
    return isinstance(s, Assign) and s.primitive == "s2sad.index_add" and s.extra is None and len(s.args) == 3 and (
        isinstance(s.args[2].kind, Scalar))


@dataclass
class _Chain:
    """What leads from one version of an array to another: additions to places, and the places that else are read,
    cleared or assigned on the way."""

    additions: list[Assign] = field(default_factory=list)
    others: list[Operand] = field(default_factory=list)

    def extend(self, other: _Chain) -> None:
        self.additions += other.additions
        self.others += other.others


def _block(context: Context, block: Block, uses: Counter[Operand]) -> bool:
    after: dict[Statement, list[Statement]] = {}
    changed = False
    for s in block.statements:
        if s.simple:
            continue
        for inner in s.blocks():
            changed |= _block(context, inner, uses)
        if isinstance(s, Loop) and s.of is not None and (added := _Totals(context, s, uses).run()):
            after[s] = added
    if after:
        block.statements = [one for s in block.statements for one in (s, *after.get(s, ()))]
    return changed or bool(after)


def _changes_a_place(s: Assign) -> bool:
    """Whether a statement adds to places of an adjoint, or clears or assigns elements, through no view."""
    return s.primitive == "s2sad.index_add" or _CHANGES.get(s.primitive) == len(s.args)


class _Totals:
    def __init__(self, context: Context, loop: Loop, uses: Counter[Operand]) -> None:
        self.context, self.loop, self.uses = context, loop, uses
        self.made = {var: s for s in loop.body.statements for var in s.defined()}
        # The variables that a round binds, but for those of blocks in it.
        self.inside: set[Operand] = {*self.made, *loop.bound()}

    @functools.cached_property
    def runs(self) -> bool:
        return has_a_round(self.context, self.loop)

    def run(self) -> list[Statement]:
        """Take the additions to one element out of the loop; what adds their totals after it."""
        after = Block()
        additions = [s for s in self.loop.body.statements if isinstance(s, Assign) and s.primitive == "s2sad.index_add"]
        if not any(map(self._is_to_one_element, additions)):
            return after.statements
        changed: list[tuple[Var, Operand]] = []
        asks = False
        for carry in self.loop.carries[:]:
            updates = self._updates(carry) if isinstance(carry.param.kind, Array) else []
            whole = carry.result
            for update in updates:
                asks = asks or not self._is_there(update)
                self._take_out(carry, update, after)
            if updates:
                changed.append((whole, carry.result if carry in self.loop.carries else carry.init))
        return self._if_there_is_a_round(after, changed).statements if asks else after.statements

    @functools.cached_property
    def readers(self) -> dict[Operand, list[Operand]]:
        """Which elements of arrays are read in the loop, by array."""
        found: dict[Operand, list[Operand]] = {}
        for s in walk(self.loop.body):
            if isinstance(s, Assign) and reads_part(s) and isinstance(s.target.kind, Scalar):
                found.setdefault(s.args[0], []).append(s.args[1])
        return found

    def _updates(self, carry: Carry) -> list[Assign]:
        """The additions to one element that stand in every round; none that a round may read or assign otherwise."""
        chain = self._of_round(carry, self.made)
        if chain is None:
            return []
        return [s for s in chain.additions if s.target in self.made and self._is_to_one_element(s)
                and all(are_apart(self.context, s.args[1], other) for other in chain.others)]

    def _of_round(self, carry: Carry, made: dict[Var, Statement]) -> _Chain | None:
        """All that is done to an array in a round, if that is known element by element."""
        found = self._chain(carry.out, carry.param, made)
        return found if found is not None and self._is_read_by_element(carry.param, found) else None

    def _is_read_by_element(self, version: Operand, chain: _Chain) -> bool:
        """Whether all but one of what reads a version of an array reads elements, which are noted."""
        read = self.readers[version] if self.uses[version] > 1 and version in self.readers else []
        chain.others += read
        return self.uses[version] == 1 + len(read)

    def _chain(self, at: Operand, first: Operand, made: dict[Var, Statement]) -> _Chain | None:
        """What leads from one version of an array to another."""
        found = _Chain()
        while at is not first:
            s = made.get(at) if isinstance(at, Var) else None
            if s is None or not self._is_read_by_element(at, found):
                return None
            if isinstance(s, Assign) and s.adjoint and _changes_a_place(s):
                if s.primitive == "s2sad.index_add":
                    found.additions.append(s)
                else:
                    found.others.append(s.args[1])
                at = s.args[0]
                continue
            if isinstance(s, If) and not s.orelse.statements:
                total, before = next(merge.values for merge in s.merges if merge.out is at)
                more = self._chain(total, before, {var: one for one in s.then.statements for var in one.defined()})
                if more is None:
                    return None
                found.extend(more)
                at = before
                continue
            inner = next((one for one in s.carries if one.result is at), None) if isinstance(s, Loop) else None
            if inner is None or not isinstance(s, Loop):
                return None
            more = self._of_round(inner, {var: one for one in s.body.statements for var in one.defined()})
            if more is None:
                return None
            found.extend(more)
            at = inner.init
        return found

    def _is_to_one_element(self, s: Assign) -> bool:
        """Whether every round adds to the same element, and that is there where there is one."""
        places = self._places(s.args[1]) if adds_a_number(s) else None
        if places is None:
            return False
        kind = s.target.kind
        if not isinstance(kind, Array) or kind.dims is None or len(kind.dims) != len(places):
            return False
        if any(place in self.inside or place.kind != INT for place in places):
            return False
        return self._is_there(s) or isinstance(self.loop, For) and isinstance(self.loop.step, Const)

    def _is_there(self, s: Assign) -> bool:
        """Whether an element is there even if there is no round."""
        kind, places = s.target.kind, self._places(s.args[1])
        assert isinstance(kind, Array) and kind.dims is not None and places is not None
        return self.runs or all(is_place(self.context, dim, one) for dim, one in zip(kind.dims, places, strict=True))

    def _places(self, index: Operand) -> list[Operand] | None:
        if index.kind == INT:
            return [index]
        made = self.context.definition(index, "s2sad.tuple")
        return None if made is None else made.args

    def _take_out(self, carry: Carry, update: Assign, after: Block) -> None:
        carry.result.name = carry.result.name or carry.param.name or update.target.name
        total = self._total(carry, update)
        self._leave_out(carry, update)
        whole = carry.result
        if carry.out is carry.param:
            self.loop.carries.remove(carry)
            before: Operand = carry.init
        else:
            carry.result = _version(whole)
            self.context.definitions[carry.result], before = self.loop, carry.result
            self.uses[carry.result] = 1
        last = Block()
        b = Builder(self.context, last, update.origin, adjoint=True)
        places = self._places(update.args[1])
        assert places is not None
        index = places[0] if len(places) == 1 else b.emit("s2sad.tuple", *places)
        added = Assign(whole, "s2sad.index_add", [before, index, total])
        b.append(added)
        self.context.definitions[whole] = added
        self.uses[total] = 1
        after.statements[:0] = last.statements

    def _if_there_is_a_round(self, additions: Block, changed: list[tuple[Var, Operand]]) -> Block:
        """Additions behind a loop, where that has a round; for each array what it is after and before them."""
        block = Block()
        b = Builder(self.context, block, self.loop.origin, adjoint=True)
        assert isinstance(self.loop, For) and isinstance(self.loop.step, Const)
        test = "operator.lt" if self.loop.step.value > 0 else "operator.gt"
        choice = If([b.emit(test, self.loop.start, self.loop.end)], additions, Block())
        for whole, before in changed:
            added = self.context.definitions[whole]
            assert isinstance(added, Assign)
            added.target = _version(whole)
            self.context.definitions[added.target] = added
            self.context.definitions[whole] = choice
            choice.merges.append(Merge(whole, [added.target, before]))
            # The version without a round counts, with the addition, as one use of what was there before.
            self.uses[added.target] = self.uses[before] = 1
        b.append(choice)
        return block

    def _total(self, carry: Carry, update: Assign) -> Var:
        """Carry a number in the place of the element; what it is after the loop."""
        index, value = update.args[1], update.args[2]
        name = f'{carry.result.name or "x_bar"}_{self._spoken(index)}'
        kind = value.kind
        param, out, result = (Var(name, kind) for _ in range(3))
        addition = Assign(out, "operator.add", [param, value], style="augmented", origin=update.origin, adjoint=True)
        self.context.definitions[out] = addition
        self.context.definitions[param] = self.context.definitions[result] = self.loop
        statements = self.loop.body.statements
        statements.insert(statements.index(update), addition)
        self.loop.carries.append(Carry(constant(0.0), param, out, result))
        return result

    def _spoken(self, index: Operand) -> str:
        """Places as parts of a name: `i`, `0`, `i_0`; "here" where one of them has none."""
        parts = [place.name if isinstance(place, Var) else str(place.value) for place in self._places(index) or []]
        return "_".join(parts) if parts and all(part.isidentifier() or part.isdecimal() for part in parts) else "here"

    def _leave_out(self, carry: Carry, update: Assign) -> None:
        """An addition is made no more: what follows on it, and reads others, does so of what it followed on."""
        before, target = update.args[0], update.target
        self.loop.body.statements.remove(update)
        carry.out = before if carry.out is target else carry.out
        substitute_block(self.loop.body, {target: before})
        self._count(target, before)
        if carry.out is carry.param:
            substitute_block(self.loop.body, {carry.param: carry.init})
            self._count(carry.param, carry.init)

    def _count(self, version: Operand, before: Operand) -> None:
        """What read a version of an array reads the one before, which the version itself reads no more."""
        self.uses[before] += self.uses[version] - 1
        if version in self.readers:
            self.readers[before] = [*self.readers.get(before, []), *self.readers[version]]


def _version(whole: Var) -> Var:
    """One more version of an array, to be called as it is."""
    found = Var(whole.name, whole.kind)
    found.hint = whole.hint
    return found
