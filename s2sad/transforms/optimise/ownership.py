"""Who owns an adjoint array: updates in place where nobody else holds it, a copy where someone does.

`s2sad.index_add` gives a new adjoint with a contribution added at an index. It is carried out in place, so its operand
must be an array that nothing else refers to and that is not read afterwards. Where that cannot be shown, the
array is copied first. A sum of array adjoints is carried out in place (``extra="owned"``) where it can.
"""
from __future__ import annotations

from collections.abc import Callable

from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Carry,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Var,
    With,
    inits,
    results,
    view_place,
)
from s2sad.rules import table
from s2sad.rules.build import Context

CONSUMING = IN_PLACE
# What returns memory of its own.
_FRESH_INTERNAL = {"s2sad.zeros_like", "s2sad.copy", "s2sad.cast", "s2sad.list", "s2sad.unstack", "s2sad.read"}


class Ownership:
    def __init__(self, context: Context, function: Function) -> None:
        self.context = context
        self.function = function
        self.made: dict[Var, Statement | Merge | Carry] = {}
        self.loop_of_param: dict[Var, tuple[Loop, Carry]] = {}
        self.home: dict[Var, Block] = {}
        self.mentioned: dict[Statement, set[Operand]] = {}
        self._index(function.body)

    def _index(self, block: Block) -> None:
        for s in block.statements:
            for var in s.defined():
                self.home[var] = block
            if isinstance(s, Loop):
                for var in s.bound():
                    self.home[var] = s.blocks()[0]
            for inner in s.blocks():
                self._index(inner)
            if isinstance(s, Assign):
                self.made[s.target] = s
            if isinstance(s, (If, With)):
                for merge in s.merges:
                    self.made[merge.out] = merge
            if isinstance(s, Loop):
                for carry in s.carries:
                    self.made[carry.result] = carry
                    self.loop_of_param[carry.param] = (s, carry)

    def run(self) -> None:
        self._block(self.function.body)

    def _block(self, block: Block) -> None:
        result: list[Statement] = []
        for s in block.statements:
            if isinstance(s, Loop):
                result += self._own_starts(s, block)
            for inner in s.blocks():
                self._block(inner)
            if isinstance(s, Assign):
                result += self._own(s, block)
            else:
                result.append(s)
        if len(result) != len(block.statements):
            self.mentioned.clear()
        block.statements = result

    def _own_starts(self, loop: Loop, block: Block) -> list[Statement]:
        """What a loop updates in each round, and somebody else holds before it, is copied once."""
        copies: list[Statement] = []
        for carry in loop.carries:
            if not isinstance(carry.init, Var) or not isinstance(carry.param.kind, Array) or not loop.of:
                continue
            if not self._leads_back(carry.out, carry.param) or self._source(carry.init, set()):
                continue
            if not self._source(carry.out, {carry.param}):
                continue
            copied = Var(carry.param.name, carry.param.kind)
            copy = Assign(copied, "s2sad.copy", [carry.init], origin=loop.origin, adjoint=True)
            self.context.definitions[copied] = self.made[copied] = copy
            self.home[copied] = block
            carry.init = copied
            self.mentioned.clear()
            copies.append(copy)
        return copies

    def _leads_back(self, out: Operand, param: Var) -> bool:
        """Whether a value is an array updated in place, from this one on."""
        changed = False
        while isinstance(out, Var) and out is not param:
            made = self.made.get(out)
            if isinstance(made, Assign) and made.primitive in CONSUMING:
                out, changed = made.args[0], True
            elif isinstance(made, Carry):
                changed = changed or self._leads_back(made.out, made.param)
                out = made.init
            elif isinstance(made, Merge):
                return any(self._leads_back(value, param) for value in made.values)
            else:
                return False
        return changed and out is param

    def _own(self, s: Assign, block: Block) -> list[Statement]:
        if s.primitive in CONSUMING and (s.adjoint or s.primitive not in _OF_THE_PRIMAL):
            held = s.args[0]
            if isinstance(held, Var) and not self.owned(held, set()):
                copied = Var(s.target.name, held.kind)
                copy = Assign(copied, "s2sad.copy", [held], origin=s.origin, adjoint=True)
                self.context.definitions[copied] = self.made[copied] = copy
                self.home[copied] = block
                self.mentioned.clear()
                return [copy, *self._rebase(s, held, copied), s]
        elif s.adjoint and s.primitive in _SUMS and isinstance(s.target.kind, Array):
            first = s.args[0]
            if isinstance(first, Var) and first.kind == s.target.kind and self.owned(first, set(), s):
                s.extra = "owned"
        return [s]

    def _rebase(self, s: Assign, held: Var, copied: Var) -> list[Statement]:
        """Let an update change the copy, through the same view of it."""
        place = view_place(s)
        view = s.args[place] if place is not None else held
        chain: list[Assign] = []
        while view is not held:
            made = self.made[view]  # type: ignore[index]
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
            self.context.definitions[target] = self.made[target] = step
            again.append(step)
            operand = target
        s.args = [copied, *s.args[1:]]
        if place is not None:
            s.args[place] = operand
        return again

    def owned(self, var: Var, assumed: set[Var], consumer: Statement | None = None) -> bool:
        """Whether this variable is the one holder of its memory and its one use consumes it."""
        if var in assumed:
            return True
        made = self.made.get(var)
        if isinstance(made, Assign):
            return self._fresh(made) and self._used_up(var, consumer)
        if not self._used_up(var, consumer):
            return False
        assumed = assumed | {var}
        if var in self.loop_of_param:
            _, carry = self.loop_of_param[var]
            return self._source(carry.init, assumed) and self._source(carry.out, assumed)
        if isinstance(made, Merge):
            return all(self._source(value, assumed) for value in made.values)
        if isinstance(made, Carry):
            return self._source(made.init, assumed) and self._source(made.out, assumed)
        return False

    def _source(self, operand: Operand, assumed: set[Var]) -> bool:
        return isinstance(operand, Var) and self.owned(operand, assumed)

    def _fresh(self, made: Assign) -> bool:
        if made.primitive in CONSUMING:
            return True  # its operand is owned or copied
        if made.primitive in _FRESH_INTERNAL:
            return True
        if made.primitive == "s2sad.expand":
            return not isinstance(made.args[0].kind, Array)
        if made.extra == "owned":
            return True
        known = table.lookup(made.primitive)
        if known is None or known.view or not made.primitive.startswith(("operator.", "numpy.", "array.")):
            return False
        return isinstance(made.target.kind, Array) and made.target.kind.dims is not None

    def _used_up(self, var: Var, consumer: Statement | None) -> bool:
        """Whether nothing reads a variable, or a view of it, after what consumes it or takes it over."""
        home = self.home.get(var)
        if home is None:
            return False
        try:
            order = _Order(var, consumer, self.mentions)
            consumed = order.block(home, self._start(home, var), False)
        except _ReadLate:
            return False
        return not (consumed and self.function.result in order.aliases)

    def mentions(self, s: Statement) -> set[Operand]:
        """The variables that a statement, or one inside it, reads."""
        found = self.mentioned.get(s)
        if found is None:
            found = {operand for operand in [*s.operands(), *inits(s), *results(s)] if isinstance(operand, Var)}
            for block in s.blocks():
                for inner in block.statements:
                    found |= self.mentions(inner)
            self.mentioned[s] = found
        return found

    def _start(self, home: Block, var: Var) -> int:
        for number, s in enumerate(home.statements):
            if var in s.defined():
                return number + 1
        return 0


# What is carried out in place where the first operand is owned.
_SUMS = {"operator.add", "operator.sub"}
# Updates that the user wrote: they are made to the array that they are written for.
_OF_THE_PRIMAL = {"s2sad.store", "s2sad.add_at", "s2sad.append"}


class _ReadLate(Exception):
    """A variable is read when what it stood for has been changed."""


class _Order:
    """Walks the uses of a variable in the order of the program."""

    def __init__(
        self, var: Var, consumer: Statement | None, mentions: Callable[[Statement], set[Operand]]
    ) -> None:
        self.var, self.consumer, self.mentions = var, consumer, mentions
        self.aliases: set[Operand] = {var}

    def block(self, block: Block, start: int, consumed: bool) -> bool:
        for s in block.statements[start:]:
            if not self.aliases.isdisjoint(self.mentions(s)):
                consumed = self._statement(s, consumed)
        return consumed

    def _uses(self, operands: list[Operand]) -> bool:
        return any(isinstance(operand, Var) and operand in self.aliases for operand in operands)

    def _statement(self, s: Statement, consumed: bool) -> bool:
        if self._uses(s.operands()) and consumed:
            raise _ReadLate
        if isinstance(s, Assign):
            return self._assign(s, consumed)
        takers = sum(init in self.aliases for init in inits(s) if isinstance(init, Var))
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
            return True
        if (s is self.consumer or s.extra == "owned") and s.args[0] is self.var:
            if self._uses(s.args[1:]):
                raise _ReadLate
            return True
        if self._uses(s.args) and _shares(s):
            self.aliases.add(s.target)
        return consumed


def _shares(s: Assign) -> bool:
    """Whether a result may share memory with the operands."""
    if isinstance(s.target.kind, Scalar) or s.primitive in ("s2sad.read", "s2sad.copy", "s2sad.last_writes"):
        return False
    known = table.lookup(s.primitive)
    return known is None or known.view or s.primitive in ("s2sad.tuple", "s2sad.list")


def settle_ownership(context: Context, function: Function) -> None:
    Ownership(context, function).run()
