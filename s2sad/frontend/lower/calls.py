"""Calls: what is called, and what then is to be done: a primitive, a Python function in line, a class, and others."""
from __future__ import annotations

import functools
import sys
import types
from typing import Any, NoReturn

import gast
import numpy as np

from s2sad.dispatchers import DERIVATIVES, CompiledLater, is_dispatcher, is_numba_ufunc, is_serial, unwrapped
from s2sad.frontend.lower import (
    boxes,
    builtins,
    functions,
    iterators,
    methods,
    objects,
    records,
    texts,
    updates,
    writers,
)
from s2sad.frontend.lower.attributes import attribute, mangled
from s2sad.frontend.lower.branches import choose
from s2sad.frontend.lower.displays import elements
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.iteration import is_generator
from s2sad.frontend.lower.kept import kept_call
from s2sad.frontend.lower.primitives import primitive, solid, unknown
from s2sad.frontend.lower.state import Bound, Choice, Frame, LocalFunction, Partial
from s2sad.frontend.lower.subscripts import subscript
from s2sad.frontend.lower.trials import try_call
from s2sad.ir.kinds import FLOAT, UNKNOWN, Dict, Object, Scalar, Static
from s2sad.ir.nodes import Const, Operand, Var
from s2sad.ir.of_values import kind_of
from s2sad.rules.build import constant
from s2sad.rules.table import by_object

# NumPy functions that write into an argument.
_WRITING = {"copyto", "put", "place", "putmask", "fill_diagonal", "put_along_axis", "shuffle", "at"}


def lower_call(f: Frame, node: Any) -> Operand:
    if isinstance(node.func, gast.Attribute):
        receiver = solid(f, expression(f, node.func.value))
        if not (isinstance(receiver, Const) and isinstance(receiver.kind, Static)):
            return _call_of_method(f, node, receiver)
        f.at(node)
        callee = attribute(f, node.func, receiver, mangled(f, node.func.attr))
    else:
        callee = expression(f, node.func)
    plain = _plain_name(callee)
    if plain is not None:
        args, keywords = _arguments(f, node)
        return _call_primitive(f, node, callee.value, plain, args, keywords)  # type: ignore[union-attr]
    if _is_bare_super(callee, node):
        return _super(f, node)
    made = builtins.special(f, node, callee)
    if made is None:
        made = call(f, node, callee, *_arguments(f, node))
    if iterators.is_maker(callee):
        iterators.mark(f, made)
    return made


def _call_of_method(f: Frame, node: Any, receiver: Operand) -> Operand:
    if isinstance(receiver.kind, Object):
        callee = attribute(f, node.func, receiver, node.func.attr)
        return call(f, node, callee, *_arguments(f, node))
    return methods.call_method(f, node, receiver, node.func.attr, *_arguments(f, node))


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


def _arguments(f: Frame, node: Any) -> tuple[list[Operand], dict[str, Operand]]:
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
        return records.construct(f, node, callee, function, args, keywords)
    if isinstance(function, functools._lru_cache_wrapper):
        return call(f, node, constant(function.__wrapped__), args, keywords)
    module = str(getattr(function, "__globals__", {}).get("__name__")).split(".")[0]
    if isinstance(function, types.FunctionType) and module not in ("numpy", "scipy"):
        of_library = module in sys.stdlib_module_names and module not in ("operator", "functools")
        if of_library or function.__module__ == DERIVATIVES:
            return kept_call(f, node, callee, args, keywords)
        # A method, or what a class or a partial holds, has no name to call it by.
        stays = callee.path and (f.state.calls_python or is_dispatcher(callee.value))
        if not stays or any(operand.varied or objects.is_made_here(operand) for operand in operands):
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


def _is_pure_numpy(function: Any) -> bool:
    module = getattr(function, "__module__", "") or ("numpy" if type(function).__name__ == "ufunc" else "")
    name = getattr(function, "__name__", "")
    return module.startswith("numpy") and "random" not in module and name not in _WRITING


def _inactive_call(
    f: Frame, node: Any, callee: Const, function: Any, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """A call through which no derivative flows stays a call; its body is looked at for the kind alone."""
    trial = try_call(f, node, function, args, keywords)
    if trial.is_code or trial.shares:
        return functions.inline(f, node, function, args, keywords)
    result = kept_call(f, node, callee, args, keywords, changes=trial.kind == UNKNOWN)
    result.kind = trial.kind
    return result


def _call_object(
    f: Frame, node: Any, callee: Operand, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    if isinstance(callee.kind, Object) and not issubclass(callee.kind.cls, CompiledLater):
        function = getattr(callee.kind.cls, "__call__", None)  # noqa: B004
        if isinstance(function, types.FunctionType):
            return functions.inline(f, node, function, [callee, *args], keywords)
    elif isinstance(callee.kind, Object) and any(operand.varied for operand in [*args, *keywords.values()]):
        f.fail(node, "a derivative is called in what is differentiated",
               "call what its `generated(*args)` gives, a function with a source of its own")
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
