"""Memory that the program changes in place: arrays and lists, the names that refer to them, and their views.

In the IR every value is immutable: `a[i] = e` gives a new version of `a`. A `Memory` is what Python sees as one
array; its current version is a cell of the store, which branches merge and loops carry as they do a variable.
Whatever is read goes through `fresh`: a version becomes the current one, a view the same view of it, so every
name of the memory sees a write through any other. Where a write may change what another memory holds (the two
may be one at run time; a list holds the array), that memory becomes stale, and reading it is refused.
"""
from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from s2sad.analyses.views import is_exact_view, is_read_only_view, may_be_view
from s2sad.frontend.lower.state import Cell, Frame, Restart, State
from s2sad.ir.kinds import UNKNOWN, Array, Dict, Kind, List, Object, Scalar, Tuple, is_mutable
from s2sad.ir.nodes import UNDEFINED, Assign, Operand, Var
from s2sad.rules.build import constant

# What is made of its operands and holds them: reading an item gives the operand itself.
TRANSPARENT = {"s2sad.tuple", "s2sad.new"}
_SPELLED = {"s2sad.list", "s2sad.dict"}
_HELD = TRANSPARENT | _SPELLED
# What reads an item of a container.
_ITEMS = {"s2sad.getitem", "s2sad.getattr"}


@dataclass(eq=False)
class Memory:
    """One array or container; ``root`` is its first version, ``others`` are those that may be the same memory,
    ``holders`` the lists that hold it; ``versions`` are all that were noted, the current one is in its ``cell``."""

    root: Var
    number: int
    versions: list[Var] = field(default_factory=list)
    others: dict[Memory, None] = field(default_factory=dict)
    holders: dict[Memory, None] = field(default_factory=dict)
    cell: Cell = field(init=False)

    def __post_init__(self) -> None:
        self.cell = (self.number, "<memory>")

    def outdated(self) -> list[Memory]:
        """The memories of which a write to this one makes what is known out of date."""
        found = dict(self.others)
        stack = [self, *self.others]
        while stack:
            for holder in stack.pop().holders:
                if holder not in found and holder is not self:
                    found[holder] = None
                    stack.append(holder)
        return list(found)


@dataclass(frozen=True)
class Stale:
    """What a memory holds after a write to another that it may share memory with."""

    name: str


def tracked(operand: Operand) -> bool:
    """Whether an operand refers to something that can be changed in place and is followed here."""
    kind = operand.kind
    return isinstance(operand, Var) and (isinstance(kind, Array) or kind is not UNKNOWN and is_mutable(kind))


def stale_name(operand: Operand) -> str | None:
    """The name of what was written, if the operand says that a memory is stale."""
    return None if isinstance(operand, Var) or not isinstance(operand.value, Stale) else operand.value.name


def first_stale(operands: list[Operand]) -> Operand | None:
    """What says of one of them that it is stale."""
    return next((operand for operand in operands if stale_name(operand) is not None), None)


# -- memories -------------------------------------------------------------------------------------


def memory_of(state: State, var: Var) -> Memory:
    """The memory that a version or view belongs to; a new one for a value that has none yet."""
    root = root_of(state, var)
    if root not in state.memory:
        made = _new(state, root)
        base = _possible_base(state, root)
        if base is not None:
            may_be(made, memory_of(state, base))
        for other in _possible_items(state, root):
            may_be(made, other)
    found: Memory = state.memory[root]
    return found


def _new(state: State, root: Var) -> Memory:
    state.frames += 1
    made = Memory(root, state.frames)
    note_version(state, made, root)
    state.memories[made.cell] = made
    return made


def note_version(state: State, memory: Memory, var: Var) -> None:
    """A value is a version of a memory."""
    state.memory[var] = memory
    memory.versions.append(var)


def root_of(state: State, var: Var) -> Var:
    """The version that a view was taken of."""
    while var not in state.memory:
        made = state.context.definitions.get(var)
        if not (isinstance(made, Assign) and is_exact_view(state.context, made) and isinstance(made.args[0], Var)):
            return var
        var = made.args[0]
    return var


def _possible_base(state: State, root: Var) -> Var | None:
    """What a value may or may not be a view of: NumPy decides when the program runs."""
    made = state.context.definitions.get(root)
    if isinstance(made, Assign) and may_be_view(made) and isinstance(made.args[0], Var):
        return made.args[0] if tracked(made.args[0]) else None
    return None


def _possible_items(state: State, root: Var) -> list[Memory]:
    """What a value that was read out of a container may be: whatever the container holds."""
    made = state.context.definitions.get(root)
    if not isinstance(made, Assign) or not _reads_item(made):
        return []
    if root in state.parameters.parts:
        return []  # that it is no other array of an argument is checked at run time
    containers = [memory for memory in contents(state, made.args[0])]
    known = {*containers, *(other for memory in containers for other in memory.others)}
    return [*containers, *(memory for memory in state.memories.values() if known & memory.holders.keys())]


def _reads_item(made: Assign) -> bool:
    """Whether something in a container is read, and not a slice of a list of numbers, which is a list of its own."""
    held = made.args[0].kind if made.primitive in _ITEMS else None
    return held is not None and not isinstance(held, Array) and (not isinstance(held, List) or is_mutable(held.item))


def link(one: Memory, two: Memory) -> None:
    """The two may be the same memory."""
    if one is not two:
        one.others[two] = None
        two.others[one] = None


def linked(one: Memory, two: Memory) -> bool:
    return one is two or two in one.others


def contents(state: State, operand: Operand) -> list[Memory]:
    """The memories that an operand refers to: its own, and those of what it holds."""
    if not tracked(operand):
        return []
    assert isinstance(operand, Var)
    made = state.context.definitions.get(operand)
    if isinstance(made, Assign) and made.primitive in TRANSPARENT:
        return [memory for arg in made.args for memory in contents(state, arg)]
    display = spelled(state, operand)
    items = [] if display is None else [memory for arg in display.args for memory in contents(state, arg)]
    return [memory_of(state, operand), *items]


def spelled(state: State, operand: Operand) -> Assign | None:
    """The display that a list or dict still is: what it holds has names."""
    if not isinstance(operand.kind, (List, Dict)) or not isinstance(operand, Var):
        return None
    made = state.context.definitions.get(operand)
    return made if isinstance(made, Assign) and made.primitive in _SPELLED else None


def hold(state: State, container: Operand, items: list[Operand]) -> None:
    """A list holds its items: once one of them is written, what the compiler knows of the list is old.

    One that is spelled out is made again of what its items are then.
    """
    if spelled(state, container) is not None:
        return
    held = [memory for item in items for memory in contents(state, item)]
    if held and isinstance(container, Var):
        for memory in held:
            memory.holders[memory_of(state, container)] = None


def gather(state: State, container: Operand, sources: list[Operand]) -> None:
    """A list made of the items of others holds what they hold."""
    if isinstance(container, Var) and isinstance(container.kind, List) and is_mutable(container.kind.item):
        own = memory_of(state, container)
        for source in sources:
            for memory in held_by(state, source):
                memory.holders[own] = None


def hold_views(state: State, container: Operand, base: Operand) -> None:
    """A list of views of an array holds its memory: a write to one is a write to the other."""
    if isinstance(container, Var) and isinstance(base, Var) and tracked(base):
        own = memory_of(state, container)
        for memory in contents(state, base):
            memory.holders[own] = None


def held_by(state: State, container: Operand) -> list[Memory]:
    """The memories that a container may hold."""
    made = state.context.definitions.get(container) if isinstance(container, Var) else None
    if isinstance(made, Assign) and made.primitive in _HELD:
        return [memory for arg in made.args for memory in contents(state, arg)]
    if not tracked(container) or isinstance(container.kind, Array):
        return []
    assert isinstance(container, Var)
    return held_in(state, memory_of(state, container))


def held_in(state: State, holder: Memory) -> list[Memory]:
    """The memories that another may hold: those that are known to be in it, and what they may be."""
    holders = {holder, *_heirs(holder)}
    held = [memory for memory in state.memories.values() if not holders.isdisjoint(memory.holders)]
    return list(dict.fromkeys(one for memory in held for one in (memory, *_heirs(memory))))


def _heirs(memory: Memory) -> list[Memory]:
    """What may be the same memory, and not one of the containers that it was read out of."""
    return [other for other in memory.others if type(other.root.kind) is type(memory.root.kind)]


def hold_on(state: State, cell: Cell, display: Operand) -> None:
    """What is spelled out before a loop is not in its rounds, if they change it: there it holds what it is made of."""
    made = spelled(state, display)
    if made is not None and cell in state.memories:
        for item in made.args:
            for memory in contents(state, item):
                memory.holders[state.memories[cell]] = None


def join(state: State, out: Var, values: list[Operand]) -> Memory | None:
    """The memory of what control flow joins: that of any of the values."""
    if not tracked(out):
        return None
    made = _new(state, out)
    for value in values:
        for memory in contents(state, value):
            may_be(made, memory)
    return made


def may_be(made: Memory, memory: Memory) -> None:
    """One memory may be another: then it may be whatever that one may be."""
    for other in [memory, *memory.others]:
        link(made, other)


def forget(state: State, since: int, inside: set[Var]) -> None:
    """Drop the memories made since then whose first version is out of sight now.

    What may be the same memory may be held by what held it, and may hold what it held.
    """
    made_since = itertools.islice(reversed(state.memories.values()), len(state.memories) - since)
    gone = {made: None for made in [*made_since][::-1] if made.root in inside}
    for made in gone:
        del state.memories[made.cell]
        for heir in _heirs(made):
            heir.holders.update(made.holders)
        for other in made.others:
            other.others.pop(made, None)
        for var in made.versions:
            if state.memory.get(var) is made:
                del state.memory[var]
    for memory in state.memories.values() if gone else ():
        for made in [holder for holder in memory.holders if holder in gone]:
            memory.holders.update((heir, None) for heir in _heirs(made) if heir not in gone and heir is not memory)
            del memory.holders[made]


def reference(state: State, operand: Operand) -> Operand:
    """The first operand that refers to the same memory, or to the same view of it, whatever is written there."""
    if not tracked(operand):
        return operand
    assert isinstance(operand, Var)
    if operand in state.memory:
        root: Operand = state.memory[operand].root
        return root
    seen = state.context.definition(operand, "s2sad.seen")
    return operand if seen is None else reference(state, seen.args[0])


# -- reading --------------------------------------------------------------------------------------


def version(state: State, memory: Memory) -> Operand:
    operand = state.store.get(memory.cell, UNDEFINED)
    if operand is UNDEFINED:
        return memory.root
    state.reads.add(operand)
    return operand


def latest(state: State, operand: Operand) -> Operand | None:
    """The current version of what an operand refers to, None where it is not followed."""
    return version(state, memory_of(state, operand)) if tracked(operand) else None  # type: ignore[arg-type]


def is_view(state: State, operand: Operand) -> bool:
    """Whether an operand is part of an array, and sees what is written there."""
    return tracked(operand) and root_of(state, operand) is not operand  # type: ignore[arg-type]


def now(state: State, operand: Operand) -> Operand:
    """An operand as it is now, after whatever was written since it was made; a `Stale` where that is unknown."""
    if not state.rewritten or not tracked(operand):
        return operand
    assert isinstance(operand, Var)
    made = state.context.definitions.get(operand)
    if isinstance(made, Assign) and is_read_only_view(made):
        return _taken_again(state, operand, made)
    if operand in state.memory:
        current = version(state, state.memory[operand])
        display = spelled(state, current)
        return current if display is None else _rebuilt(state, current, display)  # type: ignore[arg-type]
    if not isinstance(made, Assign) or not made.args:
        return operand
    if made.primitive in _HELD:
        return _rebuilt(state, operand, made)
    if is_exact_view(state.context, made):
        base = now(state, made.args[0])
        if base is made.args[0] or stale_name(base) is not None:
            return operand if base is made.args[0] else base
        return state.builder.emit("s2sad.seen", operand, base, kind=operand.kind, varied=base.varied)
    base_before = _possible_base(state, operand)
    if base_before is not None and now(state, base_before) is not base_before:
        return constant(Stale(base_before.name))
    return operand


def _taken_again(state: State, operand: Var, made: Assign) -> Operand:
    """A view that nobody writes through, of what its base is now."""
    base = now(state, made.args[0])
    if base is made.args[0] or stale_name(base) is not None:
        return operand if base is made.args[0] else base
    return state.builder.emit(made.primitive, base, *made.args[1:], keywords=made.keywords, style=made.style,
                              extra=made.extra, kind=operand.kind, varied=base.varied)


def _rebuilt(state: State, operand: Var, made: Assign) -> Operand:
    """A tuple, dict or object spelled out of what its items are now."""
    items = [now(state, arg) for arg in made.args]
    if all(new is old for new, old in zip(items, made.args, strict=True)):
        return operand
    stale = first_stale(items)
    if stale is not None:
        return stale
    again = state.builder.emit(made.primitive, *items, extra=made.extra, style=made.style, kind=operand.kind,
                               varied=any(item.varied for item in items))
    if made.primitive in _SPELLED:
        assert isinstance(again, Var)
        again.name = operand.name
        note_version(state, memory_of(state, operand), again)
    return again


def fresh(f: Frame, node: Any, operand: Operand) -> Operand:
    """An operand as it is now; refused where that depends on what shares memory at run time."""
    if not f.state.rewritten or isinstance(operand.kind, Scalar):
        return operand
    found = now(f.state, operand)
    other = None if isinstance(found, Var) else stale_name(found)
    if other is not None:
        name = getattr(operand, "name", "")
        if _may_hold_memory(operand.kind):
            f.fail(node, f"{f'`{name}`' if name else 'this value'} may hold an array that was updated in place after "
                   "it was put there", "update the array first, or put a copy there")
        f.fail(node, f"{f'`{name}`' if name else 'this value'} may share memory with "
               f"{f'`{other}`' if other else 'an array'} that was updated in place after it was made",
               "copy one of them first: .copy()")
    return found


def _may_hold_memory(kind: Kind) -> bool:
    """Whether what is in a container may be changed in place."""
    return not isinstance(kind.item, Scalar) if isinstance(kind, List) else isinstance(kind, (Dict, Object))


# -- writing --------------------------------------------------------------------------------------


def write(f: Frame, node: Any, base: Operand, make: Callable[[Var, Var], Var]) -> None:
    """Change a memory through one of its versions or views; ``make(current, view)`` gives the next version."""
    state = f.state
    view = fresh(f, node, base)
    assert isinstance(view, Var)
    memory = memory_of(state, view)
    _check_element(f, node, memory.root)
    _check_given(f, node, memory)
    current = version(state, memory)
    if spelled(state, current) is not None:
        current = view  # made again of what its items are now
    assert isinstance(current, Var)
    new = make(current, view)
    own = state.memory.get(new)
    if own is not None and own is not memory:
        for held in held_in(state, own):
            held.holders[memory] = None
    note_version(state, memory, new)
    _put(state, memory, new)
    display = spelled(state, current)
    if display is not None:
        hold(state, new, display.args)
    for other in memory.outdated():
        _put(state, other, constant(Stale(current.name)))


def _check_given(f: Frame, node: Any, memory: Memory) -> None:
    """A function that calls itself is compiled on its own: its caller would not see what it updates."""
    f.state.updates = True
    if any(one.root in f.state.alone.given for one in (memory, *memory.others)):
        f.fail(node, "a function that calls itself updates in place what it was given",
               "return a new array, or write the recursion as a loop")


def touch(f: Frame, node: Any, operands: list[Operand]) -> None:
    """Something of which nothing is known may have changed what these refer to."""
    for memory in {found: None for operand in operands for found in contents(f.state, operand)}:
        _check_given(f, node, memory)
        current = version(f.state, memory)
        if isinstance(current, Var):
            new = f.builder.emit("s2sad.touched", current, kind=current.kind, name=current.name)
            assert isinstance(new, Var)
            note_version(f.state, memory, new)
            _put(f.state, memory, new)


def _put(state: State, memory: Memory, operand: Operand) -> None:
    state.written.add(memory.cell)
    state.rewritten = True
    state.write(memory.cell, operand)


def _check_element(f: Frame, node: Any, root: Var) -> None:
    made = f.state.context.definitions.get(root)
    if root in f.state.parameters.parts:
        return
    if isinstance(made, Assign) and _reads_item(made):
        take_apart(f.state, made.args[0])
        if isinstance(root.kind, List) and isinstance(made.args[0].kind, List):
            f.fail(node, "a list in a list is updated in place",
                   "use an array of two dimensions, or fill the inner list before it is put there")
        article, what = {List: ("a", "list"), Dict: ("a", "dict")}.get(type(root.kind), ("an", "array"))
        f.fail(node, f"{article} {what} that was read out of a list, a dict or an object is updated in place",
               f"update the {what} before it is put there, or make a new one")


def take_apart(state: State, operand: Operand) -> None:
    """Begin again with the argument that an operand was read out of taken apart, if there is one."""
    made = state.context.definitions.get(operand) if isinstance(operand, Var) else None
    while isinstance(made, Assign) and made.primitive in _ITEMS:
        operand = made.args[0]
        made = state.context.definitions.get(operand) if isinstance(operand, Var) else None
    parameters = state.parameters
    if operand in parameters.vars and isinstance(operand, Var) and isinstance(operand.kind, (Dict, Tuple, Object)):
        if operand.name not in parameters.apart:
            parameters.apart.add(operand.name)
            raise Restart
