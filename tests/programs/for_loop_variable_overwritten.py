"""The body assigns to the loop variable."""


def program(x, n):
    y = x
    for i in range(n):
        i = i * x
        y = y * i + x
        i = i + y
    return y * i


inputs = [(0.7, 4)]
wrt = (0,)
