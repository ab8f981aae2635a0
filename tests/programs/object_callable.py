"""An object with ``__call__`` that holds the parameters."""


class Quadratic:
    def __init__(self, a, b):
        self.a = a
        self.b = b

    def __call__(self, x, shift=0.0):
        return self.a * x**2 + self.b * (x + shift)


def program(model, x):
    return model(model(x)) + model(2.0, shift=x)


inputs = [(Quadratic(0.5, -1.2), 0.9)]
wrt = (0, 1)
