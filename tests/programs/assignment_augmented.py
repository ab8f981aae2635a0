"""Augmented assignment with every arithmetic operator on a float."""


def program(x, y):
    z = x
    z += y
    z -= 0.5 * x
    z *= y
    z /= 3 * x
    z **= 2
    z %= 5.0
    w = z
    w //= 2.0
    return z + w * x


inputs = [(0.7, 1.9), (1.1, 1.4)]
wrt = (0, 1)
