"""Arrays that a loop fills in each round: some are read where it has written them, some where another round has."""
import math

import numpy as np


def attended(q, k, v):
    """The row is the round's own: it is written as far as it is read."""
    n, d = q.shape
    p = np.zeros(n)
    total = 0.0
    for i in range(n):
        top = -1e30
        for j in range(i + 1):
            s = 0.0
            for c in range(d):
                s += q[i, c] * k[j, c]
            p[j] = s
            if p[j] > top:
                top = p[j]
        z = 0.0
        for j in range(i + 1):
            p[j] = math.exp(p[j] - top)
            z += p[j]
        for c in range(d):
            o = 0.0
            for j in range(i + 1):
                o += p[j] * v[j, c]
            total += (o / z) ** 2
    return total


def swept(x, s):
    """Recurrences from both ends: what is read was written by the round before of the inner loop, or in front of it."""
    n = len(x)
    a, b = np.empty(n), np.ones(n)
    t = 0.0
    for i in range(n):
        a[0] = x[i]
        for j in range(1, n):
            a[j] = s * a[j - 1] * x[j]
        b[n - 1] = a[n - 1]
        for j in range(n - 2, -1, -1):
            b[j] = a[j] - 0.4 * b[j + 1]
        t += np.sum(b * a) * x[i]
    return t


def left_over(x, s):
    """The places behind the last one are read as the round before left them."""
    n = len(x)
    r = np.zeros(n)
    t = 0.0
    for i in range(n):
        for j in range(n - 1 - i):
            r[j] = x[i] * x[j] * s
        for j in range(n):
            t += r[j] * r[j]
    return t


def read_later(x, s):
    """What the last round wrote is read behind the loop."""
    r = np.zeros(len(x))
    t = 0.0
    for i in range(len(x)):
        for j in range(len(x)):
            r[j] = x[i] * math.sin(x[j] * s)
        t += r[0] * r[1]
    return t + np.sum(r)


def chosen(x, s):
    """One branch writes, and the other one does not; in the second loop both do."""
    n = len(x)
    r, w = np.zeros(n), np.zeros((n, 2))
    t = 0.0
    for i in range(n):
        for j in range(n):
            if x[j] > 0.5:
                r[j] = x[i] * s
        for j in range(n):
            t += r[j] * x[j]
    for i in range(n):
        for j in range(n):
            if x[j] > x[i]:
                w[j, 0] = x[i] * s
                w[j, 1] = x[j]
            else:
                w[j] = x[j] * x[i]
        for j in range(n):
            t += w[j, 0] * w[j, 1]
    return t


def program(q, k, v, x, s):
    t = math.sin(attended(q, k, v)) + attended(k, q, v)
    return t + swept(x, s) + left_over(x, s) * read_later(x, s) + chosen(x, s)


_R = np.random.default_rng(4)
inputs = [(*_R.normal(size=(3, 4, 2)), np.array([0.7, -0.4, 1.1, 0.3]), 0.8)]
wrt = (0, 1, 2, 3, 4)
