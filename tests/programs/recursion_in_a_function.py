"""Nested functions that call themselves and each other read the variables around them, which change between calls."""
import numpy as np


def program(x, scale):
    def product(low, high):
        if high - low == 1:
            return x[low] ** 2
        middle = (low + high) // 2
        return product(low, middle) * product(middle, high) + x[middle]

    def power(y, n):
        return y * k if n == 0 else power(y * k, n - 1)

    def even(n):
        return scale * k if n == 0 else odd(n - 1) * x[1]

    def odd(n):
        return x[0] if n == 0 else even(n - 1) * x[2]

    k = 2
    total = product(0, len(x)) + power(scale, 2)
    k = 3
    total += power(scale, 2)
    k = scale * x[0]
    total += power(scale, 2) + even(3) + odd(1)
    x = x * 0.5
    x[0] = total
    return product(0, 3) * 0.1 + total


inputs = [(np.array([0.7, -0.4, 0.9, 0.3]), 0.6)]
wrt = (0, 1)
