"""``continue`` skips the rest of the body for some iterations."""


def program(xs):
    total = 1.0
    for i, x in enumerate(xs):
        if x < 0:
            continue
        total = total * x
        if i % 2 == 0:
            continue
        total = total + x**2
    return total


inputs = [([0.5, -1.2, 0.8, 1.1],), ([-0.5, 2.0],)]
wrt = (0,)
