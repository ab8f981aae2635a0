"""Restored values that no adjoint reads: they are neither put back nor taped.

A restore is dead if no read of the same array that comes after it in the reverse sweep can be of the place that
it writes. Places are compared as sums of a loop's index and a number; `y[i] = y[i - 1] * x[i]` reads, after the
place `i` was put back, places below `i` only.
"""
from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from s2sad.analyses import costs
from s2sad.ir.kinds import INT, SLICE, Static
from s2sad.ir.nodes import Assign, Block, Const, For, If, Loop, Operand, Statement, Var, With, view_place, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import ELLIPSIS, Context
from s2sad.rules.indexing import index_key, index_parts, is_whole
from s2sad.transforms.reverse.again import EITHER, OF_EVERY_VERSION, TENTATIVE


@dataclass(frozen=True)
class Place:
    """Where in the reverse sweep a statement stands: its number in the text, and the loops around it."""

    number: int
    loops: tuple[Loop, ...]
    start: int  # the number of the outermost of the loops; its own where there is none


@dataclass(frozen=True)
class Term:
    """One part of an index: ``symbol + offset``, a number where there is no symbol."""

    symbol: Var | None
    offset: int


@dataclass(frozen=True)
class Span:
    """The places that one part of an index names: from ``first`` to ``last``, or to the end."""

    first: Term
    last: Term | None


Reads = list[tuple[Statement, Place]]


# Of how many loops that begin or end where another one is, one in the other, the bounds are followed.
_MOST_LOOPS = 8
# Updates of the primal's arrays that put something back, and those of adjoints.
_RESTORES = {"s2sad.store"}
_SHADOWS = {"s2sad.clear", "s2sad.index_add"}


class _Chains:
    """The versions of each array in the reverse sweep, its updates, and who reads them."""

    def __init__(self, block: Block, updates: set[str]) -> None:
        self.updates = updates
        self.parent: dict[Var, Var] = {}
        self.restores: list[tuple[Assign, Place]] = []
        self.reads: dict[Var, Reads] = {}
        self.tentative: dict[Statement, Place] = {}
        self._count = 0
        self._collect(block, (), 0)

    def find(self, var: Var) -> Var:
        parent = self.parent
        while var in parent:
            above = parent[var]
            if above in parent:
                parent[var] = parent[above]
            var = above
        return var

    def _union(self, one: Operand, two: Operand) -> None:
        if isinstance(one, Var) and isinstance(two, Var):
            first, second = self.find(one), self.find(two)
            if first is not second:
                self.parent[first] = second

    def _collect(self, block: Block, loops: tuple[Loop, ...], start: int) -> None:
        for s in block.statements:
            self._count += 1
            place = Place(self._count, loops, start or self._count)
            if isinstance(s, Assign) and s.primitive in self.updates:
                self._union(s.target, s.args[0])
                self.restores.append((s, place))
                self._read([arg for arg in s.args[1:] if arg is not s.args[0]], s, place)
            elif is_tentative(s):
                self.tentative[s] = place
            elif not _asks_for_length(s):
                self._read(s.operands(), s, place)
            if isinstance(s, (If, With)):
                for merge in s.merges:
                    for value in merge.values:
                        self._union(merge.out, value)
            if isinstance(s, Loop):
                for carry in s.carries:
                    self._union(carry.result, carry.param)
                    self._union(carry.param, carry.init)
                    self._union(carry.param, carry.out)
            for inner in s.blocks():
                inside = (*loops, s) if isinstance(s, Loop) else loops
                self._collect(inner, inside, place.start if inside else 0)

    def _read(self, operands: list[Operand], s: Statement, place: Place) -> None:
        for operand in operands:
            if isinstance(operand, Var):
                self.reads.setdefault(operand, []).append((s, place))


def remove_unread_restores(context: Context, reverse: Block, kept: list[Operand]) -> None:
    """Drop the restores of a reverse sweep that nothing reads; ``kept`` are read after it.

    What is tentative does not count as a reader: see `reverse.again`. It is chosen where the restores that it reads
    are there anyhow, or cost less than the tapes without it.
    """
    settled = _Settled(context, _Chains(reverse, _RESTORES), kept)
    mapping: dict[Var, Operand] = settled.choose(reverse)
    mapping.update((restore.target, restore.args[0]) for restore, _ in settled.chains.restores
                   if restore not in settled.needed)
    mapping.update((restore.target, restore.args[3]) for restore in settled.needed if _is_of_all(context, restore))
    if mapping:
        _drop(reverse, mapping)
        substitute_block(reverse, mapping)
    for s in walk(reverse):
        if isinstance(s, Assign) and is_tentative(s):
            s.extra = None


def remove_unread_clears(context: Context, reverse: Block, kept: list[Operand]) -> None:
    """Drop what clears a place of an adjoint that nothing reads afterwards: each element that is written once."""
    if not any(isinstance(s, Assign) and s.primitive == "s2sad.clear" for s in walk(reverse)):
        return
    settled = _Settled(context, _Chains(reverse, _SHADOWS), kept)
    mapping: dict[Var, Operand] = {
        s.target: s.args[0] for s, _ in settled.chains.restores
        if s.primitive == "s2sad.clear" and s not in settled.needed
    }
    if mapping:
        _drop(reverse, mapping)
        substitute_block(reverse, mapping)


class _Settled:
    """Which restores are needed."""

    def __init__(self, context: Context, chains: _Chains, kept: list[Operand]) -> None:
        self.context, self.chains = context, chains
        self.restores_of: dict[Var, list[tuple[Assign, Place]]] = {}
        for restore, place in chains.restores:
            self.restores_of.setdefault(chains.find(restore.target), []).append((restore, place))
        after = {chains.find(operand) for operand in kept if isinstance(operand, Var)}
        firm = self._latest(chains.reads)
        self.needed: dict[Assign, None] = {
            restore: None for restore, place in chains.restores
            if (chain := chains.find(restore.target)) in after
            or _is_read(context, restore, place, firm.get(chain, []), chains)
        }

    def _latest(self, reads_of: dict[Var, Reads]) -> dict[Var, Reads]:
        by_chain: dict[Var, Reads] = {}
        for var, reads in reads_of.items():
            by_chain.setdefault(self.chains.find(var), []).extend(reads)
        return {chain: _latest(self.context, chain, reads, self.chains) for chain, reads in by_chain.items()}

    def choose(self, reverse: Block) -> dict[Var, Operand]:
        """What each choice between a value and the same computed again becomes; the value if it is read elsewhere."""
        mapping: dict[Var, Operand] = {}
        choices: list[Assign] = []
        for s in walk(reverse):
            if isinstance(s, Assign) and s.primitive == EITHER:
                if self._is_read_as_it_is(s.args[0]):
                    mapping[s.target] = s.args[0]
                else:
                    choices.append(s)
        wanted = {choice: self._wanted(choice) for choice in choices}
        groups: dict[frozenset[Var], list[Assign]] = {}
        for choice in choices:
            groups.setdefault(frozenset(self.chains.find(r.target) for r in wanted[choice]), []).append(choice)
        for group in groups.values():
            more = dict.fromkeys(r for choice in group for r in wanted[choice] if r not in self.needed)
            price = sum(map(_price, more))
            if price < sum(costs.tape(choice.target, self.context.array_tapes) for choice in group):
                self.needed.update(more)
            for choice in group:
                again = all(restore in self.needed for restore in wanted[choice])
                mapping[choice.target] = choice.args[1 if again else 0]
                if again:
                    self._make_firm(choice.args[1])
        return mapping

    def _is_read_as_it_is(self, value: Operand) -> bool:
        reads = self.chains.reads.get(value, []) if isinstance(value, Var) else []
        return any(not is_tentative(s) and getattr(s, "primitive", "") != EITHER for s, _ in reads)

    def _wanted(self, choice: Assign) -> list[Assign]:
        """The restores that a value needs to be computed again."""
        reads: dict[Var, Reads] = {}
        for s in self._tentative(choice.args[1]):
            if _asks_for_length(s):
                continue
            for operand in s.operands():
                if isinstance(operand, Var):
                    reads.setdefault(operand, []).append((s, self.chains.tentative[s]))
        return [restore for chain, latest in self._latest(reads).items()
                for restore, place in self.restores_of.get(chain, [])
                if _is_read(self.context, restore, place, latest, self.chains)]

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

    def _make_firm(self, operand: Operand) -> None:
        for s in self._tentative(operand):
            s.extra = None


def _is_of_all(context: Context, restore: Assign) -> bool:
    """Whether a restore puts back a whole array: what was kept of it may be read in its place."""
    now, through, index, old = restore.args
    return through is now and old.kind == now.kind and is_whole(context, now.kind, index)


def _price(restore: Assign) -> int:
    """What it costs to undo an update: the tape of what it overwrote, and a copy of that."""
    old = restore.args[3]
    return 0 if not isinstance(old, Var) else costs.tape(old, False) + (costs.elements(old.kind) // 3)


def _asks_for_length(s: Statement) -> bool:
    """Whether a statement reads of an array what no update of it changes."""
    return isinstance(s, Assign) and s.primitive in OF_EVERY_VERSION


def is_tentative(s: Statement) -> bool:
    return isinstance(s, Assign) and s.extra == TENTATIVE


def _drop(block: Block, mapping: dict[Var, Operand]) -> None:
    block.statements = [s for s in block.statements if not (isinstance(s, Assign) and s.target in mapping)]
    for s in block.statements:
        for inner in s.blocks():
            _drop(inner, mapping)


def _latest(context: Context, chain: Var, reads: Reads, chains: _Chains) -> Reads:
    """Of all reads of one place in the same loops the last one, which follows on what any of them does; last first."""
    found: dict[Hashable, tuple[Statement, Place]] = {}
    for s, place in reads:
        key: Hashable = place.loops
        if _reads_part(s) and chains.find(s.args[0]) is chain:  # type: ignore[attr-defined]
            parts = index_parts(context, s.args[1]) or []  # type: ignore[attr-defined]
            key = place.loops, *(term_of(context, part) or index_key(context, part) for part in parts)
        if key not in found or found[key][1].number < place.number:
            found[key] = s, place
    return sorted(found.values(), key=lambda one: -one[1].number)


def _is_read(context: Context, restore: Assign, place: Place, reads: Reads, chains: _Chains) -> bool:
    for s, at in reads:
        if at.number < place.start:
            return False  # it and all that are left were done with before
        if _may_follow(context, restore, place, s, at, chains):
            return True
    return False


def _reads_part(s: Statement) -> bool:
    return isinstance(s, Assign) and s.primitive in ("s2sad.getitem", "s2sad.read") and isinstance(s.args[0], Var)


def _may_follow(
    context: Context, restore: Assign, place: Place, read: Statement, at: Place, chains: _Chains
) -> bool:
    """Whether a read may be of what the restore wrote, after it."""
    common = [one for one, two in zip(place.loops, at.loops, strict=False) if one is two]
    apart = _Apart(context, common)
    index = _written_index(restore)
    if isinstance(read, Assign) and _reads_part(read) and index is not None:
        if chains.find(read.args[0]) is chains.find(restore.target):  # type: ignore[arg-type]
            written, wanted = (index_parts(context, i) or [] for i in (index, read.args[1]))
            for one, two in zip(written, wanted, strict=False):
                if one.kind == ELLIPSIS or two.kind == ELLIPSIS:
                    break
                if apart.never_meet(one, two):
                    return False
    for loop in common:
        step = _step(loop)
        least, most = apart.distances.get(loop, (None, None))
        # The reverse sweep comes to what the loop does first last: a read some rounds later in the loop is done with.
        later = least if step is None or step > 0 else _negative(most)
        if step is None or later is None or later < 0:
            return True
        if later > 0:
            return False
    return at.number > place.number


def _written_index(s: Assign) -> Operand | None:
    """Where an update writes; None where it does through a view."""
    if s.primitive == "s2sad.store":
        return s.args[2] if s.args[1] is s.args[0] else None
    return s.args[1] if view_place(s) is None else None


def _step(loop: Loop) -> int | None:
    step = loop.step if isinstance(loop, For) else None
    return step.value if isinstance(step, Const) and isinstance(step.value, int) and step.value else None


class _Apart:
    """How many rounds apart a write and a read are to the same place: ``distances`` are the least and the most for
    each of the loops that are around both, where that is known."""

    def __init__(self, context: Context, loops: list[Loop]) -> None:
        self.context = context
        self.loop_of = {index: loop for loop in loops if isinstance(loop, For) and isinstance(loop.of, For)
                        for index in (loop.index, loop.of.index)}
        self.distances: dict[Loop, tuple[int | None, int | None]] = {}

    def never_meet(self, one: Operand, two: Operand) -> bool:
        """Note how many iterations apart two parts of an index are equal; whether they never are."""
        first, second = _span(self.context, one), _span(self.context, two)
        if first is None or second is None:
            return False
        if _is_number(first) and _is_number(second):
            a, b = first.first.offset, second.first.offset
            return a != b and (a >= 0) == (b >= 0)
        if _is_beyond(self.context, first, second) or _is_beyond(self.context, second, first):
            return True
        if not (is_from_the_front(self.context, first.first) and is_from_the_front(self.context, second.first)):
            return False
        written, read = self._bounds(first), self._bounds(second)
        return any(self._note(loop, *written[loop], *read[loop]) for loop in written if loop in read)

    def _note(self, loop: Loop, low: int | None, high: int | None, low2: int | None, high2: int | None) -> bool:
        """Places are between two numbers from the index of a loop, each in its own round; whether none can be both."""
        least, most = self.distances.get(loop, (None, None))
        if low is not None and high2 is not None:
            least = low - high2 if least is None else max(least, low - high2)
        if high is not None and low2 is not None:
            most = high - low2 if most is None else min(most, high - low2)
        self.distances[loop] = least, most
        return least is not None and most is not None and least > most

    def _bounds(self, span: Span) -> dict[Loop, tuple[int | None, int | None]]:
        """From the index of which loops the places of a span are how far, at the least and at the most."""
        found: dict[Loop, tuple[int | None, int | None]] = {}
        for side, end in enumerate((span.first, span.last)):
            bound: Term | None = end
            for _ in range(_MOST_LOOPS):
                if bound is None or bound.symbol is None:
                    break
                loop = self.loop_of.get(bound.symbol)
                if loop is not None:
                    known = found.get(loop, (None, None))
                    found[loop] = (bound.offset, known[1]) if side == 0 else (known[0], bound.offset)
                bound = self._bound(bound, side)
        return found

    def _bound(self, term: Term, side: int) -> Term | None:
        """What a term that is the index of a loop is at the least, or at the most: where the loop begins or ends."""
        made = self.context.definitions.get(term.symbol) if term.symbol is not None else None
        step = _step(made) if isinstance(made, For) and made.index is term.symbol else None
        if step is None or not isinstance(made, For):
            return None
        begins = (step > 0) == (side == 0)
        last = term_of(self.context, made.start if begins else made.end)
        if last is None:
            return None
        behind = 0 if begins else 1 if side == 0 else -1
        return Term(last.symbol, last.offset + behind + term.offset)


def is_from_the_front(context: Context, term: Term) -> bool:
    """Whether an index is surely not negative: those count from the end."""
    least = 0 if term.symbol is None else _least(context, term.symbol)
    return least is not None and least + term.offset >= 0


def _negative(number: int | None) -> int | None:
    return None if number is None else -number


def _is_beyond(context: Context, one: Span, two: Span) -> bool:
    """Whether places are surely greater than others that end at a number, counted from the front."""
    first, last = one.first, two.last
    if last is None or last.symbol is not None or two.first.offset < 0:
        return False
    least = 0 if first.symbol is None else _least(context, first.symbol)
    return least is not None and last.offset < least + first.offset


def _least(context: Context, operand: Operand, depth: int = 8) -> int | None:
    """A number that an integer is surely not below."""
    if isinstance(operand, Const):
        return operand.value if isinstance(operand.value, int) else None
    if not depth:
        return None
    made = context.definitions.get(operand)
    if isinstance(made, For) and made.index is operand:
        step = _step(made)
        if step is None:
            return None
        bound, extra = (made.start, 0) if step > 0 else (made.end, 1)
        least = _least(context, bound, depth - 1)
        return None if least is None else least + extra
    if isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub"):
        term = term_of(context, operand)
        if term is not None and term.symbol is not None and term.symbol is not operand:
            least = _least(context, term.symbol, depth - 1)
            return None if least is None else least + term.offset
    return None


def _span(context: Context, part: Operand) -> Span | None:
    """The places that a part of an index names, counted from the front; of a number from either end."""
    if part.kind != SLICE:
        term = term_of(context, part)
        return None if term is None else Span(term, term)
    made = context.definition(part, "s2sad.slice")
    if made is None or not (isinstance(made.args[2], Const) and made.args[2].value in (None, 1)):
        return None
    first = Term(None, 0) if _is_open(made.args[0]) else term_of(context, made.args[0])
    behind = None if _is_open(made.args[1]) else term_of(context, made.args[1])
    if first is None or not is_from_the_front(context, first):
        return None
    if behind is None or not is_from_the_front(context, behind):
        return Span(first, None)
    return Span(first, Term(behind.symbol, behind.offset - 1))


def _is_open(bound: Operand) -> bool:
    return isinstance(bound, Const) and bound.value is None


def _is_number(span: Span) -> bool:
    return span.first is span.last and span.first.symbol is None


def term_of(context: Context, part: Operand) -> Term | None:
    """A part of an index as a variable and a number."""
    if isinstance(part, Const):
        return Term(None, part.value) if isinstance(part.value, int) and not isinstance(part.value, bool) else None
    if part.kind == SLICE or isinstance(part.kind, Static):
        return None
    made = context.definitions.get(part)
    if isinstance(made, Assign) and made.primitive in ("operator.add", "operator.sub"):
        left, right = made.args
        sign = -1 if made.primitive == "operator.sub" else 1
        if isinstance(right, Const) and right.kind == INT:
            inner = term_of(context, left)
            return None if inner is None else Term(inner.symbol, inner.offset + sign * right.value)
        if isinstance(left, Const) and left.kind == INT and sign == 1:
            inner = term_of(context, right)
            return None if inner is None else Term(inner.symbol, inner.offset + left.value)
    return Term(part, 0)
