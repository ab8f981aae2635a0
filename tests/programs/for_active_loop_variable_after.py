"""The loop variable carries a derivative and is read after the loop."""


def program(xs):
    total = 0.0
    for x in xs:
        total = total + x**2
    return total * x


inputs = [([0.5, -1.2, 0.8],), ([1.5],)]
wrt = (0,)
