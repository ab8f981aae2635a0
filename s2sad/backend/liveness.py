"""Where each variable is live, as sets of program points: two variables interfere if they share one.

The points of a structured program are numbered in the order of the text. A variable that is live into a loop from
outside is live in all of it, and one that is live after a statement and not made by it is live all through it: it
stays open while what is inside the statement is looked at, so that each statement costs what it mentions.
"""
from __future__ import annotations

from s2sad.backend.fold import Folding
from s2sad.backend.spans import Span
from s2sad.ir.nodes import (
    IN_PLACE,
    UNDEFINED,
    Assign,
    Block,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    While,
    With,
)

# The variables that are live where the text is looked at, back to front, each with the last point that it is read at.
Open = dict[Var, int]


class Liveness:
    def __init__(self, function: Function, folding: Folding) -> None:
        self.folding = folding
        self.spans: dict[Var, Span] = {}
        self.start: dict[Statement | Block, int] = {}
        self.end: dict[Block, int] = {}
        self.exit: dict[Statement, int] = {}
        self._tops: list[int] = []  # where the rounds begin of the loops behind what is looked at
        last = self._number(function.body, 1) + 2
        live: Open = {}
        self._use([function.result], last, live)
        self._block(function.body, live)
        for var in [param.var for param in function.params] + function.captures:
            self._define(var, 0, live)

    def _number(self, block: Block, point: int) -> int:
        """Number the points of a block, which come behind one; the last of them."""
        self.start[block] = point = point + 2
        for s in self.folding.written(block):
            self.start[s] = point = point + 2
            if not s.simple:
                if isinstance(s, Loop):
                    point += 2  # between what it carries and the variables of its head
                for inner in s.blocks():
                    point = self._number(inner, point)
                self.exit[s] = point = point + 2
        self.end[block] = point = point + 2
        return point

    # -- ranges: a use at point p is live up to p, a definition at point p is live from p + 1 -----

    def _use(self, operands: list[Operand], at: int, live: Open) -> None:
        folded = self.folding.folded
        for operand in operands:
            if operand in folded:
                self._use(folded[operand].args, at, live)
            elif isinstance(operand, Var):
                live.setdefault(operand, at)

    def _define(self, var: Var, at: int, live: Open) -> None:
        self._cover(var, at + 1, live.pop(var, at + 1))

    def _use_behind(self, s: Statement, at: int, live: Open) -> None:
        """What is read when the target has its name already: an update is written behind `target = first operand`."""
        late = _read_behind_name(s)
        if late:
            first = s.args[0]
            for var in self.folding.operands(late):
                if var is not first:  # it has the name of the target, or one of its own
                    live.setdefault(var, at + 1)

    def _cover(self, var: Var, first: int, last: int) -> None:
        if last < first:
            return
        span = self.spans.get(var)
        if span is None:
            self.spans[var] = Span([first, last + 1])
        else:
            span.cover([(first, last + 1)])

    def _block(self, block: Block, live: Open) -> None:
        for s in reversed(self.folding.written(block)):
            self._statement(s, live)

    def _statement(self, s: Statement, live: Open) -> None:
        at = self.start[s]
        if isinstance(s, Assign):
            self._define(s.target, at, live)
            if s.primitive in IN_PLACE:
                self._use_behind(s, at, live)
        elif s.simple:
            for var in s.defined():
                self._define(var, at, live)
            self._use_behind(s, at, live)
        elif isinstance(s, Loop):
            self._loop(s, live)
        elif isinstance(s, (If, With)):
            self._branches(s, live)
        self._use(s.args, at, live)

    def _use_beside_carried(
        self, operands: list[Operand], carried: list[tuple[Operand, Var]], at: int, live: Open
    ) -> None:
        """What the head of a loop, or the test at its end, reads when what the loop carries has its names already.

        A value that is carried itself may share the name of what carries it.
        """
        read = dict.fromkeys(self.folding.operands(operands))
        if not read:
            return
        same = {value for value, _ in carried if value in read}
        shared = same if len(same) == 1 else set()
        for var in read:
            live.setdefault(var, at + 1 if var in shared else at + 2)
        for value, param in carried:
            if value not in shared:
                self._cover(param, at + 1, at + 2)
            elif len(read) > 1:
                self._cover(param, at + 2, at + 2)

    def _branches(self, s: If | With, live: Open) -> None:
        out = self.exit[s]
        for merge in s.merges:
            self._define(merge.out, out, live)
        before: set[Var] = set()
        for number, block in enumerate(s.blocks()):
            inner: Open = {}
            values = [merge.values[number] for merge in s.merges if merge.values[number] is not UNDEFINED]
            self._use(values, self.end[block], inner)
            self._block(block, inner)
            if isinstance(s, With) and s.target is not None:
                self._define(s.target, self.start[block], inner)
            for var, last in inner.items():
                if var not in live:
                    self._cover(var, self.start[block], last)
                    before.add(var)
        live.update(dict.fromkeys(before, self.start[s]))

    def _loop(self, s: Loop, live: Open) -> None:
        out, start = self.exit[s], self.start[s]
        for carry in s.carries:
            self._define(carry.result, out, live)
        inner: Open = {}
        if s.stop is not None:
            carried: list[tuple[Operand, Var]] = [(carry.out, carry.param) for carry in s.carries]
            self._use_beside_carried([s.stop], carried, self.end[s.body], inner)
        self._use([carry.out for carry in s.carries], self.end[s.body], inner)
        if isinstance(s, For) and s.index.name != "_":
            self._counted(s, inner)
        else:
            self._block(s.body, inner)
        if isinstance(s, While):
            for var, last in inner.items():
                self._cover(var, self.start[s.body], last)
            inner = dict.fromkeys(inner, self.end[s.test])
            self._use([s.condition], self.end[s.test], inner)
            # The loop may be left here, with what its parameters are.
            for carry in s.carries:
                inner.setdefault(carry.param, self.end[s.test])
            self._block(s.test, inner)
        top = self.start[s.blocks()[0]]
        for var in s.bound():
            self._define(var, top, inner)
        for var in inner:
            live.setdefault(var, out)
        self._use_beside_carried(s.args, [(carry.init, carry.param) for carry in s.carries], start, live)
        for carry in s.carries:
            if carry.init is not UNDEFINED:
                self._use([carry.init], start, live)

    def _counted(self, s: For, inner: Open) -> None:
        """The body of a loop: a reader has its index in mind, the name of which no loop inside is to have.

        What is read by the first statement alone may be written as `for x in xs`.
        """
        behind, self._tops = self._tops, []
        self._block(s.body, inner)
        first = self.start[s.body] + 2
        for top in self._tops if s.reverse and s.index in inner or inner.get(s.index, first) > first else ():
            self._cover(s.index, top, top)
        self._tops, inside = behind, self._tops
        self._tops += [*inside, self.start[s.body] + 1]


def _read_behind_name(s: Statement) -> list[Operand]:
    """The operands of a statement that are read behind the name of what it changes."""
    if isinstance(s, Assign):
        return s.args[1:] if s.primitive in IN_PLACE else []
    if isinstance(s, Effect) and s.primitive == "s2sad.inplace":
        return s.args[1:]
    if isinstance(s, Effect) and s.primitive == "s2sad.statement":
        _, names, written = s.extra
        return [arg for name, arg in zip(names, s.args, strict=True) if name not in written] if written else []
    return []
