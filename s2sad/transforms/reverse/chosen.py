"""Where adjoints are zero because a selection did not take the value: outside of one mask.

    square_bar = np.where(near, g, 0.0)          r_bar = np.where(near, g * r, 0.0) + np.where(near, 0.0, g) * slope
    line_bar = np.where(near, 0.0, g)      ─▶
    r_bar = np.where(square_bar != 0.0, square_bar * r, 0.0) + line_bar * slope

A mark is written as the mask itself where that is known, and what was masked before is not masked again inside. The sum
of what was taken inside and outside of a mask has no zeros but by chance: behind it no marks are wanted. Marks that ask
the same adjoint for its zeros, or what is zero with it, ask once.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from s2sad.analyses.ranges import may_be_infinite
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Const, Operand, Statement, Var, reads, walk
from s2sad.rules.build import Builder, Context, constant


@dataclass(frozen=True)
class Mask:
    """An adjoint is zero, but by chance, only where a mask is not ``taken``; or, for an adjoint as the mask, only
    where that is zero."""

    of: Operand
    taken: bool | None


Chosen = dict[Var, "Mask | None"]
_GUARD, _WHERE = "s2sad.guard", "numpy.where"
_SUMS = {"operator.add", "operator.sub"}
_PRODUCTS = {"operator.mul", "numpy.multiply"}
# Zero where the first operand is.
_OF_THE_FIRST = {"operator.neg", "operator.truediv", "numpy.divide"}
_MAXIMUM_DEPTH = 6


def are_complements(one: Mask | None, two: Mask | None) -> bool:
    """Whether one adjoint was taken where a mask is true, and another where it is not."""
    return one is not None and two is not None and one.of is two.of and {one.taken, two.taken} == {True, False}


def chosen_by(s: Assign, chosen: Chosen, is_whole: Callable[[Operand], bool]) -> Mask | None:
    """The mask outside of which what an assignment makes is zero, if there is one; ``is_whole`` says whether an
    operand has no zeros but by chance."""
    args = s.args
    if s.primitive == _WHERE and len(args) == 3:
        for taken, (value, other) in ((True, (args[1], args[2])), (False, (args[2], args[1]))):
            if _is_zero(other) and is_whole(value):
                return Mask(args[0], taken)
        return None
    if s.primitive == _GUARD:
        return mask_of(args[1], chosen) or mask_of(args[0], chosen) or Mask(args[0], None)
    if s.primitive in _SUMS:
        one, two = (mask_of(arg, chosen) for arg in args)
        return one if one == two else None
    if s.primitive in _PRODUCTS:
        zeros = [arg for arg in args if not is_whole(arg)]
        return mask_of(zeros[0], chosen) if len(zeros) == 1 else None
    return mask_of(args[0], chosen) if s.primitive in _OF_THE_FIRST else None


def mask_of(operand: Operand, chosen: Chosen) -> Mask | None:
    return chosen.get(operand) if isinstance(operand, Var) else None


def _is_zero(operand: Operand) -> bool:
    return isinstance(operand, Const) and operand.value == 0.0 and not operand.path


def is_tame(context: Context, guard: Assign) -> bool:
    """Whether a contribution that was marked came out as a product with nothing in it that may be infinite: a sigmoid's
    `g * p * (1.0 - p)`, of an exponential that may."""
    g, contribution = guard.args
    return isinstance(g.kind, Array) and _is_tame(context, contribution, _factors(context, g), _MAXIMUM_DEPTH)


def _is_tame(context: Context, operand: Operand, factors: set[Operand], depth: int) -> bool:
    made = context.definitions.get(operand) if isinstance(operand, Var) else None
    if operand in factors:
        return True
    if not isinstance(made, Assign) or not made.adjoint:
        return not may_be_infinite(context, operand)
    if not depth:
        return False
    if made.primitive == "operator.neg" or made.primitive in _PRODUCTS:
        return all(_is_tame(context, arg, factors, depth - 1) for arg in made.args)
    return made.primitive == "operator.sub" and _is_primal(context, made) and not may_be_infinite(context, operand)


def _is_primal(context: Context, made: Assign) -> bool:
    """Whether an operation of the reverse sweep is one of values of the primal."""
    definitions = [context.definitions.get(arg) for arg in made.args if isinstance(arg, Var)]
    return all(one is None or not one.adjoint for one in definitions)


def _factors(context: Context, g: Operand) -> set[Operand]:
    """An adjoint and its factors: what is zero is so with one of them."""
    found: set[Operand] = {g}
    waiting = [g]
    while waiting:
        made = context.definitions.get(waiting.pop())  # type: ignore[arg-type]
        if isinstance(made, Assign) and made.adjoint and (
                made.primitive == "operator.neg" or made.primitive in _PRODUCTS):
            found.update(made.args)
            waiting += made.args
    return found


# -- writing --------------------------------------------------------------------------------------


def write_masks(
    context: Context, reverse: Block, guards: list[Assign], chosen: Chosen, kept: list[Operand]
) -> set[Operand]:
    """Write marks of arrays as their masks, where these are known or asked for more than once; what is computed in
    another way now. ``kept`` is read behind the sweep."""
    masks = {guard: mask_of(guard.args[0], chosen) or Mask(guard.args[0], None) for guard in guards}
    asked = Counter(masks.values())
    written = {guard: mask for guard, mask in masks.items()
               if (mask.taken is not None or asked[mask] > 1) and not context.is_overwritten(mask.of)}
    changed: set[Operand] = {guard.target for guard in written}
    if written:
        _write(context, reverse, written)
        uses = _uses(reverse, kept)
        for guard, mask in written.items():
            place = 2 if mask.taken is False else 1
            changed.update(_Unmasking(context, mask, written, uses).of(guard, place))
    return changed


@dataclass
class _Unmasking:
    """Takes from what a mask is put on the same mask inside: of factors, as far as nothing else reads them."""

    context: Context
    mask: Mask
    written: dict[Assign, Mask]
    uses: Counter[Operand]

    def of(self, s: Assign, place: int) -> Iterator[Operand]:
        """What is computed from something else now."""
        operand = s.args[place]
        made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        if not isinstance(made, Assign) or not made.adjoint:
            return
        if made.primitive == _WHERE:
            inside = 2 if self.mask.taken is False else 1
            if self._is_masked_alike(made) and _is_zero(made.args[3 - inside]):
                s.args[place] = made.args[inside]
                yield s.target
        elif self.uses[operand] == 1 and (made.primitive in _PRODUCTS or made.primitive in _OF_THE_FIRST):
            for inner in range(len(made.args) if made.primitive in _PRODUCTS else 1):
                yield from self.of(made, inner)

    def _is_masked_alike(self, made: Assign) -> bool:
        if made in self.written:
            return self.written[made] == self.mask
        return self.mask.taken is not None and made.args[0] is self.mask.of


def _uses(reverse: Block, kept: list[Operand]) -> Counter[Operand]:
    return Counter([*kept, *(arg for s in walk(reverse) for arg in reads(s))])


def join_masks(context: Context, reverse: Block, kept: list[Operand]) -> None:
    """Put a mask on another one, `np.where(low | high, 0.0, g)`, where nothing else reads what the other one took.

    ``kept`` is read behind the sweep.
    """
    selections = [s for s in walk(reverse) if isinstance(s, Assign) and s.primitive == _WHERE and s.adjoint]
    taken = {operand for s in selections for operand in s.args[1:]}
    if any(s.target in taken for s in selections):
        uses = _uses(reverse, kept)
        inner = {s.target: s for s in selections if uses[s.target] == 1 and _passed_over(s) is not None}
        _join(context, reverse, inner)


def _passed_over(s: Assign) -> int | None:
    """Which operand of a selection is the zero of what was not taken."""
    return next((place for place in (1, 2) if len(s.args) == 3 and _is_zero(s.args[place])), None)


def _join(context: Context, block: Block, inner: dict[Var, Assign]) -> None:
    statements: list[Statement] = []
    for s in block.statements:
        for one in s.blocks():
            _join(context, one, inner)
        if isinstance(s, Assign) and s.primitive == _WHERE and s.adjoint:
            under = _under(s, inner)
            if under is not None and under in statements:
                before = Block()
                both = Builder(context, before, s.origin, adjoint=True).emit(
                    "operator.and_" if _passed_over(s) == 2 else "operator.or_", under.args[0], s.args[0])
                statements.remove(under)
                statements += before.statements
                s.args = [both, under.args[1], under.args[2]]
        statements.append(s)
    block.statements = statements


def _under(s: Assign, inner: dict[Var, Assign]) -> Assign | None:
    """The selection that another one takes from, if both pass over in one way."""
    place = _passed_over(s)
    value = s.args[3 - place] if place is not None else None
    under = inner.get(value) if isinstance(value, Var) else None
    if under is None or _passed_over(under) != place or s.args[0].kind != under.args[0].kind:
        return None
    return under


def _write(context: Context, block: Block, written: dict[Assign, Mask]) -> None:
    statements: list[Statement] = []
    for s in block.statements:
        for inner in s.blocks():
            _write(context, inner, written)
        if isinstance(s, Assign) and s in written:
            mask, contribution = written[s], s.args[1]
            test = mask.of
            if mask.taken is None:
                before = Block()
                test = Builder(context, before, s.origin, adjoint=True).emit("operator.ne", mask.of, constant(0.0))
                statements += before.statements
            values = [contribution, constant(0.0)]
            s.primitive, s.args = _WHERE, [test, *(values[::-1] if mask.taken is False else values)]
        statements.append(s)
    block.statements = statements
