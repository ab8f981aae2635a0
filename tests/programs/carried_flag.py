"""A flag set by the data in one iteration decides what the next one does."""


def program(xs):
    y = 1.0
    large = False
    for x in xs:
        if large:
            y = y * 0.3
        else:
            y = y * (1 + x)
        large = y > 2
        x = x * y
        y = y + x**2
    return y


inputs = [([0.5, 1.2, 0.8, -0.3],), ([0.2],)]
wrt = (0,)
