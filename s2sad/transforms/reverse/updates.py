"""Reversing updates in place: the adjoint of what was written is taken out of the shadow, which is cleared there."""
from __future__ import annotations

from s2sad.analyses.versions import STORES
from s2sad.ir.kinds import Array, Kind, Scalar, has_places
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.ir.spoken import spoken
from s2sad.rules.adjoint_shapes import match
from s2sad.rules.build import Context
from s2sad.rules.indexing import getitem_kind, is_basic, is_mask, is_whole, names_each_once, same_index
from s2sad.transforms.optimise.fitting import same_shape
from s2sad.transforms.reverse.adjoints import Adjoint, Scope, materialise
from s2sad.transforms.reverse.again import TENTATIVE
from s2sad.transforms.reverse.restore import held
from s2sad.transforms.reverse.structures import index_again, named_after
from s2sad.transforms.reverse.sweep import UPDATES, Sweep


def reverse_store(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    """``target = current`` with ``view[index] = value``, or with ``value`` added there."""
    _read_stored(sweep, scope, s)
    _restore(sweep, scope, s)
    current, view, index, value = s.args
    if adjoint is None or not isinstance(current, Var):
        return
    b = scope.builder
    whole = materialise(b, adjoint, s.target)
    place = index_again(sweep, scope, index, s)
    shadow = _view_of(sweep, scope, s, whole)
    written = isinstance(value, Var) and sweep.active(value)
    if s.primitive == "s2sad.add_at":
        scope.values[current] = whole
        if written:
            assert isinstance(value, Var)
            read = b.emit("s2sad.read", shadow, place, kind=getitem_kind(sweep.context, view, index))
            scope.accumulate(value, match(b, sweep.through(scope, view, read), value))
        return
    through = [] if shadow is whole else [shadow]
    g = None
    if written:
        kind = getitem_kind(sweep.context, view, index)
        g = b.emit("s2sad.read", shadow, place, kind=kind)
        if isinstance(current.kind, Array) and not _names_each_once(sweep.context, index):
            g = b.emit("s2sad.last_writes", g, shadow, place, kind=kind)
        g = sweep.through(scope, view, g)
        added = _added(sweep.context, view, index, value)
        if added is not None:
            scope.values[current] = whole
            _accumulate_added(sweep, scope, g, added)
            return
    if view is current and is_whole(sweep.context, current.kind, index):
        # Nothing is left of what was there: its adjoint begins anew.
        scope.values[current] = None
        if written:
            assert isinstance(value, Var)
            scope.accumulate(value, match(b, whole, value))
        return
    scope.values[current] = named_after(b.emit("s2sad.clear", whole, place, *through, kind=current.kind), current)
    if g is not None:
        assert isinstance(value, Var)
        scope.accumulate(value, match(b, g, value))


def _added(context: Context, view: Operand, index: Operand, value: Operand) -> list[tuple[bool, Operand]] | None:
    """What `a[i] + x - y` adds to and (True) takes from the place `a[i]` that it is written to.

    The adjoint of the place stays as it is then, and the terms read it. None where the value is no such sum.
    """
    if not has_places(view.kind, index.kind):
        return None
    terms: list[tuple[bool, Operand]] = []
    while not _is_place(context, view, index, value):
        made = context.definitions.get(value) if isinstance(value, Var) else None
        if not isinstance(made, Assign) or made.primitive not in ("operator.add", "operator.sub"):
            return None
        one, two = made.args
        if made.primitive == "operator.add" and _is_place(context, view, index, two):
            one, two = two, one
        terms.append((made.primitive == "operator.sub", two))
        value = one
    return terms


def _is_place(context: Context, view: Operand, index: Operand, value: Operand) -> bool:
    """Whether a value is what stood at the place before."""
    if value is view:
        return isinstance(index, Const) and index.value is Ellipsis
    made = context.definition(value, "s2sad.getitem")
    return made is not None and made.args[0] is view and same_index(context, made.args[1], index)


def _accumulate_added(sweep: Sweep, scope: Scope, g: Operand, added: list[tuple[bool, Operand]]) -> None:
    for taken, operand in added:
        if isinstance(operand, Var) and sweep.active(operand):
            part = scope.builder.emit("operator.neg", g) if taken else g
            scope.accumulate(operand, match(scope.builder, part, operand))


def _names_each_once(context: Context, index: Operand) -> bool:
    return is_basic(context, index) or is_mask(context, index) or names_each_once(context, index)


def _view_of(sweep: Sweep, scope: Scope, s: Assign, whole: Operand) -> Operand:
    """The view through which was written, of the shadow."""
    current, view = s.args[:2]
    if view is current:
        return whole
    base = sweep.versions.base(view)
    assert isinstance(base, Var)
    return sweep.along(scope, view, base, whole, s)


def _read_stored(sweep: Sweep, scope: Scope, s: Assign) -> None:
    """Read what was stored, before the update is undone: it need not be taped if nothing overwrote it."""
    current, view, index, value = s.args
    if s.primitive != "s2sad.store" or view is not current or not isinstance(value, Var) or not sweep.active(value):
        return
    now = held(sweep.versions, scope, s.target)
    if now is None or not _is_as_stored(sweep.context, getitem_kind(sweep.context, view, index), value.kind):
        return
    element = isinstance(value.kind, Scalar)
    if not element and not _names_each_once(sweep.context, index):
        return
    if not element and _is_of_a_round(sweep, scope, sweep.versions.root(s.target)):
        return  # each round's array would be kept for it
    place = index_again(sweep, scope, index, s)
    primitive = "s2sad.getitem" if element else "s2sad.read"
    read = scope.builder.emit(primitive, now, place, kind=value.kind, extra=TENTATIVE)
    assert isinstance(read, Var)
    read.hint = value.name or value.hint or ("item" if element else _said(sweep.context, value))
    scope.stored[value] = read


def _is_of_a_round(sweep: Sweep, scope: Scope, memory: Operand) -> bool:
    """Whether a loop around makes memory in its rounds, and does not hand it on to them."""
    made = sweep.context.definitions.get(memory) if isinstance(memory, Var) else None
    at: Scope | None = scope if isinstance(made, Assign) else None
    while at is not None:
        if at.inside is not None and memory in at.inside:
            return True
        at = at.parent
    return False


def _said(context: Context, value: Var) -> str:
    """What a value without a name is called."""
    made = context.definitions.get(value)
    return spoken(made.primitive) if isinstance(made, Assign) else "item"


def _is_as_stored(context: Context, place: Kind, value: Kind) -> bool:
    """Whether a place holds what was stored there and nothing else; compiled, Python's own numbers are no others."""
    if isinstance(place, Array) and isinstance(value, Array):
        return place.dtype == value.dtype and same_shape(place, value)
    if not isinstance(place, Scalar) or not isinstance(value, Scalar):
        return False
    return place == value or context.array_tapes and place.dtype == value.dtype


def _restore(sweep: Sweep, scope: Scope, s: Assign) -> None:
    """Put back what the update overwrote; kept only if the reverse sweep reads it."""
    current, view, index, _ = s.args
    now = held(sweep.versions, scope, s.target)
    if now is None or not isinstance(current, Var):
        return
    b = scope.builder
    old = sweep.known.overwritten(s) or _read_before(sweep, s)
    if current.name and not old.name:
        old.hint = f"{current.name}_old"
    scope.restored.add(old)
    place = index_again(sweep, scope, index, s)
    through = now if view is current else _view_of(sweep, scope, s, now)
    back = b.emit("s2sad.store", now, through, place, old, kind=current.kind)
    assert isinstance(back, Var)
    named_after(back, current, "")
    scope.memory[current] = back
    sweep.undone[s] = now, back


def _read_before(sweep: Sweep, s: Assign) -> Var:
    """What an update overwrites, read in front of it."""
    _, view, index, _ = s.args
    old = Var("", getitem_kind(sweep.context, view, index))
    read = Assign(old, "s2sad.read", [view, index], origin=s.origin)
    sweep.context.definitions[old] = read
    sweep.before.setdefault(s, []).append(read)
    return old


UPDATES.update(dict.fromkeys(STORES, reverse_store))
