"""An entry that may be a number or an array: its augmented assignment rebinds it, or updates it for every name."""
import numpy as np


def program(x):
    held = [np.squeeze(x[:1]), 1.0]
    before = held[0]
    held[0] += x[1]  # refused: updated in place or rebound
    return held[0] * before


inputs = [(np.array([0.7, 1.3]),)]
wrt = (0,)
