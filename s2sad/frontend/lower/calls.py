"""Calls: primitives, Python functions in line, containers and classes, and what is kept as it stands."""
from __future__ import annotations

import dataclasses
import functools
import sys
import types
from dataclasses import dataclass
from typing import Any, NoReturn

import gast
import numpy as np

from s2sad.dispatchers import is_dispatcher, is_numba_ufunc, is_serial, unwrapped
from s2sad.frontend.lower import (
    boxes,
    builtins,
    functions,
    iterators,
    looks,
    memory,
    objects,
    texts,
    updates,
    writers,
)
from s2sad.frontend.lower.attributes import attribute, mangled
from s2sad.frontend.lower.containers import make_dict, make_tuple
from s2sad.frontend.lower.displays import elements
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.iteration import is_generator
from s2sad.frontend.lower.opaque import opaque
from s2sad.frontend.lower.primitives import primitive, solid, unknown
from s2sad.frontend.lower.state import Bound, Choice, Frame, LocalFunction, Partial
from s2sad.frontend.lower.subscripts import subscript
from s2sad.ir.kinds import (
    FLOAT,
    INT,
    STR,
    UNKNOWN,
    Array,
    Dict,
    Kind,
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
from s2sad.ir.nodes import Block, Const, Effect, Operand, Var, walk
from s2sad.rules.build import constant
from s2sad.rules.methods import METHODS, PURE_METHODS, is_harmless
from s2sad.rules.table import by_object

# NumPy functions that write into an argument.
IN_PLACE = {"copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis", "shuffle", "at"}


def lower_call(f: Frame, node: Any) -> Operand:
    if isinstance(node.func, gast.Attribute):
        receiver = solid(f, expression(f, node.func.value))
        if not (isinstance(receiver, Const) and isinstance(receiver.kind, Static)):
            return _method_call(f, node, receiver)
        f.at(node)
        callee = attribute(f, node.func, receiver, mangled(f, node.func.attr))
    else:
        callee = expression(f, node.func)
    plain = _plain_name(callee)
    if plain is not None:
        args, keywords = arguments(f, node)
        return _call_primitive(f, node, callee.value, plain, args, keywords)  # type: ignore[union-attr]
    if _is_bare_super(callee, node):
        return _super(f, node)
    made = builtins.special(f, node, callee)
    if made is None:
        made = call(f, node, callee, *arguments(f, node))
    if iterators.is_maker(callee):
        iterators.mark(f, made)
    return made


def _is_bare_super(callee: Operand, node: Any) -> bool:
    return isinstance(callee, Const) and callee.value is super and not node.args


def _super(f: Frame, node: Any) -> Operand:
    """`super()` without arguments: the class that the method stands in, and its first parameter."""
    function = f.function
    names = function.__code__.co_freevars if function is not None else ()
    if function is None or "__class__" not in names or not function.__code__.co_argcount:
        f.fail(node, "`super()` is not supported here", "name the class")
    cls = (function.__closure__ or ())[names.index("__class__")].cell_contents
    receiver = f.state.read((f.number, function.__code__.co_varnames[0]))
    return constant(objects.Super(cls, receiver))


def arguments(f: Frame, node: Any) -> tuple[list[Operand], dict[str, Operand]]:
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
    f.at(node)
    if isinstance(callee, Var) and isinstance(callee.kind, Static):
        callee = Const(callee.kind.value, callee.kind, callee.name)
    if not (isinstance(callee, Const) and isinstance(callee.kind, Static)):
        return _call_object(f, node, callee, args, keywords)
    plain = _plain_name(callee)
    if plain is not None:
        return _call_primitive(f, node, callee.value, plain, args, keywords)
    function = unwrapped(callee.value)
    if isinstance(function, _MADE_HERE):
        return _call_made_here(f, node, callee, function, args, keywords)
    write = writers.writer(function)
    if write is not None and args and updates.is_followed(f, args[0]):
        write(f, node, args, keywords)
        return constant(None)
    known = texts.text_of(args, keywords) if function is str else None
    if known is not None:
        return known
    hashable = _hashable(function)
    method = _overloads(function, args) if hashable and args else None
    if method is not None:
        return functions.inline(f, node, method, args, keywords)
    handler = builtins.HANDLERS.get(function) if hashable else None
    if handler is not None:
        return handler(f, node, args, keywords)
    name = by_object().get(function) if hashable else None
    if name is not None:
        return _call_primitive(f, node, function, name, args, keywords)
    if is_generator(function):
        return _call_generator(f, node, callee, args, keywords)
    if isinstance(function, functools.partial):
        return _call_partial(f, node, callee, function, args, keywords)
    return _call_python(f, node, callee, function, args, keywords)


def _plain_name(callee: Operand) -> str | None:
    """The primitive that a call of this is, whatever it is called with."""
    if isinstance(callee, Const):
        try:
            return _plain().get(callee.value)
        except TypeError:
            pass  # it cannot be hashed
    return None


@functools.cache
def _plain() -> dict[Any, str]:
    """The functions of libraries that are primitives whatever they are called with."""
    return {function: name for function, name in by_object().items()
            if writers.writer(function) is None and not {function} & {*_OVERLOADED, *builtins.HANDLERS, str}}


_MADE_HERE = (Bound, Choice, objects.Instance, Partial, LocalFunction)


def _call_made_here(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """Call what the compiler has made of code that it read."""
    if isinstance(function, Bound):
        return call(f, node, constant(function.function), [function.receiver, *args], keywords)
    if isinstance(function, Choice):
        return _call_choice(f, node, function, args, keywords)
    if isinstance(function, objects.Instance):
        method = getattr(function.cls, "__call__", None)  # noqa: B004
        if not isinstance(method, types.FunctionType):
            f.fail(node, f"a `{function.cls.__name__}` cannot be called")
        return call(f, node, constant(method), [callee, *args], keywords)
    if isinstance(function, Partial):
        merged = {**dict(function.keywords), **keywords}
        return call(f, node, function.function, [*function.args, *args], merged)
    if is_generator(function):
        _refuse_generator(f, node)
    return functions.inline(f, node, function, args, keywords)


def _call_generator(
    f: Frame, node: Any, callee: Const, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """What no derivative flows through stays a call."""
    if any(operand.varied for operand in [*args, *keywords.values()]):
        _refuse_generator(f, node)
    return kept_call(f, node, callee, args, keywords)


def _refuse_generator(f: Frame, node: Any) -> NoReturn:
    f.fail(node, "a generator function cannot be differentiated", "return a list of the values instead")


_OVERLOADED: dict[Any, str] = {
    len: "__len__", abs: "__abs__", float: "__float__", int: "__int__", round: "__round__",
}


def _overloads(function: Any, args: list[Operand]) -> types.FunctionType | None:
    """The method that an object has for a built-in function."""
    name = _OVERLOADED.get(function)
    method = None if name is None else getattr(objects.class_of(args[0]), name, None)
    return method if isinstance(method, types.FunctionType) else None


def _call_choice(
    f: Frame, node: Any, choice: Choice, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """Whichever function a test chose is called in the branch that has chosen it."""
    from s2sad.frontend.lower.branches import choose

    def of(callee: Const) -> Operand:
        return call(f, node, callee, args, keywords)

    return choose(f, node, choice.test, lambda: of(choice.then), lambda: of(choice.orelse))


def _hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _call_primitive(
    f: Frame, node: Any, function: Any, name: str, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    out = writers.target_of(function, args, keywords)
    if out is not None:
        f.at(node)
        if not any(operand.varied for operand in [*args, *keywords.values()]) and not updates.is_followed(f, out):
            return kept_call(f, node, constant(None, _dotted(name)), args, keywords)
        inputs = args if "out" in keywords else args[:-1]
        return writers.written_out(f, node, out, keywords, lambda rest: primitive(f, node, name, inputs, rest))
    return boxes.opened(f, name, args, keywords, primitive(f, node, name, args, keywords))


def _dotted(name: str) -> str:
    return name.replace("numpy.", "np.", 1) if name.startswith("numpy.") else name.removeprefix("builtins.")


def _call_python(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    operands = [*args, *keywords.values()]
    if is_numba_ufunc(function) and any(operand.varied for operand in operands):
        f.fail(node, f"`{function.__name__}` is vectorized by Numba, which a derivative cannot be taken through",
               "call the function itself in a loop, or write it with NumPy's functions on arrays")
    if isinstance(function, types.MethodType) and isinstance(function.__func__, types.FunctionType):
        receiver = f.builder.emit("s2sad.getattr", callee, extra="__self__",
                                  kind=kind_of(function.__self__, (callee.path,)), varied=False)
        return call(f, node, constant(function.__func__), [receiver, *args], keywords)
    if isinstance(function, type):
        return construct(f, node, callee, function, args, keywords)
    if isinstance(function, functools._lru_cache_wrapper):
        return call(f, node, constant(function.__wrapped__), args, keywords)
    module = str(getattr(function, "__globals__", {}).get("__name__")).split(".")[0]
    if isinstance(function, types.FunctionType) and module not in ("numpy", "scipy"):
        if module in sys.stdlib_module_names and module not in ("operator", "functools"):
            return kept_call(f, node, callee, args, keywords)
        # A method, or what a class or a partial holds, has no name to call it by.
        stays = callee.path and (f.state.calls_python or is_dispatcher(callee.value))
        if not stays or any(operand.varied or _is_function(operand) for operand in operands):
            return _inline(f, node, callee, function, args, keywords)
        return _inactive_call(f, node, callee, function, args, keywords)
    if _is_pure_numpy(function):
        path = callee.path.rpartition(":")[2]
        name = "numpy." + path.partition(".")[2] if path.startswith(("np.", "numpy.")) else ""
        if name:
            return unknown(f, node, name, operands, keywords=tuple(keywords))
    result = kept_call(f, node, callee, args, keywords)
    if _draws_number(function, operands) and not keywords:
        result.kind = FLOAT
    return result


# How many parameters the distributions of NumPy's own generator have; a number is drawn where no more is given.
_DRAWN = {"normal": 2, "uniform": 2, "exponential": 1, "random": 0, "random_sample": 0, "rand": 0, "randn": 0,
          "standard_normal": 0}


def _draws_number(function: Any, operands: list[Operand]) -> bool:
    if not isinstance(getattr(function, "__self__", None), np.random.RandomState):
        return False
    most = _DRAWN.get(function.__name__, -1)
    return len(operands) <= most and all(isinstance(operand.kind, Scalar) for operand in operands)


def _inline(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """A function in line, whose loops are parallel only if both the caller and it are compiled so."""
    parallel = f.state.parallel
    f.state.parallel = parallel and not is_serial(callee.value)
    result = functions.inline(f, node, function, args, keywords)
    f.state.parallel = parallel
    return result


_CODE = (LocalFunction, Bound, Partial, Choice, objects.Instance, types.FunctionType, functools.partial)


def _is_function(operand: Operand) -> bool:
    return isinstance(operand, Const) and (
        isinstance(operand.value, _CODE)
    )


def _is_pure_numpy(function: Any) -> bool:
    module = getattr(function, "__module__", "") or ("numpy" if type(function).__name__ == "ufunc" else "")
    name = getattr(function, "__name__", "")
    return module.startswith("numpy") and "random" not in module and name not in IN_PLACE


def _inactive_call(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """A call through which no derivative flows stays a call; its body is looked at for the kind alone."""
    trial = _try_call(f, node, function, args, keywords)
    if trial.is_code or trial.shares:
        return functions.inline(f, node, function, args, keywords)
    result = kept_call(f, node, callee, args, keywords, changes=trial.kind == UNKNOWN)
    result.kind = trial.kind
    return result


@dataclass(frozen=True)
class _Trial:
    """What a call does: the kind of its result, and whether it hands on or changes memory of its arguments."""

    kind: Any
    shares: bool = False

    @property
    def is_code(self) -> bool:
        return isinstance(self.kind, Static) and self.kind.value is not None


def _try_call(f: Frame, node: Any, function: Any, args: list[Operand], keywords: dict[str, Operand]) -> _Trial:
    """Lower the body of a function to see what it does, and take it back."""
    from s2sad.errors import S2sadError

    state = f.state
    given = [found for operand in (*args, *keywords.values()) for found in memory.contents(state, operand)]
    saved = (state.store, state.builder, state.dead, list(state.stack), dict(state.captures), dict(state.dependencies))
    known, written, block = len(state.memories), set(state.written), Block()
    versions = [memory.version(state, found) for found in given]
    state.store, state.builder = dict(state.store), state.builder.inside(block)
    try:
        result = functions.inline(f, node, function, args, keywords)
        shares = any(memory.linked(one, two) for one in memory.contents(state, result) for two in given)
        changes = any(memory.version(state, found) is not old for found, old in zip(given, versions, strict=True))
        trial = _Trial(result.kind, shares or changes)
    except S2sadError:
        trial = _Trial(UNKNOWN)
    memory.forget(state, known, {var for s in walk(block) for var in s.defined()})
    state.data.update((key, capture.fetch) for key, capture in state.captures.items())  # its kind tells the result's
    state.store, state.builder, state.dead, state.stack, state.captures, dependencies = saved
    state.written = written
    state.dependencies = {**dependencies, **state.dependencies}
    return trial


def kept_call(
    f: Frame, node: Any, callee: Operand, args: list[Operand], keywords: dict[str, Operand], changes: bool = True
) -> Operand:
    """A call of which nothing is known: it is made as it stands, once, where it stands.

    ``changes`` says whether it may change its arguments.
    """
    args = [kept_operand(f, node, arg) for arg in args]
    keywords = {key: kept_operand(f, node, value) for key, value in keywords.items()}
    operands = [*args, *keywords.values()]
    name = getattr(callee, "path", "") or getattr(callee, "name", "")
    what = f"`{name.rpartition(':')[2]}`" if name else "what is called here"
    if not (isinstance(callee, Const) and is_harmless(callee.value)):
        for operand in operands:
            if operand.varied and is_mutable(operand.kind) and operand.kind != UNKNOWN:
                f.fail(node, f"{what} has neither a derivative rule nor source, and might "
                       "update in place an argument that carries a derivative",
                       "write in Python what it does to the array, element by element")
    varied = any(operand.varied for operand in operands)
    f.at(node)
    target = Var("", UNKNOWN, varied, f.location(node))
    f.builder.append(Effect("s2sad.invoke", [callee, *operands], [target], extra=tuple(keywords)))
    if changes and not (isinstance(callee, Const) and is_harmless(callee.value)):
        memory.touch(f, node, operands)
    return target


def kept_operand(f: Frame, node: Any, operand: Operand) -> Operand:
    """An argument of a call that is kept: a lambda is written out, other nested functions cannot be."""
    operand = objects.value(f, node, operand)
    if not (isinstance(operand, Const) and isinstance(operand.value, (LocalFunction, Bound, Partial, Choice))):
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
    return kept_call(f, node, callee, args, keywords)


def _call_partial(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    def given(value: Any, read: Operand) -> Operand:
        if value is None or isinstance(value, (int, float, str, bool)) or isinstance(kind_of(value), Static):
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


def construct(
    f: Frame, node: Any, callee: Const, cls: type, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """An instance of a named tuple or dataclass; other classes are made as they stand."""
    fields = _fields(cls)
    if fields is None and objects.is_plain(cls) and _is_worth_following(f, cls, [*args, *keywords.values()]):
        return objects.construct(f, node, cls, callee.path, args, keywords)
    if fields is None:
        if any(operand.varied for operand in [*args, *keywords.values()]):
            f.fail(node, f"an instance of `{cls.__name__}` is made from values that carry derivatives",
                   "use a tuple, a dict, a named tuple or a dataclass without __post_init__")
        return kept_call(f, node, callee, args, keywords)
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


def _is_worth_following(f: Frame, cls: type, operands: list[Operand]) -> bool:
    """Objects of the user's own classes are followed, and those of others where they carry derivatives."""
    own = str((f.function.__globals__ if f.function else {}).get("__name__")).split(".")[0]
    return cls.__module__.split(".")[0] == own or any(o.varied or _is_function(o) for o in operands)


def _fields(cls: type) -> dict[str, Any] | None:
    """The fields of a named tuple or plain dataclass with their defaults."""
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        defaults = getattr(cls, "_field_defaults", {})
        return {name: defaults.get(name, dataclasses.MISSING) for name in cls._fields}
    if dataclasses.is_dataclass(cls) and _is_frozen(cls) and not hasattr(cls, "__post_init__"):
        if all(field.init and field.default_factory is dataclasses.MISSING for field in dataclasses.fields(cls)):
            return {field.name: field.default for field in dataclasses.fields(cls)}
    return None


def _is_frozen(cls: type) -> bool:
    return bool(getattr(cls, "__dataclass_params__").frozen)  # noqa: B009


# -- methods --------------------------------------------------------------------------------------


def _method_call(f: Frame, node: Any, receiver: Operand) -> Operand:
    name = node.func.attr
    kind = receiver.kind
    if isinstance(kind, Object):
        callee = attribute(f, node.func, receiver, name)
        args, keywords = arguments(f, node)
        return call(f, node, callee, args, keywords)
    args, keywords = arguments(f, node)
    f.at(node)
    if is_numeric(kind) and name in METHODS:
        out = writers.target_of(None, args, keywords)
        if out is not None and (updates.is_followed(f, out) or receiver.varied or out.varied):
            return writers.written_out(
                f, node, out, keywords,
                lambda rest: primitive(f, node, METHODS[name], [receiver, *args], rest, style="method"))
        if isinstance(kind, Scalar) and name in ("item", "copy") or looks.is_itself(name, receiver):
            return receiver
        return primitive(f, node, METHODS[name], [receiver, *args], keywords, style="method")
    text = texts.formatted(receiver, name, args, keywords)
    if text is not None:
        return text
    if isinstance(kind, Tuple) and name == "_replace" and kind.cls is not None and not args:
        return _replaced(f, node, receiver, kind, keywords)
    if isinstance(kind, List) and not keywords and updates.is_followed(f, receiver):
        done = updates.list_method(f, node, receiver, name, args)
        if done is not None:
            return done
    if isinstance(kind, Array) and name in writers.METHODS and updates.is_followed(f, receiver):
        writers.METHODS[name](f, node, [receiver, *args], keywords)
        return constant(None)
    if isinstance(kind, Dict) and updates.is_followed(f, receiver):
        done = updates.dict_method(f, node, receiver, name, args, keywords)
        if done is not None:
            return done
    if isinstance(kind, Dict) and name in ("get", "copy", "items", "keys", "values"):
        found = _dict_method(f, node, receiver, kind, name, args)
        if found is not None:
            return found
    return _kept_method(f, node, receiver, name, args, keywords)


def _replaced(f: Frame, node: Any, receiver: Operand, kind: Tuple, keywords: dict[str, Operand]) -> Operand:
    assert kind.cls is not None
    fields = tuple(kind.cls._fields)  # type: ignore[attr-defined]
    values = [keywords[name] if name in keywords else attribute(f, node, receiver, name) for name in fields]
    return f.builder.emit("s2sad.new", *values, extra=(kind.cls, "", fields), varied=any(v.varied for v in values),
                          kind=Tuple(tuple(value.kind for value in values), kind.cls))


def _dict_method(
    f: Frame, node: Any, receiver: Operand, kind: Dict, name: str, args: list[Operand]
) -> Operand | None:
    keys = tuple(key for key, _ in kind.items)
    values = [subscript(f, node, receiver, constant(key)) for key in keys] if name != "get" else []
    if name == "copy":
        return make_dict(f, keys, values)
    if name == "values":
        return f.builder.emit("s2sad.tuple", *values)
    if name == "keys":
        return f.builder.emit("s2sad.tuple", *map(constant, keys))
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
    args = [kept_operand(f, node, arg) for arg in args]
    keywords = {key: kept_operand(f, node, value) for key, value in keywords.items()}
    operands = [receiver, *args, *keywords.values()]
    known = {Array: np.ndarray, List: list, Dict: dict}.get(type(receiver.kind))
    if known is not None and not hasattr(known, name):
        f.fail(node, f"`.{name}` is no method of what stands here, of type {known.__name__}")
    changes = known is not None or receiver.kind == UNKNOWN
    if name not in PURE_METHODS and changes and any(operand.varied for operand in operands):
        if receiver.varied or known is not None or any(is_mutable(a.kind) for a in args):
            what = f"`.{name}` updates in place, in a way that is not followed" if known is not None else (
                f"the method `.{name}` is not known, and it gets values that carry derivatives")
            f.fail(node, what, "make a new array or list of the values")
    f.at(node)
    varied = any(operand.varied for operand in operands)
    kind: Kind = UNKNOWN
    if receiver.kind == STR and name in ("join", "format", "upper", "lower", "strip"):
        kind = STR
    elif isinstance(receiver.kind, List) and name in ("count", "index"):
        kind = INT
    target = Var("", kind, varied and may_vary(kind), f.location(node))
    f.builder.append(Effect("s2sad.invoke_method", operands, [target], extra=(name, tuple(keywords))))
    if isinstance(receiver.kind, Dict) and name not in PURE_METHODS and updates.is_followed(f, receiver):
        updates.lose(f, node, receiver)
    elif changes and name not in PURE_METHODS:
        memory.touch(f, node, operands)
    return target
