"""Nothing is taken of what is divided by a number that is zero, or something by one that is not."""
import numpy as np


def program(x, y, dx, taken):
    with np.errstate(all="ignore"):
        slope = (x[1:] - x[:-1]) / dx
        upwind = np.where(taken, y * slope, y[0])
    return np.sum(upwind**2) + np.sum(np.where(taken, slope / dx, x[1:]))


inputs = [
    (np.array([0.7, -1.2, 0.4]), np.array([0.3, 1.1]), dx, np.array(taken))
    for dx, taken in ((0.0, [False, False]), (0.5, [True, False]))
]
wrt = (0, 1)
