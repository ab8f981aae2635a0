"""``else`` on a while loop, reached and skipped."""


def program(x, limit):
    y = x
    steps = 0
    while steps < limit:
        y = y * 1.7
        if y > 5:
            y = y - 1
            break
        steps += 1
    else:
        y = y**2
    return y * x


inputs = [(1.3, 10), (1.3, 2), (1.3, 0)]
wrt = (0,)
