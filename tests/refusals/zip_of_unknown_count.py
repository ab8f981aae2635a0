"""``zip(*rows)``: how many arguments it gets depends on the run."""


def program(rows):
    total = 1.0
    for a, b in zip(*rows):  # refused: \*
        total = total * a + b**2
    return total


inputs = [([[0.5, 1.2, -0.3], [0.8, 3.0, 0.6]],)]
wrt = (0,)
