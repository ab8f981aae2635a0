"""Runge-Kutta of a pendulum, the trajectory stored row by row and read back from the row before."""
import numpy as np


def slope(y, g):
    out = np.empty(2)
    out[0] = y[1]
    out[1] = -g * np.sin(y[0])
    return out


def program(y0, g, h):
    y = np.empty((6, 2))
    y[0] = y0
    for n in range(5):
        k1 = slope(y[n], g)
        k2 = slope(y[n] + 0.5 * h * k1, g)
        k3 = slope(y[n] + 0.5 * h * k2, g)
        k4 = slope(y[n] + h * k3, g)
        y[n + 1] = y[n] + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
    return np.sum(y[:, 0] ** 2) + y[-1, 1]


inputs = [(np.array([0.7, -0.2]), 9.8, 0.1)]
wrt = (0, 1, 2)
