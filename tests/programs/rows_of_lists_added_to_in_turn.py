"""Rows of lists are read in turn, two at a time, under two names and twice in one list: each has its own adjoint."""
import math


def program(x, n):
    row = [x, 2.0 * x, x * x]
    twice = [row, row, [1.0, x, 3.0]]
    total = 0.0
    for k in range(n):
        for one in twice:
            for j in range(3):
                total += one[j] * one[j - 1] * (k + 1)
    w = [[x, 1.0], [x * x, 2.0], [3.0, x]]
    held = [w[0], w[2]]
    for k in range(n):
        for i in range(3):
            a = w[i]
            for b in w:
                s = 0.0
                for d in range(2):
                    s += a[d] * b[d]
                total += math.sin(s) * (k + 1)
    for k in range(n):
        for i in range(3):
            a = w[(i + k) % 3]
            s = 0.0
            for d in range(2):
                s += a[d] * x
            total += s * s
        for b in held:
            s = 1.0
            for entry in b:
                s += entry * entry
            total += math.log(s)
    for k in range(n):
        for i in range(3):
            a = w[i]
            b = w[i - 1]
            s = 0.0
            for d in range(2):
                s += a[d] * b[d] * x
            for d in range(2):
                s += b[d] * math.sin(s)
            total += s * w[0][1]
    return total


inputs = [(0.7, 3), (1.1, 1), (0.4, 0)]
wrt = (0,)
