"""What of a loop's body gives values of a round, so that they can be computed again once the loop is done."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from s2sad.analyses import costs
from s2sad.analyses.aliases import Aliases, changed_by
from s2sad.analyses.record import is_pure
from s2sad.ir.copies import renewed
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Block, Carry, For, If, Loop, Merge, Operand, Statement, Var, walk
from s2sad.ir.rewrite import final
from s2sad.rules import table
from s2sad.rules.build import Context
from s2sad.rules.indexing import index_parts, same_index


@dataclass
class Slice:
    """``needed`` are the variables of the body that are computed again, ``kept`` the numbers without a derivative
    that are taken from the round instead; ``elements`` are reads of elements that the round wrote, with the array
    that the loop leaves."""

    needed: set[Var] = field(default_factory=set)
    kept: list[Var] = field(default_factory=list)
    elements: dict[Assign, Var] = field(default_factory=dict)


def slice_of(context: Context, aliases: Aliases, loop: For, blocks: list[Block], values: Iterable[Var]) -> Slice | None:
    """The slice of the body, of which ``blocks`` are all that the values see; None if it cannot be computed again."""
    return _Slicing(context, aliases, loop, blocks).run(values)


class _Slicing:
    def __init__(self, context: Context, aliases: Aliases, loop: For, blocks: list[Block]) -> None:
        self.context, self.aliases, self.loop = context, aliases, loop
        self.seen = {var for block in blocks for s in block.statements for var in s.defined()}
        self.changed = {aliases.class_of(var) for s in walk(loop.body) for var in changed_by(s)}
        self.owner: dict[Operand, Statement | None] = {}
        self.carry: dict[Operand, Carry] = {}
        for s in walk(loop.body):
            self.owner.update(dict.fromkeys(s.defined(), s))
            if isinstance(s, Loop):
                self.owner.update(dict.fromkeys(s.bound(), s))
                self.carry.update((var, carry) for carry in s.carries for var in (carry.param, carry.result))
        self.found = Slice()

    def run(self, values: Iterable[Var]) -> Slice | None:
        outside = {carry.param for carry in self.loop.carries}
        waiting: list[Operand] = list(values)
        while waiting:
            one = waiting.pop()
            if not isinstance(one, Var) or one in self.found.needed or one in self.found.kept:
                continue
            if one is self.loop.index:
                self.found.kept.append(one)
                continue
            if one in outside or one in self.owner:
                more = None if one in outside else self._operands(one)
                if more is None and not self._may_be_kept(one, one in outside):
                    return None
                if more is None:
                    self.found.kept.append(one)
                    continue
                self.found.needed.add(one)
                waiting += more
        return self.found

    def _may_be_kept(self, var: Var, carried: bool) -> bool:
        return not var.varied and isinstance(var.kind, Scalar) and var.kind.dtype in _ZEROS and (
            carried or var in self.seen)

    def _operands(self, var: Var) -> list[Operand] | None:
        """What a variable is computed of; None if it cannot be computed again."""
        made = self.owner[var]
        if isinstance(made, Assign):
            if self._repeats(made):
                return made.args
            array = self._written(made)
            if array is None:
                return None
            self.found.elements[made] = array
            return made.args[1:]
        if isinstance(made, If):
            return [made.condition, *(value for merge in made.merges if merge.out is var for value in merge.values)]
        if not isinstance(made, For) or made.stop is not None or made.parallel:
            return None
        if var is made.index:
            return made.args
        carry = self.carry[var]
        return [carry.init, carry.out, *made.args] if var.varied or var is carry.param else None

    def _repeats(self, s: Assign) -> bool:
        """Whether an assignment gives the same when the loop is done."""
        if not is_pure(s.primitive) or s.extra is not None:
            return False
        if table.lookup(s.primitive) is None and s.primitive not in costs.PARTS:
            return False
        return not any(map(self._changes, [s.target, *s.args]))

    def _changes(self, operand: Operand) -> bool:
        if not isinstance(operand, Var) or not self.aliases.may_change(operand):
            return False
        return not isinstance(operand.kind, Array) or self.aliases.class_of(operand) in self.changed

    def _written(self, s: Assign) -> Var | None:
        """The array that the loop leaves, if an element is read from it where this round wrote last, and no other."""
        if s.primitive != "s2sad.getitem":
            return None
        array, place = s.args
        carry = next((one for one in self.loop.carries if one.out is array), None)
        parts = index_parts(self.context, place)
        if carry is None or parts is None or self.loop.index not in parts or not isinstance(s.target.kind, Scalar):
            return None
        written: Operand = carry.out
        links = 0
        while written is not carry.param:
            store = self.context.definition(written, "s2sad.store")
            if store is None or store.args[1] is not store.args[0] or not same_index(
                    self.context, store.args[2], place):
                return None
            written, links = store.args[0], links + 1
        family = self.aliases.class_of(carry.param)
        writers = [s for s in walk(self.loop.body) if family in map(self.aliases.class_of, changed_by(s))]
        return carry.result if len(writers) == links else None


_ZEROS = {"bool": False, "int64": 0, "float64": 0.0}


def nothing_of(var: Var) -> bool | int | float:
    """A number of the kind of one that is kept."""
    assert isinstance(var.kind, Scalar)
    return _ZEROS[var.kind.dtype]


def copy(context: Context, block: Block, cut: Slice, mapping: dict[Var, Operand]) -> list[Statement]:
    """The statements of a block that a slice needs, of new variables, which ``mapping`` knows then."""
    made: list[Statement] = []
    for s in block.statements:
        one: Statement | None = None
        if isinstance(s, Assign) and s.target in cut.needed:
            one = _assign(s, cut, mapping)
        elif isinstance(s, If) and any(merge.out in cut.needed for merge in s.merges):
            one = _branch(context, s, cut, mapping)
        elif isinstance(s, For) and not cut.needed.isdisjoint([*s.defined(), *s.bound()]):
            one = _loop(context, s, cut, mapping)
        if one is not None:
            made.append(one)
            context.definitions.update(dict.fromkeys(one.defined(), one))
    return made


def _assign(s: Assign, cut: Slice, mapping: dict[Var, Operand]) -> Assign:
    args: list[Operand] = [final(arg, mapping) for arg in s.args]
    if s in cut.elements:
        args[0] = cut.elements[s]
    return Assign(renewed(s.target, mapping), s.primitive, args, s.keywords, s.style, origin=s.origin)


def _branch(context: Context, s: If, cut: Slice, mapping: dict[Var, Operand]) -> If:
    condition = final(s.condition, mapping)
    then, orelse = (Block(copy(context, inner, cut, mapping)) for inner in s.blocks())
    merges = [
        Merge(renewed(merge.out, mapping), [final(value, mapping) for value in merge.values])
        for merge in s.merges if merge.out in cut.needed
    ]
    return If([condition], then, orelse, merges, origin=s.origin)


def _loop(context: Context, s: For, cut: Slice, mapping: dict[Var, Operand]) -> For:
    args = [final(arg, mapping) for arg in s.args]
    carries = [carry for carry in s.carries if carry.param in cut.needed or carry.result in cut.needed]
    inits = [final(carry.init, mapping) for carry in carries]
    index = renewed(s.index, mapping)
    params = [renewed(carry.param, mapping) for carry in carries]
    body = Block(copy(context, s.body, cut, mapping))
    return For(index, args, s.reverse, body=body, origin=s.origin, carries=[
        Carry(init, param, final(carry.out, mapping), renewed(carry.result, mapping))
        for carry, init, param in zip(carries, inits, params, strict=True)
    ])
