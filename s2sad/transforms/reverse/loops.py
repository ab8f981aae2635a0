"""Reversing loops: the same number of iterations, backwards, carrying adjoints.

    for i in range(n):                 for i in reversed(range(n)):
        y = f(y, w)            ─▶          w_bar += ∂f/∂w · y_bar
                                           y_bar = ∂f/∂y · y_bar

The adjoint of what the loop carries is carried the other way; the adjoint of what the body reads from
outside accumulates in a carried variable of its own.
"""
from __future__ import annotations

from s2sad.ir.kinds import INT, carries_derivative, present
from s2sad.ir.nodes import Again, Block, Carry, Each, For, Loop, Operand, Var, While, walk
from s2sad.transforms.reverse.adjoints import Scope, bar, materialise
from s2sad.transforms.reverse.restore import enter_loop, leave_loop, updates_inside
from s2sad.transforms.reverse.sweep import STATEMENTS, Sweep, reverse_block


def reverse_loop(sweep: Sweep, scope: Scope, s: Loop) -> None:
    adjoints = [scope.take(carry.result) for carry in s.carries]
    if all(adjoint is None for adjoint in adjoints) and not updates_inside(sweep.versions, s):
        return
    loop = _header(sweep, scope, s)
    sweep.twins[loop.body] = s.body
    outer = scope.builder
    inner = Scope(scope, outer.inside(loop.body), inside=_own(s))
    pairs: list[tuple[Carry, Carry]] = []
    for carry, adjoint in zip(s.carries, adjoints, strict=True):
        if not _flows(sweep, carry):
            continue
        param = Var(bar(carry.param), present(carry.param.kind))
        init = materialise(outer, adjoint, carry.result)
        pairs.append((carry, Carry(init, param, param, Var(bar(carry.param), present(carry.param.kind)))))
        if isinstance(carry.out, Var) and sweep.active(carry.out):
            inner.accumulate(carry.out, param)
    restored = enter_loop(sweep.versions, scope, inner, s) if sweep.versions.any else {}
    reverse_block(sweep, inner, s.body)
    for carry, back in pairs:
        adjoint = inner.take(carry.param)
        back.out = materialise(inner.builder, adjoint, carry.param, _zero_like(carry, back))
        loop.carries.append(back)
    leave_loop(scope, inner, loop, s, restored)
    results = _accumulated(scope, inner, loop)
    outer.origin = s.origin
    outer.append(loop)
    for var, result in results:
        scope.values[var] = result
    for carry, back in pairs:
        if isinstance(carry.init, Var) and sweep.active(carry.init):
            from s2sad.rules import macros

            scope.accumulate(carry.init, macros.match(outer, back.result, carry.init))


def _zero_like(carry: Carry, back: Carry) -> Operand:
    """What tells the shape of a zero adjoint without keeping a primal value for it."""
    return back.param if carry.param.kind == carry.result.kind else carry.param


def _flows(sweep: Sweep, carry: Carry) -> bool:
    if not carries_derivative(carry.param.kind) and not carries_derivative(carry.result.kind):
        return False
    return carry.param in sweep.useful or carry.result in sweep.useful


def _header(sweep: Sweep, scope: Scope, s: Loop) -> Loop:
    if isinstance(s, For) and s.stop is None:
        index = Var(s.index.name, INT)
        start, end, step = (sweep.primal(scope, bound, s) for bound in (s.start, s.end, s.step))
        return For(index, start, end, step, reverse=True, parallel=s.parallel, of=s)
    return Again(of=s)


def _own(s: Loop) -> set[Var]:
    """The variables that a loop defines inside."""
    found = set(s.bound())
    for block in s.blocks():
        found |= _defined(block)
    return found


def _defined(block: Block) -> set[Var]:
    found: set[Var] = set()
    for statement in walk(block):
        found.update(statement.defined())
        if isinstance(statement, Loop):
            found.update(statement.bound())
    return found


def _accumulated(scope: Scope, inner: Scope, loop: Loop) -> list[tuple[Var, Var]]:
    """Carry the adjoints of variables from outside that the body contributes to."""
    results: list[tuple[Var, Var]] = []
    for var, param in inner.carried.items():
        out = materialise(inner.builder, inner.values[var], var)
        init = materialise(scope.builder, scope.current(var), var)
        result = Var(bar(var), present(var.kind))
        loop.carries.append(Carry(init, param, out, result))
        results.append((var, result))
    return results


STATEMENTS.update(dict.fromkeys((For, Each, While), reverse_loop))
