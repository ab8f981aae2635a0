"""A chained comparison chooses the branch; each operand is read once."""


def program(x, low, high):
    if low < x <= high:
        return x**2
    if high < x != low:
        return high * x
    return low * x**3


inputs = [(0.5, 0.0, 1.0), (1.5, 0.2, 1.0), (-0.5, 0.1, 1.0)]
wrt = (0, 1, 2)
