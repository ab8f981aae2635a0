"""Several loops add terms of the same arrays to an energy: each may have its adjoints in its own rounds."""
import math

import numpy as np


def program(x, q, k, box):
    n = len(q)
    energy = 0.0
    for i in range(n - 1):
        r2 = 0.0
        for d in range(2):
            r2 += (x[i + 1, d] - x[i, d]) ** 2
        energy += k * (math.sqrt(r2) - 1.0) ** 2
    stretched = energy
    for i in range(n):
        for j in range(i):
            dx = x[i, 0] - x[j, 0]
            dx -= box * round(dx / box)
            if dx * dx < 4.0:
                energy += q[i] * q[j] / math.sqrt(0.5 + dx * dx)
    for i in range(n):
        x_i = x[i, 1]
        energy += stretched * x_i ** 2
        q_i = q[i]
        energy += k * q_i * x_i
    total = 0.0
    for charge in q:
        total += charge
    for i in range(n):
        energy -= q[i] ** 3 * box
    return energy + total ** 2


inputs = [(np.array([[0.1, 0.4], [1.3, -0.2], [2.2, 0.9], [2.9, 1.7]]), np.array([0.5, -0.3, 0.8, 0.2]), 1.4, 2.1),
          (np.zeros((0, 2)), np.zeros(0), 1.4, 2.1)]
wrt = (0, 1, 2, 3)
