"""Lists of active values, read by constant, negative and computed indices."""


def program(x, y, n):
    values = [x, y, x * y, 2.0]
    i = n % 3
    return values[0] * values[-1] + values[i] * values[i + 1] + values[-2] ** 2


inputs = [(0.9, 0.4, 4), (0.9, 0.4, 5)]
wrt = (0, 1)
