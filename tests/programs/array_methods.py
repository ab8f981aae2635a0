"""Methods of arrays: reductions, shapes, products, copies."""
import numpy as np


def program(m, v):
    total = m.sum() + m.sum(axis=0).max() + m.mean(axis=1, keepdims=True).sum()
    flat = m.reshape(-1) * m.ravel() + m.flatten()
    product = m.dot(v).dot(m.transpose()[0])
    clipped = v.clip(0.0, 1.0).sum() + m.T.dot(v[:2])[1]
    return total * flat.reshape((2, 3)).min() + product + m.copy().prod() + clipped


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), np.array([0.9, -0.4, 1.3]))]
wrt = (0, 1)
