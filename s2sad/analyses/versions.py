"""Versions of memory that is updated in place: which variables are versions, of what, and which is the last."""
from __future__ import annotations

import functools
from collections.abc import Collection

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.complete import Complete
from s2sad.analyses.sharing import gives_own_memory
from s2sad.analyses.views import asks_for_order, is_exact_view
from s2sad.ir.kinds import Array, Scalar, is_mutable
from s2sad.ir.nodes import Assign, Block, Carry, Effect, For, If, Loop, Operand, Statement, Var, With, view_place, walk
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import is_whole

STORES = {"s2sad.store", "s2sad.add_at"}
_WRITES = {*STORES, "s2sad.touched"}


class Versions:
    """Which variables are versions of memory that is updated in place."""

    def __init__(self, context: Context, body: Block, aliases: Aliases) -> None:
        self.context, self.aliases = context, aliases
        self.overwritten: set[Var] = set()
        self._firsts: dict[Var, Operand] = {}
        # The first version of all memory of an alias class that is updated; None where there are several.
        self.roots: dict[Var, Operand | None] = {}
        self._inits: dict[Operand, Operand] = {}
        # By the identity of each carry of memory that rounds hand from one to the other, all those of its loop; by
        # class, what such a loop leaves.
        self.turns: dict[int, list[Carry]] = {}
        self._left: dict[Var, set[Operand]] = {}
        # What a round begins with and updates, where its memory may be handed on to the next one by another name.
        self._handed_on: set[Operand] = set()
        # What was stored as the whole of an array in the block that it is of, and the version that this made.
        self.stored: dict[Operand, Var] = {}
        statements, whole = walk(body), []
        self.complete = Complete(context, statements, aliases)
        for s in statements:
            if isinstance(s, Assign) and s.primitive in _WRITES and isinstance(s.args[0], Var):
                self.overwritten.add(s.args[0])
                if s.primitive == "s2sad.store" and is_stored_whole(context, s):
                    whole.append(s)
        if self.overwritten:  # a list that has become longer is not put back
            self.overwritten.update(s.args[0] for s in statements if isinstance(s, Assign)
                                    and s.primitive == "s2sad.append" and isinstance(s.args[0], Var))
        if whole:
            self._find_stored(body, {s.args[3] for s in whole if s.args[3] not in context.definitions}, set(whole))
        structured = [s for s in statements if not s.simple]
        self._spread(structured)
        self.any = bool(self.overwritten)
        self._in_order: set[Operand] = set()  # by alias class
        if self.any:
            self._find_roots(statements, [s for s in structured if isinstance(s, Loop)])
            self._in_order = {aliases.class_of(s.args[0]) for s in statements if isinstance(s, Assign)
                              and asks_for_order(s) and isinstance(s.args[0], Var) and is_exact_view(context, s)}

    def _find_stored(self, block: Block, here: set[Operand], whole: set[Assign]) -> None:
        """A value of another block may be read where the branch or the loop that stores it was not run."""
        for s in block.statements:
            if isinstance(s, Assign) and s in whole and s.args[3] in here:
                self.stored[s.args[3]] = s.target
            here.update(s.defined())
            if not s.simple:
                for inner in s.blocks():
                    self._find_stored(inner, set(s.bound()) if isinstance(s, Loop) else set(), whole)

    def is_in_order(self, var: Operand) -> bool:
        """Whether an array that is no view is, or becomes, what views are taken of that are copies in another order."""
        if not self._in_order or not isinstance(var, Var) or self.aliases.class_of(var) not in self._in_order:
            return False
        made = self.context.definitions.get(var)
        return not isinstance(made, Assign) or not is_exact_view(self.context, made)

    def _find_roots(self, statements: list[Statement], loops: list[Loop]) -> None:
        self._inits = {carry.param: carry.init for loop in loops for carry in loop.carries if self.is_chain(carry)}
        roots: dict[Var, set[Operand]] = {}
        for s in statements:
            if isinstance(s, Assign) and s.primitive in STORES and isinstance(s.args[0], Var):
                roots.setdefault(self.aliases.class_of(s.args[0]), set()).add(self.root(s.args[0]))
        self.roots = {key: next(iter(found)) if len(found) == 1 else None for key, found in roots.items()}
        known = {root for root in self.roots.values() if root is not None}
        self._handed_on = {carry.param for loop in loops for carry in loop.carries
                           if carry.param in known and self._is_handed_on(loop, carry.param)}
        # Where iterations are run at once it has to be known which array each works on.
        if not any([isinstance(loop, For) and loop.parallel for loop in loops]):
            for loop in loops:
                self._find_turns(loop, roots)

    def _is_handed_on(self, loop: Loop, root: Var) -> bool:
        """Whether a round may hand on memory that a loop carries and that is updated in its rounds."""
        params = {carry.param for carry in loop.carries}
        waiting: list[Operand] = [carry.out for carry in loop.carries]
        seen: set[Operand] = set(waiting)
        while waiting:
            one = waiting.pop()
            if one is root:
                return True
            further = [] if one in params else self._shared_with(one)
            waiting += [operand for operand in further if operand not in seen]
            seen.update(further)
        return False

    def _shared_with(self, operand: Operand) -> list[Operand]:
        """What the memory of a variable may have been known as before."""
        made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        if isinstance(made, Assign):
            return [] if gives_own_memory(made) else [arg for arg in made.args if not isinstance(arg.kind, Scalar)]
        if isinstance(made, (If, With)):
            return [value for merge in made.merges if merge.out is operand for value in merge.values]
        if isinstance(made, Loop):
            return [o for c in made.carries if operand in (c.param, c.result) for o in (c.init, c.out)]
        return list(made.args) if isinstance(made, Effect) else []

    def _find_turns(self, loop: Loop, roots: dict[Var, set[Operand]]) -> None:
        """The memories that a loop's rounds hand round: ``u, new = new, u``.

        Each has to begin as memory of its own, and nothing else of its class is updated.
        """
        by_class: dict[Var, list[Carry]] = {}
        for carry in loop.carries:
            out = carry.out
            if isinstance(carry.param.kind, Array) and isinstance(out, Var) and self.aliases.may_change(out):
                by_class.setdefault(self.aliases.class_of(out), []).append(carry)
        for key, group in by_class.items():
            params = {carry.param for carry in group}
            if len(group) == 1 or {self.first(carry.out) for carry in group} != params or key in self._left:
                continue
            firsts = {self.first(carry.init) for carry in group}
            left: set[Operand] = {carry.result for carry in group}
            if len(firsts) == len(group) and all(map(self._is_own, firsts)) and (
                    roots.get(key, set()) <= {*params, *firsts, *left}):
                self.turns.update((id(carry), group) for carry in group)
                self._left[key] = left

    def _is_own(self, operand: Operand) -> bool:
        made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        return isinstance(made, Assign) and gives_own_memory(made)

    def root(self, operand: Operand) -> Operand:
        """The version before all updates of one memory, through the loops that carry it."""
        root = self.first(operand)
        while root in self._inits:
            root = self.first(self._inits[root])
        return root

    def is_last(self, var: Var) -> bool:
        """Whether memory holds this version when the primal has ended."""
        if var in self.overwritten:
            return False
        if not self.aliases.may_change(var) or var in self.complete:
            return True
        key, first = self.aliases.class_of(var), self.first(var)
        is_root = self.roots.get(key) is first and first not in self._handed_on or first in self._left.get(key, ())
        return is_root and not self.aliases.may_change_inside(var)

    def _spread(self, structured: list[Statement]) -> None:
        """What control flow hands on is overwritten where the one that it becomes is."""
        handed: list[tuple[Operand, Var]] = []
        for s in structured:
            if isinstance(s, (If, With)):
                handed += [(value, merge.out) for merge in s.merges for value in merge.values]
            elif isinstance(s, Loop):
                for carry in s.carries:
                    becomes = (carry.param, carry.result)
                    handed += [(value, var) for value in (carry.init, carry.out) for var in becomes]
        self._mark_twins(structured)
        known = -1
        while known != len(self.overwritten):
            known = len(self.overwritten)
            self.overwritten.update(old for old, new in handed if isinstance(old, Var) and new in self.overwritten)

    def _mark_twins(self, structured: list[Statement]) -> None:
        """Of two names that an `if` leaves for one version neither is known to hold it."""
        for s in structured:
            if not isinstance(s, If):
                continue
            seen: dict[Operand, Var] = {}
            for merge in s.merges:
                first = self.first(merge.out)
                if first is not merge.out and first in seen:
                    self.overwritten.update((merge.out, seen[first]))
                seen[first] = merge.out

    def is_handed_round(self, operand: Operand) -> bool:
        """Whether a version is of memory that a loop's rounds hand from one to the other."""
        return bool(self._left) and isinstance(operand, Var) and self.aliases.class_of(operand) in self._left

    def is_chain(self, carry: Carry) -> bool:
        """Whether a loop carries one memory that its body updates."""
        return carry.out is not carry.param and self.first(carry.out) is carry.param

    def first(self, operand: Operand) -> Operand:
        """The version before all updates that lead to this one, as far as they are of one memory."""
        known = self._firsts.get(operand)  # type: ignore[arg-type]
        if known is not None:
            return known
        passed: list[Var] = []
        while isinstance(operand, Var) and operand not in self._firsts:
            before = self._before(operand)
            passed.append(operand)
            if before is None:
                break
            operand = before
        first = self._firsts.get(operand, operand) if isinstance(operand, Var) else operand
        self._firsts.update(dict.fromkeys(passed, first))
        return first

    def _before(self, var: Var) -> Operand | None:
        made = self.context.definitions.get(var)
        if isinstance(made, Assign):
            return made.args[0] if made.primitive in STORES else None
        if isinstance(made, If):
            values = next((m.values for m in made.merges if m.out is var), [])
            live = [value for value, block in zip(values, made.blocks(), strict=True) if not raises(block)]
            firsts = [self.first(value) for value in live]
            if firsts and all(first is firsts[0] for first in firsts):
                return firsts[0]
        if isinstance(made, Loop):
            for carry in made.carries:
                if carry.result is var and self.is_chain(carry):
                    return carry.init
        return None

    def base(self, operand: Operand) -> Operand:
        """The version that a view was taken of."""
        made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        while isinstance(made, Assign) and is_exact_view(self.context, made):
            operand = made.args[1] if made.primitive == "s2sad.seen" else made.args[0]
            made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
        return operand


def is_new(made: Assign) -> bool:
    """Whether an array is memory of its own, made each time that this is run."""
    return _makes_new(made.primitive)


@functools.cache
def _makes_new(primitive: str) -> bool:
    known = table.lookup(primitive)
    return primitive.startswith(("operator.", "numpy.")) and known is not None and not known.view


def is_stored_whole(context: Context, s: Assign) -> bool:
    """Whether a store leaves nothing of what an array held."""
    current, view, index, value = s.args
    return view is current and value.kind == s.target.kind and is_whole(context, current.kind, index)


def raises(block: Block) -> bool:
    """Whether a branch always ends in an exception: then it was not taken."""
    last = block.statements[-1] if block.statements else None
    if isinstance(last, Effect) and last.primitive == "s2sad.statement":
        return type(last.extra[0]).__name__ == "Raise"
    return isinstance(last, If) and all(map(raises, last.blocks()))


def versions_of(statements: list[Statement], first: Var, updates: Collection[str] = STORES) -> set[Operand]:
    """What an array becomes by updates, and by what control flow hands on."""
    becomes: dict[Operand, list[Var]] = {}
    for s in statements:
        if isinstance(s, Assign):
            if s.primitive in updates:
                becomes.setdefault(s.args[0], []).append(s.target)
        else:
            for out, value in handed_on(s):
                becomes.setdefault(value, []).append(out)
    versions: set[Operand] = {first}
    waiting: list[Operand] = [first]
    while waiting:
        new = [out for out in becomes.get(waiting.pop(), ()) if out not in versions]
        versions.update(new)
        waiting += new
    return versions


def only_updates(body: Block, carry: Carry, updates: Collection[str]) -> bool:
    """Whether a loop does nothing with what it carries but to update it so."""
    statements = walk(body)
    versions = versions_of(statements, carry.param, updates)
    views: set[Operand] = set()
    for s in statements:
        if not isinstance(s, Assign):
            if any(operand in versions or operand in views for operand in s.args):
                return False
            if not all((value in versions) == (out in versions) for out, value in handed_on(s)):
                return False
            continue
        if versions.isdisjoint(s.args) and views.isdisjoint(s.args):
            continue
        updated = s.primitive in updates and s.args[0] in versions
        rest = [arg for number, arg in enumerate(s.args) if not updated or number not in (0, view_place(s))]
        if any(arg in versions or arg in views for arg in rest):
            if s.primitive != "s2sad.getitem" or not is_mutable(s.target.kind) or s.args[1] in versions:
                return False
            views.add(s.target)
    return True


def handed_on(s: Statement) -> list[tuple[Var, Operand]]:
    """What takes a value from where, as control flow has it."""
    if isinstance(s, (If, With)):
        return [(merge.out, value) for merge in s.merges for value in merge.values]
    if isinstance(s, Loop):
        return [pair for one in s.carries
                for pair in ((one.param, one.init), (one.param, one.out), (one.result, one.out))]
    return []
