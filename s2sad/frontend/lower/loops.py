"""`for` and `while`; `carried` finds out what a loop carries."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.bound import bound_names
from s2sad.frontend.lower import memory, spelled
from s2sad.frontend.lower.branches import branch
from s2sad.frontend.lower.carried import STOP, Carried
from s2sad.frontend.lower.expected import expect
from s2sad.frontend.lower.expressions import condition
from s2sad.frontend.lower.iteration import Counted, Iteration, Opaque, Spelled, iteration
from s2sad.frontend.lower.known import truth
from s2sad.frontend.lower.names import cell_of
from s2sad.frontend.lower.state import Cell, Frame
from s2sad.frontend.lower.statements import statements
from s2sad.frontend.lower.targets import assign
from s2sad.ir.kinds import INT, UNKNOWN
from s2sad.ir.nodes import Block, Each, For, Loop, Operand, Var, While
from s2sad.rules.build import constant


def lower_for(f: Frame, node: Any) -> None:
    over = spelled.round_by_round(f, iteration(f, node.iter), node.target, node.body)

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
    loop = For(index, [over.start, over.end, over.step], parallel=over.parallel, origin=f.location(node))
    f.state.context.definitions[index] = loop  # what is assigned from it first gives it its name
    _fixpoint(f, node, loop, lambda: body(over.item(index)), cells)
    index.name = index.name or "k"


def _opaque(
    f: Frame, node: Any, over: Opaque, body: Callable[[Operand], None], cells: set[Cell], name: str
) -> None:
    item = Var(name or "item", UNKNOWN, location=f.location(node))
    loop = Each(item, [over.iterable], origin=f.location(node))
    _fixpoint(f, node, loop, lambda: body(over.item(item)), cells)


def lower_while(f: Frame, node: Any) -> None:
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
    around = state.loops
    found = around.next(f.source.file, node)
    found.enter(f.number)
    expecting = not found.starts and expect(f, node, found)
    before, made, memories = state.store, len(state.builder.block.statements), len(state.memories)
    try:
        state.loops = found.inner
        if not Carried(f, node, loop, cells, found).settle(body, expecting):
            state.store, state.trees.flows[node] = before, []
            del state.builder.block.statements[made:]
            memory.forget(state, memories, {made.root for made in list(state.memories.values())[memories:]})
            found.clear()
            state.loops = found.inner
            Carried(f, node, loop, cells, found).settle(body, False)
    finally:
        state.loops = around


def assigned_cells(f: Frame, nodes: list[Any]) -> set[Cell]:
    found = {cell_of(f, name) for name in bound_names(f.source, nodes)}
    return {cell for cell in found if cell is not None}
