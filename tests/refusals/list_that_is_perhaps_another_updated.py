"""Which of two lists of numbers is updated is known only at run time: behind that one of them is read."""


def program(x):
    a = [x, x * x]
    b = a if x > 0.9 else [1.0, 2.0 * x]
    b[0] = x**3
    return a[0] * b[1]  # refused: `a` may share memory with `b`


inputs = [(0.7,)]
wrt = (0,)
