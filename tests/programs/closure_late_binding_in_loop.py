"""Closures made in a loop read the loop variable when called; a default argument keeps its own."""


def program(xs):
    total = 1.0
    for x in xs:
        def late(y):
            return y * x

        def early(y, x=x):
            return y * x

        x = x + 1
        total = total + late(total) * early(2.0)
    return total * late(3.0) * early(x)


inputs = [([0.9, 0.4, 1.3],)]
wrt = (0,)
