"""An assignment expression that a short circuit may skip."""


def program(x, y):
    z = x + y
    if x > 0 and (z := x * y) > 1:
        z = z * x
    return z**2 + (y if (w := x * 3) > 1 < y else w)


inputs = [(2.0, 0.7), (0.5, 0.3), (-1.0, 0.3), (0.5, 1.7)]
wrt = (0, 1)
