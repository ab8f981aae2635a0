"""Comprehensions that keep what passes a test of the data, and choose by another."""


def program(xs):
    kept = [x * x for x in xs if x > 0]
    chosen = [x**3 if x > 1 else -x for x in xs if x != 0.5 if x < 2]
    return sum(kept) * len(kept) + sum(chosen)


inputs = [([0.9, -0.4, 1.3, 2.5],), ([-0.9, 0.2],)]
wrt = (0,)
