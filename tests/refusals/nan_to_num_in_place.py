"""np.nan_to_num without a copy changes its argument and gives it back."""
import numpy as np


def program(x):
    y = x * 2.0
    z = np.nan_to_num(y, copy=False)  # refused: is of the memory of its argument is not known
    z[0] = 1.0
    return np.sum(y)


inputs = [(np.array([0.5, 0.7]),)]
wrt = (0,)
