"""The adjoints of making, reading and copying containers, elements of arrays included."""
from __future__ import annotations

from collections.abc import Hashable

from s2sad.analyses.provenance import not_understood
from s2sad.errors import UnsupportedError
from s2sad.ir.kinds import INT, SLICE, Array, Dict, List, Object, Scalar, Tuple
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.adjoint_shapes import match
from s2sad.rules.axes import squeeze, turned, unsqueeze
from s2sad.rules.build import Context, constant
from s2sad.rules.indexing import is_basic, is_reversal, rearranged
from s2sad.transforms.reverse.adjoints import Adjoint, Parts, Scope, as_list, explode, materialise, zero
from s2sad.transforms.reverse.items import part_kinds
from s2sad.transforms.reverse.sweep import STRUCTURES, Sweep


def _each(sweep: Sweep, scope: Scope, args: list[Operand], parts: Parts, keys: list[object]) -> None:
    for operand, key in zip(args, keys, strict=True):
        if sweep.active(operand) and isinstance(operand, Var):
            scope.accumulate(operand, _matched(scope, parts.items.get(key), operand))


def _matched(scope: Scope, g: Adjoint, like: Operand) -> Adjoint:
    return g if g is None or isinstance(g, Parts) else match(scope.builder, g, like)


def _tuple(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    if isinstance(adjoint, Var) and isinstance(adjoint.kind, List):
        _list(sweep, scope, s, adjoint)
        return
    parts = explode(scope.builder, adjoint, s.target.kind)
    _each(sweep, scope, s.args, parts, list(range(len(s.args))))


def _dict(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    _each(sweep, scope, s.args, explode(scope.builder, adjoint, s.target.kind), list(s.extra))


def _new(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    names = s.extra[2]
    keys = list(range(len(names))) if isinstance(s.target.kind, Tuple) else list(names)
    _each(sweep, scope, s.args, explode(scope.builder, adjoint, s.target.kind), keys)


def _list(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    b = scope.builder
    whole = materialise(b, adjoint, s.target)
    made = b.context.definition(whole, "s2sad.list") or b.context.definition(whole, "s2sad.tuple")
    for number, operand in enumerate(s.args):
        if sweep.active(operand) and isinstance(operand, Var):
            g = made.args[number] if made is not None else (
                as_list(b, b.emit("s2sad.getitem", whole, constant(number))))
            scope.accumulate(operand, _matched(scope, _like(g, operand), operand))


def _like(g: Operand, operand: Var) -> Operand:
    """An item of the adjoint of a list has the shape of the item of the list."""
    if isinstance(g, Var) and isinstance(operand.kind, Array) and not g.name:
        g.kind = operand.kind
    return g


def _append(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    b = scope.builder
    before, item = s.args
    whole = materialise(b, adjoint, s.target)
    number = sweep.numbered.get(s.target)
    if sweep.active(item) and isinstance(item, Var):
        g = as_list(b, b.emit("s2sad.getitem", whole, constant(-1) if number is None else number))
        scope.accumulate(item, _matched(scope, _like(g, item), item))
    if isinstance(before, Var):
        longer_is_as_good = number is not None  # nothing else is read of it, and in the end nothing at all
        scope.accumulate(before, whole if longer_is_as_good else b.emit("s2sad.drop_last", whole, kind=s.target.kind))


def _drop_last(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    """The item that was dropped has no adjoint from here."""
    b = scope.builder
    before = s.args[0]
    if not isinstance(before, Var) or not sweep.active(before) or not isinstance(before.kind, List):
        return
    whole = materialise(b, adjoint, s.target)
    last: Operand = constant(0.0)
    if not isinstance(before.kind.item, Scalar):
        item = b.emit("s2sad.getitem", sweep.primal(scope, before, s), constant(-1), kind=before.kind.item)
        last = zero(b, item)
    scope.accumulate(before, b.emit("s2sad.append", whole, last, kind=before.kind))


def _getitem(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    base, index = s.args
    if not isinstance(base, Var) or not sweep.active(base):
        return
    if isinstance(base.kind, (Tuple, Dict)) and isinstance(index, Const):
        key = index.value
        if isinstance(base.kind, Tuple):
            key = key % len(base.kind.items)
        scope.accumulate_part(base, key, adjoint)
        return
    if isinstance(base.kind, (Array, List)):
        b = scope.builder
        g = materialise(b, adjoint, s.target)
        order = rearranged(sweep.context, base.kind, index)
        if order is not None:
            back = unsqueeze(b, squeeze(b, g, order.added), order.dropped)
            scope.accumulate(base, match(b, back, base))
            return
        if _through_matrix(sweep, scope, s, g) or _through_shadow(sweep, scope, s, base, index, g) or (
                _through_container(sweep, scope, s, base, g)):
            return
        if not sweep.context.array_tapes and is_reversal(sweep.context, base.kind, index):
            # (compiled code adds to what is laid out from the front, and has one layout for a name)
            scope.accumulate(base, turned(b, g, index_again(sweep, scope, index, s)))
            return
        current = scope.current(base)
        if current is None:
            current = zero(b, base, bound=True)
        assert not isinstance(current, Parts)
        place = index_again(sweep, scope, index, s)
        spread = b.context.definition(g, "s2sad.expand")
        if spread is not None and spread.adjoint and _is_broadcast(sweep.context, base, index, spread.args[0]):
            g = spread.args[0]
        scope.values[base] = named_after(b.emit("s2sad.index_add", current, place, g, kind=base.kind), base)
        return
    if isinstance(base.kind, Tuple) and isinstance(index, Var):
        _dynamic(sweep, scope, s, adjoint, base, index)
        return
    raise UnsupportedError(
        "what this subscript reads is known only at run time", s.origin,
        "use a list, an array, or literal keys: of a tuple of them, or made of the number of a loop's round",
    )


def _is_broadcast(context: Context, base: Var, index: Operand, value: Operand) -> bool:
    """Whether adding a value to a part of an array broadcasts it: a number, or by `np.add.at` an array."""
    scattered = isinstance(base.kind, Array) and not is_basic(context, index) and not context.array_tapes
    return isinstance(value.kind, Scalar) or scattered and isinstance(value.kind, Array)


def _through_matrix(sweep: Sweep, scope: Scope, s: Assign, g: Operand) -> bool:
    """Add to the element of a matrix of whose row one element was read: the row needs no adjoint of its own."""
    row, column = s.args
    made = sweep.context.definition(row, "s2sad.getitem")
    if made is None or column.kind != INT or made.args[1].kind != INT:
        return False
    matrix = made.args[0]
    if not isinstance(matrix, Var) or not isinstance(matrix.kind, Array) or matrix.kind.ndim != 2:
        return False
    if not sweep.active(matrix) or sweep.aliases.may_change(matrix):
        return False
    current = scope.current(matrix)
    if current is None:
        current = zero(scope.builder, matrix, bound=True)
    assert not isinstance(current, Parts)
    numbers = [index_again(sweep, scope, made.args[1], made), index_again(sweep, scope, column, s)]
    place = scope.builder.emit("s2sad.tuple", *numbers)
    total = scope.builder.emit("s2sad.index_add", current, place, g, kind=matrix.kind)
    scope.values[matrix] = named_after(total, matrix)
    return True


def _through_shadow(sweep: Sweep, scope: Scope, s: Assign, base: Var, index: Operand, g: Operand) -> bool:
    """Add to the element of the array that a view is of, through the same view of its shadow."""
    root = sweep.versions.base(base)
    if root is base or not isinstance(root, Var) or scope.current(base) is not None or not sweep.active(root):
        return False
    if sweep.versions.first(root) is root and root not in sweep.versions.overwritten:
        return False
    b = scope.builder
    shadow = scope.current(root)
    if shadow is None:
        shadow = zero(b, root, bound=True)
    assert not isinstance(shadow, Parts)
    view = sweep.along(scope, base, root, shadow, s)
    place = index_again(sweep, scope, index, s)
    g = sweep.through(scope, base, g)
    scope.values[root] = named_after(b.emit("s2sad.index_add", shadow, place, g, view, kind=root.kind), root)
    return True


def _through_container(sweep: Sweep, scope: Scope, s: Assign, base: Var, g: Operand) -> bool:
    """Add to the element of an item of a container where the adjoint of the container has it: an adjoint of the item
    would be as long as the item, for each element that is read."""
    steps = _steps(sweep.context, base)
    root = steps[0].args[0] if steps else base
    if root is base or not isinstance(root, Var) or not sweep.active(root) or scope.current(base) is not None:
        return False
    if isinstance(base.kind, List) and not isinstance(g.kind, Scalar):
        return False
    place = index_again(sweep, scope, s.args[1], s)
    changed = _added_within(sweep, scope, steps, scope.current(root), root, (place, g))
    if changed is None:
        return False
    scope.values[root] = scope.named(changed, root)
    return True


def _steps(context: Context, item: Operand) -> list[Assign]:
    """How an item is read out of a container: from the outermost one on."""
    steps: list[Assign] = []
    while True:
        made = context.definitions.get(item) if isinstance(item, Var) else None
        if not isinstance(made, Assign) or made.primitive not in ("s2sad.getitem", "s2sad.getattr"):
            break
        if not isinstance(made.args[0].kind, (Tuple, Dict, Object, List)):
            break
        if isinstance(made.args[0].kind, List) and made.args[1].kind == SLICE:
            break  # another list, whose adjoint is one of its own
        steps.append(made)
        item = made.args[0]
    return steps[::-1]


def _added_within(
    sweep: Sweep, scope: Scope, steps: list[Assign], adjoint: Adjoint, whole: Operand, added: tuple[Operand, Operand]
) -> Adjoint:
    """The adjoint of ``whole`` with a contribution to an element of the item that ``steps`` lead to; None where an item
    of a list has items that are known one by one."""
    b = scope.builder
    key = _known_key(steps[0]) if steps else None
    if key is not None:
        parts = explode(b, adjoint, whole.kind)
        part = _added_within(sweep, scope, steps[1:], parts.items.get(key), steps[0].target, added)
        return None if part is None else Parts({**parts.items, key: part})
    if any(_known_key(step) is not None or not isinstance(step.args[0].kind, List) for step in steps):
        return None
    start = materialise(b, adjoint, whole)
    view: Operand = start
    for step in steps:
        view = b.emit("s2sad.getitem", view, index_again(sweep, scope, step.args[1], step), kind=step.target.kind)
    place, g = added
    return b.emit("s2sad.index_add", start, place, g, *([] if view is start else [view]), kind=whole.kind)


def _known_key(step: Assign) -> Hashable | None:
    """The key of the item that is read, where the container has known ones."""
    kinds = part_kinds(step.args[0].kind)
    if kinds is None:
        return None
    index = step.args[1].value if len(step.args) > 1 and isinstance(step.args[1], Const) else step.extra
    key = index % len(kinds) if isinstance(step.args[0].kind, Tuple) and isinstance(index, int) else index
    return key if key in kinds else None


def index_again(sweep: Sweep, scope: Scope, index: Operand, s: Assign) -> Operand:
    """The same index in the reverse sweep: slices are written out there, their bounds are what is kept."""
    if isinstance(index.kind, Scalar):
        return sweep.primal(scope, index, s)
    context, b = sweep.context, scope.builder
    made = context.definition(index, "s2sad.slice")
    if made is not None:
        return b.emit("s2sad.slice", *[sweep.primal(scope, part, s) for part in made.args])
    made = context.definition(index, "s2sad.tuple")
    if made is not None:
        return b.emit("s2sad.tuple", *[index_again(sweep, scope, part, s) for part in made.args])
    return sweep.primal(scope, index, s)


def _dynamic(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint, base: Var, index: Var) -> None:
    """An item of a tuple by a number known at run time: the adjoint of the tuple is rebuilt with it."""
    b = scope.builder
    g = materialise(b, adjoint, s.target)
    current = materialise(b, scope.current(base), base)
    scope.values[base] = named_after(b.emit("s2sad.tuple_add", current, index, g, kind=base.kind), base)


def named_after(operand: Operand, base: Var, suffix: str = "_bar") -> Operand:
    if isinstance(operand, Var) and base.name:
        operand.name = f"{base.name}{suffix}"
    return operand


def _getattr(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    base = s.args[0]
    if isinstance(base, Var) and isinstance(base.kind, Object) and base.kind.get(s.extra) is not None:
        if sweep.active(base):
            scope.accumulate_part(base, s.extra, adjoint)
        return
    if base.varied:
        raise UnsupportedError(f"the attribute `{s.extra}` is not known to carry a derivative", s.origin)


def _copy(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    base = s.args[0]
    if isinstance(base, Var) and sweep.active(base):
        scope.accumulate(base, adjoint)


def _seen(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    """A view of memory that was updated since: its adjoint goes where the view is of the present version."""
    base = s.args[1]
    if not isinstance(base, Var) or not sweep.active(base):
        return
    b = scope.builder
    root = sweep.versions.base(base)
    assert isinstance(root, Var)
    shadow = scope.current(root)
    if shadow is None:
        shadow = zero(b, root, bound=True)
    assert not isinstance(shadow, Parts)
    g = sweep.through(scope, s.target, materialise(b, adjoint, s.target))
    whole = sweep.along(scope, s.target, root, shadow, s)
    scope.values[root] = named_after(b.emit("s2sad.index_add", shadow, constant(...), g, whole, kind=root.kind), root)


def _converted(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    """`tuple` of a list and `list` of a tuple: their adjoints are lists of as many."""
    base = s.args[0]
    if not isinstance(base.kind, List):
        raise not_understood(sweep.context, s.target, s.origin)
    _copy(sweep, scope, s, adjoint)


def _concat(sweep: Sweep, scope: Scope, s: Assign, adjoint: Adjoint) -> None:
    """The sum of two lists: its adjoint falls apart where the first one ended."""
    b = scope.builder
    whole = materialise(b, adjoint, s.target)
    first = sweep.primal(scope, s.args[0], s)
    count = b.emit("builtins.len", first)
    none = constant(None)
    for operand, bounds in zip(s.args, ((none, count), (count, none)), strict=True):
        if isinstance(operand, Var) and sweep.active(operand):
            part = b.emit("s2sad.slice", *bounds, none)
            scope.accumulate(operand, b.emit("s2sad.getitem", whole, part, kind=operand.kind))


STRUCTURES.update({
    "s2sad.concat": _concat,
    "s2sad.tuple": _tuple,
    "s2sad.list": _list,
    "s2sad.dict": _dict,
    "s2sad.new": _new,
    "s2sad.append": _append,
    "s2sad.drop_last": _drop_last,
    "s2sad.getitem": _getitem,
    "s2sad.getattr": _getattr,
    "s2sad.copy": _copy,
    "s2sad.alias": _copy,
    "s2sad.seen": _seen,
    "s2sad.some": _copy,
    "builtins.tuple": _converted,
    "builtins.list": _converted,
})
