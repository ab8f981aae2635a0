"""Arrays that a loop carries and each of its rounds writes all of before it reads any.

    for _ in range(steps):
        new[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        new[0] = new[1]
        new[-1] = new[-2]
        u[:] = new

What such an array holds when a round begins is of no account, nor is the adjoint of that.
"""
from __future__ import annotations

from collections.abc import Iterable

from s2sad.analyses.covers import cover
from s2sad.ir.kinds import Array
from s2sad.ir.nodes import Assign, Carry, Loop, Operand, Statement, Var, reads, walk
from s2sad.rules.build import Context

_STORE = "s2sad.store"
_READ = "s2sad.getitem"
# What is the same of every version of an array.
_OF_ALL = {"array.shape", "array.size", "array.ndim", "builtins.len", "s2sad.zeros_like", "s2sad.shape"}


def written_anew(context: Context, loop: Loop, carries: Iterable[Carry]) -> set[Var]:
    """What carries are when a round begins, of those that a round writes all of before it reads any."""
    params = {carry.param for carry in carries if isinstance(carry.param.kind, Array)}
    stores = {s.args[0]: s for s in loop.body.statements if isinstance(s, Assign) and s.primitive == _STORE}
    params.intersection_update(stores)
    if not params:
        return set()
    readers: dict[Operand, list[Statement]] = {}
    for s in (s for block in loop.blocks() for s in walk(block)):
        for operand in reads(s):
            if isinstance(operand.kind, Array):
                readers.setdefault(operand, []).append(s)
    return {param for param in params if _is_written(context, param, stores, readers)}


def _is_written(
    context: Context, param: Var, stores: dict[Operand, Assign], readers: dict[Operand, list[Statement]]
) -> bool:
    """Whether stores in a row make up all of an array, and what is read meanwhile is what they stored."""
    assert isinstance(param.kind, Array)
    version, written = param, list[Operand]()
    while not cover(context, param.kind, written):
        store = stores.get(version)
        if store is None or store.args[1] is not version or store.args[3] is version:
            return False
        others = [s for s in readers[version] if s is not store]
        if not all(_reads_written(context, s, version, param.kind, written) for s in others):
            return False
        written.append(store.args[2])
        version = store.target
    return True


def _reads_written(context: Context, s: Statement, version: Var, kind: Array, written: list[Operand]) -> bool:
    if not isinstance(s, Assign) or s.args.count(version) != 1 or s.args[0] is not version:
        return False
    return s.primitive in _OF_ALL or s.primitive == _READ and cover(context, kind, written, s.args[1])
