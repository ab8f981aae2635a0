"""A frozen dataclass made inside and returned, with ``dataclasses.replace``."""
import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    position: float
    speed: float


def program(state, dt):
    middle = State(state.position + dt * state.speed, speed=state.speed)
    return dataclasses.replace(middle, speed=middle.speed - dt * middle.position)


inputs = [(State(0.5, -1.2), 0.1)]
wrt = (0, 1)
