"""The cheapest way to have values again: each that is needed is taped, or computed again from others that are.

For each value two questions: is it available in the reverse sweep, and is it computed again there? What is
available and not computed again is taped. What is computed again needs its operands. That is a minimum cut:

    source ──again──▶ in ──tape──▶ out ──∞──▶ sink (if it is needed)
                      operand's out ──∞──▶ in        out ──∞──▶ in

A value is available where its ``out`` is on the sink's side, and computed again where its ``in`` is. Of several
minimum cuts the one with the fewest values on the sink's side is taken, which is one set whatever the algorithm.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx


@dataclass
class Value:
    """Prices of a value, and the numbers of the operands that computing it again needs. ``again`` is None where
    that is impossible."""

    tape: int
    again: int | None = None
    operands: tuple[int, ...] = ()
    needed: bool = False


TAPE, AGAIN = "tape", "again"
# Of equal prices the one with fewer nodes on the sink's side is less.
_Price = tuple[int, int]
_NOTHING: _Price = (0, 0)


def cheapest(values: list[Value]) -> dict[int, str]:
    """How to have each value that has to be available: by `TAPE` or by computing it `AGAIN`."""
    problem = _Problem(values)
    problem.decide_the_obvious()
    problem.fold_in()
    problem.spread()
    problem.cut()
    return problem.chosen


class _Problem:
    def __init__(self, values: list[Value]) -> None:
        self.values = values
        self.chosen: dict[int, str] = {}
        # What it costs to compute a value again, with what only it needs; and these, with how they are had.
        self.again = [value.again for value in values]
        self.followers: dict[int, list[tuple[int, str]]] = {}
        self.users: dict[int, list[int]] = {}
        self.open: list[set[int]] = [set() for _ in values]
        for number, value in enumerate(values):
            if value.again is not None and value.again <= value.tape:
                self.open[number] = set(value.operands)
                for operand in self.open[number]:
                    self.users.setdefault(operand, []).append(number)

    def _repeatable(self, number: int) -> bool:
        value = self.values[number]
        return value.again is not None and value.again <= value.tape

    def decide_the_obvious(self) -> None:
        """A needed value is settled if it can only be taped, or if all that it is computed from is available."""
        work = [number for number, value in enumerate(self.values) if value.needed]
        while work:
            number = work.pop()
            if number in self.chosen or not self.values[number].needed:
                continue
            if not self._repeatable(number):
                self.chosen[number] = TAPE
            elif not self.open[number]:
                self.chosen[number] = AGAIN
            else:
                continue
            for user in self.users.get(number, []):
                self.open[user].discard(number)
                work.append(user)

    def fold_in(self) -> None:
        """What is computed from nothing that is undecided, and wanted by one value alone, is part of that one's price.

        Where that leaves a needed value nothing else to be computed from, it is decided: most values are in trees.
        """
        undecided = self._undecided()
        users: dict[int, list[int]] = {number: [] for number in undecided}
        for number in undecided:
            self.open[number] = {operand for operand in self.open[number] if not self.values[operand].needed}
            for operand in self.open[number]:
                users[operand].append(number)
        leaves = [number for number in undecided if not self.open[number]]
        while leaves:
            leaf = leaves.pop()
            value, again = self.values[leaf], self.again[leaf]
            how = AGAIN if self._repeatable(leaf) and again is not None and again < value.tape else TAPE
            if value.needed:
                self._choose(leaf, how)
            elif len(users[leaf]) == 1:
                (user,) = users[leaf]
                self.again[user] = (self.again[user] or 0) + (value.tape if how == TAPE else again or 0)
                self.followers.setdefault(user, []).append((leaf, how))
                self.open[user].discard(leaf)
                if not self.open[user]:
                    leaves.append(user)

    def _choose(self, number: int, how: str) -> None:
        """Have a value in one way, and what only it is computed from."""
        waiting = [(number, how)]
        while waiting:
            one, way = waiting.pop()
            self.chosen[one] = way
            waiting += self.followers.get(one, []) if way == AGAIN else []

    def spread(self) -> None:
        """Decide what is computed from one undecided value each, as the values that a loop's state leads to."""
        for tree in self._trees():
            best = self._best_of(tree)
            available = dict.fromkeys(tree, False)
            for number in tree:  # what it is computed from comes before it
                there = any(available[operand] for operand in self.open[number])
                way = best[number, there][1]
                available[number] = way is not None
                if way is not None:
                    self._choose(number, way)

    def _trees(self) -> list[list[int]]:
        """Undecided values that hang together, of which each is computed from one other at most, which is before it."""
        undecided = self._undecided()
        users: dict[int, list[int]] = {number: [] for number in undecided}
        for number in undecided:
            for operand in self.open[number]:
                users[operand].append(number)
        trees, joined = [], set[int]()
        for root in (number for number in undecided if not self.open[number]):
            tree = [root]
            seen = {root}
            for number in tree:
                tree += [user for user in users[number] if user not in seen]
                seen.update(users[number])
            if any(len(self.open[number]) > 1 for number in tree):
                joined.update(tree)
            else:
                trees.append(tree)
        return [tree for tree in trees if joined.isdisjoint(tree)]

    def _best_of(self, tree: list[int]) -> dict[tuple[int, bool], tuple[_Price, str | None]]:
        """For each value, with what it is computed from there or not: what it and all behind it cost, and its way."""
        behind: dict[tuple[int, bool], _Price] = {}
        best: dict[tuple[int, bool], tuple[_Price, str | None]] = {}
        for number in reversed(tree):
            without, having = (behind.get((number, there), _NOTHING) for there in (False, True))
            for there in (False, True):
                best[number, there] = min(self._ways(number, there, without, having), key=lambda way: way[0])
            for operand in self.open[number]:
                for there in (False, True):
                    (cost, size), (more, larger) = behind.get((operand, there), _NOTHING), best[number, there][0]
                    behind[operand, there] = cost + more, size + larger
        return best

    def _ways(
        self, number: int, there: bool, without: _Price, having: _Price,
    ) -> Iterator[tuple[_Price, str | None]]:
        """The ways to have a value, or not, at the price of all behind it ``without`` it and ``having`` it."""
        value, (cost, size) = self.values[number], having
        if not value.needed:
            yield without, None
            size += 1
        yield (cost + value.tape, size), TAPE
        if self._repeatable(number) and (there or not self.open[number]):
            yield (cost + (self.again[number] or 0), size + 1), AGAIN

    def cut(self) -> None:
        undecided = self._undecided()
        if not undecided:
            return
        for node in _sink_side(self._edges(undecided)):
            if node < 0:
                continue
            number, is_out = divmod(node, 2)
            if is_out:
                self.chosen.setdefault(number, TAPE)
            else:
                self._choose(number, AGAIN)
        for number in undecided:
            if self.values[number].needed:
                self.chosen.setdefault(number, TAPE)

    def _undecided(self) -> list[int]:
        """The needed values that are not settled, and all that they may be computed from."""
        found = dict.fromkeys(n for n, value in enumerate(self.values) if value.needed and n not in self.chosen)
        work = list(found)
        while work:
            for operand in self.open[work.pop()]:
                if operand not in found:
                    found[operand] = None
                    work.append(operand)
        return sorted(found)

    def _edges(self, undecided: list[int]) -> list[tuple[int, int, int | None]]:
        """The graph: of a needed value ``out`` is the sink itself; what can only be taped has no ``in``."""
        edges: list[tuple[int, int, int | None]] = []
        for number in undecided:
            value, into, out = self.values[number], 2 * number, 2 * number + 1
            if not self._repeatable(number):
                edges.append((_SOURCE, out, value.tape))
                continue
            edges.append((_SOURCE, into, self.again[number]))
            if value.needed:
                edges.append((into, _SINK, value.tape))
            else:
                edges += [(into, out, value.tape), (out, into, None)]
            for operand in sorted(self.open[number]):
                edges.append((2 * operand + 1, into, None))
        return edges


_SOURCE, _SINK = -1, -2


def _sink_side(edges: list[tuple[int, int, int | None]]) -> set[int]:
    """The nodes from which the sink can still be reached when the flow is at its maximum."""
    import networkx

    network = _residual(edges)
    rest = networkx.algorithms.flow.boykov_kolmogorov(network, _SOURCE, _SINK, residual=network)
    found, work = {_SINK}, [_SINK]
    while work:
        for node, edge in rest.pred[work.pop()].items():
            if node not in found and edge["flow"] < edge["capacity"]:
                found.add(node)
                work.append(node)
    return found


def _residual(edges: list[tuple[int, int, int | None]]) -> networkx.DiGraph[int]:
    """What is left to flow, both ways: as `networkx` makes it of a graph, which for a few values takes it longer than
    the flow does. An edge without a capacity cannot be cut."""
    import networkx

    everything = 3 * sum(capacity for _, _, capacity in edges if capacity is not None) + 1
    capacities: dict[tuple[int, int], int] = {}
    for start, end, capacity in edges:
        capacities[start, end] = everything if capacity is None else capacity
        capacities.setdefault((end, start), 0)
    network = networkx.DiGraph(inf=everything)
    network.add_edges_from((*ends, {"capacity": capacity}) for ends, capacity in capacities.items())
    return network
