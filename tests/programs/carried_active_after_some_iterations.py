"""A carried value becomes active only after several iterations, by way of other names."""


def program(x, n):
    a, b, c = 1.0, 2.0, 3.0
    for _ in range(n):
        d = c
        c = b * 1.5
        b = a + d * 0.1
        a = x * d
    return c * c


inputs = [(0.7, 6), (0.7, 3), (0.7, 1)]
wrt = (0,)
