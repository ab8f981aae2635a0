"""Parts of an array that are stored into the array itself, where NumPy may read what it has just written.

    x[::2] = x[:5]          a[1] = a[:, 2]

Where what is written has one axis, NumPy looks for an overlap only if the two sides run through memory in opposite
directions, and needs to only if their steps differ. (`PyArray_AssignArray`, as of NumPy 2.4.) What the two sides have
in common then depends on the order in which it goes through them.
"""
from __future__ import annotations

from typing import Any, NamedTuple

from s2sad.analyses.following import are_apart
from s2sad.analyses.views import is_exact_view
from s2sad.frontend.lower import memory
from s2sad.frontend.lower.state import Frame
from s2sad.ir.kinds import SLICE, Array, is_integer
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.indexing import index_parts, is_basic, same_index, takes_all

# Views that run through memory as the array itself does; those that do where both have one axis.
_ALIKE = {"s2sad.alias", "s2sad.seen", "s2sad.some", "array.real", "array.imag", "numpy.real", "numpy.imag"}
_FLAT = {"numpy.reshape", "array.reshape", "numpy.ravel", "array.ravel"}


class _Axis(NamedTuple):
    """Which axis of the whole array a view runs along, and in steps of how many elements of it."""

    number: int
    step: int


def refuse_overlap(f: Frame, node: Any, base: Operand, place: Operand, value: Operand) -> None:
    """Refuse ``base[place] = value`` of what carries a derivative if it depends on the order of the elements."""
    if not isinstance(base, Var) or not isinstance(value, Var) or not isinstance(value.kind, Array):
        return
    if (base.varied or value.varied) and _is_within(f, base, value) and _depends_on_order(f, base, place, value):
        f.fail(node, "part of an array is stored into another part of it, in other steps: NumPy may read there what it "
               "has just written", "store a copy of it: .copy()")


def _is_within(f: Frame, base: Var, value: Var) -> bool:
    """Whether two arrays may have memory in common."""
    return memory.linked(memory.memory_of(f.state, base), memory.memory_of(f.state, value))


def _depends_on_order(f: Frame, base: Var, place: Operand, value: Var) -> bool:
    context = f.state.context
    if not is_basic(context, place):
        return False
    written, read = _selected(context, _axes(context, base), place), _axes(context, value)
    if written is not None and len(written) != 1:
        return False
    if written and read and written[0].number == read[-1].number:
        one, two = written[0].step, read[-1].step
        return one != two and one * two > 0
    made = context.definition(value, "s2sad.getitem")
    if made is None or made.args[0] is not base:
        return True
    return not are_apart(context, place, made.args[1]) and not _is_mirrored(context, place, made.args[1])


def _is_mirrored(context: Context, one: Operand, two: Operand) -> bool:
    """Whether two places of a matrix are the same part of a row and of a column that meet in their diagonal."""
    first, second = index_parts(context, one) or [], index_parts(context, two) or []
    if len(first) == 1 and len(second) == 2:
        return takes_all(context, second[0]) and same_index(context, first[0], second[1])
    return len(first) == len(second) == 2 and all(
        same_index(context, *parts) for parts in zip(first, reversed(second), strict=True))


def _axes(context: Context, view: Operand) -> list[_Axis] | None:
    """The axes of an array of which this may be a view along which it runs; None where they are not known."""
    made = context.definitions.get(view) if isinstance(view, Var) else None
    if not isinstance(made, Assign) or not is_exact_view(context, made):
        count = view.kind.ndim if isinstance(view.kind, Array) else None
        return None if count is None else [_Axis(number, 1) for number in range(count)]
    axes = _axes(context, made.args[0])
    if axes is None or made.primitive in _ALIKE:
        return axes
    if made.primitive == "s2sad.getitem":
        return _selected(context, axes, made.args[1])
    if made.primitive == "array.T":
        return axes[::-1]
    if len(axes) == 1 and made.primitive in _FLAT and isinstance(view.kind, Array) and view.kind.ndim == 1:
        return axes
    if len(axes) == 1 and made.primitive == "numpy.flip":
        return [_Axis(axes[0].number, -axes[0].step)]
    return None


def _selected(context: Context, axes: list[_Axis] | None, index: Operand) -> list[_Axis] | None:
    """The axes that basic indexing leaves of these."""
    parts = index_parts(context, index)
    if axes is None or parts is None:
        return None
    missing = len(axes) - sum(is_integer(part.kind) or part.kind == SLICE for part in parts)
    found: list[_Axis] = []
    left = list(axes)
    for part in parts:
        if part.kind == ELLIPSIS:
            found += left[:missing]
            del left[:missing]
        elif part.kind == SLICE:
            step = _step(context, part)
            if step is None:
                return None
            axis = left.pop(0)
            found.append(_Axis(axis.number, axis.step * step))
        elif is_integer(part.kind):
            left.pop(0)
        else:
            return None
    return found + left


def _step(context: Context, part: Operand) -> int | None:
    made = context.definition(part, "s2sad.slice")
    step = made.args[2] if made is not None else part.value.step if isinstance(part, Const) else None
    if isinstance(step, Const):
        step = step.value
    return 1 if step is None else step if isinstance(step, int) else None
