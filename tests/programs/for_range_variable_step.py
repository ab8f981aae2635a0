"""A range whose step is known only at run time and may be negative."""


def program(x, start, stop, step):
    y = 1.0 + x
    for i in range(start, stop, step):
        y = y * x + i
    return y


inputs = [(0.7, 0, 7, 2), (0.7, 7, 0, -3), (0.7, 5, 5, 1)]
wrt = (0,)
