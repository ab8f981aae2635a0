"""What a round binds the next one reads, in a loop or a branch that the first round leaves out."""
import numpy as np


def sums(x, n):
    total = 0.0
    for i in range(n):
        z = np.sin(x * x[i])
        for j in range(i):
            total += x[j] * np.sum(z * prev) + np.sum(prev[1:])  # noqa: F821
        prev = z
    return total


def part(x, m, n):
    total = 0.0
    for i in range(n):
        z = np.sin(x[: m + 1] * x[i])
        for j in range(i):
            total += x[j] * np.sum(z / last)  # noqa: F821
        last = z
    return total


def products(x, n):
    total = 0.0
    w = np.outer(x, x)
    for i in range(n):
        for j in range(i):
            total += x[j] * np.sum(w @ v) + w[j] @ v  # noqa: F821
        v = w @ x
    return total


def made(x, n):
    total = 0.0
    for i in range(n):
        for j in range(i):
            total += x[j] * np.sum(filled) + filled[1]  # noqa: F821
        filled = np.zeros(n + 2)
        filled[i] = x[i]
        filled[1:] += x[i] ** 2
    return total


def counted(x, n):
    total = 0.0
    i = 0
    while i < n:
        if i > 0:
            w = before * 2.0  # noqa: F821
            total += np.sum(w * w) + w @ w
        before = np.sin(x) * x[i]
        i += 1
    return total


def every_other(x, n):
    total = 0.0
    for i in range(n):
        if i % 2 == 0:
            a = np.sin(x) * x[i]
        else:
            total += np.sum(a * x)
        if i > 0:
            total += np.sum(a[1:])
    return total


def program(x, m, n):
    total = sums(x, n) + part(x, m, n) + products(x, n) + made(x, n) + counted(x, n) + every_other(x, n)
    return total + x[0]


inputs = [(np.array([0.3, 0.7, 1.1, 0.4]), 1, 3), (np.array([0.3, 0.7, 1.1, 0.4]), 2, 0)]
wrt = (0,)
