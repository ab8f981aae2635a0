"""``return`` inside a loop, or after it."""


def program(x, n):
    y = x
    for i in range(n):
        y = y * x + 0.5
        if y > 4:
            return y**2 * (i + 1)
        y = y + 0.1
    return y


inputs = [(1.7, 10), (0.3, 5), (0.3, 0)]
wrt = (0,)
