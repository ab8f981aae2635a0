"""``break`` and ``continue`` in one body, with an ``else``."""


def program(xs, stop):
    total = 1.0
    for x in xs:
        if x > stop:
            total = total * x
            break
        if x < 0:
            total = total - x
            continue
        total = total * (x + 1)
    else:
        total = total**2
    return total


inputs = [([0.5, -1.2, 3.0, 0.8], 2.0), ([0.5, -1.2, 3.0, 0.8], 5.0)]
wrt = (0,)
