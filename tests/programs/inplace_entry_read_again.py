"""Arrays whose first version alone is read again behind a loop that updates them: before it, in it, in a branch."""
import numpy as np


def program(x0, w, n):
    x = x0 * 2.0
    first = np.sum(x * x * w)
    for k in range(n):
        x += 0.1 * w
        x[0] *= 2.0
        if k % 2 == 0:
            x[1:] -= x[:-1]
    total = 0.0
    for i in range(2):
        y = x * w[i]
        total += np.sum(y**3)
        for j in range(len(w)):
            y[j] += w[j]
        for j in range(1, len(w)):
            for _ in range(2):
                y[j] -= 0.5 * y[j - 1]
        total += y[-1]
    z = x.copy()
    kept = z[0] * w[0]
    for j in range(n):
        z[j % 2] = kept
    return first + np.sum(x) + total + np.sum(z)


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([0.7, 0.2, -0.5]), n) for n in (0, 3)]
wrt = (0, 1)
