"""Both arguments of a minimum have adjoints, equal ones as well; what a mask took may be nothing."""
import numpy as np


def program(rate, cap, arrivals):
    q = np.zeros(arrivals.shape[1])
    lost = 0.0
    for t in range(arrivals.shape[0]):
        q = q + arrivals[t]
        q = q - np.minimum(q, 0.5 * rate) + 0.1 * np.maximum(rate, rate)
        over = q > cap
        lost += np.sum(q[over] - cap)
        q = np.where(over, cap, q)
    return 2.0 * lost + np.sum(q**2)


inputs = [(np.array([0.9, 0.4, 1.3]), 0.8, np.array([[0.3, 0.9, 0.2], [0.5, 0.1, 1.2], [1.6, 0.3, 0.4]]))]
wrt = (0, 1)
