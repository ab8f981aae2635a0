"""Outer products that a reverse loop adds up, as one product of matrices after it.

    for t in reversed(range(n)):               for t in reversed(range(n)):
        w_bar += np.outer(z_bar, h)     ─▶         z_bar_rows.append(z_bar)
                                                   h_rows.append(h)
                                               w_bar = np.reshape(z_bar_rows, …).T @ np.reshape(h_rows, …)

No matrix is made and added in each round. The vectors are as many numbers as a round has taped or more, and what
a round has taped is free by then. Compiled code adds the products where they are, without an array for them.
"""
from __future__ import annotations

from s2sad.analyses.changes import changed
from s2sad.analyses.uses import count_uses
from s2sad.ir.kinds import TAPE, Array
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Carry,
    Effect,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    With,
    view_place,
    walk,
)
from s2sad.rules import table
from s2sad.rules.build import Builder, Context, constant

_SUMS = {"operator.add", "operator.sub"}


def batch_outer_products(context: Context, function: Function) -> bool:
    """Put the products of each loop together; whether there were any.

    Run it once it is settled what is updated in place: the vectors that are kept must stay as they are.
    """
    if not any(isinstance(s, Loop) and s.of is not None and _has_product(s) for s in walk(function.body)):
        return False
    batches = _Batches(context, function)
    batches.block(function.body)
    return True


def _has_product(loop: Loop) -> bool:
    return any(isinstance(s, Assign) and s.primitive == "numpy.outer" and s.adjoint for s in loop.body.statements)


class _Batches:
    def __init__(self, context: Context, function: Function) -> None:
        self.context = context
        self.uses = count_uses(function)
        self.taken = _taken(function.body)
        self.changed = changed(function.body)

    def block(self, block: Block) -> None:
        statements: list[Statement] = []
        for s in block.statements:
            for inner in s.blocks():
                self.block(inner)
            if isinstance(s, Loop) and s.of is not None:
                before, after = self._loop(s)
                statements += [*before, s, *after]
            else:
                statements.append(s)
        block.statements = statements

    def _loop(self, loop: Loop) -> tuple[list[Statement], list[Statement]]:
        """Take the outer products out of a loop; what makes their rows before it and adds them up after it."""
        made = {s.target: s for s in loop.body.statements if isinstance(s, Assign)}
        before, after = Block(), Block()
        rows: dict[Operand, Var] = {}
        for carry in list(loop.carries):
            found = self._product(carry, made)
            if found is None:
                continue
            total, product = found
            loop.carries.remove(carry)
            loop.body.statements.remove(product)
            place = loop.body.statements.index(total)
            pushes: list[Statement] = []
            for operand in product.args:
                if operand not in rows:
                    rows[operand] = self._rows(before, operand)
                    pushes += self._pushed(rows[operand], operand)
            loop.body.statements[place : place + 1] = pushes
            self._add_up(after, carry, total, [rows[operand] for operand in product.args])
        return before.statements, after.statements

    def _product(self, carry: Carry, made: dict[Var, Assign]) -> tuple[Assign, Assign] | None:
        """The sum that a carried adjoint becomes in each round, and the outer product that it adds."""
        total = made.get(carry.out) if isinstance(carry.out, Var) else None
        if total is None or total.primitive not in _SUMS or total.args[0] is not carry.param:
            return None
        product = made.get(total.args[1]) if isinstance(total.args[1], Var) else None
        if product is None or product.primitive != "numpy.outer" or not product.adjoint:
            return None
        alone = all(self.uses[var] == 1 for var in (carry.param, total.target, product.target))
        vectors = all(isinstance(arg.kind, Array) and arg.kind.ndim == 1 for arg in product.args)
        return (total, product) if alone and vectors else None

    def _rows(self, before: Block, operand: Operand) -> Var:
        name = operand.name or operand.hint if isinstance(operand, Var) else ""
        rows = Builder(self.context, before, adjoint=True).emit("s2sad.tape", name=f"{name or 'item'}_rows", kind=TAPE)
        assert isinstance(rows, Var)
        return rows

    def _pushed(self, rows: Var, operand: Operand) -> list[Statement]:
        block = Block()
        b = Builder(self.context, block, adjoint=True)
        b.effect("s2sad.push", rows, operand if self._stays(operand) else b.emit("s2sad.copy", operand))
        return block.statements

    def _stays(self, operand: Operand) -> bool:
        """Whether an array is left as it is by what comes later."""
        if not isinstance(operand, Var) or operand in self.taken:
            return False
        made = self.context.definitions.get(operand)
        while isinstance(made, Assign) and made.args and _is_view(made):
            base = made.args[0]
            if base in self.changed or not isinstance(base, Var):
                return False
            made = self.context.definitions.get(base)
        return True

    def _add_up(self, after: Block, carry: Carry, total: Assign, rows: list[Var]) -> None:
        b = Builder(self.context, after, total.origin, adjoint=True)
        start = self.context.definition(carry.init, "s2sad.zeros_like")
        like = carry.init if start is None else start.args[0]
        assert isinstance(carry.result.kind, Array)
        kind = Array(carry.result.kind.dtype, None)
        matrices = []
        for axis, one in enumerate(rows):
            count = b.emit("s2sad.getitem", b.emit("array.shape", like, style="attribute"), constant(axis))
            matrices.append(b.emit("s2sad.rows", one, count, kind=kind))
        product = b.emit("operator.matmul", b.emit("array.T", matrices[0], style="attribute"), matrices[1],
                         kind=carry.result.kind)
        if start is None or total.primitive == "operator.sub":
            product = b.emit(total.primitive, carry.init, product, kind=carry.result.kind)
        assert isinstance(product, Var)
        last = after.statements[-1]
        assert isinstance(last, Assign)
        last.target = carry.result
        self.context.definitions[carry.result] = last


def _taken(block: Block) -> set[Operand]:
    """What is updated in place, or handed on by control flow to what is."""
    found: set[Operand] = set()
    sources: dict[Operand, list[Operand]] = {}
    for s in walk(block):
        if isinstance(s, Assign) and (s.primitive in IN_PLACE or s.extra == "owned"):
            place = view_place(s)
            found.update([s.args[0], *([] if place is None else [s.args[place]])])
        elif isinstance(s, Effect) and s.primitive != "s2sad.push":
            found.update(s.args)
        elif isinstance(s, (If, With)):
            sources.update((merge.out, merge.values) for merge in s.merges)
        elif isinstance(s, Loop):
            for carry in s.carries:
                sources[carry.param] = sources[carry.result] = [carry.init, carry.out]
    waiting = [*found]
    while waiting:
        new = [one for one in sources.pop(waiting.pop(), []) if one not in found]
        found.update(new)
        waiting += new
    return found


def _is_view(made: Assign) -> bool:
    known = table.lookup(made.primitive)
    return known is None or known.view
