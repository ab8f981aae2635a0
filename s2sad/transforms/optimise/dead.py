"""Dead code: assignments that nothing reads, carried variables that no one needs, empty branches."""
from __future__ import annotations

from collections.abc import Iterator

from s2sad.ir.nodes import (
    Again,
    Assign,
    Block,
    Carry,
    Effect,
    Function,
    If,
    Loop,
    Merge,
    Operand,
    Statement,
    Store,
    Var,
    While,
    With,
    walk,
)
from s2sad.ir.rewrite import substitute_block


def remove_dead(function: Function) -> None:
    """Remove every assignment, merge, carry and statement without effect that the result does not need."""
    needs = _Needs(function)
    _sweep(function.body, needs)


class _Needs:
    """The variables that are ``needed`` and the statements that are ``live``, from what acts and the result back.

    A structured statement is live if something in it is, or what it binds is needed. What is needed of its inside
    is needed by the reverse sweep, which gets it later: from a tape.
    """

    def __init__(self, function: Function) -> None:
        self.needed: set[Var] = set()
        self.live: set[Statement] = set()
        self._holder: dict[Statement, Statement | None] = {}
        self._made: dict[Var, tuple[Statement, list[Operand]]] = {}
        self._variables: list[Operand] = [function.result]
        self._statements: list[Statement] = []
        self._index(function.body, None)
        while self._variables or self._statements:
            while self._statements:
                self._enliven(self._statements.pop())
            while self._variables:
                self._need(self._variables.pop())

    def _index(self, block: Block, holder: Statement | None) -> None:
        for s in block.statements:
            self._holder[s] = holder
            if isinstance(s, Assign):
                self._made[s.target] = s, []
                if s.primitive == "s2sad.pop":
                    self._statements.append(s)
            elif isinstance(s, (Effect, Store)):
                self._statements.append(s)
            elif isinstance(s, (If, With)):
                self._made.update((merge.out, (s, merge.values)) for merge in s.merges)
            elif isinstance(s, Loop):
                self._made.update((var, (s, [])) for var in s.bound())
                for carry in s.carries:
                    self._made[carry.result] = self._made[carry.param] = s, [carry.out, carry.init]
            if not s.simple:
                for inner in s.blocks():
                    self._index(inner, s)

    def _need(self, operand: Operand) -> None:
        if not isinstance(operand, Var) or operand in self.needed:
            return
        self.needed.add(operand)
        made = self._made.get(operand)
        if made is not None:
            self._statements.append(made[0])
            self._variables += made[1]

    def _enliven(self, s: Statement) -> None:
        if s in self.live:
            return
        self.live.add(s)
        self._variables += s.operands()
        holder = self._holder[s]
        if holder is not None:
            self._statements.append(holder)
        if s.simple:
            return
        if isinstance(s, Loop) and s.stop is not None:
            self._variables.append(s.stop)
        if isinstance(s, While):
            self._variables.append(s.condition)
        if isinstance(s, Again) and s.of in self._holder:
            self._statements.append(s.of)


def _sweep(block: Block, needs: _Needs) -> None:
    block.statements = [s for s in block.statements if s in needs.live]
    for s in block.statements:
        if s.simple:
            continue
        if isinstance(s, (If, With)):
            s.merges = [merge for merge in s.merges if merge.out in needs.needed]
        if isinstance(s, Loop):
            s.carries = [c for c in s.carries if c.result in needs.needed or c.param in needs.needed]
        for inner in s.blocks():
            _sweep(inner, needs)


# A merge or carry, and the statement that it belongs to.
_Choice = tuple[Merge | Carry, If | Loop]


def remove_unchanged(function: Function) -> None:
    """A carried variable whose next value is itself is its initial value; a merge of one value is that value."""
    mapping: dict[Var, Operand] = {}

    def now(operand: Operand) -> Operand:
        while isinstance(operand, Var) and operand in mapping:
            operand = mapping[operand]
        return operand

    choices = list(_choices(function))
    readers: dict[Operand, list[_Choice]] = {}
    for choice, s in choices:
        for operand in choice.values if isinstance(choice, Merge) else [choice.out]:
            readers.setdefault(operand, []).append((choice, s))
    removed: dict[Merge | Carry, If | Loop] = {}
    waiting = choices[::-1]
    while waiting:
        choice, s = waiting.pop()
        if choice in removed:
            continue
        if isinstance(choice, Carry):
            same, names = now(choice.out) is choice.param, [choice.param, choice.result]
            value = choice.init
        else:
            value, other = map(now, choice.values)
            same, names = value is other and isinstance(value, Var), [choice.out]
        if same:
            removed[choice] = s
            mapping.update(dict.fromkeys(names, now(value)))
            for name in names:
                waiting += readers.get(name, [])
    if not removed:
        return
    for s in set(removed.values()):
        if isinstance(s, Loop):
            s.carries = [carry for carry in s.carries if carry not in removed]
        else:
            s.merges = [merge for merge in s.merges if merge not in removed]
    substitute_block(function.body, mapping)
    function.result = now(function.result)


def _choices(function: Function) -> Iterator[_Choice]:
    for s in walk(function.body):
        if s.simple:
            continue
        if isinstance(s, Loop):
            yield from ((carry, s) for carry in s.carries)
        elif isinstance(s, If):
            yield from ((merge, s) for merge in s.merges)
