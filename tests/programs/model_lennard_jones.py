"""The Lennard-Jones energy of particles, pair by pair, within a cut-off."""
import numpy as np


def program(x, sigma, cutoff):
    energy = 0.0
    n = len(x)
    for i in range(n):
        for j in range(i + 1, n):
            d = x[i] - x[j]
            r2 = (d * d).sum()
            if r2 > cutoff**2:
                continue
            s6 = (sigma**2 / r2) ** 3
            energy += 4.0 * (s6 * s6 - s6)
    return energy


inputs = [(np.array([[0.0, 0.1], [1.2, 0.0], [0.3, 1.3], [4.0, 4.0]]), 1.1, 2.5)]
wrt = (0, 1)
step = 2e-4
