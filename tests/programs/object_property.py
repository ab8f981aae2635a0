"""A property, a static method, a class method and a class attribute."""


class Circle:
    pi = 3.14159

    def __init__(self, radius):
        self.radius = radius

    @property
    def area(self):
        return self.pi * self.radius**2

    @staticmethod
    def half(x):
        return x / 2

    @classmethod
    def circumference(cls, radius):
        return 2 * cls.pi * radius


def program(circle, x):
    return circle.area * x + circle.half(circle.radius) + Circle.circumference(x) * Circle.half(x)


inputs = [(Circle(0.5), 0.9)]
wrt = (0, 1)
