"""Lists that begin empty: what is appended decides of what kind their items are."""
import numpy as np


def extended(items, value):
    items.append(value)


def program(x):
    logs = []
    picked = []
    for k in range(len(x)):
        terms = []
        s = x[k]
        for j in range(2):
            s = s - 0.5 * x[j] * s
            terms.append(s)
        extended(logs, max(terms))
        if x[k] > 0.0:
            picked.append(k)
    joined = []
    for v in x:
        joined = joined + [v]
    total = 0.0
    for value in logs:
        total += value * logs[-1]
    for k in picked:
        total += x[k] ** 2
    return total * joined[1] + np.sum(np.array(logs) ** 2) + sum(logs) * picked[0]


inputs = [(np.array([0.3, 0.8, -0.4, 0.6]),), (np.array([-0.2, 0.5]),)]
wrt = (0,)
