"""Parts of an array that are known along each axis by two bounds, as statements and loops write them.

    p[0] = a                       p[0:1]
    for j in range(1, n):          in round j the rounds before have written p[1:j], with what was there p[0:j]
        p[j] = b * p[j - 1]        p[0:n]

Bounds are affine forms of the integers of the program (`rules.lengths`). A place is looked up by the number that it is
named by, whichever end of the array that counts from; a box that ends before it begins is none.
"""
from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from s2sad.analyses.terms import step_of
from s2sad.ir.kinds import SLICE, Dim, Extent, Scalar
from s2sad.ir.nodes import Const, For, Operand, Var
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.indexing import index_parts, is_basic
from s2sad.rules.lengths import Form, difference, form_of, form_of_extent, is_not_negative, moved

_MOST_BOXES = 24


class Side(NamedTuple):
    """Along one axis the places from ``low`` to the one before ``high``."""

    low: Form
    high: Form


Box = tuple[Side, ...]


class Axes:
    """The axes of one array; ``steady`` are the lengths that are the same wherever anything is asked."""

    def __init__(self, context: Context, dims: tuple[Extent, ...], steady: Collection[Extent]) -> None:
        self.context = context
        self.steady = {*steady, *dims}
        self.all = tuple(Side({}, form_of_extent(context, extent)) for extent in dims)

    def named_by(self, index: Operand) -> tuple[Box, bool]:
        """The box that an index names, or one that it is in; whether it names all places of that one."""
        parts = index_parts(self.context, index)
        if parts is None or not is_basic(self.context, index) or any(map(_is_open, parts)):
            return self.all, False
        sides: list[Side] = []
        exact = True
        for number, part in enumerate(parts):
            if part.kind == ELLIPSIS:
                behind = len(parts) - number - 1
                sides += self.all[len(sides) : len(self.all) - behind]
                continue
            side = self._side(self.all[len(sides)], part)
            exact = exact and side is not None
            sides.append(side or self.all[len(sides)])
        return (*sides, *self.all[len(sides) :]), exact

    def form(self, operand: Operand) -> Form | None:
        """What is known of an integer, in lengths that stay the same."""
        form = form_of(self.context, operand)
        dims = [] if form is None else [atom for atom in form if isinstance(atom, Dim)]
        return form if self.steady.issuperset(dims) else None

    def _side(self, axis: Side, part: Operand) -> Side | None:
        if isinstance(part.kind, Scalar):
            place = self._bound(axis, part) if isinstance(part, Const) else self.form(part)
            return None if place is None else Side(place, moved(place, 1))
        made = self.context.definition(part, "s2sad.slice") if part.kind == SLICE else None
        if made is None or not (_is_open(made.args[2]) or getattr(made.args[2], "value", None) == 1):
            return None
        low = {} if _is_open(made.args[0]) else self._bound(axis, made.args[0])
        high = axis.high if _is_open(made.args[1]) else self._bound(axis, made.args[1])
        return None if low is None or high is None else Side(low, high)

    def _bound(self, axis: Side, bound: Operand) -> Form | None:
        """A place counted from the front; a literal may count from the end."""
        form = self.form(bound)
        if form is None or is_not_negative(self.context, form):
            return form
        return difference(axis.high, {None: -form[None]}) if form.keys() == {None} else None


def _is_open(part: Operand) -> bool:
    """Whether a bound of a slice is left out, or a part of an index is no more than a new axis."""
    return isinstance(part, Const) and part.value is None


class Boxes:
    """Places of one array, as so many boxes; what two of them make up along an axis is one more."""

    def __init__(self, context: Context, boxes: Collection[Box] = ()) -> None:
        self.context = context
        self.known: list[Box] = list(boxes)

    def copy(self) -> Boxes:
        return Boxes(self.context, self.known)

    def hold(self, box: Box) -> bool:
        """Whether all of a box is surely in one of these."""
        return any(self._is_inside(box, one) for one in self.known)

    def add(self, box: Box) -> None:
        waiting = [box]
        while waiting and len(self.known) < _MOST_BOXES:
            one = waiting.pop()
            if self.hold(one):
                continue
            joined = [both for other in self.known for both in (self._joined(one, other), self._joined(other, one))]
            self.known.append(one)
            waiting += [both for both in joined if both is not None]

    def common(self, other: Boxes) -> Boxes:
        """What is in both, as far as it is a box of one."""
        both = Boxes(self.context)
        for box in [one for one in self.known if other.hold(one)] + [one for one in other.known if self.hold(one)]:
            both.add(box)
        return both

    def _is_inside(self, box: Box, other: Box) -> bool:
        return all(
            self._is_not_before(one.low, two.low) and self._is_not_before(two.high, one.high)
            for one, two in zip(box, other, strict=True)
        )

    def _is_not_before(self, one: Form, two: Form) -> bool:
        return is_not_negative(self.context, difference(one, two))

    def _joined(self, one: Box, two: Box) -> Box | None:
        """From where one box begins to where the other ends, if that begins no later than the first ends."""
        differ = [axis for axis, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
        if len(differ) != 1 or not self._is_not_before(one[differ[0]].high, two[differ[0]].low):
            return None
        axis = differ[0]
        return (*one[:axis], Side(one[axis].low, two[axis].high), *one[axis + 1 :])


class Rounds:
    """What the rounds of a loop write: ``inside`` are the variables that are bound in it."""

    def __init__(self, axes: Axes, loop: For, inside: Collection[Operand]) -> None:
        self.loop, self.inside, self.step = loop, inside, step_of(loop)
        self.start, self.end = axes.form(loop.start), axes.form(loop.end)

    def of(self, box: Box) -> tuple[Box, Box] | None:
        """What the rounds before the one at hand have written and what all have, if each writes this box.

        None where that is not one place after the other along one axis. (Of rounds that all write the same it is open
        whether there is one.)
        """
        moving = [axis for axis, side in enumerate(box) if not (self._stays(side.low) and self._stays(side.high))]
        if len(moving) != 1 or self.step not in (1, -1) or self.start is None or self.end is None:
            return None
        axis, place = moving[0], box[moving[0]].low
        factor = place.get(self.loop.index, 0)
        rest = {atom: number for atom, number in place.items() if atom is not self.loop.index}
        if difference(box[axis].high, place) != {None: 1} or factor not in (1, -1) or not self._stays(rest):
            return None
        first, behind = (difference(rest, {atom: -factor * n for atom, n in form.items()})
                         for form in (self.start, self.end))
        if self.step * factor > 0:
            sides = Side(first, place), Side(first, behind)
        else:
            sides = Side(moved(place, 1), moved(first, 1)), Side(moved(behind, 1), moved(first, 1))
        before, after = ((*box[:axis], side, *box[axis + 1 :]) for side in sides)
        return before, after

    def stay(self, box: Box) -> bool:
        """Whether a box is the same in all rounds."""
        return all(self._stays(side.low) and self._stays(side.high) for side in box)

    def _stays(self, form: Form) -> bool:
        return not any(isinstance(atom, Var) and atom in self.inside for atom in form)
