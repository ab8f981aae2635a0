"""Functions that join arrays get lists of numbers among them, as padding is written."""
import numpy as np


def program(x, a, n):
    y = np.concatenate(([x[0]], x, [x[-1]]))
    z = np.hstack([[a, x[0]], x, [0.0], (x[-1] * a, 2.0), a])
    rows = np.vstack(([a, x[0], 1.0, x[2]], x, [x, x * 2.0]))
    columns = np.column_stack(([a, x[0], 1.0, x[2]], x))
    pairs = np.stack(([a, x[0], 1.0, x[2]], x), axis=1)
    square = np.concatenate(([[a, x[0]], [x[1], 1.0]], x.reshape(2, 2)), axis=1)
    flat = np.concatenate(([[a], [x[1]]], x.reshape(2, 2)), axis=None)
    kept = [a]
    for k in range(n):
        kept.append(x[k] * a)
        x = np.concatenate(([a], x[:-1])) * 1.1 + np.append(x[1:], [x[0] * a])
    w = np.concatenate((kept, x, [x[-1]] * 2))
    total = np.sum(y[1:] * y[:-1]) + np.sum(z * z * np.arange(len(z))) + np.sum(rows @ columns) * pairs[0, 0]
    return total + np.sum(columns * pairs) + np.sum(square ** 3) + np.sum(flat * flat) + np.sum(w * w)


inputs = [
    (np.array([0.7, -0.4, 1.1, 0.3]), 0.8, 3),
    (np.array([0.7, -0.4, 1.1, 0.3]), 0.8, 0),
]
wrt = (0, 1)
