"""From IR to the syntax tree of a function."""
from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from s2sad.backend.effects import Effects
from s2sad.backend.ends import OF_ENDS, joined
from s2sad.backend.express import Express
from s2sad.backend.fold import fold
from s2sad.backend.heads import Heads
from s2sad.backend.module import Module
from s2sad.backend.naming import Names
from s2sad.backend.peaks import Releases
from s2sad.backend.releases import names_to_release
from s2sad.backend.shadowed import give_back
from s2sad.backend.successors import write_late
from s2sad.backend.trees import LOAD, STORE, assign, branches, constant, name, negated, same_test
from s2sad.backend.updates import Updates
from s2sad.backend.write import Blank, Comment, plain
from s2sad.errors import Location
from s2sad.ir.nodes import (
    IN_PLACE,
    UNDEFINED,
    Assign,
    Block,
    Const,
    Drain,
    Each,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    While,
    With,
)
from s2sad.rules.build import Context


class Emitter:
    """Writes one function."""

    def __init__(
        self, module: Module, function: Function, context: Context, reserved: set[str], called: set[str],
    ) -> None:
        """No variable has one of the ``reserved`` names; ``called`` are those that the code calls things by."""
        self.module, self.function, self.context = module, function, context
        self.folding = fold(function, context, module.dialect.fuses)
        self.names = self._named(reserved, called)
        self.express = Express(self.names, self.folding.folded, module)
        self.updates = Updates(self.express, context)
        self.effects = Effects(self.express, self.updates)
        self.heads = Heads(self.express, self.folding)
        self.released: Releases = {}
        self.line: Location | None = None

    def _named(self, reserved: set[str], called: set[str]) -> Names:
        dialect = self.module.dialect
        settings = reserved, dialect.numbered, not dialect.dynamic, called
        names = Names(self.function, self.folding, *settings)
        moved = write_late(self.folding, names.called)
        return Names(self.function, self.folding, *settings) if moved else names

    def emit(self) -> Any:
        body = self._block(self.function.body)
        result = self.express.operand(self.function.result)
        body.append(ast.Return(result))
        if self.function.doc:
            body.insert(0, ast.Expr(constant(self.function.doc)))
        tree = ast.FunctionDef(
            name=self.function.name, args=self._arguments(), body=body,
            decorator_list=self.module.dialect.decorators(), returns=None, type_comment=None,
        )
        if self.names.renamed:
            tree, back = give_back(tree, self.names.renamed, self.module)
            self.names.give_back(back)
        return tree

    def _arguments(self) -> Any:
        groups: dict[str, list[Any]] = {"only": [], "plain": [], "keyword": []}
        defaults: list[Any] = []
        keyword_defaults: list[Any] = []
        starred: dict[str, Any] = {"*": None, "**": None}
        for param in self.function.params:
            node = ast.arg(arg=self.names(param.var))
            if param.prefix:
                starred[param.prefix] = node
            elif param.keyword_only:
                groups["keyword"].append(node)
                keyword_defaults.append(None if param.default is None else plain(param.default))
            else:
                groups["only" if param.positional_only else "plain"].append(node)
                if param.default is not None:
                    defaults.append(plain(param.default))
        return ast.arguments(
            posonlyargs=groups["only"], args=groups["plain"], vararg=starred["*"], kwonlyargs=groups["keyword"],
            kw_defaults=keyword_defaults, kwarg=starred["**"], defaults=defaults,
        )

    # -- statements --------------------------------------------------------------------------------

    def _block(self, block: Block) -> list[Any]:
        body: list[Any] = []
        forward = block is self.function.body
        written = self.folding.written(block)
        for number, s in enumerate(written):
            if forward and s.adjoint:
                forward = False
                self.released = self._releases(body)
                if body:
                    body += [*self._release(s), Blank()]
            elif s in self.released:
                body += self._release(s)
            body += self._comment(s)
            ends = isinstance(s, Assign) and s.primitive in OF_ENDS
            for tree in self._statement(s):
                if isinstance(tree, ast.If) and body and same_test(body[-1], tree):
                    body[-1].body += tree.body
                elif not (ends and joined(body, tree, _pushes_before(written, number))):
                    body.append(tree)
        return body

    def _releases(self, forward: list[Any]) -> Releases:
        """What lets go of memory behind the forward sweep, where a name holds it until the end."""
        if not self.module.dialect.dynamic:
            return {}
        statements = self.folding.written(self.function.body)
        return names_to_release(self.names, self.context.definitions, statements, forward)

    def _release(self, s: Statement) -> list[Any]:
        found = self.released.get(s, [])
        return [ast.Delete([ast.Name(id=one, ctx=ast.Del()) for one in found])] if found else []

    def _comment(self, s: Statement) -> list[Any]:
        """A comment ties adjoint statements to the line that they belong to."""
        if s.simple and not s.adjoint:
            return []
        if isinstance(s, If) and s.adjoint and self._is_current(s):
            return []
        if not s.adjoint or s.origin is None or not s.simple and not _over_elements(s):
            self.line = self.line if s.simple else None
            return []
        if self._is_current(s):
            return []
        if isinstance(s, Assign) and s.primitive == "s2sad.pop":
            return []
        self.line = s.origin
        return [Comment(_quoted(s.origin))]

    def _is_current(self, s: Statement) -> bool:
        """Whether a statement belongs to the line that the last comment is of."""
        if self.line is None or s.origin is None:
            return False
        return self.line is s.origin or (self.line.file, self.line.line) == (s.origin.file, s.origin.line)

    def _statement(self, s: Statement) -> list[Any]:
        self.module.at = s.origin or self.module.at
        return _WRITERS[type(s)](self, s)

    def _effect(self, s: Effect) -> list[Any]:
        return self.effects.effect(s)

    def _store(self, s: Store) -> list[Any]:
        target = ast.Subscript(self.express.operand(s.base), self.express.index(s.index), STORE)
        return [ast.Assign([target], self.express.operand(s.value))]

    def _assign(self, s: Assign) -> list[Any]:
        target = self.names.called[s.target]
        if s.primitive in IN_PLACE:
            return self.updates.in_place(s, target)
        augmented = self.updates.augmented(s, target)
        if augmented is not None:
            return [augmented]
        value = self.express.value(s)
        if isinstance(value, ast.Name) and value.id == target:
            return []
        return [assign(target, value)]

    # -- branches ----------------------------------------------------------------------------------

    def _if(self, s: If) -> list[Any]:
        outer = self.line
        test = self.express.operand(s.condition)
        bodies = []
        for number, block in enumerate(s.blocks()):
            self.line = outer if self.line is outer else None
            body = self._block(block)
            body += self._moves([(m.out, m.values[number]) for m in s.merges if m.out in self.names.group])
            bodies.append(body)
        self.line = outer if self.line is outer else None
        then, orelse = bodies
        expression = self._conditional(s, test, then, orelse)
        if expression is not None:
            return [expression]
        return branches(test, then, orelse)

    def _conditional(self, s: If, test: Any, then: list[Any], orelse: list[Any]) -> Any:
        """`if c: t = a` / `else: t = b` of a value without a name is `t = a if c else b`."""
        if len(s.merges) != 1 or s.merges[0].out.name or len(then) != 1 or len(orelse) != 1:
            return None
        if not all(isinstance(body[0], ast.Assign) for body in (then, orelse)):
            return None
        target = self.names(s.merges[0].out)
        one, two = then[0], orelse[0]
        if any(not isinstance(a.targets[0], ast.Name) or a.targets[0].id != target for a in (one, two)):
            return None
        return assign(target, ast.IfExp(test, one.value, two.value))

    def _last_if(self, block: Block, stop: Operand) -> If | None:
        """The `if` at the end of a block that says whether the loop stops."""
        written = self.folding.written(block)
        last = written[-1] if written else None
        return last if isinstance(last, If) and any(merge.out is stop for merge in last.merges) else None

    def _with(self, s: With) -> list[Any]:
        manager = self.express.operand(s.manager)
        target = None
        if s.target is not None:
            target = name(self.names(s.target), store=True)
        body = self._block(s.body)
        body += self._moves([(merge.out, merge.values[0]) for merge in s.merges])
        item = ast.withitem(context_expr=manager, optional_vars=target)
        return [ast.With(items=[item], body=body or [ast.Pass()], type_comment=None)]

    def _moves(self, pairs: list[tuple[Var, Operand]], ordered: bool = False) -> list[Any]:
        """Copies that control flow needs where names could not be shared: one after the other if that is the same
        in the order of the pairs, or in some order (``ordered``), else all at once."""
        moves = []
        for target, value in pairs:
            called = self.names.called[target]
            if value is not UNDEFINED and not self.express.is_called(value, called):
                moves.append((called, self.express.operand(value)))
        if len(moves) < 2:
            return [assign(target, value) for target, value in moves]
        reads = [{node.id for node in ast.walk(value) if isinstance(node, ast.Name)} for _, value in moves]
        if ordered:
            order = _an_order([target for target, _ in moves], reads)
            moves, reads = [moves[n] for n in order], [reads[n] for n in order]
        if any(moves[n][0] in read for n in range(len(moves)) for read in reads[n + 1:]):
            targets = ast.Tuple([name(target, store=True) for target, _ in moves], STORE)
            values = ast.Tuple([value for _, value in moves], LOAD)
            return [ast.Assign([targets], values)]
        return [assign(target, value) for target, value in moves]

    # -- loops -------------------------------------------------------------------------------------

    def _loop(self, s: Loop) -> list[Any]:
        if not _over_elements(s):
            self.line = None
        before = self._moves([(carry.param, carry.init) for carry in s.carries], ordered=True)
        if isinstance(s, For) and s.note:
            before.append(Comment(s.note))
        body = self._loop_body(s)
        after = self._moves([(carry.result, carry.param) for carry in s.carries])
        if not _over_elements(s):
            self.line = None
        whole = self._while(s, body) if isinstance(s, While) else self.heads.head(s, body)
        return [*before, whole, *after]

    def _loop_body(self, s: Loop) -> list[Any]:
        moves = self._moves([(carry.param, carry.out) for carry in s.carries])
        final = None
        if s.stop is not None:
            final = self._last_if(s.body, s.stop)
        if final is not None and not moves:
            return self._breaking(s.body, final, s.stop)
        body = self._block(s.body)
        body += moves
        if s.stop is not None:
            body.append(ast.If(self.express.operand(s.stop), [ast.Break()], []))
        return body or [ast.Pass()]

    def _breaking(self, block: Block, final: If, stop: Operand | None) -> list[Any]:
        """A block whose last `if` leaves the loop in some of its branches."""
        body: list[Any] = []
        for s in self.folding.written(block):
            body += self._comment(s)
            body += self._breaking_if(s, stop) if s is final else self._statement(s)
        return body

    def _breaking_if(self, s: If, stop: Operand | None) -> list[Any]:
        merge = next(merge for merge in s.merges if merge.out is stop)
        test = self.express.operand(s.condition)
        bodies = []
        for number, block in enumerate(s.blocks()):
            value = merge.values[number]
            moves = self._moves([(m.out, m.values[number]) for m in s.merges if m is not merge])
            inner = self._last_if(block, value) if isinstance(value, Var) else None
            if inner is not None and not moves:
                bodies.append(self._breaking(block, inner, value))
            else:
                bodies.append([*self._block(block), *moves, *self._break_on_value(value)])
        then, orelse = bodies
        return branches(test, then, orelse)

    def _break_on_value(self, stop: Operand) -> list[Any]:
        if isinstance(stop, Const):
            return [ast.Break()] if stop.value is True else []
        return [ast.If(self.express.operand(stop), [ast.Break()], [])]

    def _while(self, s: While, body: list[Any]) -> Any:
        self.line = None
        tests = self._block(s.test)
        condition = self.express.operand(s.condition)
        if not tests:
            return ast.While(condition, body, [])
        leave = ast.If(negated(condition), [ast.Break()], [])
        return ast.While(constant(True), [*tests, leave, *body], [])


_WRITERS: dict[type, Callable[[Emitter, Any], list[Any]]] = {
    Assign: Emitter._assign,
    Effect: Emitter._effect,
    Store: Emitter._store,
    If: Emitter._if,
    With: Emitter._with,
    For: Emitter._loop,
    Each: Emitter._loop,
    While: Emitter._loop,
    Drain: Emitter._loop,
}


def _pushes_before(written: list[Statement], number: int) -> int:
    """How many statements in a row in front of one put something on tapes."""
    before = number
    while before and isinstance(s := written[before - 1], Effect) and s.primitive == "s2sad.push":
        before -= 1
    return number - before


def _over_elements(s: Statement) -> bool:
    """Whether a loop stands for operations on arrays of the reverse sweep, and does not reverse a loop."""
    return isinstance(s, Loop) and s.adjoint and s.of is None


def _an_order(targets: list[str], reads: list[set[str]]) -> list[int]:
    """An order of copies in which no name is written before it is read, as far as there is one."""
    waiting, order = list(range(len(targets))), list[int]()
    while waiting:
        free = [n for n in waiting if not any(targets[n] in reads[m] for m in waiting if m != n)]
        order.append(free[0] if free else waiting[0])
        waiting.remove(order[-1])
    return order


def _quoted(origin: Location) -> str:
    text = origin.text.strip() or f"line {origin.line}"
    return text if len(text) <= 80 else text[:77] + "..."


