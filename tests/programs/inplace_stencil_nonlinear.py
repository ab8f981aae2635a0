"""Products of slices of what is updated: the reverse sweep has them again of the array as it is put back."""
import numpy as np


def program(u0, nu, c, steps):
    u = u0.copy()
    for _ in range(steps):
        slope = u[1:-1] - u[:-2]
        bend = u[2:] - 2.0 * u[1:-1] + u[:-2]
        u[1:-1] = u[1:-1] - c * u[1:-1] * slope + nu * bend
        u[0] = u[1] * u[1]
        if u[1] > 0.1:
            u[-1] = np.sin(u[-2]) * u[0]
    return np.sum(u**2)


inputs = [(np.array([0.2, 0.7, -0.4, 0.9, 0.3, -0.6]), 0.2, 0.3, steps) for steps in (0, 1, 4)]
wrt = (0, 1, 2)
