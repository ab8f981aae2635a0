"""Dead code: assignments that nothing reads, carried variables that no one needs, empty branches."""
from __future__ import annotations

from collections.abc import Iterator

from s2sad.ir.nodes import (
    Again,
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
    While,
    With,
    structured,
)
from s2sad.ir.rewrite import substitute_block


def remove_dead(function: Function) -> None:
    """Remove every assignment, merge, carry and statement without effect that the result does not need."""
    needs = _Needs(function)
    _sweep(function.body, needs)


class _Needs:
    """The choices that are ``needed`` and the statements that are ``live``, from what acts and the result back.

    A structured statement is live if something in it is, or what it binds is needed. What is needed of its inside
    is needed by the reverse sweep, which gets it later: from a tape.
    """

    def __init__(self, function: Function) -> None:
        self.needed: set[Operand] = set()
        self.live: set[Statement] = set()
        self._holder: dict[Statement, Statement] = {}
        self._loops: set[Loop | None] = set()
        self._made: dict[Operand, Statement] = {}
        # What a variable that control flow chooses is one of.
        self._values: dict[Operand, list[Operand]] = {}
        self._waiting: list[Operand] = [function.result]
        acting = self._index(function.body)
        for s in acting:
            self._enliven(s)
        self._spread()

    def _index(self, block: Block) -> list[Statement]:
        """Note what makes what; the statements that act."""
        acting: list[Statement] = []
        made = self._made
        for s in block.statements:
            if isinstance(s, Assign):
                made[s.target] = s
                if s.primitive == "s2sad.pop":
                    acting.append(s)
            elif s.simple:
                acting.append(s)
            else:
                self._index_choices(s)
                for inner in s.blocks():
                    self._holder.update(dict.fromkeys(inner.statements, s))
                    acting += self._index(inner)
        return acting

    def _index_choices(self, s: Statement) -> None:
        made, values = self._made, self._values
        if isinstance(s, (If, With)):
            for merge in s.merges:
                made[merge.out], values[merge.out] = s, merge.values
        elif isinstance(s, Loop):
            self._loops.add(s)
            made.update(dict.fromkeys(s.bound(), s))
            for carry in s.carries:
                made[carry.result] = made[carry.param] = s
                values[carry.result] = values[carry.param] = [carry.out, carry.init]

    def _spread(self) -> None:
        made, live, waiting = self._made, self.live, self._waiting
        while waiting:
            operand = waiting.pop()
            s = made.pop(operand, None)
            if s is None:
                continue  # it has no maker, or had its turn
            if not s.simple:
                self._enliven(s)
                self.needed.add(operand)
                waiting += self._values.get(operand, ())
            elif s not in live:
                live.add(s)
                waiting += s.args
                around = self._holder.get(s)
                if around is not None and around not in live:
                    self._enliven(around)

    def _enliven(self, s: Statement | None) -> None:
        """A statement is live, and what it stands in."""
        live, waiting = self.live, self._waiting
        while s is not None and s not in live:
            live.add(s)
            waiting += s.args
            if not s.simple and isinstance(s, Loop):
                self._enliven_loop(s)
            s = self._holder.get(s)

    def _enliven_loop(self, s: Loop) -> None:
        if s.stop is not None:
            self._waiting.append(s.stop)
        if isinstance(s, While):
            self._waiting.append(s.condition)
        if isinstance(s, Again) and s.of in self._loops:
            self._enliven(s.of)


def _sweep(block: Block, needs: _Needs) -> None:
    live = needs.live
    block.statements = [s for s in block.statements if s in live]
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


def remove_unchanged(function: Function) -> set[Operand]:
    """A carried variable whose next value is itself is its initial value; a merge of one value is that value.

    What stands in the place of others then is answered.
    """
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
        return set()
    for s in set(removed.values()):
        if isinstance(s, Loop):
            s.carries = [carry for carry in s.carries if carry not in removed]
        else:
            s.merges = [merge for merge in s.merges if merge not in removed]
    substitute_block(function.body, mapping)
    function.result = now(function.result)
    return set(map(now, mapping.values()))


def _choices(function: Function) -> Iterator[_Choice]:
    for s in structured(function.body):
        if isinstance(s, Loop):
            yield from ((carry, s) for carry in s.carries)
        elif isinstance(s, If):
            yield from ((merge, s) for merge in s.merges)
