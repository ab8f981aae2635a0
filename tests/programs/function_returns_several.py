"""A helper returns a tuple of which the caller uses parts."""
import math


def rotate(x, y, angle):
    c, s = math.cos(angle), math.sin(angle)
    return c * x - s * y, s * x + c * y, angle


def program(x, y):
    a, b, _ = rotate(x, y, x * y)
    c = rotate(a, b, 0.3)[0]
    _, d, angle = rotate(c, y, b)
    return a * d + angle


inputs = [(0.9, 0.4)]
wrt = (0, 1)
