"""Reads from nested tuples and lists by chained subscripts."""


def program(table, i):
    return table[0][1] * table[1][0][i] + table[1][1] ** 2


inputs = [(((0.9, 0.4), ([1.3, -0.7], 0.2)), 1), (((0.9, 0.4), ([1.3, -0.7], 0.2)), -2)]
wrt = (0,)
