"""Neighbours added side by side along each axis to what a wave's step makes: loops over parts of what is no array."""
import numpy as np


def program(u, c, n):
    before = u.copy()
    now = u.copy()
    for _ in range(n):
        bend = -4 * now
        bend[1:] += now[:-1]
        bend[:-1] += now[1:]
        bend[:, 1:] += now[:, :-1]
        bend[:, :-1] += now[:, 1:]
        after = 2 * now - before + c * c * bend
        before, now = now, after
    return np.sum(now * now) + before[0, 0]


rng = np.random.default_rng(3)
inputs = [(rng.normal(size=(4, 5)), 0.4, 3), (rng.normal(size=(1, 3)), 0.3, 2)]
wrt = (0, 1)
