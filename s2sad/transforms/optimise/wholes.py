"""One copy of an array in the place of what several updates overwrite, where no version between is read in reverse.

    tape.append(u[1:-1].copy())             tape.append(u.copy())
    u[1:-1] += f                            u[1:-1] += f
    tape_1.append(u[:, 0].copy())           u[:, 0] *= g
    u[:, 0] *= g                            …
    …                              ─▶       u = tape.pop()
    u[:, 0] = tape_1.pop()
    u[1:-1] = tape.pop()

Each update would be undone for nothing but what the first of them began with. Parts that are smaller than the array,
as the elements at its ends, are put back where they are. Where the primal has made such a copy itself, that is read.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from s2sad.analyses.portions import is_nearly_all
from s2sad.analyses.uses import count_reads
from s2sad.analyses.versions import is_stored_whole
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Block, Operand, Statement, Var, walk
from s2sad.rules.build import constant
from s2sad.transforms.optimise.continued import COPIES
from s2sad.transforms.optimise.entries import insert
from s2sad.transforms.optimise.restores import drop
from s2sad.transforms.reverse import Reversed
from s2sad.transforms.reverse.sweep import Sweep

# Updates, as the reverse sweep undoes them.
_Run = list[Assign]


def keep_wholes(made: Reversed) -> bool:
    """Keep such copies, and put back no parts there; whether there were any."""
    sweep, function = made.sweep, made.function
    definitions = sweep.context.definitions
    if not any(isinstance(definitions[back].args[3].kind, Array) for _, back in sweep.undone.values()):
        return False
    reverse = Block([s for s in function.body.statements if s not in made.forward])
    undoing = _Undoing(sweep, count_reads(walk(reverse)))
    mapping: dict[Var, Operand] = {}
    copies: dict[Statement, list[Assign]] = {}
    for block, primal in [(reverse, function.body), *sweep.twins.items()]:
        own = _copied(sweep, primal)
        for run in undoing.runs(block, primal):
            first, (now, _) = run[-1], sweep.undone[run[0]]
            version, back = first.args[0], sweep.undone[first][1]
            saved = own.get(version)
            if saved is None:
                if not undoing.is_all_kept(run):
                    continue
                saved = Var(f"{version.name}_start" if isinstance(version, Var) and version.name else "", back.kind)
                definitions[saved] = copied = Assign(saved, "s2sad.copy", [version], origin=first.origin)
                copies[first] = [copied]
            mapping.update((undoing.held_by(update), saved) for update in run)
            sweep.undone.update((update, (now, back)) for update in run)
            definitions[back] = Assign(back, "s2sad.store", [now, now, constant(...), saved])
    if mapping:
        made.forward.update(insert(function.body, copies))
        reverse = Block([s for s in function.body.statements if s not in made.forward])
        drop(reverse, mapping)
        function.body.statements = [*(s for s in function.body.statements if s in made.forward), *reverse.statements]
    return bool(mapping)


def _copied(sweep: Sweep, block: Block) -> dict[Operand, Var]:
    """The copies that a block itself makes of arrays, and that stay as they are."""
    return {s.args[0]: s.target for s in block.statements if isinstance(s, Assign) and s.primitive in COPIES
            and not sweep.aliases.may_change(s.target) and s.target.kind == s.args[0].kind}


class _Undoing:
    """How the updates of a function are undone."""

    def __init__(self, sweep: Sweep, read: Counter[Operand]) -> None:
        self.sweep, self.read = sweep, read
        self.update_of: dict[Operand, Assign] = {self.held_by(update): update for update in sweep.undone}

    def held_by(self, update: Assign) -> Var:
        """What holds in the reverse sweep what was there before an update: if all of that was kept, what was kept."""
        back = self.sweep.undone[update][1]
        restore = self.sweep.context.definitions[back]
        assert isinstance(restore, Assign)
        old = restore.args[3]
        return old if is_stored_whole(self.sweep.context, restore) and isinstance(old, Var) else back

    def runs(self, block: Block, primal: Block) -> Iterator[_Run]:
        """The updates of a block of which nothing is read but what the first of them began with."""
        there = {*primal.statements}
        run: _Run = []
        last: Operand | None = None
        for s in block.statements:
            if not isinstance(s, Assign) or s.primitive != "s2sad.store":
                continue
            update = self.update_of.get(s.target)
            if update is None or update not in there:
                continue
            now, view, *_ = s.args
            alone = view is now and self.read[now] == s.args.count(now)
            if now is not last or not alone:
                if run:
                    yield run
                before = self.update_of.get(now) if alone else None
                run = [before] if before is not None and before in there else []
            if view is now:
                run.append(update)
            last = s.target if view is now else None
        if run:
            yield run

    def is_all_kept(self, run: _Run) -> bool:
        """Whether what updates overwrite is together as large as the array, as far as that is known."""
        return len(run) > 1 and isinstance(run[0].target.kind, Array) and any(
            is_nearly_all(self.sweep.context, update.args[2]) for update in run)
