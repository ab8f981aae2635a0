"""`if`, the conditional expression, `and`, `or`, and comparisons in a chain: everything that branches."""
from __future__ import annotations

from collections.abc import Callable, Container
from typing import Any

import gast

from s2sad.frontend.lower import entries, iterators, memory, objects
from s2sad.frontend.lower.expressions import condition, expression
from s2sad.frontend.lower.joined import joined
from s2sad.frontend.lower.known import truth
from s2sad.frontend.lower.operators import compare
from s2sad.frontend.lower.state import Cell, Choice, Frame, State, is_code, lifted
from s2sad.frontend.lower.statements import statements
from s2sad.ir.kinds import NEVER, Kind, may_vary
from s2sad.ir.meeting import join
from s2sad.ir.nodes import UNDEFINED, Block, Const, If, Merge, Operand, Var, With, walk
from s2sad.rules.build import constant

RESULT = "<value>"


def lower_if(f: Frame, node: Any) -> None:
    test = condition(f, node.test)
    branch(f, node, test, lambda: statements(f, node.body), lambda: statements(f, node.orelse))


def branch(f: Frame, node: Any, test: Operand, then: Callable[[], None], orelse: Callable[[], None]) -> None:
    """Lower both branches and merge what they leave; only one of them where the test is known."""
    state = f.state
    known = truth(state.context, test)
    if known is not None:
        (then if known else orelse)()
        return
    outer, before, memories = state.builder, dict(state.store), len(state.memories)
    blocks, stores, dead = [], [], []
    for lower in (then, orelse):
        block = Block()
        state.store, state.builder, state.dead = dict(before), outer.inside(block), False
        lower()
        blocks.append(block)
        stores.append(state.store)
        dead.append(state.dead)
    state.builder = outer
    state.dead = all(dead)
    statement = If([test], blocks[0], blocks[1], origin=f.location(node))
    inside = {var for block in blocks for inner in walk(block) for var in inner.defined()}
    _give_roots(state, before, statement, stores)
    dicts = {} if any(dead) else entries.changed_in_branches(state, stores)
    state.store = _merge(state, statement, stores, dead, inside, dicts)
    outer.append(statement)
    for cell, keys in dicts.items():
        entries.put_together(state, cell, keys)
    memory.forget(state, memories, inside)


def _merge(
    state: State, statement: If, stores: list[dict[Cell, Operand]], dead: list[bool], inside: set[Var],
    apart: Container[Cell],
) -> dict[Cell, Operand]:
    """The store after a branch; memory made inside it goes on as that of the names that it leaves.

    What is taken ``apart`` is put together of its entries behind it.
    """
    if dead[0] != dead[1]:
        return _from_one(state, stores, dead.index(False), statement, inside)
    merged: dict[Cell, Operand] = {}
    outs: list[tuple[memory.Memory, list[Operand]]] = []
    for cell in {**stores[0], **stores[1]}:
        if _is_made_inside(state, cell, inside) or cell in apart:
            continue
        values = [store.get(cell, UNDEFINED) for store in stores]
        if same(values[0], values[1]):
            merged[cell] = values[0]
            continue
        first, second = (memory.reference(state, value) for value in values)
        if first is second and cell not in state.memories:
            merged[cell] = first
            continue
        values = [_now(state, statement, stores, k, value) for k, value in enumerate(values)]
        known = memory.first_stale(values) or _merged_code(statement, values)
        if known is None:
            values = [_settled(state, statement, stores, k, value) for k, value in enumerate(values)]
            known = memory.first_stale(values)
        if known is not None:
            merged[cell] = known
            continue
        for value in values:
            (state.unknown_joined if value.kind is NEVER else state.reads).add(value)
        name = cell[1] if cell not in state.memories else next((v.name for v in values if isinstance(v, Var)), "")
        merged[cell] = _joined(state, name, values)
        out = merged[cell]
        assert isinstance(out, Var)
        iterators.merge(state, out, values)
        statement.merges.append(Merge(out, values))
        state.note_unbound(out, values)
        _give_memory(state, cell, out, values, outs)
    return merged


def _give_roots(
    state: State, before: dict[Cell, Operand], statement: If, stores: list[dict[Cell, Operand]]
) -> None:
    """A memory that one branch writes is in the other what it was before."""
    for place, store in enumerate(stores):
        written = [cell for cell in store if cell in state.memories and cell not in stores[1 - place]]
        if not written:
            continue
        inside = {var for inner in walk(statement.blocks()[place]) for var in inner.defined()}
        for cell in written:
            root = state.memories[cell].root
            if root in inside or _is_stale(store, cell):
                continue
            changed = next((other for other in state.memories[cell].others
                            if stores[1 - place].get(other.cell) is not before.get(other.cell)), None)
            stores[1 - place][cell] = root if changed is None else constant(memory.Stale(changed.root.name))


def _is_made_inside(state: State, cell: Cell, inside: set[Var]) -> bool:
    return cell in state.memories and state.memories[cell].root in inside


def _is_stale(store: dict[Cell, Operand], cell: Cell) -> bool:
    return memory.stale_name(store[cell]) is not None


def _now(state: State, statement: If | With, stores: list[dict[Cell, Operand]], place: int, value: Operand) -> Operand:
    """A value as it is at the end of a branch."""
    saved = state.store, state.builder
    state.store, state.builder = stores[place], state.builder.inside(statement.blocks()[place])
    value = memory.now(state, value)
    state.store, state.builder = saved
    return value


def _give_memory(
    state: State, cell: Cell, out: Var, values: list[Operand], outs: list[tuple[memory.Memory, list[Operand]]]
) -> None:
    """What a merged value may share memory with."""
    if cell in state.memories:
        memory.note_version(state, state.memories[cell], out)
        for value in values:
            display = memory.spelled(state, value)
            if display is not None:
                memory.hold(state, out, display.args)
        return
    made = memory.join(state, out, values)
    if made is None:
        return
    for other, their in outs:
        if any(may_share(state, one, two) for one, two in zip(values, their, strict=True)):
            memory.link(made, other)
    outs.append((made, values))


def may_share(state: State, one: Operand, two: Operand) -> bool:
    return any(memory.linked(a, b) for a in memory.contents(state, one) for b in memory.contents(state, two))


def _settled(state: State, statement: If, stores: list[dict[Cell, Operand]], place: int, value: Operand) -> Operand:
    """A value at the end of a branch, objects that the compiler followed built there."""
    saved = state.store, state.builder
    state.store, state.builder = stores[place], state.builder.inside(statement.blocks()[place])
    value = objects.settled(state, value)
    state.store, state.builder = saved
    return value


def _merged_code(statement: If, values: list[Operand]) -> Operand | None:
    """Code chosen by a branch: which one it is, is asked again where it is called."""
    known = [value for value in values if value is not UNDEFINED]
    if not all(isinstance(value, Const) and is_code(value) for value in known):
        return None
    lifted = [value if value is UNDEFINED else _lifted(statement, place, value) for place, value in enumerate(values)]
    if len(known) == 1:
        return next(value for value in lifted if value is not UNDEFINED)
    then, orelse = lifted
    assert isinstance(then, Const) and isinstance(orelse, Const)
    return constant(Choice(statement.condition, then, orelse))


def _lifted(statement: If | With, place: int, code: Operand) -> Operand:
    """Code with what it holds of a branch brought out of the branch."""
    assert isinstance(code, Const)
    inside = {var for inner in walk(statement.blocks()[place]) for var in inner.defined()}

    def lift(operand: Operand) -> Operand:
        if not isinstance(operand, Var) or operand not in inside:
            return operand
        out = Var(operand.name, operand.kind, operand.varied, operand.location)
        statement.merges.append(Merge(out, _only(statement, place, operand)))
        return out

    return lifted(code, lift)


def _only(statement: If | With, place: int, operand: Operand) -> list[Operand]:
    """The values of a merge where only one block leaves any."""
    return [operand if place == number else UNDEFINED for number in range(len(statement.blocks()))]


def enclose(f: Frame, statement: With, body: Callable[[], None]) -> None:
    """Lower the block of a ``with``, which is always run; what it leaves comes out."""
    state = f.state
    outer, before, memories = state.builder, dict(state.store), len(state.memories)
    state.builder = outer.inside(statement.body)
    body()
    state.builder = outer
    inside = {var for inner in walk(statement.body) for var in inner.defined()}
    if statement.target is not None:
        inside.add(statement.target)
    state.store = _from_one(state, [state.store, before], 0, statement, inside)
    outer.append(statement)
    memory.forget(state, memories, inside)


def _from_one(
    state: State, stores: list[dict[Cell, Operand]], place: int, statement: If | With, inside: set[Var]
) -> dict[Cell, Operand]:
    """Only one block ends: what it leaves comes out, whatever it is."""
    live, other = stores[place], stores[1 - place]
    live = {cell: value for cell, value in live.items() if not _is_made_inside(state, cell, inside)}
    merged = dict(live)
    outside: dict[Var, Var] = {}  # two names of one array are that after it as well
    outs: list[tuple[memory.Memory, list[Operand]]] = []
    for cell, value in live.items():
        refers = memory.reference(state, value)
        if memory.tracked(value) and cell not in state.memories and refers not in inside:
            merged[cell] = refers
            continue
        if not same(value, other.get(cell, UNDEFINED)):
            value = _now(state, statement, stores, place, value)
        if memory.stale_name(value) is not None:
            merged[cell] = value
        if isinstance(value, Const) and is_code(value):
            merged[cell] = _lifted(statement, place, value)
        if isinstance(value, Var) and not same(value, other.get(cell, UNDEFINED)):
            out = outside.get(value)
            if out is None:
                out = outside[value] = Var(value.name or cell[1].strip("<>"), value.kind, value.varied, value.location)
                values = _only(statement, place, value)
                statement.merges.append(Merge(out, values))
                _give_memory(state, cell, out, values, outs)
            merged[cell] = out
            state.note_unbound(out, [value])
    return merged


def _joined(state: State, name: str, values: list[Operand]) -> Var:
    kind: Kind = join(values[0].kind, values[1].kind, state.context.fresh)
    location = next((v.location for v in values if isinstance(v, Var) and v.location), None)
    varied = any(value.varied for value in values) and may_vary(kind)
    return Var("" if name.startswith("<") else name, kind, varied, location)


def same(a: Operand, b: Operand) -> bool:
    """Whether two operands are surely the same value."""
    if a is b:
        return True
    if not (isinstance(a, Const) and isinstance(b, Const)):
        return False
    return a.kind == b.kind and a.path == b.path and type(a.value) is type(b.value) and (
        a.value is b.value or isinstance(a.value, (int, str, bool)) and a.value == b.value
    )


def choose(
    f: Frame, node: Any, test: Operand, then: Callable[[], Operand], orelse: Callable[[], Operand]
) -> Operand:
    """The value of a branching expression."""
    cell = (f.number, RESULT)
    saved = f.state.store.get(cell)

    def put(make: Callable[[], Operand]) -> None:
        value = make()
        f.state.write(cell, value)

    branch(f, node, test, lambda: put(then), lambda: put(orelse))
    result = f.state.store.pop(cell)
    if saved is not None:
        f.state.store[cell] = saved
    return result


def conditional(f: Frame, node: Any) -> Operand:
    test = condition(f, node.test)
    return choose(f, node, test, lambda: expression(f, node.body), lambda: expression(f, node.orelse))


def boolean(f: Frame, node: Any) -> Operand:
    """`a and b and c`, `a or b`: the value is the last operand that was evaluated."""
    return _others(f, node, expression(f, node.values[0]), node.values[1:])


def _others(f: Frame, node: Any, first: Operand, values: list[Any]) -> Operand:
    if not values:
        return first
    conjunction, value = isinstance(node.op, gast.And), values[0]
    both = joined(f, conjunction, first, value, lambda: expression(f, value))
    if both is not None:
        return _others(f, node, both, values[1:])

    def others() -> Operand:
        return _others(f, node, expression(f, value), values[1:])

    if conjunction:
        return choose(f, node, first, others, lambda: first)
    return choose(f, node, first, lambda: first, others)


def comparison(f: Frame, node: Any) -> Operand:
    links = list(zip(node.ops, node.comparators, strict=True))
    return _chain(f, node, _link(f, node, expression(f, node.left), links[0]), links[1:])


def _link(f: Frame, node: Any, left: Operand, link: tuple[Any, Any]) -> tuple[Operand, Operand]:
    """A comparison, and what the next one compares with."""
    right = expression(f, link[1])
    return compare(f, node, link[0], left, right), right


def _chain(f: Frame, node: Any, before: tuple[Operand, Operand], links: list[tuple[Any, Any]]) -> Operand:
    """Of comparisons in a chain those that are there, and the others."""
    first, left = before
    if not links:
        return first
    found: list[Operand] = []

    def second() -> Operand:
        found[:] = _link(f, node, left, links[0])
        return found[0]

    both = joined(f, True, first, links[0][1], second)
    if both is not None:
        return _chain(f, node, (both, found[1]), links[1:])
    return choose(f, node, first, lambda: _chain(f, node, _link(f, node, left, links[0]), links[1:]), lambda: first)


FALSE, TRUE = constant(False), constant(True)
