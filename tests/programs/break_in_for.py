"""``break`` under a test of the data, in the middle of the body."""


def program(x):
    y = x
    for i in range(10):
        y = y * x
        if y > 5:
            break
        y = y + i
    return y * (i + 1)


inputs = [(1.9,), (0.5,), (6.0,)]
wrt = (0,)
