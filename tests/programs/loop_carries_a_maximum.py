"""The best path through a lattice: a maximum is what a round hands to the next one, a branch to what follows."""
import numpy as np


def program(start, step, rounds):
    best = start
    for t in range(rounds):
        if t % 3 == 2:
            low = np.min(best)
        else:
            low = best[0] * 0.1
        best = np.max(best[:, None] + step, axis=0) - low
    return best.max()


inputs = [
    (np.array([0.2, -0.4, 0.5]), np.array([[0.3, -1.1, 0.4], [0.9, 0.2, -0.6], [-0.3, 0.8, 1.2]]), rounds)
    for rounds in (0, 1, 4)
]
wrt = (0, 1)
