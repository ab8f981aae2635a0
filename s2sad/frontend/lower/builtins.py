"""Builtins that the compiler knows: what they do with tuples, lists and iterables that carry derivatives."""
from __future__ import annotations

import copy
import dataclasses
import functools
import types
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from s2sad.frontend.lower import comprehensions, copied, loops, memory
from s2sad.frontend.lower.attributes import attribute
from s2sad.frontend.lower.branches import branch
from s2sad.frontend.lower.containers import displayed, list_again, make_dict, make_tuple
from s2sad.frontend.lower.displays import unpacked
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.iteration import (
    Iteration,
    Opaque,
    Spelled,
    backwards,
    enumerated,
    mapped,
    of_value,
    zipped,
)
from s2sad.frontend.lower.kept import kept_call
from s2sad.frontend.lower.operators import operator
from s2sad.frontend.lower.primitives import primitive, unknown
from s2sad.frontend.lower.records import construct
from s2sad.frontend.lower.state import Frame, Partial
from s2sad.frontend.lower.subscripts import subscript
from s2sad.ir.kinds import NEVER, Array, Dict, List, Object, Scalar, Tuple, is_numeric
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant

Handler = Callable[[Frame, Any, list[Operand], dict[str, Operand]], Operand]


def special(f: Frame, node: Any, callee: Operand) -> Operand | None:
    """Calls whose arguments are not evaluated as usual: `sum` of a generator expression."""
    if not isinstance(callee, Const) or callee.value is not sum or node.keywords:
        return None
    if not (node.args and isinstance(node.args[0], (gast.GeneratorExp, gast.ListComp))):
        return None
    start = expression(f, node.args[1]) if len(node.args) > 1 else constant(0)
    elt = node.args[0].elt

    def step(inner: Frame, so_far: Operand) -> Operand:
        return operator(inner, node, "add", so_far, expression(inner, elt))

    return comprehensions.accumulate(f, node.args[0], start, step)


def _sum(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    value, start = args[0], args[1] if len(args) > 1 else keywords.get("start", constant(0))
    if isinstance(value.kind, Array) and len(args) == 1 and not keywords:
        return f.builder.emit("builtins.sum", value)
    return _fold(f, node, value, start, lambda so_far, item: operator(f, node, "add", so_far, item))


def _fold(
    f: Frame, node: Any, value: Operand, start: Operand, step: Callable[[Operand, Operand], Operand]
) -> Operand:
    """Accumulate over the items of a value, in a loop where their number is not known."""

    over = of_value(f, node, value)
    if isinstance(over, Opaque):
        return kept_call(f, node, constant(sum, "sum"), [value, start], {})
    return _accumulated(f, node, over, start, step)


def _accumulated(
    f: Frame, node: Any, over: Iteration, start: Operand, step: Callable[[Operand, Operand], Operand]
) -> Operand:
    if isinstance(over, Spelled):
        for item in over.items:
            start = step(start, item)
        return start
    cell = f.state.temporary()
    f.state.write(cell, start)

    def body(item: Operand) -> None:
        f.state.write(cell, step(f.state.read(cell), item))

    loops.run(f, node, over, body, {cell}, "")
    return f.state.store.pop(cell)


def _reduce(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """`functools.reduce`, as the loop that it is."""
    from s2sad.frontend.lower.calls import call

    over = None if keywords or len(args) < 2 else of_value(f, node, args[1])
    if over is None or isinstance(over, Opaque) or over == Spelled([]):
        return kept_call(f, node, constant(functools.reduce, "functools:reduce"), args, keywords)
    if len(args) == 3:
        start = args[2]
    elif isinstance(over, Spelled):
        start, over = over.items[0], Spelled(over.items[1:])
    else:
        start = over.item(over.start)
        over = dataclasses.replace(over, start=operator(f, node, "add", over.start, over.step))
    return _accumulated(f, node, over, start, lambda so_far, item: call(f, node, args[0], [so_far, item], {}))


def _select(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """`np.select` of lists that are written in the call: the first test that holds chooses."""
    names = ("condlist", "choicelist", "default")
    bound = {**dict(zip(names, args, strict=False)), **keywords}
    trees = {**dict(zip(names, node.args, strict=False)), **{one.arg: one.value for one in node.keywords}}
    written = all(isinstance(trees.get(name), (gast.List, gast.Tuple)) for name in names[:2])
    tests, choices = (_display(f, bound[name]) if written else [] for name in names[:2])
    if not tests or len(tests) != len(choices):
        return kept_call(f, node, constant(np.select, "np.select"), args, keywords)
    result = bound.get("default", constant(0))
    for test, choice in reversed(list(zip(tests, choices, strict=True))):
        result = primitive(f, node, "numpy.where", [test, choice, result], {})
    return result


def _diff(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """`np.diff`: of neighbours along one axis, the difference of two slices that it is."""
    bound = {**dict(zip(("a", "n", "axis"), args, strict=False)), **keywords}
    x, (times, axis) = bound.get("a"), (_literal(bound.get("n"), 1), _literal(bound.get("axis"), -1))
    rank = x.kind.ndim if x is not None and isinstance(x.kind, Array) and x.kind.dtype.startswith("float") else None
    known = rank and times in (1, 2, 3) and type(axis) is int and -rank <= axis < rank
    if x is None or not rank or not known or not x.varied or set(bound) - {"a", "n", "axis"}:
        return primitive(f, node, "numpy.diff", args, keywords)
    for _ in range(times):
        x = _difference_along(f, node, x, axis % rank)
    return x


def _difference_along(f: Frame, node: Any, x: Operand, axis: int) -> Operand:
    before = [f.builder.emit("s2sad.slice", *[constant(None)] * 3) for _ in range(axis)]

    def part(*bounds: int | None) -> Operand:
        along = f.builder.emit("s2sad.slice", *map(constant, bounds))
        return subscript(f, node, x, f.builder.emit("s2sad.tuple", *before, along) if before else along)

    return operator(f, node, "sub", part(1, None, None), part(None, -1, None))


def _literal(operand: Operand | None, default: int) -> Any:
    """What a literal argument is; None where only the run knows it."""
    return default if operand is None else getattr(operand, "value", None)


def _display(f: Frame, operand: Operand) -> list[Operand]:
    made = f.state.context.definition(operand, "s2sad.list") or f.state.context.definition(operand, "s2sad.tuple")
    return [] if made is None else list(made.args)


def collected(f: Frame, node: Any, over: Iteration) -> Operand:
    """The items of an iteration as a list."""
    empty = f.builder.emit("s2sad.list", kind=List(NEVER), varied=False)
    if isinstance(over, Spelled):
        return f.builder.emit("s2sad.list", *over.items) if over.items else empty
    return _accumulated(f, node, over, empty, lambda so_far, item: _appended(f, so_far, item))


def _appended(f: Frame, so_far: Operand, item: Operand) -> Operand:
    made = f.builder.emit("s2sad.append", so_far, item)
    memory.gather(f.state, made, [so_far])
    memory.hold(f.state, made, [item])
    return made


def _extremum(name: str) -> Handler:
    def lower(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
        if keywords:
            return unknown(f, node, f"builtins.{name}", [*args, *keywords.values()], keywords=tuple(keywords))

        def step(so_far: Operand, item: Operand) -> Operand:
            return f.builder.emit(f"builtins.{name}", so_far, item)

        if len(args) > 1:
            result = args[0]
            for arg in args[1:]:
                result = step(result, arg)
            return result
        value = args[0]
        items = displayed(f, value)
        if items is None and isinstance(value.kind, Tuple):
            items = [subscript(f, node, value, constant(i)) for i in range(len(value.kind.items))]
        if items:
            result = items[0]
            for item in items[1:]:
                result = step(result, item)
            return result
        if isinstance(value.kind, Array) and value.kind.ndim == 1:
            return f.builder.emit(f"numpy.{name}", value)
        if isinstance(value.kind, List):
            return _fold(f, node, value, subscript(f, node, value, constant(0)), step)
        return unknown(f, node, f"builtins.{name}", args)

    return lower


def _power(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if len(args) == 2 and not keywords:
        return operator(f, node, "pow", *args)
    return unknown(f, node, "builtins.pow", [*args, *keywords.values()], keywords=tuple(keywords))


def _divmod(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    return make_tuple(f, [operator(f, node, "floordiv", *args), operator(f, node, "mod", *args)])


def _tuple_of(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if not args:
        return constant(())
    items = displayed(f, args[0])
    if items is not None:
        return make_tuple(f, items)
    if isinstance(args[0].kind, Tuple):
        return args[0]
    if isinstance(args[0].kind, List):
        made = f.builder.emit("builtins.tuple", args[0], kind=List(args[0].kind.item, tuple))
        memory.gather(f.state, made, args)
        return made
    return unknown(f, node, "builtins.tuple", args)


def _list_of(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if not args:
        return f.builder.emit("s2sad.list", kind=List(NEVER), varied=False)
    if isinstance(args[0].kind, Tuple):
        return f.builder.emit("s2sad.list", *unpacked(f, node, args[0]))
    if isinstance(args[0].kind, List):
        if args[0].kind.cls is tuple:
            made = f.builder.emit("builtins.list", args[0], kind=List(args[0].kind.item))
            memory.gather(f.state, made, args)
            return made
        return list_again(f, args[0])
    if isinstance(args[0].kind, Dict):
        return f.builder.emit("s2sad.list", *[constant(key) for key, _ in args[0].kind.items])
    return unknown(f, node, "builtins.list", args)


def _sorted(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """The keys of a dict in their order; what else is sorted is a call like any other."""
    kind = args[0].kind
    keys = [key for key, _ in kind.items if isinstance(key, str)] if isinstance(kind, Dict) and not keywords else []
    if isinstance(kind, Dict) and keys and len(keys) == len(kind.items):
        return f.builder.emit("s2sad.list", *[constant(key) for key in sorted(keys)])
    return kept_call(f, node, constant(sorted, "sorted"), args, keywords)


def _dict_of(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if not args:
        return make_dict(f, tuple(keywords), list(keywords.values()))
    if isinstance(args[0].kind, Dict):
        entries: dict[Any, Operand] = {}
        for key, _ in args[0].kind.items:
            entries[key] = subscript(f, node, args[0], constant(key))
        entries.update(keywords)
        return make_dict(f, tuple(entries), list(entries.values()))
    return kept_call(f, node, constant(dict, "dict"), args, keywords)


def _round(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if len(args) == 1 and isinstance(args[0].kind, Scalar):
        return f.builder.emit("builtins.round", args[0])
    operands = [*args, *keywords.values()]
    return f.builder.emit("builtins.round", *operands, keywords=tuple(keywords), kind=args[0].kind, varied=False)


def _float(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if args and is_numeric(args[0].kind) or args and not args[0].varied:
        return f.builder.emit("builtins.float", *args)
    return unknown(f, node, "builtins.float", args)


def _getattr(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if len(args) >= 2 and isinstance(args[1], Const) and isinstance(args[1].value, str):
        kind, name = args[0].kind, args[1].value
        if len(args) == 3 and isinstance(kind, Object) and kind.get(name) is None and not hasattr(kind.cls, name):
            return args[2]
        return attribute(f, node, args[0], name)
    return unknown(f, node, "builtins.getattr", args)


def _partial(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if not isinstance(args[0], Const):
        f.fail(node, "which function functools.partial gets is known only at run time")
    return constant(Partial(args[0], tuple(args[1:]), tuple(keywords.items())))


def _iterable(function: Any) -> Handler:
    """`map`, `zip` and their kin as a value: the list of their items, if it carries derivatives."""
    def lower(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:

        values = args[1:] if function is map else args
        called = function is map and not is_library(args[0])
        if keywords or not values or not (called or any(value.varied for value in values)):
            return kept_call(f, node, constant(function, function.__name__), args, keywords)
        parts = [of_value(f, node, value) for value in values]
        if function is map:
            return collected(f, node, mapped(f, node, args[0], parts))
        if function is zip:
            return collected(f, node, zipped(f, node, parts))
        if function is enumerate:
            return collected(f, node, enumerated(f, node, parts[0], values[1] if len(values) > 1 else constant(0)))
        return collected(f, node, backwards(f, node, parts[0]))

    return lower


def is_library(function: Operand) -> bool:
    return isinstance(function, Const) and isinstance(function.value, (type, types.BuiltinFunctionType))


def _filter(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.calls import call

    function, value = args
    if not value.varied:
        return kept_call(f, node, constant(filter, "filter"), args, keywords)
    cell = f.state.temporary()
    f.state.write(cell, f.builder.emit("s2sad.list", kind=List(NEVER), varied=False))

    def body(item: Operand) -> None:
        known = isinstance(function, Const) and function.value is None
        test = item if known else call(f, node, function, [item], {})
        branch(f, node, test, lambda: append(item), lambda: None)

    def append(item: Operand) -> None:
        f.state.write(cell, _appended(f, f.state.read(cell), item))

    loops.run(f, node, of_value(f, node, value), body, {cell}, "")
    return f.state.store.pop(cell)


def _replace(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """`dataclasses.replace`."""
    kind = args[0].kind
    if not isinstance(kind, Object) or not dataclasses.is_dataclass(kind.cls):
        return kept_call(f, node, constant(dataclasses.replace, "dataclasses:replace"), args, keywords)
    fields = {field.name: attribute(f, node, args[0], field.name) for field in dataclasses.fields(kind.cls)
              if field.init and field.name not in keywords}
    return construct(f, node, constant(kind.cls, class_path(kind.cls)), kind.cls, [], {**fields, **keywords})


def class_path(cls: type) -> str:
    return f"{cls.__module__}:{cls.__qualname__}"


def _slice(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    none = constant(None)
    parts = {1: [none, *args, none], 2: [*args, none]}.get(len(args), args)
    return f.builder.emit("s2sad.slice", *parts)


def _refused(what: str, hint: str) -> Handler:
    def lower(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
        f.fail(node, f"`{what}` is not supported in a function that is differentiated", hint)

    return lower


HANDLERS: dict[Any, Handler] = {
    sum: _sum,
    max: _extremum("max"),
    min: _extremum("min"),
    pow: _power,
    divmod: _divmod,
    tuple: _tuple_of,
    list: _list_of,
    dict: _dict_of,
    sorted: _sorted,
    round: _round,
    slice: _slice,
    float: _float,
    getattr: _getattr,
    functools.partial: _partial,
    functools.reduce: _reduce,
    np.select: _select,
    np.diff: _diff,
    eval: _refused("eval", "write the expression out"),
    exec: _refused("exec", "write the statements out"),
    setattr: _refused("setattr", "assign the attribute: obj.name = value"),
    locals: _refused("locals", "name the variables"),
    globals: _refused("globals", "name the variables"),
    map: _iterable(map),
    zip: _iterable(zip),
    enumerate: _iterable(enumerate),
    reversed: _iterable(reversed),
    filter: _filter,
    dataclasses.replace: _replace,
    copy.copy: copied.shallow,
    copy.deepcopy: copied.deep,
}
