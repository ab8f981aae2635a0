"""A comprehension that calls a helper and a lambda with branches."""
import math


def soft(x):
    if x > 0:
        return math.sin(x) * x
    return -x


def program(xs):
    return sum([soft(x) for x in xs]) * sum(map(lambda x: x**2, xs))


inputs = [([0.9, -0.4, 1.3],)]
wrt = (0,)
