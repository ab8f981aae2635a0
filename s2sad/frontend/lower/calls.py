"""Calls: primitives, Python functions in line, containers and classes, and what is kept as it stands."""
from __future__ import annotations

import dataclasses
import functools
import sys
import types
from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.lower import comprehensions, functions
from s2sad.frontend.lower.iteration import Counted, Opaque, Spelled, is_generator, of_value
from s2sad.frontend.lower.state import Bound, Frame, LocalFunction, Partial
from s2sad.ir.kinds import (
    STR,
    UNKNOWN,
    Array,
    Dict,
    List,
    Object,
    Scalar,
    Static,
    Tuple,
    is_mutable,
    is_numeric,
    kind_of,
    may_vary,
)
from s2sad.ir.nodes import Const, Effect, Operand, Var
from s2sad.rules.build import constant
from s2sad.rules.methods import METHODS, PURE_METHODS, is_harmless
from s2sad.rules.table import by_object

# NumPy functions that write into an argument.
IN_PLACE = {"copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis", "shuffle", "at"}


def lower_call(f: Frame, node: Any) -> Operand:
    from s2sad.frontend.lower.expressions import expression

    if isinstance(node.func, gast.Attribute):
        receiver = expression(f, node.func.value)
        if not (isinstance(receiver, Const) and isinstance(receiver.kind, Static)):
            return _method_call(f, node, receiver)
    callee = expression(f, node.func)
    special = _special(f, node, callee)
    if special is not None:
        return special
    args, keywords = arguments(f, node)
    return call(f, node, callee, args, keywords)


def arguments(f: Frame, node: Any) -> tuple[list[Operand], dict[str, Operand]]:
    from s2sad.frontend.lower.expressions import elements, expression, subscript

    args = elements(f, node.args)
    keywords: dict[str, Operand] = {}
    for keyword in node.keywords:
        value = expression(f, keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value.kind, Dict):
            for key, _ in value.kind.items:
                keywords[str(key)] = subscript(f, node, value, constant(key))
        else:
            f.fail(keyword.value, "the keys that `**` takes apart are known only at run time")
    return args, keywords


def call(f: Frame, node: Any, callee: Operand, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    """Call what an operand denotes."""
    f.builder.origin = f.location(node)
    if isinstance(callee, Var) and isinstance(callee.kind, Static):
        callee = Const(callee.kind.value, callee.kind, callee.name)
    if not (isinstance(callee, Const) and isinstance(callee.kind, Static)):
        return _call_object(f, node, callee, args, keywords)
    function = getattr(callee.value, "__s2sad_primal__", callee.value)
    if isinstance(function, Bound):
        return call(f, node, constant(function.function), [function.receiver, *args], keywords)
    if isinstance(function, Partial):
        merged = {**dict(function.keywords), **keywords}
        return call(f, node, function.function, [*function.args, *args], merged)
    if is_generator(function):
        if not any(operand.varied for operand in [*args, *keywords.values()]) and not isinstance(function, LocalFunction):
            return _kept_call(f, node, callee, args, keywords)
        f.fail(node, "a generator function cannot be differentiated", "return a list of the values instead")
    if isinstance(function, LocalFunction):
        return functions.inline(f, node, function, args, keywords)
    handler = HANDLERS.get(function) if _hashable(function) else None
    if handler is not None:
        return handler(f, node, args, keywords)
    if isinstance(function, functools.partial):
        return _call_partial(f, node, callee, function, args, keywords)
    name = by_object().get(function) if _hashable(function) else None
    if name is not None:
        return _call_primitive(f, node, name, args, keywords)
    return _call_python(f, node, callee, function, args, keywords)


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _call_primitive(f: Frame, node: Any, name: str, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import primitive

    if "out" in keywords:
        if any(operand.varied for operand in [*args, *keywords.values()]):
            f.fail(node, "`out=` writes in place: arrays that carry derivatives cannot be updated in place yet",
                   "assign the result")
        return _kept_call(f, node, constant(None, _dotted(name)), args, keywords)
    return primitive(f, node, name, args, keywords)


def _dotted(name: str) -> str:
    return name.replace("numpy.", "np.", 1) if name.startswith("numpy.") else name.removeprefix("builtins.")


def _call_python(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    from s2sad.frontend.lower.expressions import unknown

    operands = [*args, *keywords.values()]
    if isinstance(function, types.MethodType):
        receiver = f.builder.emit("s2sad.getattr", callee, extra="__self__",
                                  kind=kind_of(function.__self__, (callee.path,)), varied=False)
        return call(f, node, constant(function.__func__), [receiver, *args], keywords)
    if isinstance(function, type):
        return _construct(f, node, callee, function, args, keywords)
    if isinstance(function, functools._lru_cache_wrapper):
        return call(f, node, constant(function.__wrapped__), args, keywords)
    module = str(getattr(function, "__globals__", {}).get("__name__")).split(".")[0]
    if isinstance(function, types.FunctionType) and module not in ("numpy", "scipy"):
        if module in sys.stdlib_module_names and module not in ("operator", "functools"):
            return _kept_call(f, node, callee, args, keywords)
        if any(operand.varied or _is_function(operand) for operand in operands):
            return functions.inline(f, node, function, args, keywords)
        return _inactive_call(f, node, callee, function, args, keywords)
    if _is_pure_numpy(function):
        path = callee.path.rpartition(":")[2]
        name = "numpy." + path.partition(".")[2] if path.startswith(("np.", "numpy.")) else ""
        if name:
            return unknown(f, node, name, operands, keywords=tuple(keywords))
    return _kept_call(f, node, callee, args, keywords)


def _is_function(operand: Operand) -> bool:
    return isinstance(operand, Const) and (
        isinstance(operand.value, LocalFunction | Bound | Partial | types.FunctionType | functools.partial)
    )


def _is_pure_numpy(function: Any) -> bool:
    module = getattr(function, "__module__", "") or ("numpy" if type(function).__name__ == "ufunc" else "")
    name = getattr(function, "__name__", "")
    return module.startswith("numpy") and "random" not in module and name not in IN_PLACE


def _inactive_call(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """A call through which no derivative flows stays a call; its body is looked at for the kind alone."""
    result = _kept_call(f, node, callee, args, keywords)
    result.kind = _kind_of_call(f, node, function, args, keywords)
    return result


def _kind_of_call(f: Frame, node: Any, function: Any, args: list[Operand], keywords: dict[str, Operand]) -> Any:
    from s2sad.errors import S2sadError
    from s2sad.ir.nodes import Block

    state = f.state
    saved = (state.store, state.builder, state.dead, list(state.stack), dict(state.captures), dict(state.dependencies))
    state.store, state.builder = dict(state.store), state.builder.inside(Block())
    try:
        kind = functions.inline(f, node, function, args, keywords).kind
    except S2sadError:
        kind = UNKNOWN
    state.store, state.builder, state.dead, state.stack, state.captures, dependencies = saved
    state.dependencies = {**dependencies, **state.dependencies}
    return UNKNOWN if isinstance(kind, Static) and kind.value is not None else kind


def _kept_call(
    f: Frame, node: Any, callee: Operand, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """A call of which nothing is known: it is made as it stands, once, where it stands."""
    args = [_kept_operand(f, node, arg) for arg in args]
    keywords = {key: _kept_operand(f, node, value) for key, value in keywords.items()}
    operands = [*args, *keywords.values()]
    name = getattr(callee, "path", "") or getattr(callee, "name", "") or "this"
    if not (isinstance(callee, Const) and is_harmless(callee.value)):
        for operand in operands:
            if operand.varied and is_mutable(operand.kind) and operand.kind != UNKNOWN:
                f.fail(node, f"`{name.rpartition(':')[2]}` has neither a derivative rule nor source, and might "
                       "update in place an argument that carries a derivative",
                       "pass it a copy through stop_gradient, or give it a rule")
    varied = any(operand.varied for operand in operands)
    f.builder.origin = f.location(node)
    target = Var("", UNKNOWN, varied, f.location(node))
    f.builder.append(Effect("s2sad.invoke", [callee, *operands], [target], extra=tuple(keywords)))
    return target


def _kept_operand(f: Frame, node: Any, operand: Operand) -> Operand:
    """An argument of a call that is kept: a lambda is written out, other nested functions cannot be."""
    from s2sad.frontend.lower.expressions import opaque

    if not (isinstance(operand, Const) and isinstance(operand.value, LocalFunction | Bound | Partial)):
        return operand
    if isinstance(operand.value, LocalFunction) and isinstance(operand.value.tree, gast.Lambda):
        return opaque(operand.value.frame, operand.value.tree)
    f.fail(node, "a nested function is passed to a function that has no source", "call it directly")


def _call_object(
    f: Frame, node: Any, callee: Operand, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    if isinstance(callee.kind, Object):
        function = getattr(callee.kind.cls, "__call__", None)  # noqa: B004
        if isinstance(function, types.FunctionType):
            return functions.inline(f, node, function, [callee, *args], keywords)
    if callee.varied:
        f.fail(node, "which function is called here is known only at run time", "call it by name")
    return _kept_call(f, node, callee, args, keywords)


def _call_partial(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    def given(value: Any, read: Operand) -> Operand:
        if value is None or isinstance(value, int | float | str | bool) or isinstance(kind_of(value), Static):
            return constant(value)
        return read

    def part(name: str, key: Any, value: Any) -> Operand:
        holder = f.builder.emit("s2sad.getattr", callee, extra=name, kind=UNKNOWN)
        item = f.builder.emit("s2sad.getitem", holder, constant(key))
        item.kind = kind_of(value, (callee.path, name, key))
        return given(value, item)

    first = [part("args", i, value) for i, value in enumerate(function.args)]
    named = {key: part("keywords", key, value) for key, value in function.keywords.items()}
    return call(f, node, constant(function.func), [*first, *args], {**named, **keywords})


def _construct(
    f: Frame, node: Any, callee: Const, cls: type, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """An instance of a named tuple or dataclass; other classes are made as they stand."""
    fields = _fields(cls)
    if fields is None:
        if any(operand.varied for operand in [*args, *keywords.values()]):
            f.fail(node, f"an instance of `{cls.__name__}` is made from values that carry derivatives",
                   "use a tuple, a dict, a named tuple or a dataclass without __post_init__")
        return _kept_call(f, node, callee, args, keywords)
    bound = {**dict(zip(fields, args, strict=False)), **keywords}
    for name, default in fields.items():
        if name not in bound:
            if default is dataclasses.MISSING:
                f.fail(node, f"`{cls.__name__}` needs a value for `{name}`")
            bound[name] = constant(default)
    values = [bound[name] for name in fields]
    kinds = tuple(value.kind for value in values)
    varied = any(value.varied for value in values)
    if issubclass(cls, tuple):
        return f.builder.emit("s2sad.new", *values, extra=(cls, callee.path, tuple(fields)),
                              kind=Tuple(kinds, cls), varied=varied)
    kind = Object(cls, tuple(zip(fields, kinds, strict=True)))
    return f.builder.emit("s2sad.new", *values, extra=(cls, callee.path, tuple(fields)), kind=kind, varied=varied)


def _fields(cls: type) -> dict[str, Any] | None:
    """The fields of a named tuple or plain dataclass with their defaults."""
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        defaults = getattr(cls, "_field_defaults", {})
        return {name: defaults.get(name, dataclasses.MISSING) for name in cls._fields}
    if dataclasses.is_dataclass(cls) and not hasattr(cls, "__post_init__"):
        return {field.name: field.default for field in dataclasses.fields(cls)}
    return None


# -- methods --------------------------------------------------------------------------------------


def _method_call(f: Frame, node: Any, receiver: Operand) -> Operand:
    from s2sad.frontend.lower.expressions import attribute, primitive

    name = node.func.attr
    kind = receiver.kind
    if isinstance(kind, Object):
        callee = attribute(f, node.func, receiver, name)
        args, keywords = arguments(f, node)
        return call(f, node, callee, args, keywords)
    args, keywords = arguments(f, node)
    f.builder.origin = f.location(node)
    if is_numeric(kind) and name in METHODS:
        if "out" in keywords and any(o.varied for o in (receiver, *args, *keywords.values())):
            f.fail(node, "`out=` writes in place: arrays that carry derivatives cannot be updated in place yet",
                   "assign the result")
        if isinstance(kind, Scalar) and name in ("item", "copy"):
            return receiver
        return primitive(f, node, METHODS[name], [receiver, *args], keywords, style="method")
    if isinstance(kind, Tuple) and name == "_replace" and kind.cls is not None and not args:
        return _replaced(f, node, receiver, kind, keywords)
    if isinstance(kind, Dict) and name in ("get", "copy", "items", "keys", "values"):
        found = _dict_method(f, node, receiver, kind, name, args)
        if found is not None:
            return found
    return _kept_method(f, node, receiver, name, args, keywords)


def _replaced(f: Frame, node: Any, receiver: Operand, kind: Tuple, keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import attribute

    assert kind.cls is not None
    fields = tuple(kind.cls._fields)  # type: ignore[attr-defined]
    values = [keywords[name] if name in keywords else attribute(f, node, receiver, name) for name in fields]
    return f.builder.emit("s2sad.new", *values, extra=(kind.cls, "", fields), varied=any(v.varied for v in values),
                          kind=Tuple(tuple(value.kind for value in values), kind.cls))


def _dict_method(
    f: Frame, node: Any, receiver: Operand, kind: Dict, name: str, args: list[Operand]
) -> Operand | None:
    from s2sad.frontend.lower.expressions import make_dict, make_tuple, subscript

    keys = tuple(key for key, _ in kind.items)
    values = [subscript(f, node, receiver, constant(key)) for key in keys] if name != "get" else []
    if name == "copy":
        return make_dict(f, keys, values)
    if name == "values":
        return f.builder.emit("s2sad.tuple", *values)
    if name == "keys":
        return constant(keys)
    if name == "items":
        pairs = [make_tuple(f, [constant(k), v]) for k, v in zip(keys, values, strict=True)]
        return make_tuple(f, pairs)
    if name == "get" and args and isinstance(args[0], Const):
        if args[0].value in keys:
            return subscript(f, node, receiver, args[0])
        return args[1] if len(args) > 1 else constant(None)
    return None


def _kept_method(
    f: Frame, node: Any, receiver: Operand, name: str, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    args = [_kept_operand(f, node, arg) for arg in args]
    keywords = {key: _kept_operand(f, node, value) for key, value in keywords.items()}
    operands = [receiver, *args, *keywords.values()]
    changes = isinstance(receiver.kind, Array | List | Dict) or receiver.kind == UNKNOWN
    if name not in PURE_METHODS and changes and any(operand.varied for operand in operands):
        if receiver.varied or isinstance(receiver.kind, Array | List | Dict) or any(is_mutable(a.kind) for a in args):
            f.fail(node, f"`.{name}` updates in place: arrays, lists and objects that carry derivatives cannot be "
                   "updated in place yet" if isinstance(receiver.kind, Array | List | Dict)
                   else f"the method `.{name}` is not known, and it gets values that carry derivatives",
                   "make a new array or list of the values")
    f.builder.origin = f.location(node)
    varied = any(operand.varied for operand in operands)
    kind = STR if receiver.kind == STR and name in ("join", "format", "upper", "lower", "strip") else UNKNOWN
    target = Var("", kind, varied and may_vary(kind), f.location(node))
    f.builder.append(Effect("s2sad.invoke_method", operands, [target], extra=(name, tuple(keywords))))
    return target


# -- builtins that the compiler knows --------------------------------------------------------------


def _special(f: Frame, node: Any, callee: Operand) -> Operand | None:
    """Calls whose arguments are not evaluated as usual: `sum` of a generator expression."""
    if not isinstance(callee, Const) or callee.value is not sum or node.keywords:
        return None
    if not (node.args and isinstance(node.args[0], gast.GeneratorExp | gast.ListComp)):
        return None
    from s2sad.frontend.lower.expressions import expression, operator

    start = expression(f, node.args[1]) if len(node.args) > 1 else constant(0)
    elt = node.args[0].elt

    def step(inner: Frame, so_far: Operand) -> Operand:
        return operator(inner, node, "add", so_far, expression(inner, elt))

    return comprehensions.accumulate(f, node.args[0], start, step)


def _sum(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import operator

    value, start = args[0], args[1] if len(args) > 1 else keywords.get("start", constant(0))
    if isinstance(value.kind, Array) and len(args) == 1 and not keywords:
        return f.builder.emit("builtins.sum", value)
    return _fold(f, node, value, start, lambda so_far, item: operator(f, node, "add", so_far, item))


def _fold(
    f: Frame, node: Any, value: Operand, start: Operand, step: Callable[[Operand, Operand], Operand]
) -> Operand:
    """Accumulate over the items of a value, in a loop where their number is not known."""
    from s2sad.frontend.lower import loops

    over = of_value(f, node, value) if not _spelled(f, value) else Spelled(_spelled(f, value) or [])
    if isinstance(over, Spelled):
        for item in over.items:
            start = step(start, item)
        return start
    if isinstance(over, Opaque):
        return _kept_call(f, node, constant(sum, "sum"), [value, start], {})
    f.state.frames += 1
    cell = (f.state.frames, comprehensions.ACCUMULATOR)
    f.state.write(cell, start)

    def body(item: Operand) -> None:
        f.state.write(cell, step(f.state.read(cell), item))

    loops.run(f, node, over, body, {cell}, "")
    return f.state.store.pop(cell)


def _spelled(f: Frame, value: Operand) -> list[Operand] | None:
    made = f.state.context.definition(value, "s2sad.list") or f.state.context.definition(value, "s2sad.tuple")
    return list(made.args) if made is not None and made.args else None


def _extremum(name: str) -> Callable[[Frame, Any, list[Operand], dict[str, Operand]], Operand]:
    def lower(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
        from s2sad.frontend.lower.expressions import subscript, unknown

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
        items = _spelled(f, value)
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
            over = of_value(f, node, value)
            assert isinstance(over, Counted)
            return _fold(f, node, value, subscript(f, node, value, constant(0)), step)
        return unknown(f, node, f"builtins.{name}", args)

    return lower


def _power(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import operator, unknown

    if len(args) == 2 and not keywords:
        return operator(f, node, "pow", *args)
    return unknown(f, node, "builtins.pow", [*args, *keywords.values()], keywords=tuple(keywords))


def _divmod(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import make_tuple, operator

    return make_tuple(f, [operator(f, node, "floordiv", *args), operator(f, node, "mod", *args)])


def _tuple_of(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import make_tuple, unknown

    if not args:
        return constant(())
    items = _spelled(f, args[0])
    if items is not None:
        return make_tuple(f, items)
    if isinstance(args[0].kind, Tuple):
        return args[0]
    return unknown(f, node, "builtins.tuple", args)


def _list_of(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import unknown, unpacked

    if not args:
        from s2sad.ir.kinds import NEVER

        return f.builder.emit("s2sad.list", kind=List(NEVER), varied=False)
    if isinstance(args[0].kind, Tuple):
        return f.builder.emit("s2sad.list", *unpacked(f, node, args[0]))
    if isinstance(args[0].kind, List):
        return f.builder.emit("s2sad.copy", args[0])
    if isinstance(args[0].kind, Dict):
        return f.builder.emit("s2sad.list", *[constant(key) for key, _ in args[0].kind.items])
    return unknown(f, node, "builtins.list", args)


def _dict_of(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import make_dict, subscript

    if not args:
        return make_dict(f, tuple(keywords), list(keywords.values()))
    if isinstance(args[0].kind, Dict):
        entries: dict[Any, Operand] = {}
        for key, _ in args[0].kind.items:
            entries[key] = subscript(f, node, args[0], constant(key))
        entries.update(keywords)
        return make_dict(f, tuple(entries), list(entries.values()))
    return _kept_call(f, node, constant(dict, "dict"), args, keywords)


def _round(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if len(args) == 1 and isinstance(args[0].kind, Scalar):
        return f.builder.emit("builtins.round", args[0])
    operands = [*args, *keywords.values()]
    return f.builder.emit("builtins.round", *operands, keywords=tuple(keywords), kind=args[0].kind, varied=False)


def _float(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import unknown

    if args and is_numeric(args[0].kind) or args and not args[0].varied:
        return f.builder.emit("builtins.float", *args)
    return unknown(f, node, "builtins.float", args)


def _getattr(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    from s2sad.frontend.lower.expressions import attribute, unknown

    if len(args) >= 2 and isinstance(args[1], Const) and isinstance(args[1].value, str):
        if len(args) == 3 and isinstance(args[0].kind, Object) and args[0].kind.get(args[1].value) is None:
            return args[2] if not hasattr(args[0].kind.cls, args[1].value) else attribute(f, node, args[0], args[1].value)
        return attribute(f, node, args[0], args[1].value)
    return unknown(f, node, "builtins.getattr", args)


def _partial(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
    if not isinstance(args[0], Const):
        f.fail(node, "which function functools.partial gets is known only at run time")
    return constant(Partial(args[0], tuple(args[1:]), tuple(keywords.items())))


def _refused(what: str, hint: str) -> Callable[[Frame, Any, list[Operand], dict[str, Operand]], Operand]:
    def lower(f: Frame, node: Any, args: list[Operand], keywords: dict[str, Operand]) -> Operand:
        f.fail(node, f"`{what}` is not supported in a function that is differentiated", hint)

    return lower


HANDLERS: dict[Any, Callable[[Frame, Any, list[Operand], dict[str, Operand]], Operand]] = {
    sum: _sum,
    max: _extremum("max"),
    min: _extremum("min"),
    pow: _power,
    divmod: _divmod,
    tuple: _tuple_of,
    list: _list_of,
    dict: _dict_of,
    round: _round,
    float: _float,
    getattr: _getattr,
    functools.partial: _partial,
    eval: _refused("eval", "write the expression out"),
    exec: _refused("exec", "write the statements out"),
    setattr: _refused("setattr", "attributes that carry derivatives cannot be updated in place yet"),
    locals: _refused("locals", "name the variables"),
    globals: _refused("globals", "name the variables"),
    map: _refused("map", "write a comprehension"),
    filter: _refused("filter", "write a comprehension with `if`"),
}
