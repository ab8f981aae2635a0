"""Carried values without a derivative change in the loop, and the adjoint reads what they were."""


def program(x, n):
    y = x
    factor, sign, exponent = 1.0, 1, 1
    for _ in range(n):
        y = y * factor + sign * x**exponent
        factor *= 0.7
        sign = -sign
        exponent = exponent % 3 + 1
    return y * factor


inputs = [(0.7, 5), (0.7, 0)]
wrt = (0,)
