"""`for` and `while`: what a loop carries, found by lowering its body until kinds settle."""
from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import gast

from s2sad.frontend.lower import branches, entries, memory, objects, spelled
from s2sad.frontend.lower.branches import branch, same
from s2sad.frontend.lower.expected import expect, is_borne_out
from s2sad.frontend.lower.iteration import Counted, Iteration, Opaque, Spelled, iteration
from s2sad.frontend.lower.known import truth
from s2sad.frontend.lower.names import cell_of
from s2sad.frontend.lower.rounds import Found
from s2sad.frontend.lower.state import Cell, Frame, State, is_code, lifted
from s2sad.ir.kinds import INT, UNKNOWN, Array, Dict, Dim, Kind, List, Maybe, Object, Tuple, join, may_vary
from s2sad.ir.nodes import UNDEFINED, Block, Carry, Const, Each, For, Loop, Operand, Var, While, walk
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import Builder, constant

STOP: Cell = (0, "<stop>")
MAXIMUM_ROUNDS = 12


def lower_for(f: Frame, node: Any) -> None:
    from s2sad.frontend.lower.statements import statements
    from s2sad.frontend.lower.targets import assign

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
    loop = For(index, over.start, over.end, over.step, parallel=over.parallel, origin=f.location(node))
    f.state.context.definitions[index] = loop  # what is assigned from it first gives it its name
    _fixpoint(f, node, loop, lambda: body(over.item(index)), cells)
    index.name = index.name or "k"


def _opaque(
    f: Frame, node: Any, over: Opaque, body: Callable[[Operand], None], cells: set[Cell], name: str
) -> None:
    item = Var(name or "item", UNKNOWN, location=f.location(node))
    loop = Each(item, over.iterable, origin=f.location(node))
    _fixpoint(f, node, loop, lambda: body(over.item(item)), cells)


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
    around = state.loops
    found = around.next(f.source.file, node)
    found.enter(f.number)
    expecting = not found.starts and expect(f, node, found)
    before, made, memories = state.store, len(state.builder.block.statements), len(state.memories)
    try:
        state.loops = found.inner
        if not _settle_loop(f, node, loop, body, cells, found, expecting):
            state.store, state.flows[node] = before, []
            del state.builder.block.statements[made:]
            memory.forget(state, memories, {made.root for made in list(state.memories.values())[memories:]})
            found.clear()
            state.loops = found.inner
            _settle_loop(f, node, loop, body, cells, found, False)
    finally:
        state.loops = around


def _settle_loop(
    f: Frame, node: Any, loop: Loop, body: Callable[[], None], cells: set[Cell], found: Found, expecting: bool
) -> bool:
    """Lower the body as often as it takes; False where it is to begin with something else than was expected."""
    state = f.state
    outer, before = state.builder, dict(state.store)
    cells = cells | state.nonlocal_cells
    kept, values = _by_reference(state, before, sorted(cells))
    inits, stale = _entering(state, before, values)
    apart = _taken_apart(state, before, kept, found)  # dicts whose entries are carried
    whole = set(found.whole)
    _begin_as_found(state, before, kept, inits, stale, found)
    unknown = dict(stale)
    shapes = {cell: found.shape(cell, (init.kind, init.varied)) for cell, init in inits.items()}
    around, state.written = state.written, set()
    sharing, known = Sharing(state, found), len(state.memories)
    for _ in range(MAXIMUM_ROUNDS):
        state.loops.begin()
        changes, built, youngest = state.kind_changes, len(state.built), state.frames
        params = {
            cell: Var(_name(state, cell, inits[cell]), kind, varied, f.location(node))
            for cell, (kind, varied) in shapes.items()
        }
        loop.body = Block()
        state.store = {**before, **kept, **params, **stale, STOP: constant(False)}
        sharing.enter(before, inits, params)
        for cell, init in inits.items():
            memory.hold_on(state, cell, init)
        state.builder, state.dead = outer.inside(loop.body), False
        for cell, keys in apart.items():
            entries.put_together(state, cell, keys)
        body()
        state.dead = False
        torn = [cell for cell, keys in apart.items() if entries.keys_of(state, state.store[cell]) != keys]
        for cell in torn:  # its keys change: it is carried as a whole
            whole.add(cell)
            gone = entries.cells(cell, apart.pop(cell))
            inits, shapes, kept, before = (_without(table, gone) for table in (inits, shapes, kept, before))
        for cell in apart:
            entries.take_apart(state, state.store, cell, state.store[cell])
        for cell in inits:
            state.store[cell] = memory.now(state, state.store.get(cell, UNDEFINED))
        _settle_objects(state, outer, before, inits, shapes)
        rebound = [cell for cell, init in kept.items() if memory.reference(state, state.store[cell]) is not init]
        stable = changes == state.kind_changes and not torn and not rebound
        # In another round, writes to objects from before this one that it has built are refused.
        stable &= all(number > youngest for number in state.built[built:])
        stable &= not sharing.leave(loop, inits, params)
        for cell in inits:
            out = state.store[cell]
            if memory.stale_name(out) is not None:
                stable &= cell in stale
                stale[cell] = out
            else:
                stable &= _settle(f, cell, params[cell], out, shapes)
        inside = _inside(loop, params)
        if expecting and not is_borne_out(state, found, inits, params, inside):
            state.builder, state.written = outer, around
            return False
        for cell, init in _written_outside(state, before, inside, inits.keys() | apart.keys()).items():
            stable, known_keys = False, entries.keys_of(state, init)
            if known_keys is not None and cell not in whole:
                apart[cell] = known_keys
                entries.take_apart(state, before, cell, init)
                arrays, others = _by_reference(state, before, entries.cells(cell, known_keys))
                kept.update(arrays)
                rebound += others
            else:
                state.store, state.builder = before, outer
                inits[cell] = _made_again(state, init, cell, stale)
                unknown.update({cell: stale[cell]} if cell in stale else {})
                shapes[cell] = (inits[cell].kind, inits[cell].varied)
        if rebound:
            state.store, state.builder = before, outer
            entering, lost = _entering(state, before, rebound)
            inits, stale, unknown = {**inits, **entering}, {**stale, **lost}, {**unknown, **lost}
            shapes.update({cell: (init.kind, init.varied) for cell, init in entering.items()})
            kept = {cell: init for cell, init in kept.items() if cell not in entering}
        if stable:
            break
        if expecting:
            inits = _as_if_found(state, inits, values)
            shapes = {cell: shapes[cell] for cell in inits}
        memory.forget(state, known, inside)
        expecting = False
    else:
        f.fail(node, "the kinds of the variables of this loop do not settle", "annotate them")
    state.written |= around
    found.starts = {cell: (init.kind, init.varied) for cell, init in inits.items()}
    found.shapes, found.apart, found.whole = {cell: shapes[cell] for cell in inits}, list(apart), whole
    found.pairs, found.outside = sharing.pairs, sharing.outside
    stop = state.store.get(STOP, constant(False))
    loop.stop = None if truth(state.context, stop) is False else stop
    state.builder = outer
    results = _finish(f, node, loop, before, inits, params)
    outer.append(loop)
    memory.forget(state, known, inside)
    sharing.exit(before, inits, results)
    for cell, keys in apart.items():
        entries.put_together(state, cell, keys)
    if not _surely_runs(loop):
        state.store.update(unknown)
    return True


def _as_if_found(state: State, inits: dict[Cell, Operand], values: list[Cell]) -> dict[Cell, Operand]:
    """What a loop carries, in the order in which a first round finds it that expects nothing.

    These are the variables that are values, the memories that are written, and the variables that are bound anew.
    """
    def place(cell: Cell) -> tuple[int, Cell]:
        return 0 if cell in values else 1 if cell in state.memories else 2, cell

    return {cell: inits[cell] for cell in sorted(inits, key=place)}


def _taken_apart(
    state: State, before: dict[Cell, Operand], kept: dict[Cell, Operand], found: Found
) -> dict[Cell, entries.Keys]:
    """The dicts that are known to be carried by their entries; these are in ``before``, and among what is kept."""
    apart: dict[Cell, entries.Keys] = {}
    for cell in found.apart:
        init = _outside(state, before, cell)
        keys = None if init is None else entries.keys_of(state, init)
        if init is not None and keys is not None:
            apart[cell] = keys
            entries.take_apart(state, before, cell, init)
            kept.update((entry, memory.reference(state, before[entry])) for entry in entries.cells(cell, keys))
    return apart


def _begin_as_found(
    state: State, before: dict[Cell, Operand], kept: dict[Cell, Operand], inits: dict[Cell, Operand],
    stale: dict[Cell, Operand], found: Found,
) -> None:
    """Carry from the beginning what is known to be carried in the end, in the same order."""
    for cell in found.shapes:
        if cell in kept:
            del kept[cell]
            entering, lost = _entering(state, before, [cell])
            inits.update(entering)
            stale.update(lost)
        elif cell in state.memories and cell not in inits:
            init = _outside(state, before, cell)
            if init is not None:
                inits[cell] = _made_again(state, init, cell, stale)


def _made_again(state: State, init: Operand, cell: Cell, stale: dict[Cell, Operand]) -> Operand:
    """What a memory is before a loop: a list or dict that is spelled out is made again of what its items are then.

    Where that is unknown, ``stale`` says so.
    """
    found = init if memory.spelled(state, init) is None else memory.now(state, init)
    if memory.stale_name(found) is None:
        return found
    stale[cell] = found
    return UNDEFINED


def _outside(state: State, before: dict[Cell, Operand], cell: Cell) -> Operand | None:
    """What an object or memory that was made before is then, if there is one."""
    if cell in before:
        return before[cell]
    return state.memories[cell].root if cell in state.memories else None


def _by_reference(
    state: State, before: dict[Cell, Operand], cells: list[Cell]
) -> tuple[dict[Cell, Operand], list[Cell]]:
    """What arrays and containers refer to, taken to be so after each round until a round says otherwise; the rest."""
    kept = {cell: memory.reference(state, before[cell]) for cell in cells
            if isinstance(before.get(cell, UNDEFINED).kind, (Array, List, Dict))}
    return kept, [cell for cell in cells if cell not in kept]


def _without(table: dict[Cell, Any], gone: list[Cell]) -> dict[Cell, Any]:
    return {cell: value for cell, value in table.items() if cell not in gone}


def _surely_runs(loop: Loop) -> bool:
    """Whether there is at least one round."""
    if not isinstance(loop, For):
        return False
    bounds = [part.value for part in (loop.start, loop.end, loop.step) if isinstance(part, Const)]
    return len(bounds) == 3 and len(range(*bounds)) > 0


def _entering(
    state: State, before: dict[Cell, Operand], cells: list[Cell]
) -> tuple[dict[Cell, Operand], dict[Cell, Operand]]:
    """What variables are before a loop, after whatever was written to them; and those of which that is unknown."""
    inits: dict[Cell, Operand] = {}
    stale: dict[Cell, Operand] = {}
    for cell in cells:
        inits[cell] = memory.now(state, before.get(cell, UNDEFINED))
        if memory.stale_name(inits[cell]) is not None:
            stale[cell], inits[cell] = inits[cell], UNDEFINED
    return inits, stale


def _inside(loop: Loop, params: dict[Cell, Var]) -> set[Var]:
    """The variables that are bound inside a loop."""
    inside = {*loop.bound(), *params.values()}
    for block in loop.blocks():
        for statement in walk(block):
            inside.update(statement.defined())
            if isinstance(statement, Loop):
                inside.update(statement.bound())
    return inside


def _written_outside(
    state: State, before: dict[Cell, Operand], inside: set[Var], carried: set[Cell]
) -> dict[Cell, Operand]:
    """The cells of objects and memories from outside that the body writes, with what they hold before."""
    found: dict[Cell, Operand] = {}
    for cell in sorted(state.written - carried):
        if cell in before:
            found[cell] = before[cell]
        elif cell in state.memories and state.memories[cell].root not in inside:
            found[cell] = state.memories[cell].root
    return found


class Sharing:
    """Which of the variables that a loop carries may share memory, with each other or with what is outside.

    In the first round that is so of those that share it before the loop; what a round leaves decides for the next.
    """

    def __init__(self, state: State, found: Found) -> None:
        self.state = state
        self.pairs = set(found.pairs)
        self.outside: set[tuple[Cell, Any]] = {
            (cell, one) for cell, one in found.outside if state.memories.get(one.cell) is one
        }
        self.made: dict[Cell, memory.Memory] = {}

    def enter(self, before: dict[Cell, Operand], inits: dict[Cell, Operand], params: dict[Cell, Var]) -> None:
        """Give the parameters of a round their memories."""
        self._give(before, inits, params)

    def exit(self, before: dict[Cell, Operand], inits: dict[Cell, Operand], results: dict[Cell, Var]) -> None:
        """Give what the loop leaves its memories."""
        self._give(before, inits, results)

    def _give(self, before: dict[Cell, Operand], inits: dict[Cell, Operand], variables: dict[Cell, Var]) -> None:
        state = self.state
        self.made = {}
        for cell, var in variables.items():
            if cell in state.memories:
                state.memory[var] = state.memories[cell]
                state.context.same_memory[var] = inits[cell]
                continue
            made = memory.join(state, var, [])
            if made is None:
                continue
            own = set(self.made.values())
            foreign = [outer for known, outer in self.outside if known == cell]
            for outer in [*memory.contents(state, inits[cell]), *foreign]:
                for one in (outer, *outer.others):
                    if one not in own:
                        memory.link(made, one)
            for other, theirs in self.made.items():
                if (other, cell) in self.pairs or branches.may_share(state, inits[cell], inits[other]):
                    memory.link(made, theirs)
            self.made[cell] = made

    def leave(self, loop: Loop, inits: dict[Cell, Operand], params: dict[Cell, Var]) -> bool:
        """Note what a round leaves; whether that is news."""
        state = self.state
        known = len(self.pairs) + len(self.outside)
        own = set(self.made.values())
        inside = {var for s in walk(loop.body) for var in s.defined()}
        left = {cell: memory.contents(state, state.store[cell]) for cell in self.made}
        cells = list(left)
        for number, cell in enumerate(cells):
            for found in {other: None for one in left[cell] for other in (one, *one.others)}:
                if found not in own and found.root not in inside:
                    self.outside.add((cell, found))
            for other in cells[number + 1 :]:
                if any(memory.linked(a, b) for a in left[cell] for b in left[other]):
                    self.pairs.add((cell, other))
        return known != len(self.pairs) + len(self.outside)


def _settle_objects(
    state: State, outer: Builder, before: dict[Cell, Operand], inits: dict[Cell, Operand], shapes: dict[Cell, Any]
) -> None:
    """Another object in each round is carried as a value, built where the round ends."""
    inner, left = state.builder, state.store
    for cell, init in inits.items():
        out = left.get(cell, UNDEFINED)
        if same(init, out) or not any(objects.holds_instance(operand.kind) for operand in (init, out)):
            continue
        left[cell] = objects.settled(state, out)
        state.store, state.builder = before, outer
        inits[cell] = objects.settled(state, init)
        state.store, state.builder = left, inner
        if inits[cell] is not init:
            shapes[cell] = (inits[cell].kind, inits[cell].varied)
            state.kind_changes += 1


def _finish(
    f: Frame, node: Any, loop: Loop, before: dict[Cell, Operand], inits: dict[Cell, Operand], params: dict[Cell, Var]
) -> dict[Cell, Var]:
    """Carry what the loop changes; what it leaves alone is its value before."""
    state = f.state
    after = dict(before)
    results: dict[Cell, Var] = {}
    unchanged: dict[Var, Operand] = {}

    def carried(init: Operand, param: Var, out: Operand, name: str) -> Var:
        kind = join(init.kind, out.kind, state.context.fresh)
        varied = (init.varied or out.varied) and may_vary(kind)
        result = Var(name, kind, varied, f.location(node))
        loop.carries.append(Carry(init, param, out, result))
        state.context.definitions[param] = loop
        return result

    def lift(operand: Operand) -> Operand:
        if not isinstance(operand, Var) or operand not in inside:
            return operand
        return carried(UNDEFINED, Var(operand.name, operand.kind, operand.varied), operand, operand.name)

    inside = {var for statement in walk(loop.body) for var in statement.defined()} | set(loop.bound())
    for cell, init in inits.items():
        out, param = state.store.get(cell, UNDEFINED), params[cell]
        if out is param and param.kind == init.kind or same(init, out):
            unchanged[param] = init
        elif memory.stale_name(out) is not None:
            after[cell] = out
        elif isinstance(out, Const) and is_code(out) and init is UNDEFINED:
            after[cell] = lifted(out, lift)
        else:
            after[cell] = results[cell] = carried(init, param, out, _name(state, cell, init))
    substitute(loop, unchanged)
    state.store = after
    return results


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
                new if new == old or isinstance(new, int) else Dim(("carried", key, axis), new.not_one, new.least)
                for axis, (new, old) in pairs
            ))
        case Tuple(items, cls), Tuple():
            parts = enumerate(zip(items, before.items, strict=True))
            return Tuple(tuple(settled(new, old, (key, i)) for i, (new, old) in parts), cls)
        case List(item), List():
            return List(settled(item, before.item, (key, "[]")))
        case Maybe(item), Maybe():
            return Maybe(settled(item, before.kind, key))
        case Dict(items), Dict():
            old = dict(before.items)
            return Dict(tuple((name, settled(kind, old[name], (key, name))) for name, kind in items))
        case Object(cls, items), Object():
            old = dict(before.attributes)
            return Object(cls, tuple((name, settled(kind, old[name], (key, name))) for name, kind in items))
    return joined


def _name(state: State, cell: Cell, init: Operand) -> str:
    """What a carried variable is called; a memory is called as the variable that holds it."""
    return getattr(init, "name", "") if cell in state.memories else _shown(cell)


def _shown(cell: Cell) -> str:
    return "" if cell[1].startswith("<") else cell[1]


def assigned_cells(f: Frame, nodes: list[Any]) -> set[Cell]:
    from s2sad.frontend.lower.statements import bound_names

    found = {cell_of(f, name) for name in bound_names(f.source, nodes)}
    return {cell for cell in found if cell is not None}

