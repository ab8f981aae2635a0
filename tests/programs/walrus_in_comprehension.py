"""An assignment expression inside a comprehension binds in the function."""


def program(xs):
    squares = [(last := x * x) + 1 for x in xs]
    return sum(squares) * last


inputs = [([0.5, -1.2, 2.0],)]
wrt = (0,)
