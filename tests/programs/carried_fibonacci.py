"""``a, b = b, a + b`` carried by a loop."""


def program(x, y, n):
    a, b = x, y
    for _ in range(n):
        a, b = b, a + b * a
    return a * b


inputs = [(0.3, 0.5, 5), (0.3, 0.5, 0)]
wrt = (0, 1)
