"""The adjoints of variables while a reverse sweep is being written.

An adjoint is None (zero, as long as no one has contributed), an operand (a value at run time, of the kind
of its variable), or `Parts` (the adjoints of the items of a tuple, the entries of a dict, the attributes of
an object, each an adjoint again): containers cost nothing as long as their items are named one by one.

Scopes mirror the blocks of the primal. A contribution inside a branch or loop to a variable from outside
becomes a merged or carried adjoint of that variable.
"""
from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from s2sad.analyses.views import is_contiguous
from s2sad.errors import InternalError
from s2sad.ir.kinds import (
    INT,
    NEVER,
    Array,
    Kind,
    List,
    Maybe,
    Scalar,
    carries_derivative,
    present,
)
from s2sad.ir.nodes import Assign, If, Loop, Operand, Var
from s2sad.ir.spoken import spoken
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.reverse.items import assemble, part_kinds, read_part
from s2sad.transforms.reverse.unbound import maybe_unbound, shaped_alike


@dataclass(eq=False)
class Parts:
    items: dict[Hashable, Adjoint] = field(default_factory=dict)


Adjoint = Operand | Parts | None


class Scope:
    """The adjoints known in one block of the reverse sweep."""

    def __init__(
        self, parent: Scope | None, builder: Builder, is_in_order: Callable[[Operand], bool],
        inside: set[Var] | None = None,
    ) -> None:
        """``is_in_order`` says whether views of an adjoint are written through that are copies if it does not lie in C
        order; ``inside`` is given for the body of a loop: the variables that are its own."""
        self.parent, self.builder, self.is_in_order, self.inside = parent, builder, is_in_order, inside
        self.values: dict[Var, Adjoint] = {}
        self.unreached = False  # the branch that it reverses raises
        # The adjoints of variables from outside of a loop, as they are when a round begins.
        self.carried: dict[Var, Var | Parts] = {}
        # What holds the versions of updated memory here; see `restore`.
        self.memory: dict[Var, Operand] = {}
        # What was stored as an element, read where it still stands; see `updates`.
        self.stored: dict[Var, Var] = {}
        # What is put back here, and so at hand.
        self.restored: set[Var] = set()

    def current(self, var: Var) -> Adjoint:
        if var in self.values:
            return self.values[var]
        if self.parent is None:
            return None
        if self.inside is None:
            return self.parent.current(var)
        if var in self.inside:
            return None
        param = parameters(bar(var), present(var.kind))
        self.carried[var] = param
        self.values[var] = param
        return param

    def take(self, var: Var) -> Adjoint:
        """The adjoint of a variable whose definition is reversed now: nothing is added to it later."""
        return self.values.pop(var, None)

    def accumulate(self, var: Var, g: Adjoint) -> None:
        if g is None:
            return
        self.values[var] = self.named(add(self.builder, self.current(var), self._in_order(g, var), var), var)

    def _in_order(self, g: Adjoint, var: Var) -> Adjoint:
        """A contribution in C order, where views of the adjoint are to be views of it too."""
        context = self.builder.context
        if not isinstance(g, Var) or not isinstance(g.kind, Array) or not self.is_in_order(var):
            return g
        made = context.definitions.get(g)
        if not isinstance(made, Assign) or g.kind.ndim in (0, 1) or is_contiguous(context, g):
            return g  # what a loop carries is in order as it begins; of one axis adjoints have memory of their own
        return self.builder.emit("numpy.ascontiguousarray", g)

    def named(self, g: Adjoint, var: Var) -> Adjoint:
        """Name an adjoint after its variable, if it has no name and is not a value of the primal."""
        definitions = self.builder.context.definitions
        if isinstance(g, Var) and not g.name and (g not in definitions or definitions[g].adjoint):
            g.name = bar(var)
            if not g.hint:
                made = definitions.get(var)
                g.hint = f"{spoken(made.primitive)}_bar" if isinstance(made, Assign) else ""
        return g

    def accumulate_part(self, var: Var, key: Hashable, g: Adjoint) -> None:
        if g is None:
            return
        parts = explode(self.builder, self.current(var), var.kind)
        items = dict(parts.items)
        items[key] = add(self.builder, items.get(key), g, None)
        whole = items[key]
        if isinstance(whole, Var) and not whole.name:
            made = self.builder.context.definitions.get(whole)
            if made is not None and made.adjoint:
                whole.name = _part_name(key)
        self.values[var] = Parts(items)


def bar(var: Var) -> str:
    return f"{var.name}_bar" if var.name else ""


def _part_name(key: Hashable) -> str:
    return f"{key}_bar" if isinstance(key, str) and key.isidentifier() else ""


def parameters(name: str, kind: Kind, hint: str = "") -> Var | Parts:
    """What carries an adjoint of this kind through a loop: a variable for each item of a container.

    An item without a name of its own is called as what it takes its values from, or else after the whole (``hint``).
    """
    kinds = part_kinds(kind)
    if kinds is None:
        found = Var(name, kind)
        found.hint = hint
        return found
    return Parts({key: parameters(_part_name(key), present(item), name or hint) for key, item in kinds.items()
                  if carries_derivative(item)})


def add(b: Builder, one: Adjoint, two: Adjoint, like: Var | None) -> Adjoint:
    if one is None or two is None:
        return two if one is None else one
    if isinstance(one, Parts) or isinstance(two, Parts):
        kind = like.kind if like is not None else _kind(one) or _kind(two)
        if kind is None:
            keys = {**getattr(one, "items", {}), **getattr(two, "items", {})}
            assert isinstance(one, Parts) and isinstance(two, Parts)
            return Parts({key: add(b, one.items.get(key), two.items.get(key), None) for key in keys})
        first, second = explode(b, one, kind), explode(b, two, kind)
        keys = {**first.items, **second.items}
        return Parts({key: add(b, first.items.get(key), second.items.get(key), None) for key in keys})
    if part_kinds(one.kind) is not None:
        first, second = explode(b, one, one.kind), explode(b, two, two.kind)
        return Parts({key: add(b, first.items.get(key), second.items.get(key), None) for key in first.items})
    if isinstance(one.kind, List):
        return b.emit("s2sad.add_lists", one, two)
    if _is_zero(one):
        return two
    if _is_zero(two):
        return one
    total = b.emit("operator.add", one, two)
    if like is not None and isinstance(like.kind, Array) and like.kind.dims == ():
        return b.emit("numpy.asarray", total, kind=like.kind)  # NumPy adds 0-dimensional arrays to a number
    return total


def _is_zero(operand: Operand) -> bool:
    return not isinstance(operand, Var) and operand.value == 0.0 and not operand.path


def _kind(adjoint: Adjoint) -> Kind | None:
    return adjoint.kind if isinstance(adjoint, Var) else None


def explode(b: Builder, adjoint: Adjoint, kind: Kind) -> Parts:
    """An adjoint of a container as the adjoints of its items."""
    if isinstance(adjoint, Parts):
        return adjoint
    kinds = part_kinds(kind)
    if kinds is None:
        raise InternalError(f"a {kind} has no items", b.origin)
    if adjoint is None:
        return Parts({})
    made = b.context.definition(adjoint, "s2sad.tuple")
    if made is not None:
        return Parts(dict(enumerate(made.args)))
    form = as_list if _is_given(b.context, adjoint) else _as_it_is
    return Parts({
        key: form(b, read_part(b, adjoint, kind, key)) for key, item in kinds.items() if carries_derivative(item)
    })


def as_list(b: Builder, adjoint: Operand) -> Operand:
    """An adjoint that may be of the kind of its variable, as the caller gives it: of a tuple of any length it is a list
    from then on."""
    kind = adjoint.kind
    if not isinstance(kind, List) or kind.cls is not tuple:
        return adjoint
    return b.emit("builtins.list", adjoint, kind=List(kind.item))


def _as_it_is(b: Builder, adjoint: Operand) -> Operand:
    return adjoint


def _is_given(context: Context, adjoint: Operand) -> bool:
    """Whether an adjoint is the cotangent that the caller gives, or a part of it."""
    while isinstance(adjoint, Var):
        made = context.definitions.get(adjoint)
        if not isinstance(made, Assign) or made.primitive not in ("s2sad.getitem", "s2sad.getattr"):
            return made is None
        adjoint = made.args[0]
    return False


def materialise(b: Builder, adjoint: Adjoint, like: Operand, zero_like: Operand | None = None) -> Operand:
    """An adjoint as a value at run time, of the kind of ``like``."""
    if isinstance(adjoint, Parts):
        return _build(b, adjoint, like)
    if adjoint is None:
        return zero(b, like if zero_like is None else zero_like)
    return adjoint


def zero(b: Builder, like: Operand, bound: bool = False) -> Operand:
    """A zero adjoint for a variable, shaped as its value. ``bound``: it is bound for sure, for it is read here."""
    kind = like.kind
    if isinstance(kind, (Scalar, Maybe)) or kind == NEVER:
        return constant(0.0)
    if not carries_derivative(kind):
        return constant(None)
    if part_kinds(kind) is not None:
        return _build(b, Parts({}), like)
    if not bound and isinstance(like, Var) and maybe_unbound(b.context, like):
        source = shaped_alike(b, like)
        return constant(0.0) if source is None else b.emit("s2sad.zeros_like", source)
    return b.emit("s2sad.zeros_like", like)


_EXACT_OF_INTEGERS = {"operator.mul", "operator.add", "operator.sub", "operator.neg", "operator.pos"}


def may_be_int(context: Context, operand: Operand, depth: int = 8) -> bool:
    """Whether a number called a float here may be an integer at run time: it was one on some path."""
    if operand.kind == INT:
        return True
    made = context.definitions.get(operand) if isinstance(operand, Var) and depth else None
    if isinstance(made, If):
        return any(may_be_int(context, v, depth - 1) for m in made.merges if m.out is operand for v in m.values)
    if isinstance(made, Loop):
        return any(may_be_int(context, c.init, depth - 1) for c in made.carries if operand in (c.result, c.param))
    if isinstance(made, Assign) and made.primitive in _EXACT_OF_INTEGERS:
        return all(may_be_int(context, arg, depth - 1) for arg in made.args)
    return False


def _build(b: Builder, parts: Parts, like: Operand) -> Operand:
    """Put the adjoints of items together to a value of the same structure."""
    kind = like.kind
    kinds = part_kinds(kind)
    assert kinds is not None
    made = b.context.definition(like, "s2sad.tuple")
    values: list[Operand] = []
    for key, item in kinds.items():
        if not carries_derivative(item):
            values.append(constant(None))
            continue
        part = parts.items.get(key)
        if part is not None and not isinstance(part, Parts):
            values.append(part)
            continue
        known = made.args[key] if made is not None and isinstance(key, int) else None
        inner = known if known is not None else read_part(b, like, kind, key)
        values.append(materialise(b, part, inner))
    return assemble(b, kind, values, like)
