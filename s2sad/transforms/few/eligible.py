"""Which arrays of a few elements become numbers.

One that is made in the function, of elements that are known one by one, and read by its elements or in arithmetic; and
what is computed with it. Where all are temporaries of operations on arrays, that nobody reads or writes by element, one
loop over the elements does as well.

Where memory is updated in place all that refers to it has to be such: whoever else looked at it would not see the
updates. Of what is never updated any part may: it is made an array where somebody wants one.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.classes import Classes
from s2sad.analyses.sharing import gives_own_memory
from s2sad.ir.kinds import UNKNOWN, Array, Scalar
from s2sad.ir.nodes import (
    UNDEFINED,
    Assign,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    With,
    structured,
    walk,
)
from s2sad.rules.build import Context
from s2sad.rules.indexing import getitem_kind
from s2sad.transforms.few.recipes import (
    Apply,
    Recipe,
    is_asked_for_its_shape,
    is_small,
    recipe,
    row_indices,
    shape_of,
    terms,
)

# More operations than these on numbers are no gain to anybody who reads or compiles them.
MAXIMUM_OPERATIONS = 800
_ITEMS = {"s2sad.getitem", "s2sad.read"}
_STORES = {"s2sad.store", "s2sad.add_at"}
_DISPLAYS = {"s2sad.list", "s2sad.tuple"}
# What is told the elements of an array one by one.
_SPELLED = {"numpy.array", "numpy.zeros", "numpy.empty", "numpy.ones", "numpy.full", "numpy.eye", "numpy.identity"}


@dataclass(eq=False, slots=True)
class _Join:
    """What control flow joins: the variables are all that it calls them."""

    variables: tuple[Var, ...]
    values: list[Operand]


class Choice:
    """``numbers`` are the arrays that become numbers, ``recipes`` what is written element by element, and ``wanted``
    those that somebody needs as arrays all the same."""

    def __init__(self, context: Context, function: Function) -> None:
        self.context, self.function = context, function
        self.statements = walk(function.body)
        self.numbers: set[Var] = set()
        self.recipes: dict[Assign, Recipe] = {}
        self.wanted: set[Operand] = set()
        self._rounds = {s for loop in structured(function.body) if isinstance(loop, Loop) for inner in loop.blocks()
                        for s in walk(inner)}
        self._joins = [join for s in self.statements if not s.simple for join in _joins(s)]
        self._readers: dict[Operand, list[Statement]] = {}
        for s in self.statements:
            if isinstance(s, Assign) and any(map(is_small, (s.target, *s.args))):
                self._propose(s)
        for join in self._joins:
            if _may_join(join):
                self.numbers.update(join.variables)

    def _propose(self, s: Assign) -> None:
        found = recipe(self.context, s)
        if found is not None:
            self.recipes[s] = found
            if is_small(s.target):
                self.numbers.add(s.target)

    def settle(self, aliases: Aliases) -> bool:
        """Leave out what has to be an array; whether anything is left that is worth it."""
        for s in self.statements:
            for operand in s.args:
                self._readers.setdefault(operand, []).append(s)
        size = -1
        while size != len(self.numbers):
            size = len(self.numbers)
            self.numbers -= self._unbound(self._held())
            self.numbers -= set(self._shared(aliases))
            self.numbers -= {var for var in self._only_wanted(self._held()) if not aliases.may_change(var)}
            for join in self._joins:
                if not self.numbers.issuperset(join.variables):
                    self.numbers.difference_update(join.variables)
            self.numbers -= self._pointless()
        self.recipes = {s: found for s, found in self.recipes.items() if self.is_written(s)}
        held = self._held()
        self.wanted = {var for var in self.numbers if self._is_wanted(var, held)}
        return self._is_worth_it()

    def _is_worth_it(self) -> bool:
        operations = sum(isinstance(term, Apply) for found in self.recipes.values() for term in terms(found))
        return operations <= MAXIMUM_OPERATIONS and not self._rounds.isdisjoint(self.recipes)

    # -- who reads ----------------------------------------------------------------------------------

    def is_written(self, s: Statement) -> bool:
        """Whether a statement is written element by element."""
        if not isinstance(s, Assign) or s not in self.recipes:
            return False
        return s.target in self.numbers if isinstance(s.target.kind, Array) else not self.numbers.isdisjoint(s.args)

    def is_row_store(self, s: Statement) -> bool:
        """Whether a statement puts numbers into a part of a large array."""
        if not isinstance(s, Assign) or s.primitive not in _STORES or s.args[0] is not s.args[1]:
            return False
        base, _, index, value = s.args
        if value not in self.numbers or base in self.numbers or row_indices(self.context, base, index) is None:
            return False
        return shape_of(Var("", getitem_kind(self.context, base, index))) == shape_of(value)

    def _wants(self, s: Statement) -> bool:
        """Whether a statement needs the arrays that it reads as such."""
        if self.is_written(s) or self.is_row_store(s):
            return False
        if isinstance(s, Assign) and s.primitive in _DISPLAYS:
            readers = self._readers.get(s.target, ())
            return s.target is self.function.result or s.target in self._held() or any(map(self._wants, readers))
        return not (isinstance(s, Assign) and is_asked_for_its_shape(s))

    def _held(self) -> set[Operand]:
        """What control flow joins to something that stays as it is."""
        return {value for join in self._joins if not self.numbers.issuperset(join.variables) for value in join.values}

    def _only_wanted(self, held: set[Operand]) -> set[Var]:
        """Those that nobody reads as numbers: an array that only arrays are made of is none the better for it."""
        joined = {value for join in self._joins if self.numbers.issuperset(join.variables) for value in join.values}
        return {var for var in self.numbers - joined if self._is_wanted(var, held) and all(
            map(self._wants, self._readers.get(var, ())))}

    def _is_wanted(self, var: Var, held: set[Operand]) -> bool:
        return var in held or var is self.function.result or any(map(self._wants, self._readers.get(var, ())))

    def _unbound(self, held: set[Operand]) -> set[Var]:
        """Those that are wanted as arrays where they may not be bound."""
        return {var for join in self._joins if UNDEFINED in join.values for var in join.variables
                if var in self.numbers and self._is_wanted(var, held)}

    def _pointless(self) -> set[Var]:
        """Those that nobody makes, reads or writes by element, nor any that they are computed with."""
        together = Classes()
        spelled: list[Var] = []
        held = self._held()
        for s in filter(self.is_written, self.recipes):
            members = [one for one in (s.target, *s.args) if isinstance(one, Var) and one in self.numbers]
            for other in members[1:]:
                together.unite(members[0], other)
            if s.primitive in _SPELLED or s.primitive in _ITEMS and s.target not in self.numbers and (
                    not self._is_wanted(members[0], held)) or (
                    s.primitive in _STORES and isinstance(s.args[3].kind, Scalar)):
                spelled.append(members[0])
        for join in self._joins:
            if self.numbers.issuperset(join.variables):
                for joined in (*join.variables[1:], *join.values):
                    if isinstance(joined, Var) and joined in self.numbers:
                        together.unite(join.variables[0], joined)
        roots = set(map(together.find, spelled))
        return {var for var in self.numbers if together.find(var) not in roots}

    # -- who refers to the same memory --------------------------------------------------------------

    def _shared(self, aliases: Aliases) -> Iterator[Var]:
        """Those whose memory is updated while somebody else refers to it."""
        changing = [var for var in self._variables() if aliases.may_change(var)] if aliases.any_changed else []
        held = self._held() if changing else set()
        bad = {aliases.class_of(var) for var in changing if not self._keeps_to_itself(var, held)}
        return (var for var in changing if aliases.class_of(var) in bad)

    def _variables(self) -> list[Var]:
        """All arrays, and what may be one."""
        found = [param.var for param in self.function.params] + self.function.captures
        for s in self.statements:
            found += s.defined()
            if isinstance(s, Loop):
                found += s.bound()
        return [var for var in found if isinstance(var.kind, Array) or var.kind is UNKNOWN]

    def _keeps_to_itself(self, var: Var, held: set[Operand]) -> bool:
        return var in self.numbers and var not in held and not any(
            self._wants(s) and (s in self._rounds or not isinstance(s, Assign) or not gives_own_memory(s))
            for s in self._readers.get(var, ()))


def _joins(s: Statement) -> Iterable[_Join]:
    if isinstance(s, (If, With)):
        return [_Join((merge.out,), merge.values) for merge in s.merges]
    if isinstance(s, Loop):
        return [_Join((carry.param, carry.result), [carry.init, carry.out]) for carry in s.carries]
    return []


def _may_join(join: _Join) -> bool:
    shape = shape_of(join.variables[0])
    known = [*join.variables, *(value for value in join.values if value is not UNDEFINED)]
    return all(is_small(one) and shape_of(one) == shape for one in known)
