"""Who owns an adjoint array: updates in place where nobody else holds it, a copy where someone does.

`s2sad.index_add` gives a new adjoint with a contribution added at an index. It is carried out in place, so its operand
must be an array that nothing else refers to and that is not read afterwards. Where that cannot be shown, the
array is copied first. A sum of array adjoints is carried out in place (``extra="owned"``) where it can, and a product
where that saves an array.
"""
from __future__ import annotations

from s2sad.analyses.holders import CONSUMING, Holders, Verdicts
from s2sad.analyses.sharing import gives_own_memory
from s2sad.ir.kinds import Array, List
from s2sad.ir.nodes import (
    Assign,
    Block,
    Carry,
    Function,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    view_place,
)
from s2sad.rules.build import Context

# What is carried out in place where the first operand is owned.
_SUMS = {"operator.add", "operator.sub"}
# The same where it saves an array, and how many of its operands may be that first one.
_SCALINGS = {"operator.mul": 2, "operator.truediv": 1}
_ELEMENTWISE = {*_SUMS, "operator.mul", "operator.truediv", "operator.pow"}
# What is, or may be, carried out in place.
_CONCERNED = CONSUMING | _ELEMENTWISE
# Updates that the user wrote: they are made to the array that they are written for.
_OF_THE_PRIMAL = {"s2sad.store", "s2sad.add_at", "s2sad.append"}


class Ownership:
    def __init__(self, context: Context, function: Function, forward: set[Statement], handed_over: bool) -> None:
        self.context, self.function, self.forward, self.handed_over = context, function, forward, handed_over
        self.holders = Holders(function, handed_over or context.array_tapes)
        self.verdicts = Verdicts(self.holders)
        self.rebased = False

    def run(self) -> None:
        self._block(self.function.body)

    def _block(self, block: Block) -> None:
        before: dict[Statement, list[Statement]] = {}
        for s in block.statements:
            if isinstance(s, Assign):
                if s.primitive in _CONCERNED and (made := self._own(s, block)):
                    before[s] = made
                continue
            if isinstance(s, Loop) and (copies := self._own_starts(s, block)):
                before[s] = copies
            for inner in s.blocks():
                self._block(inner)
        if not before:
            return
        new = [one for made in before.values() for one in made]
        self.holders.places.put(block, [one for s in block.statements for one in (*before.get(s, ()), s)], new)
        self.verdicts.forget([operand for s in new for operand in s.args if isinstance(operand, Var)])

    def _own_starts(self, loop: Loop, block: Block) -> list[Statement]:
        """What a loop updates in each round, and somebody else holds before it, is copied once."""
        copies: list[Statement] = []
        for carry in loop.carries:
            if not isinstance(carry.init, Var) or not isinstance(carry.param.kind, (Array, List)) or not loop.of:
                continue
            if not self._leads_back(carry.out, carry.param) or self.verdicts.good(carry.init):
                continue
            if not self.verdicts.good(carry.out, carry.param):
                continue
            copied = Var(carry.param.name, carry.param.kind)
            copy = Assign(copied, "s2sad.copy", [carry.init], origin=loop.origin, adjoint=True)
            self._made(copy, block)
            self.holders.places.replaced(loop, carry.init, copied)
            self._changed(loop, [one.init for one in loop.carries])
            carry.init = copied
            copies.append(copy)
        return copies

    def _made(self, s: Assign, block: Block) -> None:
        """Know a new statement, which will stand in a block."""
        self.context.definitions[s.target] = self.holders.made[s.target] = s
        self.holders.places.define(s, block)

    def _changed(self, s: Statement, before: list[Operand]) -> None:
        """A statement consumes one of these, which it read, or reads it no more."""
        self.verdicts.forget([*(operand for operand in before if isinstance(operand, Var)), *s.defined()])

    def _leads_back(self, out: Operand, param: Var) -> bool:
        """Whether a value is an array updated in place, from this one on."""
        waiting, seen = [(out, False)], {(out, False)}
        while waiting:
            one, changed = waiting.pop()
            if one is param:
                if changed:
                    return True
                continue
            made = self.holders.made.get(one) if isinstance(one, Var) else None
            if isinstance(made, Assign) and made.primitive in CONSUMING:
                further = [(made.args[0], True)]
            elif isinstance(made, Carry):
                further = [(made.init, changed or self._leads_back(made.out, made.param))]
            elif isinstance(made, Merge):
                further = [(value, False) for value in made.values]
            else:
                continue
            waiting += [state for state in further if state not in seen]
            seen.update(further)
        return False

    def _own(self, s: Assign, block: Block) -> list[Statement]:
        """Carry out a statement in place where that can be; the copies that it needs in front of it for that."""
        if s.primitive in CONSUMING and (s.adjoint or s.primitive not in _OF_THE_PRIMAL):
            held = s.args[0]
            if isinstance(held, Var) and not self.verdicts.owned(held):
                copied = Var(s.target.name, held.kind)
                copy = Assign(copied, "s2sad.copy", [held], origin=s.origin, adjoint=True)
                self._made(copy, block)
                before = s.args
                views = self._rebase(s, held, copied)
                for old, new in zip(before, s.args, strict=True):
                    if old is not new:
                        self.holders.places.replaced(s, old, new)
                self._changed(s, before)
                if s in self.forward:
                    self.forward.update((copy, *views))
                return [copy, *views]
        elif s.adjoint and s.primitive in _SUMS and isinstance(s.target.kind, Array):
            first = s.args[0]
            if isinstance(first, Var) and first.kind == s.target.kind and self.verdicts.owned(first, s) and not (
                    self.handed_over and self._is_of_primal(first)):
                s.extra = "owned"
                self._changed(s, s.args)
        elif _is_value_update(s) and self._is_given_up(s, block):
            s.extra = "owned"
        elif s.adjoint and s.primitive in _SCALINGS:
            self._scale_in_place(s)
        return []

    def _is_given_up(self, s: Assign, block: Block) -> bool:
        """Whether nobody reads what an operation of the primal updated after it, or refers to its memory."""
        first, places = s.args[0], self.holders.places
        made = self.holders.made.get(first) if isinstance(first, Var) and first is not self.function.result else None
        if not isinstance(made, Assign) or places.home(made.target) is not block or not gives_own_memory(made):
            return False
        here = places.inside(s, block)
        for reader in places.readers.get(made.target, ()):
            place = places.inside(reader, block)
            before = place is not None and here is not None and place < here
            if reader is not s and not (before and isinstance(reader, Assign) and gives_own_memory(reader)):
                return False
        return True

    def _scale_in_place(self, s: Assign) -> None:
        """Carry out a product on an adjoint that nobody asks for afterwards: one of the same name, or one that would
        need a name otherwise.

        What is written inside an expression NumPy puts into such memory by itself.
        """
        kind, name = s.target.kind, s.target.name
        if not isinstance(kind, Array) or not kind.dims:
            return
        if not name and (self.context.array_tapes or len({*self._readers(s.target)}) < 2):
            return
        written = s.args
        for held in written[: _SCALINGS[s.primitive]]:
            if not isinstance(held, Var) or held.kind != kind or not held.name or name and held.name != name:
                continue
            made = self.holders.made.get(held)
            if not name and not (isinstance(made, Assign) and made.adjoint):
                continue
            s.args = [held, *(arg for arg in written if arg is not held)]
            if len(s.args) == len(written) and self.verdicts.owned(held, s) and not (
                    self.handed_over and self._is_of_primal(held)):
                s.extra = "owned"
                self._changed(s, [held])
                return
            s.args = written

    def _readers(self, var: Var) -> list[Statement]:
        return self.holders.places.readers.get(var, [])

    def _is_of_primal(self, var: Var) -> bool:
        """Whether the primal computed an array, or one that control flow may choose for it."""
        waiting, seen = [var], {var}
        while waiting:
            one = waiting.pop()
            made = self.holders.places.definition.get(one)
            if made in self.forward or isinstance(made, Assign) and not made.adjoint:
                return True
            further = [o for o in self.holders.sources(one) or [] if isinstance(o, Var) and o not in seen]
            waiting += further
            seen.update(further)
        return False

    def _rebase(self, s: Assign, held: Var, copied: Var) -> list[Statement]:
        """Let an update change the copy, through the same view of it."""
        place = view_place(s)
        view = s.args[place] if place is not None else held
        chain: list[Assign] = []
        while view is not held:
            made = self.holders.made[view]  # type: ignore[index]
            assert isinstance(made, Assign)
            chain.append(made)
            view = made.args[0]
        operand: Operand = copied
        again: list[Statement] = []
        for made in reversed(chain):
            target = Var(made.target.name, made.target.kind)
            args = [operand, *made.args[1:]]
            step = Assign(target, made.primitive, args, made.keywords, made.style, made.extra)
            step.origin, step.adjoint = s.origin, True
            self.context.definitions[target] = self.holders.made[target] = step
            again.append(step)
            operand = target
        self.rebased |= bool(again)
        s.args = [copied, *s.args[1:]]
        if place is not None:
            s.args[place] = operand
        return again


def settle_ownership(
    context: Context, function: Function, forward: set[Statement], handed_over: bool = False,
) -> bool:
    """Settle what is updated in place; whether views of what is copied were left that may be dead.

    ``forward`` are the statements of the forward sweep, to which the copies are added that these need. Where what it
    computes is ``handed_over``, the reverse sweep may be run again, and reads it again.
    """
    if not _is_concerned(function.body):
        return False
    ownership = Ownership(context, function, forward, handed_over)
    ownership.run()
    return ownership.rebased


def _is_concerned(block: Block) -> bool:
    """Whether something in a block is, or may be, carried out in place."""
    return any(_concerns(s) if s.simple else any(map(_is_concerned, s.blocks())) for s in block.statements)


def _concerns(s: Statement) -> bool:
    if not isinstance(s, Assign) or s.primitive not in _CONCERNED:
        return False
    adjoint = s.adjoint and isinstance(s.target.kind, Array) and (s.primitive in _SUMS or s.primitive in _SCALINGS)
    return s.primitive in CONSUMING or adjoint or _is_value_update(s)


def _is_value_update(s: Assign) -> bool:
    """Whether the user wrote an operation of the primal as an update of all of an array."""
    return not s.adjoint and s.style == "augmented" and s.primitive in _ELEMENTWISE and (
        isinstance(s.target.kind, Array) and s.args[0].kind == s.target.kind)
