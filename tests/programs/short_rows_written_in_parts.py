"""Parts of rows as short as points in space are written, added to and read."""
import numpy as np


def program(points, scale, steps):
    total = 0.0
    for _ in range(steps):
        moved = np.sin(points)
        moved[:, 1:] = scale
        moved[:, :1] *= 2.0
        moved[:, 1:-1] += points[:, :2] * scale
        points = points - 0.1 * moved * points
        total += np.sum(moved * moved * points[:, 2:3])
    return total + np.sum(points[:, 3:])


inputs = [(np.array([[0.3, 1.2, -0.4, 0.9], [0.7, -0.5, 0.2, 1.1]]), 0.7, steps) for steps in (2, 1)]
wrt = (0, 1)
