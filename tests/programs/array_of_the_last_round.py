"""An array that each round makes anew, and that is read behind the loop: none is there in front of it."""
import numpy as np


def program(x, n):
    total = 0.0
    for i in range(n):
        part = x * x
        total += i
    return total + np.sum(part)


inputs = [(np.array([0.3, -0.7, 1.1]), 2)]
wrt = (0,)
