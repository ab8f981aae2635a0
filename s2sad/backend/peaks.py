"""Names that are let go of within the reverse sweep, in front of the statement at which the most memory is held.

    z_bar = -lp_bar * z
    logs_bar = -np.einsum('ab,ab->b', z, z_bar) - logpi_bar
    del exp_1, lp_bar, z
    mu_bar = -(z_bar / exp)

How long arrays are is not known while compiling: those with as many axes as the largest that the reverse sweep makes
are taken to be of one size, and the smaller ones of none.
"""
from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from s2sad.analyses import costs
from s2sad.analyses.versions import is_new
from s2sad.backend.naming import Names
from s2sad.backend.overlap import Roots
from s2sad.ir.nodes import UNDEFINED, Assign, Block, Effect, Statement, Var, reads, walk
from s2sad.rules import table

Releases = dict[Statement, list[str]]

# Lines that lower the peak by less than this part are not worth reading, nor is one that has less of a share in it, nor
# are more lines than these.
_GAIN, _WORTH, _LINES = 0.15, 0.05, 3
# An array of less than this part of a large one counts for nothing.
_SMALL = 0.3
_MADE = {"s2sad.zeros_like", "s2sad.copy"}
# How many temporaries an expression holds at a time beside what it gives.
_TEMPORARIES = 2


@dataclass
class _Held:
    """What names hold at a point: the large memories of each, how often each is held, and the size of them all."""

    of: dict[str, set[Var]] = field(default_factory=dict)
    times: dict[Var, int] = field(default_factory=dict)
    size: float = 0.0

    def bind(self, name: str, memories: set[Var], sizes: dict[Var, float]) -> None:
        for memory in memories:
            self.times[memory] = self.times.get(memory, 0) + 1
            if self.times[memory] == 1:
                self.size += sizes[memory]
        if name in self.of:
            self.let_go(name, sizes)
        if memories:
            self.of[name] = memories

    def let_go(self, name: str, sizes: dict[Var, float]) -> None:
        for memory in self.of.pop(name, ()):
            self.times[memory] -= 1
            if not self.times[memory]:
                self.size -= sizes[memory]


class Peaks:
    """The statements of a function's own block, of which those from ``first`` are the reverse sweep; an array is large
    that has ``least`` elements."""

    def __init__(
        self, names: Names, roots: Roots, statements: list[Statement], first: int, least: int,
    ) -> None:
        self.names, self.roots = names, roots
        self.statements, self.first, self.least = statements, first, least
        self.made = {var for s in names.folding.statements if _is_made(s) for var in s.defined()}
        self.sizes: dict[Var, float] = {}
        self.bound = [[(names.called[var], self._memories(var)) for var in _surely(s) if var in names.called]
                      for s in statements]
        self.handed = sum(map(self._size, _handed(statements)))
        self.needed = [self._needed(s) for s in statements]

    def releases(self, releases: Releases, kept: Container[str]) -> Releases:
        """What to let go of beside the ``releases`` that there are; never one of the names ``kept``."""
        profile = self._profile(releases)
        whole = max(profile)
        if max(profile[: self.first + 1]) > (1 - _GAIN) * whole:
            return releases  # nothing is let go of earlier
        size, at, found, lines = whole, profile.index(whole), releases, list[int]()
        while at > self.first and at not in lines and len(lines) < _LINES:
            lines = sorted([*lines, at])
            found = self._at(lines, releases, kept)
            if found == releases:
                return releases
            size, at = self._peak(found)
        if size > (1 - _GAIN) * whole:
            return releases
        for line in lines:  # which may do as well as part of the next, or lower the peak by next to nothing
            fewer = self._at([other for other in lines if other != line], releases, kept)
            if self._peak(fewer)[0] <= size + _WORTH * whole:
                lines, found = [other for other in lines if other != line], fewer
        return found

    def _at(self, lines: list[int], releases: Releases, kept: Container[str]) -> Releases:
        """What can be let go of in front of some statements, in their order, beside the ``releases``."""
        found = dict(releases)
        for line in lines:
            names = self._dead(line, found, kept)
            if names:
                found[self.statements[line]] = names
        return found

    def _peak(self, releases: Releases) -> tuple[float, int]:
        """The most memory that is held, and while which statement."""
        sizes = self._profile(releases)
        return max(sizes), sizes.index(max(sizes))

    def _profile(self, releases: Releases) -> list[float]:
        """How much memory is held while each statement is run."""
        held, sizes = _Held(size=self.handed), list[float]()
        for number in range(len(self.statements)):
            self._release(held, number, releases)
            sizes.append(held.size + self.needed[number])
            self._bind(held, number)
        return sizes

    def _dead(self, at: int, releases: Releases, kept: Container[str]) -> list[str]:
        """The names that hold large arrays in front of a statement, where nobody reads them any more."""
        held = _Held()
        for number in range(at):
            self._release(held, number, releases)
            self._bind(held, number)
        point = self.names.live.start[self.statements[at]]
        dead = [name for name in held.of if name not in kept and not self.names.where[name].has(point)]
        left = dict(held.times)
        for name in dead:
            for memory in held.of[name]:
                left[memory] -= 1
        return [name for name in dead if any(not left[memory] for memory in held.of[name])]

    def _release(self, held: _Held, number: int, releases: Releases) -> None:
        for name in releases.get(self.statements[number], ()):
            held.let_go(name, self.sizes)

    def _bind(self, held: _Held, number: int) -> None:
        for name, memories in self.bound[number]:
            held.bind(name, memories, self.sizes)

    # -- sizes ---------------------------------------------------------------------------------------

    def _size(self, var: Var) -> float:
        size = self.sizes.get(var)
        if size is None:
            size = costs.size(var.kind) / self.least
            size = self.sizes[var] = size if size > _SMALL else 0.0
        return size

    def _memories(self, var: Var) -> set[Var]:
        """The large memories that a variable may be a name of, of those that are made here."""
        if not self._size(var):
            return set()
        found = self.roots.of(var) & self.made
        for memory in found:
            self._size(memory)
        return found

    def _needed(self, s: Statement) -> float:
        """What a statement makes while it is run."""
        if not s.simple:
            made = {self.names.called.get(inner.target): self._size(inner.target) for inner in walk(Block([s]))
                    if isinstance(inner, Assign) and is_new(inner)}
            return sum(made.values())
        own = self._size(s.target) if isinstance(s, Assign) and is_new(s) else 0.0
        return own + min(self._made_inside(s), _TEMPORARIES)

    def _made_inside(self, s: Statement) -> float:
        """What the assignments make that are written inside a statement."""
        size, waiting, folded = 0.0, [*s.args], self.names.folding.folded
        while waiting:
            made = folded.get(waiting.pop())
            if isinstance(made, Assign):
                size += self._size(made.target) if is_new(made) else 0.0
                waiting += made.args
        return size


def _is_made(s: Statement) -> bool:
    """Whether an array is new memory, and no part of what somebody else may hold."""
    if not isinstance(s, Assign):
        return False
    known = table.lookup(s.primitive)
    return known is not None and not known.view and (s.primitive in _MADE or not s.primitive.startswith("s2sad."))


def _handed(statements: list[Statement]) -> list[Var]:
    """What a pullback is handed by the forward sweep, which holds it for the next call."""
    return [var for s in statements if isinstance(s, Effect) and s.primitive == "s2sad.unpack" for var in s.defined()]


def _surely(s: Statement) -> list[Var]:
    """The variables that a statement binds however it is run."""
    return s.defined() if s.simple or UNDEFINED not in reads(s) else []
