"""The items of containers of which the kind names each: of tuples, of dicts with known keys, of objects."""
from __future__ import annotations

from collections.abc import Hashable

from s2sad.errors import InternalError
from s2sad.ir.kinds import Dict, Kind, Object, Tuple
from s2sad.ir.nodes import Operand, Var
from s2sad.rules.build import Builder, constant


def part_kinds(kind: Kind) -> dict[Hashable, Kind] | None:
    """The kinds of the items of a container whose items are known; None for other kinds."""
    match kind:
        case Tuple(items):
            return dict(enumerate(items))
        case Dict(items) | Object(_, items):
            return dict(items)
    return None


def read_part(b: Builder, whole: Operand, kind: Kind, key: Hashable) -> Operand:
    """The item of a container, of an adjoint or of a primal."""
    item = (part_kinds(kind) or {})[key]
    if isinstance(kind, Object):
        return b.emit("s2sad.getattr", whole, extra=key, kind=item, varied=False)
    found = b.emit("s2sad.getitem", whole, constant(key))
    if isinstance(found, Var) and found.kind != item:
        found.kind = item
    return found


def assemble(b: Builder, kind: Kind, values: list[Operand], like: Operand | None = None) -> Operand:
    """A container of these items; of an object one with attributes that are not None in place of those of ``like``."""
    match kind:
        case Tuple(_, None):
            return b.emit("s2sad.tuple", *values)
        case Tuple(_, cls):
            assert cls is not None
            names = tuple(cls._fields)  # type: ignore[attr-defined]
            return b.emit("s2sad.new", *values, extra=(cls, "", names), kind=kind)
        case Dict(items):
            return b.emit("s2sad.dict", *values, extra=tuple(key for key, _ in items), kind=kind)
        case Object(_, attributes) if like is not None:
            names = tuple(name for name, _ in attributes)
            changed = [(n, v) for n, v in zip(names, values, strict=True) if not _is_none(v)]
            return b.emit("s2sad.like", like, *[value for _, value in changed],
                          extra=tuple(name for name, _ in changed), kind=kind)
    raise InternalError(f"an adjoint of kind {kind} cannot be built", b.origin)


def _is_none(operand: Operand) -> bool:
    return not isinstance(operand, Var) and operand.value is None


