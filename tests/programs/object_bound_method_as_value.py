"""Bound methods passed on as functions."""


class Scale:
    def __init__(self, factor):
        self.factor = factor

    def apply(self, x):
        return self.factor * x**2


def twice(function, x):
    return function(function(x))


def program(scale, x):
    apply = scale.apply
    return twice(apply, x) + twice(Scale(2.0).apply, x)


inputs = [(Scale(0.5), 0.9)]
wrt = (0, 1)
