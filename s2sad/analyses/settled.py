"""Elements of updated arrays that are the same at the end as when they were read: the reverse sweep reads them again.

    for i in range(1, n):
        e = math.exp(y[i - 1])      no round writes the place `i - 1` any more
        y[i] = c[i] + e

So `e` may be computed again, of the array as it is left; one that each round of a loop makes is left as it is at the
end of the round. Places are compared by `analyses.following`; an array that the reverse sweep puts back into earlier
states is not looked at. The items of a list that only grows stay where they are, counted from the front.
"""
from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator
from typing import Any

from s2sad.analyses.aliases import changed_by, changing
from s2sad.analyses.following import Arm, Place, may_follow
from s2sad.analyses.terms import is_from_the_front, term_of
from s2sad.analyses.versions import STORES, Versions, is_new
from s2sad.ir.kinds import Array, List, Scalar
from s2sad.ir.nodes import Assign, Block, If, Loop, Operand, Statement, Var, With, walk
from s2sad.rules.build import Context
from s2sad.rules.indexing import index_parts

# Of an array that more statements write than that, nothing is found out.
_MOST_STORES = 20
# What reads and writes elements.
_PLACED = STORES | {"s2sad.getitem"}


class Settled:
    """What is known of the elements that a forward sweep reads."""

    def __init__(self, context: Context, versions: Versions, forward: Block, reverse: Block) -> None:
        self.context, self.versions, self.forward, self.reverse = context, versions, forward, reverse
        self.place: dict[Statement, Place] = {}
        self.stores: dict[Operand, list[Assign]] = {}
        # The last version of an array of the function's own block, or of a loop of which each round makes it; these.
        self.last: dict[Operand, Var] = {}
        self.anew: dict[Operand, tuple[Loop, ...]] = {}
        self.known: dict[Var, Assign | None] = {}
        if versions.any:
            self._collect(forward, (), ())
            self._find_last(forward, ())
            for root in self._disturbed(forward, reverse):
                self.last.pop(root, None)

    def read_again(self, var: Var) -> Assign | None:
        """The assignment that gives an element again of the array as it is left; None where it may be another."""
        if var not in self.known:
            self.known[var] = self._read_again(var)
        return self.known[var]

    def is_left(self, operand: Operand) -> bool:
        """Whether an array, or what a view is of, is there in the reverse sweep as its last update leaves it."""
        base = self.versions.base(operand)
        return isinstance(base, Var) and self.last.get(self.versions.root(base)) is base

    def _read_again(self, var: Var) -> Assign | None:
        made = self.context.definition(var, "s2sad.getitem")
        if made is not None and isinstance(made.args[0].kind, List):
            return self._item_again(made)
        if made is None or made not in self.place or not self.place[made].loops or not isinstance(var.kind, Scalar):
            return None
        root = self.versions.root(made.args[0])
        stores = self.stores.get(root, [])
        if root not in self.last or len(stores) > _MOST_STORES or any(self._may_follow(s, made) for s in stores):
            return None
        for same in self.reads[self._key(made)]:
            if same is var:
                break
            if self._is_seen(same, made) and self.read_again(same) is not None:
                return Assign(var, "s2sad.alias", [same], origin=made.origin)
        return Assign(var, made.primitive, [self.last[root], made.args[1]], style=made.style, origin=made.origin)

    def _is_seen(self, var: Var, read: Assign) -> bool:
        """Whether an element that was read before stands where a read sees it, and not in a branch beside it."""
        made = self.context.definition(var, "s2sad.getitem")
        arms = self.place[read].arms
        return made is not None and self.place[made].arms == arms[: len(self.place[made].arms)]

    def _item_again(self, made: Assign) -> Assign | None:
        """The item of a list that is complete, or only grows from there on."""
        whole, index = made.args
        term = term_of(self.context, index)
        if whole not in self._outermost or term is None or not is_from_the_front(self.context, term):
            return None
        if not self.only_grows(whole):
            return None
        if not isinstance(made.target.kind, Scalar) and self.versions.aliases.may_change(made.target):
            return None
        return Assign(made.target, made.primitive, made.args, style=made.style, origin=made.origin)

    def only_grows(self, whole: Operand) -> bool:
        """Whether nothing changes a list but what appends to it."""
        return isinstance(whole, Var) and self.versions.aliases.class_of(whole) not in self._rearranged

    @functools.cached_property
    def reads(self) -> dict[Hashable, list[Var]]:
        """The elements that loops read, those of one place together, in the order of the program."""
        found: dict[Hashable, list[Var]] = {}
        for s, place in self.place.items():
            if place.loops and isinstance(s, Assign) and s.primitive == "s2sad.getitem" and isinstance(
                    s.target.kind, Scalar):
                found.setdefault(self._key(s), []).append(s.target)
        return found

    @functools.cached_property
    def _outermost(self) -> set[Operand]:
        """The variables of the function's own block."""
        return {var for s in self.forward.statements for var in s.defined()}

    @functools.cached_property
    def _rearranged(self) -> set[Operand]:
        """The classes of what is changed by more than having something appended to it."""
        return {
            self.versions.aliases.class_of(var) for block in (self.forward, self.reverse) for s in changing(walk(block))
            if not (isinstance(s, Assign) and s.primitive == "s2sad.append") for var in changed_by(s)
        }

    def _key(self, read: Assign) -> Hashable:
        """Equal for two reads of one place of an array in the same round."""
        root, parts = self.versions.root(read.args[0]), index_parts(self.context, read.args[1]) or [read.args[1]]
        return (root, self.place[read].loops, *(term_of(self.context, part) or id(part) for part in parts))

    def _may_follow(self, store: Assign, read: Assign) -> bool:
        anew = self.anew[self.versions.root(read.args[0])]
        return may_follow(self.context, store, self.place[store], read, self.place[read], _OneChain, anew)

    def _collect(self, block: Block, loops: tuple[Loop, ...], arms: tuple[Arm, ...]) -> None:
        for s in block.statements:
            if s.simple and not (isinstance(s, Assign) and s.primitive in _PLACED):
                continue
            # The reverse sweep meets them last to first.
            self.place[s] = place = Place(-len(self.place), loops, 0, arms)
            if isinstance(s, Assign) and s.primitive in STORES:
                self.stores.setdefault(self.versions.root(s.args[0]), []).append(s)
            if not s.simple:
                for number, inner in enumerate(s.blocks()):
                    self._collect(inner, *place.inside(s, number))

    def _find_last(self, block: Block, loops: tuple[Loop, ...]) -> None:
        made: set[Operand] = set()
        for s in block.statements:
            if isinstance(s, Assign) and isinstance(s.target.kind, Scalar):
                continue
            if loops and isinstance(s, Assign) and is_new(s):
                made.add(s.target)
            for var in s.defined():
                root = self.versions.root(var) if isinstance(var.kind, Array) else None
                if root in self.stores and (not loops or root in made) and self.versions.is_last(var):
                    self.last[root], self.anew[root] = var, loops
            if isinstance(s, Loop):
                self._find_last(s.body, (*loops, s))

    def _disturbed(self, forward: Block, reverse: Block) -> Iterator[Operand]:
        """The arrays that something else changes, and those that the reverse sweep changes."""
        classes = {
            self.versions.aliases.class_of(var) for s in changing(walk(forward)) if not isinstance(s, Assign)
            for var in changed_by(s)
        }
        yield from [root for root, var in self.last.items() if self.versions.aliases.class_of(var) in classes]
        statements = walk(reverse)
        waiting = [s.args[0] for s in statements if isinstance(s, Assign) and s.primitive in STORES]
        sources = _sources(statements) if waiting else {}
        seen: set[Operand] = set()
        while waiting:
            operand = waiting.pop()
            if operand not in seen:
                seen.add(operand)
                waiting += sources.get(operand, [])
                yield self.versions.root(operand)


class _OneChain:
    """All versions that are asked for are of one array."""

    @staticmethod
    def find(var: Any) -> None:
        return None


def _sources(statements: list[Statement]) -> dict[Operand, list[Operand]]:
    """What each version of an array is made from, or is one of."""
    found: dict[Operand, list[Operand]] = {}
    for s in statements:
        if isinstance(s, Assign) and s.primitive in STORES:
            found[s.target] = [s.args[0]]
        elif isinstance(s, (If, With)):
            found.update((merge.out, merge.values) for merge in s.merges)
        elif isinstance(s, Loop):
            for carry in s.carries:
                found[carry.param] = found[carry.result] = [carry.init, carry.out]
    return found
