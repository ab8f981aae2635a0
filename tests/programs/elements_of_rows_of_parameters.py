"""Points that a loop takes apart, and rows read by element beside what reads them whole."""
import numpy as np


def program(points, w):
    total = 0.0
    for k, (x, y) in enumerate(points):
        if x > 0.0:
            total += x * y * k
    for row in points:
        for j in range(len(w)):
            total += row[j] * w[j] * row[0]
        total += np.sum(row) ** 2
    a, b = points[-1]
    return total + a * b + points[1][0]


inputs = [(np.array([[0.7, -1.2], [0.4, 0.9], [-0.3, 0.2]]), np.array([0.3, 1.1]))]
wrt = (0, 1)
