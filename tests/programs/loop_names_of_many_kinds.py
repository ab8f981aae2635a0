"""Rows of a matrix and elements of another one under one name in a loop, of which some rounds are left early."""
import numpy as np


def program(img, pts):
    s = 0.0
    for x, y in pts:
        i, j = int(y), int(x)
        if i > 1:
            continue
        s += (img[i, j] * x + y * img[i, j + 1]) ** 2
    return s


inputs = [(np.array([[0.3, 0.8, -0.4], [1.1, 0.6, 0.9], [0.2, -0.5, 0.7]]),
           np.array([[0.4, 1.3], [1.6, 0.2], [0.5, 2.2]]))]
wrt = (0, 1)
