"""Statements and calls that change an array, a list or a dict in place, as new versions of its memory."""
from __future__ import annotations

from typing import Any

from s2sad.frontend.lower import memory, objects
from s2sad.frontend.lower.containers import list_again, make_dict, make_list
from s2sad.frontend.lower.operators import operator
from s2sad.frontend.lower.overlaps import refuse_overlap
from s2sad.frontend.lower.state import Frame
from s2sad.frontend.lower.subscripts import subscript
from s2sad.ir.kinds import NEVER, SLICE, UNKNOWN, Array, Dict, List, Tuple, carries_derivative, is_mutable
from s2sad.ir.meeting import join
from s2sad.ir.nodes import Assign, Const, Operand, Var
from s2sad.rules.build import constant

WHOLE = constant(...)


def is_followed(f: Frame, base: Operand) -> bool:
    """Whether writes to an operand are followed: it is an array, list or dict of a known kind of the function's own."""
    if not isinstance(base, Var) or not isinstance(base.kind, (Array, List, Dict)):
        return False
    if isinstance(base.kind, Array) and base.kind.dims is None:
        return False
    return not _is_global(f, base)


def _is_global(f: Frame, base: Var) -> bool:
    """Whether a value belongs to the world outside: what the function does to it, the derivative does too."""
    root = memory.root_of(f.state, base)
    found = f.state.memory.get(root)
    first = found.root if found is not None else root
    return any(capture.var is first for capture in f.state.outside.captures.values())


def add_at(f: Frame, node: Any, base: Operand, place: Operand, value: Operand) -> None:
    """``np.add.at(base, place, value)``."""

    def make(current: Var, view: Var) -> Var:
        f.at(node)
        varied = current.varied or value.varied and carries_derivative(current.kind)
        made = f.builder.emit("s2sad.add_at", current, view, place, value, kind=current.kind, varied=varied,
                              name=current.name)
        assert isinstance(made, Var)
        return made

    memory.write(f, node, base, make)


def store(f: Frame, node: Any, base: Operand, place: Operand, value: Operand, style: str = "") -> None:
    """``base[place] = value``."""
    if isinstance(base.kind, Dict):
        _store_entry(f, node, base, place, value)
        return

    def make(current: Var, view: Var) -> Var:
        kind = current.kind
        if isinstance(kind, List):
            arrays = _spelled_arrays(f, current) or []
            if isinstance(place, Const) and -len(arrays) <= place.value < len(arrays):
                arrays[place.value] = value
                return _spelled_again(f, current, arrays)
            kind = List(join(kind.item, value.kind, f.state.context.fresh), kind.cls)
        f.at(node)
        varied = current.varied or value.varied and carries_derivative(kind)
        made = f.builder.emit("s2sad.store", current, view, place, value, kind=kind, varied=varied, style=style,
                              name=current.name)
        assert isinstance(made, Var)
        return made

    if isinstance(base.kind, List):
        if place.kind == SLICE:
            _store_slice(f, node, base, place, value)
            return
        memory.write(f, node, base, make)
        _hold(f, base, [value])
        return
    value = memory.fresh(f, node, value)  # other targets of the assignment may have been written since it was read
    if value.varied and isinstance(value.kind, (List, Tuple)):
        value = f.builder.emit("numpy.array", value)
    refuse_overlap(f, node, base, place, value)
    memory.write(f, node, base, make)


def _store_slice(f: Frame, node: Any, base: Operand, place: Operand, value: Operand) -> None:
    """``base[lower:upper] = value`` of a list, which may change its length."""
    from s2sad.frontend.lower.builtins import collected
    from s2sad.frontend.lower.iteration import of_value

    made = f.state.context.definition(place, "s2sad.slice")
    if made is None or not (isinstance(made.args[2], Const) and made.args[2].value in (None, 1)):
        f.fail(node, "a slice of a list with a step is assigned", "assign the items one by one")
    lower, upper, _ = made.args
    none = constant(None)
    if not isinstance(value.kind, List):
        value = collected(f, node, of_value(f, node, value))
    start = constant(0) if isinstance(lower, Const) and lower.value is None else lower

    def make(current: Operand) -> Operand:
        before = _part(f, current, none, start, none)
        whole = operator(f, node, "add", before, value)
        if isinstance(upper, Const) and upper.value is None:
            return whole
        return operator(f, node, "add", whole, _part(f, current, upper, none, none))

    _replace(f, node, base, make)
    _hold(f, base, [value])


def _hold(f: Frame, base: Operand, items: list[Operand]) -> None:
    assert isinstance(base, Var)
    now = memory.version(f.state, memory.memory_of(f.state, base))
    memory.hold(f.state, now, items)


def _store_entry(f: Frame, node: Any, base: Operand, place: Operand, value: Operand) -> None:
    """``d[key] = value``: a dict with another entry."""
    assert isinstance(base, Var) and isinstance(base.kind, Dict)
    if not isinstance(place, Const) or place.path:
        f.fail(node, "which key of this dict is assigned is known only at run time", "use a list or an array")
    base = memory.fresh(f, node, base)
    assert isinstance(base, Var) and isinstance(base.kind, Dict)
    kind = base.kind

    def make(current: Var, view: Var) -> Var:
        entries = {key: subscript(f, node, current, constant(key)) for key, _ in kind.items}
        entries[place.value] = value
        made = make_dict(f, tuple(entries), list(entries.values()))
        if isinstance(made, Var):
            made.name = current.name
        assert isinstance(made, Var)
        return made

    memory.write(f, node, base, make)


def update(f: Frame, node: Any, base: Operand, name: str, value: Operand) -> None:
    """``base += value`` of an array or a list, and its kin."""
    if isinstance(base.kind, List) and name == "add":
        extend(f, node, base, value)
        return
    if isinstance(base.kind, List):
        _replace(f, node, base, lambda current: operator(f, node, name, current, value))
        return
    new = operator(f, node, name, base, value)
    store(f, node, base, WHOLE, styled(f, new, name), style="augmented")


def styled(f: Frame, new: Operand, name: str) -> Operand:
    made = f.state.context.definitions.get(new) if isinstance(new, Var) else None
    if isinstance(made, Assign) and made.primitive == f"operator.{name}":
        made.style = "augmented"
    return new


def dict_method(
    f: Frame, node: Any, base: Operand, name: str, args: list[Operand], keywords: dict[str, Operand]
) -> Operand | None:
    """A method of a dict that changes it; None if it is none of those that are followed."""
    assert isinstance(base.kind, Dict)
    none = constant(None)
    match name, args:
        case "setdefault", [Const() as key, *default] if not keywords:
            if base.kind.get(key.value) is None:
                _store_entry(f, node, base, key, default[0] if default else none)
                return default[0] if default else none
            return subscript(f, node, base, key)
        case "update", [] | [_] if not args or isinstance(args[0].kind, Dict):
            others = args[0].kind.items if args and isinstance(args[0].kind, Dict) else ()
            for entry in [constant(key) for key, _ in others]:
                _store_entry(f, node, base, entry, subscript(f, node, args[0], entry))
            for word, value in keywords.items():
                _store_entry(f, node, base, constant(word), value)
            return none
        case "pop", [Const() as key] if base.kind.get(key.value) is not None:
            value = subscript(f, node, base, key)
            _without_entry(f, node, base, key)
            return value
    return None


def _without_entry(f: Frame, node: Any, base: Operand, place: Const) -> None:
    assert isinstance(base.kind, Dict)
    keys = [key for key, _ in base.kind.items if key != place.value]

    def make(current: Operand) -> Operand:
        return make_dict(f, tuple(keys), [subscript(f, node, current, constant(key)) for key in keys])

    _replace(f, node, base, make)


def lose(f: Frame, node: Any, base: Operand) -> None:
    """Something unknown happened to a dict: of what it holds now nothing is known."""
    _replace(f, node, base, lambda current: f.builder.emit("s2sad.alias", current, kind=UNKNOWN, varied=current.varied))


def delete(f: Frame, node: Any, base: Operand, place: Operand) -> None:
    """``del base[place]``."""
    if isinstance(base.kind, Dict):
        assert isinstance(place, Const)
        if base.kind.get(place.value) is None:
            f.fail(node, f"the dict has no key {place.value!r}")
        _without_entry(f, node, base, place)
    else:
        _pop(f, node, base, place)


def why_not(f: Frame, base: Operand) -> tuple[str, str]:
    """Why writes to an operand are not followed, and what to do about it."""
    name = getattr(base, "name", "")
    shown = f"`{name}`" if name else "this"
    if isinstance(base, Var) and _is_global(f, base):
        return f"{shown} comes from outside of the function and is updated in place", "pass it as an argument"
    if base.kind == UNKNOWN or isinstance(base.kind, Array):
        return f"{shown} is updated in place, and what it is is not known", "annotate it, or make it with NumPy"
    return f"{shown} is updated in place, a {base.kind}", "make a new one"


# -- lists ----------------------------------------------------------------------------------------


def _spelled_arrays(f: Frame, current: Operand) -> list[Operand] | None:
    """The items of a list of arrays that is spelled out: after a change it is spelled out again."""
    made = f.state.context.definition(current, "s2sad.list")
    return list(made.args) if made is not None and made.args and all(is_mutable(a.kind) for a in made.args) else None


def _spelled_again(f: Frame, current: Var, items: list[Operand]) -> Var:
    made = f.builder.emit("s2sad.list", *items)
    assert isinstance(made, Var)
    made.name = current.name
    return made


def append(f: Frame, node: Any, base: Operand, item: Operand) -> None:
    held = [item]

    def make(current: Var, view: Var) -> Var:
        arrays = _spelled_arrays(f, current)
        if arrays is not None:
            return _spelled_again(f, current, [*arrays, item])
        held[0] = objects.value(f, node, item)
        made = f.builder.emit("s2sad.append", current, held[0], name=current.name)
        assert isinstance(made, Var)
        return made

    memory.write(f, node, base, make)
    _hold(f, base, held)


def extend(f: Frame, node: Any, base: Operand, value: Operand) -> None:
    from s2sad.frontend.lower.builtins import collected
    from s2sad.frontend.lower.iteration import of_value

    if not isinstance(value.kind, List):
        value = collected(f, node, of_value(f, node, value))
    _replace(f, node, base, lambda current: operator(f, node, "add", current, value))
    _hold(f, base, [value])


def _replace(f: Frame, node: Any, base: Operand, make: Any) -> None:
    """The list under this memory is another one now."""
    def named(current: Var, view: Var) -> Var:
        made = make(current)
        assert isinstance(made, Var)
        made.name = made.name or current.name
        return made

    memory.write(f, node, base, named)


def list_method(f: Frame, node: Any, base: Operand, name: str, args: list[Operand]) -> Operand | None:
    """A method of a list that changes or copies it; None if it is none of those that are followed."""
    none = constant(None)
    match name, args:
        case "append", [item]:
            append(f, node, base, item)
        case "extend", [items]:
            extend(f, node, base, items)
        case "insert", [place, item]:
            _insert(f, node, base, place, item)
        case "pop", [] | [_]:
            return _pop(f, node, base, args[0] if args else constant(-1))
        case "copy", []:
            return list_again(f, base)
        case "clear", []:
            _replace(f, node, base, lambda current: f.builder.emit("s2sad.list", kind=List(NEVER), varied=False))
        case "reverse", []:
            _replace(f, node, base, lambda current: _part(f, current, none, none, constant(-1)))
        case _:
            return None
    return none


def _part(f: Frame, base: Operand, lower: Operand, upper: Operand, step: Operand) -> Operand:
    place = f.builder.emit("s2sad.slice", lower, upper, step)
    return f.builder.emit("s2sad.getitem", base, place, kind=base.kind)


def _insert(f: Frame, node: Any, base: Operand, place: Operand, item: Operand) -> None:
    none = constant(None)

    def make(current: Operand) -> Operand:
        before, after = _part(f, current, none, place, none), _part(f, current, place, none, none)
        return operator(f, node, "add", operator(f, node, "add", before, make_list(f, [item])), after)

    _replace(f, node, base, make)


def _pop(f: Frame, node: Any, base: Operand, place: Operand) -> Operand:
    none = constant(None)
    value = subscript(f, node, base, place)
    last = isinstance(place, Const) and place.value == -1

    def without(current: Operand) -> Operand:
        arrays = _spelled_arrays(f, current) or []
        if isinstance(place, Const) and isinstance(current, Var) and len(arrays) > 1:
            if -len(arrays) <= place.value < len(arrays):
                del arrays[place.value]
                return _spelled_again(f, current, arrays)
        if last:
            return f.builder.emit("s2sad.drop_last", current, kind=current.kind)
        before = _part(f, current, none, place, none)
        after = _part(f, current, operator(f, node, "add", place, constant(1)), none, none)
        return operator(f, node, "add", before, after)

    _replace(f, node, base, without)
    return value
