"""Memory as the reverse sweep puts it back: what a round computed of it may be computed again there.

    for _ in range(n):                              for _ in reversed(range(n)):
        f = np.zeros(len(u))                            u[1:] = u_old_tape.pop()
        f[1:-1] = u[1:-1] * u[2:]          ─▶           f = np.zeros(len(u))
        u[1:] -= c * (f[1:] - f[:-1])                   f[1:-1] = u[1:-1] * u[2:]
                                                        …

A version is at hand where its restore stands in the reverse of its own round, if all of that memory is put back
there, nothing is changed in it behind that, and nothing in front of that wants what comes from it. Of an array that is
updated as a whole the copy that is kept is read instead of it.
"""
from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from s2sad.analyses.aliases import changed_by, changing
from s2sad.analyses.built import parts_of
from s2sad.analyses.record import is_pure
from s2sad.analyses.versions import Versions, handed_on, is_stored_whole
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import IN_PLACE, UNDEFINED, Assign, Block, If, Loop, Operand, Statement, Var, With, inits, walk
from s2sad.rules.build import Context
from s2sad.rules.indexing import same_index
from s2sad.transforms.insertions import mentioned

# For each update that the reverse sweep undoes: what held the memory before that, and what holds it then.
Undone = Mapping[Assign, tuple[Operand, Var]]


@dataclass
class PutBack:
    """The versions of memory that are at hand in the reverse of their rounds, and what holds them there; others, of
    which there is a copy, and that; and views of what an update overwrites, of which the reverse sweep reads a copy."""

    holders: dict[Var, Var] = field(default_factory=dict)
    copies: dict[Var, Var] = field(default_factory=dict)
    parts: dict[Var, Var] = field(default_factory=dict)

    def __contains__(self, version: Operand) -> bool:
        return version in self.holders or version in self.copies

    def __bool__(self) -> bool:
        return bool(self.holders or self.copies)


def find_put_back(
    context: Context, versions: Versions, forward: Block, undone: Undone, home: Mapping[Var, Block],
    reverse_of: Mapping[Block, Block],
) -> PutBack:
    """What the reverse of the rounds puts back."""
    found = PutBack()
    if not undone:
        return found
    there = {s.target: s for block in reverse_of.values() for s in block.statements if isinstance(s, Assign)}

    @functools.cache
    def read() -> set[Var]:
        return {operand for block in reverse_of.values() for operand in mentioned(block)}

    @functools.cache
    def whole() -> set[Operand]:
        return _put_back_whole(context, versions, forward, undone, there, read())

    for update, (_, holder) in undone.items():
        version, restore = update.args[0], context.definitions[holder]
        reverse = reverse_of.get(home.get(version))  # type: ignore[arg-type]
        if reverse is None or not isinstance(version, Var) or not isinstance(version.kind, Array):
            continue
        assert isinstance(restore, Assign)
        old = restore.args[3]
        if is_stored_whole(context, restore) and isinstance(old, Var) and home.get(old) is home.get(version):
            if _is_copy_of(context, old, version) and not _is_changed(reverse.statements, old):
                found.copies[version] = old
        elif holder in there and versions.root(version) in whole() and restore in reverse.statements:
            behind = reverse.statements[reverse.statements.index(restore) + 1 :]
            if not _is_changed(behind, holder) and not _is_wanted_before(context, home, version, reverse, restore):
                found.holders[version] = holder
    if not context.array_tapes:
        found.parts = _kept_parts(context, forward, undone, home, read)
    return found


def _kept_parts(
    context: Context, forward: Block, undone: Undone, home: Mapping[Var, Block], read: Callable[[], set[Var]],
) -> dict[Var, Var]:
    """The views that a block takes of what an update in it overwrites, and what is kept of that and read."""
    kept: dict[Operand, list[Assign]] = {}
    for _, holder in undone.values():
        old = context.definitions[holder].args[3]
        made = context.definition(old, "s2sad.read")
        if made is not None and isinstance(old.kind, Array) and old in read():
            kept.setdefault(made.args[0], []).append(made)
    found: dict[Var, Var] = {}
    for s in walk(forward) if kept else []:
        if isinstance(s, Assign) and s.primitive == "s2sad.getitem" and s.args[0] in kept:
            found.update((s.target, one.target) for one in kept[s.args[0]] if home.get(s.target) is home[one.target]
                         and same_index(context, s.args[1], one.args[1]))
    return found


def find_keepable(versions: Versions, forward: Block) -> set[Var]:
    """The versions of arrays of which a copy may be kept, for arrays to be computed again of that: all updates of their
    memory are known, and they are bound wherever they are."""
    if not versions.any:
        return set()
    statements = walk(forward)
    elsewhere = {versions.aliases.class_of(var) for s in changing(statements)
                 if not isinstance(s, Assign) or not isinstance(s.args[0], Var) for var in changed_by(s)}
    read = {versions.base(arg) for s in statements if isinstance(s, Assign) and isinstance(s.target.kind, Array)
            and is_pure(s.primitive) for arg in s.args if isinstance(arg.kind, Array)}
    unbound = {var for s in statements if not s.simple for var, value in handed_on(s) if value is UNDEFINED}
    return {version for version in read if isinstance(version, Var) and versions.aliases.may_change(version)
            and (key := versions.aliases.class_of(version)) not in elsewhere and version not in unbound
            and versions.roots.get(key) is versions.root(version)}


def computed_of(versions: Versions, forward: Block, put_back: PutBack) -> list[Assign]:
    """The assignments of the primal whose values come from memory that is put back."""
    found: list[Assign] = []
    values: set[Operand] = set()
    for s in walk(forward) if put_back else []:
        if isinstance(s, Assign) and is_pure(s.primitive) and any(
                arg in values or versions.base(arg) in put_back for arg in s.args):
            found.append(s)
            values.add(s.target)
    return found


def _put_back_whole(
    context: Context, versions: Versions, forward: Block, undone: Undone, there: Mapping[Var, Assign],
    read: Collection[Operand],
) -> set[Operand]:
    """The memories of which the reverse sweep undoes all that is done from the first loop on that updates them."""
    # What an update of a whole array overwrote is the array from there on, where it is read.
    kept: dict[Operand | None, Operand] = {}
    for _, now in undone.values():
        made = context.definitions[now]
        if isinstance(made, Assign) and is_stored_whole(context, made) and made.args[3] in read:
            kept[now] = made.args[3]
    updated: set[Operand] = set()
    left: set[Operand] = set()
    classes: set[Var] = set()
    for outermost in forward.statements:
        for s in [outermost, *(one for block in outermost.blocks() for one in walk(block))]:
            changed = changed_by(s)
            if not changed:
                continue
            if not isinstance(s, Assign) or not isinstance(s.args[0], Var):
                classes.update(map(versions.aliases.class_of, changed))
                continue
            root = versions.root(s.args[0])
            before, holder = undone.get(s, (None, None))
            back = there.get(holder) if holder is not None else None
            if holder in kept or back is not None and back.args[0] is kept.get(before, before):
                updated.add(root)
            elif root in updated or not outermost.simple:
                left.add(root)
    return {root for root in updated - left if isinstance(root, Var)
            and versions.roots.get(versions.aliases.class_of(root)) is root
            and versions.aliases.class_of(root) not in classes}


def _is_copy_of(context: Context, kept: Var, version: Var) -> bool:
    """Whether what is kept of a whole array is of this version, and not of one from before other updates."""
    made = context.definitions.get(kept)
    return isinstance(made, Assign) and made.args[0] is version


def _is_changed(statements: list[Statement], holder: Var) -> bool:
    """Whether something changes what holds a version, or hands it on to what may."""
    for s in walk(Block(statements)):
        if isinstance(s, Assign) and s.primitive in IN_PLACE and s.args[0] is holder:
            return True
        if isinstance(s, (If, With)) and any(holder in merge.values for merge in s.merges):
            return True
        if isinstance(s, Loop) and holder in inits(s):
            return True
    return False


def _is_wanted_before(
    context: Context, home: Mapping[Var, Block], version: Var, reverse: Block, restore: Statement,
) -> bool:
    """Whether something in front of a restore, or it itself, reads what might be computed again of the memory behind
    it."""
    waiting: list[Operand] = [*mentioned(Block(reverse.statements[: reverse.statements.index(restore) + 1]))]
    seen: set[Operand] = set(waiting)
    while waiting:
        one = waiting.pop()
        if one is version:
            return True
        made = context.definitions.get(one) if isinstance(one, Var) else None
        again = isinstance(made, Assign) and (is_pure(made.primitive) or parts_of(context, home, made.target))
        further = made.args if again and made is not None else []
        waiting += [operand for operand in further if operand not in seen]
        seen.update(further)
    return False
