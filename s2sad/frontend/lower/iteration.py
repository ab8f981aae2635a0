"""What a loop runs over: everything of known length becomes a range and a way to get the item."""
from __future__ import annotations

import dataclasses
import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gast

from s2sad.analyses.provenance import not_understood
from s2sad.dispatchers import is_prange
from s2sad.frontend.lower.containers import displayed, make_tuple
from s2sad.frontend.lower.displays import unpacked
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.kept import kept_call
from s2sad.frontend.lower.operators import operator
from s2sad.frontend.lower.primitives import solid
from s2sad.frontend.lower.state import Bound, Frame, LocalFunction
from s2sad.frontend.lower.subscripts import subscript
from s2sad.ir.kinds import INT, STR, Array, Dict, List, Tuple
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant


@dataclass(frozen=True)
class Counted:
    """Items numbered by a range; ``item`` emits the item for an index of it, the index itself if ``plain``.

    ``parallel`` says that their iterations may be run at once.
    """

    start: Operand
    end: Operand
    step: Operand
    item: Callable[[Operand], Operand]
    plain: bool = False
    whole: Operand | None = None
    parallel: bool = False


@dataclass(frozen=True)
class Spelled:
    """Items that are known one by one: of a tuple, or the entries of a dict with known keys."""

    items: list[Operand]


@dataclass(frozen=True)
class Opaque:
    """Anything else that Python can iterate over; ``item`` makes the item of what it gives."""

    iterable: Operand
    item: Callable[[Operand], Operand] = lambda value: value


Iteration = Counted | Spelled | Opaque

ZERO, ONE = constant(0), constant(1)


def iteration(f: Frame, node: Any) -> Iteration:
    if isinstance(node, gast.Call) and isinstance(node.func, (gast.Name, gast.Attribute)):
        found = _of_call(f, node)
        if found is not None:
            return found
    return of_value(f, node, expression(f, node))


def of_value(f: Frame, node: Any, value: Operand) -> Iteration:
    value = solid(f, value)
    if (items := displayed(f, value) or _keys(f, node, value)) is not None:
        return Spelled(items)
    kind = value.kind
    if isinstance(kind, Tuple):
        return Spelled(unpacked(f, node, value))
    if isinstance(kind, Dict):
        return Spelled([constant(key) for key, _ in kind.items])
    if isinstance(kind, (Array, List)):
        if isinstance(kind, Array) and kind.dims is None and value.varied:
            f.fail(node, "whether this is an array is not known", "annotate it")
        end = f.builder.emit("builtins.len", value)
        return Counted(ZERO, end, ONE, lambda index: subscript(f, node, value, index), whole=value)
    if value.varied:
        raise not_understood(f.state.context, value, f.location(node))
    return Opaque(value)


def _keys(f: Frame, node: Any, value: Operand) -> list[Operand] | None:
    """The texts of a list of literals that was written here, or has a name and is read only."""
    made = f.state.context.definition(value, "s2sad.list")
    if made is None or not made.args or not all(isinstance(arg, Const) and arg.kind == STR for arg in made.args):
        return None
    return list(made.args) if isinstance(node, gast.List) or _is_only_read(f, node) else None


def _is_only_read(f: Frame, node: Any) -> bool:
    """Whether a name is assigned once and stands only where loops run over it, and where its length is asked for."""
    if not isinstance(node, gast.Name):
        return False
    harmless = 0
    for inner in gast.walk(f.source.tree):
        if isinstance(inner, (gast.For, gast.comprehension)):
            harmless += _is_named(inner.iter, node.id)
        elif isinstance(inner, gast.Call) and getattr(inner.func, "id", "") in ("len", "enumerate", "zip", "reversed"):
            harmless += sum(_is_named(arg, node.id) for arg in inner.args)
        elif isinstance(inner, gast.Assign):
            harmless += sum(_is_named(target, node.id) for target in inner.targets)
    named = [one for one in gast.walk(f.source.tree) if _is_named(one, node.id)]
    return harmless == len(named) and sum(isinstance(one.ctx, gast.Store) for one in named) == 1


def _is_named(node: Any, name: str) -> bool:
    return isinstance(node, gast.Name) and node.id == name


def _of_call(f: Frame, node: Any) -> Iteration | None:
    if isinstance(node.func, gast.Attribute) and not _is_of_module(f, node.func):
        return None if node.keywords else _of_dict(f, node)
    callee = expression(f, node.func)
    if not isinstance(callee, Const) or any(isinstance(arg, gast.Starred) for arg in node.args):
        return None
    parallel = is_prange(callee.value)
    function = range if parallel else callee.value
    if function in (sorted, list, tuple) and len(node.args) == 1:
        return _of_entries(f, node, function)
    if function not in (range, zip, enumerate, reversed, map):
        return None
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    if keywords and (function is not enumerate or set(keywords) != {"start"}):
        return None
    if function is range:
        counted = _range([expression(f, arg) for arg in node.args])
        return dataclasses.replace(counted, parallel=True) if parallel and f.state.parallel else counted
    if function is zip and node.args:
        return zipped(f, node, [iteration(f, arg) for arg in node.args])
    if function is map and len(node.args) > 1:
        return mapped(f, node, expression(f, node.args[0]), [iteration(f, arg) for arg in node.args[1:]])
    if function is enumerate and node.args:
        start_node = keywords.get("start") or (node.args[1] if len(node.args) > 1 else None)
        start = ZERO if start_node is None else expression(f, start_node)
        return enumerated(f, node, iteration(f, node.args[0]), start)
    if function is reversed and node.args:
        return backwards(f, node, iteration(f, node.args[0]))
    return None


def _of_entries(f: Frame, node: Any, function: Any) -> Iteration | None:
    """A list of the keys or items of a dict that has a name, in the order of the keys if they are sorted."""
    argument, over = node.args[0], None
    if isinstance(argument, gast.Name):
        value = expression(f, argument)
        over = of_value(f, argument, value) if isinstance(value.kind, Dict) else None
    elif isinstance(argument, gast.Call) and isinstance(getattr(argument.func, "value", None), gast.Name):
        over = _of_dict(f, argument)
    if over is None or function is not sorted and not node.keywords:
        return over
    options = {keyword.arg: getattr(keyword.value, "value", None) for keyword in node.keywords}
    if not isinstance(over, Spelled) or options not in ({}, {"reverse": True}, {"reverse": False}):
        return None
    return _in_order(f, over, options.get("reverse", False))


def _in_order(f: Frame, over: Spelled, backwards: bool) -> Iteration | None:
    """Items in the order of the literals that they are, or begin with."""
    keys: list[Any] = [getattr((displayed(f, item) or [item])[0], "value", None) for item in over.items]
    if len({type(key) for key in keys}) != 1 or type(keys[0]) not in (int, str) or len(set(keys)) < len(keys):
        return None
    pairs = sorted(zip(keys, over.items, strict=True), key=lambda pair: pair[0], reverse=backwards)
    return Spelled([item for _, item in pairs])


def _is_of_module(f: Frame, func: Any) -> bool:
    if not isinstance(func.value, gast.Name):
        return False
    owner = expression(f, func.value)
    return isinstance(owner, Const) and isinstance(owner.value, types.ModuleType)


def _of_dict(f: Frame, node: Any) -> Iteration | None:
    if node.func.attr not in ("items", "keys", "values") or node.args:
        return None
    base = expression(f, node.func.value)
    if not isinstance(base.kind, Dict):
        return None
    keys = [constant(key) for key, _ in base.kind.items]
    if node.func.attr == "keys":
        return Spelled(list(keys))
    values = [subscript(f, node, base, key) for key in keys]
    if node.func.attr == "values":
        return Spelled(values)
    return Spelled([make_tuple(f, [key, value]) for key, value in zip(keys, values, strict=True)])


def _range(args: list[Operand]) -> Counted:
    start: Operand = ZERO
    end: Operand = args[0]
    step: Operand = ONE
    if len(args) > 1:
        start, end = args[:2]
    if len(args) > 2:
        step = args[2]
    return Counted(start, end, step, lambda index: index, plain=True)


def numbered(f: Frame, node: Any, over: Iteration) -> Counted | None:
    """The same items, numbered from 0; None where they cannot be."""
    if isinstance(over, Counted):
        if _is(over.start, 0) and _is(over.step, 1):
            return over
        count = _count(f, over)

        def item(index: Operand) -> Operand:
            offset = index if _is(over.step, 1) else f.builder.emit("operator.mul", index, over.step)
            place = offset if _is(over.start, 0) else f.builder.emit("operator.add", over.start, offset)
            return over.item(place)

        return Counted(ZERO, count, ONE, item)
    if isinstance(over, Spelled):

        whole = make_tuple(f, over.items)
        return Counted(ZERO, constant(len(over.items)), ONE, lambda index: subscript(f, node, whole, index))
    return None


def _is(operand: Operand, value: int) -> bool:
    return isinstance(operand, Const) and operand.value == value and operand.kind == INT


def _count(f: Frame, over: Counted) -> Operand:
    whole = f.builder.emit("builtins.range", over.start, over.end, over.step)
    return f.builder.emit("builtins.len", whole)


def mapped(f: Frame, node: Any, function: Operand, parts: list[Iteration]) -> Iteration:
    """`map`: what the function gives for each item."""
    from s2sad.frontend.lower.calls import call

    def item(value: Operand) -> Operand:
        args = [value] if len(parts) == 1 else displayed(f, value) or []
        return call(f, node, function, args, {})

    over = parts[0] if len(parts) == 1 else zipped(f, node, parts)
    if isinstance(over, Spelled):
        return Spelled([item(value) for value in over.items])
    if isinstance(over, Opaque):
        return Opaque(over.iterable, lambda value: item(over.item(value)))
    return Counted(over.start, over.end, over.step, lambda index: item(over.item(index)))


def _bounded(f: Frame, node: Any, part: Opaque, others: list[Counted]) -> Counted:
    """An iterable of unknown length beside some of known length: as many of its items as they have."""
    import itertools


    end = others[0].end
    for other in others[1:]:
        end = f.builder.emit("builtins.min", end, other.end)
    taken = kept_call(f, node, constant(itertools.islice, "itertools:islice"), [part.iterable, end], {})
    items = kept_call(f, node, constant(list, "list"), [taken], {})
    count = f.builder.emit("builtins.len", items)
    return Counted(ZERO, count, ONE, lambda index: part.item(f.builder.emit("s2sad.getitem", items, index)))


def zipped(f: Frame, node: Any, parts: list[Iteration]) -> Iteration:
    if all(isinstance(part, Spelled) for part in parts):
        rows = zip(*(part.items for part in parts if isinstance(part, Spelled)), strict=False)
        return Spelled([make_tuple(f, list(row)) for row in rows])
    counted = [numbered(f, node, part) for part in parts]
    lengths = [part for part in counted if part is not None]
    if not lengths:
        f.fail(node, "`zip` over iterables of whose lengths nothing is known", "make a list of one of them first")
    known: list[Counted] = []
    for found, part in zip(counted, parts, strict=True):
        if isinstance(part, Opaque):
            known.append(_bounded(f, node, part, lengths))
        elif found is not None:
            known.append(found)
    end = known[0].end
    for part in known[1:]:
        end = f.builder.emit("builtins.min", end, part.end)
    return Counted(ZERO, end, ONE, lambda index: make_tuple(f, [part.item(index) for part in known]))


def enumerated(f: Frame, node: Any, over: Iteration, start: Operand) -> Iteration:
    if isinstance(over, Spelled):
        numbers = [operator(f, node, "add", start, constant(i)) for i in range(len(over.items))]
        return Spelled([make_tuple(f, [n, item]) for n, item in zip(numbers, over.items, strict=True)])
    counted = numbered(f, node, over)
    if counted is None:
        f.fail(node, "`enumerate` over something whose length is not known", "make a list of it first")

    def item(index: Operand) -> Operand:
        number = index if _is(start, 0) else f.builder.emit("operator.add", start, index)
        return make_tuple(f, [number, counted.item(index)])

    return Counted(ZERO, counted.end, ONE, item)


def backwards(f: Frame, node: Any, over: Iteration) -> Iteration:
    if isinstance(over, Spelled):
        return Spelled(over.items[::-1])
    counted = numbered(f, node, over)
    if counted is None:
        f.fail(node, "`reversed` of something whose length is not known", "make a list of it first")
    last = f.builder.emit("operator.sub", counted.end, ONE)
    return Counted(last, constant(-1), constant(-1), counted.item)


def is_generator(callee: Any) -> bool:
    """Whether calling this gives a generator."""
    if isinstance(callee, Bound):
        callee = callee.function
    if isinstance(callee, LocalFunction):
        return any(isinstance(node, (gast.Yield, gast.YieldFrom)) for node in gast.walk(callee.tree))
    return inspect.isgeneratorfunction(callee)
