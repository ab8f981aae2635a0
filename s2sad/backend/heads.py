"""Heads of loops: what a loop runs over."""
from __future__ import annotations

import ast
from typing import Any

from s2sad.backend.express import Express
from s2sad.backend.fold import Folding
from s2sad.backend.spans import NOWHERE
from s2sad.backend.trees import STORE, call, constant, name, simplified
from s2sad.errors import InternalError
from s2sad.ir.kinds import TAPE
from s2sad.ir.nodes import Assign, Const, Drain, Each, For, Loop, While, reads, walk


class Heads:
    """Writes loops, but for `while`, around bodies that are written."""

    def __init__(self, express: Express, folding: Folding) -> None:
        self.express, self.folding = express, folding

    def _items(self, s: For, body: list[Any]) -> Any:
        """`for k in range(len(xs)): x = xs[k]` as `for x in xs:`, or over `enumerate(xs)`."""
        if s.reverse or s.parallel or not self._counts_items(s) or not body or self._moves_index(s):
            return None
        first = next(iter(self.folding.written(s.body)), None)
        if not isinstance(first, Assign) or first.primitive != "s2sad.getitem" or first.args[1] is not s.index:
            return None
        end = self.express.folded[s.end]
        if first.args[0] is not end.args[0] or not isinstance(body[0], ast.Assign):
            return None
        items, item = self.express.operand(first.args[0]), body[0].targets[0]
        index = self.express.names(s.index)
        asked_for = any(s.index in reads(inner) for inner in (s, *walk(s.body)) if inner is not first)
        live = self.express.names.live.spans.get(s.index, NOWHERE)
        used_later = bool(live) and live.last >= self.express.names.live.exit[s]
        if not asked_for and not used_later:
            return ast.For(item, items, body[1:] or [ast.Pass()], [], None)
        pair = ast.Tuple([name(index, store=True), item], STORE)
        numbered = ast.Call(name("enumerate"), [items], [])
        return ast.For(pair, numbered, body[1:] or [ast.Pass()], [], None)

    def _moves_index(self, s: For) -> bool:
        """Whether the body writes to the name of the index."""
        index = self.express.names(s.index)
        return any(self.express.names(carry.param) == index for carry in s.carries)

    def _counts_items(self, s: For) -> bool:
        end = self.express.folded.get(s.end)
        plain = isinstance(s.start, Const) and s.start.value == 0 and isinstance(s.step, Const) and s.step.value == 1
        return plain and isinstance(end, Assign) and end.primitive == "builtins.len"

    def head(self, s: Loop, body: list[Any]) -> Any:
        match s:
            case For():
                items = self._items(s, body)
                if items is not None:
                    return items
                target = name(self.express.names(s.index), store=True)
                return ast.For(target, self._range(s), body, [], None)
            case Each():
                target = name(self.express.names(s.item), store=True)
                items = self.express.operand(s.iterable)
                return ast.For(target, items, body, [], None)
            case Drain():
                return self._drain(s, body)
        raise InternalError(f"{type(s).__name__} cannot be written", s.origin)

    def _drain(self, s: Drain, body: list[Any]) -> Any:
        """Until a tape is empty. CPython 3.11 adapts a function to its types at the jump back of a `for` in its first
        call, and only after eight calls where all loops are `while`: then the reverse one is counted."""
        tape = self.express.operand(s.tape)
        counted = isinstance(s.of, While) and s.tape.kind == TAPE and self.express.dialect.reversed_ranges
        if not counted or "_" in {*self.express.called.values(), *self.express.names.reserved}:
            return ast.While(tape, body, [])
        rounds = call("range", call("len", tape))
        return ast.For(name("_", store=True), rounds, body, [], None)

    def _range(self, s: For) -> Any:
        start, end, step = s.start, s.end, s.step
        args = [start, end, step]
        if isinstance(step, Const) and step.value == 1:
            args = [end] if isinstance(start, Const) and start.value == 0 else [start, end]
        tree = call("numba.prange" if s.parallel else "range", *self.express.operands(args))
        if s.parallel or not s.reverse:
            return tree
        down = isinstance(step, Const) and step.value == -1
        return call("reversed", tree) if self.express.dialect.reversed_ranges and not down else self._counting_down(s)

    def _counting_down(self, s: For) -> Any:
        """`reversed(range(start, end, step))` as a range."""
        start, end, step = self.express.operands([s.start, s.end, s.step])
        if isinstance(s.step, Const) and s.step.value == -1:
            ends = [_one_more(tree) for tree in (end, start)]
            from_zero = isinstance(ends[0], ast.Constant) and ends[0].value == 0
            return call("range", *ends[from_zero:])
        if isinstance(s.step, Const) and s.step.value == 1:
            first = ast.BinOp(end, ast.Sub(), constant(1))
        else:
            # The number of rounds less one, rounded down, is what the index goes up from the start.
            span = call("len", call("range", start, end, step))
            rounds = ast.BinOp(span, ast.Sub(), constant(1))
            gone = ast.BinOp(rounds, ast.Mult(), step)
            first = ast.BinOp(start, ast.Add(), gone)
        last = ast.BinOp(start, ast.Sub(), step)
        return call("range", simplified(first), simplified(last), simplified(ast.UnaryOp(ast.USub(), step)))


def _one_more(tree: Any) -> Any:
    """A number and one, without `- 1 + 1`."""
    match tree:
        case ast.BinOp(left, ast.Sub(), ast.Constant(1)):
            return left
    return simplified(ast.BinOp(tree, ast.Add(), constant(1)))
