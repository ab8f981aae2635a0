"""Restored values that no adjoint reads: they are neither put back nor taped.

A restore is dead if no read of the same array that comes after it in the reverse sweep can be of the place that
it writes. Places are compared as sums of a loop's index and a number; `y[i] = y[i - 1] * x[i]` reads, after the
place `i` was put back, places below `i` only. An array that each round of a loop makes is another one in the next.
"""
from __future__ import annotations

from collections.abc import Collection, Hashable

from s2sad.analyses import costs
from s2sad.analyses.following import Arm, Place, may_follow, reads_part
from s2sad.analyses.terms import term_of
from s2sad.analyses.uses import count_reads
from s2sad.analyses.versions import Versions, is_new, is_stored_whole
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import SPARE, Assign, Block, Carry, If, Loop, Operand, Statement, Var, With, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Context
from s2sad.rules.indexing import index_key, index_parts, same_index
from s2sad.transforms.reverse.again import EITHER, OF_EVERY_VERSION, TENTATIVE

Reads = list[tuple[Statement, Place]]


# Updates of the primal's arrays that put something back, and those of adjoints.
_RESTORES = {"s2sad.store"}
_SHADOWS = {"s2sad.clear", "s2sad.index_add"}
# The rounds that a loop is taken to have, where what is done in loops of one depth and of another is weighed.
_ROUNDS, _DEEPEST = 16, 6


class _Chains:
    """The versions of each array in the reverse sweep, its updates, and who reads what is not a number.

    What a loop makes of an array that nothing reads after the loop (``unread``) is an array of its own, which ends with
    the loop; what it starts from is read by the loop.
    """

    def __init__(self, block: Block, updates: set[str], unread: Collection[Var] = ()) -> None:
        self.updates, self.unread = updates, unread
        self.parent: dict[Var, Var] = {}
        self.restores: list[tuple[Assign, Place]] = []
        self.reads: dict[Var, Reads] = {}
        self.tentative: dict[Statement, Place] = {}
        # What a loop carries of an array that it carries something else of.
        self.beside: list[tuple[Carry, Loop, Place]] = []
        self._count = 0
        self._collect(block, (), (), 0)
        self._join_beside()

    def find(self, var: Var) -> Var:
        parent = self.parent
        while var in parent:
            above = parent[var]
            if above in parent:
                parent[var] = parent[above]
            var = above
        return var

    def begun_in(self, update: Assign, place: Place) -> list[Loop]:
        """The loops around an update that are not handed the array: it begins in their rounds."""
        chain = self.find(update.target)
        return [loop for loop in place.loops if all(self.find(carry.param) is not chain for carry in loop.carries)]

    def _union(self, one: Operand, two: Operand) -> None:
        if isinstance(one, Var) and isinstance(two, Var):
            first, second = self.find(one), self.find(two)
            if first is not second:
                self.parent[first] = second

    def _collect(self, block: Block, loops: tuple[Loop, ...], arms: tuple[Arm, ...], start: int) -> None:
        for s in block.statements:
            self._count += 1
            held: list[Operand] = []
            for operand in s.args:
                if not isinstance(operand.kind, Scalar):
                    held.append(operand)
            if not held and s.simple:
                continue
            place = Place(self._count, loops, start or self._count, arms)
            self._note(s, held, place)
            if s.simple:
                continue
            self._collect_around(s, place)
            for number, inner in enumerate(s.blocks()):
                around, within = place.inside(s, number)
                self._collect(inner, around, within, place.start if around else 0)

    def _note(self, s: Statement, held: list[Operand], place: Place) -> None:
        """Note what a statement does with the arrays, or what may hold them, that it is given."""
        if isinstance(s, Assign) and s.primitive in self.updates:
            self._union(s.target, s.args[0])
            self.restores.append((s, place))
            self._read([arg for arg in held if arg is not s.args[0]], s, place)
        elif is_tentative(s):
            self.tentative[s] = place
        elif not _asks_for_length(s):
            self._read(held, s, place)

    def _collect_around(self, s: Statement, place: Place) -> None:
        """What control flow hands on is of one array."""
        if isinstance(s, (If, With)):
            for merge in s.merges:
                for value in merge.values:
                    self._union(merge.out, value)
        elif isinstance(s, Loop):
            begins = [carry.init for carry in s.carries]
            for carry in s.carries:
                self._union(carry.result, carry.param)
                self._union(carry.param, carry.out)
                if carry.result in self.unread:
                    self._read([carry.init], s, place)
                elif begins.count(carry.init) == 1:
                    self._union(carry.param, carry.init)
                else:
                    self.beside.append((carry, s, place))

    def _join_beside(self) -> None:
        """An adjoint that begins as an array of the primal reads that, and is not what the loop puts back."""
        updated = {self.find(s.target) for s, _ in self.restores}
        for carry, loop, place in self.beside:
            if self.find(carry.param) in updated:
                self._union(carry.param, carry.init)
            else:
                self._read([carry.init], loop, place)

    def _read(self, operands: list[Operand], s: Statement, place: Place) -> None:
        for operand in operands:
            if isinstance(operand, Var):
                self.reads.setdefault(operand, []).append((s, place))


def read_what_was_kept(context: Context, reverse: Block, kept: list[Operand]) -> bool:
    """Read what a restore puts back as it was kept, where nothing else is read of the array: it is not put back then.
    Whether there was any such restore.

    ``kept`` are read after the reverse sweep, in which nothing is tentative any more.
    """
    if not any([isinstance(s, Assign) and s.primitive in _RESTORES for s in walk(reverse)]):
        return False
    chains = _Chains(reverse, _RESTORES)
    restores = {s.target: s for s, _ in chains.restores if s.args[0] is s.args[1] and isinstance(s.args[3], Var)}
    starts: dict[Var, int] = {}  # of each array, where the first of its restores may be carried out
    for s, place in chains.restores:
        chain = chains.find(s.target)
        starts[chain] = min(starts.get(chain, place.start), place.start)
    for operand in kept:
        if isinstance(operand, Var):
            starts.pop(chains.find(operand), None)
    readers: dict[Var, list[Statement]] = {chain: [] for chain in starts}
    for var, reads in chains.reads.items():
        chain = chains.find(var)
        if chain in starts:
            readers[chain] += [s for s, place in reads if place.number >= starts[chain]]
    mapping: dict[Var, Operand] = {}
    for chain, found in readers.items():
        as_kept = [_as_kept(context, restores, s) for s in found]
        if None not in as_kept:
            mapping.update(pair for pair in as_kept if pair is not None)
            mapping.update((s.target, s.args[0]) for s, _ in chains.restores if chains.find(s.target) is chain)
    drop(reverse, mapping)
    return bool(mapping)


def _as_kept(context: Context, restores: dict[Var, Assign], s: Statement) -> tuple[Var, Operand] | None:
    """What a statement reads, and the value that was kept of it, if it is what the last restore has put back."""
    if not isinstance(s, Assign) or s.primitive != "s2sad.getitem" or not isinstance(s.args[0], Var):
        return None
    restore = restores.get(s.args[0])
    if restore is None or not same_index(context, restore.args[2], s.args[1]):
        return None
    old = restore.args[3]
    alike = isinstance(old.kind, Scalar) and isinstance(s.target.kind, Scalar) or old.kind == s.target.kind or (
        isinstance(old.kind, Array) and isinstance(s.target.kind, Array) and old.kind.dtype == s.target.kind.dtype)
    return (s.target, old) if alike else None


def remove_unread_restores(context: Context, reverse: Block, kept: list[Operand], versions: Versions) -> bool:
    """Drop the restores of a reverse sweep that nothing reads, and say whether there were any; ``kept`` are read after
    it.

    What is tentative does not count as a reader: see `reverse.again`. It is chosen where the restores that it reads
    are there anyhow, or cost less than the tapes without it. Elements of an array of which more is put back in a round
    are put back with that, until it is known what is computed again of the array (`transforms.put_back`).
    """
    if not any([_is_unsettled(s) for s in walk(reverse)]):
        return False
    chains = _Chains(reverse, _RESTORES)
    settled = _Settled(context, chains, chains.restores, kept, versions)
    mapping: dict[Var, Operand] = settled.choose(reverse)
    spare = settled.spare()
    for restore in spare:
        restore.extra = SPARE
    mapping.update((restore.target, restore.args[0]) for restore, _ in chains.restores
                   if restore not in settled.needed and restore not in spare)
    mapping.update((restore.target, restore.args[3]) for restore in settled.needed if is_stored_whole(context, restore))
    drop(reverse, mapping)
    for s in walk(reverse):
        if isinstance(s, Assign) and s.extra == TENTATIVE:
            s.extra = None
    return bool(mapping)


def _is_unsettled(s: Statement) -> bool:
    """Whether a statement is a restore, or chosen by what is restored."""
    return isinstance(s, Assign) and (s.primitive in _RESTORES or s.primitive == EITHER or s.extra == TENTATIVE)


def remove_unread_clears(context: Context, reverse: Block, kept: list[Operand]) -> bool:
    """Drop what clears a place of an adjoint that nothing reads afterwards, each element that is written once; whether
    there was any.

    An adjoint that a loop takes to pieces is asked for as one array with what it was before, and as one that begins
    with the loop: the first says which of its places the loop reads, the second that no round of a loop around it does.
    """
    statements = walk(reverse)
    if not any([isinstance(s, Assign) and s.primitive == "s2sad.clear" for s in statements]):
        return False
    unread = _unread_behind_inner_loops(reverse, statements, kept)
    mapping: dict[Var, Operand] = {}
    for ending in [(), unread] if unread else [()]:
        chains = _Chains(reverse, _SHADOWS, ending)
        clears = [(s, place) for s, place in chains.restores if s.primitive == "s2sad.clear"]
        settled = _Settled(context, chains, clears, kept)
        mapping.update((s.target, s.args[0]) for s, _ in clears if s not in settled.needed)
    drop(reverse, mapping)
    return bool(mapping)


def _unread_behind_inner_loops(reverse: Block, statements: list[Statement], kept: list[Operand]) -> set[Var]:
    """The arrays that loops leave, which stand in other loops, and that nothing reads after them."""
    left = {carry.result for s in _inner_loops(reverse, False) for carry in s.carries
            if isinstance(carry.result.kind, Array)}
    return left.difference(count_reads(statements), kept) if left else set()


def _inner_loops(block: Block, inside: bool) -> list[Loop]:
    found: list[Loop] = []
    for s in block.statements:
        if s.simple:
            continue
        loop = isinstance(s, Loop)
        if inside and isinstance(s, Loop):
            found.append(s)
        for inner in s.blocks():
            found += _inner_loops(inner, inside or loop)
    return found


class _Settled:
    """Which restores are needed."""

    def __init__(
        self, context: Context, chains: _Chains, restores: list[tuple[Assign, Place]], kept: list[Operand],
        versions: Versions | None = None,
    ) -> None:
        self.context, self.chains = context, chains
        # The loops around each restore of which every round makes the array.
        anew = chains.begun_in if versions is None else _New(context, versions).made_by
        self.anew = {restore: anew(restore, place) for restore, place in restores}
        self.places = dict(restores)
        self.restores_of: dict[Var, list[tuple[Assign, Place]]] = {}
        for restore, place in restores:
            self.restores_of.setdefault(chains.find(restore.target), []).append((restore, place))
        after = {chains.find(operand) for operand in kept if isinstance(operand, Var)}
        firm = self._latest(chains.reads, after)
        self.needed: dict[Assign, None] = {
            restore: None for restore, place in restores
            if (chain := chains.find(restore.target)) in after
            or self._is_read(restore, place, firm.get(chain, []))
        }

    def _latest(self, reads_of: dict[Var, Reads], known: Collection[Var] = ()) -> dict[Var, Reads]:
        """Of the reads of each array with restores the last ones, but for what is ``known`` to be read."""
        by_chain: dict[Var, Reads] = {}
        for var, reads in reads_of.items():
            chain = self.chains.find(var)
            if chain in self.restores_of and chain not in known:
                by_chain.setdefault(chain, []).extend(reads)
        return {chain: _latest(self.context, chain, reads, self.chains) for chain, reads in by_chain.items()}

    def spare(self) -> set[Assign]:
        """The restores of elements that only complete what others put back behind them in the same round."""
        def where(restore: Assign) -> Hashable:
            place = self.places[restore]
            return self.chains.find(restore.target), place.loops, place.arms

        last: dict[Hashable, int] = {}
        for restore in self.needed:
            place = self.places[restore]
            if place.loops and not is_stored_whole(self.context, restore):
                last[where(restore)] = max(last.get(where(restore), 0), place.number)
        return {restore for restore, place in self.places.items() if restore not in self.needed
                and isinstance(restore.args[3].kind, Scalar) and place.number < last.get(where(restore), 0)}

    def choose(self, reverse: Block) -> dict[Var, Operand]:
        """What each choice between a value and the same computed again becomes; the value if it is read elsewhere."""
        every = [s for s in walk(reverse) if isinstance(s, Assign) and s.primitive == EITHER]
        read = self._read_as_they_are(reverse) if every else set()
        mapping: dict[Var, Operand] = {s.target: s.args[0] for s in every if s.args[0] in read}
        choices = [s for s in every if s.args[0] not in read]
        for choice in choices:
            if self._saves_others(choice, read):
                mapping[choice.target] = choice.args[0]
        choices = [s for s in choices if s.target not in mapping]
        wanted = {choice: self._wanted(choice) for choice in choices}
        groups: dict[frozenset[Var], list[Assign]] = {}
        for choice in choices:
            groups.setdefault(frozenset(self.chains.find(r.target) for r in wanted[choice]), []).append(choice)
        for group in groups.values():
            more = dict.fromkeys(r for choice in group for r in wanted[choice] if r not in self.needed)
            if sum(map(self._price, more)) < sum(self._saved(choice) for choice in group):
                self.needed.update(more)
            for choice in group:
                again = all(restore in self.needed for restore in wanted[choice])
                mapping[choice.target] = choice.args[1 if again else 0]
                if again:
                    self._make_firm(choice.args[1])
        return mapping

    def _read_as_they_are(self, reverse: Block) -> set[Operand]:
        """What is read whatever is chosen."""
        found: set[Operand] = set()
        for s in walk(reverse):
            if isinstance(s, Assign) and s.primitive in self.chains.updates:
                found.update(arg for arg in s.args if arg is not s.args[0])
            elif not (is_tentative(s) or _asks_for_length(s) or isinstance(s, Assign) and s.primitive == EITHER):
                found.update(s.args)
        return found

    def _saves_others(self, choice: Assign, read: set[Operand]) -> bool:
        """Whether a value is better kept, since another one, which is kept otherwise, is cheap to have of it."""
        value, compiled = choice.args[0], self.context.array_tapes
        made = self.context.definitions.get(value) if isinstance(value, Var) else None
        again = costs.again(made, compiled) if isinstance(made, Assign) else None
        kept = costs.tape(choice.target, compiled)
        if again is None or not isinstance(value.kind, Array) or 2 * again < kept:
            return False  # it is a small part of what either takes
        for other in read:
            if isinstance(other, Var) and isinstance(other.kind, Array):
                price = self._price_of(other, value)
                if price is not None and kept + price < again + costs.tape(other, compiled):
                    return True
        return False

    def _price_of(self, other: Operand, value: Operand, depth: int = 3) -> int | None:
        """What an array of the primal costs that is computed from a value and numbers; None if it is not."""
        if other is value:
            return 0
        made = self.context.definitions.get(other) if isinstance(other, Var) and depth else None
        price = None
        if isinstance(made, Assign) and not made.adjoint:
            price = costs.again(made, self.context.array_tapes)
        if not isinstance(made, Assign) or price is None:
            return None
        parts = [self._price_of(arg, value, depth - 1) for arg in made.args if isinstance(arg.kind, Array)]
        return None if not parts or None in parts else price + sum(part for part in parts if part is not None)

    def _wanted(self, choice: Assign) -> list[Assign]:
        """The restores that a value needs to be computed again."""
        reads: dict[Var, Reads] = {}
        for s in self._tentative(choice.args[1]):
            if _asks_for_length(s):
                continue
            for operand in s.args:
                if isinstance(operand, Var) and not isinstance(operand.kind, Scalar):
                    reads.setdefault(operand, []).append((s, self.chains.tentative[s]))
        return [restore for chain, latest in self._latest(reads).items()
                for restore, place in self.restores_of.get(chain, [])
                if self._is_read(restore, place, latest)]

    def _tentative(self, operand: Operand) -> list[Assign]:
        """The tentative statements that a value comes from."""
        found: dict[Assign, None] = {}
        waiting = [operand]
        while waiting:
            one = waiting.pop()
            made = self.context.definitions.get(one) if isinstance(one, Var) else None
            if isinstance(made, Assign) and is_tentative(made) and made not in found:
                found[made] = None
                waiting += made.args
        return list(found)

    def _is_read(self, restore: Assign, place: Place, reads: Reads) -> bool:
        for s, at in reads:
            if at.number < place.start:
                return False  # it and all that are left were done with before
            if may_follow(self.context, restore, place, s, at, self.chains, self.anew.get(restore, ())):
                return True
        return False

    def _price(self, restore: Assign) -> int:
        """What it costs to undo an update: the tape of what it overwrote, and a copy of that."""
        old, compiled = restore.args[3], self.context.array_tapes
        if not isinstance(old, Var):
            return 0
        number = costs.COMPILED_OTHER if compiled else 0
        copied = number if isinstance(old.kind, Scalar) else costs.copy(old.kind)
        return (costs.tape(old, compiled) + copied) * _weight(self.places[restore])

    def _saved(self, choice: Assign) -> int:
        """What it costs to keep a value that may be computed again."""
        places = [self.chains.tentative[s] for s in self._tentative(choice.args[1]) if s in self.chains.tentative]
        return costs.tape(choice.target, self.context.array_tapes) * max(map(_weight, places), default=1)

    def _make_firm(self, operand: Operand) -> None:
        for s in self._tentative(operand):
            s.extra = None


def _weight(place: Place) -> int:
    """How often something is done, relative to what stands in no loop."""
    return int(_ROUNDS ** min(len(place.loops), _DEEPEST))


def _asks_for_length(s: Statement) -> bool:
    """Whether a statement reads of an array what no update of it changes."""
    return isinstance(s, Assign) and s.primitive in OF_EVERY_VERSION


def is_tentative(s: Statement) -> bool:
    return isinstance(s, Assign) and s.extra == TENTATIVE


def drop(reverse: Block, mapping: dict[Var, Operand]) -> None:
    """Drop what assigns variables, and read others in their places."""
    if mapping:
        _drop_from(reverse, mapping)
        substitute_block(reverse, mapping)


def _drop_from(block: Block, mapping: dict[Var, Operand]) -> None:
    block.statements = [s for s in block.statements if not (isinstance(s, Assign) and s.target in mapping)]
    for s in block.statements:
        if not s.simple:
            for inner in s.blocks():
                _drop_from(inner, mapping)


def _latest(context: Context, chain: Var, reads: Reads, chains: _Chains) -> Reads:
    """Of all reads of one place in the same loops and branches the last one, which follows on what any of them does;
    last first."""
    found: dict[Hashable, tuple[Statement, Place]] = {}
    for s, place in reads:
        key: Hashable = place.loops, place.arms
        if reads_part(s) and chains.find(s.args[0]) is chain:  # type: ignore[arg-type]
            parts = index_parts(context, s.args[1]) or []
            key = place.loops, place.arms, *(term_of(context, part) or index_key(context, part) for part in parts)
        if key not in found or found[key][1].number < place.number:
            found[key] = s, place
    return sorted(found.values(), key=lambda one: -one[1].number)


class _New:
    """Arrays that each round of a loop makes."""

    def __init__(self, context: Context, versions: Versions) -> None:
        self.context, self.versions = context, versions
        self.inside: dict[Loop, set[Statement]] = {}
        # By the loops around: what they begin with, and the first version of each with the loops that carry it.
        self.begins: dict[tuple[Loop, ...], dict[Operand, tuple[Operand, Loop]]] = {}
        self.firsts: dict[tuple[Loop, ...], dict[Operand, tuple[Operand, frozenset[Loop]]]] = {}

    def made_by(self, restore: Assign, place: Place) -> list[Loop]:
        """The loops around a restore of which each round makes the array, and none hands it on to the next."""
        var, carried = self._first(restore.args[0], place.loops)
        root = self.versions.root(var)
        made = self.context.definitions.get(root) if isinstance(root, Var) else None
        if not isinstance(made, Assign) or made.adjoint or not is_new(made):
            return []
        return [loop for loop in place.loops if loop not in carried and made in self._inside(loop)]

    def _first(self, version: Operand, loops: tuple[Loop, ...]) -> tuple[Operand, frozenset[Loop]]:
        """The version of the primal that is put back first, and the loops that carry what it becomes."""
        if loops not in self.firsts:
            self.firsts[loops] = {}
            self.begins[loops] = {carry.param: (carry.init, loop) for loop in loops for carry in loop.carries}
        known = self.firsts[loops]
        steps: list[tuple[Operand, Loop | None]] = []
        before = version
        while before not in known:
            step = self._before(before, loops)
            if step is None:
                known[before] = before, frozenset()
            else:
                steps.append((before, step[1]))
                before = step[0]
        first, carried = known[before]
        for one, loop in reversed(steps):
            carried = carried if loop is None else carried | {loop}
            known[one] = first, carried
        return known[version]

    def _before(self, var: Operand, loops: tuple[Loop, ...]) -> tuple[Operand, Loop | None] | None:
        """The version that was put back before another one, and the loop that carries it on to that."""
        if var in self.begins[loops]:
            return self.begins[loops][var]
        made = self.context.definitions.get(var) if isinstance(var, Var) else None
        if isinstance(made, Assign) and made.primitive in _RESTORES and made.adjoint:
            return made.args[0], None
        if isinstance(made, Loop) and made.of is not None:
            return next(carry.init for carry in made.carries if carry.result is var), None
        return None

    def _inside(self, loop: Loop) -> set[Statement]:
        """The statements of the loop that another one reverses."""
        if loop not in self.inside:
            self.inside[loop] = set() if loop.of is None else {*walk(loop.of.body)}
        return self.inside[loop]
