"""A nested function that calls itself binds a variable of the function around it."""


def program(x):
    total = x * x

    def grow(n):
        nonlocal total
        total = total * x
        return total if n == 0 else grow(n - 1)

    return grow(2) * total  # refused: binds `total` of the function around it


inputs = [(0.5,)]
wrt = (0,)
