"""Views that are transposed, of arrays whose adjoints are products or transposed themselves when they are written."""
import numpy as np


def program(x, w, v):
    p = x * 2.0
    t = p.T
    p[0, 0] = 1.0
    first = t[1, 0] ** 2 + t[0, 1] * t[1, 1] + np.sum((p @ w) @ v)
    q = x * 3.0
    u = q.T
    q[0, 1] = 2.0
    second = np.sum(q.T * w) + u[1, 1] ** 2
    r = v * x
    s = r.T
    r -= 1.0
    return first + second + np.sum(s * r)


inputs = [(np.array([[0.9, -0.4], [1.3, 0.2]]), np.array([[0.5, 0.7], [-0.6, 0.8]]),
           np.array([[-0.3, 1.1], [0.4, 0.6]]))]
wrt = (0, 1, 2)
