"""``abs``, ``max``, ``min``, ``pow``, ``sum``, ``float`` and ``round`` of active values."""


def program(x, y, xs):
    a = abs(x) * max(x, y) + min(x, y, 0.1) + pow(x, 3) + pow(abs(y), x)
    b = sum(xs) + max(xs) * min(xs) + float(y) * sum([x, y], 1.5)
    return a * b + round(x)


inputs = [(1.4, -0.7, [0.9, -0.4, 1.3]), (0.3, 0.8, [0.9, 1.4])]
wrt = (0, 1, 2)
