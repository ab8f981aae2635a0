"""Operators and comparisons: of numbers and arrays, of containers, and of objects that overload them."""
from __future__ import annotations

import types
from typing import Any

import gast

from s2sad.frontend.lower import memory, objects, texts
from s2sad.frontend.lower.containers import length, make_dict, make_list, make_tuple, spelled_memory
from s2sad.frontend.lower.expressions import expression
from s2sad.frontend.lower.primitives import array_of, ready, solid, unknown
from s2sad.frontend.lower.state import Bound, Frame
from s2sad.frontend.lower.subscripts import subscript
from s2sad.ir.kinds import NUMERIC, Array, Dict, List, Scalar, Tuple, is_inexact
from s2sad.ir.meeting import join
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant

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


def binary(f: Frame, node: Any) -> Operand:
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


_NUMERIC = {*NUMERIC}
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
        spelled_out = [spelled_memory(f, arg) for arg in args]
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


def _repeated(f: Frame, whole: Operand, count: Operand) -> Operand:
    if isinstance(whole.kind, List) and isinstance(count.kind, Scalar) and not is_inexact(count.kind.dtype):
        items = spelled_memory(f, whole)
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
        return texts.sum_of_texts(name, values)
    if all(type(value) is int for value in values):
        if name in ("add", "sub", "mul"):
            one, two = values
            return constant({"add": one + two, "sub": one - two, "mul": one * two}[name])
        if name == "floordiv" and values[1]:
            return constant(values[0] // values[1])
    return None


def unary(f: Frame, node: Any) -> Operand:
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
