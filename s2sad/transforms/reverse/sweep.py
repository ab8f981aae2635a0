"""The reverse sweep of a block: its statements last to first, each by its own rule."""
from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.provenance import not_understood, shown
from s2sad.analyses.ranges import is_away_from_zero
from s2sad.analyses.versions import Versions
from s2sad.analyses.views import is_exact_view, is_imaginary_part
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import Array, Scalar, Tuple, carries_derivative
from s2sad.ir.nodes import (
    AS_NUMPY,
    Assign,
    Block,
    Carry,
    Effect,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    With,
)
from s2sad.rules import table
from s2sad.rules.adjoint_shapes import match
from s2sad.rules.build import Builder, Context, bind, constant, mentioned
from s2sad.rules.pieces import operands
from s2sad.rules.table import NotConstant
from s2sad.transforms.optimise.continued import Continued
from s2sad.transforms.reverse.adjoints import Adjoint, Scope, add, materialise
from s2sad.transforms.reverse.again import LeastPrices, choice, either, read_or_kept
from s2sad.transforms.reverse.known import Known
from s2sad.transforms.reverse.restore import held
from s2sad.transforms.reverse.selection import guarded


@dataclass
class Sweep:
    """What one reverse sweep knows of its function.

    ``twins`` maps each block of the reverse sweep to the primal block that it reverses; ``snapshots``
    holds copies of what is changed in place later, taken ``before`` the statement that reads it or ``after`` the
    one that makes it.
    """

    context: Context
    useful: set[Var]
    aliases: Aliases
    versions: Versions
    # What the primal computes again, and the value that has it already: it has the adjoint of both.
    equal: dict[Var, Operand]
    # The elements that the primal reads, which an update may overwrite.
    known: Known
    # What it costs at least to compute a value again that comes from memory that is updated.
    least: LeastPrices
    twins: dict[Block, Block] = field(default_factory=dict)
    snapshots: dict[tuple[Statement, Var], Var] = field(default_factory=dict)
    before: dict[Statement, list[Statement]] = field(default_factory=dict)
    after: dict[Statement, list[Statement]] = field(default_factory=dict)
    # The choices between a value and the same computed again, by where it is wanted and what it is computed of.
    alternatives: dict[Hashable, Var] = field(default_factory=dict)
    # What the reverse sweep computes again of memory that it puts back, and the value of the primal that it is.
    again: dict[Var, Var] = field(default_factory=dict)
    # Loops that carry the versions of an array back to the first: the loop, that carry, and the primal's.
    entries: list[tuple[Loop, Carry, Carry]] = field(default_factory=list)
    # The updates that are undone: what held the memory before that, and what holds it then.
    undone: dict[Assign, tuple[Operand, Var]] = field(default_factory=dict)
    # Loops whose rounds copy an array, update it, and hand it on.
    continued: list[Continued] = field(default_factory=list)
    # The lists to which rounds append one number each, and the number of the round.
    numbered: dict[Operand, Var] = field(default_factory=dict)
    # What `base_of_updated` found.
    _bases: dict[Operand, Var | None] = field(default_factory=dict)

    def active(self, operand: Operand) -> bool:
        return operand in self.useful and carries_derivative(operand.kind)

    def is_updated(self) -> bool:
        """Whether the primal updates any memory, so that the adjoints may find other values there than it did."""
        return self.aliases.any_changed or self.versions.any

    def primal(self, scope: Scope, operand: Operand, statement: Statement) -> Operand:
        """A primal operand as the statement saw it, whatever happens to it afterwards."""
        if not isinstance(operand, Var) or not self.is_updated():
            return operand
        if operand in scope.restored:
            return operand
        if self.versions.any:
            base = self.base_of_updated(operand)
            if base is not None and base is not operand and self.versions.is_handed_round(base):
                kept = self._snapshot(operand, statement) if self.aliases.may_change(operand) else operand
                return read_or_kept(self, scope, operand, statement, kept)
            there = None if base is None else self.read_again(scope, operand, statement)
            there = there or self.held_whole(scope, operand)
            if there is not None:
                return there
        if not self.aliases.may_change(operand):
            made = self.context.definitions.get(operand)
            if scope.parent is None or not self.versions.any or not isinstance(made, Assign):
                return operand  # what is in no loop and no branch is at hand
            if operand in scope.stored:
                return choice(self, scope, operand, scope.stored[operand])
            return either(self, scope, operand, made)
        return self._snapshot(operand, statement)

    def _snapshot(self, operand: Var, statement: Statement) -> Var:
        """A copy of what a statement saw."""
        key = (statement, operand)
        if key not in self.snapshots:
            saved = Var(f"{operand.name}_then" if operand.name else "", operand.kind)
            depth = self.aliases.depth_of_copy(operand)
            copy = Assign(saved, "s2sad.copy", [operand], extra=depth, origin=statement.origin)
            self.context.definitions[saved] = copy
            place = self.after if operand in statement.defined() else self.before
            place.setdefault(statement, []).append(copy)
            self.snapshots[key] = saved
        return self.snapshots[key]

    def read_again(self, scope: Scope, operand: Var, statement: Statement) -> Operand | None:
        """A version, a view or an element of updated memory, read where the reverse sweep has it back."""
        base = self.base_of_updated(operand)
        now = None if base is None else held(self.versions, scope, base)
        return None if base is None or now is None else self.along(scope, operand, base, now, statement)

    def held_whole(self, scope: Scope, operand: Var) -> Operand | None:
        """What holds a value that was stored as the whole of an array."""
        version = self.versions.stored.get(operand)
        return None if version is None else held(self.versions, scope, version)

    def base_of_updated(self, operand: Var) -> Var | None:
        """The version that a view or an element is of, if that memory is updated."""
        if operand not in self._bases:
            self._bases[operand] = self._find_base(operand)
        return self._bases[operand]

    def _find_base(self, operand: Var) -> Var | None:
        base = self.versions.base(operand)
        made = self.context.definitions.get(operand)
        if base is operand and isinstance(made, Assign) and made.primitive == "s2sad.getitem":
            base = self.versions.base(made.args[0])
        if not isinstance(base, Var) or self.versions.first(base) is base and base not in self.versions.overwritten:
            return None
        return base

    def along(self, scope: Scope, operand: Operand, base: Var, now: Operand, statement: Statement) -> Operand:
        """What ``operand`` is of ``base``, of another array in its place: its adjoint, or its version now."""
        if operand is base:
            return now
        made = self.context.definitions[operand]  # type: ignore[index]
        assert isinstance(made, Assign)
        if made.primitive == "s2sad.seen":
            return self.along(scope, made.args[0], self._old_base(made.args[0]), now, statement)
        inner = self.along(scope, made.args[0], base, now, statement)
        if made.primitive in ("s2sad.some", "s2sad.alias"):
            return inner
        from s2sad.transforms.reverse.structures import index_again

        rest = [index_again(self, scope, arg, made) for arg in made.args[1:]]
        style = made.style
        b = scope.builder.as_written()
        return b.emit(made.primitive, inner, *rest, keywords=made.keywords, style=style, kind=operand.kind)

    def through(self, scope: Scope, view: Operand, g: Operand) -> Operand:
        """What an adjoint of a view is in the shadow that the view is of, or what is read there as an adjoint of it."""
        return scope.builder.emit("operator.neg", g) if is_imaginary_part(self.context, view) else g

    def _old_base(self, view: Operand) -> Var:
        """The version that a view was taken of when it was made."""
        made = self.context.definitions[view]  # type: ignore[index]
        assert isinstance(made, Assign)
        operand: Operand = view
        while isinstance(made, Assign) and is_exact_view(self.context, made):
            operand = made.args[0]
            found = self.context.definitions.get(operand) if isinstance(operand, Var) else None
            if not isinstance(found, Assign):
                break
            made = found
        assert isinstance(operand, Var)
        return operand


def reverse_block(sweep: Sweep, scope: Scope, block: Block) -> None:
    for statement in reversed(block.statements):
        scope.builder.origin = statement.origin
        reverse_statement(sweep, scope, statement)


def reverse_statement(sweep: Sweep, scope: Scope, statement: Statement) -> None:
    STATEMENTS[statement.__class__](sweep, scope, statement)


def _reverse_with(sweep: Sweep, scope: Scope, statement: With) -> None:
    for merge in reversed(statement.merges):
        g = scope.take(merge.out)
        inner = merge.values[0]
        if sweep.active(inner) and isinstance(inner, Var):
            scope.accumulate(inner, g)
    reverse_block(sweep, scope, statement.body)
    if statement.target is not None and scope.take(statement.target) is not None:
        raise UnsupportedError(
            f"a derivative would have to pass through what `with … as {statement.target.name}` hands over",
            statement.origin, "call what makes the value, and use `with` around it",
        )


def _reverse_inactive(sweep: Sweep, scope: Scope, statement: Store) -> None:
    """Lowering lets stores of inactive values through, and no others."""


def _reverse_call(sweep: Sweep, scope: Scope, statement: Effect) -> None:
    """A function compiled on its own: its `_rev` gives the adjoints of its arguments from its tape."""
    result, tape = statement.targets
    adjoint = scope.take(result)
    callee = statement.extra
    active = callee.active()
    if adjoint is None or not active:
        return
    b = scope.builder
    g = materialise(b, adjoint, result)
    kind = Tuple(tuple(var.kind for var in active))
    callee.needed = True
    bars = b.emit("s2sad.call_rev", tape, g, extra=callee, kind=kind, varied=False)
    for operand, var in zip(statement.args, callee.variables(), strict=True):
        if var in active and sweep.active(operand) and isinstance(operand, Var):
            part = b.emit("s2sad.getitem", bars, constant(active.index(var)), kind=var.kind)
            scope.accumulate(operand, _adopted(part, operand))


def _adopted(part: Operand, operand: Var) -> Operand:
    """The adjoint of an argument has the shape of the argument."""
    if isinstance(part, Var):
        part.kind = operand.kind
    return part


def _reverse_effect(sweep: Sweep, scope: Scope, statement: Effect) -> None:
    if statement.primitive == "s2sad.call":
        _reverse_call(sweep, scope, statement)
        return
    for target in statement.targets:
        if scope.take(target) is not None:
            raise not_understood(sweep.context, target, statement.origin)


def _reverse_assign(sweep: Sweep, scope: Scope, statement: Assign) -> None:
    adjoint = scope.take(statement.target)
    if statement.primitive in UPDATES:
        UPDATES[statement.primitive](sweep, scope, statement, adjoint)
        return
    if adjoint is None:
        return
    structure = STRUCTURES.get(statement.primitive)
    if structure is not None:
        structure(sweep, scope, statement, adjoint)
        return
    active = False
    for arg in statement.args:
        if arg.varied:
            if not carries_derivative(arg.kind):
                raise not_understood(sweep.context, arg, statement.origin)
            active = active or arg in sweep.useful
    if not active:
        if any(arg.varied for arg in statement.args) and table.lookup(statement.primitive) is None:
            raise not_understood(sweep.context, statement.target, statement.origin)
        return
    first = sweep.equal.get(statement.target)
    if isinstance(first, Var) and sweep.active(first):
        scope.accumulate(first, adjoint)
        return
    apply_rule(sweep, scope, statement, adjoint)


def apply_rule(sweep: Sweep, scope: Scope, statement: Assign, adjoint: Adjoint) -> None:
    """The contributions of ``ans = primitive(args)`` to the adjoints of its active arguments."""
    b = scope.builder
    call = bind(sweep.context, statement.primitive, statement.args, statement.keywords)
    if call is None:
        raise not_understood(sweep.context, statement.target, statement.origin)
    if call.primitive.flat:
        return
    if statement.primitive == "operator.truediv" and not any(
            map(sweep.aliases.may_change, (*statement.args, statement.target))):
        sweep.context.quotients[statement.args[0], statement.args[1]] = statement.target
    g = materialise(b, adjoint, statement.target)
    original, partials = call.bound, _partials(sweep, call, statement)
    ans: Operand = statement.target
    if sweep.is_updated():
        call.bound = _as_seen(sweep, scope, statement, original, [partial for _, _, partial in partials])
        ans = call.bound.pop("ans")
    contributions: dict[Var, list[Operand]] = {}  # of an operand that stands twice, as in `x * x`, there are two
    first_new = len(b.block.statements)
    for name, operand, partial in partials:
        contribution = _contribution(b, call, partial, g, ans, name, statement)
        marked = guarded(b, call.primitive, original, operand, g, contribution)
        contributions.setdefault(operand, []).append(marked)
    if sweep.context.divisions_raise and statement.primitive.startswith("numpy."):
        _divide_as_numpy(sweep.context, b.block.statements[first_new:])
    for var, parts in contributions.items():
        total: Adjoint = None
        for part in parts:
            total = add(b, total, match(b, part, var), var)
        scope.accumulate(var, total)


def _divide_as_numpy(context: Context, statements: list[Statement]) -> None:
    """Mark the divisions of numbers by what may be zero in the adjoint of a function that does not raise there."""
    for s in statements:
        if isinstance(s, Assign) and s.primitive == "operator.truediv" and isinstance(s.target.kind, Scalar):
            if not is_away_from_zero(context, s.args[1]) and not _is_count(context, s.args[1]):
                s.style = AS_NUMPY


def _is_count(context: Context, operand: Operand) -> bool:
    """Whether a number says how many elements are those of which a function chose one."""
    made = context.definition(operand, "numpy.sum")
    return made is not None and isinstance(made.args[0].kind, Array) and made.args[0].kind.dtype == "bool"


def _partials(sweep: Sweep, call: table.Call, statement: Assign) -> list[tuple[str, Var, table.Partial]]:
    """The active operands, each with the name of its parameter and what its partial derivative is."""
    found: list[tuple[str, Var, table.Partial]] = []
    partials = call.primitive.partials
    for name, operand in call.bound.items():
        if not isinstance(operand, Var) or not sweep.active(operand):
            continue
        key = "*" if name not in partials and name.startswith("*") else name
        if key not in partials:
            raise UnsupportedError(
                f"`{shown(statement.primitive)}` has no derivative with respect to `{name.lstrip('*')}`",
                statement.origin, "pass a value that carries no derivative",
            )
        partial = partials[key]
        if partial is not None:
            found.append((name, operand, partial))
    return found


def _as_seen(
    sweep: Sweep, scope: Scope, statement: Assign, bound: dict[str, Operand], partials: list[table.Partial]
) -> dict[str, Operand]:
    """The result and the operands of a call as its statement saw them, those that a partial derivative may read."""
    texts = [partial for partial in partials if isinstance(partial, str)]
    read = frozenset[str]().union(*map(mentioned, texts)) if len(texts) == len(partials) else {"ans", *bound}
    seen: dict[str, Operand] = {"ans": statement.target, **bound}
    for name in seen:
        if name in read:
            seen[name] = sweep.primal(scope, seen[name], statement)
    return seen


def _contribution(
    b: Builder, call: table.Call, partial: table.Partial, g: Operand, ans: Operand, name: str, statement: Assign
) -> Operand:
    try:
        if callable(partial):
            return partial(b, call, g, ans, name)
        assert partial is not None
        return b.expression(partial, operands(call, g, ans))
    except NotConstant as missing:
        raise UnsupportedError(
            f"`{shown(statement.primitive)}` needs a literal for `{missing.args[0]}` here",
            statement.origin, "write the value out",
        ) from None


Rule = Callable[[Sweep, Scope, Assign, Adjoint], None]

# What reverses statements of a class, containers, and updates in place; `branches`, `loops`, `structures` and
# `updates` add theirs.
STATEMENTS: dict[type, Callable[[Sweep, Scope, Any], None]] = {
    Assign: _reverse_assign, Effect: _reverse_effect, With: _reverse_with, Store: _reverse_inactive,
}
STRUCTURES: dict[str, Rule] = {}
UPDATES: dict[str, Rule] = {}
