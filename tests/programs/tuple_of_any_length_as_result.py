"""Tuples as long as a list, alone in a result or beside others: the cotangent has tuples there as well."""


def program(numbers, s):
    squares = tuple([v * v for v in numbers])
    return squares, [s * squares[0], {"scaled": tuple(s * v for v in squares)}]


inputs = [([0.5, -1.2, 0.9], 0.7), ([0.3], -0.4)]
wrt = (0, 1)
