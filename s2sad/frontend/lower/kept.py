"""Calls of which nothing is known: they are made as they stand, once, where they stand."""
from __future__ import annotations

from typing import Any

import gast
import numpy as np

from s2sad.frontend.lower import memory, objects, updates
from s2sad.frontend.lower.opaque import opaque
from s2sad.frontend.lower.state import Bound, Choice, Frame, LocalFunction, Partial
from s2sad.ir.kinds import INT, STR, UNKNOWN, Array, Dict, Kind, List, is_mutable, may_vary
from s2sad.ir.nodes import Const, Effect, Operand, Var
from s2sad.rules.methods import PURE_METHODS, is_harmless


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


def kept_method(
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
