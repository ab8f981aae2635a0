"""An array without axes flipped is the array."""
import numpy as np


def program(x):
    return np.flip(x) * np.flip(np.array(np.sin(x)))


inputs = [(np.array(0.7),)]
wrt = (0,)
