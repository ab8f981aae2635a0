"""A generator function that yields only what carries no derivative."""


def pairs(n):
    for i in range(n):
        for j in range(i):
            yield i, j


def program(xs):
    total = 0.0
    for i, j in pairs(len(xs)):
        total = total + (xs[i] - xs[j]) ** 2 * (i + j)
    return total


inputs = [([0.9, -0.4, 1.3],), ([0.9],)]
wrt = (0,)
