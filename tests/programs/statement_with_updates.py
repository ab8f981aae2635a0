"""Arrays, lists and names of both that are updated within ``with``, and afterwards."""
import contextlib

import numpy as np


@contextlib.contextmanager
def counted(log):
    log.append(len(log))
    yield


class Region:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


class Box:
    def __init__(self, held):
        self.held = held


def program(x, a, n):
    log = []
    y = x * a
    rows = []
    with np.errstate(all="ignore"):
        z = x * 2.0
        z[1] = 2.0 * a
        z[2:] *= a
        same = z
        same[0] += z[1]
        y[1:] = y[:-1] * z[1:]
        box = Box(y * a)
    same[1] *= y[0]
    box.held = box.held * z
    for k in range(n):
        with counted(log):
            y[k] *= y[k - 1]
            rows.append(y[k])
            part = y
            with Region():
                part[0] -= a
        part[1] += 0.1
        with counted(log):
            y[0] *= a
            if y[k] > 0.5:
                break
    return np.sum(y * z) + np.sum(box.held) + sum(rows)


inputs = [
    (np.array([0.7, -0.4, 1.1]), 0.9, 3),
    (np.array([0.7, -0.4, 1.1]), 0.9, 0),
    (np.array([0.4, 1.4, 1.1]), 1.2, 2),
]
wrt = (0, 1)
