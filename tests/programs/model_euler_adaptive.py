"""Euler steps whose length adapts to the data; rejected steps are tried again."""


def program(y, rate):
    t, h = 0.0, 0.5
    while t < 1.0:
        if t + h > 1.0:
            h = 1.0 - t
        full = y - h * rate * y * y
        half = y - h / 2 * rate * y * y
        half = half - h / 2 * rate * half * half
        if abs(full - half) > 0.02:
            h = h * 0.5
            continue
        y = 2 * half - full
        t = t + h
        h = h * 1.5
    return y


inputs = [(0.9, 0.7), (1.9, 1.7)]
wrt = (0, 1)
