"""Nested functions that use names of the function around them."""


def program(x, y):
    scale = x * y

    def inner(z):
        def innermost(w):
            return w * scale + z

        return innermost(z) * innermost(x)

    return inner(y) + inner(x * x)


inputs = [(0.9, 0.4)]
wrt = (0, 1)
