"""Calls that change a captured name are evaluated from left to right."""


def program(x):
    state = x

    def advance(step):
        nonlocal state
        state = state * state + step
        return state

    difference = advance(1.0) - 2 * advance(x) / advance(0.5)
    pair = (advance(0.1), state, advance(0.2))
    return difference * pair[0] + pair[1] - pair[2] * 0.01


inputs = [(0.4,)]
wrt = (0,)
