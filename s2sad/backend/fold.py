"""Which assignments are written inside the expression that uses them.

A temporary with one use is folded into it if the statements between could not tell the difference. What the
user wrote as one expression comes back as one; adjoint expressions are folded while they stay short.
"""
from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from s2sad.analyses.changes import acts, changed, is_unchanged
from s2sad.analyses.uses import count_reads
from s2sad.backend.owners import Owners
from s2sad.ir.kinds import INT, SLICE, Array, Kind, Object, Scalar, is_mutable
from s2sad.ir.meeting import same_extent
from s2sad.ir.nodes import (
    IN_PLACE,
    KEPT,
    Assign,
    Block,
    Const,
    Effect,
    Function,
    Loop,
    Operand,
    Statement,
    Var,
    While,
    inits,
    walk,
)
from s2sad.rules import table
from s2sad.rules.build import Context

MAXIMUM_ADJOINT_SIZE = 11
# What is computed element by element, where one expression is one loop.
MAXIMUM_FUSED_SIZE = 40
# Effects that give a value and may stand inside an expression.
_VALUED = {"s2sad.invoke", "s2sad.invoke_method", "s2sad.opaque"}
_NEVER = IN_PLACE | {
    "s2sad.pop", "s2sad.tape", "s2sad.top", "s2sad.push", "s2sad.zeros_like", "s2sad.zeros_of", "s2sad.copy",
}
# Reading these again costs nothing and reads better than a name.
_REPEATED = {"s2sad.getattr", "s2sad.slice", "s2sad.some", "s2sad.seen", "array.T", "array.shape", "s2sad.shape"}
# What is evaluated or not, as its first operand says.
_JOINED = {"s2sad.both", "s2sad.one_of"}
_TESTED = _JOINED | {"s2sad.guard", "s2sad.select"}
_WRITTEN_OUT = {"s2sad.slice", "s2sad.tuple"}
_PERHAPS_REPEATED = _REPEATED | {"s2sad.tuple", "s2sad.getitem", "builtins.len"}


@dataclass
class Folding:
    """The assignments (and valued effects) written inside others, by the variable that they define, and ``inside`` all
    of these once all is folded that will be; ``statements`` are all of the function."""

    statements: list[Statement]
    folded: dict[Operand, Assign | Effect] = field(default_factory=dict)
    inside: set[Statement] = field(default_factory=set)
    _written: dict[Block, list[Statement]] = field(default_factory=dict)

    def operands(self, operands: list[Operand]) -> list[Var]:
        """The variables that an expression over these operands reads once folded values are written out."""
        found: list[Var] = []
        for operand in operands:
            if operand in self.folded:
                found += self.operands(self.folded[operand].args)
            elif isinstance(operand, Var):
                found.append(operand)
        return found

    def written(self, block: Block) -> list[Statement]:
        """The statements of a block that are not written inside others; for when all is folded that will be."""
        if block not in self._written:
            self._written[block] = [s for s in block.statements if s not in self.inside]
        return self._written[block]


def fold(function: Function, context: Context, fuses: bool = False) -> Folding:
    """``fuses`` says that an expression over arrays is one loop: temporaries are folded whatever they are called."""
    folding = Folding(walk(function.body))
    _Folder(folding, function, context, fuses).block(function.body, [function.result])
    folding.inside.update(folding.folded.values())
    return folding


@dataclass
class _Waiting:
    """What may be folded into a statement that is still to come, in the order of the program.

    Most of it is folded into the next one. ``new`` is what no statement was asked about yet that is no part of any;
    ``by_name`` holds, for each name, what else reads a variable of that name; ``may_read`` what may read memory,
    and ``reading`` what does: it is asked for where memory is changed.
    """

    folding: Folding
    made: dict[Var, Assign | Effect] = field(default_factory=dict)
    place: dict[Var, int] = field(default_factory=dict)
    new: list[Var] = field(default_factory=list)
    by_name: dict[str, dict[Var, None]] = field(default_factory=dict)
    may_read: dict[Var, list[Operand]] = field(default_factory=dict)
    reading: dict[Var, None] = field(default_factory=dict)
    effects: dict[Var, None] = field(default_factory=dict)

    def add(self, var: Var, made: Assign | Effect, calls: bool) -> None:
        """``calls`` says that a call of which nothing is known is written with it."""
        self.made[var], self.place[var] = made, len(self.place)
        self.new.append(var)
        if calls:
            self.effects[var] = None

    def note_reads(self) -> None:
        """Note what that reads which is new."""
        for var in self.new:
            made = self.made.get(var)
            if made is None:
                continue
            reads = self.folding.operands(made.args)
            if isinstance(made, Assign):
                self.may_read[var] = [var, *made.args, *reads]
            for operand in reads:
                if operand.name:
                    self.by_name.setdefault(operand.name, {})[var] = None
        self.new.clear()

    def drop(self, variables: dict[Var, None]) -> None:
        for var in variables:
            self.made.pop(var, None)
        variables.clear()

    def settle(self, is_stable: Callable[[Operand], bool]) -> None:
        """Find what reads memory that something changes, of what may: that of variables that are not stable."""
        for var, operands in self.may_read.items():
            if var in self.made and not all([not is_mutable(o.kind) or is_stable(o) for o in operands]):
                self.reading[var] = None
        self.may_read.clear()

    def drop_before(self, place: int) -> None:
        """The calls in front of one that is made at its own place are made at theirs."""
        early = [var for var in self.effects if self.place[var] < place]
        self.drop(dict.fromkeys(early))
        for var in early:
            del self.effects[var]

    def after(self, place: int) -> Iterator[Var]:
        """What came later than something, last first."""
        for var in reversed(self.made):
            if self.place[var] < place:
                return
            yield var


class _Folder:
    def __init__(self, folding: Folding, function: Function, context: Context, fuses: bool) -> None:
        self.folding, self.function, self.context, self.fuses = folding, function, context, fuses
        self.params = {param.var for param in function.params}
        self.counts = count_reads(folding.statements)
        self.counts[function.result] += 1
        self.sizes: dict[Operand, int] = {}
        self.calling: set[Operand] = set()  # folded, and a call of which nothing is known is in them
        self.changed: set[Var] | None = None
        self.stable: dict[Operand, bool] = {}

    def _find_changed(self) -> set[Var]:
        """The variables whose object something changes in place."""
        if self.changed is None:
            self.changed = changed(self.folding.statements)
        return self.changed

    def _may_change(self, operand: Operand) -> bool:
        return operand in self._find_changed() or self.context.is_overwritten(operand)

    def _is_stable(self, operand: Operand) -> bool:
        """Whether nothing changes the memory of a variable."""
        if operand not in self.stable:
            self.stable[operand] = is_unchanged(operand, self.context.definitions, self.params, self._may_change)
        return self.stable[operand]

    def block(self, block: Block, last: list[Operand]) -> None:
        """``last`` are operands read right after the block, where a value may be written too."""
        waiting = _Waiting(self.folding)
        for s in block.statements:
            if not s.simple:
                for inner in s.blocks():
                    self.block(inner, [s.condition] if isinstance(s, While) and inner is s.test else [])
            if waiting.made and not (isinstance(s, Assign) and s.primitive in _WRITTEN_OUT and self._must_repeat(s)):
                self._consume(s, s.args if s.simple else [*s.args, *inits(s)], waiting)
            var = self._candidate(s) if isinstance(s, Assign) else self._valued(s)
            if var is None:
                if waiting.made:
                    self._interfere(s, waiting)
            elif var not in self.folding.folded and isinstance(s, (Assign, Effect)):
                waiting.add(var, s, self._calls(s))
        self._consume(None, last, waiting)

    def _candidate(self, s: Assign) -> Var | None:
        """What an assignment defines, if that may be folded."""
        if s.extra == "owned" and (s.target.name or s.args[0] not in self.folding.folded):
            return None  # it is carried out on a name
        if s.primitive in _NEVER and s.target not in self._late_starts:
            return None
        if s.primitive == "s2sad.read" and not isinstance(s.target.kind, Scalar):
            return None
        if s.primitive in _PERHAPS_REPEATED and self._repeated(s):
            self.folding.folded[s.target] = s
            return s.target
        return s.target if self._once(s.target) else None

    @functools.cached_property
    def _late_starts(self) -> set[Operand]:
        """What loops start from whose name is that of another start: `y_bar = x_bar` comes before `x_bar = zeros`."""
        late: set[Operand] = set()
        for s in self.folding.statements:
            if not s.simple and isinstance(s, Loop) and len(s.carries) > 1:
                renamed = {carry.init.name for carry in s.carries
                           if isinstance(carry.init, Var) and carry.init.name != carry.param.name}
                late.update([carry.init for carry in s.carries if carry.param.name and carry.param.name in renamed])
        return late

    def _valued(self, s: Statement) -> Var | None:
        """What a call defines, if that may be folded."""
        if not isinstance(s, Effect) or s.primitive not in _VALUED or len(s.targets) != 1:
            return None
        return s.targets[0] if self._once(s.targets[0]) and not s.targets[0].name else None

    def _must_repeat(self, s: Assign) -> bool:
        """A slice, or an index made of slices, is no expression of its own: each use writes it out."""
        return not self._once(s.target) and (s.primitive == "s2sad.slice" or _is_index(s))

    def _repeated(self, s: Assign) -> bool:
        """Whether each use of what may be repeated writes it out."""
        if _is_index(s) or s.primitive == "s2sad.slice" and not s.target.name:
            return True
        if s.primitive == "s2sad.getitem" and not isinstance(s.args[1], Const):
            return False
        if s.target.name or any(isinstance(arg, Var) and arg in self.folding.folded and not self._repeatable(arg)
                                for arg in s.args):
            return False
        if s.primitive == "s2sad.getitem":
            return is_plain(s.args[0])
        if s.primitive == "s2sad.getattr":
            return isinstance(s.args[0].kind, Object) or isinstance(s.args[0], Const)
        if s.primitive == "builtins.len":
            return isinstance(s.args[0], Var) and s.args[0] not in self._find_changed()
        return s.primitive in _REPEATED

    def _repeatable(self, var: Var) -> bool:
        made = self.folding.folded[var]
        return isinstance(made, Assign) and made.primitive in _PERHAPS_REPEATED and self._repeated(made)

    def _once(self, var: Var) -> bool:
        return self.counts.get(var) == 1

    def _consume(self, s: Statement | None, operands: list[Operand], waiting: _Waiting) -> None:
        used: set[Any] = waiting.made.keys() & operands
        if not used:
            return
        starts = () if s is None or s.simple else {id(init) for init in inits(s)}
        for var in used if len(used) == 1 else sorted(used, key=waiting.place.__getitem__, reverse=True):
            made = waiting.made.pop(var)
            calls, size = var in waiting.effects, self._size(made)
            if id(var) in starts and not isinstance(made, Assign) or not self._may(var, made, s, waiting, calls, size):
                if calls:
                    waiting.drop_before(waiting.place[var])
                continue
            self.folding.folded[var] = made
            self.sizes[var] = size
            if calls:
                self.calling.add(var)

    def _calls(self, made: Assign | Effect) -> bool:
        """Whether a call of which nothing is known would be written with this: it has its place among others."""
        return not isinstance(made, Assign) or bool(self.calling) and not self.calling.isdisjoint(made.args)

    def _may(
        self, var: Var, made: Assign | Effect, s: Statement | None, waiting: _Waiting, calls: bool, size: int
    ) -> bool:
        if calls and (_is_behind_test(var, s) or any(True for _ in waiting.after(waiting.place[var]))):
            return False  # it is made whatever a test says, and what stands after it is written after it
        if not isinstance(made, Assign):
            return True
        if self.fuses and self._fused(var, made, s) or _is_behind_test(var, s) and _is_guarded(var, s):
            return True
        if var.name and not self._continues(var, made, s):
            return False
        if isinstance(s, Assign) and s.style == "augmented" and s.primitive == "s2sad.store" and var is s.args[-1]:
            return True  # `a[i] += b` is what is written of `a[i] = a[i] + b`
        if made.adjoint:
            for operand in () if s is None else s.args:
                if operand is not var:
                    size += self.sizes.get(operand, 0)
            return size <= MAXIMUM_ADJOINT_SIZE
        return True

    def _size(self, made: Assign | Effect) -> int:
        """How many operations are written, with what is folded into them; to read an element is one, whatever place."""
        args = made.args[:1] if made.primitive == "s2sad.getitem" and _reads_element(made) else made.args
        size = 1
        for operand in args:
            if isinstance(operand, Var):
                size += self.sizes.get(operand, 1)
        return size

    def _fused(self, var: Var, made: Assign, s: Statement | None) -> bool:
        """Whether two operations run over the same elements, one after the other."""
        if not isinstance(s, Assign) or not (_is_elementwise(made) and _is_elementwise(s)):
            return False
        if not _same_elements(var.kind, s.target.kind) or s.extra == "owned" and s.args[0] is var:
            return False  # what is added to in place is the memory of the sum, not that of its first term
        read = [*made.args, *(operand for operand in s.args if operand is not var)]
        return sum(self.sizes.get(o, 1) for o in read if isinstance(o, Var)) < MAXIMUM_FUSED_SIZE

    def _continues(self, var: Var, made: Assign, s: Statement | None) -> bool:
        """`x_bar = x_bar + a` followed by `x_bar = x_bar + b` is one statement, and so is what is only copied."""
        if not (isinstance(s, Assign) and made.adjoint and s.adjoint and s.target.name == var.name):
            return False
        return s.primitive == "s2sad.copy" or (
            s.primitive in ("operator.add", "operator.sub") and s.extra != "owned"
            and made.primitive in ("operator.add", "operator.sub") and isinstance(var.kind, Scalar)
            and s.args[0] is var
        )

    def _interfere(self, s: Statement, waiting: _Waiting) -> None:
        """Stop waiting with what the statement just passed could change, or be changed by."""
        waiting.drop(waiting.effects)
        waiting.note_reads()
        if acts(s) and not (isinstance(s, Assign) and s.extra == KEPT):
            waiting.settle(self._is_stable)
            if waiting.reading and isinstance(s, Assign) and s.adjoint and s.primitive in IN_PLACE:
                self._interfere_with_adjoint(s, waiting)
            else:
                waiting.drop(waiting.reading)
        for var in _bound_inside(s):
            if var.name in waiting.by_name and var.name:
                waiting.drop(waiting.by_name[var.name])

    def _interfere_with_adjoint(self, s: Assign, waiting: _Waiting) -> None:
        """What changes memory of an adjoint alone changes nothing of what the primal has."""
        kept = {var: None for var in waiting.reading if not var.name and var in waiting.made and self._owners.is_alone(
            s.args[0], self.folding.operands(waiting.made[var].args))}
        waiting.drop({var: None for var in waiting.reading if var not in kept})
        waiting.reading = kept

    @functools.cached_property
    def _owners(self) -> Owners:
        given = [*(param.var for param in self.function.params), *self.function.captures]
        return Owners(self.folding.statements, given)


def _is_guarded(var: Var, s: Statement | None) -> bool:
    """Whether a number behind a test is a contribution that is computed there only: otherwise Python may raise."""
    if not isinstance(s, Assign) or s.primitive in _JOINED:
        return False
    return isinstance(s.args[0].kind, Scalar) and isinstance(var.kind, Scalar)


def _is_behind_test(var: Var, s: Statement | None) -> bool:
    return isinstance(s, Assign) and s.primitive in _TESTED and s.args[0] is not var


def _is_elementwise(s: Assign) -> bool:
    known = table.lookup(s.primitive)
    return known is not None and known.elementwise


def _same_elements(one: Kind, two: Kind) -> bool:
    if not (isinstance(one, Array) and isinstance(two, Array)) or one.dims is None or two.dims is None:
        return False
    return len(one.dims) == len(two.dims) > 0 and all(map(same_extent, one.dims, two.dims))


def _is_index(s: Assign) -> bool:
    if s.primitive != "s2sad.tuple" or s.target.name:
        return False
    return any(arg.kind == SLICE for arg in s.args) or s.adjoint and all(arg.kind == INT for arg in s.args)


def is_plain(base: Operand) -> bool:
    return base.kind.__class__.__name__ in ("Dict", "Tuple", "Object")


def _bound_inside(s: Statement) -> list[Var]:
    if s.simple:
        return s.defined()
    found = list(s.defined())
    if isinstance(s, Loop):
        found += s.bound()
    for block in s.blocks():
        for inner in block.statements:
            found += _bound_inside(inner)
    return found


def _reads_element(made: Assign | Effect) -> bool:
    return isinstance(made, Assign) and isinstance(made.target.kind, Scalar) and isinstance(made.args[0].kind, Array)
