"""A loop gives an array another name, which was not bound before: behind it the array is updated in place."""
import numpy as np


def program(x, n):
    a = x * 1.0
    for _ in range(n):
        last = a
    a[1:] += x[:2]
    return np.sum(last * a)  # refused: may share memory with `a`


inputs = [(np.array([0.7, -0.4, 1.1]), 2)]
wrt = (0,)
