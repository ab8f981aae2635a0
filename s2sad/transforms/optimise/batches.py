"""Outer products that a reverse loop adds up, as one product of matrices after it.

    for t in reversed(range(n)):                   z_bar_rows = np.empty((n, w.shape[0]))
        w_bar += np.outer(z_bar, xs[t])     ─▶     for t in reversed(range(n)):
                                                       z_bar_rows[t] = z_bar
                                                   w_bar = z_bar_rows.T @ xs[:n]

No matrix is made and added in each round. What each round takes as a row of one array is there already; other vectors
are kept as rows of one, or on a list where nobody knows how many rounds there will be. Compiled code adds the products
where they are, without an array for them.
"""
from __future__ import annotations

import numpy as np

from s2sad.analyses.changes import changed
from s2sad.analyses.terms import term_of
from s2sad.analyses.uses import count_uses
from s2sad.ir.kinds import INT, TAPE, Array, Dim, Kind, Tuple
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Carry,
    Effect,
    For,
    Function,
    If,
    Loop,
    Operand,
    Statement,
    Var,
    With,
    is_literal,
    reverse_loops,
    view_place,
    walk,
)
from s2sad.rules import table
from s2sad.rules.build import Builder, Context, constant
from s2sad.rules.lengths import extent_of, form_of, form_of_extent, is_not_negative, moved
from s2sad.transforms.counting import counts_down_to_zero, place_of, plus, rounds_between

# What an array of these is told that it is for.
_NAMES = ("float32", "complex128", "complex64", "int64", "int32")
_DTYPES: dict[str, list[Operand]] = {
    "float64": [], **{name: [constant(getattr(np, name), f"np.{name}")] for name in _NAMES}}
_SUMS = {"operator.add", "operator.sub"}


def batch_outer_products(context: Context, function: Function) -> bool:
    """Put the products of each loop together; whether there were any.

    Run it once it is settled what is updated in place: the vectors that are kept must stay as they are.
    """
    if not any(map(_has_product, reverse_loops(function.body))):
        return False
    batches = _Batches(context, function)
    batches.block(function.body)
    return True


def batched(context: Context, function: Function) -> dict[Operand, tuple[Operand, int]]:
    """The vectors that will be rows of matrices, each with an axis of an array that is as long."""
    loops = [loop for loop in reverse_loops(function.body) if isinstance(loop, For) and _has_product(loop)]
    batches = _Batches(context, function) if loops else None
    return {arg: (_like(context, carry), axis)
            for loop in loops if batches is not None for carry, _, product in batches.products(loop)
            for axis, arg in enumerate(product.args)}


def _has_product(loop: Loop) -> bool:
    return any(isinstance(s, Assign) and s.primitive == "numpy.outer" and s.adjoint for s in loop.body.statements)


class _Batches:
    def __init__(self, context: Context, function: Function) -> None:
        self.context = context
        self.uses = count_uses(function)
        self.taken = _taken(function.body)
        self.changed = changed(walk(function.body))

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
        products = self.products(loop)
        if not products:
            return [], []
        rows = _Rows(self, loop, {arg.kind for _, _, product in products for arg in product.args})
        for carry, total, product in products:
            loop.carries.remove(carry)
            loop.body.statements.remove(product)
            place = loop.body.statements.index(total)
            loop.body.statements[place : place + 1] = rows.keep(carry, product, loop.body.statements[:place])
            rows.add_up(carry, total, product)
        return rows.before.statements, rows.after.statements

    def products(self, loop: Loop) -> list[tuple[Carry, Assign, Assign]]:
        """The adjoints that a loop carries, each with the sum that it becomes and the outer product that is added."""
        made = {s.target: s for s in loop.body.statements if isinstance(s, Assign)}
        found = [(carry, self._product(carry, made)) for carry in loop.carries]
        return [(carry, *one) for carry, one in found if one is not None]

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

    def stays(self, operand: Operand) -> bool:
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


class _Rows:
    """The vectors of the rounds of one loop: where they are, or are kept, as the rows of a matrix.

    In arrays they stand in the order of their rounds, on lists in that of the reverse sweep: all are in the one or all
    on the other.
    """

    def __init__(self, batches: _Batches, loop: Loop, kinds: set[Kind]) -> None:
        self.batches, self.context, self.loop = batches, batches.context, loop
        self.before, self.after = Block(), Block()
        self.lists: dict[Operand, Var] = {}
        self.matrices: dict[Operand, Operand] = {}
        known = all(isinstance(kind, Array) and kind.dtype in _DTYPES for kind in kinds)
        self.counted = loop if known and isinstance(loop, For) and loop.stop is None else None
        self.changed = changed(walk(Block([loop])))
        self.restores = any(isinstance(s, Assign) and s.primitive == "s2sad.store" for s in walk(loop.body))

    def keep(self, carry: Carry, product: Assign, before: list[Statement]) -> list[Statement]:
        """Keep the vectors of a product that are not kept yet; the statements that do so in a round, after others."""
        steps = Block()
        for axis, operand in enumerate(product.args):
            if operand not in self.lists and operand not in self.matrices:
                there = self._there(operand)
                if there is not None:
                    self.matrices[operand] = there
                else:
                    self._keep(steps, operand, _like(self.context, carry), axis, before)
        return steps.statements

    def _there(self, operand: Operand) -> Operand | None:
        """The stretch of an array that holds the vectors of all rounds in their order."""
        made = self.context.definition(operand, "s2sad.getitem")
        if made is None or self.counted is None or operand in self.batches.taken:
            return None
        base, index = made.args
        term = None if isinstance(index.kind, Tuple) else term_of(self.context, index)
        of = self.loop.of
        indices = (self.counted.index, of.index if isinstance(of, For) else None)
        if term is None or term.symbol not in indices or not isinstance(base.kind, Array) or base.kind.ndim != 2:
            return None
        if made not in self.loop.body.statements or not self._is_steady(base):
            return None
        b = Builder(self.context, self.after, made.origin, adjoint=True)
        return self._stretch(b, self.counted, base, term.offset)

    def _stretch(self, b: Builder, loop: For, base: Operand, offset: int) -> Operand | None:
        if is_literal(loop.step, 1):
            first, end, more = loop.start, loop.end, offset
        elif counts_down_to_zero(loop):
            first, end, more = constant(0), loop.start, offset + 1
        else:
            return None
        lower, upper = (form_of(self.context, one) for one in (first, end))
        if lower is None or upper is None:
            return None
        lower, upper = moved(lower, offset), moved(upper, more)
        if not is_not_negative(self.context, lower):
            return None
        assert isinstance(base.kind, Array) and base.kind.dims is not None
        whole = base.kind.dims[0]
        if not lower and (whole == extent_of(upper) or form_of_extent(self.context, whole) == upper):
            return base
        behind = plus(b, end, more)
        if not is_not_negative(self.context, upper):
            behind = b.emit("builtins.max", behind, constant(0), kind=INT)
        bounds = [plus(b, first, offset) if lower else constant(None), behind]
        part = b.emit("s2sad.slice", *bounds, constant(None))
        return b.emit("s2sad.getitem", base, part)

    def _is_steady(self, base: Operand) -> bool:
        """Whether an array is from before the loop, and left as it is by it."""
        changed = self.batches.changed if self.restores else self.changed
        at: Operand = base
        while isinstance(at, Var) and at not in changed:
            made = self.context.definitions.get(at)
            if not isinstance(made, Assign) or not made.args or not _is_view(made):
                return not self._is_inside(base)
            at = made.args[0]
        return False

    def _is_inside(self, var: Operand) -> bool:
        return var in self.loop.bound() or any(var in s.defined() for s in self.loop.body.statements)

    def _keep(self, steps: Block, operand: Operand, like: Operand, axis: int, earlier: list[Statement]) -> None:
        name = operand.name or operand.hint if isinstance(operand, Var) else ""
        name = f"{name or 'item'}_rows"
        b = Builder(self.context, self.before, adjoint=True)
        inside = Builder(self.context, steps, adjoint=True)
        assert isinstance(operand.kind, Array)
        loop = self.counted
        if loop is None:
            rows = b.emit("s2sad.tape", name=name, kind=TAPE)
            assert isinstance(rows, Var)
            stays = self.batches.stays(operand)
            inside.effect("s2sad.push", rows, operand if stays else inside.emit("s2sad.copy", operand))
            self.lists[operand] = rows
            return
        count = rounds_between(b, loop.start, loop.end, loop.step)
        shape = b.emit("s2sad.tuple", count, self._length(b, like, axis))
        kind = Array(operand.kind.dtype, (Dim(self.context.fresh()), Dim(self.context.fresh())))
        rows = b.emit("numpy.empty", shape, *_DTYPES[kind.dtype], name=name, kind=kind)
        param, result = Var(name, kind), Var(name, kind)
        place = self._named(earlier, place_of(inside, loop))
        out = inside.emit("s2sad.put", param, place, operand, name=name, kind=kind)
        loop.carries.append(Carry(rows, param, out, result))
        self.matrices[operand] = result

    def _named(self, earlier: list[Statement], place: Operand) -> Operand:
        """A number as a round has computed it already."""
        term = term_of(self.context, place)
        same = (s.target for s in earlier if isinstance(s, Assign) and s.target.kind == INT
                and term_of(self.context, s.target) == term)
        return next(same, place)

    def _length(self, b: Builder, like: Operand, axis: int) -> Operand:
        shape = b.emit("array.shape", like, style="attribute")
        return b.emit("s2sad.getitem", shape, constant(axis))

    def add_up(self, carry: Carry, total: Assign, product: Assign) -> None:
        """The product of matrices that is the sum of the outer products."""
        b = Builder(self.context, self.after, total.origin, adjoint=True)
        like = _like(self.context, carry)
        assert isinstance(carry.result.kind, Array)
        matrices = [self._matrix(b, operand, like, axis) for axis, operand in enumerate(product.args)]
        whole = b.emit("operator.matmul", b.emit("array.T", matrices[0], style="attribute"), matrices[1],
                       kind=carry.result.kind)
        if like is carry.init or total.primitive == "operator.sub":
            whole = b.emit(total.primitive, carry.init, whole, extra=total.extra, kind=carry.result.kind)
        assert isinstance(whole, Var)
        last = self.after.statements[-1]
        assert isinstance(last, Assign)
        last.target = carry.result
        self.context.definitions[carry.result] = last

    def _matrix(self, b: Builder, operand: Operand, like: Operand, axis: int) -> Operand:
        if operand in self.matrices:
            return self.matrices[operand]
        assert isinstance(operand.kind, Array)
        kind = Array(operand.kind.dtype, None)
        return b.emit("s2sad.rows", self.lists[operand], self._length(b, like, axis), kind=kind)


def _like(context: Context, carry: Carry) -> Operand:
    """What has the shape of a carried sum: what its zeros are made like, or what it is to begin with."""
    start = context.definition(carry.init, "s2sad.zeros_like")
    return carry.init if start is None else start.args[0]


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
