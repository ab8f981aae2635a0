"""A loop with a branch: relaxation towards a fixed point."""
import math


def relax(x: float, n: int):
    y = x
    for i in range(n):
        if y > 1.0:
            y = 0.5 * y
        else:
            y = math.sin(y) + x
    return y
