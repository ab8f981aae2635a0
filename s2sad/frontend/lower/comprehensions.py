"""Comprehensions: loops that append to a list."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.bound import bound_names
from s2sad.frontend.lower import iterators, loops, memory, objects
from s2sad.frontend.lower.branches import branch
from s2sad.frontend.lower.containers import make_dict
from s2sad.frontend.lower.expressions import condition, expression
from s2sad.frontend.lower.iteration import Spelled, iteration
from s2sad.frontend.lower.known import truth
from s2sad.frontend.lower.opaque import opaque
from s2sad.frontend.lower.spelled import round_by_round
from s2sad.frontend.lower.state import Cell, Frame, LocalFunction
from s2sad.frontend.lower.targets import assign
from s2sad.ir.kinds import NEVER, List
from s2sad.ir.nodes import Operand

ACCUMULATOR = "<accumulator>"


def list_comprehension(f: Frame, node: Any) -> Operand:
    empty = f.builder.emit("s2sad.list", kind=List(NEVER), varied=False)

    def append(inner: Frame, so_far: Operand) -> Operand:
        item = expression(inner, node.elt)
        made = inner.state.context.definition(so_far, "s2sad.list")
        if made is not None:  # not in a loop: the list is spelled out
            return inner.builder.emit("s2sad.list", *made.args, item)
        item = objects.value(inner, node, item)
        longer = inner.builder.emit("s2sad.append", so_far, item)
        memory.gather(inner.state, longer, [so_far])
        memory.hold(inner.state, longer, [item])
        return longer

    return accumulate(f, node, empty, append)


def accumulate(f: Frame, node: Any, start: Operand, step: Callable[[Frame, Operand], Operand]) -> Operand:
    """Run the loops of a comprehension; ``step`` gives the next value of what they accumulate."""
    names = bound_names(f.source, [generator.target for generator in node.generators])
    inner = f.state.new_frame(f.source, names, f, f.function)
    cell: Cell = (inner.number, ACCUMULATOR)
    f.state.write(cell, start)
    _generator(inner, node, 0, cell, lambda: f.state.write(cell, step(inner, f.state.read(cell))))
    result = f.state.store[cell]
    for key in [key for key in f.state.store if key[0] == inner.number]:
        if not _escapes(f, key):
            del f.state.store[key]
    return result


def _escapes(f: Frame, cell: Cell) -> bool:
    """Whether a function made in the comprehension may still read its variables."""
    if cell[1] == ACCUMULATOR:
        return False
    return any(isinstance(getattr(value, "value", None), LocalFunction) for value in f.state.store.values())


def _generator(f: Frame, node: Any, number: int, cell: Cell, innermost: Callable[[], None]) -> None:
    if number == len(node.generators):
        innermost()
        return
    generator = node.generators[number]
    if generator.is_async:
        f.fail(node, "an async comprehension is not supported")
    parts = [one for one in (getattr(node, "elt", None), *generator.ifs) if one is not None]
    over = round_by_round(f, iteration(f, generator.iter), generator.target, parts)

    def tests(remaining: list[Any]) -> None:
        if not remaining:
            _generator(f, node, number + 1, cell, innermost)
            return
        test = condition(f, remaining[0])
        branch(f, node, test, lambda: tests(remaining[1:]), lambda: None)

    def body(item: Operand) -> None:
        assign(f, generator.target, item)
        tests(generator.ifs)

    cells = loops.assigned_cells(f, [generator.target, *_walruses(node)]) | {cell}
    for later in node.generators[number + 1 :]:
        cells |= loops.assigned_cells(f, [later.target])
    name = generator.target.id if isinstance(generator.target, gast.Name) else ""
    loops.run(f, node, over, body, cells, name)


def _walruses(node: Any) -> list[Any]:
    return [inner for inner in gast.walk(node) if isinstance(inner, gast.NamedExpr)]


def generator(f: Frame, node: Any) -> Operand:
    made = list_comprehension(f, node)
    iterators.mark(f, made)
    return made


def dict_comprehension(f: Frame, node: Any) -> Operand:
    """Over entries that are known one by one, a dict with known keys; otherwise it stays as written."""
    generator = node.generators[0]
    inner = f.state.new_frame(f.source, bound_names(f.source, [generator.target]), f, f.function)
    over = iteration(inner, generator.iter) if len(node.generators) == 1 else None
    if not isinstance(over, Spelled):
        return opaque(f, node)
    entries: dict[Any, Operand] = {}
    for item in over.items:
        _dict_entry(inner, node, generator, item, entries)
    return make_dict(f, tuple(entries), list(entries.values()))


def _dict_entry(f: Frame, node: Any, generator: Any, item: Operand, entries: dict[Any, Operand]) -> None:
    assign(f, generator.target, item)
    for test in generator.ifs:
        known = truth(f.state.context, condition(f, test))
        if known is None:
            f.fail(test, "which keys this dict has is known only at run time", "use a list, or test the values later")
        if not known:
            return
    key = getattr(expression(f, node.key), "value", None)
    if not isinstance(key, (str, int, bool)):
        f.fail(node.key, "the keys of this dict are known only at run time", "use keys that are literals")
    entries[key] = expression(f, node.value)
