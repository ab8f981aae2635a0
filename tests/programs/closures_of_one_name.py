"""Two closures call functions and methods that have one name, which a parameter has as well."""
import numpy as np


class Octal:
    @staticmethod
    def length(n):
        return len(f"{n:o}")


class Binary:
    @staticmethod
    def length(n):
        return len(f"{n:b}")


def scaled(measure, numbers):
    def by(x, n):
        return x * (measure(n) + numbers.length(n))

    return by


small, large = scaled(lambda n: len(str(n)), Octal), scaled(lambda n: 10 * len(str(n)), Binary)


def program(x, measure, n):
    numbers = np.sin(x)
    chosen = small if n > 10 else large
    return small(x, n) * large(measure, n) + numbers * chosen(x, n)


inputs = [(0.7, 1.2, 9), (0.7, 1.2, 11)]
wrt = (0, 1)
