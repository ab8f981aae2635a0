"""A counter, not the data, ends the loop; it is changed in the middle of the body."""


def program(x, n):
    y = x
    while n > 0:
        y = y * x + n
        n -= 2
        y = y - n * x
    return y * (n + 3)


inputs = [(0.7, 5), (0.7, 4), (0.7, -1)]
wrt = (0,)
