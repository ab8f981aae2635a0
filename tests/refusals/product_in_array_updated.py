"""np.einsum with a path of its own may end in an array of no dimensions, which is updated in place, or in a number."""
import numpy as np


def program(x):
    total = np.einsum("i,i->", x, x, optimize=True)
    other = total
    total += 1.0  # refused: depends on how NumPy comes to it
    return total * other


inputs = [(np.array([0.7, 1.3]),)]
wrt = (0,)
