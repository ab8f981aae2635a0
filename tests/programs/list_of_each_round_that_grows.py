"""Lists that each round makes, and that grow once more after they were read or have another name."""
import math


def program(x, n):
    first = [x]
    h = [x * x]
    total = 0.0
    for i in range(n):
        new = []
        for j in range(i + 1):
            z = math.sin(h[j % len(h)] + x)
            if z > 0.5:
                new.append(z)
            else:
                total += z * z
        new.append(math.cos(h[-1]) + first[-1])
        total += new[0] * new[-1]
        new.append(total)
        first.append(new[0] * h[-1])
        total += h[0] * first[0] * len(h)
        h = new
        total += h[0] * h[-1] * first[-1] * len(first)
    return total * h[-1]


inputs = [(0.7, 0), (0.7, 2), (0.1, 3)]
wrt = (0,)
