"""A method calls its parent's through ``super`` and is called through the base class."""


class Base:
    def __init__(self, scale):
        self.scale = scale

    def value(self, x):
        return self.scale * x

    def total(self, x):
        return self.value(x) + self.value(x**2)


class Derived(Base):
    def value(self, x):
        return super().value(x) ** 2 + 1


def program(scale, x):
    return Derived(scale).total(x) * Base(x).total(scale)


inputs = [(0.5, 0.9)]
wrt = (0, 1)
