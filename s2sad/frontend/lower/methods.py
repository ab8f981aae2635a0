"""Calls of the methods of numbers, arrays, texts and containers."""
from __future__ import annotations

from typing import Any

from s2sad.frontend.lower import looks, records, texts, updates, writers
from s2sad.frontend.lower.containers import make_dict, make_tuple
from s2sad.frontend.lower.kept import kept_method
from s2sad.frontend.lower.primitives import primitive
from s2sad.frontend.lower.state import Frame
from s2sad.frontend.lower.subscripts import subscript
from s2sad.ir.kinds import Array, Dict, List, Scalar, Tuple, is_numeric
from s2sad.ir.nodes import Const, Operand
from s2sad.rules.build import constant
from s2sad.rules.methods import METHODS


def call_method(
    f: Frame, node: Any, receiver: Operand, name: str, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """A method of a number, an array, a text or a container; what is none of these is called as it stands."""
    kind = receiver.kind
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
        return records.replaced(f, node, receiver, kind, keywords)
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
    return kept_method(f, node, receiver, name, args, keywords)


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
