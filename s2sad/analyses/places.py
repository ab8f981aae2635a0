"""Which memory an operation touches, and which places of it.

An array that is updated in place, carried by loops and merged by branches is one memory under many variables: it is
known by the variable that it was made as, its origin, or may be one of several. What a loop carries from the iteration
before is not what this iteration makes, though it was made as the same variable: it is an older one. Where a loop
exchanges arrays (`u, v = v, u`), each variable that it carries is one of them and no two are the same. A view is that
of its base, with the indices of the axes that are fixed in it: after `row = x[i]`, `row[j]` is the place `x[i, j]`.
"""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from s2sad.analyses.views import is_exact_view, may_be_view
from s2sad.ir.kinds import SLICE, TAPE, Array, Kind, List, Scalar, is_mutable
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Carry,
    Const,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    With,
    reads,
    walk,
)
from s2sad.rules import table
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.indexing import index_parts

# What gives another name to the same memory.
_SAME = {"s2sad.alias", "s2sad.touched", "s2sad.seen", "s2sad.some"}
# What of a list or a tape is one of its items.
_ITEMS = {"s2sad.getitem", "s2sad.pop"}


@dataclass(frozen=True)
class Origin:
    """What a memory was made as: by this variable, in this iteration of the loops around it, or an ``older`` one."""

    var: Var
    older: bool = False
    of_items: bool = False  # all items of this list or tape


@dataclass(frozen=True)
class Place:
    """Part of a memory: ``fixed`` is the index of each axis that has one; all of the other axes.

    The memory may be any of its ``origins``; there are none where nothing is known. ``left`` are the axes that an
    index would fix next; None for one that it would not.
    """

    origins: frozenset[Origin]
    fixed: tuple[tuple[int, Operand], ...] = ()
    left: tuple[int | None, ...] = ()

    def at(self, context: Context, index: Operand) -> Place:
        """The place of an element or of a part, for an index of an array."""
        parts = index_parts(context, index)
        if parts is None:
            return Place(self.origins, self.fixed)
        fixed, left, axes = list(self.fixed), [], list(self.left)
        for number, part in enumerate(parts):
            if part.kind == ELLIPSIS:
                rest = [p for p in parts[number + 1 :] if not _is_new_axis(p)]
                kept = max(0, len(axes) - len(rest))
                left += axes[:kept]
                axes = axes[kept:]
            elif _is_new_axis(part):
                left.append(None)
            else:
                axis = axes.pop(0) if axes else None
                if isinstance(part.kind, Scalar) and axis is not None:
                    fixed.append((axis, part))
                elif not isinstance(part.kind, Scalar):
                    left.append(axis if _is_whole(context, part) else None)
        return Place(self.origins, tuple(fixed), (*left, *axes))


class Places:
    def __init__(self, context: Context, function: Function) -> None:
        self.context = context
        self.made: dict[Var, Statement] = {}
        # The loops around the definition of each variable, the innermost last.
        self.loops: dict[Var, tuple[Loop, ...]] = {}
        # What a variable has its memory of, and the loop that hands it on where that is an iteration before.
        self._before: dict[Var, list[tuple[Var, Loop | None]]] = {}
        self._origins: dict[Var, frozenset[Origin]] = {}
        # What a loop that exchanges arrays carries, and leaves: each with what the arrays are before.
        self.exchanged: dict[Var, list[Operand]] = {}
        self._collect(function)
        self._separate(function)

    # -- one memory --------------------------------------------------------------------------------

    def _collect(self, function: Function) -> None:
        for var in [*(param.var for param in function.params), *function.captures]:
            self.loops[var] = ()
        waiting: list[tuple[Any, tuple[Loop, ...]]] = [(function.body, ())]
        while waiting:
            block, loops = waiting.pop()
            for s in block.statements:
                inside = (*loops, s) if isinstance(s, Loop) else loops
                self._note(s, loops, inside)
                waiting += [(inner, inside) for inner in s.blocks()]

    def _note(self, s: Statement, loops: tuple[Loop, ...], inside: tuple[Loop, ...]) -> None:
        for var in s.defined():
            self.made[var] = s
            self.loops[var] = loops
        if isinstance(s, Loop):
            for var in s.bound():
                self.made[var] = s
                self.loops[var] = inside
            for carry in s.carries:
                self._hand_on(carry.param, [carry.init])
                self._hand_on(carry.param, [carry.out], s)
                self._hand_on(carry.result, [carry.init])
                self._hand_on(carry.result, [carry.out], s)
        elif isinstance(s, (If, With)):
            if isinstance(s, With) and s.target is not None:
                self.loops[s.target] = loops
            for merge in s.merges:
                self._hand_on(merge.out, merge.values)
        elif isinstance(s, Assign) and (s.primitive in IN_PLACE or s.primitive in _SAME or s.extra == "owned"):
            self._hand_on(s.target, s.args[:1])

    def _hand_on(self, var: Var, operands: list[Operand], over: Loop | None = None) -> None:
        if is_mutable(var.kind):
            known = self._before.setdefault(var, [])
            known += [(operand, over) for operand in operands if isinstance(operand, Var)]

    def origins(self, var: Var) -> frozenset[Origin]:
        """All that a memory may have been made as."""
        asked = [var]
        while asked:
            missing = [] if asked[-1] in self._origins else self._find_origins(asked[-1])
            asked = [*asked, *missing] if missing else asked[:-1]
        return self._origins[var]

    def _find_origins(self, var: Var) -> list[Var]:
        """Follow what hands memory on back to where it is made; once around a loop, what is made in it is older.

        What is reached without a loop around it has origins of its own: returns those that have to be found before.
        """
        found: set[Origin] = set()
        missing: list[Var] = []
        waiting: list[tuple[Var, frozenset[Loop]]] = [(var, frozenset())]
        seen = set(waiting)
        while waiting:
            one, around = waiting.pop()
            if one not in self._before:
                found.add(Origin(one, bool(around)))
            elif one is not var and not around:
                found |= self._origins.get(one, frozenset())
                missing += [one] if one not in self._origins else []
            else:
                new = {(operand, (around if loop is None else around | {loop}) & frozenset(self.loops.get(operand, ())))
                       for operand, loop in self._before[one]} - seen
                seen |= new
                waiting += new
        if not missing:
            self._origins[var] = frozenset(found)
        return missing

    def source(self, var: Operand) -> Var | None:
        """The one variable that a memory was made as; None where it may be one or the other."""
        found = list(self.origins(var)) if isinstance(var, Var) else []
        return found[0].var if len(found) == 1 and not found[0].older else None

    def same(self, one: Operand, two: Operand) -> bool:
        """Whether two variables are surely one memory."""
        source = self.source(one)
        return source is not None and source is self.source(two)

    def stays(self, out: Operand, param: Var) -> bool:
        """Whether what a loop carries on is the memory that it got, perhaps updated."""
        loop = self.loops[param][-1]
        waiting: list[Operand] = [out]
        seen: set[Operand] = set()
        while waiting:
            one = waiting.pop()
            if one is param or one in seen:
                continue
            seen.add(one)
            if not isinstance(one, Var) or not self._before.get(one) or loop not in self.loops[one]:
                return False
            waiting += [operand for operand, _ in self._before[one]]
        return True

    # -- arrays that a loop exchanges --------------------------------------------------------------

    def _separate(self, function: Function) -> None:
        statements = list(walk(function.body))
        for number, s in enumerate(statements):
            carries = self._permuted(s) if isinstance(s, Loop) else []
            if not carries or not self._are_apart([carry.init for carry in carries]):
                continue
            variables = [var for carry in carries for var in (carry.param, carry.result)]
            kept = {var: self._before.pop(var) for var in variables}
            self._origins.clear()
            before = {origin for carry in carries if isinstance(carry.init, Var) for origin in self.origins(carry.init)}
            if any(self._is_used(one, before) for one in statements[number + 1 :]):
                self._before.update(kept)
                self._origins.clear()
            else:
                self.exchanged.update({var: [carry.init for carry in carries] for var in variables})

    def _permuted(self, loop: Loop) -> list[Carry]:
        """What of the arrays that a loop carries is, in the next iteration, what another one was."""
        arrays = {c.param: c for c in loop.carries if isinstance(c.param.kind, Array) and c.out is not c.param}
        comes_from = {param: self._one_of(carry.out, arrays) for param, carry in arrays.items()}
        group = {param: found for param, found in comes_from.items() if found is not None}
        while set(group) != set(group.values()):
            smaller = {param: found for param, found in group.items() if found in group and param in group.values()}
            if len(smaller) == len(group):
                return []
            group = smaller
        return [arrays[param] for param in group] if any(param is not found for param, found in group.items()) else []

    def _one_of(self, out: Operand, params: Collection[Var]) -> Var | None:
        """The one parameter that a memory is that of, whatever was done to it since."""
        return next((param for param in params if out is param or self.stays(out, param)), None)

    def _are_apart(self, operands: list[Operand]) -> bool:
        """Whether these are surely different memories."""
        sources = [self.source(operand) for operand in operands]
        return len(set(sources)) == len(sources) and all(one is not None and self._is_made(one) for one in sources)

    def _is_used(self, s: Statement, origins: set[Origin]) -> bool:
        return any(
            isinstance(operand, Var) and isinstance(operand.kind, Array) and self.whole(operand).origins & origins
            for operand in reads(s)
        )

    # -- places ------------------------------------------------------------------------------------

    def whole(self, var: Var) -> Place:
        """The place of all that a variable holds."""
        origins = self.origins(var)
        source = self.source(var)
        if source is None:
            known = all(self._is_made(one.var) for one in origins)
            return Place(origins if known else frozenset(), (), _axes(var.kind))
        made = self.made.get(source)
        if isinstance(made, Assign):
            if made.primitive in _ITEMS and not isinstance(made.args[0].kind, Array):
                return self._item(made)
            base = made.args[0] if made.args else None
            if isinstance(base, Var) and isinstance(base.kind, Array):
                if made.primitive == "s2sad.getitem" and is_exact_view(self.context, made):
                    return self.whole(base).at(self.context, made.args[1])
                if is_exact_view(self.context, made) or may_be_view(made):
                    found = self.whole(base)
                    return Place(found.origins, found.fixed, (None,) * len(_axes(source.kind)))
        return Place(origins if self._is_made(source) else frozenset(), (), _axes(source.kind))

    def _is_made(self, source: Var) -> bool:
        """Whether memory is made here, or comes from outside, and is not part of some other."""
        made = self.made.get(source)
        if not isinstance(made, Assign):
            return made is None or source in self.exchanged
        known = table.lookup(made.primitive)
        if known is not None and not known.view or made.primitive in _FRESH:
            return True
        if made.primitive == "s2sad.expand":  # of a number, it fills an array
            return not isinstance(made.args[0].kind, Array)
        if is_selection(self.context, made):
            return True
        return not any(isinstance(arg, Var) and is_mutable(arg.kind) for arg in made.args)

    def _item(self, made: Assign) -> Place:
        """An item of a container: the places of a list are its items, and what is in them."""
        held, *places = made.args
        list_of = self.source(held)
        given = list_of is not None and (held.kind == TAPE or list_of not in self.made)
        left = tuple(axis + len(places) for axis in _axes(made.target.kind))
        origins = frozenset((Origin(list_of, of_items=True),)) if given and list_of is not None else frozenset()
        return Place(origins, tuple(enumerate(places)), left)

    def is_own(self, place: Place, loop: Loop) -> bool:
        """Whether every iteration of a loop makes this memory anew."""
        return bool(place.origins) and all(self._is_made_in(loop, one) for one in place.origins)

    def _is_made_in(self, loop: Loop, origin: Origin) -> bool:
        inside = loop in self.loops.get(origin.var, ())
        if not inside or origin.var not in self.exchanged:
            return inside and not origin.of_items
        return all(isinstance(one, Var) and self.is_own(self.whole(one), loop) for one in self.exchanged[origin.var])


_FRESH = {"s2sad.tape", "s2sad.top"}


def is_selection(context: Context, made: Assign) -> bool:
    """Whether this copies elements of an array, by an array of indices or a mask."""
    if made.primitive != "s2sad.getitem" or not isinstance(made.args[0].kind, Array):
        return False
    parts = index_parts(context, made.args[1])
    return parts is not None and any(isinstance(part.kind, (Array, List)) for part in parts)


def _axes(kind: Kind) -> tuple[int, ...]:
    if isinstance(kind, List):
        return (0,)
    return tuple(range(len(kind.dims))) if isinstance(kind, Array) and kind.dims is not None else ()


def _is_new_axis(part: Operand) -> bool:
    return isinstance(part, Const) and part.value is None


def _is_whole(context: Context, part: Operand) -> bool:
    made = context.definition(part, "s2sad.slice") if part.kind == SLICE else None
    return made is not None and all(isinstance(arg, Const) and arg.value is None for arg in made.args)
