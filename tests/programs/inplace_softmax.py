"""Updates of whole arrays that nothing else refers to: a softmax in place, activations, powers, and second names."""
import numpy as np


def program(x, w, b):
    s = x @ w
    s += b
    s -= s.max(axis=-1, keepdims=True)
    p = np.exp(s)
    p /= p.sum(axis=-1, keepdims=True)
    h = p * 2.0
    h **= 2
    h[:] = np.tanh(h)
    kept = h
    h *= 3.0
    np.sin(p, out=p)
    q = x * 1.0
    part = q[0]
    q *= q
    rows = []
    for k in range(2):
        r = q + k
        r *= r
        rows.append(r)
        t = r * 0.5
        t -= b[0]
        q = t
    return np.sum(p * h) + np.sum(kept) + np.sum(part * part) + np.sum(rows[0] * rows[1]) + np.sum(q)


inputs = [(np.array([[0.9, -0.4, 1.3], [0.2, 0.6, -0.7]]), np.array([[0.3, -1.2], [0.6, 0.1], [-0.5, 0.8]]),
           np.array([0.4, -0.1]))]
wrt = (0, 1, 2)
