"""Horizontal diffusion with a limited flux: stencils of stencils, boolean selection by np.where."""
import numpy as np


def program(field, coeff):
    n = field.shape[0] - 4
    lap = 4.0 * field[1:-1, 1:-1] - (field[2:, 1:-1] + field[:-2, 1:-1] + field[1:-1, 2:] + field[1:-1, :-2])
    res = lap[1:, 1:-1] - lap[:-1, 1:-1]
    flx = np.where((res * (field[2:n + 3, 2:n + 2] - field[1:n + 2, 2:n + 2])) > 0, 0, res)
    out = np.zeros((n, n))
    out[:, :] = field[2:n + 2, 2:n + 2] - coeff * (flx[1:, :] - flx[:-1, :])
    return np.sum(out**2)


steps = np.arange(36.0).reshape(6, 6)
inputs = [(np.cos(1.3 * steps) + 0.1 * steps, np.linspace(0.1, 0.4, 4).reshape(2, 2))]
wrt = (0, 1)
