"""A data-dependent ``if`` in a loop rescales the accumulator."""


def program(xs):
    total = 1.0
    for x in xs:
        total = total * x + 1.0
        if total > 5.0:
            total = total * 0.1
    return total


inputs = [([3.0, 2.0, 4.0, 1.5],), ([0.1, 0.2],)]
wrt = (0,)
