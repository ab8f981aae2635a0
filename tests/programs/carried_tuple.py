"""A loop that carries a tuple, rebuilt in each iteration."""


def program(x, n):
    state = (x, 1.0)
    for i in range(n):
        position, speed = state
        state = (position + 0.1 * speed, speed - 0.1 * position * x)
        if i == 2:
            state = (state[1], state[0])
    return state[0] * state[1]


inputs = [(0.7, 6), (0.7, 0)]
wrt = (0,)
