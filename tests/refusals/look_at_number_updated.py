"""np.squeeze of a number of Python's gives an array, and of one of NumPy's that number."""
import numpy as np


def program(x):
    looked = np.squeeze(x * 2.0)
    other = looked
    looked += 1.0  # refused: depends on how NumPy comes to it
    return looked * other


inputs = [(0.8,)]
wrt = (0,)
