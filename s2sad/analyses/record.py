"""What the forward sweep keeps for the reverse sweep: the decision between the tape and computing again.

All that the reverse sweep mentions has to be available there. What is cheaper to compute again than to keep
(a number from the state that the loop carries, a view, a sum of arrays) is computed again, if what it is computed
from can be had; the rest is taped. Which values are kept so that all of it costs least is a minimum cut
(`analyses.cut`) over the whole function, with the prices of `analyses.costs`, an inner loop's times its rounds.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from s2sad.analyses import costs
from s2sad.analyses.cut import AGAIN, TAPE, Value, cheapest
from s2sad.ir.kinds import Array, Scalar
from s2sad.ir.nodes import IN_PLACE, Assign, Operand, Statement, Var
from s2sad.rules import table

# Between values that cost the same: fewer tapes, the state that a loop carries, what has a name.
_FINE = 16
# How much larger than the least that which is kept may be, and how many times as dear memory is taken to be otherwise.
_ENOUGH, _DEARER, _MOST = 1.1, (2, 4, 8, 16), 64

# How many times as large as what it is gathered from a gathered array is taken to be: nodes have several edges.
_GATHERED = 2


@dataclass(frozen=True)
class Plan:
    """What is kept and what is computed again, each in the order of the program."""

    taped: list[Var]
    recomputed: list[Assign]


class Local(NamedTuple):
    """A variable that is not at hand in the reverse sweep: how often it is made (as a weight), where it stands in the
    order of the program, and whether that is in a loop inside another."""

    weight: int
    order: float
    deep: bool = False


def plan(
    needed: Iterable[Var], definition: Callable[[Var], Statement | None], local: Callable[[Var], Local | None],
    may_change: Callable[[Operand], bool], compiled: bool = False,
    settled: Callable[[Var], Assign | None] = lambda var: None, unmade: Container[Var] = (), brief: bool = False,
    free: Container[Var] = (), copied: Container[Var] = (),
) -> Plan:
    """Decide for the variables that the reverse sweep mentions; ``local`` gives None for what is at hand.

    ``may_change`` says of which values memory may be another in the reverse sweep; ``compiled`` whether the derivative
    will be compiled, which changes the prices; ``settled`` gives what may be had again although it may change.
    ``unmade`` is what the forward sweep computes only if it is kept, ``free`` what the reverse sweep computes anyhow,
    and of what is ``copied`` a copy is kept.
    """
    wanted = dict.fromkeys(needed)
    found = _find(wanted, definition, local, may_change, compiled, settled)
    places, made, prices = found.places, found.made, found.prices
    prices.update(dict.fromkeys([var for var in made if var in free], 0))
    if not compiled:
        prices.update(dict.fromkeys(_contracted(made, wanted), 0))
    order = sorted(places, key=lambda var: places[var].order)
    number = {var: n for n, var in enumerate(order)}
    times = {} if compiled else _times(found)
    elements = _read_by_element(made, wanted) if compiled else set()
    values = []
    for var in order:
        if var in elements:
            price = costs.by_element(var.kind)
        else:
            price = costs.tape(var, compiled, places[var].deep, brief) * times.get(var, 1)
            price += costs.copy(var.kind) if var in copied else 0
        price += prices.get(var, 0) if var in unmade else 0
        kept = price * _FINE + _preference(var, var in made)
        weight, wants = places[var].weight, var in wanted
        if var in made:
            operands = dict.fromkeys(number[arg] for arg in made[var].args if isinstance(arg, Var) and arg in number)
            values.append(Value(kept * weight, prices[var] * _FINE * weight, tuple(operands), wants))
        else:
            values.append(Value(kept * weight, needed=wants))
    chosen = cheapest(values)
    if not brief and any(how == TAPE and order[n] in made and costs.memory(order[n].kind) for n, how in chosen.items()):
        sizes = [costs.memory(var.kind) * times.get(var, 1) * places[var].weight for var in order]
        long = {n for n, var in enumerate(order) if var in made and costs.takes_long(made[var])}
        chosen = _in_less_memory(values, sizes, long, chosen, compiled)
    return Plan(
        [var for n, var in enumerate(order) if chosen.get(n) == TAPE],
        _in_order([made[var] for n, var in enumerate(order) if chosen.get(n) == AGAIN]),
    )


@dataclass(frozen=True)
class _Found:
    """What the reverse sweep mentions and what that may be computed again of; how, and for how much."""

    places: dict[Var, Local]
    made: dict[Var, Assign]
    prices: dict[Var, int]


def _find(
    wanted: Iterable[Var], definition: Callable[[Var], Statement | None], local: Callable[[Var], Local | None],
    may_change: Callable[[Operand], bool], compiled: bool, settled: Callable[[Var], Assign | None],
) -> _Found:
    found = _Found({}, {}, {})
    work = list(wanted)
    while work:
        var = work.pop()
        place = None if var in found.places else local(var)
        if place is None:
            continue
        found.places[var] = place
        step = repeatable(var, definition, may_change) or settled(var)
        price = None if step is None else costs.again(step, compiled)
        if step is not None and price is not None:
            found.made[var] = step
            found.prices[var] = price
            work += [arg for arg in step.args if isinstance(arg, Var)]
    made = found.made
    for var in [var for var, step in made.items() if step.primitive == costs.BUILT and _is_built_of_itself(made, step)]:
        del made[var]
    return found


def _times(found: _Found) -> dict[Var, int]:
    """How many times as large an array is taken to be for an axis of what indices gather. (Compiled code gathers again
    in a loop of its own, for as much as it saves.)"""
    gathered = {axis for step in found.made.values() for axis in costs.axes_of_indices(step)}
    return {var: _GATHERED for var in found.places if not gathered.isdisjoint(costs.axes(var.kind))} if gathered else {}


def _in_order(steps: list[Assign]) -> list[Assign]:
    """Each behind what it is computed from: an item may be read of a list that is complete later."""
    waiting = {step.target: step for step in steps}
    found: list[Assign] = []
    while waiting:
        _add(waiting.pop(next(iter(waiting))), waiting, found)
    return found


def _add(step: Assign, waiting: dict[Var, Assign], found: list[Assign]) -> None:
    for arg in step.args:
        if arg in waiting:
            _add(waiting.pop(arg), waiting, found)
    found.append(step)


def _in_less_memory(
    values: list[Value], sizes: list[float], long: set[int], chosen: dict[int, str], compiled: bool,
) -> dict[int, str]:
    """What is chosen where memory is dearer, by as much as it takes.

    By hand one keeps the state of a round and computes the rest of it again: what is kept is to be no larger than the
    least by more than a part. What takes ``long`` is computed again for that only of what is there anyhow; in
    compiled code, where it takes many times as long as to keep it, not at all.
    """
    once = {n for n in long if chosen.get(n) != AGAIN} if compiled else _once(values, long, chosen)

    def memory(chosen: dict[int, str]) -> float:
        return sum(sizes[n] for n, how in chosen.items() if how == TAPE)

    def with_memory_dearer(times: int) -> dict[int, str]:
        return cheapest([
            replace(value, tape=value.tape * times if size else value.tape, again=None if n in once else value.again)
            for n, (value, size) in enumerate(zip(values, sizes, strict=True))])

    least = with_memory_dearer(_MOST)
    for times in _DEARER:
        if memory(chosen) <= _ENOUGH * memory(least):
            return chosen
        chosen = with_memory_dearer(times)
    return chosen if memory(chosen) <= _ENOUGH * memory(least) else least


def _is_built_of_itself(made: dict[Var, Assign], step: Assign) -> bool:
    """Whether what is stored into an array is computed of the array: it would have to be built more than once."""
    own = {part.target for part in step.extra}
    waiting = [*step.args]
    seen: set[Operand] = set()
    while waiting:
        one = waiting.pop()
        if one in own:
            return True
        if isinstance(one, Var) and one not in seen and one in made:
            seen.add(one)
            waiting += made[one].args
    return False


def _once(values: list[Value], long: set[int], chosen: dict[int, str]) -> set[int]:
    """What takes ``long``, but for what is computed again anyhow, or of what is there anyhow and what comes from it."""
    there = set(chosen)
    once: set[int] = set()
    for n, value in enumerate(values):
        if value.again is None or chosen.get(n) == AGAIN:
            continue
        had = there.issuperset(value.operands)
        if n in long and not had:
            once.add(n)
        elif n not in long and had:
            there.add(n)
    return once


def _read_by_element(made: dict[Var, Assign], wanted: Container[Var]) -> set[Operand]:
    """The arrays of which nothing is had again but single elements."""
    read: dict[Operand, bool] = {}
    for step in made.values():
        is_element = step.primitive == "s2sad.getitem" and isinstance(step.target.kind, Scalar)
        for arg in step.args:
            if isinstance(arg.kind, Array):
                read[arg] = is_element and read.get(arg, True)
    return {arg for arg, by_element in read.items() if by_element and arg not in wanted}


def _contracted(made: dict[Var, Assign], wanted: Container[Var]) -> list[Var]:
    """The products of arrays that nothing but one sum reads: it is taken without them (`optimise.sums`)."""
    sums = [step.args[0] for step in made.values() if step.primitive == "numpy.sum"]
    products = [var for var in sums if var in made and var not in wanted and _is_product(made[var])]
    if not products:
        return []
    readers = Counter(arg for step in made.values() for arg in step.args)
    return [var for var in products if readers[var] == 1]


def _is_product(step: Assign) -> bool:
    return all(isinstance(arg.kind, Array) for arg in step.args) if step.primitive == "operator.mul" else (
        costs.products_of(step) == 1 and isinstance(step.target.kind, Array))


def _preference(var: Var, repeatable: bool) -> int:
    """Of what costs the same, the state that a loop carries is taped, then what has a name."""
    return 1 if var.name and not repeatable else 2 if var.name else 3


def repeatable(
    var: Var, definition: Callable[[Var], Statement | None], may_change: Callable[[Operand], bool],
) -> Assign | None:
    """The assignment that gives a variable, if it gives the same in the reverse sweep."""
    made = definition(var)
    if not isinstance(made, Assign) or not is_pure(made.primitive):
        return None
    if table.lookup(made.primitive) is None and made.primitive not in costs.PARTS:
        return None
    return None if any(map(may_change, [var, *made.args])) else made


# What must stand where it stands.
_BOUND = {"s2sad.pop", "s2sad.tape", "s2sad.top", "s2sad.read", "s2sad.seen", "s2sad.touched"}


def is_pure(primitive: str) -> bool:
    """Whether an assignment may be dropped, moved and repeated. (What may not is an `Effect`.)"""
    return primitive not in IN_PLACE and primitive not in _BOUND
