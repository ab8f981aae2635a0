"""Attributes with two leading underscores, as a class and its subclass spell them."""


class Model:
    def __init__(self, rate):
        self.__rate = rate

    def apply(self, x):
        return x * self.__rate


class Child(Model):
    def __init__(self, rate):
        super().__init__(rate * 2)
        self.__rate = rate * 10

    def both(self, x):
        return self.apply(x) * x + self.__rate * x


MODEL = Child(0.7)


def program(x):
    return MODEL.both(x) * MODEL.apply(x)


inputs = [(0.9,)]
wrt = (0,)
