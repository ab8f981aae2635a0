"""A second field that is kept for the inside of the first one alone, as boundaries have none of it."""
import numpy as np


def program(u, v, diffusion, coupling, steps):
    u = u.copy()
    v = v.copy()
    for _ in range(steps):
        around = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * u[1:-1, 1:-1]
        growth = diffusion * around + u[1:-1, 1:-1] - u[1:-1, 1:-1] ** 3 / 3.0 - v
        v += 0.1 * (u[1:-1, 1:-1] - coupling * v)
        u[1:-1, 1:-1] += 0.1 * growth
        u[0, :] = u[1, :]
        u[:, -1] = u[:, -2]
    return np.sum(u**2) + np.sum(v**3)


inputs = [
    (np.sin(np.arange(20.0)).reshape(5, 4), np.cos(np.arange(6.0)).reshape(3, 2), 0.3, 0.8, 3),
    (np.sin(np.arange(8.0)).reshape(2, 4), np.zeros((0, 2)), 0.3, 0.8, 2),
]
wrt = (0, 1, 2, 3)
