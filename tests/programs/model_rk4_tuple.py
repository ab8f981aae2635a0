"""Runge-Kutta on a tuple of states: a pendulum."""
import math


def slope(state, length):
    angle, speed = state
    return speed, -9.81 / length * math.sin(angle)


def moved(state, direction, h):
    return tuple(s + h * d for s, d in zip(state, direction))


def program(angle, length, n):
    state = (angle, 0.0)
    h = 0.05
    for _ in range(n):
        k1 = slope(state, length)
        k2 = slope(moved(state, k1, h / 2), length)
        k3 = slope(moved(state, k2, h / 2), length)
        k4 = slope(moved(state, k3, h), length)
        state = tuple(s + h / 6 * (a + 2 * b + 2 * c + d) for s, a, b, c, d in zip(state, k1, k2, k3, k4))
    return state[0] + state[1] ** 2


inputs = [(0.9, 1.3, 5)]
wrt = (0, 1)
