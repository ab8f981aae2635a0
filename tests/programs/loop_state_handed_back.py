"""The state before and after each round is read by its adjoint: one tape serves for both, in loops that break too."""
import math

import numpy as np


def program(x, y, w, n):
    total = 0.0
    for i in range(n):
        if x > y:
            y = y * 1.3 + 0.2
        else:
            x = x * 1.4 + 0.1
        total = total + math.sqrt(x * y)
        if total > 9.0:
            break
    h = np.tanh(w[0] * x)
    count = 0
    while count < 4 and np.sum(h) < 3.0:
        h = np.tanh(w @ h + y)
        total = total + np.sum(h * h)
        count += 1
    return total


inputs = [
    (0.5, 0.4, np.linspace(-0.3, 0.4, 4).reshape(2, 2), 3),
    (0.5, 0.4, np.linspace(-0.3, 0.4, 4).reshape(2, 2), 30),
    (0.5, 0.4, np.linspace(-0.3, 0.4, 4).reshape(2, 2), 0),
]
wrt = (0, 1, 2)
