"""Elements of arrays that each round of a loop makes, read again as the round leaves them; and as it does not."""
import numpy as np


def program(x, a):
    n = len(x)
    u = x
    kept = np.ones(n)
    total = 0.0
    for t in range(3):
        c = np.zeros(n)
        d = np.zeros(n)
        for i in range(1, n):
            m = 1.5 + a * c[i - 1] + u[i]  # no later round writes the place
            c[i] = np.sin(m) / m
            d[i] = np.exp(-m) * d[i - 1] + u[i]
        for i in range(n - 1):
            s = np.cos(d[i] * d[i + 1])  # the second is written in the next round
            d[i] = s * c[i]
            total = total + s * s
        if t > 0:
            e = np.ones(n)
            for i in range(1, n):
                e[i] = np.tanh(e[i - 1] * a) + c[i]
            d[1:] = d[1:] * e[:-1]
        for i in range(1, n):
            kept[i] = np.sin(kept[i - 1]) * d[i]  # another round of the outer loop writes it
        row = u  # what the round before made, written here
        row = row * 1.0 if t == 0 else row
        for i in range(1, n):
            row[i] = np.exp(0.1 * row[i - 1]) * row[i]
        total = total + np.sum(row)
        u = d
    return total + np.sum(u * kept)


inputs = [(np.linspace(0.2, 0.9, 6), 0.8)]
wrt = (0, 1)
