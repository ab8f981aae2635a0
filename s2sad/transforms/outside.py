"""Lengths as they are computed outside of the loop that they are asked for in."""
from __future__ import annotations

import functools

from s2sad.ir.kinds import INT, NONE, Array, Dim, Extent, length_of
from s2sad.ir.nodes import IN_PLACE, UNDEFINED, Assign, Const, Effect, Function, Loop, Operand, Statement, Var, walk
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import index_parts, is_basic

# What lengths are computed with, and what makes an array of the lengths of another.
_COMPUTED = {
    "builtins.len", "builtins.max", "builtins.min", "builtins.range", "operator.add", "operator.sub", "operator.mul",
    "operator.floordiv",
}
_ALIKE = {"s2sad.zeros_like", "numpy.zeros_like", "numpy.empty_like", "s2sad.copy", "s2sad.alias", "s2sad.touched"}
# What makes an array of the lengths that it is given.
_SHAPED = {"numpy.empty", "numpy.zeros", "numpy.ones", "numpy.full", "s2sad.zeros_of"}


class Facts:
    """What the variables of a function are made by, what is pushed to each tape, and how long the arguments are."""

    def __init__(self, context: Context, function: Function) -> None:
        self.context = context
        self.made: dict[Operand, Statement] = {}
        self.bound: dict[Operand, bool] = {}  # of which it is known whether they have a value
        self.pushed: dict[Operand, list[Operand]] = {}
        self.later: dict[Operand, tuple[Statement, Var]] = {}  # what an array is after an update, or a loop
        given = [*(param.var for param in function.params), *function.captures]
        self.given = {
            extent.key for var in given if isinstance(var.kind, Array) for extent in var.kind.dims or ()
            if isinstance(extent, Dim)
        }
        for s in walk(function.body):
            self.note(s)

    def note(self, s: Statement) -> None:
        """Know what a statement defines."""
        self.bound.clear()
        self.made.update(dict.fromkeys(s.defined(), s))
        if isinstance(s, Loop):
            self.made.update(dict.fromkeys(s.bound(), s))
            self.later.update({carry.init: (s, carry.result) for carry in s.carries})
        renamed = not self.context.array_tapes and _takes_the_name(s)
        if isinstance(s, Assign) and (s.primitive in IN_PLACE or s.extra == "owned" or renamed):
            self.later[s.args[0]] = s, s.target
        if isinstance(s, Effect) and s.primitive == "s2sad.push":
            self.pushed.setdefault(s.args[0], []).append(s.args[1])

    def taken(self, tape: Operand) -> Operand | None:
        """What is pushed to a tape, if it is one; the tape of a part is itself taken of a list of tapes."""
        made = self.made.get(tape)
        if isinstance(made, Assign) and made.primitive == "s2sad.pop":
            held = self.taken(made.args[0])
            return None if held is None else self.taken(held)
        found = self.pushed.get(tape, [])
        return found[0] if len(found) == 1 else None


def _takes_the_name(s: Statement) -> bool:
    """Whether a copy of an array is called as the array was: `x = x.copy()`."""
    if not isinstance(s, Assign) or s.primitive not in ("s2sad.copy", "array.copy", "numpy.copy"):
        return False
    return isinstance(s.args[0], Var) and s.target.name == s.args[0].name != ""


class Outside:
    """Lengths in terms of what is ``known``: the variables that can be read in front of a loop."""

    def __init__(self, facts: Facts, known: dict[Var, None]) -> None:
        self.facts, self.context, self.known = facts, facts.context, known

    def key(self, operand: Operand) -> object:
        """Equal for lengths that are computed alike."""
        made = self.facts.made.get(operand) if operand not in self.known else None
        if not isinstance(made, Assign):
            return operand if isinstance(operand, Var) else repr(operand.value)
        axis = self._axis(made)
        if axis is not None:
            return self.axis_key(*axis)
        return made.primitive, *map(self.key, made.args)

    def axis_key(self, array: Operand, axis: int) -> object:
        """Equal for axes that are as long as each other for a reason that is seen here."""
        found = self._length(array, axis)
        if found is None:
            return _extent(array, axis)
        return self.key(found) if isinstance(found, (Var, Const)) else found

    def computed(self, b: Builder, operand: Operand) -> Operand | None:
        """A length as it is computed without anything of the loop; None if it cannot be."""
        if not isinstance(operand, Var) or operand in self.known:
            return operand
        made = self.facts.made.get(operand)
        if not isinstance(made, Assign):
            return None
        axis = self._axis(made)
        if axis is not None:
            return self.axis(b, *axis)
        if made.primitive not in _COMPUTED or made.keywords:
            return None
        args = [self.computed(b, arg) for arg in made.args]
        if any(arg is None for arg in args):
            return None
        return b.emit(made.primitive, *[arg for arg in args if arg is not None], style=made.style, kind=operand.kind)

    def are_equal(self, one: Operand, two: Operand, axis: int) -> bool:
        """Whether two arrays are as long as each other along an axis, in all rounds."""
        extent = _extent(one, axis)
        if extent is not None and extent == _extent(two, axis) and self._is_steady(extent):
            return True
        keys = [self.axis_key(array, axis) for array in (one, two)]
        return all(self._length(array, axis) is not None for array in (one, two)) and keys[0] == keys[1]

    def axis(self, b: Builder, array: Operand, axis: int) -> Operand | None:
        """The length of an axis of an array, as it is computed without anything of the loop."""
        found = self._length(array, axis)
        if found is None:
            return self._trimmed(b, _extent(array, axis))
        return self._read(b, *found) if isinstance(found, tuple) else self.computed(b, found)

    def _read(self, b: Builder, array: Operand, axis: int) -> Operand:
        shape = b.emit("array.shape", self._now(array, axis))
        return b.emit("s2sad.getitem", shape, constant(axis), kind=INT)

    def _trimmed(self, b: Builder, extent: Extent | None) -> Operand | None:
        """The length of an axis that is an axis of another array without its ends."""
        match extent:
            case Dim(("trim", key, int(count))) if self._is_steady(extent):
                whole = next((at for dim, at in self.lengths.items() if isinstance(dim, Dim) and dim.key == key), None)
                if whole is not None:
                    sign = "operator.sub" if count > 0 else "operator.add"
                    left = b.emit(sign, self._read(b, *whole), constant(abs(count)), kind=INT)
                    return b.emit("builtins.max", left, constant(0), kind=INT) if count > 0 else left
        return None

    def _now(self, array: Operand, axis: int) -> Operand:
        """What an array is called that has been updated in place: the older name may be gone."""
        while True:
            step = self.facts.later.get(array)
            if step is None or step[1] not in self.known:
                return array
            made, later = step
            if isinstance(made, Loop) and self._carried(made, later, axis) is None:
                return array
            array = later

    def _axis(self, made: Assign) -> tuple[Operand, int] | None:
        """The array and the axis that a length is asked of, if it is one."""
        if made.primitive == "builtins.len" and isinstance(made.args[0].kind, Array):
            return made.args[0], 0
        if made.primitive != "s2sad.getitem" or not isinstance(made.args[1], Const):
            return None
        shape = self.context.definition(made.args[0], "array.shape")
        return None if shape is None else (shape.args[0], made.args[1].value)

    def _length(self, array: Operand, axis: int) -> tuple[Operand, int] | Operand | None:
        """An axis of an array from before the loop, or a number, that is as long as an axis of an array in the loop."""
        first = array, axis
        extent = _extent(array, axis)
        if extent is not None and (number := length_of(extent)) is not None:
            return constant(number)
        while isinstance(array, Var) and array not in self.known:
            made = self.facts.made.get(array)
            found: tuple[Operand, int] | Operand | None = None
            if isinstance(made, Loop):
                found = self._carried(made, array, axis)
            elif isinstance(made, Assign):
                found = self._made_with(made, axis)
            if not isinstance(found, tuple):
                return self._as_long(*first) if found is None else found
            array, axis = found
        return (array, axis) if isinstance(array, Var) and self.is_bound(array) else self._as_long(*first)

    def _carried(self, loop: Loop, array: Operand, axis: int) -> tuple[Operand, int] | None:
        """What a loop carries is as long as it was before it where the kinds name a length that is always the same."""
        carry = next(c for c in loop.carries if array in (c.param, c.result))
        extent = _extent(array, axis)
        same = extent is not None and extent == _extent(carry.init, axis) and self._is_steady(extent)
        return (carry.init, axis) if same else None

    def _as_long(self, array: Operand, axis: int) -> tuple[Operand, int] | Operand | None:
        """An axis of which the kinds tell that it is as long."""
        extent = _extent(array, axis)
        if extent is None or not self._is_steady(extent):
            return None
        number = length_of(extent)
        return self.lengths.get(extent) if number is None else constant(number)

    def _is_steady(self, extent: object) -> bool:
        """Whether a dimension names one length all the time: another may name that of the round at hand."""
        match extent:
            case Var():
                return extent in self.known
            case Dim(key):
                return key in self.facts.given or isinstance(key, tuple) and self._is_steady(key)
            case ("literal", _):
                return True
            case ("length", Var() as var):
                return var in self.known
            case ("trim", key, _):
                return self._is_steady(Dim(key))
            case ("affine", frozenset() as items):
                return all(self._is_steady(atom) for atom, _ in items)
        return extent is None or isinstance(extent, int)

    @functools.cached_property
    def lengths(self) -> dict[Extent, tuple[Operand, int]]:
        """For each length of which something is known an array that has it, and the axis."""
        found: dict[Extent, tuple[Operand, int]] = {}
        for var in self.known:
            if isinstance(var.kind, Array) and self.is_bound(var):
                for axis, extent in enumerate(var.kind.dims or ()):
                    found.setdefault(extent, (var, axis))
        return found

    def is_bound(self, var: Operand) -> bool:
        """Whether a variable has a value wherever it can be read; one that only a branch binds may have none.

        What a forward sweep hands over in place of such a one is of no length that is known.
        """
        known, names = self.facts.bound, [var]
        while var not in known:
            made = self.facts.made.get(var)
            if isinstance(made, Loop):
                var = next((c.init for c in made.carries if var in (c.param, c.result)), UNDEFINED)
                names.append(var)
            elif made is None:
                known[var] = var is not UNDEFINED and var.kind != NONE
            else:
                known[var] = isinstance(made, Assign) or isinstance(made, Effect) and not _may_stand_in(made, var)
        known.update(dict.fromkeys(names, known[var]))
        return known[var]

    def _made_with(self, made: Assign, axis: int) -> tuple[Operand, int] | Operand | None:
        """What an axis of a result is as long as: an axis of an operand, or a number."""
        if made.primitive in IN_PLACE or made.primitive in _ALIKE or made.extra == "owned":
            return made.args[0], axis
        if made.primitive in _SHAPED:
            lengths = index_parts(self.context, made.args[0]) or []
            return lengths[axis] if axis < len(lengths) else None
        if made.primitive == "numpy.array" and axis == 0:
            items = self.context.definition(made.args[0], "s2sad.list")
            return None if items is None or len(made.args) > 1 else constant(len(items.args))
        if made.primitive == "s2sad.pop":
            value = self.facts.taken(made.args[0])
            return None if value is None else (value, axis)
        if made.primitive == "operator.matmul":
            left, right = (len(arg.kind.dims or ()) if isinstance(arg.kind, Array) else 0 for arg in made.args)
            if (left, right) == (1, 2):
                return made.args[1], 1
            return (made.args[axis], axis) if left == 2 else None
        of_array = made.primitive in ("s2sad.getitem", "s2sad.read") and isinstance(made.args[0].kind, Array)
        if of_array and is_basic(self.context, made.args[1]):
            parts = index_parts(self.context, made.args[1]) or []
            return (made.args[0], axis + len(parts)) if all(part.kind == INT for part in parts) else None
        return None


def _may_stand_in(made: Effect, var: Operand) -> bool:
    return made.primitive == "s2sad.unpack" and var in made.extra


def _extent(array: Operand, axis: int) -> Extent | None:
    dims = array.kind.dims if isinstance(array.kind, Array) else None
    return None if dims is None or axis >= len(dims) else dims[axis]
