"""A carried named tuple, renewed in a loop with ``_replace``."""
from typing import NamedTuple


class State(NamedTuple):
    x: float
    v: float


def program(x, n):
    state = State(x, 1.0)
    for _ in range(n):
        state = state._replace(x=state.x + 0.1 * state.v)
        state = state._replace(v=state.v - 0.1 * state.x * x)
    return state.x * state.v


inputs = [(0.9, 4)]
wrt = (0,)
