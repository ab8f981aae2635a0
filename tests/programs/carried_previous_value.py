"""The loop remembers the value of the iteration before."""


def program(xs):
    previous = xs[0]
    total = 0.0
    for x in xs:
        total = total + x * previous**2
        previous = x
    return total * previous


inputs = [([0.5, -1.2, 0.8],)]
wrt = (0,)
