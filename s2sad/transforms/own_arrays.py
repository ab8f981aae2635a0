"""Arrays that each round of a loop writes before it reads them, made in the round: for a backend that compiles loops.

    row = np.zeros(n)                        for i in range(n):
    for i in range(n):                           row = np.empty(n)
        for j in range(i + 1):                   for j in range(i + 1):
            row[j] = f(x[i], x[j])     ─▶            row[j] = f(x[i], x[j])
        for j in range(i + 1):                   for j in range(i + 1):
            total += row[j]                          total += row[j]

Nothing of it is handed from round to round then, and neither is its adjoint: no round has to put back what the one
before had left in it, and the rounds may be reversed in any order, so that the loop may be its own reverse. (The memory
is made in front of the loop all the same: `buffers`.)

The adjoint begins with zeros in each round. That is no more work than the round does where it writes most of the array,
or where it writes more of it from round to round until that is so.
"""
from __future__ import annotations

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.boxes import Axes, Side
from s2sad.analyses.own_rounds import OwnRound, written_first
from s2sad.analyses.versions import STORES
from s2sad.ir.kinds import Array, Extent
from s2sad.ir.nodes import (
    Assign,
    Block,
    Carry,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
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
    if not aliases.any_changed or not any(
            _may_be_own(carry) for s in structured(function.body) if isinstance(s, Loop) for carry in s.carries):
        return False
    return _Pass(context, function, aliases).run()


def _may_be_own(carry: Carry) -> bool:
    kind = carry.param.kind
    return isinstance(kind, Array) and bool(kind.dims) and carry.param.varied and carry.out is not carry.param


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
                for carry in list(s.carries):
                    if _may_be_own(carry):
                        self._look_at(s, carry, [*around, s])
                    elif carry.out is carry.param and isinstance(carry.param.kind, Array) and self.changed:
                        self._drop(s, carry)

    def _look_at(self, loop: Loop, carry: Carry, around: list[Loop]) -> None:
        made, kind = _made_as(self.context, carry.init), carry.param.kind
        if made is None or not lengths_of(self.context, made) or made.target.kind != kind:
            return
        axes = Axes(self.context, getattr(kind, "dims", ()), self.lengths)
        found = written_first(self.context, loop, carry, axes)
        if found is None or not self._is_most(found, axes, around) or not self._is_unread(loop, carry):
            return
        if self._is_held(loop, carry, made, found):
            return
        self._make(loop, carry, made)
        self.changed = True

    # -- who else has to do with the array ----------------------------------------------------------

    def _is_unread(self, loop: Loop, carry: Carry) -> bool:
        """Whether nobody reads what a loop leaves, by whatever it is handed on to; the loop itself does not."""
        handed: dict[Operand, list[Var]] = {}
        read: set[Operand] = {self.function.result}
        for s in walk(self.function.body):
            read.update(s.args)
            for given, taken in _joined(s, carry):
                for operand in given:
                    handed.setdefault(operand, []).extend(taken)
        waiting: list[Operand] = [carry.result]
        seen = set(waiting)
        while waiting:
            one = waiting.pop()
            if one in read:
                return False
            further = [var for var in handed.get(one, ()) if var not in seen]
            seen.update(further)
            waiting += further
        return True

    def _is_held(self, loop: Loop, carry: Carry, made: Assign, found: OwnRound) -> bool:
        """Whether anything but the names that follow from its updates may refer to the array."""
        called: set[Operand] = {made.target}
        statements = walk(self.function.body)
        known = 0
        while known != len(called):
            known = len(called)
            for s in statements:
                if isinstance(s, Assign) and s.primitive in STORES and s.args[0] in called:
                    called.add(s.target)
                for given, taken in _joined(s):
                    if not called.isdisjoint(given):
                        called.update(taken)
        if any(operand in called and operand not in found.names for s in walk(loop.body) for operand in reads(s)):
            return True
        classes = {self.aliases.class_of(var) for var in (carry.param, made.target)}
        bound = [param.var for param in self.function.params] + self.function.captures
        for s in statements:
            bound += s.defined() + (s.bound() if isinstance(s, Loop) else [])
        return any(var not in called and var not in found.views and isinstance(var.kind, Array)
                   and self.aliases.class_of(var) in classes for var in bound)

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
        substitute_block(self.function.body, {carry.param: new, carry.result: carry.init})
        loop.body.statements[:0] = block.statements

    def _drop(self, loop: Loop, carry: Carry) -> None:
        """An array that no round changes any more is not carried."""
        if not isinstance(carry.init, Var):
            return
        loop.carries.remove(carry)
        substitute_block(self.function.body, {carry.param: carry.init, carry.result: carry.init})


def _joined(s: Statement, apart_from: Carry | None = None) -> list[tuple[list[Operand], list[Var]]]:
    """What control flow hands on, and what that is called then."""
    if isinstance(s, Loop):
        return [([one.init, one.out], [one.param, one.result]) for one in s.carries if one is not apart_from]
    return [(merge.values, [merge.out]) for merge in s.merges] if isinstance(s, (If, With)) else []


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
