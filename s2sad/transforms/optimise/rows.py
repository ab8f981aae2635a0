"""Elements of rows: what a loop of the reverse sweep reads and updates in one row, it does through a view of the row.

    for j in reversed(range(m)):             a_bar_row = a_bar[i]
        b_bar[i, j] += a_bar[i, j]      ─▶   b_bar_row = b_bar[i]
        a_bar[i, j] = 0.0                    for j in reversed(range(m)):
                                                 b_bar_row[j] += a_bar_row[j]
                                                 a_bar_row[j] = 0.0

Python looks up an element of a vector in half the time that it takes for one of a matrix. The row is taken in front of
the loop where its place is surely inside of the array, or the loop surely has a round that looks it up. Nothing
may be copied afterwards that a row is a view of: this comes last.
"""
from __future__ import annotations

from dataclasses import dataclass, field

from s2sad.ir.kinds import INT, Array, Extent, Scalar
from s2sad.ir.nodes import (
    IN_PLACE,
    Assign,
    Block,
    Const,
    For,
    Function,
    Loop,
    Operand,
    Statement,
    Var,
    bound_inside,
    reverse_loops,
)
from s2sad.rules.build import Builder, Context
from s2sad.rules.indexing import index_key
from s2sad.rules.lengths import has_a_round, is_place

_READS = {"s2sad.getitem", "s2sad.read"}
# How many lookups an access is, and how many operands it has without a view that it goes through.
_UPDATES = {"s2sad.index_add": (2, 3), "s2sad.clear": (1, 2), "s2sad.put": (1, 3)}
_FEWEST_LOOKUPS = 2


def look_up_in_rows(context: Context, function: Function) -> bool:
    """Let loops look up elements in rows; whether there are any that do."""
    loops = reverse_loops(function.body)
    for loop in loops:
        if isinstance(loop, For):
            context.definitions.setdefault(loop.index, loop)
    return bool(loops) and _block(context, function.body)


def _block(context: Context, block: Block) -> bool:
    rows: dict[Statement, list[Statement]] = {}
    found = False
    for s in block.statements:
        if s.simple:
            continue
        for inner in s.blocks():
            found |= _block(context, inner)
        if isinstance(s, Loop) and s.of is not None and _looks_up(context, s) and (taken := _Rows(context, s).taken()):
            rows[s] = taken
    if rows:
        block.statements = [one for s in block.statements for one in (*rows.get(s, ()), s)]
    return found or bool(rows)


def _looks_up(context: Context, loop: Loop) -> bool:
    """Whether a loop reads or updates elements that have more than one index."""
    return any([isinstance(s, Assign) and s.adjoint and (s.primitive in _READS or s.primitive in _UPDATES)
                and context.definition(s.args[1], "s2sad.tuple") is not None for s in loop.body.statements])


@dataclass
class _Row:
    base: Var
    lead: list[Operand]
    accesses: list[tuple[Assign, Operand]] = field(default_factory=list)  # each with the place in the row
    lookups: int = 0


class _Rows:
    def __init__(self, context: Context, loop: Loop) -> None:
        self.context, self.loop = context, loop
        self.inside = bound_inside(loop.body).union(loop.bound())
        self.starts: dict[Operand, Operand] = {}
        for carry in loop.carries:
            if self._leads_back(carry.out, carry.param):
                self.starts[carry.param] = carry.init

        self.runs = has_a_round(context, loop)

    def _is_place(self, dim: Extent, part: Operand) -> bool:
        return is_place(self.context, dim, part)

    def _leads_back(self, out: Operand, param: Var) -> bool:
        """Whether what a loop carries is one array, updated in place."""
        while out is not param:
            made = self.context.definitions.get(out) if isinstance(out, Var) else None
            if not isinstance(made, Assign) or made.primitive not in IN_PLACE or out not in self.inside:
                return False
            out = made.args[0]
        return True

    def _base(self, operand: Operand) -> Operand | None:
        """The array that an operand is, as it is called before the loop."""
        while operand in self.inside and operand not in self.starts:
            made = self.context.definitions.get(operand)
            if not isinstance(made, Assign) or made.primitive not in IN_PLACE:
                return None
            operand = made.args[0]
        return self.starts.get(operand, operand)

    def taken(self) -> list[Statement]:
        """Let the loop look up elements in rows; the statements in front of it that take these."""
        rows: dict[object, _Row] = {}
        for s in self.loop.body.statements:
            if isinstance(s, Assign) and s.adjoint:
                self._note(s, rows)
        steps = Block()
        for row in rows.values():
            if row.lookups >= _FEWEST_LOOKUPS:
                b = Builder(self.context, steps, row.accesses[0][0].origin, adjoint=True)
                place = row.lead[0] if len(row.lead) == 1 else b.emit("s2sad.tuple", *row.lead)
                view = b.emit("s2sad.getitem", row.base, place, name=f"{row.base.name or 'x'}_row")
                for s, element in row.accesses:
                    s.args = [view, element] if s.primitive in _READS else [s.args[0], element, *s.args[2:], view]
        return steps.statements

    def _note(self, s: Assign, rows: dict[object, _Row]) -> None:
        lookups, count = _UPDATES.get(s.primitive, (1, 2))
        if s.primitive not in _READS and s.primitive not in _UPDATES or len(s.args) != count:
            return
        index = self.context.definition(s.args[1], "s2sad.tuple")
        kind = s.args[0].kind
        base = self._base(s.args[0]) if index is not None and isinstance(kind, Array) else None
        if index is None or not isinstance(base, Var) or not isinstance(kind, Array) or kind.dims is None:
            return
        *lead, element = index.args
        if len(index.args) != len(kind.dims) or not lead or not all(map(_is_integer, index.args)):
            return
        if any(part in self.inside for part in lead):
            return
        if not self.runs and not all(map(self._is_place, kind.dims, lead)):
            return
        row = rows.setdefault((base, *(index_key(self.context, part) for part in lead)), _Row(base, lead))
        row.accesses.append((s, element))
        row.lookups += lookups


def _is_integer(operand: Operand) -> bool:
    return operand.kind == INT or isinstance(operand.kind, Scalar) and operand.kind.dtype == "int64" and not (
        isinstance(operand, Const))
