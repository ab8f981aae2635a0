"""The program writes into an argument that carries no derivative; the caller's array stays."""
import numpy as np


def program(v, buffer, log):
    buffer[:] = np.arange(len(buffer))
    y = np.sum(v * buffer)
    buffer *= 2.0
    log.append("done")
    return y * np.sum(v * buffer) + len(log)


inputs = [(np.array([0.9, -0.4, 1.3]), np.array([5.0, 5.0, 5.0]), [])]
wrt = (0,)
