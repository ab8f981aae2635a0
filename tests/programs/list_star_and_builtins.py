"""Stars in list literals, and ``sum``, ``max``, ``min``, ``len``, ``list`` and ``tuple`` of lists."""


def program(xs, ys):
    joined = [*xs, 1.5, *ys]
    pair = tuple(joined[:2])
    largest = max(xs[0], ys[0], 0.0)
    return sum(joined) * max(xs) + min(ys) * pair[1] + sum(list(pair), start=xs[0]) ** 2 + largest


inputs = [([0.9, 0.4], (1.3, -0.7))]
wrt = (0, 1)
