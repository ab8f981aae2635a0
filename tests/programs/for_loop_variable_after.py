"""The loop variable is read after the loop."""


def program(x, n):
    y = x
    for i in range(n):
        y = y * x + 1
    return y * (i + x)


inputs = [(0.7, 4), (0.7, 1)]
wrt = (0,)
