"""An active array leaves as bytes and comes back without its derivative."""
import numpy as np


def program(x):
    return np.sum(np.frombuffer(x.tobytes()) * x)  # refused: frombuffer|tobytes


inputs = [(np.array([1.0, 2.0]),)]
wrt = (0,)
