"""Branches within branches; the outer test reads a name that the inner ones overwrite."""


def program(x, y):
    if x > y:
        x = x * y
        if x > 1:
            x = x**2
        else:
            y = x + y
    else:
        if y > 1:
            y = y * x
    return x * y + x


inputs = [(3.0, 2.0), (0.5, 0.3), (1.0, 2.0), (0.2, 0.5)]
wrt = (0, 1)
