"""A variable that the first iteration of the loop defines and later ones update."""


def program(xs):
    for i, x in enumerate(xs):
        if i == 0:
            y = x
        else:
            y = y * x + i
    return y**2


inputs = [([0.5, -1.2, 0.8],), ([0.4],)]
wrt = (0,)
