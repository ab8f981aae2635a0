"""Functions that call themselves read arrays and call functions from outside of them, two of one name among these."""
import numpy as np


def bits(n):
    return len(f"{n:b}")


def made(table, measure):
    def repeated(x, n):
        if n == 0:
            return x * table[0]
        return repeated(x * table[1], n - 1) * measure(n)

    return repeated


one, two = made(np.array([1.5, 0.4]), bits), made([0.3, 0.8], lambda n: len(f"{n:o}"))


def program(x, table, n):
    measure = x * table
    return one(x, n) * two(measure, n) + np.sin(one(measure, 1))


inputs = [(0.7, 1.2, 3)]
wrt = (0, 1)
