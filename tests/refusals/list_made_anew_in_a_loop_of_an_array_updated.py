"""A list that each round makes anew of the one before holds an array that the round updates."""
import numpy as np


def program(x, a):
    y = x * 1.0
    kept = [y, y]
    for _ in range(3):
        kept = kept[1:] + [kept[0] * a]  # refused: that was updated in place after it was made
        y += 1.0
    return np.sum(kept[0] * x)


inputs = [(np.array([0.7, -0.4]), 0.8)]
wrt = (0, 1)
