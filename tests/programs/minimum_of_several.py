"""Minima and maxima of minima and maxima, and how many rounds a loop over several lists has."""


def program(xs, ys, zs, a):
    total = 0.0
    for x, y, z, w in zip(xs, ys, zs, reversed(xs)):
        total += min(min(x, y), z) * max(max(x, a), y) + min(x, min(y, z)) * w
    least = min([x * y for x, y in zip(xs, ys)])
    return total + min(least, a) * max(max(xs), a, ys[0]) + min(min(ys), a)


inputs = [([0.3, -0.7, 1.1], [0.6, 0.9], [-0.2, 1.4, 0.5, 2.0], 0.45)]
wrt = (0, 1, 2, 3)
