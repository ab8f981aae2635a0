"""List comprehensions with a condition, and over a range."""


def program(xs, n):
    squares = [x**2 for x in xs if x > 0]
    shifted = [xs[i] * i for i in range(n)]
    return sum(squares) * shifted[-1] + len(squares) * xs[1]


inputs = [([0.9, -0.4, 1.3], 3), ([-0.9, 0.4, 1.3], 2)]
wrt = (0,)
