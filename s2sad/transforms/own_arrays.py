"""Arrays that each round of a loop writes before it reads them, made in the round.

    row = np.zeros(n)                        for i in range(n):
    for i in range(n):                           row = np.empty(n)
        for j in range(i + 1):                   for j in range(i + 1):
            row[j] = f(x[i], x[j])     ─▶            row[j] = f(x[i], x[j])
        for j in range(i + 1):                   for j in range(i + 1):
            total += row[j]                          total += row[j]

Nothing of it is handed from round to round then, and neither is its adjoint: no round has to put back what the one
before had left in it, and the rounds may be reversed in any order, so that the loop may be its own reverse. Where
loops are compiled, the memory is made in front of the loop all the same (`buffers`); elsewhere this is done where the
loop has but sums beside.

The adjoint begins with zeros in each round. That is no more work than the round does where it writes most of the array,
or where it writes more of it from round to round until that is so.
"""
from __future__ import annotations

import functools
from collections.abc import Callable, Hashable

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.boxes import Axes, Side
from s2sad.analyses.own_rounds import OwnRound, written_first
from s2sad.analyses.versions import STORES, only_updates
from s2sad.ir.kinds import Array, Extent, Scalar
from s2sad.ir.nodes import (
    Assign,
    Block,
    Carry,
    For,
    Function,
    If,
    Loop,
    Operand,
    Var,
    With,
    reads,
    structured,
    walk,
)
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Builder, Context
from s2sad.rules.lengths import Form, difference, form_of, is_not_negative
from s2sad.transforms.fresh_arrays import lengths_of

# How many places at the ends of an axis may be left out.
_EDGE = 4
_MOST_LOOPS = 4


def make_in_rounds(context: Context, function: Function, aliases: Aliases) -> bool:
    """Make in the rounds of loops what they write before they read it; whether there is anything."""
    loops = [s for s in structured(function.body) if isinstance(s, Loop)] if aliases.any_changed else []
    if not any(any(map(_may_be_own, s.carries)) and (context.array_tapes or _sums(s)) for s in loops):
        return False
    return _Pass(context, function, aliases).run()


def _may_be_own(carry: Carry) -> bool:
    kind = carry.param.kind
    return isinstance(kind, Array) and bool(kind.dims) and carry.param.varied and carry.out is not carry.param


def _sums(loop: Loop) -> list[Carry]:
    """The numbers with a derivative that a loop carries."""
    return [carry for carry in loop.carries if carry.param.varied and isinstance(carry.param.kind, Scalar)]


def _is_sum(loop: Loop, carry: Carry) -> bool:
    """Whether a loop does nothing with what it carries but to add to it, or that carries no derivative."""
    return not carry.param.varied or only_updates(loop.body, carry, {"operator.add", "operator.sub"})


class _Pass:
    def __init__(self, context: Context, function: Function, aliases: Aliases) -> None:
        self.context, self.function, self.aliases = context, function, aliases
        given = [*(param.var for param in function.params), *function.captures]
        self.lengths: set[Extent] = {
            extent for var in given if isinstance(var.kind, Array) for extent in var.kind.dims or ()}
        self.changed = False

    def run(self) -> bool:
        self._block(self.function.body, [])
        return self.changed

    def _block(self, block: Block, around: list[Loop]) -> None:
        """Inner loops first, and of loops in one block the last: what it begins with is not read then."""
        for s in reversed(block.statements):
            for inner in s.blocks():
                self._block(inner, [*around, s] if isinstance(s, Loop) else around)
            if isinstance(s, Loop):
                carries = list(s.carries)
                self._look_at(s, [carry for carry in carries if _may_be_own(carry)], [*around, s])
                for carry in carries:
                    if carry.out is carry.param and isinstance(carry.param.kind, Array) and self.changed:
                        self._drop(s, carry)

    def _look_at(self, loop: Loop, carries: list[Carry], around: list[Loop]) -> None:
        """Make in the rounds what they may make for themselves; where loops are not compiled, all or nothing."""
        compiled = self.context.array_tapes
        if not carries or not compiled and not all(one in carries or _is_sum(loop, one) for one in loop.carries):
            return
        found: list[tuple[Carry, Assign]] = []
        for carry in carries:
            made = self._made_before(loop, carry, around)
            if made is not None and compiled:
                self._make(loop, carry, made)
            elif made is not None:
                found.append((carry, made))
            elif not compiled:
                return
        for carry, made in found:
            self._make(loop, carry, made)

    def _made_before(self, loop: Loop, carry: Carry, around: list[Loop]) -> Assign | None:
        """What makes an array before a loop whose rounds may make it."""
        made, kind = _made_as(self.context, carry.init), carry.param.kind
        if made is None or not lengths_of(self.context, made) or made.target.kind != kind:
            return None
        axes = Axes(self.context, getattr(kind, "dims", ()), self.lengths)
        found = written_first(self.context, loop, carry, axes)
        if found is None or not self._is_most(found, axes, around) or not self._links.end_with(carry):
            return None
        return None if self._is_held(loop, carry, made, found) else made

    # -- who else has to do with the array ----------------------------------------------------------

    @functools.cached_property
    def _links(self) -> _Links:
        return _Links(self.function)

    def _is_held(self, loop: Loop, carry: Carry, made: Assign, found: OwnRound) -> bool:
        """Whether anything but the names that follow from its updates may refer to the array."""
        called = self._links.follow(made.target)
        if any(operand in called and operand not in found.names for s in walk(loop.body) for operand in reads(s)):
            return True
        classes = {self.aliases.class_of(var) for var in (carry.param, made.target)}
        alike = [var for one in classes for var in self._members.get(one, ())]
        return any(var not in called and var not in found.views for var in alike)

    @functools.cached_property
    def _members(self) -> dict[Hashable, list[Var]]:
        """The arrays of the function by the classes of what may be one memory."""
        bound = [param.var for param in self.function.params] + self.function.captures
        for s in walk(self.function.body):
            bound += s.defined() + (s.bound() if isinstance(s, Loop) else [])
        found: dict[Hashable, list[Var]] = {}
        for var in bound:
            if isinstance(var.kind, Array):
                found.setdefault(self.aliases.class_of(var), []).append(var)
        return found

    # -- how much of it a round writes --------------------------------------------------------------

    def _is_most(self, found: OwnRound, axes: Axes, around: list[Loop]) -> bool:
        """Whether the rounds write most of the array, or more and more of it until it is most."""
        return any(all(self._is_nearly_all(side, axis, around) for side, axis in zip(box, axes.all, strict=True))
                   for box in found.written.known)

    def _is_nearly_all(self, side: Side, axis: Side, around: list[Loop]) -> bool:
        begins, ends = self._is_near(side.low, {}), self._is_near(axis.high, side.high)
        return begins and (ends or self._is_near(axis.high, self._at_most(side.high, around, True))) or (
            ends and self._is_near(self._at_most(side.low, around, False), {}))

    def _is_near(self, one: Form, two: Form) -> bool:
        return is_not_negative(self.context, difference({None: _EDGE}, difference(one, two)))

    def _at_most(self, form: Form, around: list[Loop], most: bool) -> Form:
        """A form in the last round of the loops around, or in the first, where it is the greatest or the least."""
        for loop in reversed(around):
            times = form.get(loop.index, 0) if isinstance(loop, For) else 0
            if isinstance(loop, For) and times in (1, -1) :
                first = form_of(self.context, loop.start)
                behind = form_of(self.context, loop.end)
                step = getattr(loop.step, "value", None)
                if first is None or behind is None or step not in (1, -1):
                    break
                bound = difference(behind, {None: step}) if most == (times * step > 0) else first
                rest = {atom: number for atom, number in form.items() if atom is not loop.index}
                form = difference(rest, {atom: -times * number for atom, number in bound.items()})
        return form

    # -- making it ----------------------------------------------------------------------------------

    def _make(self, loop: Loop, carry: Carry, made: Assign) -> None:
        block = Block()
        b = Builder(self.context, block, made.origin)
        shape = b.emit("array.shape", made.args[0]) if made.primitive.endswith("_like") else made.args[0]
        new = b.emit("numpy.empty", shape, name=made.target.name or carry.param.name, kind=made.target.kind)
        assert isinstance(new, Var)
        loop.carries.remove(carry)
        self._links.drop(carry, [carry.result])
        substitute_block(self.function.body, {carry.param: new, carry.result: carry.init})
        loop.body.statements[:0] = block.statements
        self.changed = True

    def _drop(self, loop: Loop, carry: Carry) -> None:
        """An array that no round changes any more is not carried."""
        if not isinstance(carry.init, Var):
            return
        loop.carries.remove(carry)
        self._links.drop(carry, [carry.param, carry.result])
        substitute_block(self.function.body, {carry.param: carry.init, carry.result: carry.init})


class _Links:
    """What arrays are called once updates and control flow have handed them on, and what is read but for that."""

    def __init__(self, function: Function) -> None:
        self.read: set[Operand] = {function.result}
        self.updated: dict[Operand, list[Var]] = {}
        # By what is handed on: to what, and as which of the carries.
        self.handed: dict[Operand, dict[Var, Carry | None]] = {}
        for s in walk(function.body):
            self.read.update(s.args)
            if isinstance(s, Assign) and s.primitive in STORES:
                self.updated.setdefault(s.args[0], []).append(s.target)
            elif isinstance(s, Loop):
                for carry in s.carries:
                    for operand in (carry.init, carry.out):
                        self.handed.setdefault(operand, {}).update({carry.param: carry, carry.result: carry})
            elif isinstance(s, (If, With)):
                for merge in s.merges:
                    for operand in merge.values:
                        self.handed.setdefault(operand, {})[merge.out] = None

    def follow(self, array: Var) -> set[Operand]:
        """All that an array is called, but for views of it."""
        return self._reach(array, lambda one: [*self.updated.get(one, ()), *self.handed.get(one, ())])

    def end_with(self, carry: Carry) -> bool:
        """Whether nobody reads what a loop leaves, by whatever it is handed on to; the loop itself does not."""
        left = self._reach(carry.result, lambda one: [
            var for var, link in self.handed.get(one, {}).items() if link is not carry])
        return self.read.isdisjoint(left)

    def drop(self, carry: Carry, called_init: list[Var]) -> None:
        """Know that a loop does not carry an array any more: what is called as it began."""
        for operand in (carry.init, carry.out):
            links = self.handed.get(operand, {})
            self.handed[operand] = {var: link for var, link in links.items() if link is not carry}
        for var in called_init:
            self.handed[carry.init].update(self.handed.pop(var, {}))
            if var in self.read:
                self.read.add(carry.init)

    def _reach(self, start: Var, further: Callable[[Operand], list[Var]]) -> set[Operand]:
        found: set[Operand] = {start}
        waiting: list[Operand] = [start]
        while waiting:
            new = [var for var in further(waiting.pop()) if var not in found]
            found.update(new)
            waiting += new
        return found


def _made_as(context: Context, operand: Operand) -> Assign | None:
    """What an array was made by, before all its updates."""
    seen: set[Operand] = set()
    while isinstance(operand, Var) and operand not in seen:
        seen.add(operand)
        made = context.definitions.get(operand)
        if isinstance(made, Assign):
            if made.primitive not in STORES:
                return made
            operand = made.args[0]
        elif isinstance(made, Loop):
            operand = next(one.init for one in made.carries if operand in (one.param, one.result))
        else:
            return None
    return None
