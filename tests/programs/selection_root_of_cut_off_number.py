"""A variance that a maximum keeps from being negative, under a root: where it is cut off, nothing passes."""
import math


def program(v, k, shocks):
    total = 0.0
    for z in shocks:
        kept = max(v, 0.0)
        v = v + k * (0.1 - kept) + math.sqrt(kept * 0.2) * z
        total += v if v > -0.05 else (0.3 * (v if v > 1.0 else 0.0)) ** 0.5
    return total


inputs = [(0.04, 0.5, [0.1, -3.0, 0.3, 0.2, -1.0])]
wrt = (0, 1)
