"""Calls of primitives, and of functions of a library that have no rule."""
from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from s2sad.frontend.lower import looks, memory
from s2sad.frontend.lower.state import Frame
from s2sad.ir.kinds import UNKNOWN, List, Maybe, Scalar, Tuple
from s2sad.ir.nodes import Operand
from s2sad.rules import table
from s2sad.rules.numpy_arrays import TAKES_SEQUENCES


def primitive(
    f: Frame, node: Any, name: str, args: list[Operand], keywords: dict[str, Operand], style: str = ""
) -> Operand:
    """A call of a primitive, or of a function of a library that has no rule."""
    f.at(node)
    args = [ready(f, node, arg) for arg in args]
    keywords = {key: memory.fresh(f, node, value) for key, value in keywords.items()} if keywords else {}
    form = looks.form_of_call(f, name, args, keywords)
    if form is None:
        if any(arg.varied for arg in args):
            f.fail(node, f"whether what `{name.rpartition('.')[2]}` gives here is of the memory of its argument is not "
                   "known", "give it a copy: np.copy(…)")
        return unknown(f, node, name, [*args, *keywords.values()], keywords=tuple(keywords), style=style)
    name, args, keywords = form
    entry = table.lookup(name)
    if entry is not None and keywords:
        keywords = _own_keywords(entry, name, keywords)
        while len(args) < len(entry.required) and entry.required[len(args)] in keywords:
            args = [*args, keywords.pop(entry.required[len(args)])]
    if name.startswith("numpy.") and name not in TAKES_SEQUENCES:
        # NumPy takes nested lists of numbers for arrays; a derivative flows through the array.
        args = [array_of(f, arg) for arg in args]
    operands, words = [*args, *keywords.values()], tuple(keywords)
    if entry is None or table.bind(entry, operands, words) is None:
        return unknown(f, node, name, operands, keywords=words, style=style)
    made = f.builder.emit(name, *operands, keywords=words, style=style)
    if entry.view and isinstance(made.kind, List):
        memory.hold_views(f.state, made, operands[0])
    return made


def _own_keywords(entry: table.Primitive, name: str, keywords: dict[str, Operand]) -> dict[str, Operand]:
    """NumPy calls its first parameter `a` where rules call it `x`: keywords by the names of the rule."""
    module, _, path = name.partition(".")
    if module != "numpy":
        return keywords
    own = [param for param, _ in entry.params]
    if all(key in own for key in keywords):
        return keywords
    try:
        theirs = list(inspect.signature(getattr(np, path.split(".")[0])).parameters)
    except (ValueError, TypeError, AttributeError):
        return keywords
    renamed = {their: mine for their, mine in zip(theirs, own, strict=False)
               if mine not in theirs and not mine.startswith("*")}
    return {key if key in own else renamed.get(key, key): value for key, value in keywords.items()}


def array_of(f: Frame, arg: Operand) -> Operand:
    return f.builder.emit("numpy.array", arg) if arg.varied and isinstance(arg.kind, (List, Tuple)) else arg


def solid(f: Frame, operand: Operand) -> Operand:
    """An operand that is used as a value: if it may be None, it is not None here, or its use fails."""
    return f.builder.emit("s2sad.some", operand) if isinstance(operand.kind, Maybe) else operand


def ready(f: Frame, node: Any, operand: Operand) -> Operand:
    """An operand that is used as a value, as it is now."""
    kind = operand.kind
    if isinstance(kind, Scalar):
        return operand
    if isinstance(kind, Maybe):
        operand = solid(f, operand)
    return memory.fresh(f, node, operand) if f.state.rewritten else operand


def unknown(f: Frame, node: Any, primitive: str, args: list[Operand], **options: Any) -> Operand:
    """A value of which nothing is known; an error only if a derivative has to pass through it."""
    if node is not None:
        f.at(node)
    varied = any(arg.varied for arg in args)
    return f.builder.emit(primitive, *args, kind=UNKNOWN, varied=varied, **options)
