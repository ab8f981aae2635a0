"""Sums of the real and imaginary parts of complex arrays: a sum of real numbers with a complex gradient in front."""
import numpy as np


def program(x, s):
    z = np.exp(1j * x) * s
    total = np.sum(z.imag) + np.mean((z * z).imag) * z[0].real
    for k in range(2):
        total += np.sum(z[k:].imag) * np.sum(z.real)
    return total


inputs = [(np.array([0.3, 1.2, -0.4]), 0.7)]
wrt = (0, 1)
