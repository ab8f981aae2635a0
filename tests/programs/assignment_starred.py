"""Starred unpacking at the front, in the middle and at the end."""


def program(x, y):
    values = (x, y, x * y, x - y, 3.0)
    first, *middle, last = values
    *front, end = middle
    head, *tail = front
    return first * last + end * head + sum(tail) + len(front) * x


inputs = [(0.7, -1.9)]
wrt = (0, 1)
