"""Comprehensions with two loops, and within each other."""


def program(rows, ys):
    table = [[x * y for x in row] for row, y in zip(rows, ys)]
    flat = [x * y for row in table for x in row for y in ys if y > 0]
    return sum(flat) + sum([sum(row) ** 2 for row in table])


inputs = [([[0.9, -0.4], [1.3]], (0.7, -1.1))]
wrt = (0, 1)
