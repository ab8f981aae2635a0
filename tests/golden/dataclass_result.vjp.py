import copy
from tests.programs.dataclass_result import State


def program_fwd(state, dt):
    """Return the value of `program` and what `program_rev` reads."""
    middle = State(position=state.position + dt * state.speed, speed=state.speed)
    value = State(position=middle.position, speed=middle.speed - dt * middle.position)
    return value, (middle.position, dt, state.speed, state)


def program_rev(tape, value_bar):
    """Return the cotangents of state and dt for a cotangent of the value of `program`."""
    t, dt, t_1, state = tape
    # return dataclasses.replace(middle, speed=middle.speed - dt * middle.position)
    position_bar = value_bar.position
    speed_bar = value_bar.speed
    position_bar -= speed_bar * dt
    # middle = State(state.position + dt * state.speed, speed=state.speed)
    dt_bar = position_bar * t_1 - speed_bar * t
    speed_bar += position_bar * dt
    state_bar = _like(state, position=position_bar, speed=speed_bar)
    return state_bar, dt_bar


def program_vjp(state, dt):
    """Return the value of `program` and its pullback."""
    value, tape = program_fwd(state, dt)
    return value, lambda value_bar: program_rev(tape, value_bar)


def _like(obj, **attributes):
    """A copy of an object with other values of these attributes."""
    result = copy.copy(obj)
    for name, value in attributes.items():
        object.__setattr__(result, name, value)
    return result
