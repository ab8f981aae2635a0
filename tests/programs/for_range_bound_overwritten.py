"""The loop changes the names its own range was made of."""


def program(x, n):
    y = x
    for i in range(n):
        n = n + 5
        y = y * x + n * i
    return y * n


inputs = [(0.7, 4)]
wrt = (0,)
