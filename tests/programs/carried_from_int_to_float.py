"""An accumulator that starts as the integer 0 and becomes a float."""


def program(xs):
    total = 0
    product = 1
    for x in xs:
        total += x**2
        product *= x
    return total * product + total


inputs = [([0.5, -1.2, 0.8],)]
wrt = (0,)
