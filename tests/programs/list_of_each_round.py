"""A layer in plain lists: what a round made is read in the next one, and once more behind the loop."""
import math


def program(w, u, xs):
    h = [0.1] * len(u)
    for x in xs:
        new = []
        for i in range(len(u)):
            z = u[i] * x
            for j in range(len(h)):
                z += w[i][j] * h[j]
            new.append(math.tanh(z))
        h = new
    return sum(a * b for a, b in zip(u, h))


inputs = [([[0.3, -0.4], [0.2, 0.5]], [0.9, -0.7], [0.5, 1.2, -0.3])]
wrt = (0, 1, 2)
