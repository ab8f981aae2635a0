"""Reversing loops: the same number of iterations, backwards, carrying adjoints.

    for i in range(n):                 for i in reversed(range(n)):
        y = f(y, w)            ─▶          w_bar += ∂f/∂w · y_bar
                                           y_bar = ∂f/∂y · y_bar

The adjoint of what the loop carries is carried the other way; the adjoint of what the body reads from
outside accumulates in a carried variable of its own.
"""
from __future__ import annotations

from s2sad.analyses.boxes import Axes
from s2sad.analyses.grown import lists_of_rounds
from s2sad.analyses.own_rounds import written_first
from s2sad.ir.kinds import INT, Array, Dict, Kind, Object, Tuple, carries_derivative, present
from s2sad.ir.nodes import Again, Carry, Each, For, Loop, Operand, Var, While, bound_inside, inits, results, walk
from s2sad.rules.adjoint_shapes import match, match_dtype
from s2sad.rules.build import Builder
from s2sad.transforms.counting import index_name
from s2sad.transforms.optimise.continued import copied_in_rounds
from s2sad.transforms.reverse.adjoints import Adjoint, Parts, Scope, bar, explode, materialise, parameters
from s2sad.transforms.reverse.items import part_kinds, read_part
from s2sad.transforms.reverse.restore import enter_loop, leave_loop, updates_inside
from s2sad.transforms.reverse.sweep import STATEMENTS, Sweep, reverse_block
from s2sad.transforms.reverse.unbound import changes_shape


def reverse_loop(sweep: Sweep, scope: Scope, s: Loop) -> None:
    adjoints = [_left_adjoint(scope, carry) for carry in s.carries]
    if all(adjoint is None for adjoint in adjoints) and not updates_inside(sweep.versions, s):
        return
    assert not isinstance(s, While) or not _is_read_behind_test(sweep, s), "a test has no adjoint"
    loop = _header(sweep, scope, s)
    sweep.twins[loop.body] = s.body
    if isinstance(loop, For) and isinstance(s, For):
        _number_lists(sweep, s, loop)
    outer = scope.builder
    inner = Scope(scope, outer.inside(loop.body), scope.is_in_order, _own(s))
    pairs: list[tuple[Carry, Adjoint, Var | Parts]] = []
    anew = _begun_anew(sweep, s, adjoints)
    for carry, adjoint in zip(s.carries, adjoints, strict=True):
        if _flows(sweep, carry) and carry.param not in anew:
            param = parameters(bar(carry.param), _left_by(present(carry.param.kind), present(carry.out.kind)))
            pairs.append((carry, adjoint, param))
            if isinstance(carry.out, Var) and sweep.active(carry.out):
                of_out = match_dtype(inner.builder, param, carry.out) if isinstance(param, Var) else param
                inner.accumulate(carry.out, of_out)
    restored = enter_loop(sweep.versions, scope, inner, s) if sweep.versions.any else {}
    reverse_block(sweep, inner, s.body)
    backs = [
        (carry, _carried(outer, inner.builder, loop, present(carry.param.kind), param, adjoint,
                         inner.take(carry.param), carry.result,
                         carry.param if changes_shape(carry) else None))
        for carry, adjoint, param in pairs
    ]
    sweep.entries += leave_loop(sweep.versions, scope, inner, loop, s, restored)
    if inner.memory:
        sweep.continued += copied_in_rounds(sweep.versions, inner.memory, loop, s)
    results = [
        (var, _accumulated(outer, inner.builder, loop, param, scope.current(var), inner.values[var], var))
        for var, param in inner.carried.items()
    ]
    outer.origin = s.origin
    outer.append(loop)
    for var, result in results:
        scope.values[var] = result
    for carry, back in backs:
        if isinstance(carry.init, Var) and sweep.active(carry.init):
            matched = back if isinstance(back, Parts) else match(outer, back, carry.init)
            scope.accumulate(carry.init, matched)


def _left_adjoint(scope: Scope, carry: Carry) -> Adjoint:
    """The adjoint of what a loop leaves; without a name, it is called after what the last round makes."""
    adjoint = scope.take(carry.result)
    return scope.named(adjoint, carry.out) if isinstance(carry.out, Var) else adjoint


def _number_lists(sweep: Sweep, s: For, loop: For) -> None:
    """Let the adjoints of what rounds append to lists be read by the number of the round."""
    found = lists_of_rounds(sweep.context, s)
    sweep.numbered.update(dict.fromkeys(found, loop.index))
    if found and loop.index.name == "_":
        loop.index.name = index_name(s)


def _is_read_behind_test(sweep: Sweep, s: While) -> bool:
    """Whether what is differentiated in a loop reads what its test computes."""
    made = {var for inner in walk(s.test) for var in inner.defined() if sweep.active(var)}
    return bool(made) and any(
        operand in made for inner in walk(s.body) for operand in [*inner.args, *inits(inner), *results(inner)])


def _begun_anew(sweep: Sweep, s: Loop, adjoints: list[Adjoint]) -> set[Var]:
    """What is carried, is read by none behind the loop, and is written all of in each round before it reads any.

    Compiled code has arrays that take turns instead.
    """
    if sweep.context.array_tapes:
        return set()
    return {carry.param for carry, adjoint in zip(s.carries, adjoints, strict=True)
            if adjoint is None and _is_written_first(sweep, s, carry)}


def _is_written_first(sweep: Sweep, s: Loop, carry: Carry) -> bool:
    kind = carry.param.kind
    if not isinstance(kind, Array) or not kind.dims or carry.out is carry.param or not _flows(sweep, carry):
        return False
    axes = Axes(sweep.context, kind.dims, ())
    found = written_first(sweep.context, s, carry, axes)
    return found is not None and found.written.hold(axes.all)


def _left_by(kind: Kind, out: Kind) -> Kind:
    """The kind of the adjoint that a round begins with, which is that of what the round of the primal ends with.

    A length that differs from round to round has one name, which in the primal is that of what a round begins with.
    """
    if isinstance(kind, Array) and isinstance(out, Array) and kind.ndim == out.ndim:
        return Array(kind.dtype, out.dims)
    if isinstance(kind, Tuple) and isinstance(out, Tuple) and len(kind.items) == len(out.items):
        return Tuple(tuple(map(_left_by, kind.items, out.items)), kind.cls)
    if isinstance(kind, Dict) and isinstance(out, Dict):
        return Dict(tuple((key, _left_by(item, out.get(key) or item)) for key, item in kind.items))
    if isinstance(kind, Object) and isinstance(out, Object):
        return Object(kind.cls, tuple((key, _left_by(item, out.get(key) or item)) for key, item in kind.attributes))
    return kind


def _flows(sweep: Sweep, carry: Carry) -> bool:
    if not carries_derivative(carry.param.kind) and not carries_derivative(carry.result.kind):
        return False
    return carry.param in sweep.useful or carry.result in sweep.useful


def _header(sweep: Sweep, scope: Scope, s: Loop) -> Loop:
    if isinstance(s, For) and s.stop is None:
        index = Var(s.index.name, INT)
        start, end, step = (sweep.primal(scope, bound, s) for bound in (s.start, s.end, s.step))
        return For(index, [start, end, step], reverse=True, parallel=s.parallel, of=s)
    return Again(of=s)


def _own(s: Loop) -> set[Var]:
    """The variables that a loop defines inside."""
    return set(s.bound()).union(*map(bound_inside, s.blocks()))


def _carried(
    outer: Builder, inner: Builder, loop: Loop, kind: Kind, param: Var | Parts, init: Adjoint, out: Adjoint,
    starts: Operand, ends: Operand | None,
) -> Var | Parts:
    """Carry an adjoint, of a container by its items; what it is after the loop, of this kind.

    ``starts`` and ``ends`` are shaped as it is before the loop and where a round ends; without ``ends`` it keeps its
    shape, which is told without keeping a primal value for it.
    """
    if isinstance(param, Var):
        result = Var(param.name, kind)
        start, end = materialise(outer, init, starts), materialise(inner, out, ends or param)
        loop.carries.append(Carry(start, param, end, result))
        return result
    before, after = explode(outer, init, starts.kind), explode(inner, out, (ends or starts).kind)
    kinds = part_kinds(kind) or {}
    return Parts({
        key: _carried(outer, inner, loop, present(kinds[key]), part, before.items.get(key), after.items.get(key),
                      read_part(outer, starts, starts.kind, key),
                      None if ends is None else read_part(inner, ends, ends.kind, key))
        for key, part in param.items.items() if isinstance(part, (Var, Parts))
    })


def _accumulated(
    outer: Builder, inner: Builder, loop: Loop, param: Adjoint, init: Adjoint, out: Adjoint, like: Operand
) -> Adjoint:
    """Carry the adjoint of a variable from outside that the body contributes to; of a container what it changes."""
    if isinstance(param, Var):
        return _carried(outer, inner, loop, param.kind, param, init, out, like, None)
    assert isinstance(param, Parts)
    before, after = explode(outer, init, like.kind), explode(inner, out, like.kind)
    items = dict(before.items)
    for key, part in param.items.items():
        if after.items.get(key) is not part:
            inside = read_part(outer, like, like.kind, key)
            items[key] = _accumulated(outer, inner, loop, part, items.get(key), after.items.get(key), inside)
    return Parts(items)


STATEMENTS.update(dict.fromkeys((For, Each, While), reverse_loop))
