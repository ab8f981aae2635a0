"""Adjoints that are zero because a selection did not take the value stay zero through an infinite partial.

    root = np.where(x > 0, np.sqrt(x), 0.0)     x_bar = np.where(root_bar != 0.0, root_bar * 0.5 / root, 0.0)

While the reverse sweep is written, every contribution through a partial that may be infinite is marked by
``s2sad.guard(g, contribution)``. When it is complete, the marks stay where ``g`` comes out of a selection
(`np.where`, a mask, an index) and go everywhere else; where a partial is infinite only if a number is zero (`x / dx`),
the number is asked first. Zeros of what a maximum passed over are kept through quotients and powers alone, which are
infinite at one point, and not through what would have to overflow.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from s2sad.analyses.covering import cover
from s2sad.analyses.ranges import (
    POWERS,
    infinite_by,
    is_away_from_zero,
    is_below_maximum,
    is_stopped,
    is_whole,
    may_be_infinite,
    name_of,
)
from s2sad.ir.kinds import INT, Array, Scalar
from s2sad.ir.nodes import Assign, Block, Const, If, Loop, Operand, Statement, Var, With, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules import table
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.reverse.chosen import (
    Chosen,
    are_complements,
    chosen_by,
    is_tame,
    join_masks,
    mask_of,
    write_masks,
)

MAXIMUM_ROUNDS = 6
MAXIMUM_EVALUATIONS = 100
_SUMS = {"operator.add", "operator.sub"}
# Sums over an axis of both operands: zero only where all that they add up is.
_CONTRACTIONS = {
    "operator.matmul", "numpy.matmul", "numpy.dot", "numpy.vdot", "numpy.inner", "numpy.tensordot", "numpy.einsum",
}
_PRODUCTS = {"mul", "multiply", "dot", "vdot", "inner", "matmul"}
# What has an infinite partial only if something is infinite or overflows.
_NOT_STEEP = _PRODUCTS | {"exp", "exp2", "expm1", "sinh", "cosh", "tan", "square", "prod"}
# Zero where their first operand is, and not where the other one is.
_OF_THE_FIRST = {"operator.truediv", "numpy.divide", "operator.pow", "numpy.power"}


class Zeros(IntEnum):
    """What is known of the zeros of an adjoint, in the order in which control flow joins them."""

    ALL = 0  # nothing has contributed yet
    NONE = 1  # it is zero by chance only
    BEATEN = 2  # a maximum, minimum or clip left zeros
    SOME = 3  # a selection left zeros


def guarded(
    b: Builder, primitive: table.Primitive, bound: dict[str, Operand], to: Var, g: Operand, contribution: Operand
) -> Operand:
    """A contribution to the adjoint of the operand ``to``, marked if its partial may be infinite."""
    if primitive.bounded or not (primitive.elementwise or isinstance(g.kind, Scalar)):
        return contribution
    if not isinstance(g, Var) or not isinstance(contribution, Var) or not isinstance(g.kind, (Scalar, Array)):
        return contribution
    operands = list(bound.values())
    if _is_finite(b.context, primitive.name, operands, to):
        return contribution
    marked = b.emit("s2sad.guard", _without_sign(b.context, g), contribution, kind=contribution.kind)
    zeros = _zeros_behind(b.context, primitive.name, operands, to) if isinstance(g.kind, Array) else None
    guard = b.context.definition(marked, "s2sad.guard")
    if zeros and guard is not None and not b.context.array_tapes:
        guard.extra = tuple(dict.fromkeys(zeros))
    if _is_steep(primitive.name, operands, to):
        b.context.steep.add(marked)
    return marked


def _is_steep(primitive: str, operands: list[Operand], to: Var) -> bool:
    """Whether the partial of a quotient, a root, … is infinite at some finite point."""
    name = name_of(primitive)
    if name in POWERS:
        return to is operands[0] and not is_whole(operands[1])  # the rule asks for no logarithm of zero
    return name not in _NOT_STEEP


def _zeros_behind(context: Context, primitive: str, operands: list[Operand], to: Var) -> list[Operand] | None:
    """The numbers without a zero among which a partial is finite; None where there are no such numbers."""
    name = name_of(primitive)
    if name in ("mul", "multiply"):
        found = [infinite_by(context, operand) for operand in operands if operand is not to]
    elif name in ("truediv", "divide", "true_divide") and isinstance(operands[1].kind, Scalar):
        found = [infinite_by(context, operands[0]), operands[1:]]
    else:
        return None
    return None if None in found else [zero for zeros in found if zeros is not None for zero in zeros]


def _without_sign(context: Context, g: Var) -> Operand:
    """What has the zeros of an adjoint."""
    made = context.definition(g, "operator.neg")
    return g if made is None or not made.adjoint else made.args[0]


def _is_finite(context: Context, primitive: str, operands: list[Operand], to: Var) -> bool:
    """Whether a partial of an operation is finite for these operands."""
    name = name_of(primitive)
    if name in ("truediv", "log", "log2", "log10") and is_stopped(context, primitive, operands):
        return not may_be_infinite(context, operands[0])
    if name in _PRODUCTS:
        return not any(may_be_infinite(context, operand) for operand in operands if operand is not to)
    if name in ("truediv", "divide", "true_divide"):
        return is_away_from_zero(context, operands[1]) and not may_be_infinite(context, operands[0])
    if name in ("exp", "exp2"):
        return is_below_maximum(context, operands[0])
    if name in POWERS:
        # To a negative whole power Python raises no zero.
        whole = is_whole(operands[1]) or operands[1].kind == INT and is_stopped(context, primitive, operands)
        return whole and to is operands[0] and not may_be_infinite(context, to)
    if name in ("sqrt", "log", "log2", "log10"):
        return is_away_from_zero(context, operands[0])
    return False


def settle_guards(
    context: Context, reverse: Block, gradients: list[Operand]
) -> tuple[dict[Var, Operand], set[Operand]]:
    """Keep the marks where an adjoint has zeros by selection; what the others stood for, and what stands in the place
    of those that were kept. ``gradients`` are what the sweep gives."""
    wanted = _asked_for(reverse)
    if not wanted:
        if context.any_selection:
            join_masks(context, reverse, gradients)
        return {}, set()
    solved = _Solver(context, reverse, wanted).solve()
    mapping: dict[Var, Operand] = {}
    left = _drop(context, reverse, solved.zeros, mapping)
    substitute_block(reverse, mapping)
    kept = [mapping.get(g, g) if isinstance(g, Var) else g for g in gradients]
    written = write_masks(context, reverse, left, solved.chosen, kept) if left and not context.array_tapes else set()
    if context.any_selection:
        join_masks(context, reverse, kept)
    return mapping, {*mapping.values(), *written}


def _asked_for(reverse: Block) -> set[Operand]:
    """The adjoints that marks are about, and all that these are computed from."""
    statements = walk(reverse)
    waiting = [s.args[0] for s in statements if isinstance(s, Assign) and s.primitive == "s2sad.guard"]
    if not waiting:
        return set()
    sources: dict[Operand, list[Operand]] = {}
    for s in statements:
        if isinstance(s, Assign):
            sources[s.target] = s.args
        elif isinstance(s, (If, With)):
            sources.update((merge.out, merge.values) for merge in s.merges)
        elif isinstance(s, Loop):
            for carry in s.carries:
                sources[carry.param] = sources[carry.result] = [carry.init, carry.out]
    found: set[Operand] = set()
    while waiting:
        operand = waiting.pop()
        if operand not in found:
            found.add(operand)
            waiting += sources.get(operand, ())
    return found


@dataclass
class _Equation:
    """What is known of ``targets`` follows from what is known of ``operands``: by the assignment, or joined."""

    targets: list[Var]
    operands: list[Operand]
    by: Assign | None = None
    evaluated: int = 0

    def result(self, context: Context, zeros: dict[Var, Zeros], chosen: Chosen) -> Zeros:
        if self.evaluated > MAXIMUM_EVALUATIONS:
            return Zeros.SOME  # it goes to and fro; a mark too many does no harm
        if self.by is None:
            return max(_of(operand, zeros) for operand in self.operands)
        if self.by.primitive in _SUMS and are_complements(*(mask_of(arg, chosen) for arg in self.by.args)):
            return Zeros.NONE
        if self.by.primitive == "s2sad.index_add" and _adds_everywhere(context, self.by, zeros):
            return Zeros.NONE
        return _result(self.by, zeros, context.masks)


@dataclass
class _Round:
    """The equations of a loop by number, from ``first`` to before ``end``: of what it carries, and of its body."""

    first: int
    carried: range
    body: list[int | _Round]
    end: int


class _Solver:
    """Goes through the equations of a reverse sweep in its order, and twice through a loop.

    An equation is evaluated where what it reads has changed, so that each costs what changes.
    """

    def __init__(self, context: Context, reverse: Block, wanted: set[Operand]) -> None:
        self.context, self.wanted = context, wanted
        self.equations: list[_Equation] = []
        self.items = self._collect(reverse)
        self.zeros = {var: Zeros.ALL for equation in self.equations for var in equation.targets}
        self.chosen: Chosen = {}
        self.readers: dict[Operand, list[int]] = {}
        for number, equation in enumerate(self.equations):
            for operand in equation.operands:
                self.readers.setdefault(operand, []).append(number)
        self.stale = bytearray(b"\1" * len(self.equations))

    def _add(self, equation: _Equation) -> int:
        self.equations.append(equation)
        return len(self.equations) - 1

    def _collect(self, block: Block) -> list[int | _Round]:
        items: list[int | _Round] = []
        for s in block.statements:
            if isinstance(s, Assign):
                if s.target in self.wanted:
                    items.append(self._add(_Equation([s.target], s.args, s)))
            elif isinstance(s, Loop):
                first = len(self.equations)
                for carry in s.carries:
                    if carry.param in self.wanted or carry.result in self.wanted:
                        self._add(_Equation([carry.param, carry.result], [carry.init, carry.out]))
                carried = range(first, len(self.equations))
                body = [item for inner in s.blocks() for item in self._collect(inner)]
                items.append(_Round(first, carried, body, len(self.equations)))
            elif isinstance(s, (If, With)):
                for inner in s.blocks():
                    items += self._collect(inner)
                for merge in s.merges:
                    if merge.out in self.wanted:
                        items.append(self._add(_Equation([merge.out], merge.values)))
        return items

    def solve(self) -> _Solver:
        for _ in range(MAXIMUM_ROUNDS):
            if 1 not in self.stale:
                break
            self._run(self.items)
        return self

    def _run(self, items: Iterable[int | _Round]) -> None:
        for item in items:
            if isinstance(item, _Round):
                if self.stale.find(1, item.first, item.end) >= 0:
                    for part in (item.carried, item.body, item.carried, item.body, item.carried):
                        self._run(part)
            elif self.stale[item]:
                self._evaluate(item)

    def _evaluate(self, number: int) -> None:
        self.stale[number] = 0
        equation = self.equations[number]
        equation.evaluated += 1
        found = equation.result(self.context, self.zeros, self.chosen)
        chosen = None
        if equation.by is not None and found == Zeros.SOME:
            chosen = chosen_by(equation.by, self.chosen, lambda arg: _of(arg, self.zeros) == Zeros.NONE)
        for var in equation.targets:
            if self.zeros[var] != found or self.chosen.get(var) != chosen:
                self.zeros[var] = found
                self.chosen[var] = chosen
                for reader in self.readers.get(var, ()):
                    self.stale[reader] = 1


def _adds_everywhere(context: Context, last: Assign, zeros: dict[Var, Zeros]) -> bool:
    """Whether additions one behind the other, none of them with zeros by selection, are to all of an array."""
    parts: list[Operand] = []
    made: Statement | None = last
    while isinstance(made, Assign) and made.primitive == "s2sad.index_add":
        if _of(made.args[2], zeros) == Zeros.NONE:
            parts.append(made.args[1])
        before = made.args[0]
        made = context.definitions.get(before) if isinstance(before, Var) else None
    return len(parts) > 1 and cover(context, parts)


def _of(operand: Operand, zeros: dict[Var, Zeros]) -> Zeros:
    if isinstance(operand, Const):
        return Zeros.ALL if operand.value == 0.0 else Zeros.NONE
    return zeros.get(operand, Zeros.NONE)


def _result(s: Assign, zeros: dict[Var, Zeros], masks: set[Operand]) -> Zeros:
    if s.target in masks or s.primitive == "s2sad.select":
        return Zeros.BEATEN
    args = s.args[:1] if s.primitive in _OF_THE_FIRST else s.args
    operands = [_of(arg, zeros) for arg in args]
    if s.primitive == "numpy.where":
        return Zeros.SOME
    if s.primitive in ("s2sad.zeros_like", "numpy.zeros_like", "numpy.zeros"):
        return Zeros.ALL
    if s.primitive == "s2sad.index_add":
        return Zeros.NONE if operands[0] == Zeros.NONE else Zeros.SOME
    if s.primitive == "s2sad.guard":
        return operands[1]
    if s.primitive in _CONTRACTIONS:
        return Zeros.NONE
    if s.primitive in _SUMS:
        if Zeros.NONE in operands:
            return Zeros.NONE
        return max(operands)
    if Zeros.SOME in operands or any(map(_is_mask, args)):
        return Zeros.SOME
    return Zeros.BEATEN if Zeros.BEATEN in operands else Zeros.NONE


def _is_mask(operand: Operand) -> bool:
    return isinstance(operand.kind, Array) and operand.kind.dtype == "bool"


def _drop(context: Context, block: Block, zeros: dict[Var, Zeros], mapping: dict[Var, Operand]) -> list[Assign]:
    """The marks of arrays that are left, but for those that are asked for where some number is zero only."""
    left: list[Assign] = []
    kept: list[Statement] = []
    for s in block.statements:
        if not s.simple:
            for inner in s.blocks():
                left += _drop(context, inner, zeros, mapping)
        if not isinstance(s, Assign) or s.primitive != "s2sad.guard":
            kept.append(s)
        elif not _is_needed(context, s, zeros):
            mapping[s.target] = s.args[1]
            if isinstance(s.args[1], Var):
                s.args[1].name = s.args[1].name or s.target.name
                s.args[1].hint = s.args[1].hint or s.target.hint
        elif s.extra is not None:
            kept += _asked_first(context, s)
        else:
            kept.append(s)
            if isinstance(s.args[0].kind, Array):
                left.append(s)
    block.statements = kept
    return left


def _asked_first(context: Context, guard: Assign) -> list[Statement]:
    """A guard that is there only where one of a few numbers is zero."""
    block = Block()
    b = Builder(context, block, guard.origin, adjoint=True)
    (product, *others), guard.extra = guard.extra, None
    for number in others:
        product = b.emit("operator.mul", product, number)
    test = b.emit("operator.ne", product, constant(0.0))
    protected = b.emit("s2sad.guard", *guard.args, kind=guard.target.kind)
    guard.primitive, guard.args = "s2sad.select", [test, guard.args[1], protected]
    block.statements.append(guard)
    return block.statements


def _is_needed(context: Context, guard: Assign, zeros: dict[Var, Zeros]) -> bool:
    found = _of(guard.args[0], zeros)
    needed = found == Zeros.SOME or found == Zeros.BEATEN and guard.target in context.steep
    return needed and not is_tame(context, guard)
