"""A power series summed until its terms are small."""


def program(x):
    term, total, n = 1.0, 1.0, 0
    while abs(term) > 1e-14:
        n += 1
        term = term * x / n
        total = total + term
    return total


inputs = [(0.9,), (-2.3,)]
wrt = (0,)
