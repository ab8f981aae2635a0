"""Maxima that the result does not depend on, since they are subtracted only for safety.

    e = np.exp(s - np.max(s, axis=1, keepdims=True))          m = max(a, b)
    p = e / np.sum(e, axis=1, keepdims=True)                  s = m + math.log(math.exp(a - m) + math.exp(b - m))

Were the maximum greater by any d, the difference would be less by d, the exponential and its sum would be smaller
by the factor exp(d), and the quotient would be the same. So no derivative passes through the maximum, however many
values lie between. A value follows the maximum as a sum, ``v + k d``, or as a product, ``v exp(k d)``; where it
follows in neither way, or reaches what is not known here, the maximum is felt.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Const, Function, If, Loop, Operand, Statement, Var, While, With, walk
from s2sad.rules.axes import literal_axes, rank
from s2sad.rules.build import Context, bind, is_flat
from s2sad.rules.indexing import is_numbering, rearranged

_EXTREMA = {
    *(f"{module}.{name}" for module in ("numpy", "array") for name in ("max", "amax", "min", "amin")),
    "builtins.max", "builtins.min", "numpy.maximum", "numpy.minimum",
}
# For each axis of a value the axis of the maximum along which d varies with it; None where d is the same.
Layout = tuple[int | None, ...]


@dataclass(frozen=True)
class _Follows:
    """How a value follows an extremum: by ``times`` d as a sum, or as a factor of exp if ``scaled``.

    ``by`` are the numbers, as operands, that d has been multiplied and (marked) divided by."""

    extremum: Var
    layout: Layout
    times: float = 1.0
    by: tuple[tuple[bool, Operand], ...] = ()
    scaled: bool = False


def unfelt(context: Context, function: Function) -> set[Var]:
    """The maxima and minima on which the result does not depend."""
    statements = walk(function.body)
    assigned = [s for s in statements if isinstance(s, Assign)]
    first = next((place for place, s in enumerate(assigned) if s.primitive in _EXTREMA), None)
    if first is None:
        return set()
    found = _Shifts(context)
    for one in assigned[first:]:
        found.assign(one)
    if found.candidates <= found.felt:
        return set()
    # After what is assigned in their blocks, which loops and branches come before: they read its results.
    found.feel_all(_taken_out(function, statements))
    return found.candidates - found.felt


def _taken_out(function: Function, statements: list[Statement]) -> list[Operand]:
    """What anything but an assignment reads: of what loops and branches hand on, what something asks for."""
    handed_on: dict[Operand, list[Operand]] = {}
    read = [function.result]
    asked: set[Operand] = set()
    for s in statements:
        if isinstance(s, Assign):
            asked.update(s.args)
            continue
        read += s.args
        if isinstance(s, (If, With)):
            handed_on.update((merge.out, merge.values) for merge in s.merges)
        elif isinstance(s, Loop):
            read += [s.condition] if isinstance(s, While) else []
            read += [] if s.stop is None else [s.stop]
            for carry in s.carries:
                handed_on[carry.param] = handed_on[carry.result] = [carry.init, carry.out]
    waiting = [*asked, *read]
    while waiting:
        values = handed_on.pop(waiting.pop(), [])
        read += values
        waiting += values
    return read


class _Shifts:
    def __init__(self, context: Context) -> None:
        self.context = context
        self.of: dict[Operand, _Follows] = {}
        self.candidates: set[Var] = set()
        self.felt: set[Var] = set()

    def feel(self, operand: Operand) -> None:
        if operand in self.of:
            self.felt.add(self.of[operand].extremum)

    def feel_all(self, operands: list[Operand]) -> None:
        for operand in operands:
            self.feel(operand)

    def assign(self, s: Assign) -> None:
        following = [arg for arg in s.args if arg in self.of]
        if following and not is_flat(s.primitive):
            rule = _RULES.get(s.primitive)
            one = len({self.of[arg].extremum for arg in following}) == 1
            result = rule(self, s) if rule is not None and one else None
            if result is None:
                self.feel_all(following)
            elif result.times:
                self.of[s.target] = result
        if s.primitive in _EXTREMA and s.target.varied and rank(s.target.kind) is not None:
            dims = s.target.kind.dims or () if isinstance(s.target.kind, Array) else ()
            layout = tuple(None if dim == 1 else axis for axis, dim in enumerate(dims))
            self.candidates.add(s.target)
            self.of[s.target] = _Follows(s.target, layout)

    # -- one operation after the other: how its result follows, None if that is not known ----------------

    def pair(self, s: Assign) -> tuple[_Follows | None, _Follows | None, Layout] | None:
        """How both operands of an elementwise operation follow, and the layout of its result."""
        count = rank(s.target.kind)
        one, two = (self.of.get(arg) for arg in s.args)
        if count is None:
            return None
        layouts = {(None,) * (count - len(f.layout)) + f.layout for f in (one, two) if f is not None}
        return (one, two, layouts.pop()) if len(layouts) == 1 else None

    def sum(self, s: Assign) -> _Follows | None:
        pair = self.pair(s)
        if pair is None:
            return None
        one, two, layout = pair
        sign = 1.0 if s.primitive in ("operator.add", "numpy.add") else -1.0
        if one is None or two is None:
            only = one or two
            if only is None or only.scaled:
                return None
            return replace(only, layout=layout, times=only.times if two is None else sign * only.times)
        if one.by != two.by or one.scaled != two.scaled:
            return None
        if one.scaled:
            return replace(one, layout=layout) if one.times == two.times else None
        return replace(one, layout=layout, times=one.times + sign * two.times)

    def product(self, s: Assign) -> _Follows | None:
        pair = self.pair(s)
        if pair is None:
            return None
        one, two, layout = pair
        sign = 1.0 if s.primitive in ("operator.mul", "numpy.multiply") else -1.0
        if one is not None and two is not None:
            together = one.scaled and two.scaled and one.by == two.by
            return replace(one, layout=layout, times=one.times + sign * two.times) if together else None
        only = one or two
        assert only is not None
        if only.scaled:
            return replace(only, layout=layout, times=only.times if two is None else sign * only.times)
        factor = s.args[1] if two is None else s.args[0]
        if sign < 0 and two is not None or not isinstance(factor.kind, Scalar):
            return None
        if isinstance(factor, Const):
            number = factor.value
            if not isinstance(number, (int, float)) or not number:
                return None
            return replace(only, layout=layout, times=only.times * number if sign > 0 else only.times / number)
        return replace(only, layout=layout, by=(*only.by, (sign < 0, factor)))

    def negative(self, s: Assign) -> _Follows | None:
        only = self.of[s.args[0]]
        return only if only.scaled else replace(only, times=-only.times)

    def exponential(self, s: Assign) -> _Follows | None:
        only = self.of[s.args[0]]
        return None if only.scaled else replace(only, scaled=True)

    def logarithm(self, s: Assign) -> _Follows | None:
        only = self.of[s.args[0]]
        return replace(only, scaled=False) if only.scaled else None

    def same(self, s: Assign) -> _Follows | None:
        return self.of.get(s.args[0])

    def selection(self, s: Assign) -> _Follows | None:
        """Of values that follow alike, or of one that is scaled and zero."""
        if len(s.args) != 3 or s.keywords:
            return None
        count = rank(s.target.kind)
        found: set[_Follows] = set()
        for arg in s.args[1:]:
            only = self.of.get(arg)
            if only is not None and count is not None:
                found.add(replace(only, layout=(None,) * (count - len(only.layout)) + only.layout))
            elif not (isinstance(arg, Const) and arg.value == 0):
                return None
        alike = found.pop() if len(found) == 1 else None
        return alike if alike is not None and (alike.scaled or all(arg in self.of for arg in s.args[1:])) else None

    def transposed(self, s: Assign) -> _Follows | None:
        only = self.of[s.args[0]]
        return replace(only, layout=only.layout[::-1])

    def indexed(self, s: Assign) -> _Follows | None:
        only = self.of.get(s.args[0])
        if only is None:
            return None
        if _is_one_of_each_row(self.context, s.args[1]) and only.layout[1:] == (None,):
            return replace(only, layout=only.layout[:1])
        count = rank(s.target.kind)
        if count is not None and set(only.layout) <= {None}:
            return replace(only, layout=(None,) * count)  # whatever is taken, d is the same
        order = rearranged(self.context, s.args[0].kind, s.args[1])
        if order is None:
            return None
        layout = [axis for place, axis in enumerate(only.layout) if place not in order.dropped]
        for place in order.added:
            layout.insert(place, None)
        return replace(only, layout=tuple(layout))

    def squeezed(self, s: Assign) -> _Follows | None:
        call = bind(self.context, s.primitive, s.args, s.keywords)
        only = None if call is None else self.of.get(call.bound["x"])
        axis = None if call is None else call.get("axis")
        if only is None or not isinstance(axis, Const) or axis.value is None:
            return None
        axes = literal_axes(axis, len(only.layout))
        return replace(only, layout=tuple(one for place, one in enumerate(only.layout) if place not in axes))

    def widened(self, s: Assign) -> _Follows | None:
        call = bind(self.context, s.primitive, s.args, s.keywords)
        only = None if call is None else self.of.get(call.bound["x"])
        axis = None if call is None else call.get("axis")
        if only is None or not isinstance(axis, Const) or type(axis.value) is not int:
            return None
        (place,) = literal_axes(axis, len(only.layout) + 1)
        return replace(only, layout=(*only.layout[:place], None, *only.layout[place:]))

    def total(self, s: Assign) -> _Follows | None:
        """A sum of what is scaled, or a mean, over axes along which d is the same."""
        call = bind(self.context, s.primitive, s.args, s.keywords)
        only = None if call is None else self.of.get(call.bound["x"])
        if call is None or only is None or set(call.bound) - {"x", "axis", "keepdims"}:
            return None
        axis, keep = call.get("axis"), call.get("keepdims")
        if not only.scaled and not s.primitive.endswith("mean") or keep is not None and not isinstance(keep, Const):
            return None
        if axis is None or isinstance(axis, Const) and axis.value is None:
            axes: tuple[int, ...] = tuple(range(len(only.layout)))
        elif isinstance(axis, Const):
            axes = literal_axes(axis, len(only.layout))
        else:
            return None
        if any(only.layout[axis] is not None for axis in axes):
            return None
        if keep is not None and keep.value:
            return only
        return replace(only, layout=tuple(one for place, one in enumerate(only.layout) if place not in axes))

    def contraction(self, s: Assign) -> _Follows | None:
        """A matrix product, summed over an axis along which d is the same."""
        one, two = (self.of.get(arg) for arg in s.args)
        counts = [rank(arg.kind) for arg in s.args]
        if (one is None) == (two is None) or counts not in ([2, 2], [2, 1], [1, 2], [1, 1]):
            return None
        if one is not None:
            inside, outside = one.layout[-1], one.layout[:-1] + (None,) * ((counts[1] or 1) - 1)
        else:
            assert two is not None
            inside, outside = two.layout[0], (None,) * ((counts[0] or 1) - 1) + two.layout[1:]
        only = one or two
        return replace(only, layout=outside) if only is not None and only.scaled and inside is None else None


def _is_one_of_each_row(context: Context, index: Operand) -> bool:
    """Whether an index is `np.arange(n), columns`."""
    made = context.definition(index, "s2sad.tuple")
    return made is not None and len(made.args) == 2 and is_numbering(context, made.args[0]) and (
        rank(made.args[1].kind) == 1)


_Rule = Callable[[_Shifts, Assign], _Follows | None]
_RULES: dict[str, _Rule] = {
    **dict.fromkeys(("operator.add", "operator.sub", "numpy.add", "numpy.subtract"), _Shifts.sum),
    **dict.fromkeys(("operator.mul", "operator.truediv", "numpy.multiply", "numpy.divide"), _Shifts.product),
    **dict.fromkeys(("operator.neg", "numpy.negative"), _Shifts.negative),
    **dict.fromkeys(("numpy.exp", "math.exp"), _Shifts.exponential),
    **dict.fromkeys(("numpy.log", "math.log"), _Shifts.logarithm),
    **dict.fromkeys(("s2sad.alias", "s2sad.copy"), _Shifts.same),
    **dict.fromkeys(("numpy.sum", "array.sum", "numpy.mean", "array.mean"), _Shifts.total),
    **dict.fromkeys(("operator.matmul", "numpy.matmul", "numpy.dot"), _Shifts.contraction),
    "numpy.squeeze": _Shifts.squeezed, "numpy.expand_dims": _Shifts.widened,
    "numpy.where": _Shifts.selection, "array.T": _Shifts.transposed, "s2sad.getitem": _Shifts.indexed,
}
