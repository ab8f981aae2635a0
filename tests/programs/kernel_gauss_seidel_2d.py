"""Gauss-Seidel with over-relaxation, element by element, until the update is small or the sweeps run out."""
import numpy as np


def program(u0, f, omega):
    u = u0.copy()
    rows, columns = u.shape
    for sweep in range(5):
        change = 0.0
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                residual = 0.25 * (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - f[i, j]) - u[i, j]
                u[i, j] += omega * residual
                change = max(change, abs(residual))
        if change < 0.02:
            break
    return np.sum(u * u)


inputs = [
    (np.linspace(0.1, 1.7, 20).reshape(4, 5), np.linspace(-1.0, 1.0, 20).reshape(4, 5), 1.3),
    (np.full((4, 5), 0.7) + 1e-5 * np.sin(np.arange(20.0)).reshape(4, 5), np.full((4, 5), 1e-4), 0.9),
]
wrt = (0, 1, 2)
