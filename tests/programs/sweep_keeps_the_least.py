"""What is kept only if it is less: where it is not kept, the reverse sweep neither compares nor adds anything."""
import math

import numpy as np


def program(slow, h, sweeps):
    n, m = slow.shape
    times = np.full((n, m), 10.0)
    times[1, 1] = 0.0
    for s in range(sweeps):
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                a = min(times[i - 1, j], times[i + 1, j])
                b = min(times[i, j - 1], times[i, j + 1])
                f = slow[i, j] * h
                if abs(a - b) >= f:
                    t = min(a, b) + f
                else:
                    t = 0.5 * (a + b + math.sqrt(2.0 * f * f - (a - b) ** 2))
                if t < times[i, j]:
                    times[i, j] = t
    return times[1:-1, 1:-1].sum()


_slow = np.array([
    [0.9, 0.8, 1.1, 0.7, 1.2], [0.6, 1.3, 0.9, 1.4, 0.8], [1.1, 0.7, 1.2, 0.6, 0.9], [0.8, 1.2, 0.7, 1.1, 1.3],
    [1.0, 0.9, 1.4, 0.8, 0.7],
])
inputs = [(_slow, 0.5, 3), (_slow, 0.5, 0)]
wrt = (0, 1)
