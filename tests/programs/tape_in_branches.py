"""What is read in one branch alone is taped there, also in branches of branches, after a loop and beside an else."""
import numpy as np


def program(x, w, n):
    y, z = x[0], np.sum(x)
    for i in range(n):
        root = np.sqrt(1.0 + y**2)
        part = x * root
        for j in range(2):
            z = z + 0.1 * np.sin(w * z)
        if z > 0.6:
            y = y - 0.3 * z * w
            if i % 2:
                y = np.sin(y * z) + np.sum(part**2) * 0.01
                z = 0.2 * z * y
            else:
                z = z / root
        elif i > 2:
            z = z + np.exp(-y) * root
        else:
            z = z + 0.4 * y + np.sum(np.cos(part))
            if n == 3:
                break
    return y * z


wrt = (0, 1)
inputs = [(np.array([0.3, 0.5, -0.2]), 0.7, n) for n in (0, 1, 3, 7)] + [
    (np.array([0.2, 0.6, -0.1]), 0.7, 5)]
