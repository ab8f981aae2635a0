"""Expressions whose meaning rests on their parentheses."""


def program(a, b, c):
    p = (a - (b - c)) - ((a - b) - c) * 2
    q = a / (b / c) + (a / b) / c + a / (b * c)
    r = (a**b) ** c + a ** (b**c) - (-(a**2)) + (-a) ** 2 + a**-b
    s = -(a - b) * -(b + c) - (a if b > c else b) - (a - b if b < c else b - a)
    return p * q + r * s


inputs = [(0.9, 0.4, 1.3), (1.4, 1.2, 0.3)]
wrt = (0, 1, 2)
