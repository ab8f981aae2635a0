"""Dicts in branches and loops: their entries are merged and carried one by one, as variables are.

A dict whose keys are known is spelled out of its entries. Where control flow changes it, each entry is a cell of
the store for that while, and behind it the dict is spelled out again.
"""
from __future__ import annotations

from s2sad.frontend.lower.memory import note_version
from s2sad.frontend.lower.state import Cell, State
from s2sad.ir.kinds import Dict
from s2sad.ir.nodes import Operand, Var

Keys = tuple[str, ...]


def cells(cell: Cell, keys: Keys) -> list[Cell]:
    return [(cell[0], key) for key in keys]


def keys_of(state: State, operand: Operand) -> Keys | None:
    """The keys of a dict that is spelled out, if they are text."""
    made = state.context.definition(operand, "s2sad.dict")
    if made is None or not all(isinstance(key, str) for key in made.extra):
        return None
    keys: Keys = made.extra
    return keys


def take_apart(state: State, store: dict[Cell, Operand], cell: Cell, operand: Operand) -> None:
    """Put the entries of a dict into the store."""
    made = state.context.definition(operand, "s2sad.dict")
    assert made is not None
    store.update(zip(cells(cell, made.extra), made.args, strict=True))


def put_together(state: State, cell: Cell, keys: Keys) -> None:
    """The dict of the entries that are in the store."""
    values = [state.store.pop(entry) for entry in cells(cell, keys)]
    state.reads.update(values)
    kind = Dict(tuple((key, value.kind) for key, value in zip(keys, values, strict=True)))
    made = state.builder.emit("s2sad.dict", *values, extra=keys, kind=kind, varied=any(v.varied for v in values))
    assert isinstance(made, Var)
    made.name = state.memories[cell].root.name
    note_version(state, state.memories[cell], made)
    state.store[cell] = made


def changed_in_branches(state: State, stores: list[dict[Cell, Operand]]) -> dict[Cell, Keys]:
    """The dicts that two branches leave with the same keys and other entries, taken apart in both."""
    found: dict[Cell, Keys] = {}
    for cell in [cell for cell in stores[0] if cell in state.memories]:
        values = [store.get(cell) for store in stores]
        if None in values or values[0] is values[1]:
            continue
        keys = [keys_of(state, value) for value in values]  # type: ignore[arg-type]
        if keys[0] is None or keys[0] != keys[1]:
            continue
        found[cell] = keys[0]
        for store in stores:
            take_apart(state, store, cell, store[cell])
    return found
