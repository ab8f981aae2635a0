"""Putting statements into blocks: at the top, beside a statement, or where they are first read."""
from __future__ import annotations

from collections.abc import Sequence

from s2sad.ir.nodes import Assign, Block, For, If, Operand, Statement, Var, With, inits, results


class Insertions:
    """Statements to be put into blocks, all at once."""

    def __init__(self, parent: dict[Block, tuple[Block, Statement]]) -> None:
        self._parent = parent
        self._blocks: dict[Block, None] = {}
        self._top: dict[Block, list[Statement]] = {}
        self._late: dict[Block, list[Assign]] = {}
        self._before: dict[Statement, list[Statement]] = {}
        self._behind: dict[Statement, list[Statement]] = {}

    def at_top(self, block: Block, steps: list[Statement]) -> None:
        self._blocks[block] = None
        self._top.setdefault(block, []).extend(steps)

    def before(self, statement: Statement, block: Block, steps: list[Statement]) -> None:
        self._blocks[block] = None
        self._before.setdefault(statement, []).extend(steps)

    def behind(self, statement: Statement, block: Block, steps: list[Statement]) -> None:
        self._blocks[block] = None
        self._behind.setdefault(statement, []).extend(steps)

    def where_used(self, block: Block, step: Assign) -> None:
        """Put an assignment in front of what first reads it; it comes after those that it reads itself."""
        self._blocks[block] = None
        self._late.setdefault(block, []).append(step)

    def carry_out(self) -> None:
        # The innermost first: what is put there may read what is put further out.
        for block in sorted(self._blocks, key=self._depth, reverse=True):
            statements = block.statements
            top = self._heads(block) if block in self._top else 0
            result = [*self._with_neighbours(statements[:top]), *self._top.get(block, ()),
                      *self._with_neighbours(statements[top:])]
            block.statements = _each_where_used(result, self._late[block]) if block in self._late else result

    def _with_neighbours(self, statements: list[Statement]) -> list[Statement]:
        """Statements with what is to stand before and behind them."""
        if self._before.keys().isdisjoint(statements) and self._behind.keys().isdisjoint(statements):
            return statements
        result: list[Statement] = []
        for s in statements:
            result += self._before.get(s, ())
            result.append(s)
            result += self._behind.get(s, ())
        return result

    def _depth(self, block: Block) -> int:
        depth = 0
        while block in self._parent:
            block, depth = self._parent[block][0], depth + 1
        return depth

    def _heads(self, block: Block) -> int:
        return heads(self._parent[block][1])


class InFront:
    """Statements to be put in front of others, wherever those stand, and statements to be dropped, all at once."""

    def __init__(self) -> None:
        self._steps: dict[Statement, list[Statement]] = {}
        self._dropped: set[Statement] = set()

    def put(self, statement: Statement, steps: Block) -> None:
        self._steps.setdefault(statement, []).extend(steps.statements)

    def hand_on(self, statement: Statement, other: Statement) -> None:
        """Put what was to stand in front of a statement in front of another."""
        self._steps.setdefault(other, []).extend(self._steps.pop(statement, []))

    def drop(self, statement: Statement, other: Statement) -> None:
        """Drop a statement, and put in front of another what was to stand in front of it."""
        self._dropped.add(statement)
        self.hand_on(statement, other)

    def of(self, statement: Statement) -> list[Statement]:
        return self._steps.get(statement, [])

    def carry_out(self, block: Block) -> None:
        if self._steps:
            self._weave(block, {*self._steps, *self._dropped})

    def _weave(self, block: Block, changed: set[Statement]) -> None:
        for s in block.statements:
            if not s.simple:
                for inner in s.blocks():
                    self._weave(inner, changed)
        if changed.isdisjoint(block.statements):
            return
        result: list[Statement] = []
        for s in block.statements:
            if s in changed:
                result += self._steps.get(s, ())
                if s in self._dropped:
                    continue
            result.append(s)
        block.statements = result


def heads(loop: Statement) -> int:
    """How many statements at the head of a loop take the item of this round."""
    found = 0
    if not isinstance(loop, For) or loop.reverse:
        return found
    for s in loop.body.statements:
        if not (isinstance(s, Assign) and s.primitive == "s2sad.getitem" and s.args[1] is loop.index):
            break
        found += 1
    return found


def _each_where_used(statements: list[Statement], steps: list[Assign]) -> list[Statement]:
    """The statements with each step in front of the first one that reads it, in a branch if that alone reads it; what
    none reads comes last."""
    waiting: dict[Operand, Assign] = {step.target: step for step in steps}
    result: list[Statement] = []
    for s in statements:
        uses = s.args if s.simple else _uses_of(s)
        if not waiting.keys().isdisjoint(uses):
            _place(uses, waiting, result)
        result.append(s)
    _place([*waiting], waiting, result)
    return _into_branches(result, steps) if any(isinstance(s, If) for s in statements) else result


def _place(operands: Sequence[Operand], waiting: dict[Operand, Assign], result: list[Statement]) -> None:
    """Append the steps that give operands, of those that wait, each behind those that it reads."""
    for operand in operands:
        step = waiting.pop(operand, None)
        if step is not None:
            _place(step.args, waiting, result)
            result.append(step)


def _into_branches(statements: list[Statement], steps: list[Assign]) -> list[Statement]:
    """Put each step that one branch alone reads into that."""
    given: set[Statement] = {*steps}
    wanted: dict[Operand, set[Block | None]] = {step.target: set() for step in steps}
    for s in statements:
        if s not in given:
            _note_readers(s, wanted)
    taken: dict[Block, list[Assign]] = {}
    left: list[Statement] = []
    for s in reversed(statements):
        branch = None
        if isinstance(s, Assign) and s in given:
            readers = wanted[s.target]
            branch = next(iter(readers)) if len(readers) == 1 else None
            for arg in s.args:
                if arg in wanted:
                    wanted[arg].add(branch)
            if branch is not None:
                taken.setdefault(branch, []).insert(0, s)
        if branch is None:
            left.append(s)
    for branch, own in taken.items():
        branch.statements = _each_where_used(branch.statements, own)
    return left[::-1]


def _note_readers(s: Statement, wanted: dict[Operand, set[Block | None]]) -> None:
    """Add for each variable that a statement reads the branch that does so, or None for any other place."""
    if not isinstance(s, If):
        _note(_uses_of(s), None, wanted)
        return
    _note(s.args, None, wanted)
    for number, branch in enumerate(s.blocks()):
        for inner in branch.statements:
            _note(_uses_of(inner), branch, wanted)
        _note([merge.values[number] for merge in s.merges], branch, wanted)


def _note(operands: list[Operand], place: Block | None, wanted: dict[Operand, set[Block | None]]) -> None:
    for operand in operands:
        if operand in wanted:
            wanted[operand].add(place)


def _uses_of(statement: Statement) -> list[Operand]:
    """Every operand that a statement reads, or one inside it, and what it takes out of its blocks."""
    if statement.simple:
        return statement.args
    found = [*statement.args, *inits(statement)]
    for inner in statement.blocks():
        for s in inner.statements:
            found += s.args if s.simple else _uses_of(s)
    return found + results(statement)


def mentioned(block: Block) -> list[Var]:
    """The variables that a block reads and does not define, in the order of their first use."""
    found: list[Operand] = []
    for s in block.statements:
        found += s.args if s.simple else _uses_of(s)
    return [operand for operand in dict.fromkeys(found) if isinstance(operand, Var)]


def find_readers(statement: Statement, block: Block, readers: dict[Operand, dict[Block, None]]) -> None:
    """Add to ``readers``, of the variables that are in it, the innermost blocks in which a statement of ``block``, or
    one inside it, reads them."""
    _add_readers(statement.args, block, readers)
    if statement.simple:
        return
    _add_readers(inits(statement), block, readers)
    for number, inner in enumerate(statement.blocks()):
        for s in inner.statements:
            find_readers(s, inner, readers)
        if isinstance(statement, (If, With)):
            _add_readers([merge.values[number] for merge in statement.merges], inner, readers)
        else:
            _add_readers(results(statement), inner, readers)


def _add_readers(operands: list[Operand], block: Block, readers: dict[Operand, dict[Block, None]]) -> None:
    for operand in operands:
        if operand in readers:
            readers[operand][block] = None
