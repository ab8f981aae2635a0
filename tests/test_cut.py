"""The minimum cut that decides what is taped, against all choices there are."""
from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest

from s2sad.analyses.cut import AGAIN, TAPE, Value, cheapest


def cost(values: list[Value], chosen: dict[int, str]) -> int | None:
    """What a choice costs; None where it does not make everything available that it has to."""
    total = 0
    for number, value in enumerate(values):
        how = chosen.get(number)
        if how is None and value.needed:
            return None
        if how == TAPE:
            total += value.tape
        if how == AGAIN:
            if value.again is None or any(operand not in chosen for operand in value.operands):
                return None
            total += value.again
    return total


def least(values: list[Value]) -> int:
    found = []
    for ways in itertools.product((None, TAPE, AGAIN), repeat=len(values)):
        price = cost(values, {number: way for number, way in enumerate(ways) if way is not None})
        if price is not None:
            found.append(price)
    return min(found)


def drawn(rng: random.Random) -> list[Value]:
    values = []
    for number in range(rng.randint(1, 8)):
        before = range(number)
        operands = tuple(sorted(rng.sample(before, rng.randint(0, min(3, number)))))
        again = None if rng.random() < 0.3 else rng.randint(0, 12)
        values.append(Value(rng.randint(0, 12), again, () if again is None else operands, rng.random() < 0.4))
    return values


def drawn_trees(rng: random.Random) -> list[Value]:
    """Values that are computed from one other each: these are decided without a flow."""
    values = [Value(rng.randint(0, 12))]
    for number in range(1, rng.randint(2, 8)):
        operand = rng.randrange(max(0, number - 3), number)
        values.append(Value(rng.randint(0, 12), rng.randint(0, 12), (operand,), rng.random() < 0.4))
    return values


@pytest.mark.parametrize("drawn", [drawn, drawn_trees])
@pytest.mark.parametrize("seed", range(300))
def test_no_choice_costs_less(seed: int, drawn: Callable[[random.Random], list[Value]]) -> None:
    values = drawn(random.Random(seed))
    chosen = cheapest(values)
    assert cost(values, chosen) == least(values)


@pytest.mark.parametrize("seed", range(40))
def test_the_choice_does_not_depend_on_the_numbering(seed: int) -> None:
    rng = random.Random(seed)
    values = drawn(rng)
    chosen = cheapest(values)
    order = list(range(len(values)))
    rng.shuffle(order)
    place = {number: at for at, number in enumerate(order)}
    shuffled = [
        Value(values[n].tape, values[n].again, tuple(place[o] for o in values[n].operands), values[n].needed)
        for n in order
    ]
    assert {place[number]: way for number, way in chosen.items()} == cheapest(shuffled)


def test_a_state_is_taped_and_what_is_made_of_it_is_not() -> None:
    state = Value(60)
    made = [Value(60, 20, (0,), needed=True) for _ in range(3)]
    assert cheapest([state, *made]) == {0: TAPE, 1: AGAIN, 2: AGAIN, 3: AGAIN}


def test_one_value_is_taped_itself_and_not_what_it_is_made_of() -> None:
    assert cheapest([Value(60), Value(60, 20, (0,), needed=True)]) == {1: TAPE}


def test_what_is_made_of_what_is_at_hand_costs_no_tape() -> None:
    assert cheapest([Value(60, 20, (), needed=True)]) == {0: AGAIN}


def test_equal_prices_are_settled_for_computing_again() -> None:
    assert cheapest([Value(20, 20, (), needed=True)]) == {0: AGAIN}
