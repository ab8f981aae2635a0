"""How long loops are: for each of their lengths an array that is as long."""
from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Sequence
from typing import NamedTuple

from s2sad.ir.kinds import INT, Extent, Tuple, length_of
from s2sad.ir.nodes import Operand, Var
from s2sad.rules.build import Builder, constant
from s2sad.transforms.elements.lengths import Lengths
from s2sad.transforms.elements.members import Member
from s2sad.transforms.elements.views import Along, dims_of


class _Source(NamedTuple):
    """An array and the axis of it that is as long, if ``trim`` is taken off."""

    trim: int
    base: Var
    axis: int

    def rank(self, padded: set[Operand], written: set[Operand]) -> tuple[bool, bool, int]:
        """What is padded is the last: around a part that has no place in an array it is longer than the kinds tell."""
        return self.base in padded, self.base in written, self.trim


class Sources:
    """Where the lengths of the loops of some members are read."""

    def __init__(
        self, members: Sequence[Member], made: Container[Operand], padded: set[Operand], lengths: Lengths,
        now: Callable[[Var], Var],
    ) -> None:
        """What the members have ``made`` is no array in the loops; ``now`` gives what an array is called in those that
        update it."""
        self.made, self.lengths, self.now = made, lengths, now
        self.found = self._find(members, padded)

    def _find(self, members: Sequence[Member], padded: set[Operand]) -> dict[Hashable, _Source]:
        """For each length what is as long, better nothing that is written: that has another name in the loops."""
        found: dict[Hashable, _Source] = {}
        written = {m.write.base for m in members if m.write is not None}
        for m in members:
            views = [*m.reads, *([m.write] if m.write is not None else [])]
            for view in [*views, *(place for one in views for place in one.places())]:
                shift = len(m.dims) - len(view.dims)
                for place, part in enumerate(view.index):
                    if isinstance(part, Along) and view.dims[part.axis] != 1 and view.base not in self.made:
                        assert isinstance(view.base, Var)
                        source = _Source(part.trim, view.base, place)
                        for extent in (view.dims[part.axis], m.dims[part.axis + shift]):
                            key = self.lengths.key(extent)
                            if key not in found or source.rank(padded, written) < found[key].rank(padded, written):
                                found[key] = source
        return found

    def _source(self, extent: Extent) -> _Source:
        key = self.lengths.key(extent)
        if key in self.found:
            return self.found[key]
        base, axis, trim = self.lengths.at[key]
        if base in self.made:
            # In the loops that is no array: what it is a part of, or a longer part of that, is as long as something is.
            whole, cut = _uncut(key)
            longer = [(less, source) for (of, less), source in ((_uncut(k), s) for k, s in self.found.items())
                      if of == whole and less <= cut]
            if longer:
                less, of = min(longer, key=lambda found: found[0])
                return _Source(of.trim + cut - less, of.base, of.axis)
        return _Source(trim, base, axis)

    def length(self, b: Builder, extent: Extent) -> Operand:
        number = length_of(extent)
        if number is not None:
            return constant(number)
        source = self._source(extent)
        return length(b, self.now(source.base), source.axis, source.trim)

    def shape(self, b: Builder, dims: list[Extent]) -> Operand:
        lengths = []
        for extent in dims:
            one = self.length(b, extent)
            if length_of(extent) is None and self._source(extent).trim:
                one = b.emit("builtins.max", one, constant(0), kind=INT)
            lengths.append(one)
        return lengths[0] if len(lengths) == 1 else b.emit("s2sad.tuple", *lengths)


def length(b: Builder, base: Var, place: int, trim: int) -> Operand:
    """How long an axis of an array is, less ``trim``."""
    dims = dims_of(base.kind)
    assert dims is not None
    shape = b.emit("array.shape", base, style="attribute", kind=Tuple((INT,) * len(dims)))
    found = b.emit("s2sad.getitem", shape, constant(place), kind=INT)
    if not trim:
        return found
    return b.emit("operator.sub" if trim > 0 else "operator.add", found, constant(abs(trim)), kind=INT)


def _uncut(key: Hashable) -> tuple[Hashable, int]:
    """The length that a length is a part of, and how much shorter it is."""
    return key[1:] if isinstance(key, tuple) and len(key) == 3 and key[0] == "trim" else (key, 0)
