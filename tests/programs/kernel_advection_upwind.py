"""Burgers' equation, upwind with a limiter and periodic boundary, the flux array reused each step."""
import numpy as np


def program(u0, dt):
    u = u0.copy()
    n = len(u)
    flux = np.zeros(n + 1)
    for _ in range(4):
        for i in range(1, n):
            if u[i - 1] + u[i] > 0.0:
                flux[i] = 0.5 * u[i - 1] ** 2
            else:
                flux[i] = 0.5 * u[i] ** 2
        flux[0] = flux[n] = 0.5 * u[n - 1] ** 2
        u -= dt * (flux[1:] - flux[:-1])
    return np.sum(u**2)


inputs = [(np.array([0.2, 0.9, 1.3, -0.4, -0.9, 0.1]), 0.2)]
wrt = (0, 1)
