"""What every round of a loop computes of the same arrays: used, kept, updated in place, or never come to."""
import numpy as np


def program(x, w, m):
    kept = []
    total = 0.0
    u = np.zeros_like(x)
    for t in range(4):
        rate = 0.5 / w[1:-1]
        u[1:-1] += rate * np.sin(x[1:-1] + t)
        kept.append(0.3 * w)
        own = w * x
        own[t % 3] = 2.0
        total += np.sum(own) * u[1]
        for k in range(t):
            z = np.exp(-0.1 * w) * x
            part = z[1:]
            total += np.sum(part[k:] * u[1 + k :]) + z.max() * float(z[0])
    first = w
    for _ in range(3):
        first = np.sqrt(w) + 1.0
        total += np.sum(first * u)
    for k in range(len(x) - 5):
        total += np.sum(np.linalg.inv(m * (len(x) - 5.0)) @ x)
    for k in range(2):
        gain = 1.0 / (w - w[0])
        total += np.sum(np.where(w > w[0], gain, 0.0) * u) + np.sum(np.linalg.inv(m) @ u)
    return total + np.sum(kept[0] * kept[1]) + np.sum(kept[2]) + np.sum(first)


inputs = [
    (np.array([0.3, -0.6, 0.9, 0.2, -0.4]), np.array([0.5, 0.8, 1.3, 0.9, 1.1]),
     np.eye(5) + np.arange(25.0).reshape(5, 5) / 90.0),
    (np.array([0.3, -0.6, 0.9, 0.2, -0.4, 0.5]), np.array([0.5, 0.8, 1.3, 0.9, 1.1, 0.7]),
     np.eye(6) + np.arange(36.0).reshape(6, 6) / 90.0),
]
wrt = (0, 1, 2)
