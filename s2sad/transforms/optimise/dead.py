"""Dead code: assignments that nothing reads, carried variables that no one needs, empty branches."""
from __future__ import annotations

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
    """What is ``needed``, and the statements that are live by their blocks, found from the end of the function back.

    A structured statement is live if something in it is, or what it binds is needed. What is needed of its inside
    is needed by the reverse sweep, which gets it later: from a tape.
    """

    def __init__(self, function: Function) -> None:
        self.needed: set[Operand] = {function.result}
        self.live: dict[Block, list[Statement]] = {}
        self._again: set[Loop] = set()  # whose rounds are counted by others that are live
        self._block(function.body)

    def _block(self, block: Block) -> bool:
        """Go through a block; whether anything in it is live."""
        needed = self.needed
        live: list[Statement] = []
        for s in reversed(block.statements):
            if isinstance(s, Assign):
                if s.target not in needed and s.primitive != "s2sad.pop":
                    continue
            elif not s.simple and not self._structured(s):
                continue
            live.append(s)
            needed.update(s.args)
        self.live[block] = live[::-1]
        return bool(live)

    def _structured(self, s: Statement) -> bool:
        if isinstance(s, Loop):
            return self._loop(s)
        lives = False
        for merge in s.merges if isinstance(s, (If, With)) else []:
            if merge.out in self.needed:
                self.needed.update(merge.values)
                lives = True
        return any([self._block(inner) for inner in s.blocks()]) or lives

    def _loop(self, s: Loop) -> bool:
        """Go through the rounds of a loop, again while they ask for more of what is carried."""
        needed, known = self.needed, -1
        lives = s in self._again or not needed.isdisjoint(s.counting())
        enlivened = False
        while True:
            for carry in s.carries:
                if carry.result in needed or carry.param in needed:
                    needed.update((carry.init, carry.out))
                    lives = True
            if lives and not enlivened:
                self._enliven(s)
                enlivened = True
            if len(needed) == known:
                return lives
            for inner in reversed(s.blocks()):
                lives = self._block(inner) or lives
            known = len(needed)

    def _enliven(self, s: Loop) -> None:
        if s.stop is not None:
            self.needed.add(s.stop)
        if isinstance(s, While):
            self.needed.add(s.condition)
        if isinstance(s, Again) and s.of is not None:
            self._again.add(s.of)


def _sweep(block: Block, needs: _Needs) -> None:
    block.statements = needs.live[block]
    for s in block.statements:
        if s.simple:
            continue
        if isinstance(s, (If, With)):
            s.merges = [merge for merge in s.merges if merge.out in needs.needed]
        elif isinstance(s, Loop):
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

    statements = structured(function.body)
    if not any(map(_has_unchanged, statements)):
        return set()
    choices = _choices(statements)
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
    for s in set(removed.values()):
        if isinstance(s, Loop):
            s.carries = [carry for carry in s.carries if carry not in removed]
        else:
            s.merges = [merge for merge in s.merges if merge not in removed]
    substitute_block(function.body, mapping)
    function.result = now(function.result)
    return set(map(now, mapping.values()))


def _choices(statements: list[Statement]) -> list[_Choice]:
    found: list[_Choice] = []
    for s in statements:
        if isinstance(s, Loop):
            for carry in s.carries:
                found.append((carry, s))
        elif isinstance(s, If):
            for merge in s.merges:
                found.append((merge, s))
    return found


def _has_unchanged(s: Statement) -> bool:
    if isinstance(s, Loop):
        return any([carry.out is carry.param for carry in s.carries])
    return isinstance(s, If) and any([
        merge.values[0] is merge.values[1] and isinstance(merge.values[0], Var) for merge in s.merges])
