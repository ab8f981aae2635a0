"""Elements of adjoints that one round of a loop leaves to the next are carried as numbers, for compiled code.

    for t in range(n - 1, 0, -1):                   y_bar_t = y_bar[n - 1]
        y_bar[t - 1] += a * y_bar[t]       ─▶       for t in range(n - 1, 0, -1):
                                                        y_bar_t = y_bar[t - 1] + a * y_bar_t
                                                        y_bar[t - 1] = y_bar_t

What was just written is not read again from memory, which every round of a recurrence would wait for; where rounds
only add to their neighbours none waits. All that is written is written as before. Each access of the loop to the array
has to be to one element, whose place is the index of the loop and a number along one axis, and steady along the others.
"""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from s2sad.analyses.terms import Term, is_from_the_front, term_of
from s2sad.analyses.uses import count_uses
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import (
    FIRST,
    IN_PLACE,
    Assign,
    Block,
    Carry,
    Const,
    For,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    is_literal,
    reads,
    reverse_loops,
    walk,
)
from s2sad.ir.rewrite import final, substitute_block
from s2sad.rules import table
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.indexing import index_parts
from s2sad.rules.lengths import has_a_round
from s2sad.transforms.optimise.algebra import simplify

_READS = {"s2sad.getitem", "s2sad.read"}
# The updates of one element, and how many operands they have.
_UPDATES = {"s2sad.index_add": 3, "s2sad.put": 3, "s2sad.clear": 2}
# Along which axis an element is that far from the index of the loop, and where along the others.
_Row = tuple[int, tuple[tuple[int, Term], ...]]


def carry_neighbours(context: Context, function: Function) -> None:
    """Carry what the rounds of the reverse loops of a function leave to the next ones."""
    loops = reverse_loops(function.body)
    for loop in loops:
        for var in loop.bound():
            context.definitions.setdefault(var, loop)
    if loops:
        _block(context, function.body, count_uses(function), {})


def _block(context: Context, block: Block, uses: Counter[Operand], own: dict[Operand, bool]) -> None:
    statements: list[Statement] = []
    for s in block.statements:
        for inner in s.blocks():
            _block(context, inner, uses, own)
        if isinstance(s, For) and s.of is not None and s.stop is None and not s.parallel:
            for carry in s.carries[:]:
                if isinstance(carry.param.kind, Array):
                    statements += _Neighbours(context, s, carry, uses, own).run()
        statements.append(s)
    block.statements = statements


@dataclass
class _Access:
    statement: Assign
    row: _Row
    offset: int


@dataclass
class _Elements:
    """The elements of a row that a round accesses, by their distance from its index; ``now`` is what each is."""

    index: dict[int, Operand] = field(default_factory=dict)
    params: dict[int, Var] = field(default_factory=dict)
    now: dict[int, Operand] = field(default_factory=dict)


class _Neighbours:
    def __init__(
        self, context: Context, loop: For, carry: Carry, uses: Counter[Operand], own: dict[Operand, bool],
    ) -> None:
        """``own`` says of which arrays it is known whether they are memory of their own."""
        self.context, self.loop, self.carry, self.uses, self.own = context, loop, carry, uses, own
        self.inside: set[Operand] = {*loop.bound()}
        for s in walk(loop.body):
            self.inside.update([*s.defined(), *(s.bound() if isinstance(s, Loop) else [])])
        assert isinstance(carry.param.kind, Array)
        self.number = Scalar(carry.param.kind.dtype, weak=False)
        self.before = Block()
        self.mapping: dict[Var, Operand] = {}
        self.choice: If | None = None  # what is read before the loop, if that may have no round

    def run(self) -> list[Statement]:
        """Carry the elements in place of reading them; what reads the first ones before the loop."""
        ahead = _direction(self.loop)
        accesses = self._accesses() if ahead and self._is_memory_of_its_own(self.carry.init) else None
        if accesses is None or not _are_apart(accesses):
            return []
        rows: dict[_Row, _Elements] = {}
        for access in accesses:
            elements = rows.setdefault(access.row, _Elements())
            elements.index.setdefault(access.offset, access.statement.args[1])
        read = {(access.row, access.offset) for access in accesses if access.statement.primitive in _READS}
        left = [(row, offset) for row, elements in rows.items() for offset in elements.index
                if offset + ahead in elements.index]
        for row, offset in left if not read.isdisjoint(left) else []:
            self._begin(row, rows[row], offset)
        if any(elements.params for elements in rows.values()):
            self._rewrite({access.statement: (rows[access.row], access.offset) for access in accesses}, ahead)
            for elements in rows.values():
                self._end(elements, ahead)
        return self.before.statements

    # -- what the loop does to the array -----------------------------------------------------------

    def _accesses(self) -> list[_Access] | None:
        """The accesses to the array, all in the loop's own block; None where there are others."""
        versions: set[Operand] = {self.carry.param}
        found: list[_Access] = []
        seen = 0
        for s in self.loop.body.statements:
            mentions = sum(operand in versions for operand in reads(s))
            if not mentions and s.simple:
                continue
            if not s.simple:
                if mentions or any(o in versions for inner in s.blocks() for one in walk(inner) for o in reads(one)):
                    return None
                continue
            access = self._access(s) if mentions == 1 and isinstance(s, Assign) and s.args[0] in versions else None
            if access is None:
                return None
            found.append(access)
            seen += 1
            if access.statement.primitive in _UPDATES:
                versions.add(access.statement.target)
        if self.carry.out not in versions or self.carry.out is self.carry.param:
            return None
        return found if sum(self.uses[version] for version in versions) == seen + 1 else None

    def _access(self, s: Assign) -> _Access | None:
        is_read = s.primitive in _READS and isinstance(s.target.kind, Scalar)
        is_update = s.adjoint and s.extra in (None, FIRST) and _UPDATES.get(s.primitive) == len(s.args)
        parts = index_parts(self.context, s.args[1]) if is_read or is_update else None
        kind = s.args[0].kind
        if parts is None or not isinstance(kind, Array) or kind.dims is None or len(parts) != len(kind.dims):
            return None
        if s.primitive in ("s2sad.index_add", "s2sad.put") and not isinstance(s.args[2].kind, Scalar):
            return None
        axis, offset, rest = None, 0, []
        for number, part in enumerate(parts):
            term = term_of(self.context, part) if isinstance(part.kind, Scalar) else None
            if term is None:
                return None
            if term.symbol is self.loop.index and axis is None:
                axis, offset = number, term.offset
            elif term.symbol in self.inside:
                return None
            else:
                rest.append((number, term))
            if not _is_counted_from_the_front(self.context, term):
                return None
        return None if axis is None else _Access(s, (axis, tuple(rest)), offset)

    def _is_memory_of_its_own(self, operand: Operand) -> bool:
        """Whether an array is no view of another one that the loop may write."""
        names: list[Operand] = []
        while operand not in self.own:
            names.append(operand)
            made = self.context.definitions.get(operand) if isinstance(operand, Var) else None
            if isinstance(made, Loop):
                operand = next(c.init for c in made.carries if operand in (c.result, c.param))
            elif isinstance(made, Assign) and made.primitive in IN_PLACE:
                operand = made.args[0]
            elif isinstance(made, Assign) and made.primitive == "s2sad.expand":
                self.own[operand] = not isinstance(made.args[0].kind, Array)  # of a number, it fills an array
            else:
                known = table.lookup(made.primitive) if isinstance(made, Assign) else None
                self.own[operand] = known is not None and not known.view
        self.own.update(dict.fromkeys(names, self.own[operand]))
        return self.own[operand]

    # -- numbers in the place of elements ----------------------------------------------------------

    def _begin(self, row: _Row, elements: _Elements, offset: int) -> None:
        """Carry the element at a distance from the index: before the loop it is read once."""
        name = self.carry.param.name or "x_bar"
        ahead = {0: "here", 1: "next"}.get(abs(offset), "later")
        param = Var(f"{name}_{ahead}", self.number)
        self.context.definitions[param] = self.loop
        elements.params[offset] = elements.now[offset] = param
        block = Block()
        b = Builder(self.context, block, self.loop.origin, simplify, adjoint=True)
        axis, rest = row
        places: dict[int, Operand] = {number: _written(b, term) for number, term in rest}
        places[axis] = _added(b, _first_index(b, self.loop), offset)
        index = places[0] if len(places) == 1 else b.emit("s2sad.tuple", *(places[n] for n in sorted(places)))
        init: Operand = b.emit("s2sad.read", self.carry.init, index, kind=param.kind)
        if not has_a_round(self.context, self.loop):
            init = self._if_there_is_one(block, init)
        else:
            self.before.statements += block.statements
        self.loop.carries.append(Carry(init, param, param, Var(param.name, param.kind)))
        self.context.definitions[self.loop.carries[-1].result] = self.loop

    def _if_there_is_one(self, block: Block, element: Operand) -> Var:
        """The element where the loop has a round."""
        if self.choice is None:
            b = Builder(self.context, self.before, self.loop.origin, adjoint=True)
            rises = isinstance(self.loop.step, Const) and self.loop.step.value > 0
            test = b.emit("operator.lt" if rises else "operator.gt", self.loop.start, self.loop.end)
            self.choice = If([test], Block(), Block())
            b.append(self.choice)
        found = Var("", element.kind)
        self.choice.then.statements += block.statements
        self.choice.merges.append(Merge(found, [element, constant(0.0)]))
        self.context.definitions[found] = self.choice
        return found

    def _rewrite(self, accesses: dict[Assign, tuple[_Elements, int]], ahead: int) -> None:
        statements: list[Statement] = []
        mapping = self.mapping
        for s in self.loop.body.statements:
            if not isinstance(s, Assign) or s not in accesses:
                statements.append(s)
                continue
            elements, offset = accesses[s]
            known = elements.now.get(offset)
            if s.primitive in _READS:
                if known is None:
                    elements.now[offset] = s.target
                    statements.append(s)
                else:
                    mapping[s.target] = known
                continue
            wanted = offset in elements.params or offset - ahead in elements.params
            if s.primitive == "s2sad.index_add" and wanted:
                b = Builder(self.context, Block(), s.origin, simplify, adjoint=True)
                if known is None:
                    known = b.emit("s2sad.read", s.args[0], s.args[1], kind=self.number)
                total = b.emit("operator.add", known, s.args[2])
                statements += b.block.statements
                s.primitive, s.args = "s2sad.put", [s.args[0], s.args[1], total]
            if s.primitive != "s2sad.index_add":
                elements.now[offset] = constant(0.0) if s.primitive == "s2sad.clear" else s.args[2]
            else:
                elements.now.pop(offset, None)
            statements.append(s)
        self.loop.body.statements = statements
        substitute_block(self.loop.body, mapping)
        for carry in self.loop.carries:
            carry.out = final(carry.out, mapping)

    def _end(self, elements: _Elements, ahead: int) -> None:
        """What this round leaves at a place the next one finds at the distance that the place has then."""
        for carry in self.loop.carries:
            for offset, param in elements.params.items():
                if carry.param is param:
                    carry.out = final(elements.now[offset + ahead], self.mapping)


def _direction(loop: For) -> int:
    """By how much the index of the next round is greater; 0 where that is not one more or one less."""
    if not (is_literal(loop.step, 1) or is_literal(loop.step, -1)):
        return 0
    step = 1 if is_literal(loop.step, 1) else -1
    return -step if loop.reverse else step


def _first_index(b: Builder, loop: For) -> Operand:
    """The index of the first round."""
    if not loop.reverse:
        return loop.start
    return _added(b, loop.end, -1 if is_literal(loop.step, 1) else 1)


def _added(b: Builder, operand: Operand, number: int) -> Operand:
    if isinstance(operand, Const):
        return constant(operand.value + number)
    if not number:
        return operand
    return b.emit("operator.add" if number > 0 else "operator.sub", operand, constant(abs(number)))


def _written(b: Builder, term: Term) -> Operand:
    return constant(term.offset) if term.symbol is None else _added(b, term.symbol, term.offset)


def _is_counted_from_the_front(context: Context, term: Term) -> bool:
    return term.offset >= 0 if term.symbol is None else is_from_the_front(context, term)


def _are_apart(accesses: list[_Access]) -> bool:
    """Whether elements of different rows are surely different."""
    rows = list(dict.fromkeys(access.row for access in accesses))
    for number, (axis, one) in enumerate(rows):
        for other_axis, two in rows[number + 1 :]:
            if axis != other_axis:
                return False
            if not any(a.symbol is b.symbol and a.offset != b.offset for (_, a), (_, b) in zip(one, two, strict=True)):
                return False
    return True
