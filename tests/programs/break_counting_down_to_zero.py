"""A loop that counts down to zero and is left before it gets there."""


def program(x, y, n):
    total, b = 0.0, 0.0
    for t in range(n, -1, -1):
        if t == 1:
            break
        total += b * x
        b = y * (1.0 + t)
    return total


inputs = [(0.5, 0.7, 4)]
wrt = (0, 1)
