"""Each round makes an array, changes it and hands it on; or only some do, or what was handed on is changed later."""
import numpy as np


def always(u, n):
    for _ in range(n):
        new = u.copy()
        new[1:] += np.sin(u[:-1]) * new[1:]
        u = new
    return u


def sometimes(u, n):
    w = u * 1.5
    for k in range(n):
        new = w.copy() if k % 2 else w
        new[1:] *= np.sin(new[:-1])
        w = new
    return w


def changed_behind(u, n):
    w = u * 2.0
    for _ in range(n):
        new = w.copy()
        new[1:] *= np.sin(w[:-1])
        w = new
    w[0] = w[1] * w[2]
    return w


def changed_around(u, n):
    q = u * 1.0
    for _ in range(n):
        for _ in range(2):
            new = q.copy()
            new[1:-1] -= 0.1 * q[1:-1] * (q[2:] - q[:-2])
            q = new
        q[0] = q[1] * q[2]
    return q


def two_of_them(u, n):
    a = u * 1.0
    b = u * 2.0
    for _ in range(n):
        new = a * b
        new[0] = np.sin(new[1])
        b = a
        a = new
    return a * b


def the_older_one_changed(u, n):
    a = u * 1.0
    b = u * 2.0
    for _ in range(n):
        new = a * b
        new[0] = np.sin(new[1])
        b = a
        a = new
        b[1] = b[2] * 0.5
    return a * b


def changed_before(u, n):
    u[0] = u[1] * u[2]
    for _ in range(n):
        u = u * u[::-1] + u
    return u


def changed_before_each(u, n):
    w = u * 1.0
    for _ in range(n):
        w[0] = w[0] * 0.5 + 0.3 * w[1]
        r = w
        for _ in range(2):
            r = r * np.sin(r[::-1]) + w * 0.1
        w[1] = np.sum(r) * 0.1
    return w


def made_and_changed_before_each(u, n):
    q = u * 1.0
    for _ in range(n):
        r = q * 1.0
        r[0] = np.sin(q[1])
        for _ in range(2):
            r = r * np.cos(r[::-1])
        q = r
    return q


def left_early(u, n):
    for _ in range(n):
        new = u * u + 0.1
        new[1] = np.sin(u[2])
        if new[0] > 2.0:
            break
        u = new
    return u


def program(u, n):
    total = 0.0
    for one in (always, sometimes, changed_behind, changed_around, two_of_them, the_older_one_changed,
                changed_before, changed_before_each, made_and_changed_before_each, left_early):
        v = one(u.copy(), n)
        total += np.sum(v * v * v)
    return total


inputs = [(np.array([first, -0.4, 1.1, 0.3]), n) for first, n in ((0.7, 0), (0.7, 1), (0.7, 3), (1.3, 3))]
wrt = (0,)
