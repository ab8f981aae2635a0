"""Loops whose iterations run at once: which of them can in a derivative.

    for i in numba.prange(len(x)):             for i in numba.prange(len(x)):
        y[i] = w * x[i]                  ─▶        w_bar += y_bar[i] * x[i]
                                                   x_bar[i] += y_bar[i] * w

A loop of the derivative is parallel if its iterations are independent (`analyses.independence`), and is a loop like any
other if that is not known, with the reason in a comment. Numba itself sums numbers, where it recognises the sum; what
else iterations share makes parts of the range (`transforms.parts`).
"""
from __future__ import annotations

from s2sad.analyses.independence import Independence, Verdict, parallel_loops
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import Array, Kind
from s2sad.ir.nodes import (
    Assign,
    Block,
    Carry,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    inits,
    results,
    structured,
    walk,
)
from s2sad.rules.build import Context
from s2sad.transforms.parts import Parts, note


def refuse_races(context: Context, function: Function) -> None:
    """Refuse a program in which an iteration of a parallel loop reads or writes what another writes."""
    loops = list(parallel_loops(function.body))
    independence = Independence(context, function, as_written=True) if loops else None
    for loop in loops:
        assert independence is not None
        verdict = independence.of(loop)
        if verdict.reason:
            raise UnsupportedError(
                f"the iterations of this `prange` loop depend on each other: {verdict.reason}",
                verdict.origin or loop.origin, "write `range` for a loop whose iterations depend on each other",
            )


def settle_parallel(context: Context, function: Function, handed_over: bool = False) -> list[Statement]:
    """Decide which loops of a derivative are parallel, and give the iterations what they share in parts.

    What that adds to the function's own block in the place of forward loops is returned. ``handed_over`` says that
    tapes go from one function to another.
    """
    if not any(isinstance(s, For) and s.parallel for s in structured(function.body)):
        return []
    settling = _Settling(context, function, handed_over)
    settling.block(function.body)
    return settling.forward


class _Settling:
    def __init__(self, context: Context, function: Function, handed_over: bool) -> None:
        self.context, self.function, self.handed_over = context, function, handed_over
        self.independence = Independence(context, function)
        self.made = {s.target: s for s in function.body.statements if isinstance(s, Assign)}
        # What parts were made of each forward loop.
        self.parts: dict[For, Parts] = {}
        self.forward: list[Statement] = []

    def block(self, block: Block) -> None:
        result: list[Statement] = []
        for s in block.statements:
            if isinstance(s, For) and s.parallel:
                result += self._loop(s)
                continue
            for inner in s.blocks():
                self.block(inner)
            result.append(s)
        block.statements = [s for s in result if not self._is_moved(s)]

    def _is_moved(self, s: Statement) -> bool:
        """Whether this makes a tape that every part makes for itself."""
        return isinstance(s, Assign) and any(s.target in parts.tapes for parts in self.parts.values())

    def _loop(self, loop: For) -> list[Statement]:
        verdict = self.independence.of(loop)
        of = self.parts.get(loop.of) if isinstance(loop.of, For) else None
        if verdict.tapes and not verdict.reason and of is None and not self._can_be_split(loop, verdict):
            verdict.reason = "what is kept for the reverse sweep is kept in order"
        if verdict.near and (verdict.tapes or of is not None):
            neighbours = f"neighbouring iterations add to the same element of {verdict.neighbours}"
            verdict.reason = verdict.reason or neighbours
        if of is not None:
            return self._in_parts(loop, verdict, of)
        if verdict.reason:
            loop.parallel, loop.note = False, note(verdict)
            self.block(loop.body)
            return [loop]
        _serial_inside(loop)
        shares = verdict.near or verdict.tapes or verdict.shared
        if shares or not all(_is_simple(self.independence, loop, carry) for carry in verdict.sums):
            return self._in_parts(loop, verdict, None)
        return [loop]

    def _can_be_split(self, loop: For, verdict: Verdict) -> bool:
        """Whether each part can have tapes of its own: those of a forward loop that no other loop is around."""
        if loop.adjoint or verdict.others or self.independence.places.loops[loop.index] != (loop,):
            return False
        return all(self._has_items(tape) for tape in verdict.tapes)

    def _has_items(self, tape: Var) -> bool:
        """Whether it can be an item of a list of tapes: that needs to know of what type the items are."""
        made = self.made.get(tape)
        if made is None or made.primitive == "s2sad.top":
            return made is not None
        return made.extra is not None or not self.handed_over and isinstance(_item_of(self.function, tape), Array)

    def _in_parts(self, loop: For, verdict: Verdict, of: Parts | None) -> list[Statement]:
        parts = Parts(self.context, loop, verdict, of)
        if of is None and verdict.tapes:
            self.parts[loop] = parts
            for tape in verdict.tapes:
                parts.give_tape(tape, self.made[tape], _item_of(self.function, tape))
        statements = parts.run()
        if verdict.reason:
            self.block(loop.body)
        else:
            _serial_inside(loop)
        if not loop.adjoint:
            self.forward += statements
        return statements


def _item_of(function: Function, tape: Var) -> Kind | None:
    """What is pushed to a tape, if it is always the same."""
    kinds = [s.args[1].kind for s in walk(function.body)
             if isinstance(s, Effect) and s.primitive == "s2sad.push" and s.args[0] is tape]
    return kinds[0] if len(kinds) == 1 else None


def _serial_inside(loop: For) -> None:
    for s in walk(loop.body):
        if isinstance(s, For):
            s.parallel = False


# -- numbers --------------------------------------------------------------------------------------


def _is_simple(independence: Independence, loop: For, carry: Carry) -> bool:
    """Whether Numba recognises a sum: one addition, of what is not passed through the branches of an inner loop."""
    made = independence.places.made.get(carry.out) if isinstance(carry.out, Var) else None
    if made not in loop.body.statements or not isinstance(made, Assign) or made.args[0] is not carry.param:
        return False
    waiting: list[Operand] = [*made.args[1:]]
    seen: set[Var] = set()
    holders: set[type[Statement]] = set()
    while waiting:
        operand = waiting.pop()
        if not isinstance(operand, Var) or operand in seen or loop not in independence.places.loops.get(operand, ()):
            continue
        seen.add(operand)
        source = independence.places.made[operand]
        if source is not loop:
            holders.add(If if isinstance(source, If) else Loop if isinstance(source, Loop) else Assign)
            waiting += [*source.args, *inits(source), *results(source)]
    return not {If, Loop} <= holders
