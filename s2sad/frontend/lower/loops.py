"""`for` and `while`: what a loop carries, found by lowering its body until kinds settle."""
from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import gast

from s2sad.frontend.lower.branches import branch
from s2sad.frontend.lower.iteration import Counted, Iteration, Opaque, Spelled, iteration
from s2sad.frontend.lower.known import truth
from s2sad.frontend.lower.state import Cell, Frame, cell_of
from s2sad.ir.kinds import INT, UNKNOWN, Array, Dict, Dim, Kind, List, Object, Tuple, join, may_vary
from s2sad.ir.nodes import UNDEFINED, Block, Carry, Each, For, Loop, Operand, Var, While
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import constant

STOP: Cell = (0, "<stop>")
MAXIMUM_ROUNDS = 8


def lower_for(f: Frame, node: Any) -> None:
    from s2sad.frontend.lower.statements import statements
    from s2sad.frontend.lower.targets import assign

    over = iteration(f, node.iter)

    def body(item: Operand) -> None:
        assign(f, node.target, item)
        statements(f, node.body)

    run(f, node, over, body, assigned_cells(f, [node.target, *node.body]), _target_name(node.target))


def _target_name(target: Any) -> str:
    return target.id if isinstance(target, gast.Name) else ""


def run(
    f: Frame, node: Any, over: Iteration, body: Callable[[Operand], None], cells: set[Cell], name: str
) -> None:
    """Lower a loop over an iteration; ``body`` lowers one round, given the item."""
    if isinstance(over, Spelled):
        _unroll(f, node, over.items, body)
    elif isinstance(over, Counted):
        _counted(f, node, over, body, cells, name)
    else:
        _opaque(f, node, over, body, cells, name)


def _unroll(f: Frame, node: Any, items: list[Operand], body: Callable[[Operand], None]) -> None:
    if not items or f.state.dead:
        return
    saved = f.state.store.get(STOP)
    f.state.write(STOP, constant(False))
    body(items[0])
    stop = f.state.store.pop(STOP)
    if saved is not None:
        f.state.store[STOP] = saved
    if truth(f.state.context, stop) is True:
        return
    branch(f, node, stop, lambda: None, lambda: _unroll(f, node, items[1:], body))


def _counted(
    f: Frame, node: Any, over: Counted, body: Callable[[Operand], None], cells: set[Cell], name: str
) -> None:
    index = Var(name if over.plain else "", INT, location=f.location(node))
    loop = For(index, over.start, over.end, over.step, origin=f.location(node))
    f.state.context.definitions[index] = loop  # what is assigned from it first gives it its name
    _fixpoint(f, node, loop, lambda: body(over.item(index)), cells)
    index.name = index.name or "k"


def _opaque(
    f: Frame, node: Any, over: Opaque, body: Callable[[Operand], None], cells: set[Cell], name: str
) -> None:
    item = Var(name or "item", UNKNOWN, location=f.location(node))
    loop = Each(item, over.iterable, origin=f.location(node))
    _fixpoint(f, node, loop, lambda: body(item), cells)


def lower_while(f: Frame, node: Any) -> None:
    from s2sad.frontend.lower.expressions import condition
    from s2sad.frontend.lower.statements import statements

    loop = While(origin=f.location(node))

    def body() -> None:
        state = f.state
        inner = state.builder
        loop.test = Block()
        state.builder = inner.inside(loop.test)
        loop.condition = condition(f, node.test)
        state.builder = inner
        if truth(state.context, loop.condition) is not False:
            statements(f, node.body)

    _fixpoint(f, node, loop, body, assigned_cells(f, node.body))


def _fixpoint(f: Frame, node: Any, loop: Loop, body: Callable[[], None], cells: set[Cell]) -> None:
    """Lower the body until the kinds of what it carries agree with what it leaves."""
    state = f.state
    outer, before = state.builder, dict(state.store)
    ordered = sorted(cells | state.nonlocal_cells)
    inits = {cell: before.get(cell, UNDEFINED) for cell in ordered}
    shapes = {cell: (init.kind, init.varied) for cell, init in inits.items()}
    for _ in range(MAXIMUM_ROUNDS):
        changes = state.kind_changes
        params = {
            cell: Var(_shown(cell), kind, varied, f.location(node)) for cell, (kind, varied) in shapes.items()
        }
        loop.body = Block()
        state.store = {**before, **params, STOP: constant(False)}
        state.builder, state.dead = outer.inside(loop.body), False
        body()
        state.dead = False
        stable = changes == state.kind_changes
        for cell in ordered:
            stable &= _settle(f, cell, params[cell], state.store.get(cell, UNDEFINED), shapes)
        if stable:
            break
    else:
        f.fail(node, "the kinds of the variables of this loop do not settle", "annotate them")
    stop = state.store.get(STOP, constant(False))
    loop.stop = None if truth(state.context, stop) is False else stop
    state.builder = outer
    state_after = dict(before)
    unchanged: dict[Var, Operand] = {}
    for cell in ordered:
        out = state.store.get(cell, UNDEFINED)
        param = params[cell]
        if out is param:
            unchanged[param] = inits[cell]
            continue
        kind = join(inits[cell].kind, out.kind, state.context.fresh)
        varied = (inits[cell].varied or out.varied) and may_vary(kind)
        result = Var(_shown(cell), kind, varied, f.location(node))
        loop.carries.append(Carry(inits[cell], param, out, result))
        state_after[cell] = result
    # What the loop leaves alone is not carried: its parameter is its value before.
    substitute(loop, unchanged)
    state.store = state_after
    outer.append(loop)


def _settle(f: Frame, cell: Cell, param: Var, out: Operand, shapes: dict[Cell, Any]) -> bool:
    kind, varied = shapes[cell]
    if out is param:
        return True
    joined = settled(join(kind, out.kind, f.state.context.fresh), kind, cell)
    now = (joined, (varied or out.varied) and may_vary(joined))
    shapes[cell] = now
    if param not in f.state.reads:
        param.kind, param.varied = now
        return True
    return now == (kind, varied)


def settled(joined: Kind, before: Kind, key: Hashable) -> Kind:
    """A joined kind in which an extent that varies from round to round has one name.

    The name stands for the extent in the round at hand; without it no two rounds would agree.
    """
    match joined, before:
        case Array(dtype, dims), Array() if dims is not None and before.dims is not None:
            pairs = enumerate(zip(dims, before.dims, strict=True))
            return Array(dtype, tuple(
                new if new == old or isinstance(new, int) else Dim(("carried", key, axis), new.not_one)
                for axis, (new, old) in pairs
            ))
        case Tuple(items, cls), Tuple():
            parts = enumerate(zip(items, before.items, strict=True))
            return Tuple(tuple(settled(new, old, (key, i)) for i, (new, old) in parts), cls)
        case List(item), List():
            return List(settled(item, before.item, (key, "[]")))
        case Dict(items), Dict():
            old = dict(before.items)
            return Dict(tuple((name, settled(kind, old[name], (key, name))) for name, kind in items))
        case Object(cls, items), Object():
            old = dict(before.attributes)
            return Object(cls, tuple((name, settled(kind, old[name], (key, name))) for name, kind in items))
    return joined


def _shown(cell: Cell) -> str:
    return "" if cell[1].startswith("<") else cell[1]


def assigned_cells(f: Frame, nodes: list[Any]) -> set[Cell]:
    from s2sad.frontend.lower.statements import bound_names

    found = {cell_of(f, name) for name in bound_names(nodes)}
    return {cell for cell in found if cell is not None}

