"""Boolean masks of vectors, of matrices, and of rows."""
import numpy as np


def program(v, m):
    positive = v[v > 0]
    big = m[m > 0.5]
    rows = m[v > 0]
    columns = m[:, np.array([True, False])]
    return np.sum(positive**2) * np.sum(big) + np.sum(rows**3) + np.sum(columns)


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([[0.7, 0.2], [-0.5, 0.8], [1.1, 0.3]]))]
wrt = (0, 1)
