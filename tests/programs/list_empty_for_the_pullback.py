"""The pullback reads lists that have no items."""
import numpy as np


def program(x):
    squares = [v * v for v in x[1:]]
    fourths = squares[:1] + [v * v for v in squares] + [x[0]]
    return x * sum(squares) + sum(fourths) * x[0] * fourths[-1]


inputs = [(np.array([0.7]),), (np.array([0.3, 0.7, 1.1]),)]
wrt = (0,)
