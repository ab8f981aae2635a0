"""``try`` around a lookup in a dict that carries no derivative, in a loop."""


def program(xs, names):
    factors = {"a": 2.0, "b": -1.5}
    total = 0.0
    for x, name in zip(xs, names):
        try:
            factor = factors[name]
        except KeyError:
            factor = 1.0
        total = total + factor * x**2
    return total


inputs = [([0.9, -0.4, 1.3], ["a", "c", "b"])]
wrt = (0,)
