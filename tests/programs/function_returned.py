"""A function that makes functions; they keep what they were made with."""


def power(exponent, scale):
    def apply(x):
        return scale * x**exponent

    return apply


def program(x, y):
    square = power(2, y)
    cube = power(3, x)
    return square(x) + cube(y) * power(1.5, 2.0)(x)


inputs = [(0.9, 0.4)]
wrt = (0, 1)
