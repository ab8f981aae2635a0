"""``continue`` in a while loop, after the carried value has changed."""


def program(x):
    total = 0.0
    n = 0
    while n < 6:
        n += 1
        x = x * 1.2
        if n % 3 == 0:
            continue
        total = total + x**2
        if total > 20:
            continue
        x = x + 0.1 * total
    return total * x


inputs = [(0.7,), (2.0,)]
wrt = (0,)
