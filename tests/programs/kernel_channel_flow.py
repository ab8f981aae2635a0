"""Channel flow, periodic in one direction, stepped until the mean velocity settles: `while` round slices."""
import numpy as np


def program(u0, force, nu):
    u = u0.copy()
    change, steps = 1.0, 0
    while change > 0.05 and steps < 6:
        un = u.copy()
        u[1:-1, 1:-1] = (un[1:-1, 1:-1] - 0.1 * un[1:-1, 1:-1] * (un[1:-1, 1:-1] - un[1:-1, 0:-2]) + force * 0.1
                         + nu * (un[1:-1, 2:] - 2 * un[1:-1, 1:-1] + un[1:-1, 0:-2]
                                 + un[2:, 1:-1] - 2 * un[1:-1, 1:-1] + un[0:-2, 1:-1]))
        u[1:-1, -1] = (un[1:-1, -1] - 0.1 * un[1:-1, -1] * (un[1:-1, -1] - un[1:-1, -2]) + force * 0.1
                       + nu * (un[1:-1, 0] - 2 * un[1:-1, -1] + un[1:-1, -2] + un[2:, -1] - 2 * un[1:-1, -1]
                               + un[0:-2, -1]))
        u[1:-1, 0] = (un[1:-1, 0] - 0.1 * un[1:-1, 0] * (un[1:-1, 0] - un[1:-1, -1]) + force * 0.1
                      + nu * (un[1:-1, 1] - 2 * un[1:-1, 0] + un[1:-1, -1] + un[2:, 0] - 2 * un[1:-1, 0]
                              + un[0:-2, 0]))
        u[0, :] = 0
        u[-1, :] = 0
        change = (np.sum(u) - np.sum(un)) / np.sum(u)
        steps += 1
    return np.sum(u**2)


inputs = [(np.linspace(0.1, 1.0, 20).reshape(5, 4), 1.5, 0.1)]
wrt = (0, 1, 2)
