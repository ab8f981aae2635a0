"""What is None or an array is updated in place, and the array read by its own name."""
import numpy as np


def program(x, n):
    a = x * 1.0
    chosen = None
    if n > 1:
        chosen = a
    if chosen is not None:
        chosen[1:] += x[:2]
    return np.sum(a * a)  # refused: may share memory with `chosen`


inputs = [(np.array([0.7, -0.4, 1.1]), 2)]
wrt = (0,)
