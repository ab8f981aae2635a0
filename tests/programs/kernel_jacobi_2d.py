"""Jacobi sweeps in two dimensions with slices, the buffers swapped each step."""
import numpy as np


def program(u, f, h):
    new = np.empty_like(u)
    old = u.copy()
    for _ in range(3):
        new[1:-1, 1:-1] = 0.25 * (old[2:, 1:-1] + old[:-2, 1:-1] + old[1:-1, 2:] + old[1:-1, :-2]
                                  - h**2 * f[1:-1, 1:-1])
        new[0, :] = 0.0
        new[-1, :] = old[-2, :]
        new[:, 0] = 1.0
        new[:, -1] = old[:, -2] ** 2
        old, new = new, old
    return np.sum(old**2)


inputs = [(np.linspace(0.1, 1.2, 20).reshape(4, 5), np.linspace(-1.0, 1.0, 20).reshape(4, 5), 0.3)]
wrt = (0, 1, 2)
