"""Lists that begin empty and are filled by a method under another name, or by a function of a library."""
import numpy as np


def program(x):
    picked = []
    pick = picked.append
    for k in (2, 0):
        pick(k)
    total = x[picked[0]] * x[picked[-1]]
    np.random.default_rng(0).shuffle(picked)
    for k in picked:
        total = total * x[k]
    return total + np.sin(x[len(picked)])


inputs = [(np.array([0.5, 0.7, 1.3]),)]
wrt = (0,)
