"""An item of a list is replaced, and the list becomes longer: what was read at its end is another item then."""


def program(xs, s):
    total = xs[-1] * xs[-1]
    if len(xs) > 2:
        xs[0] = s
    xs.append(s)
    return total, xs


inputs = [([0.5, 0.8, -0.3], 0.7), ([0.5, 0.8], -0.6)]
wrt = (0, 1)
