"""A trajectory in lists: each round goes on from their ends, in the second loop until they are long enough."""
import math


def program(x0, y0, rate, n):
    xs = [x0]
    ys = [y0]
    for _ in range(n):
        x = xs[-1]
        y = ys[-1]
        xs.append(x + rate * (x - x * y))
        ys.append(y + rate * (x * y - y))
    zs = [xs[-1]]
    for i in range(2 * n):
        z = zs[-1]
        if len(zs) > 3:
            break
        zs.append(math.sin(z) + ys[i])
    return sum((x - 1.0) ** 2 for x in xs) + sum(y**2 for y in ys) * sum(zs)


inputs = [(1.0, 0.7, 0.1, 5), (0.8, 0.9, 0.2, 3)]
wrt = (0, 1, 2)
