"""``while True`` left by a break under a test of the data."""


def program(x):
    y = x
    while True:
        y = y * y + 0.1
        if y > 20:
            break
        y = y * 1.5
    return y


inputs = [(1.3,), (6.0,)]
wrt = (0,)
