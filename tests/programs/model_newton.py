"""Newton's method for a square root, until it stands still or a limit is reached."""


def program(a, limit=50):
    x = 0.5 * (1.0 + a)
    for _ in range(limit):
        correction = (x * x - a) / (2.0 * x)
        x = x - correction
        if abs(correction) < 1e-12:
            break
    return x


inputs = [(2.7,), (9.0, 3), (0.4,)]
wrt = (0,)
