"""Methods that change a list of arrays, after the arrays were updated in it."""
import numpy as np


def program(x):
    b = np.cos(x)
    c = np.sin(x)
    turned, longer, shorter, begun = [b, c], [b, c], [b, c, b], [b]
    b[0] *= x[1]
    turned.reverse()
    longer += [x]
    popped = shorter.pop(1)
    begun.insert(0, c)
    return (np.sum(np.sin(turned[0]) * turned[1]) + np.sum(longer[0] ** 2 * longer[2])
            + np.sum(shorter[0] * popped) + np.sum(begun[1] ** 3))


inputs = [(np.array([0.7, -0.4, 0.9]),)]
wrt = (0,)
