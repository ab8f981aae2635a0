"""Updates of shifted parts of an array as one update, of sums of neighbours: for a backend that compiles loops.

    bend_bar = u_bar[1:-1] * k                     padded = np.zeros(u_bar.shape[0] + 2)
    u_bar[2:] += bend_bar                          padded[2:-2] = u_bar[1:-1] * k
    u_bar[1:-1] -= 2.0 * bend_bar            ─▶    u_bar += padded[:-2] + padded[2:] - 2.0 * padded[1:-1]
    u_bar[:-2] += bend_bar

The adjoint of a difference of neighbours adds to the places of all of them. As loops over elements these are as many
as there are neighbours, each of which reads and writes the whole array; what reads neighbours needs one. Beyond the
ends of what is added there are zeros, so that no element is a special case. Where a loop does this in each round, the
zeros are written once: see `buffers`.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from s2sad.ir.kinds import INT, Array, Dim
from s2sad.ir.nodes import COPIES, Assign, Block, Function, Operand, Statement, Var, walk
from s2sad.ir.rewrite import substitute_block
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.elements.apart import MemoryOfRounds
from s2sad.transforms.elements.members import is_elementwise
from s2sad.transforms.elements.memory import Memory
from s2sad.transforms.elements.shifted import Shifted, ends_of, factors_of, is_update, of_one_value, shifted, signed_sum
from s2sad.transforms.elements.sources import length
from s2sad.transforms.elements.views import Along, View, dims_of, indexed, resolved, trimmed, whole
from s2sad.transforms.fresh_arrays import Padding

# Up to how many places an array that is there anyhow is not worth a copy between zeros.
_PLACES_OF_A_COPY = 2


def pad_shifted(context: Context, function: Function) -> None:
    """Write updates that add one array to several shifted parts of another as one update each."""
    if sum(is_update(s) for s in walk(function.body)) < 2:
        return
    memory, mapping = MemoryOfRounds(function), dict[Var, Operand]()
    for block in _blocks(function.body):
        for group in _groups(context, memory, block):
            _rewrite(context, block, group, mapping)
    substitute_block(function.body, mapping)


@dataclass
class _Run:
    """Updates of one array that follow each other, and nothing else has to do with its memory between them.

    They are kept by how much shorter than it the parts are that they add to.
    """

    memory: Var | None
    now: Var
    updates: dict[tuple[int, ...], list[Shifted]] = field(default_factory=dict)


class _Length(NamedTuple):
    """As long as an axis of an array, less ``trim``."""

    base: Var
    axis: int
    trim: int


@dataclass
class _Group:
    """Updates with one array, the same from ``before`` on until all have read it, of parts shorter by ``trims``.

    ``lengths`` are those of the axes of what is added.
    """

    updates: list[Shifted]
    trims: tuple[int, ...]
    before: Statement
    lengths: list[_Length]


def _blocks(block: Block) -> Iterator[Block]:
    yield block
    for s in block.statements:
        for inner in s.blocks():
            yield from _blocks(inner)


# -- what is added to shifted parts ----------------------------------------------------------------


def _groups(context: Context, memory: Memory, block: Block) -> list[_Group]:
    """What is added to several shifted parts of an array, and can as well be added by the last of the updates."""
    found = [(trims, group) for run in _runs(context, memory, block)
             for trims, updates in run.updates.items() for group in of_one_value(updates)]
    number = {s: place for place, s in enumerate(block.statements)} if found else {}
    groups = [_settled(context, memory, block, number, trims, updates) for trims, updates in found]
    return [group for group in groups if group is not None]


def _runs(context: Context, memory: Memory, block: Block) -> list[_Run]:
    found: list[_Run] = []
    running: list[_Run] = []
    for s in block.statements:
        run = next((run for run in running if is_update(s) and run.now is s.args[0]), None)
        if running:
            touched = memory.touched(s)
            running = [one for one in running if one is run or one.memory not in touched]
        if not isinstance(s, Assign) or not is_update(s):
            continue
        if run is None:
            run = _Run(memory.of(s.args[0]), s.target)
            found.append(run)
            running.append(run)
        run.now = s.target
        parts = _parts(context, s)
        update = shifted(context, s, [part.offset for part in parts]) if parts else None
        if update is not None:
            run.updates.setdefault(tuple(part.trim for part in parts), []).append(update)
    return found


def _parts(context: Context, s: Assign) -> list[Along]:
    """How the axes of an array run along those of what is added; none if that is not the whole but for its ends."""
    held, index, value, *through = s.args
    if through or not isinstance(held.kind, Array) or held.kind.dtype != "float64" or not held.kind.dims:
        return []
    view = indexed(context, whole(held), index)
    if view is None or dims_of(value.kind) != view.dims or len(view.dims) != len(view.index):
        return []
    parts = [part for part in view.index if isinstance(part, Along)]
    plain = [part.axis for part in parts] == [*range(len(view.dims))] and all(
        isinstance(extent, Dim) for extent in view.dims)
    return parts if plain else []


def _settled(
    context: Context, memory: Memory, block: Block, number: dict[Statement, int],
    trims: tuple[int, ...], updates: list[Shifted],
) -> _Group | None:
    """A group, if what is added stays the same until all updates have read it, or what is a multiple of it."""
    base, added = updates[0].base, updates[0].added
    readers = [u.statement if u.value is base else context.definitions[u.value] for u in updates]
    points = [number[s] for s in readers if s in number]
    if len(points) < len(readers):
        return None
    made, computed = _computed(context, added), _computed(context, base)
    if made is None and len({update.offsets for update in updates}) <= _PLACES_OF_A_COPY:
        return None
    start = number[made] + 1 if made in number else min(points)
    first = number[computed] + 1 if computed in number else min(points)
    held, memory_of = updates[0].statement.args[0], memory.of(base)
    if any(memory_of in memory.written(s) for s in block.statements[first:max(points)]):
        return None
    assert isinstance(held, Var)
    there = number.get(context.definitions.get(held), -1) < start  # type: ignore[arg-type]
    lengths = [_Length(held, axis, trim) for axis, trim in enumerate(trims)] if there else _as_long(
        context, added)
    return None if None in lengths else _Group(updates, trims, block.statements[start], [one for one in lengths if one])


def _computed(context: Context, operand: Operand) -> Assign | None:
    """What computes an array element by element, so that it becomes numbers."""
    made = context.definitions.get(operand)  # type: ignore[arg-type]
    return made if isinstance(made, Assign) and made.extra is None and is_elementwise(made) else None


def _as_long(context: Context, operand: Operand) -> list[_Length | None]:
    """What each axis of an array is as long as, of arrays that are not computed element by element."""
    made, dims = _computed(context, operand), dims_of(operand.kind) or ()
    if made is None:
        view = _seen(context, operand)
        places = {part.axis: _Length(view.base, place, part.trim) for place, part in enumerate(view.index)
                  if isinstance(part, Along) and isinstance(view.base, Var)}
        return [places.get(axis) for axis in range(len(dims))]
    found: list[_Length | None] = [None] * len(dims)
    for arg in made.args:
        extents = dims_of(arg.kind) or ()
        before = len(dims) - len(extents)
        for axis, one in enumerate(_as_long(context, arg) if extents and None in found else []):
            if one is not None and extents[axis] == dims[axis + before]:
                found[axis + before] = found[axis + before] or one
    return found


def _seen(context: Context, operand: Operand) -> View:
    """The part of an array that another one is, or was copied from."""
    made = context.definitions.get(operand)  # type: ignore[arg-type]
    if isinstance(made, Assign) and made.args and dims_of(made.args[0].kind):
        of = _seen(context, made.args[0])
        view = of if made.primitive in COPIES else (
            indexed(context, of, made.args[1]) if made.primitive == "s2sad.read" else resolved(context, made, of))
        if view is not None:
            return view
    return whole(operand)


# -- one update ------------------------------------------------------------------------------------


def _rewrite(context: Context, block: Block, group: _Group, mapping: dict[Var, Operand]) -> None:
    """Leave the last update of a group, of all the places at once."""
    *others, (last, *_) = group.updates
    mapping.update({update.statement.target: update.statement.args[0] for update in others})
    ends = ends_of(group.updates)
    first, second = Block(), Block()
    padded = _padded(Builder(context, first, last.origin, adjoint=last.adjoint), group,
                     [high - low for low, high in ends])
    b = Builder(context, second, last.origin, adjoint=last.adjoint)
    total = _total(b, padded, group.updates, ends)
    cuts = [(low, trim - high) for (low, high), trim in zip(ends, group.trims, strict=True)]
    last.args = [last.args[0], _slices(b, cuts), total]
    gone: set[Statement] = {update.statement for update in others}
    if _is_of_zeros(context, last.args[0], gone) and not any(any(cut) for cut in cuts):
        _give_name(context, total, last.target)
        gone.add(last)
    kept: list[Statement] = []
    for s in block.statements:
        kept += first.statements if s is group.before else []
        kept += second.statements if s is last else []
        kept += [] if s in gone else [s]
    block.statements = kept


def _is_of_zeros(context: Context, held: Operand, others: set[Statement]) -> bool:
    """Whether an adjoint is zeros but for these updates."""
    made = context.definitions.get(held)  # type: ignore[arg-type]
    while isinstance(made, Assign) and made in others:
        made = context.definitions.get(made.args[0])  # type: ignore[arg-type]
    return isinstance(made, Assign) and made.primitive == "s2sad.zeros_like"


def _give_name(context: Context, total: Operand, target: Var) -> None:
    """Let what was computed be what an update of zeros with it leaves."""
    made = context.definitions[total]  # type: ignore[index]
    assert isinstance(made, Assign)
    made.target = target
    context.definitions[target] = made


def _padded(b: Builder, group: _Group, pads: list[int]) -> Var:
    """What is added between zeros, so many at each end of each axis."""
    added, lengths, extents = group.updates[0].added, [], []
    for one, pad, extent in zip(group.lengths, pads, dims_of(added.kind) or (), strict=True):
        trim = one.trim - 2 * pad
        found = length(b, one.base, one.axis, trim)
        lengths.append(b.emit("builtins.max", found, constant(0), kind=INT) if trim > 0 else found)
        extents.append(trimmed(extent, -2 * pad))
    shape = lengths[0] if len(lengths) == 1 else b.emit("s2sad.tuple", *lengths)
    kind = Array("float64", tuple(extents))
    zeros = b.emit("numpy.zeros", shape, kind=kind, name="padded", extra=Padding(tuple(pads)))
    place = _slices(b, [(pad, pad) for pad in pads])
    padded = b.emit("s2sad.put", zeros, place, added, kind=kind, name="padded")
    assert isinstance(padded, Var)
    return padded


def _total(b: Builder, padded: Var, updates: list[Shifted], ends: list[tuple[int, int]]) -> Operand:
    """The sum of all that is added to a place."""
    terms = []
    for offsets, factor in factors_of(updates).items():
        cuts = [(high - offset, offset - low) for offset, (low, high) in zip(offsets, ends, strict=True)]
        kind = Array("float64", tuple(
            trimmed(extent, sum(cut)) for extent, cut in zip(dims_of(padded.kind) or (), cuts, strict=True)))
        terms.append((factor, b.emit("s2sad.getitem", padded, _slices(b, cuts), kind=kind)))
    return signed_sum(b, terms, terms[0][1].kind)


def _slices(b: Builder, cuts: list[tuple[int, int]]) -> Operand:
    """The part of an array that leaves out so many places at both ends of each axis."""
    ends = [(constant(low or None), constant(-high or None)) for low, high in cuts]
    parts = [b.emit("s2sad.slice", lower, upper, constant(None)) for lower, upper in ends]
    return parts[0] if len(parts) == 1 else b.emit("s2sad.tuple", *parts)
