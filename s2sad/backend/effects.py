"""Statements that are run for what they do: pushes, checks, calls, and what the user's own statements do."""
from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from s2sad.backend.express import Express
from s2sad.backend.trees import STORE, assign, augment, call, constant, do, name, run
from s2sad.backend.updates import Updates
from s2sad.ir.nodes import Assign, Effect, Var, is_literal


class Effects:
    """Writes effects."""

    def __init__(self, express: Express, updates: Updates) -> None:
        self.express, self.updates = express, updates

    def effect(self, s: Effect) -> list[Any]:
        if s.primitive in self.express.dialect.checks:
            return [ast.Expr(tree) for tree in self.express.dialect.checks[s.primitive](self.express, s)]
        write = _WRITERS.get(s.primitive)
        if write is not None:
            return write(self, s)
        value = self.express.value(s)
        if s.targets and s.targets[0] in self.express.names.group and self._is_read(s.targets[0]):
            return [assign(self.express.names(s.targets[0]), value)]
        return [ast.Expr(value)]

    def _push(self, s: Effect) -> list[Any]:
        tape, value, *places = s.args
        if not places:
            return [do(self.express.operand(tape), "append", self.express.operand(value))]
        target = self.express.taped(tape, places, store=True)
        return [ast.Assign([target], self.express.operand(value))]

    def _advance(self, s: Effect) -> list[Any]:
        """The next place of arrays that are as long as each other, and longer ones where there is none."""
        top, *tapes = self.express.operands(s.args)
        advance = augment(name(top.id, store=True), "add", constant(1))
        if not tapes:
            return [advance]
        return [advance, ast.If(self._is_full(tapes[0], top, ast.Eq()), self._grow(tapes), [])]

    def _make_room(self, s: Effect) -> list[Any]:
        """Arrays that are as long as each other grow until they have so many places more."""
        top, count, *tapes = self.express.operands(s.args)
        last = count if is_literal(s.args[0], 0) else ast.BinOp(top, ast.Add(), count)
        return [ast.While(self._is_full(tapes[0], last, ast.GtE()), self._grow(tapes), [])]

    def _is_full(self, tape: Any, top: Any, compare: Any) -> Any:
        if not self.express.dialect.parallel:
            return ast.Compare(top, [compare], [call("len", tape)])
        self.express.helper("_is_full")
        return call("_is_full", tape, top)

    def _grow(self, tapes: list[Any]) -> list[Any]:
        self.express.helper("_grown")
        return [assign(tape.id, call("_grown", tape)) for tape in tapes]

    def _go_back(self, s: Effect) -> list[Any]:
        return [augment(name(self.express.operand(s.args[0]).id, store=True), "sub", constant(1))]

    def _call(self, s: Effect) -> list[Any]:
        called = ast.Call(name(f"{s.extra.name}_fwd"), self.express.operands(s.args), [])
        return [self._unpacked(s, called)]

    def _unpack(self, s: Effect) -> list[Any]:
        return [self._unpacked(s, self.express.operand(s.args[0]))]

    def _unpacked(self, s: Effect, value: Any) -> Any:
        names = [name(self.express.names(var), store=True) for var in s.targets]
        return ast.Assign([ast.Tuple(names, STORE)], value)

    def _evaluate(self, s: Effect) -> list[Any]:
        primitive, keywords = s.extra
        return [ast.Expr(self.express.value(Assign(Var(""), primitive, s.args, keywords)))]

    def _check_apart(self, s: Effect) -> list[Any]:
        updated, others = s.extra
        arrays = self.express.operands(s.args)
        tables = [
            ast.Dict(keys=[constant(label) for label in labels], values=values)
            for labels, values in ((updated, arrays[: len(updated)]), (others, arrays[len(updated) :]))
        ]
        return [self._helped("_check_apart", *tables)]

    def _check_contiguous(self, s: Effect) -> list[Any]:
        return [self._helped("_check_contiguous", constant(s.extra), self.express.operand(s.args[0]))]

    def _same_length(self, s: Effect) -> list[Any]:
        return [self._helped("_same_length", *self.express.operands(s.args))]

    def _helped(self, helper: str, *args: Any) -> Any:
        self.express.helper(helper)
        return run(helper, *args)

    def _user_in_place(self, s: Effect) -> list[Any]:
        return self.updates.user_in_place(s)

    def _is_read(self, var: Var) -> bool:
        span = self.express.names.live.spans.get(var)
        return bool(var.name) or span is not None and span.last > span[0]

    def _kept(self, s: Effect) -> list[Any]:
        template, names, written = s.extra
        operands = dict(zip(names, s.args, strict=True))
        stored = {target.name: self.express.names(target) for target in s.targets}
        before: list[Any] = []
        for written_name in written:
            # What the statement may leave alone keeps the value that it had.
            operand = operands.pop(written_name, None)
            if operand is not None and not self.express.is_called(operand, stored[written_name]):
                before.append(assign(stored[written_name], self.express.operand(operand)))
        return [*before, self.express.fill(template, operands, stored)]


_WRITERS: dict[str, Callable[[Effects, Effect], list[Any]]] = {
    "s2sad.push": Effects._push,
    "s2sad.advance": Effects._advance,
    "s2sad.go_back": Effects._go_back,
    "s2sad.make_room": Effects._make_room,
    "s2sad.statement": Effects._kept,
    "s2sad.inplace": Effects._user_in_place,
    "s2sad.call": Effects._call,
    "s2sad.unpack": Effects._unpack,
    "s2sad.evaluate": Effects._evaluate,
    "s2sad.check_apart": Effects._check_apart,
    "s2sad.check_contiguous": Effects._check_contiguous,
    "s2sad.same_length": Effects._same_length,
}
