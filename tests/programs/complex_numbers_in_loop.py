"""Complex numbers that a loop computes, with their methods."""
import numpy as np


def program(x, a):
    z = 0j
    total = 0.0
    for i in range(len(x)):
        z = z * a + x[i] * np.exp(1j * x[i - 1])
        total += (z.conjugate() * x[0]).imag + abs(z)
    return total


inputs = [(np.array([0.3, 1.2, -0.4]), 0.7)]
wrt = (0, 1)
