"""The reverse sweep of a block: its statements last to first, each by its own rule."""
from __future__ import annotations

from dataclasses import dataclass, field

from s2sad.analyses.aliases import Aliases
from s2sad.analyses.provenance import not_understood, shown
from s2sad.errors import Location, UnsupportedError
from s2sad.ir.kinds import Tuple, carries_derivative
from s2sad.ir.nodes import (
    Assign,
    Block,
    Effect,
    If,
    Loop,
    Operand,
    Statement,
    Store,
    Var,
    With,
)
from s2sad.rules import macros, table
from s2sad.rules.build import Builder, Context, bind, constant
from s2sad.rules.table import NotConstant
from s2sad.transforms.reverse.adjoints import Adjoint, Scope, materialise
from s2sad.transforms.reverse.selection import guarded


@dataclass
class Sweep:
    """What one reverse sweep knows of its function.

    ``twins`` maps each block of the reverse sweep to the primal block that it reverses; ``snapshots``
    holds copies of what is changed in place later, taken before the statement that reads it.
    """

    context: Context
    useful: set[Var]
    aliases: Aliases
    twins: dict[Block, Block] = field(default_factory=dict)
    snapshots: dict[tuple[Statement, Var], Var] = field(default_factory=dict)
    before: dict[Statement, list[Statement]] = field(default_factory=dict)

    def active(self, operand: Operand) -> bool:
        return isinstance(operand, Var) and operand in self.useful and carries_derivative(operand.kind)

    def primal(self, operand: Operand, statement: Statement) -> Operand:
        """A primal operand as the statement saw it, whatever happens to it afterwards."""
        if not isinstance(operand, Var) or not self.aliases.may_change(operand):
            return operand
        key = (statement, operand)
        if key not in self.snapshots:
            saved = Var(f"{operand.name}_then" if operand.name else "", operand.kind)
            copy = Assign(saved, "s2sad.copy", [operand], origin=statement.origin)
            self.context.definitions[saved] = copy
            self.before.setdefault(statement, []).append(copy)
            self.snapshots[key] = saved
        return self.snapshots[key]


def reverse_block(sweep: Sweep, scope: Scope, block: Block) -> None:
    for statement in reversed(block.statements):
        scope.builder.origin = statement.origin
        reverse_statement(sweep, scope, statement)


def reverse_statement(sweep: Sweep, scope: Scope, statement: Statement) -> None:
    from s2sad.transforms.reverse.branches import reverse_if
    from s2sad.transforms.reverse.loops import reverse_loop

    match statement:
        case Assign():
            _reverse_assign(sweep, scope, statement)
        case Effect():
            _reverse_effect(sweep, scope, statement)
        case If():
            reverse_if(sweep, scope, statement)
        case With():
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
        case Loop():
            reverse_loop(sweep, scope, statement)
        case Store():
            pass  # lowering lets stores of inactive values through, and no others


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
    from s2sad.transforms.reverse.structures import STRUCTURES

    adjoint = scope.take(statement.target)
    if adjoint is None:
        return
    structure = STRUCTURES.get(statement.primitive)
    if structure is not None:
        structure(sweep, scope, statement, adjoint)
        return
    for arg in statement.args:
        if arg.varied and not carries_derivative(arg.kind):
            raise not_understood(sweep.context, arg, statement.origin)
    if not any(sweep.active(arg) for arg in statement.args):
        if any(arg.varied for arg in statement.args) and table.lookup(statement.primitive) is None:
            raise not_understood(sweep.context, statement.target, statement.origin)
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
    g = materialise(b, adjoint, statement.target)
    saw = {name: sweep.primal(operand, statement) for name, operand in call.bound.items()}
    ans = statement.target
    call.bound = saw
    original = dict(zip(saw, _original(sweep, statement), strict=True))
    contributions: list[tuple[Var, Operand]] = []
    for name, operand in original.items():
        if not sweep.active(operand) or not isinstance(operand, Var):
            continue
        key = "*" if name.startswith("*") else name
        if key not in call.primitive.partials and name not in call.primitive.partials:
            raise UnsupportedError(
                f"`{shown(statement.primitive)}` has no derivative with respect to `{name.lstrip('*')}`",
                statement.origin, "pass a value that carries no derivative",
            )
        partial = call.primitive.partials.get(key, call.primitive.partials.get(name))
        if partial is None:
            continue
        contribution = _contribution(b, call, partial, g, ans, name, statement)
        partners = [other for other in original.values() if other is not operand]
        contributions.append((operand, guarded(b, call.primitive, g, contribution, partners)))
    for var, contribution in contributions:
        scope.accumulate(var, macros.match(b, contribution, var))


def _original(sweep: Sweep, statement: Assign) -> list[Operand]:
    call = bind(sweep.context, statement.primitive, statement.args, statement.keywords)
    assert call is not None
    return list(call.bound.values())


def _contribution(
    b: Builder, call: table.Call, partial: table.Partial, g: Operand, ans: Var, name: str, statement: Assign
) -> Operand:
    try:
        if callable(partial):
            return partial(b, call, g, ans, name)
        assert partial is not None
        return b.expression(partial, macros.operands(call, g, ans))
    except NotConstant as missing:
        raise UnsupportedError(
            f"`{shown(statement.primitive)}` needs a literal for `{missing.args[0]}` here",
            statement.origin, "write the value out",
        ) from None
