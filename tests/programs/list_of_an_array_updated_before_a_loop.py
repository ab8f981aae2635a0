"""What a list or dict holds is updated before a loop that changes the list: its rounds find the array as it is then."""
import numpy as np


def appended(u, n):
    a = u * 1.0
    rows = [a]
    a[0] = a[1] * a[2]
    for _ in range(n):
        rows.append(rows[-1] * rows[0])
    return rows


def replaced(u, n):
    a = u * 1.0
    rows = [a, a * 2]
    a[0] = a[1] * a[2]
    k = 0
    while k < n:
        rows[1] = rows[1] * rows[0]
        k += 1
    return rows


def sometimes_updated(u, n):
    a = u * 1.0
    rows = [a]
    if n > 1:
        a[0] = a[1] * a[2]
    for _ in range(n):
        rows.append(rows[-1] * rows[0])
    return rows


def entries(u, n):
    a = u * 1.0
    held = {"first": a, "last": a * 2}
    a[0] = a[1] * a[2]
    for _ in range(n):
        held["last"] = held["last"] * held["first"]
    return [held["first"], held["last"]]


def program(u, n):
    total = 0.0
    for one in (appended, replaced, sometimes_updated, entries):
        rows = one(u, n)
        total += np.sum(rows[0] * rows[-1])
    return total


inputs = [(np.array([0.7, -0.4, 1.1, 0.3]), n) for n in (0, 1, 2)]
wrt = (0,)
