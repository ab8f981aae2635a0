"""The pullback reads what loops and branches bind, and is made where they have bound nothing as well."""
import numpy as np


def program(x, n):
    for i in range(n):
        mask = x > 0.2 * i
        y = np.where(mask, np.sin(x * i), x)
    if n == 0:
        return x * x
    table = np.outer(y, x)
    return table @ y**3 + y


inputs = [(np.array([0.3, 0.7, 1.1]), 0), (np.array([0.3, 0.7, 1.1]), 2)]
wrt = (0,)
