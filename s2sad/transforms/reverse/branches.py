"""Reversing `if`: the same test, and in each branch the adjoints of that branch."""
from __future__ import annotations

from s2sad.analyses.versions import raises
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import Kind, present
from s2sad.ir.nodes import UNDEFINED, Block, Const, If, Merge, Operand, Var
from s2sad.rules.adjoint_shapes import match_dtype
from s2sad.transforms.reverse.adjoints import Adjoint, Parts, Scope, bar, explode, zero
from s2sad.transforms.reverse.items import part_kinds, read_part
from s2sad.transforms.reverse.restore import held, merge_versions, updates_inside
from s2sad.transforms.reverse.sweep import STATEMENTS, Sweep, reverse_block


def reverse_if(sweep: Sweep, scope: Scope, s: If) -> None:
    adjoints = [scope.take(merge.out) for merge in s.merges]
    if all(adjoint is None for adjoint in adjoints) and not updates_inside(sweep.versions, s):
        return
    statement = If([s.condition], Block(), Block(), origin=s.origin)
    scopes = []
    for number, block in enumerate(s.blocks()):
        reverse_body = statement.blocks()[number]
        sweep.twins[reverse_body] = block
        inner = Scope(scope, scope.builder.inside(reverse_body), scope.is_in_order)
        scopes.append(inner)
        if raises(block):
            inner.unreached = True
            continue
        for merge, adjoint in zip(s.merges, adjoints, strict=True):
            value = merge.values[number]
            if value is not UNDEFINED and isinstance(value, Var) and sweep.active(value):
                inner.accumulate(value, _in_dtype_of(inner, adjoint, value))
            _hold(sweep, scope, inner, merge.out, value)
        reverse_block(sweep, inner, block)
    _merge(scope, scopes, statement)
    if sweep.versions.any:
        merge_versions(scope, scopes, statement)
    scope.builder.origin = s.origin
    scope.builder.append(statement)


def _in_dtype_of(inner: Scope, adjoint: Adjoint, value: Var) -> Adjoint:
    """What comes out of an `if` may be of single precision in one branch only."""
    return match_dtype(inner.builder, adjoint, value) if isinstance(adjoint, (Var, Const)) else adjoint


def _hold(sweep: Sweep, scope: Scope, inner: Scope, out: Var, value: Operand) -> None:
    """At its end a branch holds the version that comes out of the `if`."""
    if sweep.versions.any and isinstance(value, Var) and sweep.versions.first(out) is not out:
        now = held(sweep.versions, scope, out)
        if now is not None:
            inner.memory[value] = now


def _merge(scope: Scope, scopes: list[Scope], statement: If) -> None:
    """What the branches contributed to variables from outside comes out of the reverse `if`."""
    touched = dict.fromkeys(var for inner in scopes for var in inner.values)
    for var in touched:
        incoming = scope.current(var)
        values = [inner.values.get(var, incoming) for inner in scopes]
        scope.values[var] = _joined(scopes, statement, values, var, var.kind, bar(var))


def _joined(
    scopes: list[Scope], statement: If, values: list[Adjoint], like: Operand, kind: Kind, name: str
) -> Adjoint:
    if values[0] is values[1]:
        return values[0]
    if part_kinds(kind) is not None and (any(isinstance(v, Parts) for v in values) or None in values):
        return _joined_parts(scopes, statement, values, like, kind)
    operands: list[Operand] = []
    for inner, value in zip(scopes, values, strict=True):
        if isinstance(value, Parts):
            raise UnsupportedError(
                "a derivative would have to pass through the items of what may be None", statement.origin,
                "keep values of one kind, and a condition beside them that says which of them count")
        operands.append(UNDEFINED if inner.unreached else zero(inner.builder, like) if value is None else value)
    out = Var(name, present(kind))
    statement.merges.append(Merge(out, operands))
    return out


def _joined_parts(
    scopes: list[Scope], statement: If, values: list[Adjoint], like: Operand, kind: Kind
) -> Adjoint:
    kinds = part_kinds(kind) or {}
    parts = [explode(inner.builder, value, kind) for inner, value in zip(scopes, values, strict=True)]
    joined = Parts()
    for key, item in kinds.items():
        both = [part.items.get(key) for part in parts]
        if both == [None, None]:
            continue
        leaf = _leaf(scopes, like, kind, key)
        joined.items[key] = _joined(scopes, statement, both, leaf, item, "")
    return joined


def _leaf(scopes: list[Scope], like: Operand, kind: Kind, key: object) -> Operand:
    outer = scopes[0].parent
    assert outer is not None
    return read_part(outer.builder, like, kind, key)


STATEMENTS[If] = reverse_if
