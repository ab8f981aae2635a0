"""``dot``, ``matmul``, ``outer``, ``inner`` and ``einsum``."""
import numpy as np


def program(m, v, w):
    a = np.dot(m, v) * w + np.matmul(w, m)[0]
    b = np.outer(v, w) + m.T
    c = np.einsum("ij,j,i->", m, v, w) + np.einsum("ij->ji", m)[0] @ w + np.sum(np.einsum("ij,kj->ik", m, m))
    return np.sum(a) + np.sum(b**2) * c + np.inner(v, v) * np.vdot(w, w)


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), np.array([0.9, -0.4, 1.3]), np.array([0.3, 1.2]))]
wrt = (0, 1, 2)
