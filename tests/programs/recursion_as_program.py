"""The differentiated function calls itself."""


def program(x, n):
    if n <= 0:
        return x
    return x * program(x + 0.1, n - 1) + program(x / 2, n - 2)


inputs = [(0.9, 4), (0.9, 0)]
wrt = (0,)
