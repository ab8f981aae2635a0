"""Who holds the memory of an array: whether a variable is the one that refers to it, and is read no more.

What is not shown to be such may be held by somebody else: by the caller, a tape, a list, a view that is read later.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Set
from heapq import heappop, heappush

from s2sad.ir.kinds import Array, List, Scalar
from s2sad.ir.nodes import (
    ALONE,
    IN_PLACE,
    UNDEFINED,
    Assign,
    Block,
    Carry,
    Const,
    Effect,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    With,
    inits,
    reads,
    results,
    view_place,
)
from s2sad.rules import table
from s2sad.rules.indexing import copies

CONSUMING = IN_PLACE
# What returns memory of its own.
_FRESH_INTERNAL = {
    "s2sad.zeros_like", "s2sad.zeros_of", "s2sad.copy", "s2sad.cast", "s2sad.list", "s2sad.unstack", "s2sad.read",
    "s2sad.guard", "s2sad.add_lists", "builtins.list",
}


class Places:
    """Where the statements of a function stand, what defines each variable, and which read it, once for each time."""

    def __init__(self, block: Block) -> None:
        self.holder: dict[Block, Statement] = {}
        self.definition: dict[Var, Statement] = {}
        self.readers: defaultdict[Operand, list[Statement]] = defaultdict(list)
        self._block: dict[Statement, Block] = {}
        self._head: dict[Var, Block] = {}  # of what a loop binds at the top of an iteration
        self._numbers: dict[Block, dict[Statement, int]] = {}  # of the blocks that were asked for
        self._add(block)

    def _add(self, block: Block) -> None:
        self._block.update(dict.fromkeys(block.statements, block))
        self.read(block.statements)
        for s in block.statements:
            if isinstance(s, Assign):
                self.definition[s.target] = s
                continue
            for var in s.defined():
                self.definition[var] = s
            if isinstance(s, Loop):
                self._head.update(dict.fromkeys(s.bound(), s.blocks()[0]))
            for inner in s.blocks():
                self.holder[inner] = s
                self._add(inner)

    def define(self, s: Assign, block: Block) -> None:
        """Know a new statement, which will stand in a block."""
        self.definition[s.target], self._block[s] = s, block

    def put(self, block: Block, statements: list[Statement], new: list[Statement]) -> None:
        """Give a block other statements, of which some are new in it."""
        block.statements = statements
        self._numbers.pop(block, None)
        self.read(new)

    def read(self, statements: list[Statement]) -> None:
        """Note what statements read, their blocks not included."""
        readers = self.readers
        for s in statements:
            for operand in s.args if s.simple else reads(s):
                readers[operand].append(s)

    def replaced(self, s: Statement, old: Operand, new: Operand) -> None:
        """A statement reads another operand in the place of one."""
        self.readers[old].remove(s)
        self.readers[new].append(s)

    def home(self, var: Var) -> Block | None:
        """The block that a variable is bound in; None for a parameter."""
        made = self.definition.get(var)
        return self._head.get(var) if made is None else self._block.get(made)

    def stands_in(self, s: Statement, block: Block) -> bool:
        return self._block.get(s) is block

    def inside(self, s: Statement, block: Block) -> int | None:
        """The number of the statement of a block that is ``s`` or holds it; None where it is not in the block."""
        at: Statement | None = s
        while at is not None:
            stands_in = self._block.get(at)
            if stands_in is block:
                if block not in self._numbers:
                    self._numbers[block] = {one: number for number, one in enumerate(block.statements)}
                return self._numbers[block].get(at)
            at = None if stands_in is None else self.holder.get(stands_in)
        return None


class Holders:
    """What makes each variable of a function, and who reads it: whether it may be the one holder of its memory."""

    def __init__(self, function: Function, tapes_stay: bool = False) -> None:
        """What was taken from a tape may be read there once more if ``tapes_stay``."""
        self.function, self.tapes_stay = function, tapes_stay
        self.places = Places(function.body)
        self.made: dict[Var, Statement | Merge | Carry] = {**self.places.definition}
        self.loop_of_param: dict[Var, tuple[Loop, Carry]] = {}
        for s in dict.fromkeys(self.places.holder.values()):
            if isinstance(s, (If, With)):
                self.made.update((merge.out, merge) for merge in s.merges)
            elif isinstance(s, Loop):
                self.made.update((carry.result, carry) for carry in s.carries)
                self.loop_of_param.update((carry.param, (s, carry)) for carry in s.carries)

    def sources(self, var: Var) -> list[Operand] | None:
        """The values of which a variable is one, as control flow has it; None for one that is no such choice."""
        made = self.loop_of_param[var][1] if var in self.loop_of_param else self.made.get(var)
        if isinstance(made, Carry):
            return [made.init, made.out]
        # A branch that raises gives nothing.
        return [value for value in made.values if value is not UNDEFINED] if isinstance(made, Merge) else None

    def is_computed(self, var: Var) -> bool:
        """Whether a variable is none of several that control flow chooses."""
        return var not in self.loop_of_param and isinstance(self.made.get(var), Assign)

    def alone(self, var: Var, consumer: Statement | None = None) -> tuple[bool, Iterable[Var]]:
        """Whether a variable, its sources apart, may be the one holder; and the variables that this depends on."""
        made = self.made.get(var)
        if var not in self.loop_of_param and isinstance(made, Assign) and not self._fresh(made):
            return False, (var,)
        return self._used_up(var, consumer)

    def _fresh(self, made: Assign) -> bool:
        if made.primitive in CONSUMING:
            return True  # its operand is owned or copied
        if made.primitive in _FRESH_INTERNAL:
            return True
        if made.primitive == "s2sad.pop":
            return not self.tapes_stay and self._is_tape_of_copies(made.args[0])
        if made.primitive == "s2sad.expand":
            return not isinstance(made.args[0].kind, Array)
        if made.extra in ("owned", ALONE):
            return True
        if not isinstance(made.target.kind, Array) or made.target.kind.dims is None:
            return False
        if made.primitive == "s2sad.getitem":
            return isinstance(made.args[0].kind, Array) and copies(made.args[1].kind)
        known = table.lookup(made.primitive)
        if known is None or known.view:
            return False
        return made.primitive.startswith(("operator.", "numpy.", "array."))

    def _is_tape_of_copies(self, tape: Operand) -> bool:
        """Whether nobody has what is taken from a tape but this: copies were made for it alone, and it is taken off."""
        readers = self.places.readers.get(tape, [])
        pushes = [s for s in readers if isinstance(s, Effect) and s.primitive == "s2sad.push"]
        pops = [s for s in readers if isinstance(s, Assign) and s.primitive == "s2sad.pop"]
        return 0 < len(pushes) == len(readers) - len(pops) and all(self._is_copied_for(s.args[1]) for s in pushes)

    def _is_copied_for(self, kept: Operand) -> bool:
        """Whether a copy has one reader."""
        made = self.made.get(kept) if isinstance(kept, Var) else None
        copied = isinstance(made, Assign) and made.primitive in ("s2sad.copy", "s2sad.read")
        return copied and len(self.places.readers[kept]) == 1

    def _used_up(self, var: Var, consumer: Statement | None) -> tuple[bool, Iterable[Var]]:
        """Whether nothing reads a variable, or a view of it, after what consumes it or takes it over."""
        home = self.places.home(var)
        if home is None:
            return False, (var,)
        if self._is_handed_on_once(var, home):
            return True, (var,)
        order = _Order(var, consumer, self.places)
        holder = self.places.holder.get(home)
        try:
            consumed = order.block(home, self._start(home, var), False)
            if isinstance(holder, Loop) and home is not holder.body:  # the test of a loop is read on in its body
                consumed = order.block(holder.body, 0, consumed)
        except _ReadLate:
            return False, order.aliases
        ends = self._handed_on(home)
        handed_on = 0 if order.aliases.keys().isdisjoint(ends) else sum(out in order.aliases for out in ends)
        return not (handed_on > 1 or consumed and handed_on), order.aliases

    def _is_handed_on_once(self, var: Var, home: Block) -> bool:
        """Whether one statement alone reads a variable, once: an update in place, or a loop that takes it over."""
        readers = self.places.readers.get(var, ())
        if len(readers) != 1 or var is self.function.result:
            return False
        (reader,) = readers
        if isinstance(reader, Assign):
            return reader.primitive in CONSUMING and reader.args[0] is var and self.places.stands_in(reader, home)
        takes_over = isinstance(reader, Loop) and (home is reader.body or self.places.stands_in(reader, home))
        return takes_over and var not in reader.args

    def _handed_on(self, block: Block) -> list[Operand]:
        """What a block hands on to what follows it: once for each that takes it."""
        holder = self.places.holder.get(block)
        if holder is None:
            return [self.function.result]
        if isinstance(holder, (If, With)):
            number = next(number for number, inner in enumerate(holder.blocks()) if inner is block)
            return [merge.values[number] for merge in holder.merges]
        assert isinstance(holder, Loop)
        return [carry.out for carry in holder.carries]

    def _start(self, home: Block, var: Var) -> int:
        made = self.places.definition.get(var)
        place = None if made is None else self.places.inside(made, home)
        return 0 if place is None else place + 1


class Verdicts:
    """Which variables are the one holder of their memory; what was found out is kept while it holds.

    A variable that control flow chooses is one if all its sources are. A bad one has a culprit: a source of its
    sources, or it itself, that is none on its own account.
    """

    def __init__(self, holders: Holders) -> None:
        self.holders = holders
        self.culprits: dict[Var, Var | None] = {}
        # By variable: what has to be found out anew if it, or who reads it, changes.
        self.dependents: dict[Var, set[Var]] = {}

    def owned(self, var: Var, consumer: Statement | None = None) -> bool:
        """Whether this variable is the one holder of its memory and its one use, ``consumer`` too, consumes it."""
        if consumer is None:
            return self.good(var)
        if not self.holders.alone(var, consumer)[0]:
            return False
        sources = self.holders.sources(var)
        if sources is None:
            return isinstance(self.holders.made.get(var), Assign)
        return all(self._good_beside(source, var) for source in sources)

    def good(self, operand: Operand, assumed: Var | None = None) -> bool:
        """Whether a source is the one holder of its memory, if ``assumed`` is."""
        if not isinstance(operand, Var):
            return False
        if operand is assumed or self._culprit(operand) is None:
            return True
        return assumed is not None and self._search(operand, {assumed: None})[0] is None

    def _good_beside(self, source: Operand, var: Var) -> bool:
        """The same of a source of ``var``, all of whose sources are asked: no other culprit is behind ``var`` only."""
        if isinstance(source, Var) and source is not var and self._culprit(source) not in (None, var):
            return False
        return self.good(source, var)

    def forget(self, changed: list[Var]) -> None:
        waiting = [*changed]
        while waiting:
            var = waiting.pop()
            self.culprits.pop(var, None)
            waiting += self.dependents.pop(var, ())

    def _culprit(self, var: Var) -> Var | None:
        if var in self.culprits:
            return self.culprits[var]
        if self.holders.is_computed(var):
            self.culprits[var] = None if self._sources(var) is not None else var
        else:
            culprit, seen = self._search(var, {})
            for one in seen:
                self.culprits[one] = culprit
        return self.culprits[var]

    def _search(self, start: Var, assumed: dict[Var, Var | None]) -> tuple[Var | None, list[Var]]:
        """The culprit and who comes to it from ``start`` on; where there is none, all that were looked at."""
        come_from: dict[Var, Var | None] = {**assumed, start: None}
        waiting = [start]
        while waiting:
            var = waiting.pop()
            known = self.culprits.get(var, var)
            if known is None:
                continue
            sources = self._sources(var) if assumed or var not in self.culprits else None
            if sources is None:
                path, one = [], var
                while one is not None and one not in assumed:
                    path.append(one)
                    one = come_from[one]  # type: ignore[assignment]
                return known, path
            for source in sources:
                self.dependents.setdefault(source, set()).add(var)
                if source not in come_from:
                    come_from[source] = var
                    waiting.append(source)
        return None, [var for var in come_from if var not in assumed]

    def _sources(self, var: Var) -> list[Var] | None:
        """The sources of a variable that may be the one holder; None where it is not."""
        alone, depends = self.holders.alone(var)
        for other in depends:
            if other is not var:
                self.dependents.setdefault(other, set()).add(var)
        sources = self.holders.sources(var)
        if not alone or sources is None and not isinstance(self.holders.made.get(var), Assign):
            return None
        if sources is None:
            return []
        found = [source for source in sources if isinstance(source, Var)]
        return None if len(found) < len(sources) else found


# Effects that look at their operands and do not keep them.
_LOOKING = {"s2sad.same_length", "s2sad.check_apart", "s2sad.check_contiguous"}


class _ReadLate(Exception):
    """A variable is read when what it stood for has been changed."""


class _Order:
    """Walks the uses of a variable in the order of the program."""

    def __init__(self, var: Var, consumer: Statement | None, places: Places) -> None:
        self.var, self.consumer, self.places = var, consumer, places
        self.aliases: dict[Var, None] = {var: None}
        # Those that are the last item of a list and no other, and whether nothing but taking it off consumes the list.
        self.last_item: set[Var] = set()
        self.taken: bool | None = None

    def block(self, block: Block, start: int, consumed: bool) -> bool:
        waiting: list[int] = []
        known = 0
        while True:
            for alias in [*self.aliases][known:]:
                for s in self.places.readers.get(alias, ()):
                    place = self.places.inside(s, block)
                    if place is not None and place >= start:
                        heappush(waiting, place)
            known = len(self.aliases)
            if not waiting:
                return consumed
            start = heappop(waiting) + 1
            while waiting and waiting[0] < start:
                heappop(waiting)
            consumed = self._statement(block.statements[start - 1], consumed)

    def _uses(self, operands: list[Operand]) -> bool:
        return not self._held().isdisjoint(operands)

    def _held(self) -> Set[Var]:
        """What may refer to the memory: an item is not part of the list that it was taken off."""
        return self.aliases.keys() - self.last_item if self.taken else self.aliases.keys()

    def _statement(self, s: Statement, consumed: bool) -> bool:
        if consumed and self._uses(s.args):
            raise _ReadLate
        if isinstance(s, Assign):
            return self._assign(s, consumed)
        if isinstance(s, Effect) and s.primitive not in _LOOKING and self._uses(s.args):
            raise _ReadLate  # it may be kept: on a tape it is
        held = self._held()
        takers = sum(init in held for init in inits(s))
        moved = takers > 0
        if takers > 1 or moved and consumed:
            raise _ReadLate
        if isinstance(s, (If, With)):
            ends = [self.block(inner, 0, consumed) for inner in s.blocks()]
            for number, end in enumerate(ends):
                takers = sum(self._uses([merge.values[number]]) for merge in s.merges)
                if takers > 1 or takers and end:
                    raise _ReadLate
                ends[number] = end or takers > 0
            return any(ends)
        for inner in s.blocks():
            if self.block(inner, 0, consumed or moved) and not (consumed or moved):
                raise _ReadLate  # once in every round
        if self._uses(results(s)):
            raise _ReadLate
        return consumed or moved

    def _assign(self, s: Assign, consumed: bool) -> bool:
        if s.primitive in CONSUMING and s.args[0] in self.aliases:
            view = view_place(s)
            others = [arg for place, arg in enumerate(s.args) if place not in (0, view)]
            if s.args[0] is not self.var or self._uses(others):
                raise _ReadLate
            self.taken = self.taken is not False and s.primitive == "s2sad.drop_last"
            return True
        if (s is self.consumer or s.extra == "owned") and s.args[0] is self.var:
            if self._uses(s.args[1:]):
                raise _ReadLate
            return True
        if self._uses(_shared(s)):
            self.aliases[s.target] = None
            if self._is_last_item(s):
                self.last_item.add(s.target)
        return consumed

    def _is_last_item(self, s: Assign) -> bool:
        if s.primitive == "s2sad.getitem" and s.args[0] is self.var:
            return isinstance(self.var.kind, List) and isinstance(s.args[1], Const) and s.args[1].value == -1
        return all(arg in self.last_item for arg in s.args if isinstance(arg, Var) and arg in self.aliases)


def _shared(s: Assign) -> list[Operand]:
    """The operands that a result may share memory with."""
    alone = s.extra == ALONE or s.primitive in ("s2sad.read", "s2sad.copy", "s2sad.last_writes")
    if alone or isinstance(s.target.kind, Scalar):
        return []
    if s.primitive == "s2sad.expand":
        return s.args[:1]
    if s.primitive == "s2sad.getitem" and isinstance(s.args[0].kind, Array) and copies(s.args[1].kind):
        return []
    known = table.lookup(s.primitive)
    return s.args if known is None or known.view or s.primitive in ("s2sad.tuple", "s2sad.list") else []
