"""Copies of lists, in every way, hold the same arrays: an update of one is seen in all but deep ones."""
import copy

import numpy as np


def program(x, a):
    y = x * 1.0
    rows = [y, x * 2.0]
    copies = [list(rows), rows.copy(), rows[:], [*rows], copy.copy(rows), [v for v in rows], rows + [], rows * 1]
    deep = copy.deepcopy(rows)
    back = rows[::-1]
    y[0] = a
    rows[1][1] = 3.0 * a
    back[0][2] *= a
    rows[0], rows[1] = rows[1], rows[0]
    rows[0] *= a
    total = np.sum(deep[0] * x) + np.sum(deep[1])
    for each in copies:
        total += np.sum(each[0] * x) + np.sum(each[1] * each[1])
    held = {"u": x * a, "l": [x * 2.0, x]}
    kept, shared, union = copy.deepcopy(held), copy.copy(held), held | {"v": y}
    shared["u"][1] = a
    kept["u"][0] = 3.0
    number, pair = copy.deepcopy(a), copy.deepcopy((x * 1.0, [a, x[0]]))
    y[1] = 0.5
    total += np.sum(union["v"] * union["u"])
    return total + np.sum(held["u"] * kept["u"]) + np.sum(kept["l"][0]) * number + np.sum(pair[0]) * pair[1][1]


inputs = [(np.array([0.7, -0.4, 1.1]), 0.8)]
wrt = (0, 1)
