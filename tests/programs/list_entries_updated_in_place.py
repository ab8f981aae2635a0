"""Entries of a list that are scaled, added to, and overwritten by what stood there, at places that may be the same."""
import math


def program(q, c, where):
    q = q.copy()
    for k in range(len(q)):
        q[k] *= c
    for k in range(len(q)):
        q[k] = q[k] * c + q[k - 1] * q[-1]
    for i, j in where:
        q[i] += c * c
        q[j] = math.sin(q[i]) - q[j] * c
        q[i], q[j] = q[j], q[i] * c
        q[i] -= q[j] * q[0]
        q[j] += q[j] * c - q[i]
    return q[0] * q[1] + q[2]


inputs = [([0.3, -0.7, 1.1], 0.6, [(0, 1), (1, 1), (2, 0)]), ([0.3, -0.7, 1.1], -0.4, [(0, 0), (-1, 2), (0, -3)])]
wrt = (0, 1)
