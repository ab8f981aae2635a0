"""Elements that are the same at the end as when they were read, and others that a later round or loop writes."""
import math

import numpy as np


def aligned(x, n):
    d = np.zeros((n + 1, n + 1))
    d[0, 1:] = 2.0
    d[1:, 0] = 2.0
    for i in range(1, n + 1):
        for j in range(1, n + 1):
            lo = min(d[i - 1, j], d[i, j - 1], d[i - 1, j - 1])
            e = math.exp(lo - d[i - 1, j]) + math.exp(lo - d[i, j - 1]) + math.exp(lo - d[i - 1, j - 1])
            d[i, j] = x[(i + j) % 4] ** 2 + lo - math.log(e)
    return d[n, n]


def in_sweeps(u, n):
    for _ in range(n):
        for i in range(1, 4):
            e = math.exp(-0.1 * u[i - 1])
            u[i] = u[i] * e + e * e
    return np.sum(u * u)


def from_the_end(y, n):
    for i in range(4):
        e = math.exp(0.2 * y[i - 1])
        y[i] = y[i] * e + e
    for i in range(2, -1, -1):
        e = math.exp(0.2 * y[i + 1])
        y[i] = y[i] * e + e * e
    return np.sum(y * y)


def through_rows(x, n):
    d = np.ones((4, 4))
    for i in range(1, 4):
        row = d[i]
        for j in range(1, 4):
            e = math.exp(0.2 * d[i - 1, j] * x[j])
            row[j] = d[i, j - 1] * e + e * e
            if j == 2:
                row[0] = e * x[0]
    return np.sum(d * d)


def behind_itself(y, n):
    for i in range(1, 4):
        e = math.exp(0.2 * y[i - 1])
        f = math.exp(0.2 * y[0])
        y[i] = y[i] * e + e * e * f
        y[i - 1] = y[i - 1] + 0.1 * e * f
    return np.sum(y * y)


def at_numbers(y, n):
    places = [0, 2, 1, 3, 0]
    for i in range(1, 4):
        k = places[i]
        e = math.exp(0.2 * y[i - 1])
        y[k] = y[k] * e + e * e
    return np.sum(y * y)


def read_twice(y, n):
    for i in range(1, 4):
        e = math.exp(0.2 * y[i - 1])
        for _ in range(2):
            y[i] = y[i] * e + e * e * 0.1
        e = math.exp(0.2 * y[i - 1]) * e
        y[i - 1] *= e
        e = math.exp(0.2 * y[i - 1]) * e
        y[i] *= e
    return np.sum(y * y)


def in_time(x, n):
    y = np.zeros((n + 1, 5))
    y[0, :4] = x
    for t in range(1, n + 1):
        for j in range(1, 4):
            c = math.tanh(y[t - 1, j - 1]) * math.tanh(y[t - 1, j]) * math.exp(0.1 * y[t - 1, j + 1])
            y[t, j] = c * c + c * y[t, j - 1]
    return np.sum(y * y)


def program(x, n):
    total = 0.0
    for one in (aligned, in_sweeps, from_the_end, through_rows, behind_itself, at_numbers, read_twice, in_time):
        total += one(x.copy(), n)
    return total


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]), n) for n in (1, 3)]
wrt = (0,)
