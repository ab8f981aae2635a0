"""The imaginary part of real numbers is zeros that are no part of their memory; the real part is all of it."""
import numpy as np


def program(x):
    u = x * 1.0
    nothing = np.imag(u)
    whole = u.real
    u[0] *= x[2]
    whole[1] *= 2.0
    return np.sum(nothing * u) + np.sum(whole * u)


inputs = [(np.array([0.4, -0.8, 1.3]),)]
wrt = (0,)
