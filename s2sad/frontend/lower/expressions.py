"""Expressions: each gives an operand, emitting what it needs on the way."""
from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.lower import branches, comprehensions, iterators, memory, objects, spelled
from s2sad.frontend.lower.known import Unknowable, value_of
from s2sad.frontend.lower.names import external, read_name, watch
from s2sad.frontend.lower.opaque import opaque
from s2sad.frontend.lower.primitives import array_of, primitive, ready, solid, unknown
from s2sad.frontend.lower.state import Bound, Frame, LocalFunction
from s2sad.ir.kinds import (
    UNKNOWN,
    Array,
    Dict,
    Kind,
    List,
    Object,
    Scalar,
    Static,
    Tuple,
    is_inexact,
    is_mutable,
    join,
    kind_of,
    may_vary,
)
from s2sad.ir.nodes import Assign, Const, Operand
from s2sad.rules.build import constant
from s2sad.rules.indexing import constant_slice
from s2sad.rules.methods import ATTRIBUTES

OPERATORS: dict[type, str] = {
    gast.Add: "add",
    gast.Sub: "sub",
    gast.Mult: "mul",
    gast.Div: "truediv",
    gast.FloorDiv: "floordiv",
    gast.Mod: "mod",
    gast.Pow: "pow",
    gast.MatMult: "matmul",
    gast.BitAnd: "and_",
    gast.BitOr: "or_",
    gast.BitXor: "xor",
    gast.LShift: "lshift",
    gast.RShift: "rshift",
}
UNARY: dict[type, str] = {gast.USub: "neg", gast.UAdd: "pos", gast.Not: "not_", gast.Invert: "invert"}
COMPARISONS: dict[type, str] = {
    gast.Lt: "lt",
    gast.LtE: "le",
    gast.Gt: "gt",
    gast.GtE: "ge",
    gast.Eq: "eq",
    gast.NotEq: "ne",
    gast.Is: "is_",
    gast.IsNot: "is_not",
    gast.In: "contains",
    gast.NotIn: "not_in",
}


def expression(f: Frame, node: Any) -> Operand:
    cls = node.__class__
    lower = EXPRESSIONS.get(cls)
    if lower is None:
        return opaque(f, node)
    if cls not in _LEAVES:
        f.at(node)
    return lower(f, node)


# What emits nothing, as a rule, or says itself where it stands.
_LEAVES = {gast.Constant, gast.Name, gast.BinOp, gast.UnaryOp, gast.Attribute}


def condition(f: Frame, node: Any) -> Operand:
    """A test; where literals and kinds decide it, a literal."""
    test = expression(f, node)
    try:
        return constant(bool(value_of(f.state.context, test)))
    except (Unknowable, TypeError, ValueError):
        return test


def _constant(f: Frame, node: Any) -> Operand:
    return constant(node.value)


def _binary(f: Frame, node: Any) -> Operand:
    left, right = expression(f, node.left), expression(f, node.right)
    return operator(f, node, OPERATORS[type(node.op)], left, right)


def operator(f: Frame, node: Any, name: str, *operands: Operand, **options: Any) -> Operand:
    """An operator applied to operands; objects that overload it are the object's own business."""
    f.at(node)
    args = [ready(f, node, operand) for operand in operands]
    numeric = {arg.kind.__class__ for arg in args} <= _NUMERIC
    if not numeric and any([objects.class_of(arg) for arg in args]):
        return _overloaded(f, node, name, args)
    if not numeric and any(isinstance(arg.kind, Array) for arg in args):
        args = [array_of(f, arg) for arg in args]
    folded = _fold(name, args) or (None if numeric else _sequence(f, name, args))
    if folded is not None:
        return folded
    return f.builder.emit(f"operator.{name}", *args, **options)


_NUMERIC = {Scalar, Array}


_DUNDER = {"add": "add", "sub": "sub", "mul": "mul", "truediv": "truediv", "matmul": "matmul", "pow": "pow",
           "neg": "neg", "pos": "pos", "mod": "mod", "floordiv": "floordiv"}


def _overloaded(f: Frame, node: Any, name: str, args: list[Operand]) -> Operand:
    from s2sad.frontend.lower.calls import call

    if name in _DUNDER:
        for receiver, method, others in ((args[0], f"__{name}__", args[1:]),
                                         (args[-1], f"__r{name}__", args[:-1])):
            function = getattr(objects.class_of(receiver), method, None)
            if isinstance(function, types.FunctionType):
                return call(f, node, constant(Bound(function, receiver)), others, {})
    return unknown(f, node, f"operator.{name}", args)


def _sequence(f: Frame, name: str, args: list[Operand]) -> Operand | None:
    """Sums and multiples of tuples and lists, and unions of dicts."""
    kinds = [arg.kind for arg in args]
    if name == "add" and all(isinstance(kind, Tuple) for kind in kinds):
        parts = [subscript(f, None, arg, constant(i)) for arg in args for i in range(length(arg.kind) or 0)]
        return make_tuple(f, parts)
    if name == "add" and all(isinstance(kind, List) for kind in kinds):
        spelled_out = [_spelled_memory(f, arg) for arg in args]
        if None not in spelled_out:
            return make_list(f, [item for items in spelled_out for item in items or ()])
        kind = join(kinds[0], kinds[1], f.state.context.fresh)
        made = f.builder.emit("s2sad.concat", *args, kind=kind)
        memory.gather(f.state, made, args)
        return made
    dicts = [(arg, arg.kind.items) for arg in args if isinstance(arg.kind, Dict)]
    if name == "or_" and len(dicts) == len(args):
        entries = {key: subscript(f, None, arg, constant(key)) for arg, items in dicts for key, _ in items}
        return make_dict(f, tuple(entries), list(entries.values()))
    if name == "mul" and any(a.varied and isinstance(a.kind, (Tuple, List)) for a in args):
        return _repeated(f, *sorted(args, key=lambda arg: isinstance(arg.kind, Scalar)))
    return None


# More items than this are not spelled out.
_MOST_ITEMS = 16


def _spelled_memory(f: Frame, operand: Operand) -> list[Operand] | None:
    """The items of a list that is spelled out, if they are what can be updated: they go by their names."""
    made = f.state.context.definition(operand, "s2sad.list")
    return None if made is None or not all(is_mutable(item.kind) for item in made.args) else list(made.args)


def list_again(f: Frame, operand: Operand) -> Operand:
    """Another list of the same items."""
    items = _spelled_memory(f, operand)
    if items:
        return make_list(f, items)
    made = f.builder.emit("s2sad.copy", operand)
    memory.gather(f.state, made, [operand])
    return made


def _repeated(f: Frame, whole: Operand, count: Operand) -> Operand:
    if isinstance(whole.kind, List) and isinstance(count.kind, Scalar) and not is_inexact(count.kind.dtype):
        items = _spelled_memory(f, whole)
        if items is not None and isinstance(count, Const) and len(items) * count.value <= _MOST_ITEMS:
            return make_list(f, items * count.value)
        made = f.builder.emit("s2sad.repeat", whole, count)
        memory.gather(f.state, made, [whole])
        return made
    if isinstance(whole.kind, Tuple) and isinstance(count, Const) and isinstance(count.value, int):
        items = [subscript(f, None, whole, constant(i)) for i in range(len(whole.kind.items))]
        return make_tuple(f, items * count.value)
    return unknown(f, None, "operator.mul", [whole, count])


def _fold(name: str, args: list[Operand]) -> Operand | None:
    """Arithmetic of literal integers, and the sign of a literal."""
    values = [arg.value for arg in args if isinstance(arg, Const) and not arg.path]
    if len(values) != len(args):
        return None
    if name == "neg" and type(values[0]) in (int, float):
        return constant(-values[0])
    if all(type(value) in (int, str) for value in values) and not all(type(value) is int for value in values):
        return spelled.sum_of_texts(name, values)
    if all(type(value) is int for value in values):
        if name in ("add", "sub", "mul"):
            one, two = values
            return constant({"add": one + two, "sub": one - two, "mul": one * two}[name])
        if name == "floordiv" and values[1]:
            return constant(values[0] // values[1])
    return None


def _unary(f: Frame, node: Any) -> Operand:
    operand = expression(f, node.operand)
    return operator(f, node, UNARY[type(node.op)], operand)


def compare(f: Frame, node: Any, op: Any, left: Operand, right: Operand) -> Operand:
    f.at(node)
    if any(objects.class_of(operand) for operand in (left, right)) and type(op) in _ORDER:
        return _compared(f, node, f"__{COMPARISONS[type(op)]}__", left, right)
    if isinstance(op, (gast.Lt, gast.LtE, gast.Gt, gast.GtE)):
        left, right = solid(f, left), solid(f, right)
    return f.builder.emit(f"operator.{COMPARISONS[type(op)]}", left, right)


_ORDER = {gast.Lt, gast.LtE, gast.Gt, gast.GtE}


def _compared(f: Frame, node: Any, method: str, left: Operand, right: Operand) -> Operand:
    """A comparison of objects, by the method that their class has for it."""
    from s2sad.frontend.lower.calls import call

    function = getattr(objects.class_of(left), method, None)
    if not isinstance(function, types.FunctionType) or function.__code__.co_filename.startswith("<string>"):
        f.fail(node, "objects are compared here, in a way that their class does not say in Python",
               "compare their attributes")
    return call(f, node, constant(Bound(function, left)), [right], {})


def _walrus(f: Frame, node: Any) -> Operand:
    from s2sad.frontend.lower.targets import assign

    value = expression(f, node.value)
    assign(f, node.target, value)
    return value


# -- attributes and subscripts --------------------------------------------------------------------


def _attribute(f: Frame, node: Any) -> Operand:
    base = expression(f, node.value)
    f.at(node)
    return iterators.read(f, node, attribute(f, node, base, mangled(f, node.attr)))


def mangled(f: Frame, name: str) -> str:
    """The name that Python gives to a private attribute inside a class."""
    if not name.startswith("__") or name.endswith("__") or f.function is None:
        return name
    owner = f.function.__qualname__.rpartition(".<locals>.")[2].split(".")
    return f"_{owner[-2].lstrip('_')}{name}" if len(owner) > 1 else name


def attribute(f: Frame, node: Any, base: Operand, name: str) -> Operand:
    if isinstance(base, Const) and isinstance(base.value, types.ModuleType):
        return _static_attribute(f, node, base, name)
    base = solid(f, base)
    made = objects.instance_of(base)
    if made is not None:
        assert isinstance(base, Const)
        return objects.read(f, node, base, made, name)
    if isinstance(base, Const) and isinstance(base.value, objects.Super):
        return objects.super_attribute(f, node, base.value, name)
    if isinstance(base, Const) and isinstance(base.kind, Static) and not isinstance(base.value, (Bound, LocalFunction)):
        return _static_attribute(f, node, base, name)
    kind = base.kind
    if isinstance(kind, Object):
        return _field(f, node, base, kind, name)
    if isinstance(kind, Array):
        if name == "ndim" and kind.ndim is not None:
            return constant(kind.ndim)
        if name in ATTRIBUTES:
            return f.builder.emit(f"array.{name}", base, style="attribute")
        if name == "flat":
            flat = primitive(f, node, "array.reshape", [base, constant(-1)], {}, style="method")
            f.state.flat.add(flat)
            return flat
    if isinstance(kind, Scalar):
        if name in ("real", "T") and not kind.dtype.startswith("complex"):
            return base
        if name in ("real", "imag"):
            return f.builder.emit(f"array.{name}", base, style="attribute")
        if name == "ndim":
            return constant(0)
    if isinstance(kind, Tuple) and kind.cls is not None and name in kind.cls._fields:  # type: ignore[attr-defined]
        place = kind.cls._fields.index(name)  # type: ignore[attr-defined]
        return f.builder.emit("s2sad.getitem", base, constant(place), style=f".{name}")
    return f.builder.emit("s2sad.getattr", base, extra=name, kind=UNKNOWN, varied=base.varied)


def _static_attribute(f: Frame, node: Any, base: Const, name: str) -> Operand:
    try:
        value = getattr(base.value, name)
    except AttributeError:
        f.fail(node, f"{base.path.rpartition(':')[2] or repr(base.value)} has no attribute `{name}`")
    path = f"{base.path}.{name}" if base.path else ""
    if not isinstance(base.value, (types.ModuleType, type)) and not callable(value):
        return f.builder.emit("s2sad.getattr", base, extra=name, kind=UNKNOWN)
    owner = base.value
    if _is_of_library(owner):
        return constant(value, path)
    kind = kind_of(value, (base.path, name))
    if isinstance(owner, (types.ModuleType, type)):
        watch(f.state, owner, name, value)
    if isinstance(kind, Static) or callable(value) and kind == UNKNOWN:
        return constant(value, path)
    if isinstance(owner, types.ModuleType):
        return external(f, value, path, lambda: getattr(owner, name), owner.__name__, (id(vars(owner)), name))
    return f.builder.emit("s2sad.getattr", base, extra=name, kind=kind)


def _is_of_library(owner: Any) -> bool:
    """Whether what an object holds never changes: the constants of NumPy are as good as literals."""
    return getattr(owner, "__name__", "").split(".")[0] in ("numpy", "math", "scipy", "sys")


def _field(f: Frame, node: Any, base: Operand, kind: Object, name: str) -> Operand:
    found = kind.get(name)
    if found is not None:
        if isinstance(found, Static):
            return Const(found.value, found, "")
        item = f.builder.emit("s2sad.getattr", base, extra=name, kind=found, varied=base.varied and may_vary(found))
        if memory.tracked(item):
            memory.memory_of(f.state, item)  # type: ignore[arg-type]
        return item
    owner = next((cls for cls in kind.cls.__mro__ if name in cls.__dict__), None)
    value = owner.__dict__[name] if owner is not None else None
    if owner is None:
        f.fail(node, f"`{kind.cls.__name__}` has no attribute `{name}`")
    if isinstance(value, (int, float, str, bool)):
        f.state.data[None, f"{id(owner)} {name}"] = lambda: owner.__dict__[name]
        return f.builder.emit("s2sad.getattr", base, extra=name, kind=constant(value).kind, varied=False)
    if callable(value) or isinstance(value, _DESCRIPTORS) or value is None:
        return objects.class_attribute(f, node, base, kind.cls.__mro__, name)
    return f.builder.emit("s2sad.getattr", base, extra=name, kind=UNKNOWN, varied=base.varied)


_DESCRIPTORS = (property, functools.cached_property, staticmethod, classmethod)


def _subscript(f: Frame, node: Any) -> Operand:
    base = expression(f, node.value)
    return iterators.read(f, node, subscript(f, node, base, index(f, node.slice)))


def subscript(f: Frame, node: Any, base: Operand, place: Operand) -> Operand:
    if node is not None:
        f.at(node)
    base = ready(f, node, base)
    element = _element(f, base, place)
    if element is not None:
        return memory.fresh(f, node, element)
    if objects.class_of(base) is not None:
        from s2sad.frontend.lower.calls import call

        function = getattr(objects.class_of(base), "__getitem__", None)
        if isinstance(function, types.FunctionType):
            return call(f, node, constant(Bound(function, base)), [place], {})
        return unknown(f, node, "s2sad.getitem", [base, place])
    if isinstance(base.kind, Dict) and isinstance(place, Const) and base.kind.get(place.value) is None:
        f.fail(node, f"the dict has no key {place.value!r}")
    if base.kind.__class__ not in _NUMERIC:
        base = objects.value(f, node, base)
    item = f.builder.emit("s2sad.getitem", base, place)
    if base in f.state.flat and isinstance(item.kind, Array):
        return f.builder.emit("array.copy", item, style="method")
    if not isinstance(base.kind, Array) and memory.tracked(item):
        memory.memory_of(f.state, item)  # type: ignore[arg-type]
    return item


def _element(f: Frame, base: Operand, place: Operand) -> Operand | None:
    """The element of a tuple that is spelled out, or of a literal."""
    if not isinstance(place, Const):
        return _part_of_tuple(f, base, place)
    made = f.state.context.definition(base, "s2sad.dict")
    if made is not None and place.value in made.extra:
        entry: Operand = made.args[made.extra.index(place.value)]
        return entry
    all_of_it = isinstance(base.kind, Array) and base.kind.dims and base not in f.state.flat
    if (isinstance(base.kind, Scalar) or all_of_it) and place.value in ((), Ellipsis):
        return base
    if not isinstance(place.value, int) or isinstance(place.value, bool):
        return None
    if isinstance(base, Const) and isinstance(base.value, tuple):
        return constant(base.value[place.value])
    made = f.state.context.definition(base, "s2sad.tuple") or _unchanged_list(f, base)
    if made is not None and -len(made.args) <= place.value < len(made.args):
        return made.args[place.value]
    return None


def _unchanged_list(f: Frame, base: Operand) -> Assign | None:
    """The display that an operand still is: what comes after a write is another version."""
    holds_memory = isinstance(base.kind, List) and is_mutable(base.kind.item)
    return f.state.context.definition(base, "s2sad.list") if base.varied or holds_memory else None


def _part_of_tuple(f: Frame, base: Operand, place: Operand) -> Operand | None:
    """A slice of a tuple is a tuple of its items, and so it is of a list that is spelled out."""
    part = constant_slice(f.state.context, place) if isinstance(base.kind, (Tuple, List)) else None
    if part is None:
        return None
    if isinstance(base.kind, List):
        items = _spelled_memory(f, base)
        return make_list(f, items[part]) if items else None
    assert isinstance(base.kind, Tuple)
    return make_tuple(f, [subscript(f, None, base, constant(i)) for i in range(len(base.kind.items))[part]])


def index(f: Frame, node: Any) -> Operand:
    """What stands between the brackets."""
    if isinstance(node, gast.Slice):
        bounds = (node.lower, node.upper, node.step)
        parts = [constant(None) if part is None else expression(f, part) for part in bounds]
        return f.builder.emit("s2sad.slice", *parts)
    if isinstance(node, gast.Tuple):
        return make_tuple(f, [index(f, element) for element in node.elts])
    return expression(f, node)


# -- displays -------------------------------------------------------------------------------------


def make_tuple(f: Frame, items: list[Operand]) -> Operand:
    if all(isinstance(item, Const) and not item.path and not isinstance(item.kind, Static) for item in items):
        return constant(tuple(item.value for item in items if isinstance(item, Const)))
    return f.builder.emit("s2sad.tuple", *items)


def make_list(f: Frame, items: list[Operand]) -> Operand:
    made = f.builder.emit("s2sad.list", *items)
    memory.hold(f.state, made, items)
    return made


def elements(f: Frame, nodes: list[Any]) -> list[Operand]:
    """The operands of a display, starred ones taken apart."""
    found: list[Operand] = []
    for node in nodes:
        if isinstance(node, gast.Starred):
            found += unpacked(f, node, expression(f, node.value))
        else:
            found.append(expression(f, node))
    return found


def unpacked(f: Frame, node: Any, value: Operand) -> list[Operand]:
    """The elements of a tuple or a display, one operand each."""
    known = displayed(f, value)
    if known is not None:
        return known
    count = length(value.kind)
    if count is None:
        f.fail(node, "how many elements `*` takes apart is known only at run time", "pass the elements one by one")
    return [subscript(f, node, value, constant(i)) for i in range(count)]


def displayed(f: Frame, value: Operand) -> list[Operand] | None:
    """The elements of a tuple or list that was just spelled out.

    A list of inactive values may have been changed since; one of active values, or of objects made here, may not.
    """
    made = f.state.context.definition(value, "s2sad.tuple")
    if made is None:
        made = f.state.context.definition(value, "s2sad.list")
        if made is not None and not value.varied and not any(map(objects.instance_of, made.args)):
            return None
    return None if made is None else list(made.args)


def length(kind: Kind) -> int | None:
    return len(kind.items) if isinstance(kind, Tuple) else None


def _tuple(f: Frame, node: Any) -> Operand:
    items = elements(f, node.elts)
    f.at(node)
    return make_tuple(f, items)


def _list(f: Frame, node: Any) -> Operand:
    starred = [expression(f, item.value) if isinstance(item, gast.Starred) else None for item in node.elts]
    if any(value is not None and isinstance(value.kind, List) for value in starred):
        return _joined_list(f, node, starred)
    items = elements(f, node.elts)
    f.at(node)
    return make_list(f, items)


def _joined_list(f: Frame, node: Any, starred: list[Operand | None]) -> Operand:
    """`[*xs, a, *ys]` as a sum of lists."""
    parts = []
    for item, value in zip(node.elts, starred, strict=True):
        if value is None:
            value = make_list(f, [expression(f, item)])
        elif not isinstance(value.kind, List):
            value = f.builder.emit("s2sad.list", *unpacked(f, item, value))
        parts.append(value)
    whole = parts[0] if len(parts) > 1 else list_again(f, parts[0])
    for part in parts[1:]:
        whole = operator(f, node, "add", whole, part)
    return whole


def _dict(f: Frame, node: Any) -> Operand:
    entries: dict[Any, Operand] = {}
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        value = expression(f, value_node)
        if key_node is None:
            if not isinstance(value.kind, Dict):
                return opaque(f, node)
            entries.update({name: subscript(f, node, value, constant(name)) for name, _ in value.kind.items})
            continue
        key = expression(f, key_node)
        if not isinstance(key, Const) or not isinstance(key.value, (str, int, bool, tuple)):
            return opaque(f, node)
        entries[key.value] = value
    f.at(node)
    return make_dict(f, tuple(entries), list(entries.values()))


def make_dict(f: Frame, names: tuple[Any, ...], values: list[Operand]) -> Operand:
    kind = Dict(tuple((name, value.kind) for name, value in zip(names, values, strict=True)))
    varied = any(value.varied for value in values)
    return f.builder.emit("s2sad.dict", *values, extra=names, kind=kind, varied=varied)


def _lambda(f: Frame, node: Any) -> Operand:
    from s2sad.frontend.lower.functions import local_function

    return local_function(f, node, "lambda")


def _generator(f: Frame, node: Any) -> Operand:
    made = comprehensions.list_comprehension(f, node)
    iterators.mark(f, made)
    return made


def _f_string(f: Frame, node: Any) -> Operand:
    return spelled.f_string(f, node) or opaque(f, node)


# `calls` adds that of calls.
EXPRESSIONS: dict[type, Callable[[Frame, Any], Operand]] = {
    gast.Constant: _constant,
    gast.Name: read_name,
    gast.BinOp: _binary,
    gast.UnaryOp: _unary,
    gast.BoolOp: branches.boolean,
    gast.Compare: branches.comparison,
    gast.IfExp: branches.conditional,
    gast.NamedExpr: _walrus,
    gast.Attribute: _attribute,
    gast.Subscript: _subscript,
    gast.Slice: index,
    gast.Tuple: _tuple,
    gast.List: _list,
    gast.Dict: _dict,
    gast.Lambda: _lambda,
    gast.ListComp: comprehensions.list_comprehension,
    gast.GeneratorExp: _generator,
    gast.DictComp: comprehensions.dict_comprehension,
    gast.JoinedStr: _f_string,
}

