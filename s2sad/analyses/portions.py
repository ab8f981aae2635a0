"""Views that are a part of an array alone: whoever keeps one keeps all of the array alive.

    gates = h @ u
    item = gates[:, 2 * n:]
    item_tape.append(item.copy())       a third of what the view would keep
"""
from __future__ import annotations

from collections.abc import Collection

from s2sad.analyses.versions import is_new
from s2sad.analyses.views import is_cheap_view
from s2sad.ir.kinds import SLICE, Array
from s2sad.ir.nodes import Assign, Operand, Var
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.indexing import constant_slice, index_parts, is_basic


def is_portion(context: Context, view: Operand, kept: Collection[Operand]) -> bool:
    """Whether a variable is a view of much less than the whole of an array that is made for it, and is not ``kept``."""
    portion = False
    while isinstance(view, Var):
        made = context.definitions.get(view)
        if not isinstance(made, Assign):
            return False
        is_item = made.primitive == "s2sad.getitem" and isinstance(made.args[0].kind, Array)
        if is_item and isinstance(view.kind, Array) and is_basic(context, made.args[1]):
            portion = portion or not is_nearly_all(context, made.args[1])
        elif not is_cheap_view(made):
            return portion and is_new(made) and view not in kept
        view = made.args[0]
    return False


def is_nearly_all(context: Context, index: Operand) -> bool:
    """Whether an index leaves no more of an array away than a few at the ends of its axes."""
    parts = index_parts(context, index)
    return parts is not None and all(_is_nearly_all(context, part) for part in parts)


def _is_nearly_all(context: Context, part: Operand) -> bool:
    if part.kind != SLICE:
        return part.kind == ELLIPSIS or getattr(part, "value", 0) is None
    found = constant_slice(context, part)
    if found is None or found.step not in (None, 1, -1):
        return False
    return (found.start is None or found.start >= 0) and (found.stop is None or found.stop < 0)
