"""Rows of a list of lists are read in several rounds, some of them twice, and items of items that a loop made."""
import math


def program(w, xs):
    total = 0.0
    for x in xs:
        h = [math.tanh(sum(a * x for a in row)) for row in w]
        for row, item in zip(w, h):
            for j in range(len(row)):
                total += row[j] * item
                if row[j] > 0.0:
                    total += row[j] ** 2
        total *= h[0]
    table = [[a * x for a in row] for row, x in zip(w, xs)]
    return total + sum(sum(row) ** 2 for row in table)


inputs = [([[0.3, -0.4, 0.1], [0.2, 0.5]], [0.5, 1.2])]
wrt = (0, 1)
