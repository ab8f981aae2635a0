"""Whether parts of an array, named by numbers, make up all of it, however long its axes are.

    new[1:-1] = …        new[0] = …        new[-1] = …

Bounds are numbers counted from either end. Where an axis is longer than all of them together, what is between the two
ends is of one kind: a few lengths show what any length does. Of lengths for which an index would be out of range
nothing is left to tell.
"""
from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.indexing import constant_slice, index_parts

_Part = tuple["int | slice", ...]
# How many arrays are tried at the most, and the largest number that is looked at.
_MOST, _LARGEST = 100, 4


def cover(context: Context, kind: Array, indices: Sequence[Operand], within: Operand | None = None) -> bool:
    """Whether what these indices name is surely all of an array, or of a part of it, if each names what is there."""
    if kind.dims is None or not kind.dims or not indices:
        return False
    rank = len(kind.dims)
    parts = [part for index in indices if (part := _part(context, index, rank)) is not None]
    whole = (slice(None),) * rank if within is None else _part(context, within, rank)
    if not parts or whole is None:
        return False
    lengths = [range(_longest([part[axis] for part in (*parts, whole)]) + 1) for axis in range(rank)]
    if math.prod(map(len, lengths)) > _MOST:
        return False
    return all(_is_covered(shape, parts, whole) for shape in itertools.product(*lengths))


def _part(context: Context, index: Operand, rank: int) -> _Part | None:
    """An index as a number or a slice for each axis; None for one that is not of small numbers."""
    operands = index_parts(context, index)
    if operands is None:
        return None
    found: list[int | slice] = []
    for operand in operands:
        if operand.kind == ELLIPSIS:
            found += [slice(None)] * (rank - len(operands) + 1)
            continue
        one = _number_or_slice(context, operand)
        if one is None:
            return None
        found.append(one)
    if len(found) > rank:
        return None
    return (*found, *[slice(None)] * (rank - len(found)))


def _number_or_slice(context: Context, operand: Operand) -> int | slice | None:
    if isinstance(operand, Const) and type(operand.value) is int:
        return operand.value if abs(operand.value) <= _LARGEST else None
    found = constant_slice(context, operand)
    if found is None or found.step not in (None, 1):
        return None
    bounds = [bound for bound in (found.start, found.stop) if bound is not None]
    return found if all(type(bound) is int and abs(bound) <= _LARGEST for bound in bounds) else None


def _longest(parts: list[int | slice]) -> int:
    """A length beyond which an axis has only more of what is between its ends."""
    bounds = [bound for part in parts for bound in ((part.start, part.stop) if isinstance(part, slice) else (part,))]
    front = max((bound + 1 for bound in bounds if bound is not None and bound >= 0), default=0)
    back = max((-bound for bound in bounds if bound is not None and bound < 0), default=0)
    return int(front + back + 1)


def _is_covered(shape: tuple[int, ...], parts: list[_Part], whole: _Part) -> bool:
    """Whether parts of an array of this shape make up all of one, or one of them is not there."""
    seen = np.zeros(shape, bool)
    try:
        for part in parts:
            seen[part] = True
        return bool(np.all(seen[whole]))
    except IndexError:
        return True
