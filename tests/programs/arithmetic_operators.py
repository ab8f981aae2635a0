"""Every arithmetic operator of Python on floats."""


def program(x, y):
    a = x + y * 2 - 3 / x
    b = -a + (+y) ** 2
    c = a * b - x**3 / (1 + y**2)
    return c + x**y + 2**y + (-x) ** 3


inputs = [(1.3, 0.7), (0.4, 2.1)]
wrt = (0, 1)
