"""A polynomial by Horner's rule, over a list of coefficients from the last."""


def program(coefficients, x):
    y = 0
    for c in reversed(coefficients):
        y = y * x + c
    return y


inputs = [([0.9, -0.4, 1.3, 0.6], 0.7)]
wrt = (0, 1)
