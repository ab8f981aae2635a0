"""A Mandelbrot iteration in two reals, left when it escapes; smooth count at the end."""
import math


def program(a, b, limit):
    x, y = 0.0, 0.0
    for n in range(limit):
        x, y = x * x - y * y + a, 2.0 * x * y + b
        r2 = x * x + y * y
        if r2 > 16.0:
            return n + 1 - math.log(math.log(r2) / 2) / math.log(2.0)
    return x * x + y * y


inputs = [(0.5, 0.6, 50), (-0.1, 0.2, 8)]
wrt = (0, 1)
