"""Who owns an adjoint array: updates in place where nobody else holds it, a copy where someone does.

`s2sad.index_add` gives a new adjoint with a contribution added at an index. It is carried out in place, so its operand
must be an array that nothing else refers to and that is not read afterwards. Where that cannot be shown, the
array is copied first. A sum of array adjoints is carried out in place (``extra="owned"``) where it can, and a product
where that saves an array.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from heapq import heappop, heappush

from s2sad.analyses.sharing import gives_own_memory
from s2sad.ir.kinds import Array, List, Scalar
from s2sad.ir.nodes import (
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
    walk,
)
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import copies

CONSUMING = IN_PLACE
# What returns memory of its own.
_FRESH_INTERNAL = {
    "s2sad.zeros_like", "s2sad.zeros_of", "s2sad.copy", "s2sad.cast", "s2sad.list", "s2sad.unstack", "s2sad.read",
    "s2sad.guard", "s2sad.add_lists",
}


class _Places:
    """Where the statements of a function stand, what defines each variable, and which of them read it."""

    def __init__(self, block: Block) -> None:
        self.holder: dict[Block, Statement] = {}
        self.definition: dict[Var, Statement] = {}
        self.readers: defaultdict[Operand, dict[Statement, None]] = defaultdict(dict)
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

    def put(self, block: Block, statements: list[Statement]) -> list[Statement]:
        """Give a block other statements; those that are new in it."""
        before = set(block.statements)
        block.statements = statements
        self._numbers.pop(block, None)
        return [s for s in statements if s not in before]

    def read(self, statements: list[Statement]) -> None:
        """Note what statements read, their blocks not included."""
        readers = self.readers
        for s in statements:
            for operand in s.args if s.simple else reads(s):
                readers[operand][s] = None

    def changed(self, s: Statement, before: list[Var]) -> None:
        """A statement has got other operands."""
        for var in before:
            self.readers[var].pop(s, None)
        self.read([s])

    def home(self, var: Var) -> Block | None:
        """The block that a variable is bound in; None for a parameter."""
        made = self.definition.get(var)
        return self._head.get(var) if made is None else self._block.get(made)

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


class _Holders:
    """What makes each variable of a function, and who reads it: whether it may be the one holder of its memory."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.places = _Places(function.body)
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
        if made.primitive == "s2sad.expand":
            return not isinstance(made.args[0].kind, Array)
        if made.extra == "owned":
            return True
        if not isinstance(made.target.kind, Array) or made.target.kind.dims is None:
            return False
        if made.primitive == "s2sad.getitem":
            return isinstance(made.args[0].kind, Array) and copies(made.args[1].kind)
        known = table.lookup(made.primitive)
        if known is None or known.view:
            return False
        return made.primitive.startswith(("operator.", "numpy.", "array."))

    def _used_up(self, var: Var, consumer: Statement | None) -> tuple[bool, Iterable[Var]]:
        """Whether nothing reads a variable, or a view of it, after what consumes it or takes it over."""
        home = self.places.home(var)
        if home is None:
            return False, (var,)
        order = _Order(var, consumer, self.places)
        try:
            consumed = order.block(home, self._start(home, var), False)
        except _ReadLate:
            return False, order.aliases
        ends = self._handed_on(home)
        handed_on = 0 if order.aliases.keys().isdisjoint(ends) else sum(out in order.aliases for out in ends)
        return not (handed_on > 1 or consumed and handed_on), order.aliases

    def _handed_on(self, block: Block) -> list[Operand]:
        """What a block hands on to what follows it: once for each that takes it."""
        holder = self.places.holder.get(block)
        if holder is None:
            return [self.function.result]
        if isinstance(holder, (If, With)):
            number = next(number for number, inner in enumerate(holder.blocks()) if inner is block)
            return [merge.values[number] for merge in holder.merges]
        return results(holder)

    def _start(self, home: Block, var: Var) -> int:
        made = self.places.definition.get(var)
        place = None if made is None else self.places.inside(made, home)
        return 0 if place is None else place + 1


class Ownership:
    def __init__(self, context: Context, function: Function, forward: set[Statement]) -> None:
        self.context, self.function, self.forward = context, function, forward
        self.holders = _Holders(function)
        self.verdicts = _Verdicts(self.holders)
        self.rebased = False

    def run(self) -> None:
        self._block(self.function.body)

    def _block(self, block: Block) -> None:
        result: list[Statement] = []
        for s in block.statements:
            if isinstance(s, Assign):
                result += self._own(s, block) if s.primitive in _CONCERNED else [s]
                continue
            if isinstance(s, Loop):
                result += self._own_starts(s, block)
            for inner in s.blocks():
                self._block(inner)
            result.append(s)
        if len(result) == len(block.statements):
            return
        new = self.holders.places.put(block, result)
        self.holders.places.read(new)
        self.verdicts.forget([operand for s in new for operand in s.args if isinstance(operand, Var)])

    def _own_starts(self, loop: Loop, block: Block) -> list[Statement]:
        """What a loop updates in each round, and somebody else holds before it, is copied once."""
        copies: list[Statement] = []
        for carry in loop.carries:
            if not isinstance(carry.init, Var) or not isinstance(carry.param.kind, Array) or not loop.of:
                continue
            if not self._leads_back(carry.out, carry.param) or self.verdicts.good(carry.init):
                continue
            if not self.verdicts.good(carry.out, carry.param):
                continue
            copied = Var(carry.param.name, carry.param.kind)
            copy = Assign(copied, "s2sad.copy", [carry.init], origin=loop.origin, adjoint=True)
            self._made(copy, block)
            before = [one.init for one in loop.carries if isinstance(one.init, Var)]
            carry.init = copied
            self._changed(loop, before)
            copies.append(copy)
        return copies

    def _made(self, s: Assign, block: Block) -> None:
        """Know a new statement, which will stand in a block."""
        self.context.definitions[s.target] = self.holders.made[s.target] = s
        self.holders.places.define(s, block)

    def _changed(self, s: Statement, before: list[Var]) -> None:
        self.holders.places.changed(s, before)
        self.verdicts.forget([*before, *s.defined()])

    def _leads_back(self, out: Operand, param: Var) -> bool:
        """Whether a value is an array updated in place, from this one on."""
        waiting, seen = [(out, False)], {(out, False)}
        while waiting:
            one, changed = waiting.pop()
            if one is param:
                if changed:
                    return True
                continue
            made = self.holders.made.get(one) if isinstance(one, Var) else None
            if isinstance(made, Assign) and made.primitive in CONSUMING:
                further = [(made.args[0], True)]
            elif isinstance(made, Carry):
                further = [(made.init, changed or self._leads_back(made.out, made.param))]
            elif isinstance(made, Merge):
                further = [(value, False) for value in made.values]
            else:
                continue
            waiting += [state for state in further if state not in seen]
            seen.update(further)
        return False

    def _own(self, s: Assign, block: Block) -> list[Statement]:
        if s.primitive in CONSUMING and (s.adjoint or s.primitive not in _OF_THE_PRIMAL):
            held = s.args[0]
            if isinstance(held, Var) and not self.verdicts.owned(held):
                copied = Var(s.target.name, held.kind)
                copy = Assign(copied, "s2sad.copy", [held], origin=s.origin, adjoint=True)
                self._made(copy, block)
                before = [arg for arg in s.args if isinstance(arg, Var)]
                views = self._rebase(s, held, copied)
                self._changed(s, before)
                if s in self.forward:
                    self.forward.update((copy, *views))
                return [copy, *views, s]
        elif s.adjoint and s.primitive in _SUMS and isinstance(s.target.kind, Array):
            first = s.args[0]
            if isinstance(first, Var) and first.kind == s.target.kind and self.verdicts.owned(first, s):
                s.extra = "owned"
                self._changed(s, [arg for arg in s.args if isinstance(arg, Var)])
        elif _is_value_update(s) and self._is_given_up(s, block):
            s.extra = "owned"
        elif s.adjoint and s.primitive in _SCALINGS and not self.context.array_tapes:
            self._scale_in_place(s)
        return [s]

    def _is_given_up(self, s: Assign, block: Block) -> bool:
        """Whether nobody reads what an operation of the primal updated after it, or refers to its memory."""
        first, places = s.args[0], self.holders.places
        made = self.holders.made.get(first) if isinstance(first, Var) and first is not self.function.result else None
        if not isinstance(made, Assign) or places.home(made.target) is not block or not gives_own_memory(made):
            return False
        here = places.inside(s, block)
        for reader in places.readers.get(made.target, ()):
            place = places.inside(reader, block)
            before = place is not None and here is not None and place < here
            if reader is not s and not (before and isinstance(reader, Assign) and gives_own_memory(reader)):
                return False
        return True

    def _scale_in_place(self, s: Assign) -> None:
        """Carry out a product without a name of its own on an adjoint that nobody asks for afterwards.

        Only where it would need a name: what is written inside an expression NumPy puts into such memory by itself.
        """
        kind = s.target.kind
        if not isinstance(kind, Array) or not kind.dims or s.target.name or len(self._readers(s.target)) < 2:
            return
        written = s.args
        for held in written[: _SCALINGS[s.primitive]]:
            made = self.holders.made.get(held) if isinstance(held, Var) and held.name else None
            if not isinstance(made, Assign) or not made.adjoint or held.kind != kind:
                continue
            assert isinstance(held, Var)
            s.args = [held, *(arg for arg in written if arg is not held)]
            if len(s.args) == len(written) and self.verdicts.owned(held, s):
                s.extra = "owned"
                self._changed(s, [held])
                return
            s.args = written

    def _readers(self, var: Var) -> dict[Statement, None]:
        return self.holders.places.readers.get(var, {})

    def _rebase(self, s: Assign, held: Var, copied: Var) -> list[Statement]:
        """Let an update change the copy, through the same view of it."""
        place = view_place(s)
        view = s.args[place] if place is not None else held
        chain: list[Assign] = []
        while view is not held:
            made = self.holders.made[view]  # type: ignore[index]
            assert isinstance(made, Assign)
            chain.append(made)
            view = made.args[0]
        operand: Operand = copied
        again: list[Statement] = []
        for made in reversed(chain):
            target = Var(made.target.name, made.target.kind)
            args = [operand, *made.args[1:]]
            step = Assign(target, made.primitive, args, made.keywords, made.style, made.extra)
            step.origin, step.adjoint = s.origin, True
            self.context.definitions[target] = self.holders.made[target] = step
            again.append(step)
            operand = target
        self.rebased |= bool(again)
        s.args = [copied, *s.args[1:]]
        if place is not None:
            s.args[place] = operand
        return again


class _Verdicts:
    """Which variables are the one holder of their memory; what was found out is kept while it holds.

    A variable that control flow chooses is one if all its sources are. A bad one has a culprit: a source of its
    sources, or it itself, that is none on its own account.
    """

    def __init__(self, holders: _Holders) -> None:
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
        if var not in self.culprits:
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
        found = [source for source in sources or [] if isinstance(source, Var)]
        return None if sources is not None and len(found) < len(sources) else found


# What is carried out in place where the first operand is owned.
_SUMS = {"operator.add", "operator.sub"}
# The same where it saves an array, and how many of its operands may be that first one.
_SCALINGS = {"operator.mul": 2, "operator.truediv": 1}
_ELEMENTWISE = {*_SUMS, "operator.mul", "operator.truediv", "operator.pow"}
# What is, or may be, carried out in place.
_CONCERNED = CONSUMING | _ELEMENTWISE
# Updates that the user wrote: they are made to the array that they are written for.
_OF_THE_PRIMAL = {"s2sad.store", "s2sad.add_at", "s2sad.append"}


# Effects that look at their operands and do not keep them.
_LOOKING = {"s2sad.same_length", "s2sad.check_apart", "s2sad.check_contiguous"}


class _ReadLate(Exception):
    """A variable is read when what it stood for has been changed."""


class _Order:
    """Walks the uses of a variable in the order of the program."""

    def __init__(self, var: Var, consumer: Statement | None, places: _Places) -> None:
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
        aliases = self.aliases.keys()
        return not (aliases - self.last_item if self.taken else aliases).isdisjoint(operands)

    def _statement(self, s: Statement, consumed: bool) -> bool:
        if consumed and self._uses(s.args):
            raise _ReadLate
        if isinstance(s, Assign):
            return self._assign(s, consumed)
        if isinstance(s, Effect) and s.primitive not in _LOOKING and self._uses(s.args):
            raise _ReadLate  # it may be kept: on a tape it is
        takers = sum(init in self.aliases for init in inits(s))
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
    if isinstance(s.target.kind, Scalar) or s.primitive in ("s2sad.read", "s2sad.copy", "s2sad.last_writes"):
        return []
    if s.primitive == "s2sad.expand":
        return s.args[:1]
    if s.primitive == "s2sad.getitem" and isinstance(s.args[0].kind, Array) and copies(s.args[1].kind):
        return []
    known = table.lookup(s.primitive)
    return s.args if known is None or known.view or s.primitive in ("s2sad.tuple", "s2sad.list") else []


def settle_ownership(context: Context, function: Function, forward: set[Statement]) -> bool:
    """Settle what is updated in place; whether views of what is copied were left that may be dead.

    ``forward`` are the statements of the forward sweep, to which the copies are added that these need.
    """
    if not any(_concerns(s) for s in walk(function.body)):
        return False
    ownership = Ownership(context, function, forward)
    ownership.run()
    return ownership.rebased


def _concerns(s: Statement) -> bool:
    """Whether a statement is, or may be, carried out in place."""
    if not isinstance(s, Assign) or s.primitive not in _CONCERNED:
        return False
    adjoint = s.adjoint and isinstance(s.target.kind, Array) and (s.primitive in _SUMS or s.primitive in _SCALINGS)
    return s.primitive in CONSUMING or adjoint or _is_value_update(s)


def _is_value_update(s: Assign) -> bool:
    """Whether the user wrote an operation of the primal as an update of all of an array."""
    return not s.adjoint and s.style == "augmented" and s.primitive in _ELEMENTWISE and (
        isinstance(s.target.kind, Array) and s.args[0].kind == s.target.kind)
