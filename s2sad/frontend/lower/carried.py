"""What a loop carries, found by lowering its body until that agrees with what the body leaves."""
from __future__ import annotations

import functools
from collections.abc import Callable, Hashable
from typing import Any

from s2sad.frontend.lower import entries, memory, objects
from s2sad.frontend.lower.branches import same
from s2sad.frontend.lower.expected import is_borne_out
from s2sad.frontend.lower.extents import carried, is_named_inside
from s2sad.frontend.lower.known import truth
from s2sad.frontend.lower.rounds import Found, Shape
from s2sad.frontend.lower.sharing import Sharing
from s2sad.frontend.lower.state import Cell, Frame, State, is_code, lifted
from s2sad.ir.kinds import Array, Dict, Kind, List, may_vary
from s2sad.ir.meeting import join
from s2sad.ir.nodes import UNDEFINED, Block, Carry, Const, For, Loop, Operand, Var, bound_inside
from s2sad.ir.rewrite import substitute
from s2sad.rules.build import constant

STOP: Cell = (0, "<stop>")
MAXIMUM_ROUNDS = 12


class Carried:
    """A loop that is being lowered, and what it is known to carry, by the cells of the store.

    ``inits`` are what it begins with of the variables that it carries, ``shapes`` what these are in any round, and
    ``kept`` the arrays and containers that each round is taken to leave as they are. ``apart`` are the dicts that are
    carried by their entries, ``whole`` those that are not. ``stale`` says what is unknown in a round, after a write
    to what it may share memory with, and ``lost`` what is so if there is no round.
    """

    def __init__(self, f: Frame, node: Any, loop: Loop, cells: set[Cell], found: Found) -> None:
        self.f, self.node, self.loop, self.found = f, node, loop, found
        self.state, self.outer, self.before = f.state, f.state.builder, dict(f.state.store)
        self.kept, self.values = self._by_reference(sorted(cells | f.state.nonlocal_cells))
        self.inits, self.stale = self._entering(self.values)
        self.apart = self._taken_apart()
        self.whole = set(found.whole)
        self._begin_as_found()
        self.lost = dict(self.stale)
        self.shapes = {cell: found.shape(cell, (init.kind, init.varied)) for cell, init in self.inits.items()}
        self.sharing, self.known = Sharing(f.state, found), len(f.state.memories)
        self.first = f.state.context.fresh()

    def settle(self, body: Callable[[], None], expecting: bool) -> bool:
        """Lower the body as often as it takes; False where it is to begin with something else than was expected."""
        state = self.state
        around, state.written = state.written, set()
        for _ in range(MAXIMUM_ROUNDS):
            seen = state.kind_changes, len(state.built), state.frames
            params = self._begin_round()
            body()
            state.dead = False
            torn = self._carry_torn()
            self._bring_up_to_date()
            inside = _inside(self.loop, params)
            agrees = self._agrees(params, inside, *seen)
            if expecting and not is_borne_out(state, self.found, self.inits, params, inside):
                state.builder, state.written = self.outer, around
                return False
            more = self._carry_more(inside)
            if agrees and not (torn or more):
                state.written |= around
                self._leave(params, inside)
                return True
            if expecting:
                self._order_as_found()
            memory.forget(state, self.known, inside)
            expecting = False
        self.f.fail(self.node, "the kinds of the variables of this loop do not settle", "annotate them")

    # -- before the loop ----------------------------------------------------------------------------

    def _entering(self, cells: list[Cell]) -> tuple[dict[Cell, Operand], dict[Cell, Operand]]:
        """What variables are before a loop, after whatever was written to them; and those of which that is unknown."""
        inits: dict[Cell, Operand] = {}
        stale: dict[Cell, Operand] = {}
        for cell in cells:
            inits[cell] = memory.now(self.state, self.before.get(cell, UNDEFINED))
            if memory.stale_name(inits[cell]) is not None:
                stale[cell], inits[cell] = inits[cell], UNDEFINED
        return inits, stale

    def _by_reference(self, cells: list[Cell]) -> tuple[dict[Cell, Operand], list[Cell]]:
        """What arrays and containers refer to, taken to be so after each round until a round says otherwise; the rest.
        """
        kept = {cell: memory.reference(self.state, self.before[cell]) for cell in cells
                if isinstance(self.before.get(cell, UNDEFINED).kind, (Array, List, Dict))}
        return kept, [cell for cell in cells if cell not in kept]

    def _taken_apart(self) -> dict[Cell, entries.Keys]:
        """The dicts that are known to be carried by their entries; these are ``before``, and among what is kept."""
        state, apart = self.state, {}
        for cell in self.found.apart:
            init = self._outside(cell)
            keys = None if init is None else entries.keys_of(state, init)
            if init is not None and keys is not None:
                apart[cell] = keys
                entries.take_apart(state, self.before, cell, init)
                self.kept.update((entry, memory.reference(state, self.before[entry]))
                                 for entry in entries.cells(cell, keys))
        return apart

    def _begin_as_found(self) -> None:
        """Carry from the beginning what is known to be carried in the end, in the same order."""
        for cell in self.found.shapes:
            if cell in self.kept:
                del self.kept[cell]
                entering, lost = self._entering([cell])
                self.inits.update(entering)
                self.stale.update(lost)
            elif cell in self.state.memories and cell not in self.inits:
                init = self._outside(cell)
                if init is not None:
                    self.inits[cell] = self._made_again(init, cell)

    def _outside(self, cell: Cell) -> Operand | None:
        """What an object or memory that was made before is then, if there is one."""
        if cell in self.before:
            return self.before[cell]
        return self.state.memories[cell].root if cell in self.state.memories else None

    def _made_again(self, init: Operand, cell: Cell) -> Operand:
        """What is carried besides the variables is before a loop what it is then, after whatever was written to it.

        Where that is unknown, ``stale`` says so.
        """
        found = memory.now(self.state, init)
        if memory.stale_name(found) is None:
            return found
        self.stale[cell] = found
        return UNDEFINED

    # -- a round ------------------------------------------------------------------------------------

    def _begin_round(self) -> dict[Cell, Var]:
        """Make everything ready for the body; the variables that stand for what is carried."""
        state, f = self.state, self.f
        state.loops.begin()
        params = {
            cell: Var(self._name(cell, self.inits[cell]), kind, varied, f.location(self.node))
            for cell, (kind, varied) in self.shapes.items()
        }
        self.loop.body = Block()
        state.store = {**self.before, **self.kept, **params, **self.stale, STOP: constant(False)}
        state.rewritten |= not params.keys().isdisjoint(state.memories)
        for cell, param in params.items():
            state.note_unbound(param, [self.inits[cell]])
        self.sharing.enter(self.inits, params)
        for cell, init in self.inits.items():
            memory.hold_on(state, cell, init)
        self.sharing.note_held(params)
        state.builder, state.dead = self.outer.inside(self.loop.body), False
        for cell, keys in self.apart.items():
            entries.put_together(state, cell, keys)
        return params

    def _carry_torn(self) -> bool:
        """Carry dicts whose keys have changed as a whole; whether there are any. The others are taken apart again."""
        state = self.state
        torn = [cell for cell, keys in self.apart.items() if entries.keys_of(state, state.store[cell]) != keys]
        for cell in torn:
            self.whole.add(cell)
            for entry in entries.cells(cell, self.apart.pop(cell)):
                for table in (self.inits, self.shapes, self.kept, self.before):
                    table.pop(entry, None)
        for cell in self.apart:
            entries.take_apart(state, state.store, cell, state.store[cell])
        return bool(torn)

    def _bring_up_to_date(self) -> None:
        """What a round leaves is what it is at its end, and another object in each round is carried as a value."""
        state = self.state
        for cell in self.inits:
            state.store[cell] = memory.now(state, state.store.get(cell, UNDEFINED))
        for cell, init in self.inits.items():
            out = state.store[cell]
            if not same(init, out) and any(objects.holds_instance(operand.kind) for operand in (init, out)):
                state.store[cell] = objects.settled(state, out)
                self._settle_init(cell, init)

    def _settle_init(self, cell: Cell, init: Operand) -> None:
        """Build an object where the loop begins."""
        state = self.state
        inner, left = state.builder, state.store
        state.store, state.builder = self.before, self.outer
        self.inits[cell] = made = objects.settled(state, init)
        state.store, state.builder = left, inner
        if memory.stale_name(made) is not None:
            self.stale[cell] = self.lost[cell] = made
            self.inits[cell] = UNDEFINED
        if self.inits[cell] is not init:
            self.shapes[cell] = (self.inits[cell].kind, self.inits[cell].varied)
            state.kind_changes += 1

    def _agrees(
        self, params: dict[Cell, Var], inside: set[Var], changes: int, built: int, youngest: int
    ) -> bool:
        """Whether what a round leaves is what it was taken to begin with; the next begins with what covers both.

        ``changes`` kinds of objects had changed when it began, ``built`` objects had become values, and ``youngest``
        was the number of the last frame.
        """
        state = self.state
        stable = changes == state.kind_changes
        # In another round, writes to objects from before this one that it has built are refused.
        stable &= all(number > youngest for number in state.built[built:])
        stable &= not self.sharing.leave(inside)
        named_inside = functools.partial(is_named_inside, inside, self.first, self.found)
        for cell in self.inits:
            stable &= self._settle_cell(cell, params[cell], named_inside)
        return stable

    def _settle_cell(self, cell: Cell, param: Var, named_inside: Callable[[Hashable], bool]) -> bool:
        out = self.state.store[cell]
        if out is param:
            return True
        if memory.stale_name(out) is None:
            key = self.found, cell
            return _settle(self.state, cell, param, out, self.shapes,
                           lambda kind: carried(kind, named_inside, key))
        was_stale = cell in self.stale
        self.stale[cell] = out
        return was_stale

    # -- what is carried besides --------------------------------------------------------------------

    def _carry_more(self, inside: set[Var]) -> bool:
        """Carry what a round writes, or binds anew, that was not carried; whether there is any such thing."""
        state = self.state
        rebound = [cell for cell, init in self.kept.items() if memory.reference(state, state.store[cell]) is not init]
        written = self._written_outside(inside)
        for cell, init in written.items():
            keys = entries.keys_of(state, init)
            if keys is not None and cell not in self.whole:
                rebound += self._carry_apart(cell, init, keys)
            else:
                self._carry_written(cell, init)
        if rebound:
            self._carry_rebound(rebound)
        return bool(written or rebound)

    def _written_outside(self, inside: set[Var]) -> dict[Cell, Operand]:
        """The cells of objects and memories from outside that the body writes, with what they hold before."""
        state = self.state
        found: dict[Cell, Operand] = {}
        for cell in sorted(state.written - self.inits.keys() - self.apart.keys()):
            if cell in self.before:
                found[cell] = self.before[cell]
            elif cell in state.memories and state.memories[cell].root not in inside:
                found[cell] = state.memories[cell].root
        return found

    def _carry_apart(self, cell: Cell, init: Operand, keys: entries.Keys) -> list[Cell]:
        """Carry a dict by its entries; those that are values, which any write binds anew."""
        self.apart[cell] = keys
        entries.take_apart(self.state, self.before, cell, init)
        arrays, others = self._by_reference(entries.cells(cell, keys))
        self.kept.update(arrays)
        return others

    def _carry_written(self, cell: Cell, init: Operand) -> None:
        self.state.store, self.state.builder = self.before, self.outer
        self.inits[cell] = made = self._made_again(init, cell)
        self.shapes[cell] = (made.kind, made.varied)
        if cell in self.stale:
            self.lost[cell] = self.stale[cell]

    def _carry_rebound(self, cells: list[Cell]) -> None:
        self.state.store, self.state.builder = self.before, self.outer
        entering, lost = self._entering(cells)
        self.inits.update(entering)
        self.stale.update(lost)
        self.lost.update(lost)
        self.shapes.update({cell: (init.kind, init.varied) for cell, init in entering.items()})
        for cell in entering:
            self.kept.pop(cell, None)

    def _order_as_found(self) -> None:
        """Carry in the order in which a first round finds it that expects nothing.

        First come the variables that are values, then the memories that are written, then what is bound anew.
        """
        def place(cell: Cell) -> tuple[int, Cell]:
            return 0 if cell in self.values else 1 if cell in self.state.memories else 2, cell

        order = sorted(self.inits, key=place)
        self.inits = {cell: self.inits[cell] for cell in order}
        self.shapes = {cell: self.shapes[cell] for cell in order}

    # -- behind the loop ----------------------------------------------------------------------------

    def _leave(self, params: dict[Cell, Var], inside: set[Var]) -> None:
        """Append the loop, with what it carries; the store becomes that behind it."""
        state, loop = self.state, self.loop
        self._note_found()
        stop = state.store.get(STOP, constant(False))
        loop.stop = None if truth(state.context, stop) is False else stop
        state.builder = self.outer
        results = self._finish(params, inside)
        self.outer.append(loop)
        memory.forget(state, self.known, inside)
        self.sharing.exit(self.inits, results)
        for cell, keys in self.apart.items():
            entries.put_together(state, cell, keys)
        if not _surely_runs(loop):
            state.store.update(self.lost)

    def _note_found(self) -> None:
        found = self.found
        found.starts = {cell: (init.kind, init.varied) for cell, init in self.inits.items()}
        found.shapes = {cell: self.shapes[cell] for cell in self.inits}
        found.apart, found.whole = list(self.apart), self.whole
        found.pairs, found.outside, found.holders = self.sharing.pairs, self.sharing.outside, self.sharing.holders

    def _finish(self, params: dict[Cell, Var], inside: set[Var]) -> dict[Cell, Var]:
        """Carry what the loop changes; what it leaves alone is its value before."""
        state = self.state
        after = dict(self.before)
        results: dict[Cell, Var] = {}
        unchanged: dict[Var, Operand] = {}

        def lift(operand: Operand) -> Operand:
            if not isinstance(operand, Var) or operand not in inside:
                return operand
            return self._carry(UNDEFINED, Var(operand.name, operand.kind, operand.varied), operand, operand.name)

        for cell, init in self.inits.items():
            out, param = state.store.get(cell, UNDEFINED), params[cell]
            if isinstance(init, Var):
                state.begun.setdefault(init, []).append(self.shapes[cell])
            if out is param and param.kind == init.kind or same(init, out):
                unchanged[param] = init
            elif memory.stale_name(out) is not None:
                after[cell] = out
            elif isinstance(out, Const) and is_code(out) and init is UNDEFINED:
                after[cell] = lifted(out, lift)
            else:
                after[cell] = results[cell] = self._carry(init, param, out, self._name(cell, init))
        substitute(self.loop, unchanged)
        state.store = after
        return results

    def _carry(self, init: Operand, param: Var, out: Operand, name: str) -> Var:
        context = self.state.context
        kind = join(init.kind, out.kind, context.fresh)
        varied = (init.varied or out.varied) and may_vary(kind)
        result = Var(name, kind, varied, self.f.location(self.node))
        self.loop.carries.append(Carry(init, param, out, result))
        self.state.note_unbound(result, [init])
        context.definitions[param] = self.loop
        return result

    def _name(self, cell: Cell, init: Operand) -> str:
        """What a carried variable is called; a memory is called as the variable that holds it."""
        if cell in self.state.memories:
            return getattr(init, "name", "")
        return "" if cell[1].startswith("<") else cell[1]


def _inside(loop: Loop, params: dict[Cell, Var]) -> set[Var]:
    """The variables that are bound inside a loop."""
    return {*loop.bound(), *params.values()}.union(*map(bound_inside, loop.blocks()))


def _surely_runs(loop: Loop) -> bool:
    """Whether there is at least one round."""
    if not isinstance(loop, For):
        return False
    bounds = [part.value for part in (loop.start, loop.end, loop.step) if isinstance(part, Const)]
    return len(bounds) == 3 and len(range(*bounds)) > 0


def _settle(
    state: State, cell: Cell, param: Var, out: Operand, shapes: dict[Cell, Shape], carried: Callable[[Kind], Kind]
) -> bool:
    kind, varied = shapes[cell]
    joined = carried(join(kind, out.kind, state.context.fresh))
    now = (joined, (varied or out.varied) and may_vary(joined))
    shapes[cell] = now
    seen = param in state.reads or joined != out.kind and param in state.unknown_joined
    if not seen and all(_covers(state, shape, now) for shape in state.begun.get(param, ())):
        param.kind, param.varied = now
        return True
    return now == (kind, varied)


def _covers(state: State, shape: Shape, start: Shape) -> bool:
    """Whether the rounds of a loop, of this shape, are the same where it begins with ``start``."""
    (kind, varied), (begins, begins_varied) = shape, start
    return (varied or not begins_varied) and (kind == begins or join(kind, begins, state.context.fresh) == kind)
