"""What a loop over elements adds to neighbours, as sums of neighbours in a loop behind it: for compiled code.

    for i in range(1, n - 1):                          padded = np.zeros(n + 2)
        bend_bar = k * new_bar[i]                      for i in range(1, n - 1):
        u_bar[i + 1] += bend_bar                           padded[i + 1] = k * new_bar[i]
        u_bar[i] -= 2.0 * bend_bar             ─▶      for i in range(n):
        u_bar[i - 1] += bend_bar                           u_bar[i] += padded[i] + padded[i + 2] - 2.0 * padded[i + 1]

A compiler runs a loop over several elements at once only if no round writes what another one writes. Nothing else in
the loop may have to do with the memory of what is added to, so that it is the same when it is added later. As in
`padded`, there are zeros beyond the ends of what is added.
"""
from __future__ import annotations

from collections.abc import Iterator

from s2sad.analyses.terms import Term, term_of
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import Assign, Block, Const, For, Function, Statement, Var, bound_inside, walk
from s2sad.rules.build import Context
from s2sad.rules.indexing import index_parts
from s2sad.transforms.elements.apart import MemoryOfRounds
from s2sad.transforms.elements.behind import Axis, Scatter, Target, add_behind
from s2sad.transforms.elements.memory import Memory
from s2sad.transforms.elements.shifted import Shifted, is_update, of_one_value, shifted, with_element

# From how many places on it pays, if all that the loop adds to an array can be added behind it and if there is more;
# of how many rounds at the least, where that is known.
_LEAST_PLACES, _MANY_PLACES = 2, 3
_LEAST_ROUNDS = 16


def gather_scattered(context: Context, function: Function) -> None:
    """Add to neighbours behind the loops over elements that do so."""
    found = list(_innermost(function.body, []))
    if not found:
        return
    memory = MemoryOfRounds(function)
    known = {*(param.var for param in function.params), *function.captures, *bound_inside(function.body)}
    block_of = {s: block for block in _all_blocks(function.body) for s in block.statements if isinstance(s, For)}
    for around, updates in found:
        for scatter in _scatters(context, memory, around, updates, known):
            add_behind(context, memory, block_of[scatter.axes[0].loop], scatter)


def _innermost(block: Block, around: list[For]) -> Iterator[tuple[list[For], list[Assign]]]:
    """Updates in the body of a loop, with the loops ``around`` them, each in the body of the one before it."""
    for s in block.statements:
        for inner in s.blocks():
            yield from _innermost(inner, [*around, s] if isinstance(s, For) and _is_plain(s) else [])
    updates = [s for s in block.statements if isinstance(s, Assign) and is_update(s)]
    if around and len(updates) >= _LEAST_PLACES:
        yield around, updates


def _all_blocks(block: Block) -> Iterator[Block]:
    yield block
    for s in block.statements:
        for inner in s.blocks():
            yield from _all_blocks(inner)


def _is_plain(loop: For) -> bool:
    return not loop.parallel and loop.stop is None and isinstance(loop.step, Const) and loop.step.value == 1


def _scatters(
    context: Context, memory: Memory, around: list[For], statements: list[Assign], known: set[Var],
) -> list[Scatter]:
    """Groups of updates that can stand behind the loops whose indices they name, of what is ``known`` here."""
    together: dict[tuple[object, ...], list[Shifted]] = {}
    indices: dict[Statement, list[Term]] = {}
    for s in statements:
        parts = _parts(context, s)
        update = shifted(context, s, [part.offset for part in parts]) if parts else None
        if update is not None:
            alike = [part.symbol if _loop_of(part, around) else part for part in parts]
            key: tuple[object, ...] = (memory.of(s.args[0]), *alike)
            indices[s] = parts
            together.setdefault(key, []).append(update)
    found: list[Scatter] = []
    for (held, *_), updates in together.items():
        parts = indices[updates[0].statement]
        axes = _axes(context, memory, around, parts, updates, known) if _are_many(updates) else []
        if not axes or axes[-1].loop.index is not parts[-1].symbol:
            continue
        groups = _groups(context, memory, updates, indices, axes)
        if _leaves_several(groups, updates, sum(memory.of(s.args[0]) is held for s in statements)):
            groups = [group for group in groups if len({one.offsets for one in group}) >= _MANY_PLACES]
        for scatter in [Scatter(axes, [Target(parts, group)]) for group in groups]:
            if any(axis.start + low < 0 for axis, (low, _) in zip(axes, scatter.ends(), strict=True)):
                continue  # places that count from the end
            other = next((one for one in found if one.takes_in(scatter, memory)), None)
            if other is None:
                found.append(scatter)
            else:
                other.targets += scatter.targets
    return found


def _groups(
    context: Context, memory: Memory, updates: list[Shifted], indices: dict[Statement, list[Term]], axes: list[Axis],
) -> list[list[Shifted]]:
    """Updates with one value, and others with the same but for an element of the place that they add to."""
    groups = of_one_value(updates)
    done = {update.statement for group in groups for update in group}
    left = [with_element(context, one, indices[one.statement]) for one in updates if one.statement not in done]
    return groups + of_one_value([one for one in left if one is not None and _is_steady(memory, one, axes)])


def _leaves_several(groups: list[list[Shifted]], updates: list[Shifted], count: int) -> bool:
    """Whether the loop would still add to several places of the array, which it adds to ``count`` times."""
    done = {update.statement for group in groups for update in group}
    return count > len(updates) or len({one.offsets for one in updates if one.statement not in done}) > 1


def _is_steady(memory: Memory, update: Shifted, axes: list[Axis]) -> bool:
    """Whether the array that elements are taken of is there behind the loops as it is in them."""
    body = axes[0].loop.body
    held = memory.of(update.along)  # type: ignore[arg-type]
    return update.along not in {*axes[0].loop.bound(), *bound_inside(body)} and not any(
        held in memory.written(s) for s in walk(body) if s.simple)


def _are_many(updates: list[Shifted]) -> bool:
    """Whether there are so many places, some of them along the last axis, that a compiler takes one after the other."""
    places = {update.offsets for update in updates}
    return len(places) >= _LEAST_PLACES and len({offsets[-1] for offsets in places}) > 1


def _parts(context: Context, s: Assign) -> list[Term]:
    """The index of an element that a number is added to; none if it is not understood."""
    held, index, value, *through = s.args
    kind = held.kind
    if through or not isinstance(kind, Array) or kind.dtype != "float64" or not isinstance(value.kind, Scalar):
        return []
    terms = [term_of(context, part) for part in index_parts(context, index) or []]
    found = [term for term in terms if term is not None]
    return found if len(found) == len(terms) == len(kind.dims or ()) else []


def _loop_of(part: Term, around: list[For]) -> For | None:
    return next((loop for loop in around if loop.index is part.symbol), None)


def _axes(
    context: Context, memory: Memory, around: list[For], parts: list[Term], updates: list[Shifted], known: set[Var],
) -> list[Axis]:
    """The loops that an index runs along, if updates there may as well stand behind them; else none.

    They are the inner ones, as long in all rounds of those around them; the other parts of the index stay the same.
    """
    along = {loop for part in parts if (loop := _loop_of(part, around))}
    loops = around[-len(along):] if along else []
    if not loops or set(loops) != along or len([part for part in parts if _loop_of(part, around)]) > len(along):
        return []
    inside = {loops[0].index, *bound_inside(loops[0].body)}
    axes = []
    for loop in loops:
        start, end = term_of(context, loop.start), term_of(context, loop.end)
        if end is not None and end.symbol is not None and end.symbol not in known:
            assert isinstance(loop.end, Var)
            end = Term(loop.end, 0)  # what it was computed of is the forward sweep's own
        if start is None or start.symbol is not None or end is None or end.symbol in inside:
            return []
        if end.symbol is None and end.offset - start.offset < _LEAST_ROUNDS:
            return []
        axes.append(Axis(loop, start.offset, end))
    steady = all(part.symbol not in inside and (part.symbol is None or part.symbol in known)
                 for part in parts if not _loop_of(part, around))
    held = memory.of(updates[0].statement.args[0])
    return axes if steady and _is_added_to(memory, held, walk(loops[0].body)) else []


def _is_added_to(memory: Memory, held: Var | None, statements: list[Statement]) -> bool:
    """Whether statements do nothing with memory but add numbers to elements of it."""
    return all(
        is_update(s) and len(s.args) == 3 and memory.of(s.args[0]) is held and isinstance(s.args[2].kind, Scalar)
        for s in statements if s.simple and held in memory.touched(s)
    )
