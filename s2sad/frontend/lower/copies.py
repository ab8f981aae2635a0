"""Which functions would be copied so often that they are compiled on their own.

A function is written in line where it is called: that gives the best code. But one that is called twice by each of
those that call it is copied two to the power of their depth times. So copies are counted, and where they come to
much, the function that was copied most often, of those that are worth a call, is compiled once.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from s2sad.ir.kinds import Array, Dict, Kind, List, Named, Object, Scalar, Static, Tuple
from s2sad.ir.nodes import Const, Operand

# How many definitions may be written in line before functions are looked for that were copied too often.
BUDGET = 600
# Of how many definitions a function is worth a call, and how often it has to be called.
SIZE, COPIES = 30, 8


@dataclass
class _Counted:
    """What the copies of a function come to; whether nothing but data goes in and comes out."""

    copies: int = 0
    size: int = 0
    plain: bool = True


@dataclass
class Copies:
    """The copies that were written in line so far, each place that a call is lowered from counted once.

    A place is a call and the place that the function around it was called from.
    """

    places: dict[tuple[int, int], int] = field(default_factory=dict)
    here: int = 0
    functions: dict[Any, _Counted] = field(default_factory=dict)
    written: int = 0
    limit: int = field(default_factory=lambda: BUDGET)
    # The definitions of what was written in line in each of the functions that are lowered now.
    inside: list[int] = field(default_factory=lambda: [0])

    def enter(self, node: Any, made: int) -> tuple[int, bool, int]:
        """Begin with a copy when there are so many definitions; `leave` wants what this gives."""
        before, key = self.here, (self.here, id(node))
        new = key not in self.places
        self.here = self.places.setdefault(key, len(self.places) + 1)
        self.inside.append(0)
        return before, new, made

    def leave(self, entered: tuple[int, bool, int], key: Any, made: int, plain: bool) -> Any:
        """End a copy; the function that is compiled on its own from now on, if there is one."""
        self.here, new, before = entered
        size, inside = made - before, self.inside.pop()
        self.inside[-1] += size
        if not new:
            return None
        counted = self.functions.setdefault(key, _Counted())
        counted.copies += 1
        counted.size += size
        counted.plain &= plain
        self.written += size - inside
        return self._too_often() if self.written > self.limit else None

    def _too_often(self) -> Any:
        found = {key: counted.copies for key, counted in self.functions.items()
                 if counted.plain and counted.copies >= COPIES and counted.size >= SIZE * counted.copies}
        if found:
            return max(found, key=found.__getitem__)
        self.limit *= 2
        return None


def is_plain(operand: Operand) -> bool:
    """Whether an operand is data, or code that is known by its name."""
    return isinstance(operand, Const) and isinstance(operand.value, _KNOWN) or _is_data(operand.kind)


_KNOWN = (type(None), bool, int, float, complex, str, tuple)


def is_setting(operand: Operand) -> bool:
    """Whether an operand is a literal that says what a function does rather than what it does it to."""
    return isinstance(operand, Const) and is_setting_value(operand.value)


def is_setting_value(value: Any) -> bool:
    return isinstance(value, (type(None), bool, int, str, tuple))


def _is_data(kind: Kind) -> bool:
    match kind:
        case Scalar() | Array():
            return True
        case Tuple(items):
            return all(map(_is_data, items))
        case List(item):
            return _is_data(item)
        case Dict(items) | Object(_, items):
            return all(_is_data(item) for _, item in items)
        case Static(value):
            return value is None or hasattr(value, "__name__")
    return isinstance(kind, Named) and kind.name == "str"
