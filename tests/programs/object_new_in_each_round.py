"""A state that is a new object, or a new tuple, in each round; an object from outside that is read in the loop."""
from dataclasses import dataclass

import numpy as np


@dataclass
class State:
    q: np.ndarray
    p: np.ndarray


class Force:
    def __init__(self, k, rest):
        self.k = k
        self.rest = rest

    def __call__(self, q):
        return -self.k * (q - self.rest)


def program(state, force, dt, n):
    pair = (0.0, state.q)
    for k in range(n):
        p = state.p + dt * force(state.q)
        state = State(state.q + dt * p, p)
        if k % 2 == 0:
            pair = (pair[0] + p[0], state.q * pair[1])
    return np.sum(state.q * state.p) + pair[0] * np.sum(pair[1])


inputs = [(State(np.array([0.3, -0.8]), np.array([1.1, 0.4])), Force(1.5, np.array([0.1, 0.2])), 0.1, 4)]
wrt = (0, 1, 2)
