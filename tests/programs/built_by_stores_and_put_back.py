"""Arrays built by stores of which an earlier state is read, that are stored into by a view, or of changing places."""
import numpy as np


def program(u, c, n):
    places = np.array([0, 2])
    for _ in range(n):
        f = np.zeros(len(u))
        f[1:-1] = u[1:-1] * u[2:]
        g = np.sum(f[1:-1] ** 2)
        f[0] = u[0]
        f[1:-1] = f[1:-1] * u[:-2] * g
        h = np.zeros(len(u))
        h[1:] = u[1:] * u[:-1]
        last = h[-2:]
        last[0] = u[0] * c
        k = np.zeros(len(u))
        k[1:] = u[1:] * u[:-1]
        k[places] = c * u[places]
        places[0] = 1
        u = u - c * f * f - 0.1 * h * k * k
    return np.sum(u**2)


inputs = [(np.array([0.9, -0.4, 1.3, 0.2, 0.7]), 0.3, 3)]
wrt = (0, 1)
