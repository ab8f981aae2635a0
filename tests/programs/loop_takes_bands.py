"""Loops that take slices of an axis one behind the other: heads, blocks, and windows that overlap."""
import numpy as np


def program(q, v, w):
    width = q.shape[1] // 2
    out = np.zeros((q.shape[0], q.shape[1]))
    for h in range(2):
        s = q[:, h * width:(h + 1) * width] @ v[:, h * width:(h + 1) * width].T
        out[:, h * width:(h + 1) * width] = np.tanh(s) @ v[:, h * width:(h + 1) * width]
    total = np.sum(out * out)
    size = len(w) // 3
    for t in range(2):
        y = w * (t + 1.0)
        for b in range(3):
            y[b * size:b * size + size] = np.sin(y[b * size:b * size + size]) * w[0]
        total += np.sum(y * y)
    for i in range(0, 6, 2):
        total += np.sum(np.exp(w[i:i + 2]))
    for i in range(4):
        total += np.sum(w[i:i + 2]) ** 2
    for r in range(q.shape[0]):
        total += np.dot(q[r], v[r]) * np.sum(np.cos(v[r]))
        if r:
            total += np.sum(out[r] ** 3)
    carried = w * 1.0
    for k in range(3):
        carried[k * size:(k + 1) * size] = carried[:size] * 0.5 + np.sin(w[k * size:(k + 1) * size])
        carried = carried * 1.1
    return total + np.sum(carried)


inputs = [
    (np.arange(8.0).reshape(2, 4) / 7.0, np.arange(8.0, 0.0, -1.0).reshape(2, 4) / 9.0,
     np.array([0.4, -0.7, 1.1, 0.3, 0.9, -0.2])),
]
wrt = (0, 1, 2)
