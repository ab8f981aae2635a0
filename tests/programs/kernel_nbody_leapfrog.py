"""N bodies by leapfrog, positions and velocities updated in place, accelerations by a loop over pairs."""
import numpy as np


def accelerate(position, mass, acceleration):
    acceleration[:] = 0.0
    n = len(mass)
    for i in range(n):
        for j in range(i + 1, n):
            d = position[j] - position[i]
            w = (d @ d + 0.01) ** -1.5
            acceleration[i] += mass[j] * w * d
            acceleration[j] -= mass[i] * w * d


def program(x0, v0, mass):
    x, v = x0.copy(), v0.copy()
    a = np.empty_like(x)
    accelerate(x, mass, a)
    for _ in range(3):
        v += 0.05 * a
        x += 0.1 * v
        accelerate(x, mass, a)
        v += 0.05 * a
    return 0.5 * np.sum(mass[:, None] * v**2)


inputs = [(np.array([[0.0, 0.0], [1.0, 0.2], [-0.4, 0.9]]), np.array([[0.1, 0.0], [0.0, -0.3], [0.2, 0.2]]),
           np.array([1.0, 0.5, 2.0]))]
wrt = (0, 1, 2)
