"""An array of no dimensions that is reshaped beside other uses has a gradient of no dimensions."""
import numpy as np


def program(x, z):
    x[1] *= np.sum(np.reshape(z, 1))
    return z


inputs = [(np.array([0.4, 0.6, 1.1]), np.array(0.7))]
wrt = (1,)
