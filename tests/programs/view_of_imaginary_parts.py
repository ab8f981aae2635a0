"""Views of the real and imaginary parts of complex numbers are updated in place, and so are these numbers."""
import numpy as np


def program(x, s):
    z = x * np.exp(1j * x)
    v = z.imag
    v[1:] *= v[:-1]
    w = (z * s).imag
    w[w > 0.1] *= 2.0
    u = z.real
    z[0] *= s * u[1]
    u += 0.5 * v
    v[2] += u[0]
    return np.sum(w * v), np.sum(u * v[::-1]), np.sum((z * z).imag)


inputs = [(np.array([0.3, 1.2, -0.4, 0.9]), 0.7)]
wrt = (0, 1)
