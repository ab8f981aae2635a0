"""``else`` on a for loop, reached and skipped."""


def program(xs, limit):
    total = 0.0
    for x in xs:
        total = total + x**2
        if total > limit:
            break
    else:
        total = total * 3
    return total * xs[0]


inputs = [([0.5, 1.2, 0.8], 1.0), ([0.5, 1.2, 0.8], 10.0)]
wrt = (0,)
